"""Makes support cases, a unit's summary of them, and the recommendations that sites adopted."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import sqrt
from random import Random
from statistics import fmean, stdev
from typing import Any

from flows.demo.exports import Row
from flows.demo.people import Sender
from schemas.rulebook import Rulebook
from schemas.submissions import Period

Rows = dict[str, list[Row]]  # contract -> rows
CARRIED = 0.4  # share of a person's distance from the mean that stays until follow-up: extremes regress


def support_cases(sender: Sender, period: Period) -> Rows:
    """Cases, concerns, interventions and scores as the unit's system shows them on the period's last day."""
    found: Rows = {}
    for number in range(1, sender.declared["cases"] + 1):
        for table, row in _case(sender, number, period.end):
            found.setdefault(table, []).append(row)
    return found


def _case(sender: Sender, number: int, today: date) -> Iterator[tuple[str, Row]]:
    about, draws = sender.demo["support"], sender.draws("case", number)
    referred = date.fromisoformat(about["first_day"]) + timedelta(days=draws.randrange(about["days"]))
    triaged = referred + timedelta(days=draws.choice((1, 2, 2, 3, 4, 5, 6, 7, 9, 14)))
    is_accepted, has_come = draws.random() < about["accepted"], draws.random() < about["attended"]
    met = triaged + timedelta(days=draws.randrange(4, 40)) if is_accepted and has_come else date.max
    ended = met + timedelta(days=draws.randrange(90, 200)) if met < date.max else date.max
    doctor = pick(draws, about["doctor_group"])
    if referred > today:
        return
    key = {"case_id": f"PSU-{sender.code}-{number:04d}"}
    yield (
        "support_case",
        {
            **key,
            "registration_number": str(sender.first_doctor + number),
            "staff_group_code": "medical_and_dental",
            "doctor_group_code": doctor,
            "site_code": pick(draws, sender.declared.get("site", about["site"])),
            **{f"{name}_code": pick(draws, about[name]) for name in ("setting", "referral_source")},
            "support_level_code": pick(draws, about["level"]),
            "referral_date": referred.isoformat(),
            "is_accepted": "yes" if is_accepted else "no",
            "triage_date": _by(triaged, today),
            "first_meeting_date": _by(met, today),
            "closure_date": _by(ended, today),
            "closure_outcome_code": pick(draws, about["closure_outcome"]) if ended <= today else "",
            **(_arcp(draws, about, referred, today) if doctor == "trainee" else {}),
        },
    )
    for concern in dict.fromkeys(pick(draws, about["concern"]) for _ in range(draws.choice((1, 1, 2)))):
        yield "support_concern", {**key, "concern_code": concern}
    for row in _interventions(draws, about, met, ended, today):
        yield "support_intervention", {**key, **row}
    for row in _scores(sender, draws, met, today):
        yield "support_measurement", {**key, **row}


def _arcp(draws: Random, about: Mapping[str, Any], referred: date, today: date) -> dict[str, str]:
    next_day = referred + timedelta(days=draws.randrange(120, 360))
    after = pick(draws, about["arcp_after"])
    known = {"arcp_after_code": after, "arcp_after_date": next_day.isoformat()} if next_day <= today else {}
    return {"arcp_before_code": pick(draws, about["arcp_before"]), **known}


def _interventions(
    draws: Random, about: Mapping[str, Any], met: date, ended: date, today: date
) -> Iterator[dict[str, str]]:
    for programme in dict.fromkeys(pick(draws, about["programme"]) for _ in range(draws.choice((1, 1, 1, 2)))):
        is_completed = draws.random() < about["completed"]
        if met <= today:
            yield {
                "programme_code": programme,
                "start_date": met.isoformat(),
                "end_date": _by(ended, today),
                "session_count": str(draws.randrange(2, 9)),
                "is_completed": ("yes" if is_completed else "no") if ended <= today else "",
            }


def _scores(sender: Sender, draws: Random, met: date, today: date) -> Iterator[dict[str, str]]:
    """The scores of all measures at the first meeting and about six months on; a few forms do not come back."""
    has_forms, has_returned = (draws.random() < chance for chance in sender.demo["support"]["forms"])
    returned = met + timedelta(days=draws.randrange(170, 200)) if met < date.max and has_returned else date.max
    for code, measure in sender.demo["measure"].items():
        first, later = paired_scores(draws, measure)
        for stage, day, score in (("baseline", met, first), ("follow_up", returned, later)):
            if has_forms and day <= today:
                row = {"measure_code": code, "stage_code": stage}
                yield {**row, "measured_date": day.isoformat(), "score": str(score)}


def paired_scores(draws: Random, measure: Mapping[str, Any]) -> tuple[int, int]:
    """A baseline and a follow-up whose change, in baseline SDs, has the measure's mean and SD but for rounding."""
    mean, sd = measure["mean"], measure["sd"]
    noise = sd * sqrt(measure["effect_sd"] ** 2 - (1 - CARRIED) ** 2)
    first = draws.gauss(mean, sd)
    later = mean + measure["direction"] * measure["effect"] * sd + CARRIED * (first - mean) + draws.gauss(0, noise)
    low, high = measure["range"]
    return min(max(round(first), low), high), min(max(round(later), low), high)


