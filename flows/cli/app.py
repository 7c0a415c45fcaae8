"""The command line's app, and what its commands share. Commands import late, so that `--help` answers at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import say

if TYPE_CHECKING:
    from flows.monthly.run import Month, Steps
    from flows.settings import Settings
    from warehouse.ledger.store import Ledger

ADMIN = "Administration"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback's locals could show cells
    add_completion=False,
    help="From organisations' exports to released, disclosure-checked tables of research culture.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
NoServer = Annotated[bool, typer.Option("--no-server", help="Run without Prefect.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log, which is left out otherwise.")]
By = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Who decides; you, unless given. Recorded, not authenticated.")
]
Reason = Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")]


def home_settings() -> Settings:
    """The settings. Raises SetupError without a home folder."""
    from flows.settings import load_settings, require_home

    settings = load_settings()
    require_home(settings)
    return settings


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@contextmanager
def home_ledger(settings: Settings | None = None) -> Iterator[tuple[Settings, Ledger]]:
    """The settings and the ledger, which no other run may use meanwhile. Raises SetupError."""
    from flows.monthly.run import exclusive_ledger

    settings = settings or home_settings()
    with exclusive_ledger(settings) as ledger:
        yield settings, ledger


def decide(
    decision: Callable[..., tuple[str, ...]],
    subject: str | tuple[str, ...],
    by: str,
    reason: str,
    among: Callable[[Ledger], list[str]] | None = None,
) -> None:
    """Take a decision and print the result; the id of its subject may be shortened to one of those `among`."""
    from flows.cli.ids import resolve
    from flows.settings import actor

    with home_ledger() as (settings, ledger):
        subject = resolve(subject, among(ledger)) if isinstance(subject, str) and among else subject
        say(*decision(settings, ledger, subject, by or actor(), reason, now()))


def release(month: Month, by: str, reason: str) -> Month:
    """The month with its proposal approved, unless it is held or a person declined the one before."""
    from flows.monthly.approve import approve_published
    from flows.settings import actor

    if month.published is None:
        return month
    with home_ledger() as (settings, ledger):
        published = approve_published(settings, ledger, month.published, now(), by or actor(), reason)
    return replace(month, published=published)


def walk(name: str, *parameters: str, no_server: bool, verbose: bool = False) -> Month:
    """Run the walk of that name, `monthly`, `publish` or `backfill`, as a Prefect flow or without Prefect."""
    from flows.cli.month import spinning
    from flows.worker import warm_up

    settings = home_settings()
    warm_up(settings.inbox)
    if not no_server:
        from flows.prefect_server import server

        with _prefects_log(shown=verbose), server(settings) as wait:
            with spinning("Starting Prefect"):
                from flows import prefect_flows  # while the server starts

                wait()
            return prefect_flows.call(getattr(prefect_flows, name), *parameters, watch=_watched)
    from flows.monthly import run
    from flows.notices import notify

    with home_ledger(settings) as (_, ledger), _watched(settings, ledger, run.plain_steps(settings, ledger)) as steps:
        month = getattr(run, name)(settings, ledger, steps, *parameters, now())
        failed = notify(settings, ledger, month, now(), to_block) if name == "monthly" else ()
        return replace(month, sentences=(*failed, *month.sentences))


def to_block(*given: str) -> None:
    """Send to a notification block of Prefect, which is imported for that alone."""
    from flows.prefect_flows import tell_block

    tell_block(*given)


_CONSOLE_LEVEL = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"


@contextmanager
def _prefects_log(*, shown: bool) -> Iterator[None]:
    """Prefect's log stays off the screen, unless it is asked for here or by a setting of Prefect's own.

    Its pages have it all the same, and what stops a run is said by us.
    """
    if shown or any(name.startswith("PREFECT_LOGGING_") for name in os.environ):
        yield
        return
    os.environ[_CONSOLE_LEVEL] = "CRITICAL"
    try:
        yield
    finally:
        del os.environ[_CONSOLE_LEVEL]


def _watched(settings: Settings, ledger: Ledger, steps: Steps) -> AbstractContextManager[Steps]:
    """The steps with a line of progress that names each file on this screen."""
    from flows.cli.month import with_progress
    from flows.monthly.intake import outdated
    from flows.settings import read_rules
    from warehouse.ledger.read_again import pending

    def waiting() -> int:
        rules = read_rules(settings)
        return len({*outdated(ledger, rules), *(one.submission_id for one in pending(ledger, rules.read_by()))})

    return with_progress(steps, lambda one: ledger.submission(one).sent_name, waiting)


def show(month: Month, *, as_json: bool = False) -> None:
    """Print what a run came to, with the names of its files: the ledger knows them, and no result of a run does."""
    from flows.cli.ids import short_ids
    from flows.cli.month import Known, show_month
    from flows.cli.status import pages, say_held
    from flows.due import due
    from flows.settings import actor, read_rules
    from schemas.submissions import CONFIG, NATIONAL
    from warehouse.ledger import release_log
    from warehouse.ledger.store import Ledger

    settings = home_settings()
    with Ledger(settings.ledger, actor()) as ledger:
        files = {one.submission_id: one.sent_name for one in ledger.submissions()}
        waits = month.published is not None and month.published.release is not None
        declined = release_log.declined(ledger) if waits else None
        known = Known(
            files,
            short_ids(files),
            {code: one.organisation_name for code, one in read_rules(settings).organisations.items()}
            | {CONFIG: "(mapping workbooks)", NATIONAL: "(published files)"},
            Counter(one.organisation_code for one in due(settings, ledger, now().date()) if one.is_overdue),
            pages(settings, release_log.waiting(ledger)),
        )
    show_month(month, known, as_json=as_json)
    if declined and not as_json:
        say(f"{declined.decided_by} declined {declined.release_id}: {declined.reason}")
    if month.published is not None and month.published.is_held and not as_json:
        say_held(settings)


def finish(month: Month, as_json: bool) -> None:
    """Print what a run came to, and exit with a code of its own where a check, a file or a row is not well."""
    from flows.errors import HELD, PARTLY, REFUSED

    show(month, as_json=as_json)
    if month.published is not None and month.published.is_held:
        raise typer.Exit(HELD)
    if month.refused:
        raise typer.Exit(REFUSED)
    if any(outcome.counts.rejected for outcome in month.outcomes):
        raise typer.Exit(PARTLY)
