"""The commands for information governance: releases, erasure, retention, the key and the audit log."""

import sys
from typing import Annotated, Literal

import typer

from flows.cli.app import ADMIN, By, Reason, app, decide, home_ledger, home_settings, now
from flows.cli.output import say, show_table

Kind = Annotated[
    Literal["registration", "employee", "case"], typer.Option("--type", help="What sort of number you will type.")
]
audit = typer.Typer(no_args_is_help=True)
app.add_typer(audit, name="audit", rich_help_panel=ADMIN, help="The audit log: `audit verify`.")


@app.command(rich_help_panel=ADMIN)
def withdraw(
    subject: Annotated[str, typer.Argument(help="A submission or an approved release.")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Take back a submission: the next release is made without it. Or a release: the one before is current again."""
    from flows.cli.ids import not_withdrawn
    from flows.monthly.by_hand import withdraw as take_back

    decide(take_back, subject, by, reason, not_withdrawn)


@app.command(rich_help_panel=ADMIN)
def decline(
    release: Annotated[str, typer.Argument(help="The release; the one that waits, unless given.")] = "",
    by: By = "",
    *,
    reason: Reason,
) -> None:
    """Decline the proposed release: it is never published."""
    from flows.cli.ids import that_wait
    from flows.monthly.approve import decline as keep_back

    decide(keep_back, release, by, reason, that_wait)


@app.command(rich_help_panel=ADMIN)
def restate(
    metric: Annotated[str, typer.Argument(help="Metric, such as rcc_item_score.")],
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    last_day: Annotated[str, typer.Argument(help="Last day of the period, such as 2026-09-30.")],
    by: By = "",
    *,
    reason: Reason,
) -> None:
    """Restate figures, and all that count the same people, although too few people have changed."""
    from flows.monthly.approve import restate as let_restate

    decide(let_restate, (metric, organisation, last_day), by, reason)


@audit.command()
def verify() -> None:
    """Check the audit log from its first entry to its last, and every release against it."""
    from flows.cli.status import show_audit
    from flows.errors import BROKEN

    if not show_audit(home_settings()):
        raise typer.Exit(BROKEN)


@app.command(rich_help_panel=ADMIN)
def erase(
    organisation: Annotated[str, typer.Option(help="Code of the organisation whose number it is.")],
    kind: Kind,
    by: Annotated[str, typer.Option("--as", help="Who asked for it; recorded, not authenticated.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase a person from every file kept, and leave them out of later ones. The number is asked for, or read from
    standard input. It is never an argument."""
    from flows.erased.tombstones import Person
    from flows.errors import UsageError
    from flows.privacy.erase import erase as erase_person
    from flows.settings import actor

    is_asked = sys.stdin.isatty()
    if not is_asked and not yes:
        raise UsageError("there is no terminal to ask whether to go on; add --yes to erase at once")
    typed = typer.prompt("The number (it is not shown)", hide_input=True) if is_asked else sys.stdin.readline()
    person = Person(organisation, kind, typed.strip())

    def agreed(forecast: str) -> bool:
        say(forecast)
        return yes or typer.confirm("Go on?")

    with home_ledger() as (settings, ledger):
        say(*erase_person(settings, ledger, person, now(), by or actor(), agreed))


@app.command(rich_help_panel=ADMIN)
def retention(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them, for good.")] = False,
    by: Annotated[str, typer.Option("--as", help="Who decided it; recorded, not authenticated.")] = "",
) -> None:
    """Show what is past the retention period of its dataset (config/codelists/retention.csv), and with --remove
    remove it: landed files, staged rows and workbooks."""
    from flows.privacy.retention import expired
    from flows.privacy.retention import remove as remove_all
    from flows.settings import actor

    with home_ledger() as (settings, ledger):
        gone = expired(settings, ledger, now().date())
        if not gone:
            say("Nothing is past its retention period. Files without one in retention.csv are kept.")
            return
        show_table("Past their retention period", gone)
        if remove:
            say(*remove_all(settings, ledger, [one["submission"] for one in gone], now(), by or actor()))
        else:
            say("Nothing was removed. `research-culture retention --remove` removes these.")


@app.command("rotate-key", rich_help_panel=ADMIN)
def rotate_key() -> None:
    """Make a new key and put all staged rows under it. Or end a rotation that was stopped, or a change of
    link_organisations."""
    from flows.privacy.rotate_key import rotate

    with home_ledger() as (settings, ledger):
        say(*rotate(settings, ledger, now()))
