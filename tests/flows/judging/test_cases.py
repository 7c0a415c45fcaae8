"""Files that people complained of in public, rebuilt with invented people: what must come of each of them."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.monthly.ingest import Outcome
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from tests.lib import text_tables
from tests.lib.walk import NOW, new_home

FILES = Path(__file__).parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the files are not beside the repository")

# `told` is a code of the sentences that must be there, `-` where nothing may be told
CASES = text_tables.parse(
    """
    file                          state     in  taken  noise  told
    s12_forms_csv_multiselect.csv rejected  0   0      0      F011
    q01_no_header_rows.csv        loaded    6   6      0      W014
    q02_one_header_row.csv        loaded    7   6      1      W014
    q04_status.csv                loaded    13  3      10     W014
    x03_errors.xlsx               held      6   6      0      H003,V020,V021
    d05_minus.csv                 held      2   2      0      V014,V016,V018,H003
    t02_forms_footer.xlsx         loaded    5   2      3      W030
    t03_redcap_header_twice.csv   loaded    4   3      1      W024
    n01_percent_cells.xlsx        loaded    3   3      0      -
    u02_plan_sci.csv              rejected  6   0      0      R023
    x04_hidden_first.xlsx         loaded    4   4      0      W020
    c01_us_dates.csv              held      4   4      0      H003,V022
    x02_1904_general.xlsx         loaded    4   4      0      W001
    u01_leading_zero_text.csv     loaded    4   4      0      -
    x06_leading_zero.xlsx         loaded    4   4      0      -
    c05_title_row.csv             loaded    4   4      0      -
    c06_sep.csv                   loaded    4   4      0      -
    v02_blank_first_rows.xlsx     loaded    4   4      0      -
    w01_pop_sheet1.xlsx           loaded    2   2      0      -
    m01_id_case.xlsx              loaded    3   3      0      -
    r01_note_commas.csv           loaded    2   2      0      -
    t01_trailing_comma_rows.csv   loaded    2   2      0      W023
    s04_space_rows.csv            loaded    4   1      3      -
    x09_head_zw.xlsx              loaded    4   4      0      -
    z04_backslash.xlsx            loaded    4   4      0      -
    s05_esr_resaved.csv           loaded    4   4      0      -
    """
)
TOGETHER = {"u01_leading_zero_text.csv": "R21/s0", "x06_leading_zero.xlsx": "R21/s1"}  # of one organisation


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, tuple[Outcome, list[str]]]]:
    """The home after one run of all the files, each of an organisation of its own; outcome and codes by file."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = new_home(tmp_path_factory.mktemp("cases"), monkeypatch)
        codes = [f"R{number:02}" for number, _ in enumerate(CASES)]
        with (settings.config / "organisations.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{code},Fictional Trust {code},trust,england,yes\n" for code in codes)
        for code, name in zip(codes, (str(case["file"]) for case in CASES), strict=True):
            period = "2021-2023" if name.startswith("n01") else "2026-09"
            folder = settings.inbox / TOGETHER.get(name, code) / period
            folder.mkdir(parents=True)
            shutil.copy(FILES / name, folder)
        with exclusive_ledger(settings) as ledger:
            month = monthly(settings, ledger, plain_steps(settings, ledger), NOW)
            found = {
                ledger.submission(one.submission_id).sent_name: (
                    one,
                    [finding["code"] for finding in ledger.findings(one.submission_id)],
                )
                for one in month.outcomes
            }
    return settings, found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_it_is_read_right_or_its_sender_is_told(
    case: dict[str, str], taken: tuple[Settings, dict[str, tuple[Outcome, list[str]]]]
) -> None:
    outcome, codes = taken[1][case["file"]]
    counts = outcome.counts
    assert (outcome.state, counts.rows_in, counts.accepted, counts.noise) == (
        case["state"],
        int(case["in"]),
        int(case["taken"]),
        int(case["noise"]),
    )
    assert set((case["told"] or "").split(",")) - {""} <= set(codes)
    assert bool(codes) == bool(case["told"])


def staged(taken: tuple[Settings, dict[str, tuple[Outcome, list[str]]]], name: str, column: str) -> list[object]:
    settings, found = taken
    outcome = found[name][0]
    table = pq.read_table(settings.staged / outcome.submission_id / f"{outcome.dataset}.parquet")
    return sorted(set(table[column].to_pylist()), key=str)


DAY = date(2019, 4, 1)


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("n01_percent_cells.xlsx", "value_pct", [24.1, 36.2, 5.0]),
        ("s05_esr_resaved.csv", "start_date", [DAY]),
        ("s05_esr_resaved.csv", "leaving_date", [date(2026, 6, 30)]),
        ("x02_1904_general.xlsx", "start_date", [date(2019, 4, day) for day in range(1, 5)]),
        ("c05_title_row.csv", "start_date", [DAY]),
    ],
)
def test_its_values_are_those_that_people_see(
    taken: tuple[Settings, dict[str, tuple[Outcome, list[str]]]], name: str, column: str, values: list[object]
) -> None:
    assert staged(taken, name, column) == values


def test_a_number_shown_with_leading_zeros_is_the_one_that_has_them(
    taken: tuple[Settings, dict[str, tuple[Outcome, list[str]]]],
) -> None:
    of_text, of_workbook = (staged(taken, name, "employee_key") for name in TOGETHER)
    assert of_text == of_workbook and len(of_text) == 4


def test_no_name_or_address_comes_into_a_workbook_that_goes_back(
    taken: tuple[Settings, dict[str, tuple[Outcome, list[str]]]],
) -> None:
    found = list((taken[0].home / "findings").rglob("*.xlsx"))
    assert any(file.name == "mapping.xlsx" for file in found)
    for file in found:
        with zipfile.ZipFile(file) as archive:
            text = b"".join(map(archive.read, archive.namelist()))
        assert not re.search(rb"\S@\S+\.(uk|invalid)|\b(Jane|Doe|Ravi|Patel|Smith)\b", text)
