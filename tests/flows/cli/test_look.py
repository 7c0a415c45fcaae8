"""`look`: how a file would be read, shown without taking it."""

import json
from pathlib import Path

import pytest

from flows.__main__ import main
from flows.errors import REFUSED
from flows.judging.look import Looked, ask_of, look
from flows.mapping.ask import write_mapping
from flows.mapping.form import DATES, MONTH_FIRST
from flows.mapping.take import read_mapping
from schemas.rulebook import load_rulebook
from tests.lib.files import FOLDER, workbook_of_text
from tests.lib.mappings import RULES, saved, sheets, unknown
from warehouse.ledger.store import SenderHints

HINTS = SenderHints("", "", "", "2026-09", "")
EXPORT = (
    "Plan key,GMC No.,JP Status,Activity type,PAs per week,Seq,Doctor name,Secret remark\n"
    "S-1,9999911,Draft,DCC,7.5,1,Ann Marker,Marker remark\n"
    "S-1,9999911,Draft,SPA,2.5,2,Ann Marker,Marker remark\n"
)


def looked(folder: Path, text: str, name: str = "export.csv", hints: SenderHints = HINTS) -> Looked:
    (folder / name).write_text(text, encoding="utf-8")
    return look(folder / name, hints, RULES)


@pytest.mark.parametrize("layout", RULES.layouts, ids=lambda one: f"{one.dataset}/{one.name}")
def test_every_layouts_fixture_can_be_looked_at_and_no_identifier_is_shown(layout, tmp_path: Path) -> None:
    source = FOLDER / layout.dataset / f"{layout.name}.{layout.format}"
    path = tmp_path / source.name
    if layout.format == "csv":
        path.write_bytes(source.read_bytes())
    else:
        path.write_bytes(workbook_of_text(source.with_suffix(".xlsx.txt").read_text(encoding="utf-8")).getvalue())
    shown = look(path, HINTS, RULES)
    assert shown.sentences[0].startswith(f"Layout: {layout.dataset}/{layout.name} ")
    assert "would be taken: " in shown.sentences[1]
    kinds = {line["read as"].partition(":")[0]: [line[f"row {n}"] for n in (1, 2, 3)] for line in shown.columns}
    assert set(kinds.get("identifier", [])) <= {"", "(filled)"}
    assert set(kinds.get("text", [])) <= {"", "(filled)"}


def test_an_unknown_export_is_shown_with_what_its_columns_seem_to_be_and_none_of_its_cells(tmp_path: Path) -> None:
    shown = looked(tmp_path, EXPORT)
    assert shown.is_refused
    assert shown.sentences[0] == "Not a layout that we know. It looks like Job plans."
    lines = {line["heading"]: line for line in shown.columns}
    assert (lines["GMC No."]["we think it is"], lines["GMC No."]["keep or ignore"]) == ("Registration number", "keep")
    assert lines["Secret remark"]["keep or ignore"] == "ignore"
    assert "Marker" not in str(shown.columns) + str(shown.sentences)


def test_a_file_that_is_nearly_known_says_what_it_is_nearly(tmp_path: Path) -> None:
    ours = RULES.layout("research_activity", "example_research_office")
    headings = [heading if heading != "What" else "What it was" for heading in (*ours.columns, *ours.ignore)]
    rows = ["E-1,000121,9999901,Students,Training,20/05/2026,Awarded,20/06/2026"] * 2
    shown = looked(tmp_path, ",".join(headings) + "\n" + "\n".join(rows) + "\n")
    assert shown.sentences[0].startswith("It is nearly research_activity/example_research_office (Research activity)")
    assert {"F012"} <= {finding.code for finding in shown.findings}


def test_a_refused_file_says_why_and_rows_that_would_be_refused_are_told(tmp_path: Path) -> None:
    assert [finding.code for finding in looked(tmp_path, "").findings] == ["F001"]
    good = "Population,Staff group,Date of the count,People\nheadcount,Students,2026-09-30,50\n"
    shown = looked(tmp_path, good + "headcount,Nobody we know,2026-09-30,9\n")
    assert shown.sentences[1].startswith("Rows in the file: 2; would be taken: 1; refused: 1;")
    assert not shown.is_refused
    assert [finding.code for finding in shown.findings] == ["R014"]


