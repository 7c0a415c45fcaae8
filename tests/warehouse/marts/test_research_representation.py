"""Who the research-active staff are: shares of printed counts, worked out by hand."""

from __future__ import annotations

from tests.lib.released import released
from tests.lib.text_tables import lines

COLUMNS = "category active_share_pct people_share_pct representation_ratio in_post_share_pct status"


def test_a_group_is_represented_by_its_share_of_the_research_active_over_its_share_of_all() -> None:
    """Nurses are 20 of 50 who are active (40 %), 120 of 200 who answered (60 %) and 300 of 600 in post."""
    figures = """
        metric_id                  breakdown   category     numerator denominator status
        survey_research_active     all         all          50        200         shown
        survey_research_active     profession  nurse        20        120         shown
        survey_research_active     profession  psychologist 21        30          shown
        survey_research_active     profession  paramedic    -         -           suppressed
        survey_research_active     site        A            11        50          shown
        workforce_joined_12_months all         all          40        600         shown
        workforce_joined_12_months profession  nurse        20        300         shown
    """
    with released() as ask:
        assert ask(figures, "research_representation", COLUMNS) == lines("""
            nurse        40 60 0.67 50 shown
            psychologist 42 15 2.8  -  shown
            paramedic    -  -  -    -  suppressed
        """)


def test_a_group_is_named_with_its_organisation_and_period() -> None:
    figures = """
        metric_id              breakdown  category numerator denominator period_kind
        survey_research_active all        all      50        200         wave
        survey_research_active profession nurse    20        120         wave
    """
    named = "organisation_name breakdown_label category_label period_label is_latest"
    with released() as ask:
        found = ask(figures, "research_representation", named)
    assert found == "Fictional ZZ1 Profession Nurse the survey of September 2026 True"


def test_without_the_total_in_print_there_is_no_share() -> None:
    figures = """
        metric_id                   breakdown   category     numerator denominator status
        job_plan_any_research_time  all         all          -         -           suppressed
        job_plan_any_research_time  staff_group students     20        120         shown
    """
    with released() as ask:
        assert ask(figures, "research_representation", f"research_active_by {COLUMNS}") == lines(
            "job_plan students - - - - shown"
        )
