"""Whose file it is and what it is for, by its folder, by itself and by its dates."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from flows.judging.recognise import check_folder, recognise
from schemas.findings import Refusal
from schemas.layouts import template_layout
from schemas.rulebook import load_rulebook
from schemas.submissions import NATIONAL, Period, Slot
from warehouse.ledger.store import SenderHints

INSTRUMENTS = load_rulebook().instruments
RULES: Any = SimpleNamespace(organisations={"ZZ1": None, "ZZ2": None})
PLANS, NATIONAL_FILE = template_layout("job_plan", INSTRUMENTS), template_layout("nss_benchmark", INSTRUMENTS)
SEPTEMBER = Period.parse("2026-09")
DAYS = (date(2026, 9, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("hints", "inside", "days"),
    [
        (SenderHints("ZZ1", period="2026-09"), {}, ()),
        (SenderHints(), {"organisation_code": "ZZ1", "period": "2026-09"}, ()),
        (SenderHints("ZZ1"), {}, DAYS),
        (SenderHints("ZZ1", period="2026-09"), {"organisation_code": "ZZ1", "period": "September 2026"}, ()),
        (SenderHints("ZZ1", period="2026-09"), {"organisation_code": "ZZ1", "period": "2026-09"}, (date(2020, 1, 1),)),
    ],
)
def test_folder_and_file_say_whose_it_is_and_when_and_its_dates_only_without_them(hints, inside, days) -> None:
    found = recognise(inside, PLANS, hints, RULES)
    assert found.slot(days) == Slot("ZZ1", "job_plan", PLANS.source_name, SEPTEMBER)


def test_a_national_file_has_no_organisation_and_a_period_of_whole_years() -> None:
    found = recognise({}, NATIONAL_FILE, SenderHints("ZZ1", source="nss"), RULES)
    years = Period(date(2025, 1, 1), date(2026, 12, 31))
    assert found.slot((date(2025, 3, 1), date(2026, 9, 1))) == Slot(NATIONAL, "nss_benchmark", "nss", years)


@pytest.mark.parametrize("source", ["Jane Smith", "7123456", "98I1234E", "jane.smith@example.invalid", "Dr Jones"])
def test_a_source_that_may_name_a_person_is_refused_and_not_repeated(source: str) -> None:
    with pytest.raises(Refusal, match="F046") as refused:
        check_folder(SenderHints("ZZ1", source=source))
    assert source not in refused.value.findings[0].sentence


@pytest.mark.parametrize(
    ("hints", "inside", "code"),
    [
        (SenderHints(), {}, "F013"),
        (SenderHints("QQ9"), {}, "F021"),
        (SenderHints("ZZ1"), {"organisation_code": "ZZ2"}, "F024"),
    ],
)
def test_a_sender_that_is_not_certain_is_refused(hints: SenderHints, inside: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        recognise(inside, PLANS, hints, RULES)


@pytest.mark.parametrize(
    ("hints", "inside", "days", "why"),
    [
        (
            SenderHints("ZZ1", period="2026-09"),
            {"period": "August 2026", "period_cell": "About!B2"},
            DAYS,
            "2026-08 and 2026-09 are both said: look at its folder, its name, cell About!B2 and its mapping",
        ),
        (
            SenderHints("ZZ1"),
            {"period": "autumn", "period_cell": "About!B2"},
            DAYS,
            "what is written in cell About!B2 cannot be read as one",
        ),
        (SenderHints("ZZ1"), {}, (), "neither its folder nor its content says"),
        (SenderHints("ZZ1"), {}, (date(2026, 8, 31), *DAYS), "its dates run from August 2026 to September 2026"),
    ],
)
def test_a_period_that_is_not_certain_is_refused_with_the_reason(hints, inside, days, why: str) -> None:
    found = recognise(inside, PLANS, hints, RULES)
    with pytest.raises(Refusal) as refused:
        found.slot(days)
    assert why in refused.value.findings[0].sentence


@pytest.mark.parametrize("folder", ["job_plans", "2026/09", "09-2026"])
def test_a_slip_in_a_folders_name_is_refused(folder: str) -> None:
    check_folder(SenderHints("ZZ1", source="nurses"))
    with pytest.raises(Refusal, match="F026"):
        check_folder(SenderHints("ZZ1", source=folder))
