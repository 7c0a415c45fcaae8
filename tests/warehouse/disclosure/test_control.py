"""What may be seen: too few people hide a figure whole, and nothing that is hidden leaves a number."""

from __future__ import annotations

from itertools import product

import pytest

from schemas.metrics import Metric, load_metrics
from schemas.rulebook import load_rulebook
from tests.lib.figures import figures_of, metric
from tests.lib.month import PLANS, Month
from tests.lib.text_tables import lines, shown


def groups(*rows: tuple[float, float]) -> str:
    """Counted groups (numerator, denominator), each as an organisation of its own."""
    return "metric_id organisation_code person_key numerator denominator\n" + "\n".join(
        f"M1 {numerator:g}of{denominator:g} - {numerator} {denominator}" for numerator, denominator in rows
    )


def statuses(built, metric_: Metric, *rows: tuple[float, float]) -> str:
    figures_of(built, groups(*rows), [metric_])
    return shown(built, "SELECT organisation_code, status FROM marts.metric_value")


def test_a_share_of_people_is_tested_on_base_numerator_complement_and_class(built) -> None:
    found = statuses(
        built, metric(), (0, 10), (10, 10), (0, 11), (11, 11), (10, 30), (11, 30), (19, 30), (20, 30), (1, 11), (11, 22)
    )
    assert found == lines("""
        0of10  suppressed
        10of10 suppressed
        0of11  suppressed
        11of11 suppressed
        10of30 suppressed
        11of30 shown
        19of30 shown
        20of30 suppressed
        1of11  suppressed
        11of22 shown
    """)


@pytest.mark.parametrize("statistic", ["median", "mean", "ratio", "count"])
def test_other_figures_are_tested_on_the_people_behind_them(built, statistic: str) -> None:
    unit, quantile = ("hours", 6 if statistic == "median" else None)
    declared = metric(statistic=statistic, unit=unit, counts="hours", quantile_type=quantile)
    people = {"ten": 10, "eleven": 11}
    text = "metric_id organisation_code person_key numerator denominator\n" + "\n".join(
        f"M1 {code} p{n} {n % 2 + 1} 3" for code, count in people.items() for n in range(count)
    )
    figures_of(built, text, [declared])
    assert shown(built, "SELECT organisation_code, status FROM marts.metric_value") == lines(
        "ten suppressed\n eleven shown"
    )


@pytest.mark.parametrize("statistic", ["median", "mean"])
def test_answers_that_are_all_equal_are_hidden_however_many_they_are(built, statistic: str) -> None:
    declared = metric(statistic=statistic, unit="score 1-10", quantile_type=6 if statistic == "median" else None)
    answers = {"equal": [7] * 40, "mixed": [7] * 39 + [8]}
    text = "metric_id organisation_code person_key numerator\n" + "\n".join(
        f"M1 {code} p{n} {score}" for code, scores in answers.items() for n, score in enumerate(scores)
    )
    figures_of(built, text, [declared])
    assert shown(built, "SELECT organisation_code, status FROM marts.metric_value") == lines(
        "equal suppressed\n mixed shown"
    )


def hours(**people: list[float]) -> str:
    """Research hours of people, an organisation each; everyone works 40."""
    return "metric_id organisation_code person_key numerator denominator\n" + "\n".join(
        f"M1 {code} p{n} {value} 40" for code, values in people.items() for n, value in enumerate(values)
    )


def test_hours_of_two_who_dominate_are_hidden(built) -> None:
    """By hand: 90 of 100 h is not more than 90 %; 91 of 100 is, by 91 / 0.90 - 100 = 1.11 h."""
    figures_of(
        built,
        hours(at_rule=[60, 30, *[1] * 10], dominated=[61, 30, *[0.75] * 12], few=[20, *[0] * 20]),
        [metric(statistic="ratio", unit="hours", counts="hours")],
    )
    assert shown(built, "SELECT organisation_code, reason FROM core.figure_risk") == lines("""
        at_rule ''
        dominated dominance
        few numerator
    """)
    margin = "SELECT numerator_margin, denominator_margin FROM core.figure_risk WHERE organisation_code = 'dominated'"
    assert shown(built, margin) == "1.11111111 -"


def test_hours_that_the_second_largest_could_reckon_within_10_pct_of_the_largest_are_hidden(built) -> None:
    """By hand: the rest of 100 h is 100 - 50 - 45.5 = 4.5 h, under a tenth of 50; dominance falls short by 6.11."""
    declared = metric(statistic="ratio", unit="hours", counts="hours")
    figures_of(built, hours(close=[50, 45.5, *[0.375] * 12]), [declared])
    assert shown(built, "SELECT reason, numerator_margin FROM core.figure_risk") == "dominance 6.11111111"


GROUPS = {
    "medical_and_dental": 30,
    "nursing_and_midwifery": 30,
    "allied_health_professionals": 7,
    "healthcare_scientists": 8,
    "administrative_and_clerical": 6,
    "estates_and_ancillary": 9,
}
MEAN = {"statistic": "mean", "unit": "score 1-10"}
MEDIAN = {"statistic": "median", "unit": "score 1-10", "quantile_type": 6}


