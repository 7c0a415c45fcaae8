import re
from datetime import date
from pathlib import Path

import pytest

from schemas.rulebook import Organisation, load_rulebook
from schemas.tables import DATASETS

ORGANISATIONS = "organisation_code,organisation_name,organisation_type,nation_code,is_fictional\n"
WESTMOOR = "ZZ1,Westmoor (fictional),trust,england,yes\n"
LAYOUT = 'name = "x"\ndataset = "population"\ntitle = "X"\nevidence = "made up"\n'


def test_organisations_are_those_that_the_home_declares(tmp_path: Path) -> None:
    assert load_rulebook(tmp_path).organisations == {}
    (tmp_path / "organisations.csv").write_text("\ufeff" + ORGANISATIONS + WESTMOOR, encoding="utf-8")
    westmoor = Organisation("ZZ1", "Westmoor (fictional)", "trust", "england", True)
    assert load_rulebook(tmp_path).organisations == {"ZZ1": westmoor}


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("organisations.csv", ORGANISATIONS, ORGANISATIONS + WESTMOOR),
        ("codelists/grade.csv", "code,label,aliases,source\na,A,,x\n", "code,label,aliases,source\nb,B,,x\n"),
        ("layouts/population/x.toml", LAYOUT, LAYOUT + 'ignore = ["Notes"]\n'),
    ],
)
def test_the_version_changes_with_any_file_of_the_home(tmp_path: Path, file: str, before: str, after: str) -> None:
    versions = [load_rulebook(tmp_path).version]
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    for text in (before, after):
        (tmp_path / file).write_text(text)
        versions.append(load_rulebook(tmp_path).version)
    assert len(set(versions)) == 3


REBASE = "metric_id,organisation_code,rebase_date,fix_after_n_points,reason\n"


