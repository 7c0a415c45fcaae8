"""Makes the people of an organisation, with their job plans and appraisals, and its population counts."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from random import Random
from typing import Any

from flows.demo.exports import Row
from schemas.submissions import Period


@dataclass(frozen=True)
class Sender:
    """One fictional organisation of demo.toml, with its people; `demo` is the whole file."""

    code: str
    demo: Mapping[str, Any]
    seed: int

    @property
    def declared(self) -> Mapping[str, Any]:
        """The organisation's own table of demo.toml."""
        return self.demo["organisation"][self.code]

    def draws(self, *about: object) -> Random:
        """Random draws that are the same for the same question, whatever was drawn before."""
        return Random("/".join(map(str, (self.seed, self.code, *about))))

    @property
    def first_doctor(self) -> int:
        """The first of the organisation's thousand fictional GMC-shaped numbers."""
        return int(self.demo["doctors_start"] + 1000 * (int(self.code[-1]) - 1))

    @cached_property
    def people(self) -> tuple[Mapping[str, Any], ...]:
        """Everyone with a job plan or an appraisal: number, kind, identifiers and the kind's own values."""
        found: list[Mapping[str, Any]] = []
        for kind, count in self.declared["people"].items():
            for _ in range(count):
                n = len(found) + 1
                about = self.demo["kind"][kind]
                registration = about["registration"].format(gmc=self.first_doctor + n - 1, n=n)
                own = {
                    "number": n,
                    "kind": kind,
                    "registration_number": registration,
                    "employee_number": f"{100 + n:06d}",
                }
                found.append({**about, **own})
        return tuple(found)

    def of_kinds(self, kinds: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The people of those kinds, in order."""
        return (person for person in self.people if person["kind"] in kinds)


def population(sender: Sender, period: Period, months_before_last: int) -> list[Row]:
    """Counts by staff group and in all, on the period's last day; staff grow by 0.2 % a month."""
    staff = {g: round(n * (1 - 0.002 * months_before_last)) for g, n in sender.declared["staff"].items()}
    in_scope: dict[str, int] = {}
    for person in sender.people:
        in_scope[person["staff_group_code"]] = in_scope.get(person["staff_group_code"], 0) + 1
    doctors = {g: n for g, n in in_scope.items() if g == "medical_and_dental"}
    served = sender.declared.get("served", staff)  # a support unit's headcount is of those whom it may support
    counts = {"headcount": served, "invited": staff, "job_plan_scope": in_scope, "prescribed_connection": doctors}
    return [
        {
            "population_code": code,
            "staff_group_code": group,
            "snapshot_date": period.end.isoformat(),
            "people_count": str(count),
        }
        for code, groups in counts.items()
        if groups
        for group, count in {**groups, "all": sum(groups.values())}.items()
    ]


def job_plans(sender: Sender, period: Period, kinds: Sequence[str]) -> list[Row]:
    """Activity lines of the plans of April to March, as they stand on the period's last day; about 4 % have none."""
    year = year_of(period.end)
    kept = activities()
    return [
        line
        for person in sender.of_kinds(kinds)
        if sender.draws("has plan", person["number"], year).random() > 0.04
        for line in _plan(sender, person, period, [a for a in kept if person["kind"] in a["kinds"].split("|")])
    ]


def _plan(
    sender: Sender, person: Mapping[str, Any], period: Period, activities: Iterable[Mapping[str, str]]
) -> Iterator[Row]:
    year = year_of(period.end)
    draws = sender.draws("plan", person["number"], year)
    state, signed_off = _state(draws, period, year)
    plan = {
        **{name: person[name] for name in ("registration_number", "employee_number", "staff_group_code")},
        "contract_type_code": person["contract_type_code"],
        "plan_id": f"JP-{sender.code}-{year}-{person['number']:04d}",
        "nation_code": sender.declared["nation"],
        "plan_state_code": state,
        "plan_start_date": date(year, 4, 1).isoformat(),
        "plan_end_date": date(year + 1, 3, 31).isoformat(),
        "signed_off_date": signed_off,
    }
    # What a person does is drawn once and copied from year to year, as plans are
    lines = _lines(sender.draws("activities", person["number"]), person.get("weekly_hours", 0.0), activities)
    return ({**plan, **line, "line_number": str(n)} for n, line in enumerate(lines, start=1))


def _state(draws: Random, period: Period, year: int) -> tuple[str, str]:
    """State and day of the last signature: half of the plans are signed by April, the rest through the year."""
    signed = date(year, 4, 1) + timedelta(days=draws.choice((-20, -10, -5, 5, 10, 25, 45, 70, 100, 140, 260, 320, 400)))
    if signed <= period.end:
        reopened = period.end >= date(year, 9, 1) and draws.random() < 0.02
        return ("reopened", "") if reopened else ("signed_off", signed.isoformat())
    steps = ("partially_signed", "submitted", "in_discussion", "draft")
    return steps[min((signed - period.end).days // 30, 3)], ""


def _lines(draws: Random, hours: float, activities: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    planned = 0.0
    for activity in activities:
        if draws.random() > float(activity["share"]):
            continue
        amount = draws.choice(activity["amounts"].split("|"))
        amount = str(hours - planned) if amount == "rest" else amount
        planned += float(amount)
        kept = {k: v for k, v in activity.items() if k not in ("kinds", "share", "amounts", "unit")}
        yield {**kept, activity["unit"]: amount}


def activities() -> list[dict[str, str]]:
    """The kinds of activity line: who has them, how often, how much."""
    text = (resources.files("flows.demo") / "data" / "activities.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def appraisals(sender: Sender, period: Period, kinds: Sequence[str]) -> list[Row]:
    """Appraisals of April to March that are due by the period's end, as they stand then (year to date)."""
    year = year_of(period.end)
    found = [_appraisal(sender, person, period, year) for person in sender.of_kinds(kinds)]
    return [row for row in found if row["due_date"] <= period.end.isoformat()]


def _appraisal(sender: Sender, person: Mapping[str, Any], period: Period, year: int) -> Row:
    draws = sender.draws("appraisal", person["number"], year)
    due = date(year, 4, 1) + timedelta(days=30 * (person["number"] % 12) + draws.randrange(28))
    meeting = due + timedelta(days=draws.choice((-40, -30, -21, -14, -7, -3, 5, 20)))
    signed_off = meeting + timedelta(days=draws.choice((3, 7, 14, 21, 27, 40)))
    missed = draws.choices(("", "missed_approved", "missed_unapproved"), (90, 7, 3))[0]
    has_meeting, is_signed = not missed and meeting <= period.end, not missed and signed_off <= period.end
    return {
        **{n: person[n] for n in ("registration_number", "employee_number", "staff_group_code", "grade_code")},
        "appraisal_id": f"AP-{sender.code}-{year}-{person['number']:04d}",
        "has_prescribed_connection": "yes" if person["staff_group_code"] == "medical_and_dental" else "no",
        "due_date": due.isoformat(),
        "meeting_date": meeting.isoformat() if has_meeting else "",
        "signed_off_date": signed_off.isoformat() if is_signed else "",
        "appraisal_state_code": missed
        or ("complete" if is_signed else "in_progress" if has_meeting else "not_started"),
        "has_research_role": "yes" if draws.random() < 0.14 else "no",
        **_development_plan(draws, is_signed),
    }


def _development_plan(draws: Random, is_agreed: bool) -> dict[str, str]:
    due = draws.choices((0, 1, 2), (78, 17, 5))[0]
    complete = sum(draws.random() < 0.64 for _ in range(due))
    agreed = draws.choices((0, 1, 2), (76, 19, 5))[0]
    return {
        "research_pdp_agreed_count": str(agreed) if is_agreed else "",
        "research_pdp_due_count": str(due) if is_agreed else "",
        "research_pdp_complete_count": str(complete) if is_agreed else "",
    }


def year_of(day: date) -> int:
    """The year in which the April-to-March year began that holds the day."""
    return day.year if day.month >= 4 else day.year - 1
