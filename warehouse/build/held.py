"""Where a check is not met: figure or organisation, period, the submissions behind it, and the likely cause."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import duckdb

from schemas.metrics import WIDER
from schemas.submissions import NATIONAL
from warehouse.db.tables import literals

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
        f" ({literals(WIDER.values())}) ORDER BY {', '.join(_FOUND[:5])}, breakdown = 'all', breakdown, category"
    ).fetchall()
    return [one for row in found if (one := _place(connection, *row)).text]


def found_in(where: Sequence[Place], asks: str) -> str:
    """The places in a sentence, and what to ask of them; '' for none."""
    if not where:
        return ""
    named = "; ".join(one.text + _from(one.submissions) for one in where[:NAMED])
    more = f"; and {len(where) - NAMED:,} more" if where[NAMED:] else ""
    return f" Found in {named}{more}." + (f" {asks.format(whom=where[0].whom or 'everyone')}" if asks else "")


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
