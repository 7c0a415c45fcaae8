"""The disclosure report of a release: what is withheld and why, what was kept, and what an approver excepted."""

from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb

from warehouse.db import queries
from warehouse.ledger.release_log import ReleaseException

REPORT = "disclosure_report.md"
REASONS = {
    "base": "fewer people than the profile's threshold are counted out of",
    "numerator": "at least 1 person counts, but fewer than the threshold",
    "complement": "at least 1 person does not count, but fewer than the threshold",
    "class": "0 %, 100 %, or answers that are all equal: each person's is known",
    "dominance": "PAs or hours of which nearly all are one or two people's",
    "secondary": "safe by itself, but a withheld figure could be worked out from it",
    "window": "safe by itself, but it differs by few people from an overlapping period that is shown",
    "change": "safe by itself, but it differs by few people from what an earlier release showed",
    "as_before": "safe by itself, but withheld in an earlier release, from which nothing has changed",
}
ALWAYS = ("base", "numerator", "complement", "class", "dominance", "secondary")  # the others are named where they apply
_SAFE = ("", "counts", "secondary", "window", "change", "as_before")
_ENOUGH = 50  # families from which on the share of what was kept tells of none of them


def disclosure_report(
    connection: duckdb.DuckDBPyConnection, headline: str, exceptions: Sequence[ReleaseException] = ()
) -> str:
    """The report of the marts as markdown. It names no category and counts no rule, so that it tells of no figure."""
    counted: Counter[str] = Counter()
    is_hidden_whole = False
    for rule, method, count in connection.execute(queries.select_of("release.withheld_by_rule")).fetchall():
        counted[rule] += count
        is_hidden_whole |= method == "all"
    ((families, wide, standing),) = connection.execute(queries.select_of("release.families")).fetchall()
    parts = (_reasons(counted), _kept(counted, families, is_hidden_whole), _families(families, wide, standing))
    lines = (line for part in (*parts, _excepted(exceptions)) for line in part)
    return "\n".join(("# Disclosure report", "", headline, "", *lines))


def _reasons(counted: Counter[str]) -> Iterator[str]:
    yield from (
        "## Why figures are withheld",
        "",
        "A figure is withheld for one of these reasons. How many for which is not said: it would help to work out what",
        "is hidden.",
        "",
    )
    yield from (f"- {said};" for rule, said in REASONS.items() if rule in ALWAYS or counted[rule])
    yield "- nobody is in the category: it looks like a category of few people, so that nothing tells which it is."
    yield ""
    if counted["counts"]:
        yield "Some medians are shown without saying how many people they are of: that would give a small group away."
        yield ""


def _kept(counted: Counter[str], families: int, is_hidden_whole: bool) -> Iterator[str]:
    safe = sum(counted[rule] for rule in _SAFE)
    if families >= _ENOUGH and safe:
        shown = counted[""] + counted["counts"]
        yield from (
            "## What was kept",
            "",
            f"Of the figures that are safe by themselves, {100 * shown / safe:.0f} % are shown.",
        )
        yield ""
    if is_hidden_whole:
        yield (
            "For some the solver ran out of time: whole tables are withheld there. Publish on a machine with less to"
            " do, or with fewer breakdowns."
        )
        yield ""


def _families(families: int, wide: int, standing: int) -> Iterator[str]:
    yield from (
        "## What was made coarser, and what stays as it was",
        "",
        f"A family is all figures that count the same people of an organisation and period; there are {families:,}.",
        f"- Staff groups were merged to wide ones in {wide:,}: more of those may be shown.",
        "- Support programmes, turnover and vacancies are counted over twelve months by their definition.",
        f"- {standing:,} stay as an earlier release had them (`not_restated`): too few people changed since to show"
        " both. Where they were wrong before, `research-culture restate METRIC ORGANISATION LAST-DAY --reason TEXT` and"
        " then `research-culture run` state them anew, with all metrics that count the same people.",
        "",
    )


def _excepted(exceptions: Sequence[ReleaseException]) -> Iterator[str]:
    yield from ("## Exceptions", "")
    for one in exceptions:
        family = (
            f"{one.metric_id} and what counts the same people, {one.organisation_code}, to {one.period_end:%d %B %Y}"
        )
        approved = f"approved by {one.approved_by} on {one.approved_at:%d %B %Y}"
        yield f"- {family}: restated though few people changed; {approved}."
    yield from (() if exceptions else ("None.",))
    yield ""
