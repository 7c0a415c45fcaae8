"""Where a check is not met: figure or organisation, period, the submissions behind it, and the likely cause.

And the sources that have not come: the check of them names them itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import duckdb

from schemas.metrics import WIDER
from schemas.submissions import NATIONAL, Period
from warehouse.build.declared import CheckResult
from warehouse.db.tables import literals

SOURCES, HAS_COME = "core.source_missing", "has_come"
_SOURCES_NAMED = 10
_FOUND_IN = " Found in "
_NOT_COME = "files have not come, and figures that need them are not available"
NAMED = 3  # places, and submissions of each, in a sentence
_FOUND = ("metric_id", "item_code", "organisation_code", "period_start", "period_end", "breakdown", "category")
_BEHIND = f"""
SELECT submission_id
FROM audit.submission INNER JOIN reference.metric_dataset USING (dataset)
WHERE metric_id = ? AND organisation_code IN (?, '{NATIONAL}') AND period_start <= ? AND period_end >= ?
ORDER BY period_end DESC, submission_id
"""


class Place(NamedTuple):
    """Rows of a table that do not meet a check. `numbers` are for the officer's own screen, and for no sentence."""

    what: str  # a metric and whose, or an organisation
    when: str
    whom: str  # the category of a breakdown
    numbers: str
    submissions: tuple[str, ...]

    @property
    def text(self) -> str:
        """The place in words, without a number."""
        return ", ".join(filter(None, (self.what, self.when, self.whom)))


def places(connection: duckdb.DuckDBPyConnection, select: str, wrong: str) -> list[Place]:
    """Where the rows of a SELECT are wrong, as far as its columns tell; what wider groups follow from comes first."""
    rows = f"FROM (\n{select}\n) WHERE {wrong}"
    there = connection.sql(f"SELECT * {rows}").columns
    columns = (
        name if name in there else f"NULL AS {name}" for name in (*_FOUND, "numerator", "denominator", "submission_id")
    )
    found = connection.execute(
        f"SELECT * FROM (SELECT DISTINCT {', '.join(columns)} {rows}) WHERE breakdown IS NULL OR breakdown NOT IN"
        f" ({literals({*WIDER.values()} - WIDER.keys())})"
        f" ORDER BY {', '.join(_FOUND[:5])}, breakdown = 'all', breakdown, category"
    ).fetchall()
    return [one for row in found if (one := _place(connection, *row)).text]


def found_in(where: Sequence[Place], asks: str) -> str:
    """The places in a sentence, and what to ask of them; '' for none."""
    if not where:
        return ""
    named = "; ".join(one.text + _from(one.submissions) for one in where[:NAMED])
    more = f"; and {len(where) - NAMED:,} more" if where[NAMED:] else ""
    return f"{_FOUND_IN}{named}{more}." + (f" {asks.format(whom=where[0].whom or 'everyone')}" if asks else "")


def _from(submissions: Sequence[str]) -> str:
    if not submissions:
        return ""
    more = f" and {len(submissions) - NAMED:,} more" if submissions[NAMED:] else ""
    return f" (submission {', '.join(submissions[:NAMED])}{more})"


def _place(connection: duckdb.DuckDBPyConnection, *row: Any) -> Place:
    metric, item, organisation, start, end, breakdown, category, numerator, denominator, submission = row
    figure = " ".join(str(one) for one in (metric, item) if one and one != "none")
    behind = [(submission,)] if submission else []
    if metric and start and end:
        behind = connection.execute(_BEHIND, [metric, organisation, end, start]).fetchall()
    return Place(
        " of ".join(filter(None, (figure, organisation))),
        _days(start, end) if start else "",
        _whom(connection, breakdown, category) if category and breakdown != "all" else "",
        "" if None in (numerator, denominator) else f"numerator {numerator:,.10g}, denominator {denominator:,.10g}",
        tuple(one for (one,) in behind),
    )


def _days(start: date, end: date) -> str:
    is_month = (start.year, start.month, start.day) == (end.year, end.month, 1)
    return f"{start:%B %Y}" if is_month else f"{start:%B %Y} to {end:%B %Y}"


def _whom(connection: duckdb.DuckDBPyConnection, breakdown: str, category: str) -> str:
    """The category by its label; one that is on no list, such as a site, may be a person's own word and is not told."""
    label = "SELECT label FROM reference.codelist WHERE codelist = ? AND code = ?"
    found, named = connection.execute(label, [breakdown, category]).fetchone(), breakdown.replace("_", " ")
    return f"{named} {found[0]}" if found else f"one {named}"


def check_sources(connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Whether every source came that is awaited; it warns, since the figures that need one are not available."""
    found = [*missing_sources(connection)]
    outcome = "as expected"
    if found:
        more = (f"and {len(found) - _SOURCES_NAMED:,} more",) if found[_SOURCES_NAMED:] else ()
        outcome = (
            f"{_NOT_COME}: {'; '.join((*found[:_SOURCES_NAMED], *more))}."
            " Have them sent. If one does not come again, write a line organisation, dataset, source, last day and"
            " reason into source_end.csv, and type `research-culture codelist source_end.csv`"
        )
    return CheckResult(SOURCES, "source", HAS_COME, "warn", not found, f"{SOURCES}, column source: {outcome}.")


def as_released(check: CheckResult) -> CheckResult:
    """The check as everyone may read it: a release names no source, and no place, which may be a withheld figure's."""
    said = check.sentence.partition(_FOUND_IN)[0]
    before, is_told, _ = said.partition(_NOT_COME)
    return replace(check, sentence=f"{before}{_NOT_COME}." if is_told else said)


def missing_sources(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A phrase on each source that is missed: whose it is, of what, for which periods, and when it came last."""
    rows = connection.execute(
        "SELECT organisation_code, dataset, source, min(last_period_end),"
        f" list_sort(list(DISTINCT (period_start, period_end))) FROM {SOURCES} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for organisation, dataset, source, last, periods in rows:
        labels = ", ".join(Period(*period).label for period in periods)
        yield f"{organisation}, {dataset}, source {source}: none for {labels}; the last was to {last:%Y-%m-%d}"
