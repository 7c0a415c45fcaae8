"""What a walk takes and leaves: small files to send, a submission landed, a release proposed or written."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.home.setup import make_home
from flows.monthly.run import Month
from flows.settings import Settings, load_settings
from schemas.metrics import load_metrics
from schemas.submissions import Counts, Period, Slot
from warehouse.build.declared import CheckResult
from warehouse.build.inputs import StagedSubmission
from warehouse.ledger import release_log
from warehouse.ledger.audit import Head
from warehouse.ledger.store import IngestResult, Ledger, SenderHints
from warehouse.release.former import NONE, Former
from warehouse.release.write import Pages, Release, ReleaseInputs, write_release

NOW = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
COUNTS_LAYOUT = """
name = "counts"
dataset = "population"
title = "Counts, as our own HR system exports them"
evidence = "made for this test"
date_formats = ["%d/%m/%Y"]
[columns]
Who = "population_code"
Group = "staff_group_code"
Day = "snapshot_date"
Count = "people_count"
"""
PLAN_LAYOUT = """
name = "plans"
dataset = "job_plan"
title = "Plans"
evidence = "made for this test"
ignore = ["Notes", "Line manager"]
[columns]
Plan = "plan_id"
No = "line_number"
GMC = "registration_number"
Staff = "employee_number"
State = "plan_state_code"
Kind = "activity_category_code"
PA = "planned_pas"
"""
Put = Callable[[str, str | bytes], Path]
Run = Callable[[], Month]


def counts(**people: int) -> str:
    """A counts file of the test's layout: one line a staff group."""
    groups = {"medical": "Medical and Dental", "nurses": "Nursing and Midwifery", "all": "All staff"}
    lines = [f"headcount,{groups.get(g, g)},30/09/2026,{n}" for g, n in people.items()]
    return "\n".join(["Who,Group,Day,Count", *lines]) + "\n"


MANY = "Who,Group,Day,Count\n" + "".join(f"headcount,All staff,{day:02}/09/2026,9\n" for day in range(1, 11))
FEWER = "".join(MANY.splitlines(keepends=True)[:8])
SLOT = Slot("ZZ1", "job_plan", "example_pa_export", Period.parse("2026-09"))
TAKEN = IngestResult(slot=SLOT, layout="job_plan/example_pa_export", counts=Counts(10, 8, 1, 1), rule_version="r1")


def walked_once(settings: Settings, cache: Path, walk: Callable[[], None]) -> None:
    """Put in place the home and key that `walk` leads to. It is walked once: then `cache` holds both."""
    assert settings.key is not None
    if not (cache / "key").is_file():
        walk()
        shutil.copytree(settings.home, cache / "home", symlinks=True)
        shutil.copyfile(settings.key, cache / "key")
    shutil.rmtree(settings.home)
    shutil.copytree(cache / "home", settings.home, symlinks=True)
    shutil.copyfile(cache / "key", settings.key)


def land(ledger: Ledger, name: str, sha256: str = "aa", at: datetime = NOW) -> str:
    ledger.land(name, sha256, 100, "plans.csv", SenderHints(organisation="ZZ1"), at)
    return name


def proposed(settings: Settings, ledger: Ledger, release_id: str, *submission_ids: str) -> None:
    """A release of one file, proposed without its tables."""
    (settings.proposed / release_id).mkdir()
    manifest = json.dumps(
        {"release_id": release_id, "files": {}, "checks": [], "audit_head": ledger.audit_head()._asdict()}
    )
    (settings.proposed / release_id / "manifest.json").write_text(manifest, encoding="utf-8")
    (settings.proposed / f"{release_id}.html").write_text("what changed", encoding="utf-8")
    words = dict.fromkeys(("content_hash", "headline", "rule_version", "code_version"), "x")
    release = {"release_id": release_id, "manifest_sha256": hashlib.sha256(manifest.encode()).hexdigest(), **words}
    release_log.propose(ledger, release, submission_ids, NOW)


MET = CheckResult(
    "marts.metric_value", "status", "key", "stop", True, "marts.metric_value, column status: as expected."
)
METRICS = [
    metric.model_copy(update={"title": f"={metric.title}"})
    for metric in load_metrics()
    if metric.metric_id == "job_plan_any_research_time"
]
PLANS = "plan_key line_number employee_key plan_state_code activity_category_code planned_pas\n"


def plans(research: int, other: int) -> str:
    """Signed-off plans of one line each, so many in research and so many in direct clinical care."""
    kinds = ["research"] * research + ["dcc"] * other
    return PLANS + "\n".join(f"p{n} 1 e{n} signed_off {kind} 10" for n, kind in enumerate(kinds))


def released(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    release_id: str = "r1",
    former: Former = NONE,
    pages: Pages | None = None,
    submissions: Sequence[StagedSubmission] = (),
) -> Release:
    inputs = ReleaseInputs(
        release_id=release_id,
        released_at=NOW,
        code_version="0.1.0",
        rule_version="abc",
        submissions=submissions,
        audit_head=Head(7, "f" * 64),
        checks=(MET,),
        former=former,
        pages=pages,
    )
    return write_release(connection, folder, inputs)


def bare_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh home with a key, which approves of its releases; no organisation is declared."""
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(folder / "home"))
    monkeypatch.setenv("RESEARCH_CULTURE_KEY", "")  # so that what `schedule` sets for its children goes with the test
    monkeypatch.delenv("RESEARCH_CULTURE_KEY")
    monkeypatch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
    make_home(load_settings(), folder / "rc.key", auto_approve=True)
    return load_settings()


def new_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh home with a key, two fictional organisations and one small layout of the user's own."""
    settings = bare_home(folder, monkeypatch)
    with (settings.config / "organisations.csv").open("a", encoding="utf-8") as file:
        for code in ("ZZ1", "ZZ2"):
            file.write(f"{code},Fictional Trust {code},trust,england,yes\n")
    layout = settings.config / "layouts" / "population" / "counts.toml"
    layout.parent.mkdir(parents=True)
    layout.write_text(COUNTS_LAYOUT, encoding="utf-8")
    return settings
