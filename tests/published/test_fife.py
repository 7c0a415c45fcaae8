"""NHS Fife's printed table through the metrics' SQL (Chinn 2023, doi 10.1186/s12913-023-09196-y, tables 2 and 3).

`fife.csv` is that table with the base of each item that its printed share of `unsure` implies. Of 501 asked and 503 who
replied no share fits; `implied_base` is the nearest whole number that does, to 503, or to the 151 asked about a team.
"""

import csv
from pathlib import Path

import pytest

from schemas.codelists import load_instruments
from schemas.rulebook import load_rulebook
from tests.lib.core import Core
from tests.published.papers import answer, figures, printed, quartiles, scores

with (Path(__file__).parent / "fife.csv").open(encoding="utf-8") as text:
    TABLE = {row["question_key"]: row for row in csv.DictReader(text)}
# Of these no whole base gives the printed share when rounded; cut off after one decimal it does.
CUT_OFF = {
    "rcc_org_funds_equipment": "44.1",
    "rcc_org_multidisciplinary": "44.9",
    "rcc_team_expert_advice": "26.4",
    "rcc_team_disseminates": "30.4",
}


def test_the_table_is_the_papers() -> None:
    rows = load_rulebook().tables["instrument_number"]
    numbers = {row["question_key"]: row for row in rows if row["version"] == "fife_2023"}
    for row, (key, ours) in zip(printed("rcc_chinn2023_nhs_fife"), TABLE.items(), strict=True):
        assert numbers[key]["printed_number"] == row["item_no"]
        assert [row[c] for c in ("unsure_pct", "n_scored", "median", "q1", "q3")] == [
            ours[c] for c in ("unsure_pct", "scored_count", "median", "q1", "q3")
        ]


def test_every_item_comes_out_as_printed(core: Core) -> None:
    """How many scored, median and quartiles by (n + 1)p (type 6), and the share unsure."""
    items = load_instruments().by_key
    for key, row in TABLE.items():
        size = int(row["scored_count"])
        given = scores(size, quartiles(row, "q1", "median", "q3"), 6)
        answer(core, key, given, int(row["implied_base"]) - size, domain_code=items[key].domain_code)
    scored, unsure = (
        figures(core, "rcc_item_score", "denominator q1 value q3"),
        figures(core, "rcc_item_unsure", "value"),
    )
    for key, row in TABLE.items():
        assert scored[key, "2026-09-01"] == quartiles(row, "scored_count", "q1", "median", "q3")
        tenths = 10 * unsure[key, "2026-09-01"][0]
        whole = int(tenths) if key in CUT_OFF else round(tenths)
        assert f"{whole / 10:.1f}" == row["unsure_pct"], key


@pytest.mark.parametrize("key", CUT_OFF)
def test_four_printed_shares_fit_no_base_when_rounded(key: str) -> None:
    scored = int(TABLE[key]["scored_count"])
    assert CUT_OFF[key] not in {f"{100 * (base - scored) / base:.1f}" for base in range(scored, 1000)}


@pytest.mark.parametrize(("block", "asked"), [("rcc_org_", 503), ("rcc_team_", 151)])
def test_the_base_is_the_nearest_that_fits(block: str, asked: int) -> None:
    for key, row in TABLE.items():
        if key.startswith(block) and key not in CUT_OFF:
            scored, base = int(row["scored_count"]), int(row["implied_base"])
            fits = [b for b in range(scored, 1000) if f"{100 * (b - scored) / b:.1f}" == row["unsure_pct"]]
            assert base == min(fits, key=lambda b: abs(b - asked))


def test_quartiles_between_whole_scores_are_met() -> None:
    assert scores(3, (2, 5, 9), 6) == [2, 5, 9]
    made = scores(86, (1.75, 5, 8.25), 6)  # by (n + 1)p: places 21.75, 43.5 and 65.25
    assert (made[20], made[21]) == (1, 2)
    assert (made[42] + made[43]) / 2 == 5
    assert (made[64], made[65]) == (8, 9)