def test_rebase_dates_are_those_that_the_home_declares(tmp_path: Path) -> None:
    assert load_rulebook(tmp_path).tables["spc_rebase"] == ()
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists/spc_rebase.csv").write_text(
        f"{REBASE}job_plan_signed_off,ZZ1,2026-04-01,,new job planning policy\n"
    )
    (row,) = load_rulebook(tmp_path).tables["spc_rebase"]
    assert (row["rebase_date"], row["fix_after_n_points"]) == (date(2026, 4, 1), None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "job_plan_signed_off,,1/4/2026,,",
            "spc_rebase.csv, row 2, column rebase_date: write a date such as 2026-09-01",
        ),
        ("job_plan_signed_off,,,12,", "spc_rebase.csv, row 2, column rebase_date: write a date"),
        (
            "job_plan_signed_off,,2026-04-01,a dozen,",
            "spc_rebase.csv, row 2, column fix_after_n_points: write a whole number",
        ),
        ("job_plan_signed_off,,2026-04-01,11,", "spc_rebase.csv, row 2, column fix_after_n_points: write 12 or more"),
    ],
)
def test_a_rebase_that_cannot_be_read_is_refused_by_file_row_and_column(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists/spc_rebase.csv").write_text(f"{REBASE}{row}\n")
    with pytest.raises(ValueError, match=re.escape(said)):
        load_rulebook(tmp_path)


TARGETS = "organisation_code,metric_id,item_code,from_date,target,note\n"


def targets_of(home: Path, *lines: str) -> tuple:
    """The targets of a home that writes these lines for its one organisation."""
    (home / "organisations.csv").write_text(ORGANISATIONS + WESTMOOR)
    (home / "targets.csv").write_text(TARGETS + "\n".join(lines) + "\n")
    return load_rulebook(home).tables["target"]


def test_targets_are_those_that_the_home_declares_each_until_the_next(tmp_path: Path) -> None:
    assert load_rulebook(tmp_path).tables["target"] == ()
    found = targets_of(
        tmp_path,
        "ZZ1,job_plan_signed_off,,2026-04-01,90,board paper of 3 March",
        "ZZ1,rcc_domain_score,team,2026-04-01,5.5,",
        "ZZ1,job_plan_signed_off,,2025-04-01,85,",
    )
    said = {(row["metric_id"], row["item_code"], row["target"]): (row["from_date"], row["until_date"]) for row in found}
    assert said == {
        ("job_plan_signed_off", "", 85): (date(2025, 4, 1), date(2026, 3, 31)),
        ("job_plan_signed_off", "", 90): (date(2026, 4, 1), None),
        ("rcc_domain_score", "team", 5.5): (date(2026, 4, 1), None),
    }
    assert not any("board" in str(row) for row in found)  # what people note is read by nobody


def test_targets_that_excel_saved_on_windows_are_read(tmp_path: Path) -> None:
    targets_of(tmp_path, "ZZ1,job_plan_signed_off,,2026-04-01,90,")
    text = (tmp_path / "targets.csv").read_text().replace("90,", "90,Trust’s plan – £2m").replace("\n", "\r\n")
    (tmp_path / "targets.csv").write_bytes(text.encode("cp1252"))
    assert [row["target"] for row in load_rulebook(tmp_path).tables["target"]] == [90]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ZZ9,job_plan_signed_off,,2026-04-01,90,", "organisation_code: write a code of organisations.csv"),
        ("ZZ1,job_plans_signed,,2026-04-01,90,", "metric_id: write a metric_id of schemas/DICTIONARY.md"),
        ("ZZ1,job_plan_spa_share,,2026-04-01,90,", "metric_id: choose a metric for which higher or lower is better"),
        ("ZZ1,rcc_domain_score,teem,2026-04-01,5,", "item_code: write an item_code of metric_value, or leave it empty"),
        ("ZZ1,job_plan_signed_off,,01/04/2026,90,", "from_date: write a date such as 2026-09-01"),
        ("ZZ1,job_plan_signed_off,,2026-04-01,90 %,", "target: write a number"),
        ("ZZ1,job_plan_signed_off,,2026-04-01,nan,", "target: write a number from 0 to 100, in %"),
        ("ZZ1,job_plan_signed_off,,2026-04-01,0.9e3,", "target: write a number from 0 to 100, in %"),
        ("ZZ1,research_training_people_ytd,,2026-04-01,-1,", "target: write a number from 0, in people"),
        ("ZZ1,job_plan_signed_off,,2026-04-01,95,", "from_date: another line has this organisation"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused_by_line_and_column(tmp_path: Path, line: str, said: str) -> None:
    good = "ZZ1,job_plan_signed_off,,2026-04-01,90,"
    with pytest.raises(ValueError, match=re.escape(f"targets.csv, line 3, column {said}")) as refusal:
        targets_of(tmp_path, good, line, good.replace("04", "05"))
    assert "line 2" not in str(refusal.value) and "line 4" not in str(refusal.value)


def test_all_lines_of_targets_that_cannot_be_used_are_told_at_once(tmp_path: Path) -> None:
    bad = "ZZ1,job_plan_signed_off,,soon,90,"
    with pytest.raises(ValueError, match=r"line 2, .*\n.*line 3, "):
        targets_of(tmp_path, bad, bad)


def test_a_target_makes_no_file_be_read_again(tmp_path: Path) -> None:
    """What files are read by stands in the record, and a change of it has them judged again."""
    (tmp_path / "organisations.csv").write_text(ORGANISATIONS + WESTMOOR)
    before = load_rulebook(tmp_path)
    targets_of(tmp_path, "ZZ1,job_plan_signed_off,,2026-04-01,90,")
    after = load_rulebook(tmp_path)
    assert (after.read_by(), after.version == before.version) == (before.read_by(), False)


SCORING = "code,element_code,minimum_item_count,minimum_score_count,points,is_confirmed,source\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pa_hours.csv", "nation_code,is_premium_time,hours_per_pa,source\nwales,no,four,x\n", "write a number"),
        ("pa_hours.csv", "nation_code,is_premium_time,hours_per_pa,source\nwales,perhaps,4,x\n", "write yes or no"),
        ("support_measure.csv", "code,label,source\nphq_9,PHQ-9,x\n", "there is no column direction"),
        ("nss_scoring.csv", f"{SCORING}a,b,1,1,0|low,no,x\n", "write a number"),
    ],
)
def test_a_list_of_the_home_that_cannot_be_read_is_refused_by_file_and_row(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / file).write_text(text)
    with pytest.raises(ValueError, match=rf"{file}, row 2.*{said}"):
        load_rulebook(tmp_path)


