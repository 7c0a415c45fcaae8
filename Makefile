# One command each: run (a demo month), test, lint (format, imports, types, dictionary), check (both, as CI does), fix, bench, lock, wheel.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-flows test-rooms lint check fix bench lock wheel
.DEFAULT_GOAL := run

.venv/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: .venv/.made
	$(BIN)/research-culture demo

test: .venv/.made
	$(MAKE) --jobs=2 --output-sync=line test-flows test-rooms
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under=85

# The walks take as long as all other rooms together, so each half has a core.
test-flows:
	COVERAGE_FILE=.coverage.flows $(BIN)/python -m pytest tests/flows --cov --cov-report=

test-rooms:
	COVERAGE_FILE=.coverage.rooms $(BIN)/python -m pytest tests --ignore=tests/flows --cov --cov-report=

lint: .venv/.made
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m schemas.dictionary --check

check: lint test

fix: .venv/.made
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m schemas.dictionary

bench: .venv/.made
	$(BIN)/python -m tests.bench

# Needs uv on the PATH; keeps the versions it finds (duckdb stays at 1.5.5, both it and 2.x are tried); the lock names versions and hashes, never an address.
lock:
	echo hatchling | uv pip compile pyproject.toml - --extra dev --universal --python-version 3.11 --no-emit-index-url --no-strip-extras --no-annotate --no-header --generate-hashes --quiet --output-file requirements.lock

wheel: .venv/.made
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
