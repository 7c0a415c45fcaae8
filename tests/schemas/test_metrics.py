import pytest

from schemas.metrics import Metric, count_of, counted_together, load_counts, load_metrics, load_profiles
from schemas.tables import DATASETS

DECLARED = {
    "metric_id": "X01",
    "title": "Share",
    "definition": "Some of some.",
    "statistic": "proportion",
    "unit": "%",
    "direction": 1,
    "datasets": ("survey",),
    "topics": ("data_quality",),
    "evidence": "made up for this test",
}


def test_a_metric_is_what_its_toml_says() -> None:
    assert Metric.model_validate(DECLARED).profile == "staff_survey"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statistic": "median"}, "declares its quantile type"),
        ({"quantile_type": 6}, "declares its quantile type"),
        ({"breakdowns": ("shoe_size",)}, "unknown breakdown shoe_size"),
        ({"sql": "SELECT 1"}, "sql"),
        ({"unit": "furlongs"}, "unit"),
        ({"has_spc": True, "datasets": ("population", "appraisal")}, "no SPC chart of year_to_date"),
        ({"has_spc": True, "datasets": ("job_plan",), "period_kind": "12_months"}, "no SPC chart of 12_months"),
        ({"period_kind": "fortnight"}, "unknown kind of period fortnight"),
        ({"topics": ()}, "write one or more of research_engagement, "),
        ({"topics": ("weather",)}, "as its topics"),
        ({"base": "respondents", "numerator": "people seen"}, "counts.toml does not declare people seen"),
    ],
)
def test_a_metric_that_does_not_hold_together_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Metric.model_validate({**DECLARED, **change})


def test_the_first_months_metrics_are_all_declared() -> None:
    survey = {
        "rcc_item_score",
        "rcc_item_unsure",
        "survey_response_rate",
        "survey_completion_rate",
        "research_barrier_ticked",
        "research_motivator_ticked",
        "survey_research_active",
    }
    plans = {
        "job_plan_research_pas_median",
        "job_plan_research_time_of_scope",
        "job_plan_research_hours_share",
        "job_plan_signed_off",
        "job_plan_spa_share",
    }
    appraisals = {
        "appraisals_completed_ytd",
        "appraisals_missed_approved_ytd",
        "appraisal_research_role_ytd",
        "appraisal_research_in_pdp_ytd",
        "appraisal_pdp_items_completed",
    }
    assert survey | plans | appraisals | {"nss_burnt_out_often_published"} <= {
        metric.metric_id for metric in load_metrics()
    }


def test_every_metric_reads_datasets_that_there_are_and_no_id_stands_twice() -> None:
    metrics = load_metrics()
    assert {name for metric in metrics for name in metric.datasets} <= set(DATASETS)
    assert len({metric.metric_id for metric in metrics}) == len(metrics)


def test_a_survey_shows_no_figure_of_fewer_than_eleven_people() -> None:
    assert load_profiles()["staff_survey"].threshold == 11


def test_what_is_published_already_is_shown() -> None:
    assert load_profiles()["published"].threshold == 0


def test_every_profile_names_its_source() -> None:
    assert all(profile.name == name and profile.title and profile.source for name, profile in load_profiles().items())


# The domain's catalogue with its corrections: 1 higher is better, -1 lower, 0 neither.
DIRECTIONS = {
    1: """rcc_item_score rcc_domain_score survey_response_rate survey_completion_rate survey_research_active
    survey_research_in_role job_plan_research_pas_median job_plan_research_time_of_scope job_plan_research_hours_share
    job_plan_signed_off appraisals_completed_ytd appraisal_research_role_ytd appraisal_research_in_pdp_ytd
    appraisal_pdp_items_completed survey_low_burnout_score survey_staff_engagement_score survey_access_to_learning
    support_triaged_in_5_days support_first_meeting_attended support_arcp_recovered support_paired_effect
    support_improved_08_sd support_followed_up adoption_recommendations_in_place workforce_clinical_academic_nmahpps""",
    0: """research_motivator_ticked research_barrier_level_ticked job_plan_spa_share appraisals_missed_approved_ytd
    support_referrals_per_1000 support_self_referrals support_level_3_concerns iparihs_element_rating""",
    -1: """rcc_item_unsure research_barrier_ticked appraisals_missed_unapproved_ytd nss_burnt_out_often_published""",
}


def test_a_metrics_better_direction_is_the_catalogues() -> None:
    found = {metric.metric_id: metric.direction for metric in load_metrics()}
    expected = {metric_id: direction for direction, ids in DIRECTIONS.items() for metric_id in ids.split()}
    assert {metric_id: found[metric_id] for metric_id in expected} == expected


def test_a_declared_count_stands_for_each_item_and_block() -> None:
    """`another ARCP than recovered` is no `next ARCP {item}`, though both end in the item."""
    declared = {
        name: count_of(name) for name in ("reached barriers", "another ARCP than recovered", "next ARCP recovered")
    }
    assert [count.name if count else "" for count in declared.values()] == [
        "reached {block}",
        "another ARCP than {item}",
        "next ARCP {item}",
    ]
    assert count_of("reached by post or so") is None


def test_what_a_count_is_part_of_is_declared_too() -> None:
    wholes = {count.part_of for count in load_counts().values()} - {""}
    assert [name for name in wholes if not count_of(name)] == []
    assert {count.name for count in load_counts().values() if count.is_common} == {"respondents", "reached {block}"}


def test_metrics_whose_counts_are_linked_are_released_together() -> None:
    """By hand: signed plans are part of the staff in scope; nothing but the levers links appraisals to them."""
    together = counted_together(load_metrics())
    assert {metric for metric, first in together.items() if first == together["job_plan_signed_off"]} == {
        "appraisal_research_role_with_time",
        "job_plan_research_time_with_role",
        "job_plan_any_research_time",
        "job_plan_research_funder",
        "job_plan_research_hours_by_funder",
        "job_plan_research_hours_share",
        "job_plan_research_pas_median",
        "job_plan_research_time_of_scope",
        "job_plan_signed_off",
        "job_plan_spa_share",
    }
    assert together["appraisal_research_role_ytd"] == "appraisal_research_role_ytd"
    assert together["survey_response_rate"] == together["rcc_item_unsure"] == together["research_motivator_ticked"]


def test_a_metric_that_comes_later_links_those_before_it() -> None:
    first, second, link = (
        Metric.model_validate({**DECLARED, "metric_id": name, **named})
        for name, named in (
            ("A", {"base": "signed plans in PAs"}),
            ("B", {"base": "research time in hours"}),
            ("C", {"base": "staff in scope"}),
        )
    )
    assert counted_together([first]) == {"A": "A"}
    assert set(counted_together([first, second, link]).values()) == {"A"}