def test_the_same_rules_have_the_same_version(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no rule")
    assert load_rulebook(tmp_path).version == load_rulebook().version


def test_a_layout_is_found_by_dataset_and_name() -> None:
    rules = load_rulebook()
    assert all(rules.layout(dataset, "template").dataset == dataset for dataset in DATASETS)
    with pytest.raises(KeyError, match="survey/unheard_of"):
        rules.layout("survey", "unheard_of")


def test_every_list_that_a_sender_may_write_a_code_of_is_loaded() -> None:
    needed = {field.codelist for dataset in DATASETS.values() for field in dataset.fields if field.codelist}
    assert needed <= set(load_rulebook().codelists)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("ZZ8,Somewhere,Acute trust,england,no", "organisation_type: write one of trust, health_board"),
        ("ZZ8,Somewhere,trust,Narnia,no", "nation_code: write one of england"),
        ("ZZ8,Somewhere,trust,england,maybe", "is_fictional: write yes or no"),
        ("ZZ8,Somewhere", "organisation_type"),
        *(
            (f'"{code}",Somewhere,trust,england,no', "organisation_code: write 1 to 20 letters A to Z, digits, hyphens")
            for code in ("", "..", ".hidden", "../config", "a/b", "a\\b", "C:", "a.", "a b", "-x", "=1+1", "@a", "a\tb")
        ),
        *(
            (f"{code},Somewhere,trust,england,no", "organisation_code: write 1 to 20 letters A to Z, digits, hyphens")
            for code in ("Ynys Môn", "RÀ9", "~", "a*", "a\x00", "a\x1b[2J", "\u202ea", "x" * 21, "a:stream", "%TEMP%")
        ),
        *(
            (
                f"{code},Somewhere,trust,england,no",
                "organisation_code: write a code that no other line has, in capitals",
            )
            for code in ("zz7", "CON", "nul", "Com1", "LPT9", "national", "config", "Unknown")
        ),
        ("ZZ7,Again,trust,england,no", "organisation_code: write a code that no other line has"),
    ],
)
def test_a_line_of_organisations_that_cannot_be_used_is_named(tmp_path: Path, line: str, column: str) -> None:
    heading = "organisation_code,organisation_name,organisation_type,nation_code,is_fictional"
    (tmp_path / "organisations.csv").write_text(f"{heading}\nZZ7,Fictional Trust,NHS trust,England,Yes\n{line}\n")
    with pytest.raises(ValueError, match=rf"organisations\.csv, line 3, column {column}"):
        load_rulebook(tmp_path)


def test_an_organisation_may_be_declared_in_words(tmp_path: Path) -> None:
    heading = "organisation_code,organisation_name,organisation_type,nation_code,is_fictional"
    (tmp_path / "organisations.csv").write_text(f"{heading}\nZZ7,Fictional Trust,NHS trust,England,Yes\n")
    found = load_rulebook(tmp_path).organisations["ZZ7"]
    assert (found.organisation_type, found.nation_code, found.is_fictional) == ("trust", "england", True)
    assert found.system_code is None


def test_an_organisation_may_say_the_system_that_it_is_part_of(tmp_path: Path) -> None:
    file, heading = tmp_path / "organisations.csv", f"{ORGANISATIONS.strip()},system_code\n"
    file.write_text(f"{heading}ZZ7,Fictional Trust,trust,england,yes,NORTH\nZZ8,Other,trust,england,yes,\n")
    found = load_rulebook(tmp_path).organisations
    assert [found[code].system_code for code in ("ZZ7", "ZZ8")] == ["NORTH", None]
    file.write_text(f"{heading}ZZ7,Fictional Trust,trust,england,yes,North and South\n")
    with pytest.raises(ValueError, match=r"organisations\.csv, line 2, column system_code: write 1 to 20 letters"):
        load_rulebook(tmp_path)


SPECIAL = "field,lawful_basis,agreed_by,from_date\n"
GIVEN = "sex_code,UK GDPR 6(1)(e) and 9(2)(b),IG lead,2026-10-01\n"


def test_special_categories_are_off_until_a_line_with_its_basis_switches_one_on(tmp_path: Path) -> None:
    layout = load_rulebook(tmp_path).layout("workforce", "template")
    off = load_rulebook(tmp_path).only_on(layout)
    assert {"Sex", "Ethnic group"} <= set(off.ignore) and "Sex" not in off.columns
    (tmp_path / "special_categories.csv").write_text(SPECIAL + GIVEN)
    rules = load_rulebook(tmp_path)
    assert rules.only_on(layout).columns["Sex"] == "sex_code"
    assert rules.only_on(layout).columns.keys() & {"Ethnic group", "Place of primary qualification"} == set()
    assert "Sex" in rules.only_on(layout, date(2026, 10, 1)).columns
    assert "Sex" not in rules.only_on(layout, date(2026, 9, 30)).columns
    assert "file special_categories" in rules.read_by("workforce/template")
    assert "file special_categories" not in rules.read_by("job_plan/template")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sex_code,,IG lead,2026-10-01", "line 2, column lawful_basis: it is empty, so sex_code cannot be switched on"),
        ("sex_code,UK GDPR 6(1)(e),,2026-10-01", "line 2, column agreed_by: it is empty"),
        ("sex_code,UK GDPR 6(1)(e),IG lead,", "line 2, column from_date: write a date"),
        ("shoe_size,UK GDPR 6(1)(e),IG lead,2026-10-01", "line 2, column field: write one of ethnicity_group_code,"),
    ],
)
def test_a_special_category_without_its_basis_is_not_switched_on(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "special_categories.csv").write_text(f"{SPECIAL}{line}\n")
    with pytest.raises(ValueError, match=f"special_categories.csv, {re.escape(said)}"):
        load_rulebook(tmp_path)
