"""Makes the posts of an organisation, also of those who left, and its people's research activity."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flows.demo.exports import Row
from flows.demo.people import Sender, year_of
from flows.demo.programmes import pick
from schemas.submissions import Period

LISTED = timedelta(days=365)  # a staff list still holds those who left in the last year


def staff(sender: Sender) -> list[Mapping[str, Any]]:
    """Everyone ever employed: those with a job plan or an appraisal first, then the rest of each staff group."""
    people = list(sender.people)
    planned = Counter(person["staff_group_code"] for person in people)
    for group, count in sender.declared["staff"].items():
        grades = sender.demo["grade"].get(group, {"other": 1})
        for _ in range(round(count * sender.demo["workforce"]["ever"]) - planned[group]):
            number = len(people) + 1
            grade = pick(sender.draws("grade", number), grades)
            own = {"number": number, "employee_number": f"{100 + number:06d}", "registration_number": ""}
            people.append({**own, "staff_group_code": group, "grade_code": grade})
    return people


def workforce(sender: Sender, period: Period) -> list[Row]:
    """Posts on the period's last day and those left within a year; job-plan systems may still show a leaver's plan."""
    rows: list[Row] = []
    for person in staff(sender):
        draws, about = sender.draws("post", person["number"]), sender.demo["workforce"]
        last = Period.parse(sender.demo["last_month"]).end
        joined = last - timedelta(days=int(draws.expovariate(1 / about["mean_days"])))
        if "kind" in person:
            joined -= timedelta(days=1000)  # they had plans throughout the demo's year
        left = last - timedelta(days=draws.randrange(730)) if draws.random() < 2 * about["leaving"] else date.max
        left = max(left, joined + timedelta(days=60)) if left < date.max else left
        if joined > period.end or left < period.end - LISTED:
            continue
        has_left = left <= period.end
        own = {n: person[n] for n in ("employee_number", "registration_number", "staff_group_code", "grade_code")}
        rows.append(
            {
                **own,
                "post_id": f"{person['employee_number']}-1",
                "fte": draws.choice(("1", "1", "1", "0.8", "0.6", "0.5")),
                "start_date": joined.isoformat(),
                "leaving_date": left.isoformat() if has_left else "",
                "leaving_reason_code": pick(draws, about["reason"]) if has_left else "",
                "is_clinical_academic": "yes" if draws.random() < about["clinical_academic"] else "no",
            }
        )
    return rows


def research_activity(sender: Sender, period: Period) -> list[Row]:
    """Events of April to March up to the period's end, with the decisions known by then."""
    people, start = staff(sender), date(year_of(period.end), 4, 1)
    found = (_event(sender, people, start, n) for n in range(int(len(people) * sender.demo["research"]["rate"])))
    return [
        {**event, **({} if event.get("decided_date", "") <= period.end.isoformat() else UNDECIDED)}
        for event in found
        if event["event_date"] <= period.end.isoformat()
    ]


UNDECIDED = {"decided_date": "", "decision_code": ""}


def _event(sender: Sender, people: list[Mapping[str, Any]], start: date, number: int) -> dict[str, str]:
    draws, about = sender.draws("event", start.year, number), sender.demo["research"]
    person = draws.choice(people)
    day, kind = start + timedelta(days=draws.randrange(365)), pick(draws, about["event"])
    own = {n: person[n] for n in ("employee_number", "registration_number", "staff_group_code")}
    event = {**own, "event_id": f"E-{start.year}-{number:04d}", "event_code": kind, "event_date": day.isoformat()}
    if not kind.endswith("_application"):
        return event
    decided = day + timedelta(days=draws.randrange(40, 130))
    return {**event, "decision_code": pick(draws, about["decision"]), "decided_date": decided.isoformat()}
