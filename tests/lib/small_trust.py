"""A small made-up trust that sends four months of every kind of file about its staff; and then of one nurse more."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.demo.exports import Row, carried, render, write
from flows.demo.senders import Sender, population
from flows.demo.sending import layout_of, read_demo
from flows.demo.survey import responses
from flows.home.setup import ORGANISATIONS
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from schemas.rulebook import Rulebook, load_rulebook
from schemas.submissions import Period
from schemas.tables import DATASETS
from tests.lib.walk import NOW, bare_home
from warehouse.build import checks

CODE, NURSES = "YY1", "nursing_and_midwifery"
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
WAVES = ("2026-06", "2026-09")
LAYOUTS = ("population", "job_plan", "appraisal", "survey", "workforce", "research_activity")
IDENTIFIERS = (
    "registration_number",
    "employee_number",
    "plan_id",
    "appraisal_id",
    "response_id",
    "post_id",
    "event_id",
)
# Of 100 staff: in all, and with job plans and appraisals
STAFF = {
    "medical_and_dental": 15,
    NURSES: 37,
    "allied_health_professionals": 13,
    "additional_professional_scientific_and_technical": 6,
    "additional_clinical_services": 16,
    "administrative_and_clerical": 13,
}
PLANNED = {"consultant": 9, "sas": 4, "ahp": 11, "psychologist": 5, "nurse": 22}
ANSWERING = 40  # of 100


@dataclass(frozen=True)
class SmallTrust:
    """A trust of so many staff."""

    staff: int
    seed: int = 11

    @property
    def sender(self) -> Sender:
        """The trust as the demo draws its people."""
        about = {
            "name": "Fictional Small Trust",
            "type": "trust",
            "nation": "england",
            "mix": "mental_health",
            "staff": self._of(STAFF),
            "people": self._of(PLANNED),
        }
        return Sender(CODE, {**read_demo(), "organisation": {CODE: about}}, self.seed)

    def _of(self, shares: Mapping[str, int]) -> dict[str, int]:
        return {name: round(share * self.staff / 100) for name, share in shares.items()}

    def rows(self, dataset: str, period: Period, rules: Rulebook) -> list[Row]:
        """What a month's file of the dataset holds."""
        if dataset == "survey":
            asked = carried(layout_of("survey/template", rules))
            return list(responses(self.sender, period, self.staff * ANSWERING // 100, asked, rules.instruments))
        if dataset == "population":
            return population(self.sender, period)
        return self.sender.sent(DATASETS[dataset], period)

    def send(self, home: Path, months: tuple[str, ...] = MONTHS, *, with_newcomer: bool = False) -> None:
        """Put the months' files into the inbox."""
        rules = load_rulebook(home / "config")
        for month in months:
            for dataset in _sent(month, with_newcomer):
                rows = self.rows(dataset, Period.parse(month), rules)
                rows = with_nurse(dataset, rows) if with_newcomer else rows
                path = home / "inbox" / CODE / month / f"{dataset}-{len(rows)}.xlsx"
                path.parent.mkdir(parents=True, exist_ok=True)
                layout = layout_of(f"{dataset}/template", rules)
                path.write_bytes(write([render(layout, rows, rules)], "Fictional Small Trust", {}))


def _sent(month: str, with_newcomer: bool) -> list[str]:
    """The datasets of a month; nobody counts the population again for one nurse."""
    left_out = {"survey"} - ({"survey"} if month in WAVES else set()) | ({"population"} if with_newcomer else set())
    return [name for name in LAYOUTS if name not in left_out]


def with_nurse(dataset: str, rows: list[Row]) -> list[Row]:
    """The rows, and those of one nurse more: a signed plan with research, research items, a reply to the survey."""
    like = _like(dataset, rows)
    copied = [{**row, **{name: _other(row[name]) for name in IDENTIFIERS if row.get(name)}} for row in like]
    return [*rows, *copied]


def _like(dataset: str, rows: list[Row]) -> list[Row]:
    """The rows of a nurse that are copied, with research in them."""
    nurses = [row for row in rows if row["staff_group_code"] == NURSES]
    if dataset == "job_plan":
        wanted = min(row["plan_id"] for row in nurses if row["plan_state_code"] == "signed_off")
        plan = [row for row in nurses if row["plan_id"] == wanted]
        return [*plan[:-1], {**plan[-1], "activity_category_code": "research", "is_research": "yes"}]
    if dataset == "appraisal":
        nurse = next(row for row in nurses if row["appraisal_state_code"] == "complete")
        return [{**nurse, "research_pdp_agreed_count": "1", "research_pdp_due_count": "1"}]
    return nurses[:1] if dataset != "research_activity" else []


def _other(identifier: str) -> str:
    """Another one of the same shape."""
    return identifier.translate(str.maketrans("0123456789", "9876543210"))


@dataclass(frozen=True)
class Walked:
    """The release of four months with the work database of then, and those after a nurse came."""

    first: Path
    first_work: Path
    second: Path
    second_work: Path


def walk_twice(folder: Path, trust: SmallTrust) -> Walked:
    """Release the trust's months in a new home; then once more, with one nurse in the last month's files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_suites", dict)
        settings = bare_home(folder, patch)
        declared = f"{ORGANISATIONS}{CODE},Fictional Small Trust,trust,england,yes\n"
        (settings.config / "organisations.csv").write_text(declared, encoding="utf-8")
        trust.send(settings.home)
        first = _run(settings, NOW)
        shutil.copy(settings.work, folder / "first.duckdb")
        trust.send(settings.home, MONTHS[-1:], with_newcomer=True)
        return Walked(first, folder / "first.duckdb", _run(settings, NOW + timedelta(days=1)), settings.work)


def _run(settings: Settings, now: datetime) -> Path:
    """A month's run; the release that it made."""
    with exclusive_ledger(settings) as ledger:
        month = monthly(settings, ledger, plain_steps(settings, ledger), now)
    assert not list(month.refused), month.as_markdown()
    return (settings.released / "current").resolve()
