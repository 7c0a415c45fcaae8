"""The commands that an officer needs, and what every command shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.monthly.run import Month
    from flows.settings import Settings

REFUSED, HELD, SETUP, BROKEN = 3, 4, 5, 7

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback's locals could show cells
    add_completion=False,
    help="From organisations' exports to released, disclosure-checked tables of research culture.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
NoServer = Annotated[bool, typer.Option("--no-server", help="Run without Prefect.")]
By = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Who decides; you, unless given. Recorded, not authenticated.")
]
Reason = Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")]


@app.command()
def init(
    key: Annotated[Path | None, typer.Option(help="Make or use the key at this path, outside the home.")] = None,
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="Release by itself where every check passes and nothing is held.")
    ] = False,
) -> None:
    """Make the home folder and, with --key PATH, the pseudonymisation key."""
    from flows.cli.output import say
    from flows.home.setup import make_home
    from flows.settings import load_settings

    say(*make_home(load_settings(), key, auto_approve=auto_approve))


@app.command()
def template(
    dataset: Annotated[str, typer.Argument(help="population, survey, appraisal, job_plan or nss_benchmark.")],
    to: Annotated[Path | None, typer.Option(help="Where to write the workbook.", dir_okay=False)] = None,
) -> None:
    """Write a blank workbook for a dataset, with drop-downs and notes, that always loads."""
    from flows.cli.output import say
    from flows.settings import load_settings, read_rules
    from flows.workbooks.templates import write_template
    from schemas.tables.sent import DATASETS

    if dataset not in DATASETS:
        raise typer.BadParameter(f"{dataset!r} is not a dataset; choose one of {', '.join(DATASETS)}")
    path = to or Path(f"{dataset}_template.xlsx")
    write_template(dataset, read_rules(load_settings()), path)
    say(f"Wrote {path}. Fill it in, save it, and put it into the inbox.")


@app.command()
def run(no_server: NoServer = False, as_json: Json = False) -> None:
    """Take what waits in the inbox, bring the tables up to date, check them and propose a release."""
    from flows.cli.output import show_month

    month = run_month(home_settings(), no_server)
    show_month(month, as_json=as_json)
    exit_for(month)


@app.command()
def status(as_json: Json = False) -> None:
    """Show what came and what became of it, what waits, and the releases."""
    from flows.cli.status import show_status

    show_status(home_settings(), as_json=as_json)


@app.command()
def publish(by: By = "", no_server: NoServer = False, as_json: Json = False) -> None:
    """Bring core and marts up to date, check them and release them at once."""
    from flows.cli.output import show_month
    from flows.monthly.run import Month, exclusive_ledger, plain_steps, release
    from flows.settings import actor

    settings = home_settings()
    if no_server:
        with exclusive_ledger(settings) as ledger:
            published = release(settings, ledger, plain_steps(settings, ledger), now(), by or actor())
    else:
        from flows import prefect_flows

        published = prefect_flows.run_publish(by or actor())
    month = Month((), (), published)
    show_month(month, as_json=as_json)
    exit_for(month)


@app.command()
def approve(
    release: Annotated[str, typer.Argument(help="The release; the one that waits, unless given.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Approve the proposed release: it becomes the current one."""
    from flows.monthly.approve import approve as let_show

    decide(let_show, release, by, reason)


def decide(decision: Callable[..., tuple[str, ...]], subject: str | tuple[str, ...], by: str, reason: str) -> None:
    from flows.cli.output import say
    from flows.monthly.run import exclusive_ledger
    from flows.settings import actor

    settings = home_settings()
    with exclusive_ledger(settings) as ledger:
        told = decision(settings, ledger, subject, by or actor(), reason, now())
    say(*told)


def run_month(settings: Settings, no_server: bool) -> Month:
    from flows.cli.output import with_progress
    from flows.monthly.run import exclusive_ledger, monthly, plain_steps

    if not no_server:
        from flows import prefect_flows

        return prefect_flows.run_monthly()
    with exclusive_ledger(settings) as ledger:
        return monthly(settings, ledger, with_progress(plain_steps(settings, ledger)), now())


def home_settings() -> Settings:
    from flows.settings import load_settings, require_home

    settings = load_settings()
    require_home(settings)
    return settings


def now() -> datetime:
    return datetime.now(UTC)


def exit_for(month: Month) -> None:
    if month.published is not None and month.published.is_held:
        raise typer.Exit(HELD)
    if month.refused:
        raise typer.Exit(REFUSED)
