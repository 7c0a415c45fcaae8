"""Prefect: the plain steps as tasks, the runs as flows, their results as artifacts, and the schedule.

Prefect's database keeps a flow's parameters and an exception's text. So parameters are submission ids and months, and a
run that cannot go on ends in a `RunError`'s sentence. Only this file and `prefect_server` import Prefect.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prefect import Flow, flow, task
from prefect import settings as prefect_settings
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.blocks import notifications  # noqa: F401  it declares the blocks that can be loaded
from prefect.blocks.core import Block
from prefect.cache_policies import NO_CACHE
from prefect.flows import EntrypointType
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.states import Failed

from flows.errors import BROKEN, ERROR, MACHINE, SETUP, USAGE, RunError, explain, tell
from flows.monthly import approve as approval
from flows.monthly import run as walk
from flows.notices import notify
from flows.prefect_server import free_port, has_server, own_server, server
from flows.settings import PREFIX, Settings, actor, load_settings

if TYPE_CHECKING:
    from flows.monthly.curate import Curated
    from flows.monthly.ingest import Outcome

Watch = Callable[[Settings, walk.Ledger, walk.Steps], AbstractContextManager[walk.Steps]]
_WATCH: ContextVar[Watch] = ContextVar("watch", default=lambda settings, ledger, steps: nullcontext(steps))
RETRY_DELAYS = (10.0, 60.0, 300.0)  # seconds
WITHOUT_PREFECT = (
    "Without this window: let Windows Task Scheduler or cron call `research-culture run --no-server` once a month,",
    '  schtasks /Create /TN research-culture /SC MONTHLY /D 2 /ST 06:00 /TR "research-culture run --no-server"',
    "  0 6 2 * * research-culture run --no-server",
    f"or let systemd keep `research-culture schedule` running as a service; both need {PREFIX}HOME set.",
)
# A failed state's name -> its exit code
_STATES = {ERROR: "Failed", USAGE: "NotPossible", SETUP: "NotSetUp", MACHINE: "MachineStopped", BROKEN: "RecordBroken"}


def _task(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step as a task: tried again where a file is locked or a disk full, never where the data is wrong."""
    return task(
        name=name,
        task_run_name=f"{name} {{submission_id}}" if name == "ingest" else name,
        retries=len(RETRY_DELAYS),
        retry_delay_seconds=list(RETRY_DELAYS),
        retry_condition_fn=_is_tried_again,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(_explained(step))


def _is_tried_again(_task: object, _run: object, state: Any) -> bool:
    if not (isinstance(state.data, RunError) and state.data.may_pass):
        return False
    tell(f"{state.data.sentence}. This step is tried again by itself")
    return True


def _explained(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with any exception replaced by a RunError that is not chained to it."""

    @functools.wraps(function)
    def explained(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as problem:
            failure = explain(problem)
        raise failure

    return explained


def _flow(function: Callable[..., Any]) -> Flow[..., Any]:
    """The function as a flow that ends in a failed state and a sentence. A raised error would be pickled to disk."""

    @functools.wraps(function)
    def ending(*args: Any, **kwargs: Any) -> Any:
        try:
            return _explained(function)(*args, **kwargs)
        except RunError as failure:
            return Failed(name=_STATES[failure.exit_code], message=failure.sentence)

    return flow(name=function.__name__, persist_result=False)(ending)


@contextmanager
def _run() -> Iterator[tuple[Settings, walk.Ledger, walk.Steps]]:
    settings = load_settings()
    with walk.exclusive_ledger(settings) as ledger:
        plain = vars(walk.plain_steps(settings, ledger))
        tasks = walk.Steps(**{name: _task(name, step) for name, step in plain.items()})
        with _WATCH.get()(settings, ledger, tasks) as steps:
            yield settings, ledger, steps


def _walk(walked: Callable[..., walk.Month], *parameters: str, is_told: bool = False) -> walk.Month:
    with _run() as (settings, ledger, steps):
        month = walked(settings, ledger, steps, *parameters, datetime.now(UTC))
        if is_told:
            failed = notify(settings, ledger, month, datetime.now(UTC), tell_block)
            month = replace(month, sentences=(*failed, *month.sentences))
        _show(month)
        return month


@_flow
def ingest(submission_id: str) -> Outcome:
    """Ingest one landed submission and record what became of it."""
    with _run() as (_, _, steps):
        outcome = steps.ingest(submission_id, datetime.now(UTC))
        _show(walk.Month((outcome,), (), None))
        return outcome


@_flow
def curate() -> Curated:
    """Bring core and marts up to date with what is loaded, and check them."""
    with _run() as (_, _, steps):
        return steps.curate()


@_flow
def publish() -> walk.Month:
    """Bring core and marts up to date, check them and propose a release."""
    return _walk(walk.publish)


@_flow
def approve(release_id: str, approved_by: str, reason: str) -> tuple[str, ...]:
    """Approve the proposed release. Who approves it and why is recorded, not authenticated."""
    with _run() as (settings, ledger, _):
        sentences = approval.approve(settings, ledger, release_id, approved_by or actor(), reason, datetime.now(UTC))
        create_markdown_artifact(markdown="\n".join(sentences), key="approval", description="What was decided")
        return sentences


@_flow
def monthly() -> walk.Month:
    """Land and ingest what waits, build core and marts, propose a release."""
    return _walk(walk.monthly, is_told=True)


@_flow
def backfill(first: str, last: str) -> walk.Month:
    """Read the files of the months `first` to `last`, such as 2026-09, again under today's rules; propose a release."""
    return _walk(walk.backfill, first, last)


def _show(month: walk.Month) -> None:
    """Say what the run came to, and which page in the home tells the rest: no path of this machine is kept here."""
    if month.outcomes:
        create_table_artifact(table=month.as_rows(), key="submissions", description="What became of each submission")
    said = f"{month.as_markdown()}\n\nThe month's page is `findings/month.html` in the home folder."
    create_markdown_artifact(markdown=said, key="month", description="What the run came to")
    if month.published and month.published.release:
        page = f"proposed/{month.published.release.release_id}.html"
        said = f"{month.published.page}\nWhat changed, with values, is on the page `{page}` in the home folder."
        create_markdown_artifact(markdown=said, key="proposal", description="What the release changes")


def call(called: Flow[..., Any], *parameters: str, watch: Watch | None = None) -> Any:
    """Run a flow on the server that PREFECT_API_URL names, else on one that ends with it. Raises RunError.

    `watch` gives the steps that are taken in place of the tasks: the same with a line of progress.
    """
    token = _WATCH.set(watch or _WATCH.get())
    try:
        with server(load_settings()) as wait:
            wait()
            state: Any = called(*parameters, return_state=True)
    finally:
        _WATCH.reset(token)
    if state.is_failed():
        raise RunError(state.message, next(code for code, name in _STATES.items() if name == state.name))
    return state.result()


def tell_block(name: str, title: str, text: str) -> None:
    """Send a text to a notification block of Prefect, such as slack-webhook/research. Raises what its service does."""
    with server(load_settings()) as wait:
        wait()
        block: Any = Block.load(name)
        with block.raise_on_failure():
            block.notify(text, title)


def schedule(settings: Settings, say: Callable[..., None]) -> None:
    """Serve `monthly` by the settings' cron in Europe/London, and `approve`, until stopped by Ctrl-C or SIGTERM.

    Starts a server on 127.0.0.1 where PREFECT_API_URL names none, and stops it at the end. A run that was missed
    meanwhile is run at the next start. `say` prints sentences. Raises SetupError.
    """
    os.environ[f"{PREFIX}HOME"] = str(settings.home.resolve())  # flow runs are processes of their own, elsewhere
    if settings.key:
        os.environ[f"{PREFIX}KEY"] = str(settings.key.resolve())
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started without
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        if not has_server():
            port = free_port(prefect_settings.PREFECT_SERVER_API_PORT.value())
            stack.enter_context(own_server(settings, port, {}))()
        _serve(settings, say)


def _interrupt(*_: object) -> None:
    """Stop every process of ours, as Ctrl-C in a terminal does."""
    for child in multiprocessing.active_children():
        child.terminate()
    signal.raise_signal(signal.SIGINT)


class _Runner(Runner):
    """Prefect's runner, stopped by SIGTERM as by Ctrl-C. Its own handler leaves flow runs behind."""

    def handle_sigterm(self, *args: object, **_: object) -> None:
        _interrupt(*args)


def _serve(settings: Settings, say: Callable[..., None]) -> None:
    # One run at a time; a stop does not pause the schedule, so what was missed is run at the next start.
    runner = _Runner(name="research-culture", limit=1, pause_on_shutdown=False)
    for one, when in ((monthly, Cron(settings.cron, timezone="Europe/London")), (approve, None)):
        runner.add_flow(one, name=one.name, schedule=when, entrypoint_type=EntrypointType.MODULE_PATH)
    say(f"Serving approve, and monthly by cron {settings.cron!r}, Europe/London; Ctrl-C stops it.")
    say(f"Prefect's pages: {prefect_settings.PREFECT_UI_URL.value()}", *WITHOUT_PREFECT)
    sys.stdout.flush()
    try:
        asyncio.run(runner.start())
    except KeyboardInterrupt:
        say("Stopped.")
