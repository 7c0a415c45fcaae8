"""The demo's respondents against the printed table (Chinn 2023, doi 10.1186/s12913-023-09196-y, tables 2 and 3)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from flows.demo import fife
from flows.demo.fife import fife_responses, sorted_scores
from schemas.codelists import load_instruments

with (Path(fife.__file__).parent / "data/fife.csv").open(encoding="utf-8") as file:
    PRINTED = {row["question_key"]: row for row in csv.DictReader(file)}
# Of these no whole base gives the printed share when rounded; cut off after one decimal it does.
CUT_OFF = {
    "rcc_org_funds_equipment": "44.1",
    "rcc_org_multidisciplinary": "44.9",
    "rcc_team_expert_advice": "26.4",
    "rcc_team_disseminates": "30.4",
}


@pytest.fixture(scope="module")
def answers() -> dict[str, list[str]]:
    responses = fife_responses(2026)
    return {key: [given[key] for given in responses if key in given] for key in PRINTED}


def test_the_printed_table_is_the_papers() -> None:
    table = Path(__file__).parents[4] / "shared" / "reference" / "published" / "rcc_chinn2023_nhs_fife.csv"
    if not table.is_file():
        pytest.skip("the reference folder is not beside the repository")
    numbers = {n["question_key"]: n for n in load_instruments().numbers if n["version"] == "fife_2023"}
    with table.open(encoding="utf-8") as paper:
        for row, (key, ours) in zip(csv.DictReader(paper), PRINTED.items(), strict=True):
            assert numbers[key]["printed_number"] == row["item_no"]
            assert [row[c] for c in ("unsure_pct", "n_scored", "median", "q1", "q3")] == [
                ours[c] for c in ("unsure_pct", "scored_count", "median", "q1", "q3")
            ]


@pytest.mark.parametrize("key", PRINTED)
def test_an_item_comes_out_as_printed(key: str, answers: dict[str, list[str]]) -> None:
    printed = PRINTED[key]
    scores = [int(answer) for answer in answers[key] if answer != "Unsure"]
    quartiles = np.quantile(scores, [0.25, 0.5, 0.75], method="weibull")
    assert list(quartiles) == [float(printed[name]) for name in ("q1", "median", "q3")]
    assert len(scores) == int(printed["scored_count"])
    assert min(scores) >= 1 and max(scores) <= 10
    tenths = 1000 * (len(answers[key]) - len(scores)) / len(answers[key])
    whole = int(tenths) if key in CUT_OFF else round(tenths)
    assert f"{whole / 10:.1f}" == printed["unsure_pct"]


@pytest.mark.parametrize("key", CUT_OFF)
def test_four_printed_shares_fit_no_base_when_rounded(key: str) -> None:
    scored = int(PRINTED[key]["scored_count"])
    assert CUT_OFF[key] not in {f"{100 * (base - scored) / base:.1f}" for base in range(scored, 1000)}


@pytest.mark.parametrize(("block", "asked"), [("rcc_org_", 503), ("rcc_team_", 151)])
def test_the_base_is_the_nearest_that_fits(block: str, asked: int) -> None:
    for key, row in PRINTED.items():
        if key.startswith(block) and key not in CUT_OFF:
            scored, base = int(row["scored_count"]), int(row["implied_base"])
            fits = [b for b in range(scored, 1000) if f"{100 * (b - scored) / b:.1f}" == row["unsure_pct"]]
            assert base == min(fits, key=lambda b: abs(b - asked))


def test_there_are_as_many_respondents_as_the_largest_base() -> None:
    responses = fife_responses(1)
    assert len(responses) == 509
    assert sum(any(key.startswith("rcc_team_") for key in given) for given in responses) == 151


def test_a_seed_gives_the_same_respondents_again_and_another_seed_others() -> None:
    assert fife_responses(7) == fife_responses(7) != fife_responses(8)


def test_quartiles_between_whole_scores_are_met() -> None:
    assert sorted_scores(3, 2, 5, 9) == [2, 5, 9]
    scores = sorted_scores(86, 1.75, 5, 8.25)
    assert np.quantile(scores, [0.25, 0.5, 0.75], method="weibull").tolist() == [1.75, 5, 8.25]
