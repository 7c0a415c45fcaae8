"""Research hours by funder add up to all research hours: the hours of a funder of few people must not be left over."""

from __future__ import annotations

import pytest

from schemas.metrics import load_metrics
from tests.lib.figures import figures_of
from tests.lib.text_tables import shown

BY_FUNDER, SHARE = "job_plan_research_hours_by_funder", "job_plan_research_hours_share"
METRICS = [metric for metric in load_metrics() if metric.metric_id in (BY_FUNDER, SHARE)]
PEOPLE = {"nihr": 20, "nhs": 15, "university": 14, "charity": 13}


def units(few: dict[str, int]) -> str:
    """Funders of so many people of 4 to 6 research hours each; of each funder's hours, who has none adds 0."""
    people = [(f"{name}{n}", name, 4 + n % 3) for name, count in {**PEOPLE, **few}.items() for n in range(count)]
    rows = [f"{SHARE} none {person} {hours} 40" for person, _, hours in people]
    rows += [
        f"{BY_FUNDER} {funder} {person} {hours * (own == funder)} {hours}"
        for person, own, hours in people
        for funder in {**PEOPLE, **few}
    ]
    return "\n".join(("metric_id item_code person_key numerator denominator", *rows))


@pytest.mark.parametrize("few", [{"commercial": 5}, {"commercial": 0}, {"commercial": 1, "government": 0}])
def test_the_hours_of_a_funder_of_few_are_not_what_the_others_leave_over(built, few: dict[str, int]) -> None:
    figures_of(built, units(few), METRICS)
    query = f"SELECT item_code FROM marts.metric_value WHERE metric_id = '{BY_FUNDER}' AND status = 'suppressed'"
    hidden = set(shown(built, query).split())
    assert hidden > few.keys()
    assert shown(built, f"SELECT DISTINCT status FROM marts.metric_value WHERE metric_id = '{SHARE}'") == "shown"
    assert len(hidden) == len(few) + 1


def test_where_no_funder_is_of_few_all_are_in_print(built) -> None:
    figures_of(built, units({}), METRICS)
    query = f"SELECT DISTINCT status FROM marts.metric_value WHERE metric_id = '{BY_FUNDER}'"
    assert shown(built, query) == "shown"


def test_where_one_funder_pays_for_all_how_many_have_research_time_stays_in_print(built) -> None:
    rows = [f"{SHARE} none p{n} 4 40" for n in range(12)]
    rows += [f"{BY_FUNDER} {one} p{n} {4 * (one == 'nihr')} 4" for n in range(12) for one in ("nihr", "nhs", "charity")]
    text = "\n".join(("metric_id item_code person_key numerator denominator", *rows))
    figures_of(built, text, METRICS)
    query = "SELECT metric_id, count(*) FROM marts.metric_value WHERE status = 'shown' GROUP BY metric_id"
    assert shown(built, query) == f"{SHARE} 1"
