"""Respondents made to published tables go through the metrics' SQL and come out as printed; misprints are named.

Sources: Chinn 2023 doi 10.1186/s12913-023-09196-y (NHS Fife), Cordrey 2022 doi 10.1186/s12913-022-07480-x, Lazzarini
2013 doi 10.1186/1757-1146-6-1, Wenke 2017 doi 10.1186/s12913-017-1996-7. The respondents are made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.lib.core import Core
from tests.published.papers import answer, figures, printed, quartiles, scores, share, ticks, unattainable

FIFE, CORDREY = "rcc_chinn2023_nhs_fife", "rcc_cordrey2022_department"
LAZZARINI, LAZZARINI_TICKS = "rcc_lazzarini2013_org_team_two_waves", "rcc_lazzarini2013_individual_barriers_motivators"
WENKE, FIFE_TICKS = "rcc_wenke2017_team_barriers_motivators", "rcc_chinn2023_motivators"
WAVES = {
    "2011": {"period_start": "2011-01-01", "period_end": "2011-12-31", "submission_id": "w1"},
    "2012": {"period_start": "2012-01-01", "period_end": "2012-12-31", "submission_id": "w2"},
}


def tick(core: Core, domain: str, counts: Sequence[int], base: int, **same: str) -> None:
    """A block of boxes, each ticked so often by so many respondents; box n is question `b<n>`."""
    lines = [
        f"r{n} b{box} {int(box in own)}" for n, own in enumerate(ticks(counts, base)) for box in range(len(counts))
    ]
    core.add("fct_survey_answer", "\n".join(("response_key question_key score", *lines)), domain_code=domain, **same)


def test_cordrey_comes_out_as_printed(core: Core) -> None:
    """18 items of 93 respondents: quartiles by (n - 1)p + 1 (type 7), and the share unsure."""
    rows = printed(CORDREY)
    for row in rows:
        unsure = int(row["n_unsure"])
        given = scores(93 - unsure, quartiles(row, "q1", "median", "q3"), 7)
        answer(core, row["item_no"], given, unsure, domain_code="organisation")
    core.connection.execute("UPDATE reference.metric SET quantile_type = 7 WHERE metric_id = 'rcc_item_score'")
    found, unsure_count = (
        figures(core, "rcc_item_score", "q1 value q3"),
        figures(core, "rcc_item_unsure", "numerator denominator"),
    )
    for row in rows:
        key = (row["item_no"], "2026-09-01")
        assert found[key] == pytest.approx(quartiles(row, "q1", "median", "q3"))
        assert unsure_count[key] == [int(row["n_unsure"]), 93]


def test_lazzarinis_two_waves_come_out_as_printed(core: Core) -> None:
    """35 items in 2011 and again in 2012 (type 6), but for the one quartile that no scores have."""
    rows = printed(LAZZARINI)
    expected = {}
    for row in rows:
        for year, wave in WAVES.items():
            of = [float(row[f"{name}_{year}"]).__round__(2) for name in ("q1", "med", "q3")]
            of = [4.25 if value == 4.27 else value for value in of]
            item, size = f"{row['domain']}{row['item_no']}", int(row[f"n_{year}"])
            answer(core, item, scores(size, of, 6), 0, domain_code=row["domain"], **wave)
            expected[item, wave["period_start"]] = [size, *of]
    assert figures(core, "rcc_item_score", "denominator q1 value q3") == expected


@pytest.mark.parametrize(
    ("table", "kind", "metric_id", "domain", "count", "base", "pct", "digits"),
    [
        (WENKE, "barrier", "research_barrier_ticked", "barriers", "implied_n", 95, "pct_of_95", 2),
        (WENKE, "motivator", "research_motivator_ticked", "motivators", "implied_n", 95, "pct_of_95", 2),
        (FIFE_TICKS, "", "research_motivator_ticked", "motivators", "n", 282, "pct_of_282", 1),
        (LAZZARINI_TICKS, "barrier", "research_barrier_ticked", "barriers", "n_2011", 34, "pct_2011", 1),
        (LAZZARINI_TICKS, "motivator", "research_motivator_ticked", "motivators", "n_2011", 34, "pct_2011", 1),
        (LAZZARINI_TICKS, "motivator", "research_motivator_ticked", "motivators", "n_2012", 31, "pct_2012", 1),
    ],
)
def test_shares_of_barriers_and_motivators_come_out_as_printed(
    core: Core, table: str, kind: str, metric_id: str, domain: str, count: str, base: int, pct: str, digits: int
) -> None:
    rows = [row for row in printed(table) if row.get("kind", "") == kind]
    tick(core, domain, [int(row[count]) for row in rows], base)
    found = figures(core, metric_id, "numerator denominator value")
    for box, row in enumerate(rows):
        top, of, value = found[f"b{box}", "2026-09-01"]
        assert (top, of) == (int(row[count]), base)
        assert value == pytest.approx(float(row[pct]), abs=0.51 * 10**-digits)


def test_the_misprints_of_the_tables_are_these_and_no_others() -> None:
    """What cannot be made from whole people and whole scores, or does not fit the base that the table states."""
    assert [*_quartiles_that_cannot_be(), *_shares_that_do_not_fit()] == [
        "lazzarini organisation 13, 2012: 4.27 is no quartile of 26 scores",
        *(f"fife organisation {n}: unsure does not fit 501 asked, nor the 503 who replied" for n in range(1, 19)),
        "fife team 13: unsure does not fit 151",  # 26.49 %, printed 26.4: cut off, not rounded
        "fife team 14: unsure does not fit 151",  # 30.46 %, printed 30.4
        "lazzarini barrier Lack of library/internet access, 2012: 6.2 does not fit 2 of 32",  # 6.25; 31.25 is 31.3
        "lazzarini barrier No interest in research, 2012: 6.2 does not fit 2 of 32",
        "lazzarini motivators, 2012: headed 32 respondents, 18 of 18 shares are of 31",
    ]


def _quartiles_that_cannot_be() -> list[str]:
    found = []
    for row in printed(FIFE):
        for value in unattainable(int(row["n_scored"]), quartiles(row, "q1", "median", "q3"), 6):
            found.append(f"fife {row['domain']} {row['item_no']}: {value:g} is no quartile of {row['n_scored']} scores")
    for row in printed(CORDREY):
        size = 93 - int(row["n_unsure"])
        for value in unattainable(size, quartiles(row, "q1", "median", "q3"), 7):
            found.append(f"cordrey {row['item_no']}: {value:g} is no quartile of {size} scores")
    for row in printed(LAZZARINI):
        for year in WAVES:
            size = int(row[f"n_{year}"])
            for value in unattainable(size, quartiles(row, *(f"{n}_{year}" for n in ("q1", "med", "q3"))), 6):
                found.append(
                    f"lazzarini {row['domain']} {row['item_no']}, {year}: {value:g} is no quartile of {size} scores"
                )
    return found


def _shares_that_do_not_fit() -> list[str]:
    found = []
    for row in printed(FIFE):
        of, scored = row["domain"], int(row["n_scored"])
        bases = {"organisation": (501, 503), "team": (151,)}[of]
        if all(share(base - scored, base, 1) != row["unsure_pct"] for base in bases):
            said = "501 asked, nor the 503 who replied" if of == "organisation" else "151"
            found.append(f"fife {of} {row['item_no']}: unsure does not fit {said}")
    for row in printed(WENKE):
        if float(share(int(row["implied_n"]), 95, 2)) != float(row["pct_of_95"]):
            found.append(f"wenke {row['label']}: {row['pct_of_95']} does not fit {row['implied_n']} of 95")
    for row in printed(FIFE_TICKS):
        if share(int(row["n"]), 282, 1) != row["pct_of_282"]:
            found.append(f"fife {row['motivator']}: {row['pct_of_282']} does not fit {row['n']} of 282")
    return found + _lazzarinis_shares_that_do_not_fit(printed(LAZZARINI_TICKS))


def _lazzarinis_shares_that_do_not_fit(rows: Sequence[Mapping[str, str]]) -> list[str]:
    found = []
    for year, base in (("2011", 34), ("2012", 32)):
        for row in rows:
            fits = float(share(int(row[f"n_{year}"]), base, 1)) == float(row[f"pct_{year}"])
            if not fits and (row["kind"], year) != ("motivator", "2012"):
                pct, count = row[f"pct_{year}"], row[f"n_{year}"]
                found.append(f"lazzarini {row['kind']} {row['label']}, {year}: {pct} does not fit {count} of {base}")
    ticked = [row for row in rows if row["kind"] == "motivator" and row["n_2012"] != "0"]
    of_31 = sum(share(int(row["n_2012"]), 31, 1) == row["pct_2012"] for row in ticked)
    of_32 = sum(share(int(row["n_2012"]), 32, 1) == row["pct_2012"] for row in ticked)
    if of_31 > of_32:
        found.append(f"lazzarini motivators, 2012: headed 32 respondents, {of_31} of {len(ticked)} shares are of 31")
    return found
