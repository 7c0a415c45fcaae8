"""A column that cannot be right as a whole holds its file until the sender's word, and then counts as they say."""

from __future__ import annotations

import csv
import io

import pytest

from flows.monthly.by_hand import confirm
from flows.monthly.ingest import Outcome
from flows.monthly.run import exclusive_ledger
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.files import FOLDER
from tests.lib.walk import NOW, Put, Run

BENCHMARK = "Code,Survey,Key,Per cent\n" + "".join(f"RVN,{year},burnt_out_often,0.2{year}\n" for year in (2021, 2022))
LAYOUTS = {
    "nss_benchmark": '[columns]\nCode = "organisation_code"\nSurvey = "survey_year"\nKey = "measure_code"\n'
    '"Per cent" = "value_pct"\n',
    "appraisal": 'date_formats = ["%d/%m/%Y"]\n[columns]\nNumber = "appraisal_id"\nGMC = "registration_number"\n'
    'Group = "staff_group_code"\nState = "appraisal_state_code"\nDue = "due_date"\n',
}


def staff(*starts: str, numbers: tuple[str, ...] = ()) -> bytes:
    """An ESR extract of people who joined on those days."""
    headings, first, *_ = csv.reader(io.StringIO((FOLDER / "workforce/example_esr_extract.csv").read_text("cp1252")))
    good = dict(zip(headings, first, strict=True))
    made = io.StringIO()
    lines = csv.DictWriter(made, headings)
    lines.writeheader()
    for number, start in enumerate(starts):
        who = numbers[number] if numbers else f"2000012{number}"
        changed = {"Assignment Number": f"2000012{number}-1", "Employee Number": who, "Professional Registration": ""}
        lines.writerow(good | changed | {"Latest Start Date": start, "Termination Date": "", "Reason For Leaving": ""})
    return made.getvalue().encode()


def confirmed(settings: Settings, held: Outcome) -> Outcome:
    with exclusive_ledger(settings) as ledger:
        (outcome,) = confirm(settings, ledger, held.submission_id, NOW).outcomes
    return outcome


def test_a_column_that_is_month_first_is_not_used_and_holds_its_file(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", staff("04/01/2019", "04/13/2019", "12/31/2020"))
    (held,) = run().outcomes
    assert (held.state, held.counts.accepted) == (State.HELD, 3)
    asked, told = held.sentences
    assert 'column "Latest Start Date": the dates of this column are written month first' in told
    assert "none of the 3 filled cells of this column can be used" in asked
    assert f"research-culture ingest --confirm {held.submission_id}`" in asked
    outcome = confirmed(settings, held)
    assert (outcome.state, outcome.finding_count) == (State.LOADED, 1)


def test_a_column_that_may_be_month_first_counts_day_first_once_confirmed(
    settings: Settings, put: Put, run: Run
) -> None:
    early = [f"{day:02}/{day - 1:02}/2019" for day in range(2, 12)]
    put("ZZ1/2026-09/a.csv", staff(*early[:9], "12/11/2019"))
    (held,) = run().outcomes
    assert held.state is State.HELD
    assert "may be written month first" in held.sentences[0]
    assert confirmed(settings, held).state is State.LOADED


def test_numbers_without_their_zeros_are_told(put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", staff("01-APR-2019", "13-APR-2019", numbers=("00123451", "123452")))
    (outcome,) = run().outcomes
    assert outcome.state is State.LOADED
    assert [sentence[:38] for sentence in outcome.sentences] == ['Column "Employee Number": some numbers']


def test_percentages_that_look_like_fractions_hold_their_file(settings: Settings, put: Put, run: Run) -> None:
    folder = settings.config / "layouts/nss_benchmark"
    folder.mkdir(parents=True)
    layout = 'name = "b"\ndataset = "nss_benchmark"\ntitle = "B"\nevidence = "made up"\n' + LAYOUTS["nss_benchmark"]
    (folder / "b.toml").write_text(layout)
    put("national/a.csv", BENCHMARK.encode())
    (held,) = run().outcomes
    assert (held.state, len(held.sentences)) == (State.HELD, 1)
    assert 'Column "Per cent": the values of this percentage look like fractions' in held.sentences[0]
    assert confirmed(settings, held).state is State.LOADED


def test_a_required_column_that_is_month_first_refuses_its_file(settings: Settings, put: Put, run: Run) -> None:
    folder = settings.config / "layouts/appraisal"
    folder.mkdir(parents=True)
    layout = 'name = "a"\ndataset = "appraisal"\ntitle = "A"\nevidence = "made up"\n' + LAYOUTS["appraisal"]
    (folder / "a.toml").write_text(layout)
    rows = [f"A-{n},999990{n},Medical and Dental,complete,09/{n + 11}/2026" for n in range(1, 5)]
    put("ZZ1/2026-09/a.csv", "\n".join(["Number,GMC,Group,State,Due", *rows, ""]).encode())
    (outcome,) = run().outcomes
    assert outcome.state is State.REJECTED  # R022 and F017
    assert any("written month first" in sentence and "14/09/2026" in sentence for sentence in outcome.sentences)


@pytest.mark.parametrize(("first", "second"), [("00123451", "123451"), ("123451", "00123451"), ("0123451", "00123451")])
def test_employee_numbers_with_other_zeros_elsewhere_are_told(put: Put, run: Run, first: str, second: str) -> None:
    put("ZZ1/2026-08/a.csv", staff("01-APR-2019", "13-APR-2019", numbers=(first, "20000001")))
    put("ZZ1/2026-09/a.csv", staff("01-APR-2019", "13-APR-2019", numbers=(second, "20000001")))
    before, after = run().outcomes
    assert (before.state, after.state) == (State.LOADED, State.LOADED)
    (told,) = after.sentences  # W026
    assert told.startswith('Column "Employee Number": at least 1 of these employee numbers stand with more or fewer')


def test_nothing_of_other_spellings_of_a_number_is_kept(settings: Settings, put: Put, run: Run) -> None:
    put("ZZ1/2026-09/a.csv", staff("01-APR-2019", numbers=("00123451",)))
    run()
    assert {file.stem for file in settings.staged.rglob("*.parquet")} == {"workforce"}
