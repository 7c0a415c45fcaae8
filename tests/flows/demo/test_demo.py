"""The demo sends what it says: fictional, the same every time, every layout, every mistake that was planned."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from flows.demo import prepare_home, write_round
from flows.mapping.ask import write_mapping
from flows.mapping.take import read_mapping
from schemas.findings import Refusal
from schemas.rulebook import Rulebook, load_rulebook
from schemas.submissions import Counts, Period
from schemas.tables import DATASETS
from tests.lib.files import is_reconciled
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import UnknownLayout, about, identify, read_shape

MONTHS = 2  # the mistakes stand in the last two months
# What the sender of each file is to be told, by the mistakes planted in it: code -> rows
TOLD = {"W012", "W031"}  # of files without a mistake too: a word list was used, responses are unfinished
EXPECTED = {
    "ZZ2-survey-example_qualtrics-2026-09.csv": {"V014": 1, "V017": 1, "V018": 2},
    "ZZ1-job_plan-example_pa_export-2026-08.csv": {"V013": 1, "R001": 1, "R002": 1, "V011": 1, "R004": 1, "R014": 1},
    "ZZ1-appraisal-template-2026-08.xlsx": {"V016": 1},
    "ZZ3-appraisal-example_soar-2026-08.xlsx": {"V015": 1, "W001": 1},
    "ZZ5-support_case-example_case_system-2026-09.xlsx": {"V014": 1, "V019": 1},
}
REFUSED = {
    "ZZ4-survey-example_redcap-2026-09.csv": ["F012"],
    "export failed.csv": ["F001"],
    "ZZ4-appraisal-unseen-2026-09.csv": ["F011"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    prepare_home(home)
    write_round(home, 1, MONTHS)
    return home


@pytest.fixture(scope="module")
def rules(home: Path) -> Rulebook:
    return load_rulebook(home / "config")


@pytest.fixture(scope="module")
def read(home: Path, rules: Rulebook) -> dict[str, list[Prepared]]:
    """Every file that can be read, taken to where it would be staged."""
    found = {}
    for path in sorted((home / "inbox").rglob("*.*")):
        if path.name not in REFUSED:
            found[path.name] = taken(path, rules)
    return found


def taken(path: Path, rules: Rulebook) -> list[Prepared]:
    with path.open("rb") as stream:
        shape = read_shape(stream, path.name)
        layout = identify(shape, rules)
        return list(prepare(stream, shape, layout, rules, Pseudonymiser(b"k" * 32, "test", "ZZ1"), "s1"))


def said(chunks: list[Prepared]) -> Counter[str]:
    found: Counter[str] = Counter()
    for chunk in chunks:
        for finding in chunk.findings:
            found[finding.code] += finding.row_count
    return found


def counted(chunks: list[Prepared]) -> Counts:
    return sum((chunk.counts for chunk in chunks), Counts())


def rows_of(chunks: list[Prepared], table: str) -> list[dict[str, object]]:
    return [row for chunk in chunks if table in chunk.tables for row in chunk.tables[table].to_pylist()]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(home: Path, tmp_path: Path) -> None:
    prepare_home(tmp_path)
    again = write_round(tmp_path, 1, MONTHS)
    there = {path.relative_to(tmp_path): path.read_bytes() for path in again}
    assert there == {path: (home / path).read_bytes() for path in there}
    other = write_round(tmp_path, 1, MONTHS, seed=2)
    changed = [path.name for path in other if path.read_bytes() != there[path.relative_to(tmp_path)]]
    drawn = {name.split("-")[1] for name in changed if "-" in name}
    assert drawn == {dataset for dataset in DATASETS if dataset != "population"}


def test_every_declared_organisation_is_fictional_and_says_so(rules: Rulebook) -> None:
    assert all(o.is_fictional and o.organisation_name.startswith("Fictional ") for o in rules.organisations.values())
    kinds = Counter(o.organisation_type for o in rules.organisations.values())
    assert kinds["trust"] + kinds["health_board"] >= 4 and kinds["professional_support_unit"] == 2
    assert kinds["professional_body"] == 1
    assert {o.nation_code for o in rules.organisations.values()} >= {"england", "scotland"}


def test_every_layout_but_that_of_the_real_published_survey_is_sent(home: Path, rules: Rulebook) -> None:
    sent = set()
    for path in (home / "inbox").rglob("*.*"):
        if path.name not in REFUSED:
            with path.open("rb") as stream:
                layout = identify(read_shape(stream, path.name), rules)
                sent.add((layout.dataset, layout.name))
    assert sent == {(x.dataset, x.name) for x in rules.layouts if x.name != "nss_organisation_results"}


def test_a_year_is_sent_ending_in_september_2026(tmp_path: Path) -> None:
    prepare_home(tmp_path)
    months = {
        match[0] for path in write_round(tmp_path, 1) for match in [re.search(r"20\d\d-\d\d", str(path))] if match
    }
    assert (min(months), max(months), len(months)) == ("2025-09", "2026-09", 13)  # and what stood at its start


def test_place_or_about_sheet_says_whose_a_file_is_and_for_when(home: Path, rules: Rulebook) -> None:
    for path in (home / "inbox").rglob("*.*"):
        if path.parent == home / "inbox":
            with path.open("rb") as stream:
                inside = about(read_shape(stream, path.name))
            assert inside["organisation_code"] in rules.organisations
            assert Period.parse(inside["period"]).label == inside["period"]
        else:
            assert Period.parse(path.parent.name).label == path.parent.name


@pytest.mark.parametrize("name", EXPECTED)
def test_each_planted_mistake_is_found_at_the_door(read: dict[str, list[Prepared]], name: str) -> None:
    assert {code: n for code, n in said(read[name]).items() if code not in TOLD} == EXPECTED[name]


def test_no_other_file_has_a_finding(read: dict[str, list[Prepared]]) -> None:
    noticed = {name: set(said(chunks)) - TOLD for name, chunks in read.items()}
    assert {name for name, codes in noticed.items() if codes} == set(EXPECTED)


def test_every_line_is_accounted_for(read: dict[str, list[Prepared]]) -> None:
    assert all(is_reconciled(counted(chunks)) for chunks in read.values())
    spoilt = counted(read["ZZ1-job_plan-example_pa_export-2026-08.csv"])
    assert (spoilt.rejected, spoilt.noise) == (4, 2)  # R001, R002, R004, R014; a total and a grand total


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_are_refused_whole_say_why(home: Path, rules: Rulebook, name: str) -> None:
    path = next((home / "inbox").rglob(name))
    with path.open("rb") as stream, pytest.raises(Refusal) as refusal:
        identify(read_shape(stream, path.name), rules)
    assert [finding.code for finding in refusal.value.findings] == REFUSED[name]
    assert isinstance(refusal.value, UnknownLayout) == (REFUSED[name] in (["F011"], ["F012"]))


def test_leading_zeros_reach_us_as_they_were_sent(home: Path) -> None:
    text = next((home / "inbox").rglob("ZZ1-job_plan-example_pa_export-2026-09.csv")).read_bytes()
    assert b",000121," in text
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")  # it is cp1252, and would show if it were read as anything else


def test_names_and_addresses_are_made_up(home: Path) -> None:
    text = next((home / "inbox").rglob("ZZ1-job_plan-example_pa_export-2026-09.csv")).read_text("cp1252")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {re.sub(r"\d+", "N", row["Email"]) for row in rows} == {"personN@example.invalid", ""}
    assert {re.sub(r"\d+", "N", row["Surname"]) for row in rows} == {"Fictional Person N", ""}


def test_one_response_id_stands_for_two_people_and_one_row_stands_twice(read: dict[str, list[Prepared]]) -> None:
    checks = rows_of(read["ZZ2-survey-example_qualtrics-2026-09.csv"], "survey_check")
    assert sorted(Counter(row["response_hash"] for row in checks).values())[-2:] == [1, 2]
    lines = rows_of(read["ZZ1-job_plan-example_pa_export-2026-08.csv"], "job_plan")
    times = Counter((row["plan_key"], row["line_number"]) for row in lines)
    assert sorted(times.values())[-3:] == [1, 2, 2]  # one sent twice, one sent with two different PAs


def test_one_trust_has_two_sources_of_job_plans(home: Path, rules: Rulebook) -> None:
    months = [path.name for path in (home / "inbox" / "ZZ1").rglob("*job_plan*2026-09*")]
    assert len(months) == 2


def test_consultants_plans_are_plausible(read: dict[str, list[Prepared]]) -> None:
    lines = rows_of(read["ZZ2-job_plan-example_pa_export-2026-09.csv"], "job_plan")
    pas: dict[object, Counter[str]] = {}
    for line in lines:
        if line["contract_type_code"] == "consultant" and line["planned_pas"] is not None:
            category = str(line["activity_category_code"])
            pas.setdefault(line["plan_key"], Counter())[category] += line["planned_pas"] / line["cycle_weeks"]
    assert 9.5 < mean(plan.total() for plan in pas.values()) < 11
    assert 7 < mean(plan["dcc"] for plan in pas.values()) < 8
    assert 1.5 < mean(plan["spa"] for plan in pas.values()) < 2.5
    assert 0.3 < mean(plan["research"] for plan in pas.values()) < 0.6
    assert mean(plan["research"] > 0 for plan in pas.values()) < 0.3


def test_hours_plans_fill_a_full_week(read: dict[str, list[Prepared]]) -> None:
    lines = rows_of(read["ZZ4-job_plan-example_hours_export-2026-09.xlsx"], "job_plan")
    hours: Counter[object] = Counter()
    for line in lines:
        hours[line["plan_key"]] += line["planned_hours"]
    assert set(hours.values()) == {37.5} and len(hours) > 100


def test_the_health_board_invites_all_its_staff(read: dict[str, list[Prepared]]) -> None:
    rows = rows_of(read["ZZ3-population-template-2026-09.xlsx"], "population")
    invited = {r["staff_group_code"]: r["people_count"] for r in rows if r["population_code"] == "invited"}
    assert invited.pop("all") == 9145 == sum(invited.values())


def test_the_health_boards_staff_answer_as_others_do(read: dict[str, list[Prepared]]) -> None:
    responses = rows_of(read["ZZ3-survey-template-2026-09.xlsx"], "survey_response")
    assert len(responses) == 503
    assert 0.5 < mean(bool(row["is_complete"]) for row in responses) < 0.7


def test_round_two_sends_one_file_again_under_another_name(tmp_path: Path, home: Path) -> None:
    copy = next(path for path in write_round(tmp_path, 2, MONTHS) if path.name == "Copy of survey.csv")
    first = home / copy.relative_to(tmp_path).with_name("ZZ2-survey-example_qualtrics-2026-09.csv")
    assert copy.read_bytes() == first.read_bytes()


def test_round_two_mends_the_refused_and_the_spoilt_file(tmp_path: Path, rules: Rulebook) -> None:
    mended = [path for path in write_round(tmp_path, 2, MONTHS) if "corrected" in path.name]
    assert [path.name for path in mended] == [
        "ZZ1-job_plan-example_pa_export-2026-08-corrected.csv",
        "ZZ4-survey-example_redcap-2026-09-corrected.csv",
    ]
    for path in mended:
        chunks = taken(path, rules)
        assert not set(said(chunks)) - TOLD and counted(chunks).rejected == 0 and counted(chunks).accepted > 100


def test_the_filled_mapping_makes_a_layout_under_which_the_unknown_export_loads(tmp_path: Path) -> None:
    prepare_home(tmp_path)
    rules = load_rulebook(tmp_path / "config")
    path = next(sent for sent in write_round(tmp_path, 1, 1) if "unseen" in sent.name)
    with path.open("rb") as stream, pytest.raises(UnknownLayout) as unknown:
        identify(read_shape(stream, path.name), rules)
    offered = tmp_path / "findings" / "ZZ4" / "1" / "mapping.xlsx"
    offered.parent.mkdir(parents=True)
    write_mapping(unknown.value, "appraisal", rules, offered)
    filled = next(sent for sent in write_round(tmp_path, 2, 1) if sent.name == "mapping.xlsx")
    read_mapping(filled, rules, tmp_path / "config")
    chunks = taken(path, load_rulebook(tmp_path / "config"))
    assert not said(chunks)
    states = Counter(row["appraisal_state_code"] for row in rows_of(chunks, "appraisal"))
    assert states["complete"] > 40 and counted(chunks).rejected == 0
