"""Facilitators and barriers by level, polarity and factor, from released figures by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lib.released import Released, released
from tests.lib.text_tables import lines


@pytest.fixture
def ask() -> Iterator[Released]:
    with released() as ask:
        yield ask


def test_a_barrier_has_level_polarity_and_the_factor_whose_absence_it_is(ask: Released) -> None:
    figures = """
        metric_id                     item_code                   value
        research_barrier_ticked       rcc_barrier_backfill        20
        research_barrier_ticked       rcc_barrier_time            80
        research_barrier_ticked       rcc_barrier_none            3
        research_barrier_ticked       rcc_barrier_staff_shortages 9
        research_motivator_ticked     rcc_motivator_mentors       30
        research_barrier_level_ticked environmental               60
        research_motivator_level_share individual                 25
        research_barrier_levels_met   2                           40
        research_barrier_supports_missing interpersonal           31
        rcc_item_score                rcc_org_career_pathways     4
        rcc_item_score                rcc_org_evidence_planning   5
    """
    columns = "metric_id aspect level_code polarity_code subtheme_code subtheme_polarity_code value"
    assert ask(figures, "facilitators_barriers", columns) == lines("""
        research_barrier_ticked        box         environmental barrier     protected_time  facilitator 20
        research_barrier_ticked        box         individual    barrier     time_allocation barrier     80
        research_barrier_ticked        box         -             -           -               -           3
        research_barrier_ticked        box         environmental barrier     -               -           9
        research_motivator_ticked      box         interpersonal facilitator mentorship      facilitator 30
        research_barrier_level_ticked  level       environmental barrier     -               -           60
        research_motivator_level_share level_share individual    facilitator -               -           25
        research_barrier_levels_met    co_occurrence -           barrier     missing_support barrier     40
        research_barrier_supports_missing level_supports_missing interpersonal barrier missing_support barrier 31
        rcc_item_score                 score       environmental facilitator career_guidance facilitator 4
    """)


def test_a_factor_says_what_its_question_asks_about_and_burnout_stands_by_funding_only(ask: Released) -> None:
    figures = """
        metric_id                 item_code                 breakdown       category value
        research_barrier_ticked   local_barrier_undervalued all             all      20
        research_motivator_ticked local_motivator_mastery   all             all      30
        research_barrier_ticked   rcc_barrier_admin_support all             all      40
        survey_low_burnout_score  -                         research_funded no       5.1
        survey_low_burnout_score  -                         all             all      5.5
    """
    columns = "aspect level_code polarity_code subtheme_code asks_about_code value"
    assert ask(figures, "facilitators_barriers", columns) == lines("""
        box     environmental barrier     undervalued           medical_education_research 20
        box     individual    facilitator mastery               medical_education_research 30
        box     environmental barrier     little_administration research                   40
        burnout environmental barrier     burnout_unfunded      -                          5.1
    """)
