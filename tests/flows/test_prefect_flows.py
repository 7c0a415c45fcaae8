"""Prefect: states, retries, artifacts, and what its database may hold."""

from __future__ import annotations

import inspect
import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.errors import RunError, explain
from flows.monthly import run as walk
from flows.monthly.curate import Curated
from flows.monthly.ingest import Outcome
from flows.monthly.landing import LandedInbox, land_inbox
from flows.monthly.propose import Published
from flows.settings import Settings
from schemas.submissions import Counts, State
from tests.lib import poison
from tests.lib.walk import NOW, Put, counts, proposed
from warehouse.release.write import Release

TAKEN = Outcome("S-1", State.LOADED, "ZZ901", "job_plan", "example", "2026-09", Counts(12, 9, 2, 1), ("a finding",), 1)
REFUSED = Outcome("S-2", State.REJECTED, "ZZ902", "survey", sentences=("the file is empty",))
HELD = Published(None, ("Held: two plans have one number.", "Nothing was released; the last release is still current."))
CANARY = "Canary-Jane-7654321"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Puts steps of the test's own in the place of the plain ones; gives the list of the steps called."""
    from flows import prefect_flows

    def put(outcomes: tuple[Outcome, ...] = (TAKEN,), fails: dict[str, list[Exception]] | None = None) -> list[str]:
        called: list[str] = []
        waiting = {name: list(problems) for name, problems in (fails or {}).items()}

        def step(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
            def take(*args: Any) -> Any:
                called.append(name)
                if waiting.get(name):
                    raise waiting[name].pop(0)
                return answer(*args)

            return take

        def ingest(submission_id: str, now: datetime) -> Outcome:
            return next(one for one in outcomes if one.submission_id == submission_id)

        plain = walk.Steps(
            land=step("land", lambda now: LandedInbox(("Submission S-0 came again.",))),
            ingest=lambda submission_id, now: step("ingest", ingest)(submission_id, now),
            curate=step("curate", lambda: Curated((), ())),
            publish=step("publish", lambda curated, now: HELD),
        )
        monkeypatch.setattr(walk, "plain_steps", lambda settings, ledger: plain)
        monkeypatch.setattr(walk, "needs_release", lambda settings, ledger: True)
        monkeypatch.setattr(
            walk,
            "ingest_pending",
            lambda settings, ledger, steps, now: (tuple(steps.ingest(one.submission_id, now) for one in outcomes), ()),
        )
        monkeypatch.setattr(prefect_flows, "RETRY_DELAYS", (0.0, 0.0, 0.0))
        return called

    return put


pytestmark = pytest.mark.usefixtures("settings")


def artifacts_of(flow_run_id: Any) -> dict[str, Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

    with get_client(sync_client=True) as client:
        chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
        return {one.key: one.data for one in client.read_artifacts(artifact_filter=chosen)}


def test_a_month_completes_and_its_artifacts_say_what_became_of_each_submission(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    called = steps(outcomes=(TAKEN, REFUSED))
    state: Any = prefect_flows.monthly(return_state=True)
    shown = artifacts_of(state.state_details.flow_run_id)
    assert (state.name, called) == ("Completed", ["land", "ingest", "ingest", "curate", "publish"])
    first, second = json.loads(shown["submissions"])
    assert (first["submission"], first["state"], first["rows in"], first["taken"]) == ("S-1", "loaded", "12", "9")
    assert (first["refused"], first["totals, blank"], first["findings"]) == ("2", "1", "1")
    assert (second["organisation"], second["state"]) == ("ZZ902", "rejected")
    assert shown["month"].splitlines() == [
        "## Submissions",
        "- 1 loaded: its rows count",
        "- 1 rejected: see its findings",
        "- Of what was taken, 2 rows were refused and do not count: see their findings.",
        "- Submission S-0 came again.",
        "",
        "## Release",
        "- Held: two plans have one number.",
        "- Nothing was released; the last release is still current.",
        "",
        "The month's page is `findings/month.html` in the home folder.",
    ]


def test_a_month_gives_back_what_the_plain_walk_would(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    steps(outcomes=(TAKEN, REFUSED))
    assert prefect_flows.call(prefect_flows.monthly) == walk.Month(
        (TAKEN, REFUSED), ("Submission S-0 came again.",), HELD
    )


@pytest.mark.parametrize("name", ["land", "ingest", "curate", "publish"])
def test_a_step_that_the_world_stopped_is_tried_again(
    name: str, steps: Callable[..., list[str]], prefect_server: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    from flows import prefect_flows

    called = steps(fails={name: [OSError(28, "No space left on device", f"/{CANARY}.csv")] * 3})
    state: Any = prefect_flows.monthly(return_state=True)
    assert (state.name, called.count(name)) == ("Completed", 4)
    told = "research-culture: there is no room left on the disk or share; make room and run it again: nothing is lost."
    assert capsys.readouterr().err.count(f"{told} This step is tried again by itself\n") == 3


def test_a_world_that_stays_stopped_ends_the_run_with_a_sentence_and_its_exit_code(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    called = steps(fails={"curate": [OSError(28, "No space left on device", f"/{CANARY}.csv")] * 9})
    with pytest.raises(RunError, match=r"^there is no room left on the disk") as told:
        prefect_flows.call(prefect_flows.monthly)
    assert (told.value.exit_code, called.count("curate")) == (6, 4)


@pytest.mark.parametrize(("name", "exit_code"), [("SQLITE_CORRUPT", 7), ("SQLITE_FULL", 6), ("SQLITE_READONLY", 6)])
def test_a_fault_of_the_ledger_has_the_same_exit_code_and_sentence_with_prefect_as_without(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str], name: str, exit_code: int
) -> None:
    from flows import prefect_flows

    fault = sqlite3.DatabaseError(CANARY)
    fault.sqlite_errorname = name  # type: ignore[misc]
    steps(fails={"curate": [fault] * 9})
    with pytest.raises(RunError) as told:
        prefect_flows.call(prefect_flows.monthly)
    without = explain(fault)
    assert (told.value.exit_code, str(told.value)) == (exit_code, str(without)) == (without.exit_code, str(without))


def test_an_error_of_ours_is_not_tried_again_and_its_words_reach_nobody(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    called = steps(fails={"ingest": [ValueError(f"could not convert {CANARY}")]})
    with pytest.raises(RunError, match="an error in the pipeline, ValueError at ") as told:
        prefect_flows.call(prefect_flows.monthly)
    assert (told.value.exit_code, called) == (1, ["land", "ingest"])
    assert told.value.__cause__ is None and CANARY not in repr(told.value.__context__)


def test_a_missing_home_is_told_in_prefect_too_without_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / CANARY))
    state: Any = prefect_flows.curate(return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "NotSetUp")
    assert state.message.startswith("there is no home folder; make it with `research-culture init`")


def test_a_publish_shows_its_release_and_a_backfill_its_months(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    called = steps()
    assert prefect_flows.call(prefect_flows.publish) == walk.Month((), (), HELD)
    assert prefect_flows.call(prefect_flows.backfill, "2026-01", "2026-03") == walk.Month((), (), HELD)
    assert called == ["curate", "publish"] * 2


def test_an_approval_from_prefect_is_recorded_and_shown_and_a_wrong_one_says_why(
    settings: Settings, prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    with walk.exclusive_ledger(settings) as ledger:
        proposed(settings, ledger, "r1")
    refused: Any = prefect_flows.approve("r9", "An Approver", "as discussed", return_state=True)
    assert (refused.name, refused.message) == ("NotPossible", "that release does not wait for approval; r1 does")
    state: Any = prefect_flows.approve("r1", "An Approver", "as discussed", return_state=True)
    said = state.result()  # the home has no work database: that is said too
    assert said[0] == "Release r1 is approved by An Approver and is now current."
    assert artifacts_of(state.state_details.flow_run_id) == {"approval": "\n".join(said)}
    assert json.loads((settings.released / "current.json").read_text())["release_id"] == "r1"


def test_a_months_proposal_stands_in_an_artifact_of_its_own_and_names_its_page(
    settings: Settings,
    steps: Callable[..., list[str]],
    prefect_server: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows import prefect_flows

    steps()
    release = Release("r1", settings.proposed / "r1", "x", "x", {}, "", "1", "1")
    month = walk.Month((), (), Published(release, (), page="# Release r1, as proposed\n"))
    monkeypatch.setattr(walk, "_released", lambda *_: month)
    state: Any = prefect_flows.monthly(return_state=True)
    assert artifacts_of(state.state_details.flow_run_id)["proposal"].splitlines() == [
        "# Release r1, as proposed",
        "",
        "What changed, with values, is on the page `proposed/r1.html` in the home folder.",
    ]
    assert str(settings.home) not in prefect_server()


def test_one_submission_can_be_ingested_alone(
    steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    called = steps()
    state: Any = prefect_flows.ingest("S-1", return_state=True)
    assert (state.result(), called) == (TAKEN, ["ingest"])
    assert json.loads(artifacts_of(state.state_details.flow_run_id)["submissions"])[0]["submission"] == "S-1"


def test_prefects_database_holds_no_word_of_a_failure_and_no_path_of_ours(
    settings: Settings, steps: Callable[..., list[str]], prefect_server: Callable[[], str]
) -> None:
    from flows import prefect_flows

    steps(fails={"land": [OSError(13, "Permission denied", f"/{CANARY}.csv")], "publish": [ValueError(CANARY)]})
    prefect_flows.monthly(return_state=True)
    kept = prefect_server()
    assert "may not be opened or written" in kept and "ValueError at" in kept
    assert CANARY not in kept and str(settings.home) not in kept


def test_every_parameter_of_a_flow_is_a_submission_a_release_a_month_or_who_decides() -> None:
    from prefect import Flow

    from flows import prefect_flows

    found = {
        name: set(inspect.signature(one.fn).parameters)
        for name, one in vars(prefect_flows).items()
        if isinstance(one, Flow)
    }
    assert found == {
        "ingest": {"submission_id"},
        "curate": set(),
        "publish": set(),
        "approve": {"release_id", "approved_by", "reason"},
        "monthly": set(),
        "backfill": {"first", "last"},
    }


def test_a_file_that_ends_its_reader_is_an_outcome_and_a_machine_that_fails_is_tried_again(
    settings: Settings, put: Put, prefect_server: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import prefect_flows

    monkeypatch.setattr(prefect_flows, "RETRY_DELAYS", (0.0,))
    put("ZZ1/a.xlsx", poison.PANICS["a last row whose cells have no place"])
    put("ZZ1/b.csv", counts(all=50))
    with walk.exclusive_ledger(settings) as ledger:
        land_inbox(settings, ledger, NOW)
        poisoned, good = (submission.submission_id for submission in ledger.submissions())
    state: Any = prefect_flows.ingest(poisoned, return_state=True)
    assert (state.name, state.result().state) == ("Completed", State.REJECTED)
    settings.staged.rmdir()
    settings.staged.touch()
    state = prefect_flows.ingest(good, return_state=True)
    assert state.name == "MachineStopped"
    settings.staged.unlink()
    state = prefect_flows.ingest(good, return_state=True)
    assert state.result().state is State.LOADED