def scores(column: str, groups: dict[str, int]) -> str:
    """Scores 0 to 6 of so many people a group; `-` is no group."""
    return f"metric_id person_key {column} numerator\n" + "\n".join(
        f"M1 {group}{n} {group} {n % 7}" for group, count in groups.items() for n in range(count)
    )


def test_staff_groups_are_merged_where_more_of_the_wide_ones_are_safe(built) -> None:
    """Two staff groups are safe; of the wide ones all four: 30, 30, 7 + 8 and 6 + 9."""
    figures_of(built, scores("staff_group_code", GROUPS), [metric(**MEDIAN, breakdowns=("staff_group",))])
    assert shown(built, "SELECT breakdown, category, people_count, status FROM marts.metric_value") == lines("""
        all all 90 shown
        staff_group_wide medical_and_dental_wide 30 shown
        staff_group_wide nursing_wide 30 shown
        staff_group_wide professions_wide 15 shown
        staff_group_wide support_wide 15 shown
    """)


def test_one_hidden_group_is_not_left_to_be_worked_out_from_the_total(built) -> None:
    text = scores("contract_type_code", {"a": 40, "b": 30, "c": 7})
    figures_of(built, text, [metric(**MEAN, breakdowns=("contract_type",))])
    found = shown(built, "SELECT category, people_count, status FROM marts.metric_value")
    hidden = [line for line in found.splitlines() if line.endswith("- suppressed")]
    assert len(hidden) == 2 and "c - suppressed" in hidden
    rules = shown(built, "SELECT rule, method FROM core.figure_decision")
    assert rules == lines("'' ''\n '' ''\n base ''\n secondary flows")


def test_a_few_people_without_a_group_are_not_worked_out_either(built) -> None:
    """Of 44 people 40 have a group: the total less the group would be the 4 of whom none is known."""
    text = scores("contract_type_code", {"a": 40, "-": 4})
    figures_of(built, text, [metric(**MEAN, breakdowns=("contract_type",))])
    assert shown(built, "SELECT status FROM marts.metric_value") == "shown\nsuppressed"


def test_a_group_too_small_to_have_a_value_is_protected_all_the_same(built) -> None:
    """An effect size of one pair has none, since one baseline has no spread: it is of too few people none the less."""
    declared = metric(statistic="effect_size", unit="baseline SD", breakdowns=("contract_type",))
    text = "metric_id person_key contract_type_code numerator baseline_value\n" + "\n".join(
        f"M1 {g}{n} {g} {n % 5} {n % 7}" for g, size in {"a": 40, "b": 30, "c": 1}.items() for n in range(size)
    )
    figures_of(built, text, [declared])
    found = shown(built, "SELECT status FROM marts.metric_value")
    assert found == "shown\nshown\nsuppressed\nsuppressed"


def test_many_units_of_few_people_are_hidden(built) -> None:
    text = "metric_id person_key numerator denominator\n" + "\n".join(f"M1 p{n % 10} {n % 2} 1" for n in range(400))
    figures_of(built, text, [metric(counts="items", statistic="ratio")])
    assert shown(built, "SELECT status FROM marts.metric_value") == "suppressed"


def test_a_published_figure_is_never_hidden(built) -> None:
    declared = metric(counts="published", statistic="mean", profile="published", decimals=2)
    figures_of(built, groups((25.304, 7)), [declared])
    columns = "status, numerator, denominator, people_count, value, interval_low"
    assert shown(built, f"SELECT {columns} FROM marts.metric_value") == "shown - 7 7 25.3 -"


def test_no_number_of_a_hidden_figure_is_left(built) -> None:
    rows = [pair for pair in product(range(14), range(1, 26)) if pair[0] <= pair[1]]
    figures_of(built, groups(*rows), [metric(is_sample=True)])
    numbers = (
        "numerator, denominator, people_count, row_count, value, q1, q3, interval_low, interval_high, response_rate_pct"
    )
    hidden = f"SELECT DISTINCT {numbers} FROM marts.metric_value WHERE status <> 'shown'"
    assert shown(built, hidden) == " ".join("-" * 10)
    assert shown(built, "SELECT min(numerator), min(denominator) FROM marts.metric_value") == "11 22"


def test_a_figure_whose_population_has_not_come_is_not_available_and_holds_no_number(built) -> None:
    figures_of(built, "metric_id person_key numerator denominator\nM1 - 30 -", [metric()])
    assert shown(built, "SELECT status, numerator, people_count, row_count, value FROM marts.metric_value") == (
        "not_available - - - -"
    )


def test_a_median_that_would_give_away_a_group_is_shown_without_its_count(built) -> None:
    """Of 77 people 7 are c: who knew two of the other counts would know it; no median tells one."""
    text = scores("contract_type_code", {"a": 40, "b": 30, "c": 7})
    figures_of(built, text, [metric(**MEDIAN, breakdowns=("contract_type",))])
    found = shown(built, "SELECT category, people_count, status, value IS NULL FROM marts.metric_value").splitlines()
    assert "c - suppressed True" in found
    assert sum(line.endswith(" - shown False") for line in found) == 1


