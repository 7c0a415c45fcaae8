"""The commands under "administration"."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import ADMIN, Json, NoServer, Verbose, app, finish, home_ledger, home_settings, now, show, walk
from flows.cli.output import say, say_json, show_table


@app.command(rich_help_panel=ADMIN)
def demo(
    no_server: NoServer = False,
    verbose: Verbose = False,
    months: Annotated[int, typer.Option(min=1, max=12, help="How many months of exports to make.")] = 12,
) -> None:
    """Make a fictional year of exports in the home folder, run the monthly flow on it, and say where to look.

    It sets auto_approve there. Delete that home and the key made for it before you set up your own.
    """
    from flows.demo.tour import give_tour

    give_tour(lambda: show(walk("monthly", no_server=no_server, verbose=verbose)), say, months)


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
    from flows.cli.ids import resolve, that_are_held
    from flows.monthly import by_hand
    from warehouse.ledger.store import SenderHints

    if (file is None) == (not confirm):
        raise typer.BadParameter("give either a FILE or --confirm SUBMISSION")
    hints = SenderHints(organisation, dataset, source, period, layout)
    with home_ledger() as (settings, ledger):
        if file is not None:
            month = by_hand.ingest_file(settings, ledger, file, hints, now())
        else:
            month = by_hand.confirm(settings, ledger, resolve(confirm, that_are_held(ledger)), now())
    finish(month, as_json)


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
    """Build the work database and the analysts' file again from what is staged. Or that of a past day beside it."""
    from flows.home.keys import check_key
    from flows.monthly.as_known import write_as_known
    from flows.monthly.curate import rebuild as rebuild_all
    from flows.monthly.curate import rewrite_analyst_file
    from flows.monthly.run import plain_steps, restage
    from schemas.findings import counted

    if bool(day) != bool(to):
        raise typer.BadParameter("give --as-known-on DATE and --to FILE together, or neither")
    with home_ledger() as (settings, ledger):
        if to is not None:
            say(*write_as_known(settings, ledger, day, to, now()))
            return
        _, reasons = restage(settings, ledger, plain_steps(settings, ledger), now())
        check_key(settings, ledger)
        curated = rebuild_all(settings, ledger)
        reasons += rewrite_analyst_file(settings, ledger)
        ledger.note("rebuild", "work database", now())
    done = f"Rebuilt from {counted(len(curated.submissions), 'submission')}."
    say(*reasons, done, *(check.sentence for check in curated.stops))


@app.command(rich_help_panel=ADMIN)
def schedule() -> None:
    """Serve the monthly flow by cron in Europe/London, with Prefect's server and pages on this machine."""
    from flows import prefect_flows

    prefect_flows.schedule(home_settings(), say)


@app.command(rich_help_panel=ADMIN)
def backfill(
    first: Annotated[str, typer.Argument(help="First month, such as 2025-10.")],
    last: Annotated[str, typer.Argument(help="Last month, such as 2026-09.")],
    no_server: NoServer = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Read the files of a range of months again under today's rules, and propose a release."""
    finish(walk("backfill", first, last, no_server=no_server, verbose=verbose), as_json)


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
    from flows.home.setup import take_codelists

    say(*take_codelists(home_settings(), files))


@app.command(rich_help_panel=ADMIN)
def backup(
    to: Annotated[Path, typer.Argument(help="A folder, or the name of a new file; best on another disk.")],
) -> None:
    """Write the record into one file: landed files, ledger, config, staged rows and releases. Not the key."""
    from flows.home.backup import backup as write_backup
    from flows.home.record import require_whole
    from flows.monthly.run import run_lock
    from flows.settings import actor
    from warehouse.ledger.store import Ledger

    settings = home_settings()
    with run_lock(settings), Ledger(settings.ledger, actor()) as ledger:
        require_whole(settings, ledger)
        say(*write_backup(settings, ledger, to, now()))


@app.command(rich_help_panel=ADMIN)
def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup.", exists=True, dir_okay=False)] = None,
    from_landing: Annotated[
        bool, typer.Option("--from-landing", help="Instead, take in the landed files that the ledger does not know.")
    ] = False,
) -> None:
    """Put a backup into a home without a record. Or take in again what a lost ledger knew."""
    from flows.home import backup, record
    from flows.home.setup import make_home
    from flows.monthly.run import run_lock
    from flows.settings import actor, code_version, load_settings
    from warehouse.ledger.store import Ledger

    if (file is None) != from_landing:
        raise typer.BadParameter("give either a FILE or --from-landing")
    settings = load_settings()
    if file is not None:
        make_home(settings, None)
    with run_lock(settings):
        if file is not None:
            say(*backup.restore(settings, file))
            return
        with Ledger(settings.ledger, actor(), code_version()) as ledger:
            say(*record.take_in(settings, ledger, now()))


@app.command("notify", rich_help_panel=ADMIN)
def send_test() -> None:
    """Send a test notice to each place in config/notices.txt, and say which did not take it."""
    from flows import notices
    from flows.cli.app import to_block
    from flows.errors import SETUP, SetupError
    from schemas.findings import counted

    where = notices.places(home_settings())
    if not where:
        raise SetupError("notices are off; write an Apprise URL or prefect:TYPE/NAME into config/notices.txt")
    failed = notices.send(where, notices.TEST, to_block)
    say(*failed, f"{len(where) - len(failed)} of {counted(len(where), 'place')} took the test notice.")
    if failed:
        raise typer.Exit(SETUP)


@app.command(rich_help_panel=ADMIN)
def doctor(as_json: Json = False) -> None:
    """Look at folders, rights, key, rules, versions and disk, and say what to do."""
    from dataclasses import asdict

    from flows.errors import SETUP
    from flows.home.doctor import diagnose
    from flows.notices import places
    from flows.prefect_server import has_server
    from flows.settings import load_settings

    found = sorted(diagnose(load_settings(), has_server, places), key=lambda one: one.is_well)
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        ill = sum(not one.is_well for one in found)
        title = f"{ill} of {len(found)} {'needs' if ill == 1 else 'need'} you." if ill else "All is well."
        marked = [{"what": d.subject, "is": "fine" if d.is_well else "problem", "how": d.sentence} for d in found]
        show_table(title, marked, is_coloured=True)
    if not all(one.is_well for one in found):
        raise typer.Exit(SETUP)