def support_summary(sender: Sender, period: Period) -> list[Row]:
    """The period's referrals by site and programme: a line for the people, and one a measure for the pairs."""
    tables = support_cases(sender, period)
    cases = {c["case_id"]: c for c in tables["support_case"] if c["referral_date"] >= period.start.isoformat()}
    scores = {
        (r["case_id"], r["measure_code"], r["stage_code"]): float(r["score"]) for r in tables["support_measurement"]
    }
    groups: dict[tuple[str, str], list[Row]] = {}
    for given in tables["support_intervention"]:
        if given["case_id"] in cases:
            site = cases[given["case_id"]]["site_code"]
            groups.setdefault((site, given["programme_code"]), []).append(given)
    found: list[Row] = []
    for (site, programme), rows in sorted(groups.items()):
        key = {"site_code": site, "programme_code": programme}
        completed = sum(row["is_completed"] == "yes" for row in rows)
        people = dict.fromkeys(("referred_count", "reached_count", "engaged_count"), str(len(rows)))
        found.append({**key, "measure_code": "none", **people, "completed_count": str(completed)})
        for code, measure in sender.demo["measure"].items():
            both = [
                (scores.get((r["case_id"], code, "baseline")), scores.get((r["case_id"], code, "follow_up")))
                for r in rows
            ]
            found.append({**key, "measure_code": code, **_pairs(both, measure["direction"])})
    return found


def _pairs(both: list[tuple[float | None, float | None]], direction: int) -> dict[str, str]:
    pairs = [(first, later) for first, later in both if first is not None and later is not None]
    counts = {"baseline_count": str(sum(first is not None for first, _ in both)), "pair_count": str(len(pairs))}
    if len(pairs) < 2:
        return counts
    changes, sd = [later - first for first, later in pairs], stdev(first for first, _ in pairs)
    spread = {"mean_change": fmean(changes), "change_sd": stdev(changes), "baseline_sd": sd}
    improved = sum(direction * change >= 0.8 * sd for change in changes)
    return {**counts, **{name: f"{value:.4f}" for name, value in spread.items()}, "improved_count": str(improved)}


def adoption(sender: Sender, period: Period, rules: Rulebook) -> Rows:
    """A site's recommendations, ratings, workshops and changes as they stand on the period's last day."""
    about, today = sender.demo["adoption"], period.end
    site = {"site_code": sender.code}
    held = [(day, n) for day, n in sender.declared["workshops"] if day <= today.isoformat()]
    return {
        "recommendation_adoption": [
            {**site, **_recommendation(sender, number, strategy, today)}
            for number, strategy in enumerate(rules.codelists["restore_strategy"].labels, start=1)
        ],
        "iparihs_rating": [
            {**site, "element_code": element, "assessed_date": today.isoformat(), **_rating(sender, element, today)}
            for element in rules.codelists["iparihs_element"].labels
        ],
        "adoption_workshop": [{**site, "workshop_date": day, "stakeholder_count": str(n)} for day, n in held],
        "adoption_change": [
            {**site, "change_code": kind, "noted_date": day, "change_count": str(count)}
            for day, _ in held
            for kind, most in about["changes"].items()
            if (count := sender.draws("change", day, kind).randrange(most + 1))
        ],
    }


def _recommendation(sender: Sender, number: int, strategy: str, today: date) -> dict[str, str]:
    draws, about = sender.draws("recommendation", number), sender.demo["adoption"]
    is_agreed = draws.random() < about["agreed"]
    months = (today - date.fromisoformat(about["first_day"])).days // 30 - draws.randrange(9)
    steps = ("not_started", "planned", "partly_in_place", "in_place")
    return {
        "site_type_code": sender.declared["site_type"],
        "recommendation_number": f"R{number}",
        "strategy_code": strategy,
        "is_agreed": "yes" if is_agreed else "no",
        "adoption_state_code": steps[min(max(months // 2, 0), 3)] if is_agreed else "not_started",
        "assessed_date": today.isoformat(),
    }


def _rating(sender: Sender, element: str, today: date) -> dict[str, str]:
    """On the tool's scale of 1 to 5: drawn once, a point more after half a year."""
    first = sender.draws("rating", element).randrange(1, 5)
    later = (today - date.fromisoformat(sender.demo["adoption"]["first_day"])).days // 180
    return {"rating": str(min(first + later, 5)), "scale_minimum": "1", "scale_maximum": "5"}


def pick(draws: Random, weights: Mapping[str, float]) -> str:
    """One of the names, by its weight."""
    return draws.choices(tuple(weights), tuple(weights.values()))[0]


def _by(day: date, today: date) -> str:
    return day.isoformat() if day <= today else ""
