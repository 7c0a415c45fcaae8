"""The command line `research-culture`.

Exit codes: 0 done; 1 an error of ours; 2 wrong use; 3 a file was refused or is held; 4 a check holds the release;
5 set-up is missing (home, key, another run); 6 the world stopped it (locked file, full disk).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.monthly import Month
    from flows.settings import Settings

REFUSED, HELD, SETUP = 3, 4, 5
ADMIN = "Administration"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback's locals could show cells
    add_completion=False,
    help="From organisations' exports to released, disclosure-checked tables of research culture.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
NoServer = Annotated[bool, typer.Option("--no-server", help="Run without Prefect.")]


@app.command()
def init(
    key: Annotated[Path | None, typer.Option(help="Make or use the key at this path, outside the home.")] = None,
) -> None:
    """Make the home folder and, with --key PATH, the pseudonymisation key."""
    from flows.console import say
    from flows.settings import load_settings
    from flows.setup import make_home

    say(*make_home(load_settings(), key))


@app.command()
def template(
    dataset: Annotated[str, typer.Argument(help="population, survey, appraisal, job_plan or nss_benchmark.")],
    to: Annotated[Path | None, typer.Option(help="Where to write the workbook.", dir_okay=False)] = None,
) -> None:
    """Write a blank workbook for a dataset, with drop-downs and notes, that always loads."""
    from flows.console import say
    from flows.settings import load_settings, read_rules
    from flows.workbook import write_template
    from schemas.datasets import DATASETS

    if dataset not in DATASETS:
        raise typer.BadParameter(f"{dataset!r} is not a dataset; choose one of {', '.join(DATASETS)}")
    path = to or Path(f"{dataset}_template.xlsx")
    write_template(dataset, read_rules(load_settings()), path)
    say(f"Wrote {path}. Fill it in, save it, and put it into the inbox.")


@app.command()
def run(no_server: NoServer = False, as_json: Json = False) -> None:
    """Take what waits in the inbox, bring the tables up to date, check them and release them."""
    from flows.console import show_month

    month = _run_monthly(_home(), no_server)
    show_month(month, as_json=as_json)
    _exit_for(month)


@app.command()
def status(as_json: Json = False) -> None:
    """Show what came and what became of it, what waits, and the current release."""
    from flows.status import show_status

    show_status(_home(), as_json=as_json)


@app.command()
def publish(no_server: NoServer = False, as_json: Json = False) -> None:
    """Bring core and marts up to date, check them and release them."""
    from flows.console import show_month
    from flows.monthly import Month, one_run, plain_steps

    settings = _home()
    if no_server:
        with one_run(settings) as ledger:
            steps = plain_steps(settings, ledger)
            published = steps.publish(steps.curate(), _now())
    else:
        from flows import deployed

        published = deployed.run_publish()
    month = Month((), (), published)
    show_month(month, as_json=as_json)
    _exit_for(month)


@app.command(rich_help_panel=ADMIN)
def demo(
    no_server: NoServer = False,
    months: Annotated[int, typer.Option(min=1, max=12, help="How many months of exports to make.")] = 12,
) -> None:
    """Make a fictional year of exports in a home of its own, run the monthly flow on it, and say where to look."""
    from flows.demo.tour import give_tour

    give_tour(lambda settings: _run_monthly(settings, no_server), months)


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
    month = ingest_file(_home(), file, said, confirm, _now())
    from flows.console import show_month

    show_month(month, as_json=as_json)
    _exit_for(month)


@app.command(rich_help_panel=ADMIN)
def withdraw(submission: str) -> None:
    """Take a loaded or held submission back; its rows are gone from the next release."""
    from flows.console import say
    from flows.ingest import withdraw as take_back
    from flows.monthly import one_run

    settings = _home()
    with one_run(settings) as ledger:
        take_back(settings, ledger, submission, _now())
    say(f"Submission {submission} is withdrawn. Run `research-culture publish` to release without it.")


@app.command(rich_help_panel=ADMIN)
def findings(submission: str, as_json: Json = False) -> None:
    """Show the findings of a submission, and where the workbook to send back lies."""
    from flows.status import show_findings

    show_findings(_home(), submission, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def rebuild() -> None:
    """Delete the work database and build it anew from what is staged."""
    from flows.console import say
    from flows.curate import rebuild as rebuild_all
    from flows.monthly import one_run

    settings = _home()
    with one_run(settings) as ledger:
        curated = rebuild_all(settings, ledger)
        ledger.note("rebuild", "work database", _now())
    say(f"Rebuilt from {len(curated.submissions)} submissions.", *(check.sentence for check in curated.stops))


@app.command(rich_help_panel=ADMIN)
def schedule() -> None:
    """Serve the monthly flow by cron in Europe/London, with Prefect's server and pages on this machine."""
    from flows import deployed

    deployed.schedule(_home())


@app.command(rich_help_panel=ADMIN)
def backfill(
    first: Annotated[str, typer.Argument(help="First month, such as 2025-10.")],
    last: Annotated[str, typer.Argument(help="Last month, such as 2026-09.")],
    no_server: NoServer = False,
    as_json: Json = False,
) -> None:
    """Judge what was loaded for a range of months again under today's rules, and release."""
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
    settings = _home()
    if no_server:
        with one_run(settings) as ledger:
            month = judge_again(settings, ledger, plain_steps(settings, ledger), start, end, _now())
    else:
        from flows import deployed

        month = deployed.run_backfill(start, end)
    show_month(month, as_json=as_json)
    _exit_for(month)


@app.command(rich_help_panel=ADMIN)
def query(
    sql: str,
    analyst: Annotated[bool, typer.Option("--analyst", help="Ask the analyst's file instead of the release.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the current release, or the analyst's file, one SQL question (read-only)."""
    from flows.status import show_query

    show_query(_home(), sql, analyst=analyst, as_json=as_json)


@app.command(rich_help_panel=ADMIN)
def codelist(
    files: Annotated[list[Path], typer.Argument(help="CSV files named like our lists.", exists=True, dir_okay=False)],
) -> None:
    """Load your own lists in place of ours, such as the table of facilitators and barriers (subtheme.csv)."""
    from flows.console import say
    from flows.setup import take_codelists

    say(*take_codelists(_home(), files))


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


def _run_monthly(settings: Settings, no_server: bool) -> Month:
    from flows.console import with_progress
    from flows.monthly import monthly, one_run, plain_steps

    if not no_server:
        from flows import deployed

        return deployed.run_monthly()
    with one_run(settings) as ledger:
        return monthly(settings, ledger, with_progress(plain_steps(settings, ledger)), _now())


def _home() -> Settings:
    from flows.settings import load_settings, require_home

    settings = load_settings()
    require_home(settings)
    return settings


def _now() -> datetime:
    return datetime.now(UTC)


def _exit_for(month: Month) -> None:
    if month.published is not None and month.published.is_held:
        raise typer.Exit(HELD)
    if month.refused:
        raise typer.Exit(REFUSED)


def main() -> None:
    """Run the command line; a problem is one sentence and an exit code, never a traceback."""
    try:
        app()
    except Exception as problem:
        from flows.failures import explain

        failure = explain(problem)
        sys.stderr.write(f"research-culture: {failure.sentence}.\n")
        raise SystemExit(failure.exit_code) from None


if __name__ == "__main__":
    main()
