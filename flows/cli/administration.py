"""The commands under "administration"."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import SETUP, Json, NoServer, app, exit_for, home_settings, now, run_month

ADMIN = "Administration"


@app.command(rich_help_panel=ADMIN)
def demo(
    no_server: NoServer = False,
    months: Annotated[int, typer.Option(min=1, max=12, help="How many months of exports to make.")] = 12,
) -> None:
    """Make a fictional year of exports in a home of its own, run the monthly flow on it, and say where to look."""
    from flows.cli.output import say, show_month
    from flows.demo.tour import give_tour

    give_tour(lambda settings: show_month(run_month(settings, no_server), as_json=False), say, months)


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
    from flows.cli.output import show_month
    from flows.monthly import by_hand
    from flows.monthly.run import exclusive_ledger
    from warehouse.ledger.store import SenderHints

    if (file is None) == (not confirm):
        raise typer.BadParameter("give either a FILE or --confirm SUBMISSION")
    settings, hints = home_settings(), SenderHints(organisation, dataset, source, period, layout)
    with exclusive_ledger(settings) as ledger:
        if file is not None:
            month = by_hand.ingest_file(settings, ledger, file, hints, now())
        else:
            month = by_hand.confirm(settings, ledger, confirm, now())
    show_month(month, as_json=as_json)
    exit_for(month)


@app.command(rich_help_panel=ADMIN)
def findings(submission: str, as_json: Json = False) -> None:
    """Show the findings of a submission, and where the workbook to send back lies."""
    from flows.cli.status import show_findings

    show_findings(home_settings(), submission, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def rebuild(
    day: Annotated[str, typer.Option("--as-known-on", help="Instead, build what was known then.", metavar="DATE")] = "",
    to: Annotated[Path | None, typer.Option(help="The new file to build that into.", dir_okay=False)] = None,
) -> None:
    """Delete the work database and build it anew from what is staged; or build a past day's beside it."""
    from flows.cli.output import say
    from flows.monthly.as_known import write_as_known
    from flows.monthly.curate import rebuild as rebuild_all
    from flows.monthly.run import exclusive_ledger

    settings = home_settings()
    if bool(day) != bool(to):
        raise typer.BadParameter("give --as-known-on DATE and --to FILE together, or neither")
    with exclusive_ledger(settings) as ledger:
        if to is not None:
            say(*write_as_known(settings, ledger, day, to, now()).sentences)
            return
        curated = rebuild_all(settings, ledger)
        ledger.note("rebuild", "work database", now())
    say(f"Rebuilt from {len(curated.submissions)} submissions.", *(check.sentence for check in curated.stops))


@app.command(rich_help_panel=ADMIN)
def schedule() -> None:
    """Serve the monthly flow by cron in Europe/London, with Prefect's server and pages on this machine."""
    from flows import prefect_flows
    from flows.cli.output import say

    prefect_flows.schedule(home_settings(), say)


@app.command(rich_help_panel=ADMIN)
def backfill(
    first: Annotated[str, typer.Argument(help="First month, such as 2025-10.")],
    last: Annotated[str, typer.Argument(help="Last month, such as 2026-09.")],
    no_server: NoServer = False,
    as_json: Json = False,
) -> None:
    """Judge what was loaded for a range of months again under today's rules, and propose."""
    from flows.cli.output import show_month
    from flows.monthly.run import backfill as judge_again
    from flows.monthly.run import exclusive_ledger, plain_steps
    from schemas.submissions import Period

    try:
        start, end = Period.parse(first), Period.parse(last)
        if end < start:
            raise ValueError(f"{last} is before {first}")
    except ValueError as problem:
        raise typer.BadParameter(f"{problem}; write months like 2026-09") from None
    settings = home_settings()
    if no_server:
        with exclusive_ledger(settings) as ledger:
            month = judge_again(settings, ledger, plain_steps(settings, ledger), start, end, now())
    else:
        from flows import prefect_flows

        month = prefect_flows.run_backfill(start, end)
    show_month(month, as_json=as_json)
    exit_for(month)


@app.command(rich_help_panel=ADMIN)
def query(
    sql: str,
    analyst: Annotated[bool, typer.Option("--analyst", help="Ask the analyst's file instead of the release.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the current release, or the analyst's file, one SQL question (read-only)."""
    from flows.cli.status import show_query

    show_query(home_settings(), sql, analyst=analyst, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def codelist(
    files: Annotated[list[Path], typer.Argument(help="CSV files named like our lists.", exists=True, dir_okay=False)],
) -> None:
    """Load your own lists in place of ours, such as the table of facilitators and barriers (subtheme.csv)."""
    from flows.cli.output import say
    from flows.home.setup import take_codelists

    say(*take_codelists(home_settings(), files))


@app.command(rich_help_panel=ADMIN)
def doctor(as_json: Json = False) -> None:
    """Look at folders, rights, key, rules, versions and disk, and say what to do."""
    from dataclasses import asdict

    from flows.cli.output import say_json, show_table
    from flows.home.doctor import diagnose
    from flows.prefect_flows import has_server
    from flows.settings import load_settings

    found = list(diagnose(load_settings(), has_server))
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        marked = [{"": "ok" if d.is_well else "!!", "what": d.subject, "how it is": d.sentence} for d in found]
        show_table("Doctor", marked)
    if not all(one.is_well for one in found):
        raise typer.Exit(SETUP)