def test_the_period_is_said_or_why_there_is_none(tmp_path: Path) -> None:
    two = "Population,Staff group,Date of the count,People\nheadcount,Students,{},50\nheadcount,All staff,{},60\n"
    nothing = SenderHints("", "", "", "", "")
    assert (
        "Period: September 2026."
        in looked(tmp_path, two.format("2026-09-30", "2026-09-29"), hints=nothing).sentences[0]
    )
    told = looked(tmp_path, two.format("2026-09-30", "2026-08-29"), hints=nothing).sentences[0]
    assert "its dates run from August 2026 to September 2026" in told


def test_a_filled_mapping_can_be_looked_at_before_it_is_sent(tmp_path: Path) -> None:

    write_mapping(unknown(EXPORT), None, RULES, tmp_path / "mapping.xlsx")
    filled = sheets(tmp_path / "mapping.xlsx")
    for line in filled["Mapping"][1:]:
        line[2] = "keep" if line[1] else "ignore"
    saved(filled, tmp_path / "filled.xlsx")
    shown = look(tmp_path / "filled.xlsx", HINTS, RULES)
    assert (shown.findings, shown.is_refused) == ((), False)
    assert shown.sentences[0].startswith("A mapping workbook that can be used: it makes the layout job_plan/export_")
    filled["Mapping"][1][2] = "perhaps"
    saved(filled, tmp_path / "filled.xlsx")
    assert "Mapping!C2" in look(tmp_path / "filled.xlsx", HINTS, RULES).findings[0].sentence


def test_the_command_fits_a_terminal_of_100_columns_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "home"))
    export = tmp_path / "export.csv"
    export.write_text(EXPORT.replace("Secret remark", "A heading that is " + "very " * 20 + "long"), encoding="utf-8")

    def said(*more: str) -> str:
        monkeypatch.setattr("sys.argv", ["research-culture", "look", str(export), *more])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == REFUSED
        return capsys.readouterr().out

    table = [line for line in said().splitlines() if "\t" in line]
    assert all(sum(map(len, line.split("\t"))) <= 84 for line in table)  # and five columns' borders
    assert json.loads(said("--json"))["columns"][0]["heading"] == "Plan key"
    assert [*tmp_path.iterdir()] == [export]


def test_a_known_export_can_be_mapped_again_where_it_is_to_be_read_otherwise(tmp_path: Path) -> None:
    ours = RULES.layout("workforce", "example_esr_extract")
    lines = (FOLDER / "workforce" / "example_esr_extract.csv").read_text(encoding="cp1252").splitlines()
    place = lines[0].split(",").index("Latest Start Date")
    rows = [line.split(",") for line in lines[1:4]]
    for day, row in zip(("04/01/2019", "04/13/2019", "12/31/2020"), rows, strict=True):
        row[place] = day
    export = tmp_path / "export.csv"
    export.write_text("\n".join([lines[0], *map(",".join, rows)]) + "\n", encoding="utf-8")
    shown = look(export, HINTS, RULES)
    assert [one for one in shown.findings if "month first" in one.sentence]
    ask_of(export, HINTS, RULES, tmp_path / "mapping.xlsx")
    filled = sheets(tmp_path / "mapping.xlsx")
    assert {line[3] for line in filled["Mapping"][1:]} == {"sure"}
    next(line for line in filled["About this export"] if line[0] == DATES)[1] = MONTH_FIRST
    read_mapping(saved(filled, tmp_path / "filled.xlsx"), RULES, tmp_path)
    shown = look(export, HINTS, load_rulebook(tmp_path))
    (days,) = [line for line in shown.columns if line["heading"] == "Latest Start Date"]
    assert [days[f"row {n}"] for n in (1, 2, 3)] == ["2019-04-01", "2019-04-13", "2020-12-31"]
    assert load_rulebook(tmp_path).layouts[-1].source_name == ours.source_name
