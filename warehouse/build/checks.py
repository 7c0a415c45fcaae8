"""Checks after a build: those that follow from the contracts, and Great Expectations suites over small frames.

The suites, a table each in `expectations.toml`, say what no contract says. One looks at its table by
`expectations/<schema>/<table>.sql` where there is one. A dataset that has not come gives an empty frame: no failure.

What was found of a table is kept until something that its checks read has changed. And a suite that was met is not
asked again while its columns hold only values that it was asked about.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, replace
from importlib import resources
from typing import NamedTuple

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.tables import AUDIT, CORE, MARTS, REFERENCE, STEPS, TABLES
from warehouse.build.declared import CheckResult, check_contract, wrong_rows
from warehouse.build.expected import Expectation, Met, Suite, Suites
from warehouse.build.held import HAS_COME, SOURCES, Place, check_sources, found_in, places
from warehouse.build.versions import code_version, digest
from warehouse.db import queries, tables
from warehouse.db.content import fingerprints

Look = Callable[[Mapping[str, pa.Table], Suites], Met]
# A result -> what the expectation was asked about, as JSON; None for a contract's
Found = dict[CheckResult, str | None]

_RESULT = TABLES["audit.check_result"]
_FOLDER = resources.files("warehouse.build")
_CODES = "reference.codelist"  # what the codes of every table are held against


class _Row(NamedTuple):
    """A kept result, a hash of what it was made from, and what its expectation was asked about."""

    result: CheckResult
    made_from: str
    looked_at: str | None


def run_checks(connection: duckdb.DuckDBPyConnection, look: Look) -> tuple[CheckResult, ...]:
    """Every check of the built tables, in the order of the tables' names.

    `look` holds frames against their suites, as `expected.validate` does.
    """
    contracts, suites, before = {**REFERENCE, **AUDIT, **CORE, **STEPS, **MARTS}, _suites(), _kept(connection)
    made_from = _made_from(connection, contracts, suites)
    kept = [row for row in before if row.made_from == made_from.get(row.result.table)]
    changed = contracts.keys() - {row.result.table for row in kept}
    found: Found = {one: None for name in changed for one in check_contract(connection, contracts[name])}
    if SOURCES in changed:
        found[check_sources(connection)] = None
    found |= _expected(connection, {name: suites[name] for name in suites if name in changed}, before, look)
    kept += [_Row(result, made_from[result.table], looked_at) for result, looked_at in found.items()]
    if kept != before:
        rows = [dict(zip(_RESULT.names, (*astuple(one.result), *one[1:]), strict=True)) for one in kept]
        tables.load(connection, _RESULT, pa.Table.from_pylist(rows, _RESULT.arrow_schema()))
    told = {one: found_in(where, asks) for one, where, asks in unmet(connection)}
    return tuple(
        replace(row.result, sentence=row.result.sentence + told.get(row.result, "")) for row in _kept(connection)
    )


def unmet(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[CheckResult, list[Place], str]]:
    """Each check that is not met, where, and what to ask; as the last checks found it, with what is loaded now."""
    suites = _suites()
    for result in (row.result for row in _kept(connection) if not row.result.is_met):
        mine = [one for one in suites.get(result.table, ()) if _of(one) == (result.column, result.check)]
        select = _select(result.table) if mine else f"SELECT * FROM {result.table}"
        if (result.table, result.check) == (SOURCES, HAS_COME):
            yield result, [], ""
            continue
        wrong = _wrong(mine[0]) if mine else wrong_rows(TABLES[result.table], result)
        yield result, places(connection, select, wrong), mine[0].get("asks", "") if mine else ""


def will_ask(connection: duckdb.DuckDBPyConnection, datasets: Set[str]) -> bool:
    """True where suites are to be asked for sure: one of the datasets comes for the first time."""
    try:
        known = connection.execute("SELECT DISTINCT dataset FROM audit.submission").fetchall()
    except duckdb.CatalogException:
        known = []
    return not datasets <= {dataset for (dataset,) in known}


def _kept(connection: duckdb.DuckDBPyConnection) -> list[_Row]:
    """The results of the last checks; none in a new database, or one whose results have another shape."""
    try:
        select = f"SELECT {tables.columns(_RESULT)} FROM {_RESULT.name} ORDER BY table_name, column_name, check_name"
        return [_Row(CheckResult(*row[:-2]), *row[-2:]) for row in connection.execute(select).fetchall()]
    except (duckdb.CatalogException, duckdb.BinderException):
        return []


def _made_from(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], suites: Suites
) -> dict[str, str]:
    """What the checks of each table follow from: the code, its contract and suite, and what all that they read says."""
    reads = {name: {name, _CODES} for name in contracts}
    for name in suites:
        reads[name] |= queries.tables_read(_select(name))
    says = fingerprints(connection, dict.fromkeys(set[str]().union(*reads.values()), "''"))
    return {
        name: digest(code_version(), one, suites.get(name), [says[read] for read in sorted(reads[name])])
        for name, one in contracts.items()
    }


def _suites() -> dict[str, Suite]:
    """Declared expectations by table, each as Great Expectations wants it, with what is ours kept beside it."""
    declared = tomllib.loads((_FOLDER / "expectations.toml").read_text(encoding="utf-8"))
    ours = ("type", "severity", "says", "asks")

    def configured(one: Expectation) -> Expectation:
        return {
            **{name: one[name] for name in ours if name in one},
            "kwargs": {k: v for k, v in one.items() if k not in ours},
        }

    return {table: tuple(map(configured, suite)) for table, suite in declared.items()}


def _select(table: str) -> str:
    file = _FOLDER / "expectations" / f"{table.replace('.', '/')}.sql"
    return file.read_text(encoding="utf-8") if file.is_file() else f"SELECT * FROM {table}"


def _expected(connection: duckdb.DuckDBPyConnection, suites: Suites, before: Sequence[_Row], look: Look) -> Found:
    """The result of each expectation of a table that has rows."""
    met = {(one.table, one.column, one.check): asked for one, _, asked in before if asked and one.is_met}
    asked: dict[str, Sequence[str | None]] = {}
    frames = {}
    for table, suite in suites.items():
        known = [met.get((table, one["kwargs"]["column"], one["type"])) for one in suite]
        now = _asked(connection, table, suite)
        if now and all(map(_covers, known, now)):
            asked[table] = known
        elif now:
            asked[table], frames[table] = now, connection.execute(_columns(table, suite)).to_arrow_table()
    looked = look(frames, suites) if frames else {}
    return {
        _result(table, one, is_met): said
        for table, values in asked.items()
        for one, said, is_met in zip(suites[table], values, looked.get(table, [True] * len(values)), strict=True)
    }


def _columns(table: str, suite: Suite) -> str:
    names = dict.fromkeys(one["kwargs"]["column"] for one in suite)
    return f"SELECT {', '.join(names)} FROM (\n{_select(table)}\n) AS frame"


def _asked(connection: duckdb.DuckDBPyConnection, table: str, suite: Suite) -> list[str]:
    """What each expectation is asked about, as JSON: itself and the values of its column; nothing for no rows."""
    values = ", ".join(map(_values, suite))
    row_count, *found = connection.execute(f"SELECT count(*), {values} FROM ({_columns(table, suite)})").fetchall()[0]
    asked = ([{"kwargs": one["kwargs"]}, value] for one, value in zip(suite, found, strict=True))
    return [json.dumps(one) for one in asked] if row_count else []


def _values(expectation: Expectation) -> str:
    """SQL of the values that decide whether it is met: each once, or the lowest and highest where it has bounds.

    Whether a number is beyond a bound, any other between it and the bound says too. So numbers within their bounds are
    asked about as the bounds, once.
    """
    column, bounds = expectation["kwargs"]["column"], expectation["kwargs"]
    if not _is_bounded(expectation):
        return f"list_sort(list(DISTINCT {column}))"
    value = f"length({column})" if "lengths" in expectation["type"] else column
    lowest, highest = bounds.get("min_value", "'-Infinity'"), bounds.get("max_value", "'Infinity'")
    return f"[least(min({value})::DOUBLE, {lowest}::DOUBLE), greatest(max({value})::DOUBLE, {highest}::DOUBLE)]"


def _is_bounded(expectation: Expectation) -> bool:
    return not {"min_value", "max_value"}.isdisjoint(expectation["kwargs"])


def _covers(known: str | None, asked: str) -> bool:
    """True where the same expectation was met by values between or among which those asked about now are."""
    if known is None:
        return False
    (before, met), (now, values) = json.loads(known), json.loads(asked)
    if before != now:
        return False
    if _is_bounded(now):
        return bool(met[0] <= values[0] and values[1] <= met[1])
    return set(values) <= set(met)


def _of(expectation: Expectation) -> tuple[str, str]:
    return expectation["kwargs"]["column"], expectation["type"]


def _result(table: str, expectation: Expectation, is_met: bool) -> CheckResult:
    """The result in a sentence of ours: theirs would quote cells."""
    column, check = _of(expectation)
    sentence = f"{table}, column {column}: {'as expected' if is_met else expectation['says']}."
    return CheckResult(table, column, check, expectation["severity"], is_met, sentence)


def _wrong(expectation: Expectation) -> str:
    """SQL of what does not meet it."""
    bounds = expectation["kwargs"]
    column, listed = bounds["column"], tables.literals(str(one).lower() for one in bounds.get("value_set", ()))
    if _is_bounded(expectation):
        value = f"length({column})" if "lengths" in expectation["type"] else column
        signs = (("min_value", "<"), ("max_value", ">"))
        return " OR ".join(f"{value} {sign} {bounds[name]}" for name, sign in signs if name in bounds)
    is_not = "" if "not_be" in expectation["type"] else "NOT "
    return f"{is_not}lower(CAST({column} AS STRING)) IN ({listed})"
