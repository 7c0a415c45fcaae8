"""The commands under "administration"."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import (
    BROKEN,
    SETUP,
    By,
    Json,
    NoServer,
    Reason,
    app,
    decide,
    exit_for,
    home_settings,
    now,
    run_month,
)

ADMIN = "Administration"
audit = typer.Typer(no_args_is_help=True)
app.add_typer(audit, name="audit", rich_help_panel=ADMIN, help="The audit log: `audit verify`.")


class IdentifierKind(StrEnum):
    """What a person may be erased by."""

    REGISTRATION = "registration"
    EMPLOYEE = "employee"
    CASE = "case"


@app.command(rich_help_panel=ADMIN)
def demo(
    no_server: NoServer = False,
    months: Annotated[int, typer.Option(min=1, max=12, help="How many months of exports to make.")] = 12,
) -> None:
    """Make a fictional year of exports in a home of its own, run the monthly flow on it, and say where to look."""
    from flows.demo.tour import give_tour

    give_tour(lambda settings: run_month(settings, no_server), months)


@app.command(rich_help_panel=ADMIN)
def ingest(
    file: Annotated[Path | None, typer.Argument(help="The file to take.", exists=True, dir_okay=False)] = None,
    organisation: Annotated[str, typer.Option(help="Code of the organisation that sent it.")] = "",
    dataset: Annotated[str, typer.Option(help="Which dataset it is.")] = "",
    source: Annotated[str, typer.Option(help="Which source it is, where one dataset has several.")] = "",
    period: Annotated[str, typer.Option(help="What it is for, such as 2026-09.")] = "",
    layout: Annotated[str, typer.Option(help="Which layout to read it by.")] = "",
    confirm: Annotated[str, typer.Option(help="Load this held submission after all.", metavar="SUBMISSION")] = "",
    as_json: Json = False,
) -> None:
    """Land, stage and record one file (no release); or confirm a held submission."""
    from flows.status import ingest_file
    from warehouse.ledger import Said

    if (file is None) == (not confirm):
        raise typer.BadParameter("give either a FILE or --confirm SUBMISSION")
    said = Said(organisation, dataset, source, period, layout)
    month = ingest_file(home_settings(), file, said, confirm, now())
    from flows.console import show_month

    show_month(month, as_json=as_json)
    exit_for(month)


@app.command(rich_help_panel=ADMIN)
def withdraw(
    subject: Annotated[str, typer.Argument(help="A submission or an approved release.")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Take back a submission, whose rows are gone from the next release; or a release: the former shows again."""
    from flows.approval import withdraw as take_back

    decide(take_back, subject, by, reason)


@app.command(rich_help_panel=ADMIN)
def decline(
    release: Annotated[str, typer.Argument(help="The release; the one that waits, unless given.")] = "",
    by: By = "",
    *,
    reason: Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")],
) -> None:
    """Decline the proposed release: it never shows."""
    from flows.approval import decline as keep_back

    decide(keep_back, release, by, reason)


@app.command(rich_help_panel=ADMIN)
def restate(
    metric: Annotated[str, typer.Argument(help="Metric, such as R01.")],
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    last_day: Annotated[str, typer.Argument(help="Last day of the period, such as 2026-09-30.")],
    by: By = "",
    *,
    reason: Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")],
) -> None:
    """Let figures that are not restated be stated anew in the next release, though few people changed."""
    from flows.approval import restate as let_restate

    decide(let_restate, (metric, organisation, last_day), by, reason)


@audit.command()
def verify() -> None:
    """Walk the audit log from its first entry to its last, and hold every release against it."""
    from flows.status import show_audit

    if not show_audit(home_settings()):
        raise typer.Exit(BROKEN)


