"""Checks that follow from a contract: a table's key, and the codelists and ranges of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import duckdb

from schemas.fields import Contract, Field
from warehouse.db import tables

Severity = Literal["stop", "warn"]


@dataclass(frozen=True)
class CheckResult:
    """One check of one column: a `stop` that is not met holds the release; the sentence holds no cell's value."""

    table: str
    column: str
    check: str
    severity: Severity
    is_met: bool
    sentence: str


def check_contract(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[CheckResult]:
    """The results for the table's key and, in one query, for each codelist and range; a NULL meets both.

    A required column needs no check: it is NOT NULL in the table.
    """
    yield _check_key(connection, contract)
    checks = [(field, *check) for field in contract.fields for check in _limits(field)]
    if not checks:
        return
    asked = (f"count(*) FILTER ({condition})" for _, _, condition, _ in checks)
    found = connection.execute(f"SELECT {', '.join(asked)} FROM {contract.name}").fetchone()
    for (field, check, _, wrong), count in zip(checks, found or (), strict=True):
        sentence = f"{contract.name}, column {field.name}: {wrong if count else 'as expected'}."
        yield CheckResult(contract.name, field.name, check, "stop", not count, sentence)


def wrong_rows(contract: Contract, result: CheckResult) -> str:
    """SQL of what does not meet a check of the contract."""
    if result.check != "key":
        return next(
            sql
            for field in contract.fields
            for check, sql, _ in _limits(field)
            if (field.name, check) == (result.column, result.check)
        )
    keys = ", ".join(contract.keys)
    is_null = " OR ".join(f"{key} IS NULL" for key in contract.keys)
    return f"{is_null} OR ({keys}) IN (SELECT ({keys}) FROM {contract.name} GROUP BY {keys} HAVING count(*) > 1)"


def _check_key(connection: duckdb.DuckDBPyConnection, contract: Contract) -> CheckResult:
    null_count, duplicate_count = tables.broken_keys(connection, contract)
    is_met = not null_count and not duplicate_count
    outcome = "as expected"
    if not is_met:
        outcome = (
            f"{null_count:,} rows without a key and {duplicate_count:,} rows that share theirs; withdraw the"
            " submission that was sent twice, or tell the maintainers"
        )
    key = ", ".join(contract.keys)
    return CheckResult(contract.name, key, "key", "stop", is_met, f"{contract.name}, key {key}: {outcome}.")


def _limits(field: Field) -> Iterator[tuple[str, str, str]]:
    """Each declared limit of a field: the check's name, the SQL of what breaks it, and what to say then."""
    if field.codelist:
        listed = f"SELECT code FROM reference.codelist WHERE codelist = '{field.codelist}'"
        wrong = f"holds a code that is not on the list {field.codelist}; put the code back on the list"
        yield "codelist", f"{field.name} NOT IN ({listed})", f"{wrong} or send the file again"
    for check, sign, word, limit in (("minimum", "<", "under", field.minimum), ("maximum", ">", "over", field.maximum)):
        if limit is not None:
            wrong = f"holds a number {word} {limit:,.10g}; send the file again, or tell the maintainers"
            yield check, f"{field.name} {sign} {limit}", wrong
