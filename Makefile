# One command each: run (a demo month), test, quick (under a minute), lint (format, imports, types, dictionary),
# check (lint and test, as CI does), docs (the guides as HTML), soak (hours), fix, bench, mutants, lock, wheel.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test quick docs soak lint check fix bench mutants lock wheel
.DEFAULT_GOAL := run

.venv/.made: requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is older. Name another, as in: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: .venv/.made
	$(BIN)/research-culture demo

# A module's tests stay on one core, for what they share is made once; the walks come first, being the longest.
PYTEST := $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder

test: .venv/.made
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=85

# Rooms that need no whole home, then lint: for the work at hand.
quick: .venv/.made
	$(PYTEST) -m "not slow" tests/schemas tests/transforms tests/warehouse tests/test_house_rules.py
	$(MAKE) lint

# Kills, faults, races, readers and malformed files by the thousand, for hours; SCALE=0.1 is a tenth of it.
SCALE ?= 1
soak: .venv/.made
	$(BIN)/python -m tests.soak $(SCALE)

# Open build/guides/docs/index.html, from the disk or a file share; nothing in it loads from the network.
docs: .venv/.made
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --fresh-env --conf-dir docs . build/guides
	@echo "The guides: build/guides/docs/index.html"

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

# Every fault that can be put into validation and disclosure control, one at a time: about an hour.
mutants: .venv/.made
	nice -n 19 $(BIN)/python -m tests.mutants

# Needs uv on the PATH; keeps the versions it finds (duckdb stays at 1.5.5, both it and 2.x are tried); the lock names versions and hashes, never an address.
lock:
	echo hatchling | uv pip compile pyproject.toml - --extra dev --universal --python-version 3.11 --no-emit-index-url --no-strip-extras --no-annotate --no-header --generate-hashes --quiet --output-file requirements.lock

wheel: .venv/.made
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
