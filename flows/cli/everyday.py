"""The commands that an officer needs."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.app import By, Json, NoServer, Reason, Verbose, app, decide, finish, home_settings, release, walk
from flows.cli.output import say

# Written out: what declares them takes longer to import than the help may take
DATASET_NAMES = (
    "appraisal, job_plan, nss_benchmark, population, recommendation_adoption, research_activity, support_case, "
    "support_summary, survey or workforce"
)


@app.command()
def init(
    key: Annotated[Path | None, typer.Option(help="Make or use the key at this path, outside the home.")] = None,
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="Release by itself where every check passes and nothing is held.")
    ] = False,
) -> None:
    """Make the home folder and, with --key PATH, the pseudonymisation key."""
    from flows.home.setup import make_home
    from flows.settings import load_settings

    say(*make_home(load_settings(), key, auto_approve=auto_approve))


@app.command()
def template(
    dataset: Annotated[str, typer.Argument(help=f"One of {DATASET_NAMES}.")] = "",
    to: Annotated[Path | None, typer.Option(help="Where to write the workbook.", dir_okay=False)] = None,
) -> None:
    """Write a blank workbook for a dataset, with drop-downs and notes, that always loads."""
    from flows.errors import UsageError
    from flows.settings import load_settings, read_rules
    from flows.workbooks.templates import write_template
    from schemas.tables import DATASETS

    if not dataset:
        raise UsageError(f"which dataset? Write `research-culture template DATASET`, with one of {DATASET_NAMES}")
    if dataset not in DATASETS:
        raise typer.BadParameter(f"{dataset!r} is not a dataset; choose one of {', '.join(DATASETS)}")
    path = to or Path(f"{dataset}_template.xlsx")
    if path.exists():
        raise UsageError(f"{path} is already here, and may be filled in; move it, or name another file with --to")
    write_template(dataset, read_rules(load_settings()), path)
    say(f"Wrote {path}. Fill it in, save it, and put it into the inbox.")


@app.command()
def look(
    file: Annotated[Path, typer.Argument(help="An export, or a filled mapping.xlsx.", exists=True, dir_okay=False)],
    dataset: Annotated[str, typer.Option(help="Which dataset it is.")] = "",
    period: Annotated[str, typer.Option(help="What it is for, such as 2026-09.")] = "",
    layout: Annotated[str, typer.Option(help="Which layout to read it by.")] = "",
    mapping: Annotated[Path | None, typer.Option(help="Where to write the mapping to fill in.", dir_okay=False)] = None,
    as_json: Json = False,
) -> None:
    """Show how a file would be read: its first rows, each column, what is wrong. Takes nothing."""
    from flows.cli.output import show_looked
    from flows.errors import REFUSED, UsageError
    from flows.judging.look import ask_of
    from flows.judging.look import look as look_at
    from flows.settings import load_settings, read_rules
    from warehouse.ledger.store import SenderHints

    hints, rules = SenderHints("", dataset, "", period, layout), read_rules(load_settings())
    if mapping and mapping.exists():
        raise UsageError(f"{mapping} is already here, and may be filled in; move it, or name another file")
    looked = look_at(file, hints, rules)
    show_looked(looked, as_json=as_json)
    if mapping:
        ask_of(file, hints, rules, mapping)
        say("", f"Wrote {mapping}. Fill it in, save it, and put it into the inbox.")
    if looked.is_refused:
        raise typer.Exit(REFUSED)


@app.command()
def run(no_server: NoServer = False, verbose: Verbose = False, as_json: Json = False) -> None:
    """Take what waits in the inbox, bring the tables up to date, check them and propose a release."""
    finish(walk("monthly", no_server=no_server, verbose=verbose), as_json)


@app.command()
def status(
    is_list: Annotated[bool, typer.Option("--all", help="List every submission and the latest releases.")] = False,
    as_json: Json = False,
) -> None:
    """Show of each organisation and dataset the latest period and how it is, what waits, and the release."""
    from flows.cli.status import show_status

    show_status(home_settings(), as_json=as_json, is_list=is_list)


@app.command()
def workbook(
    organisation: Annotated[str, typer.Option(metavar="CODE", help="Of one organisation only.")] = "",
    topic: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Of one topic only; may be given again.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", "-o", help="Where to write the workbook.", dir_okay=False)] = None,
) -> None:
    """Write the current release as an accessible Excel workbook, to look at and to pass on."""
    from flows.cli.status import released_folder
    from flows.errors import UsageError
    from flows.workbooks.release import write_release_workbook
    from schemas.findings import counted

    release = released_folder(home_settings())
    path = to or Path(
        f"research-culture-{'-'.join(filter(None, (release.name, organisation, *(topic or ()))))}.xlsx".lower()
    )
    if path.exists():
        raise UsageError(f"{path} is already here; move it, or name another file with --to")
    tables = write_release_workbook(release, path, organisation, topic or ())
    say(f"Wrote {path}: {counted(tables, 'table')} of release {release.name}.")


@app.command()
def publish(
    by: By = "", no_server: NoServer = False, verbose: Verbose = False, as_json: Json = False, *, reason: Reason
) -> None:
    """Bring core and marts up to date, check them, and propose and approve a release at once.

    After a proposal was declined it is only proposed.
    """
    finish(release(walk("publish", no_server=no_server, verbose=verbose), by, reason), as_json)


@app.command()
def approve(
    release: Annotated[str, typer.Argument(help="The release; the one that waits, unless given.")] = "",
    by: By = "",
    *,
    reason: Reason,
) -> None:
    """Approve the proposed release: it becomes the current one."""
    from flows.cli.ids import that_wait
    from flows.monthly.approve import approve as let_show

    decide(let_show, release, by, reason, that_wait)