def test_a_median_without_its_count_has_no_interval_and_no_quartiles_either(built) -> None:
    """The interval of 15 or 19 people ends at the quartiles, and of no other number from 11 to 24.

    Quartiles of whole scores that end in .25 or .75 are of a number that four divides.
    """
    text = scores("contract_type_code", {"a": 40, "b": 30, "c": 7})
    figures_of(built, text, [metric(**MEDIAN, is_sample=True, breakdowns=("contract_type",))])
    columns = "people_count IS NULL, q1 IS NULL, q3 IS NULL, interval_low IS NULL, interval_high IS NULL"
    said = shown(built, f"SELECT DISTINCT {columns} FROM marts.metric_value WHERE status = 'shown'").splitlines()
    assert sorted(said) == [" ".join(["False"] * 5), " ".join(["True"] * 5)]


@pytest.mark.parametrize(("invited", "rate"), [(12, "-"), (22, "-"), (23, "52.2")])
def test_a_response_rate_stands_beside_a_figure_where_it_is_in_print_itself(
    month: Month, invited: int, rate: str
) -> None:
    """Twelve answered: beside a figure that is shown, the rate would give away the few who did not, or that all did."""
    answered = range(1, 13)
    month.send(
        "s1",
        survey_response="respondent_number\n" + "\n".join(str(n) for n in answered),
        survey_answer="respondent_number question_key score is_unsure\n"
        + "\n".join(f"{n} rcc_org_training_resources {n % 10 + 1} false" for n in answered),
    )
    month.send(
        "s2",
        population=f"population_code staff_group_code snapshot_date people_count\ninvited all 2026-09-30 {invited}",
    )
    month.metrics = [m for m in load_metrics() if m.metric_id in ("rcc_item_score", "survey_response_rate")]
    with month.build() as connection:
        of_item = (
            "SELECT status, denominator, response_rate_pct FROM marts.metric_value WHERE metric_id = 'rcc_item_score'"
        )
        assert shown(connection, of_item) == f"shown 12 {rate}"


def test_of_a_wide_staff_group_the_response_rate_is_the_groups_own(month: Month) -> None:
    """Of two professions of six answers each, in one wide group, 12 of 23 answered; of clinical support 24 of 60."""
    groups = ["allied_health_professionals"] * 6 + ["healthcare_scientists"] * 6
    groups += ["additional_clinical_services"] * 6 + ["administrative_and_clerical"] * 18
    answered = list(enumerate(groups, 1))
    month.send(
        "s1",
        survey_response="respondent_number staff_group_code\n" + "\n".join(f"{n} {group}" for n, group in answered),
        survey_answer="respondent_number question_key score is_unsure\n"
        + "\n".join(f"{n} rcc_org_training_resources {n % 10 + 1} false" for n, _ in answered),
    )
    asked = {groups[0]: 11, groups[6]: 12, groups[12]: 20, groups[18]: 40}
    invited = "\n".join(f"invited {group} 2026-09-30 {count}" for group, count in asked.items())
    month.send("s2", population=f"population_code staff_group_code snapshot_date people_count\n{invited}")
    month.metrics = [m for m in load_metrics() if m.metric_id in ("rcc_item_score", "survey_response_rate")]
    with month.build() as connection:
        of_item = "SELECT category, response_rate_pct FROM marts.metric_value WHERE metric_id = 'rcc_item_score'"
        of_item += " AND breakdown IN ('all', 'staff_group_wide') AND value IS NOT NULL ORDER BY category"
        assert shown(connection, of_item) == lines("all 43.4\n professions_wide 52.2\n support_wide 40")


def test_a_category_of_nobody_has_a_row_like_one_of_few_people(month: Month) -> None:
    """Twelve consultants and two SAS doctors have a plan: of the other contract types nobody has."""
    lines_ = [f"p{n} 1 C{n} - signed_off {'research' if n % 2 else 'dcc'} 1" for n in range(24)]
    month.send(
        "s1",
        job_plan=PLANS.replace("registration_key", "contract_type_code registration_key")
        + "\n".join(
            line.replace(" 1 C", f" 1 {'sas' if n < 2 else 'consultant'} C", 1) for n, line in enumerate(lines_)
        ),
    )
    month.metrics = [m for m in load_metrics() if m.metric_id == "job_plan_any_research_time"]
    with month.build() as connection:
        columns = "category, status, denominator, value, series_id"
        rows = shown(connection, f"SELECT {columns} FROM marts.metric_value WHERE breakdown = 'contract_type'")
    declared = load_rulebook().codelists["contract_type"].labels
    assert [line.split()[0] for line in rows.splitlines()] == sorted(declared)
    assert {tuple(line.split()[1:4]) for line in rows.splitlines()} == {("suppressed", "-", "-")}
    assert all(f"|contract_type|{line.split()[0]}|" in line for line in rows.splitlines())