@app.command(rich_help_panel=ADMIN)
def findings(submission: str, as_json: Json = False) -> None:
    """Show the findings of a submission, and where the workbook to send back lies."""
    from flows.status import show_findings

    show_findings(home_settings(), submission, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def rebuild(
    day: Annotated[str, typer.Option("--as-known-on", help="Instead, build what was known then.", metavar="DATE")] = "",
    to: Annotated[Path | None, typer.Option(help="The new file to build that into.", dir_okay=False)] = None,
) -> None:
    """Delete the work database and build it anew from what is staged; or build a past day's beside it."""
    from flows.as_known import write_as_known
    from flows.console import say
    from flows.curate import rebuild as rebuild_all
    from flows.monthly import one_run

    settings = home_settings()
    if bool(day) != bool(to):
        raise typer.BadParameter("give --as-known-on DATE and --to FILE together, or neither")
    with one_run(settings) as ledger:
        if to is not None:
            say(*write_as_known(settings, ledger, day, to, now()).sentences)
            return
        curated = rebuild_all(settings, ledger)
        ledger.note("rebuild", "work database", now())
    say(f"Rebuilt from {len(curated.submissions)} submissions.", *(check.sentence for check in curated.stops))


@app.command(rich_help_panel=ADMIN)
def schedule() -> None:
    """Serve the monthly flow by cron in Europe/London, with Prefect's server and pages on this machine."""
    from flows import deployed

    deployed.schedule(home_settings())


@app.command(rich_help_panel=ADMIN)
def backfill(
    first: Annotated[str, typer.Argument(help="First month, such as 2025-10.")],
    last: Annotated[str, typer.Argument(help="Last month, such as 2026-09.")],
    no_server: NoServer = False,
    as_json: Json = False,
) -> None:
    """Judge what was loaded for a range of months again under today's rules, and propose."""
    from flows.console import show_month
    from flows.monthly import backfill as judge_again
    from flows.monthly import one_run, plain_steps
    from schemas.submissions import Period

    try:
        start, end = Period.parse(first), Period.parse(last)
        if end < start:
            raise ValueError(f"{last} is before {first}")
    except ValueError as problem:
        raise typer.BadParameter(f"{problem}; write months like 2026-09") from None
    settings = home_settings()
    if no_server:
        with one_run(settings) as ledger:
            month = judge_again(settings, ledger, plain_steps(settings, ledger), start, end, now())
    else:
        from flows import deployed

        month = deployed.run_backfill(start, end)
    show_month(month, as_json=as_json)
    exit_for(month)


@app.command(rich_help_panel=ADMIN)
def query(
    sql: str,
    analyst: Annotated[bool, typer.Option("--analyst", help="Ask the analyst's file instead of the release.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the current release, or the analyst's file, one SQL question (read-only)."""
    from flows.status import show_query

    show_query(home_settings(), sql, analyst=analyst, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def codelist(
    files: Annotated[list[Path], typer.Argument(help="CSV files named like our lists.", exists=True, dir_okay=False)],
) -> None:
    """Load your own lists in place of ours, such as the table of facilitators and barriers (subtheme.csv)."""
    from flows.console import say
    from flows.setup import take_codelists

    say(*take_codelists(home_settings(), files))


@app.command(rich_help_panel=ADMIN)
def doctor(as_json: Json = False) -> None:
    """Look at folders, rights, key, rules, versions and disk, and say what to do."""
    from dataclasses import asdict

    from flows.console import say_json, show_table
    from flows.settings import load_settings
    from flows.setup import diagnose

    found = list(diagnose(load_settings()))
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        marked = [{"": "ok" if d.is_well else "!!", "what": d.subject, "how it is": d.sentence} for d in found]
        show_table("Doctor", marked)
    if not all(one.is_well for one in found):
        raise typer.Exit(SETUP)


@app.command(rich_help_panel=ADMIN)
def erase(
    organisation: Annotated[str, typer.Option(help="Code of the organisation whose number it is.")],
    kind: Annotated[IdentifierKind, typer.Option("--type", help="What sort of number you will type.")],
    by: Annotated[str, typer.Option("--as", help="Who asked for it; recorded, not authenticated.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase a person from every file kept, and refuse them in later ones; the number is asked for, or read from
    standard input, and is never an argument."""
    import sys

    from flows.console import say
    from flows.erase import erase as erase_person
    from flows.monthly import one_run
    from flows.settings import UsageError, actor
    from flows.tombstones import Person

    settings, is_asked = home_settings(), sys.stdin.isatty()
    if not is_asked and not yes:
        raise UsageError("nobody can be asked whether to go on; add --yes to erase at once")
    typed = typer.prompt("The number (it is not shown)", hide_input=True) if is_asked else sys.stdin.readline()
    person = Person(organisation, kind.value, typed.strip())

    def agreed(forecast: str) -> bool:
        say(forecast)
        return yes or typer.confirm("Go on?")

    with one_run(settings) as ledger:
        say(*erase_person(settings, ledger, person, now(), by or actor(), agreed))


@app.command(rich_help_panel=ADMIN)
def retention(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them, for good.")] = False,
    by: Annotated[str, typer.Option("--as", help="Who decided it; recorded, not authenticated.")] = "",
) -> None:
    """Show what is past the retention period of its dataset (config/codelists/retention.csv), and with --remove
    remove it: landed files, staged rows and workbooks."""
    from flows.console import say, show_table
    from flows.monthly import one_run
    from flows.retention import expired
    from flows.retention import remove as remove_all
    from flows.settings import actor

    settings = home_settings()
    with one_run(settings) as ledger:
        gone = expired(settings, ledger, now().date())
        if not gone:
            say("Nothing is past a retention period. What has none in retention.csv is kept.")
            return
        show_table("Past their retention period", [one.as_row() for one in gone])
        if remove:
            say(*remove_all(settings, ledger, gone, now(), by or actor()))
        else:
            say("Nothing was removed. `research-culture retention --remove` removes these.")


@app.command("rotate-key", rich_help_panel=ADMIN)
def rotate_key() -> None:
    """Make a new key and put all staged rows under it; or end a rotation that was stopped, or a change of
    link_organisations."""
    from flows.console import say
    from flows.monthly import one_run
    from flows.rotate import rotate

    settings = home_settings()
    with one_run(settings) as ledger:
        say(*rotate(settings, ledger, now()))
