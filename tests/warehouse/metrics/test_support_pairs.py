"""Metrics of pairs of scores. The twelve months to the period's end are 2025-10-01 to 2026-09-30."""

from random import Random
from statistics import stdev

from tests.lib.core import Core, table

# By hand: the baselines 10, 14 and 18 have mean 14 and SD 4; the improvements 4, 2 and 6 have mean 4.
PAIRS = """
    case_key person_key baseline_date baseline_score follow_up_date follow_up_score improvement
    c1       p1         2026-01-05    10             2026-07-06     6               4
    c2       p2         2026-01-05    14             2026-07-06     12              2
    c3       p3         2026-01-05    18             2026-07-06     12              6
    c4       p4         2026-01-05    18             -              -               -
    c5       p5         2025-01-05    3              2025-09-30     20              -17
"""


def test_an_effect_size_is_the_mean_change_over_the_sd_at_baseline(core: Core) -> None:
    core.add("fct_support_case", "case_key person_key\nc1 p1\nc2 p2\nc3 p3\nc4 p4\nc5 p5")
    core.add("fct_support_concern", "case_key concern_code\nc1 health\nc2 health")
    core.add("fct_support_pair", PAIRS, measure_code="phq_9")
    assert core.units(
        "support_paired_effect", "item_code person_key concern_code numerator denominator baseline_value"
    ) == table("""
        phq_9 p1 -      4 1 10
        phq_9 p1 health 4 1 10
        phq_9 p2 -      2 1 14
        phq_9 p2 health 2 1 14
        phq_9 p3 -      6 1 18
    """)
    found = core.figures("support_paired_effect", "breakdown category denominator value")
    assert found == table("all all 3 1\nconcern health 2 1.06066")  # mean 3 over the SD of 10 and 14, 2.828427


def test_improved_is_against_0_8_of_the_sd_of_all_the_measures_pairs(core: Core) -> None:
    core.add("fct_support_case", "case_key person_key\nc1 p1\nc2 p2\nc3 p3\nc4 p4\nc5 p5\nc6 p6")
    core.add("fct_support_pair", PAIRS, measure_code="phq_9")  # 0.8 x 4 = 3.2
    core.add("fct_support_pair", "case_key follow_up_date improvement baseline_score\nc6 2026-07-06 9 9")  # no spread
    assert core.units("support_improved_08_sd", "item_code person_key numerator") == table(
        "phq_9 p1 1\nphq_9 p2 0\nphq_9 p3 1"
    )


def test_follow_up_waits_for_the_eighth_month_after_the_baseline(core: Core) -> None:
    core.add("fct_support_case", "case_key person_key\nc1 last\nc2 missing\nc3 next_time\nc4 earlier\nc5 none")
    core.add(
        "fct_support_pair",
        """
        case_key person_key baseline_date follow_up_date
        c1       last       2026-01-30    2026-09-01
        c2       missing    2025-02-01    -
        c3       next_time  2026-02-01    2026-08-01
        c4       earlier    2025-01-31    2025-08-01
        """,
        measure_code="gad_7",
    )
    assert core.units("support_followed_up", "item_code person_key numerator denominator") == table(
        "gad_7 last 1 1\ngad_7 missing 0 1"
    )


# By hand: p1 has three pairs. The last is 20 -> 12, of case c3; with conduct it is 12 -> 11, of c2. p2's is 10 -> 8.
# The SD of 20 and 10 is 7.071068, and 0.8 of it 5.656854: p1 improved by 8, p2 by 2. Mean change 5, effect 0.7071068.
AGAIN = """
    case_key baseline_date baseline_score follow_up_date follow_up_score improvement
    c1       2025-10-06    40             2026-03-02     10              30
    c2       2026-01-05    12             2026-07-06     11              1
    c3       2026-01-06    20             2026-07-06     12              8
    c4       2026-01-05    10             2026-07-06     8               2
"""


def test_a_person_with_several_pairs_counts_once_with_the_last(core: Core) -> None:
    cases = "case_key person_key setting_code\nc1 p1 hospital\nc2 p1 hospital\nc3 p1 gp\nc4 p2 hospital"
    core.add("fct_support_case", cases)
    core.add("fct_support_concern", "case_key concern_code\nc1 conduct\nc2 conduct\nc3 health")
    core.add("fct_support_pair", AGAIN, measure_code="phq_9")
    columns = "breakdown category numerator denominator people_count value"
    assert [row for row in core.figures("support_improved_08_sd", columns) if row[0] != "setting"] == table("""
        all     all     1 2 2 50
        concern conduct 0 1 1 0
        concern health  1 1 1 100
    """)
    assert core.figures("support_improved_08_sd", "breakdown category numerator denominator")[-2:] == table(
        "setting gp 1 1\nsetting hospital 0 1"
    )
    found = core.figures("support_paired_effect", "breakdown numerator denominator value")
    assert [row for row in found if row[0] == "all"] == table("all 10 2 0.707107")


def test_a_person_in_two_sources_counts_once(core: Core) -> None:
    pairs = "case_key baseline_date baseline_score follow_up_date improvement\n{} 2026-01-05 10 2026-07-06 4"
    for source in ("one", "two"):
        core.add("fct_support_case", f"case_key person_key\n{source} p1", source=source, submission_id=source)
        core.add("fct_support_pair", pairs.format(source), measure_code="phq_9", submission_id=source)
    assert core.units("support_paired_effect", "person_key numerator") == [["p1", "4"]]


def test_an_improvement_of_exactly_0_8_sd_is_not_lost_to_binary_rounding(core: Core) -> None:
    """Baselines m - s, m and m + s have the SD s, in decimals that binary numbers only come near to."""
    draws = Random(11)
    for number in range(100):
        mean, sd = draws.randrange(100, 900) / 10, draws.randrange(5, 100) / 10
        scores = (mean - sd, mean, mean + sd)
        gains = (0.8 * sd, 0.8 * sd - 0.01, 0.8 * sd + 0.01)  # exactly, just not, and over
        rows = [
            f"{number}_{n} p{n} 2026-07-06 {score!r} {score - (score - gain)!r}"
            for n, (score, gain) in enumerate(zip(scores, gains, strict=True))
        ]
        same = {"organisation_code": f"Z{number}"}
        core.add(
            "fct_support_case", "\n".join(("case_key person_key", *(" ".join(r.split()[:2]) for r in rows))), **same
        )
        headings = "case_key person_key follow_up_date baseline_score improvement"
        core.add("fct_support_pair", "\n".join((headings, *rows)), measure_code="phq_9", **same)
        assert abs(stdev(scores) - sd) < 1e-9
    assert core.totals("support_improved_08_sd", by="person_key") == {
        "p0": (100, 100),
        "p1": (0, 100),
        "p2": (100, 100),
    }
