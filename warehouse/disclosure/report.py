"""The disclosure report of a release: which rules withheld how much, what was kept, and what an approver excepted."""

from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb

from warehouse.db import queries
from warehouse.ledger.release_log import ReleaseException

REPORT = "disclosure_report.md"
RULES = {
    "base": "fewer people in the base than the profile's threshold",
    "numerator": "at least 1 person counted in it, but fewer than the threshold",
    "complement": "at least 1 person not counted in it, but fewer than the threshold",
    "class": "0 %, 100 %, or answers that are all equal: each person's is known",
    "dominance": "PAs or hours of which nearly all are one or two people's",
    "secondary": "safe by itself, but a withheld figure could be worked out from it",
    "window": "safe by itself, but it overlaps a shown period that differs by few people",
    "change": "safe by itself, but few people changed since an earlier release",
    "as_before": "safe by itself, but withheld in an earlier release, from which nothing has changed",
    "coarsened": "not shown: wide staff groups are used instead of staff groups, or the other way round",
}
_SAFE = ("", "secondary", "window", "change", "as_before")


def disclosure_report(
    connection: duckdb.DuckDBPyConnection, headline: str, exceptions: Sequence[ReleaseException] = ()
) -> str:
    """The report of the marts as markdown. It counts figures and names no category, so that it tells of none.

    How many figures a rule withholds is told of the whole release alone: told of a single table, it would help to work
    out what is hidden.
    """
    counted: Counter[str] = Counter()
    hidden_whole = 0
    for rule, method, count in connection.execute(queries.select_of("disclosure.report_rules")).fetchall():
        counted[rule] += count
        hidden_whole += count if method == "all" else 0
    parts = (_rules(counted), _kept(counted, hidden_whole), _families(connection), _excepted(exceptions))
    return "\n".join(
        ("# Disclosure report", "", headline, "", *(line for part in parts for line in part), *_metrics(connection))
    )


def _rules(counted: Counter[str]) -> Iterator[str]:
    yield from (
        "## What is withheld, and by which rule",
        "",
        "| rule | figures | what it says |",
        "| --- | ---: | --- |",
    )
    yield from (f"| {rule} | {counted[rule]:,} | {said} |" for rule, said in RULES.items())
    yield ""


def _kept(counted: Counter[str], hidden_whole: int) -> Iterator[str]:
    safe, shown = sum(counted[rule] for rule in _SAFE), counted[""]
    share = f" ({100 * shown / safe:.1f} %)" if safe else ""
    yield from ("## What was kept", "", f"Of {safe:,} figures that are safe by themselves, {shown:,}{share} are shown.")
    if hidden_whole:
        yield (
            f"For {hidden_whole:,} of them the solver ran out of time: whole tables are withheld there. Publish on"
            " a machine with less to do, or with fewer breakdowns."
        )
    yield ""


def _families(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((families, wide, standing),) = connection.execute(queries.select_of("disclosure.report_families")).fetchall()
    yield from (
        "## What was made coarser, and what stays as it was",
        "",
        f"A family is the figures of one metric, organisation and period; there are {families:,}.",
        f"- Staff groups were merged to wide ones in {wide:,}: more of those may be shown.",
        "- Support programmes, turnover and vacancies are counted over twelve months by their definition.",
        f"- {standing:,} stay as an earlier release had them (`not_restated`): 1 to 10 people changed since."
        " Where they were wrong before, `research-culture restate METRIC ORGANISATION LAST-DAY --reason TEXT` and then"
        " `research-culture publish` state them anew.",
        "",
    )


def _excepted(exceptions: Sequence[ReleaseException]) -> Iterator[str]:
    yield from ("## Exceptions", "")
    for one in exceptions:
        family = f"{one.metric_id}, {one.organisation_code}, to {one.period_end:%d %B %Y}"
        approved = f"approved by {one.approved_by} on {one.approved_at:%d %B %Y}"
        yield f"- {family}: restated though few people changed; {approved}."
    yield from (() if exceptions else ("None.",))
    yield ""


def _metrics(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield from ("## By metric", "", "| metric | shown | withheld |", "| --- | ---: | ---: |")
    for metric_id, shown, withheld in connection.execute(queries.select_of("disclosure.report_metrics")).fetchall():
        yield f"| {metric_id} | {shown:,} | {withheld:,} |"
    yield ""
