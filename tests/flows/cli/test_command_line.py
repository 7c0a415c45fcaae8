"""The command line, as an officer and a machine meet it: what it prints, and its exit code."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from flows.settings import Settings
from tests.lib.command_line import GOOD, Say
from tests.lib.walk import Put


def test_without_a_home_it_says_what_to_do(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "none"))
    for command in (["run", "--no-server"], ["status"], ["query", "SELECT 1"], ["workbook"]):
        said = say(*command)
        assert (said.code, said.out) == (5, "")
        assert said.err.startswith("research-culture: there is no home folder")
        assert "research-culture init" in said.err


def test_init_and_doctor_lead_to_a_home_that_is_well(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "home"))
    assert say("doctor").code == 5
    assert say("init", "--key", "rc.key").code == 0
    said = say("doctor", "--json")
    assert (said.code, said.data[0]["subject"]) == (5, "rules")  # what is wrong comes first
    lines = say("doctor").out.splitlines()
    assert lines[0] == f"1 of {len(said.data)} needs you." and lines[2].startswith("rules\tproblem\t")
    assert [one["subject"] for one in said.data if not one["is_well"]] == ["rules"]
    with (tmp_path / "home/config/organisations.csv").open("a") as file:
        file.write("ZZ1,Fictional Trust,trust,england,yes\n")
    well = say("doctor")
    assert (well.code, well.out.splitlines()[0]) == (0, "All is well.")
    assert say("notify").code == 5


def test_a_template_is_written_where_it_is_wanted(settings: Settings, say: Say, tmp_path: Path) -> None:
    assert "population_template.xlsx" in say("template", "population").out
    assert (tmp_path / "population_template.xlsx").is_file()
    assert say("template", "survey", "--to", "other.xlsx").code == 0
    assert (tmp_path / "other.xlsx").is_file()


def test_a_template_that_may_be_filled_in_is_not_written_over(settings: Settings, say: Say, tmp_path: Path) -> None:
    filled = tmp_path / "population_template.xlsx"
    filled.write_bytes(b"filled in")
    again = say("template", "population")
    assert (again.code, filled.read_bytes()) == (2, b"filled in")
    assert "is already here, and may be filled in; move it, or name another file with --to" in again.err


def test_a_wrong_word_is_wrong_use(settings: Settings, say: Say) -> None:
    wrong = (["template", "poetry"], ["backfill", "spring", "2026-09"], ["ingest"], ["withdraw", "S9"], ["dance"])
    wrong += (["approve"], ["approve", "S9"], ["decline"], ["decline", "--reason", "too early"], ["audit", "dance"])
    wrong += (["rebuild", "--to", "x"],)
    assert [say(*words).code for words in wrong] == [2] * len(wrong)


def test_a_month_from_the_inbox_to_a_question_about_it(settings: Settings, say: Say, put: Put) -> None:
    put("ZZ1/good.csv", GOOD)
    put("ZZ9/bad.csv", GOOD)
    month = say("run", "--no-server", "--json")
    assert month.code == 3
    taken = {one["state"]: one for one in month.data["submissions"]}
    assert taken["loaded"]["organisation"] == "ZZ1"
    assert taken["rejected"]["sentences"] == [
        'Organisation "ZZ9" is not declared; add a line for it to config/organisations.csv, and the next run reads the'
        " file again; if the code is mistyped, correct it and send the file again."
    ]
    assert month.data["release_id"]

    status = say("status", "--all")
    assert (status.code, status.out.count("loaded: its rows count")) == (0, 1)
    assert "0 files wait" in status.out
    at_a_glance = say("status").out
    assert "population\t2026-09 loaded" in at_a_glance and "it was known what they are: ZZ9 1." in at_a_glance
    assert say("status", "--json").data["waiting"] == 0

    refused = say("findings", taken["rejected"]["submission"].partition("-")[2])
    assert "F021" in refused.out
    assert "findings.xlsx" in refused.out

    query = "SELECT organisation_code, people_count FROM core.fct_population WHERE staff_group_code = 'students'"
    assert say("query", "--analyst", "--json", query).data == [{"organisation_code": "ZZ1", "people_count": 50}]
    assert say("query", query).code == 2  # a release holds no core
    assert "metric_id" in say("query", "SELECT metric_id FROM marts.metric_definition").out
    assert "of release" in say("workbook", "-o", "release.xlsx").out
    assert say("workbook", "-o", "release.xlsx").code == 2  # it is not written over
    assert say("workbook", "--organisation", "ZZ9", "-o", "none.xlsx").code == 2

    assert "`research-culture run` proposes" in say("withdraw", taken["loaded"]["submission"]).out
    assert say("publish", "--no-server").code == 2
    published = say("publish", "--no-server", "--reason", "ZZ1 asked")
    assert (published.code, "No figures yet" in published.out) == (0, True)


@pytest.mark.parametrize("flags", [(), ("--analyst",)], ids=["release", "analysts' file"])
def test_a_question_reaches_nothing_but_the_file_that_is_asked(
    settings: Settings, say: Say, put: Put, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    put("ZZ1/good.csv", GOOD)
    say("run", "--no-server")
    (tmp_path / "other.csv").write_text("a\n1\n")
    before = sorted(tmp_path.rglob("*"))
    asked = (
        "SELECT * FROM 'other.csv'",
        "SELECT * FROM read_text('other.csv')",
        "SELECT * FROM glob('*')",
        f"ATTACH '{settings.work}' AS work",
        f"ATTACH '{tmp_path / 'new.duckdb'}' AS new",
        "COPY marts.metric_value TO 'out.csv'",
        "SELECT 1; COPY marts.metric_value TO 'out.csv'",
        "EXPORT DATABASE 'out'",
        "SET enable_external_access = true",
        "SET threads = 1",
        "PRAGMA profiling_output='out.json'",
        "LOAD httpfs",
        "CREATE TABLE marts.mine AS SELECT 1 AS a",
        "UPDATE marts.metric_value SET value = 0",
    )
    for question in asked:
        said = say("query", *flags, question)
        assert (said.code, said.out) == (2, ""), question
        assert said.err.startswith("research-culture: the question cannot be answered"), question
    assert sorted(tmp_path.rglob("*")) == before


def test_a_release_is_proposed_declined_published_and_withdrawn(
    settings: Settings, say: Say, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_AUTO_APPROVE", "false")
    put("ZZ1/good.csv", GOOD)
    month = say("run", "--no-server")
    assert (month.code, month.out.count("figures yet")) == (0, 1)
    assert "## What changed" not in month.out and "is not current yet" in month.out
    (page,) = settings.proposed.glob("*.html")
    assert f"To open: {page}" in month.out and "What changed" in page.read_text(encoding="utf-8")
    assert say("query", "SELECT 1").code == 5
    waits = say("status", "--json").data
    assert (waits["release"], waits["releases"][0]["is"]) == (None, "proposed")
    assert f"Release {waits['proposed']['release_id']} waits. Read its page" in say("status").out
    assert "is declined" in say("decline", "--as", "An Approver", "--reason", "too early").out
    published = say("publish", "--no-server", "--as", "An Officer", "--reason", "it is late", "--json").data
    assert not published["is_approved"]
    approving = "approve", published["release_id"], "--as", "An Officer"
    assert say(*approving).code == say(*approving, "--reason", " ").code == 2
    assert "is now current" in say(*approving, "--reason", "read again").out
    again = say(*approving, "--reason", "read again")
    assert again.out == f"Release {published['release_id']} is already current.\n"
    assert "now no release is current" in say("withdraw", published["release_id"], "--as", "An Officer").out
    told = say("status", "--all")
    assert "too early" in told.out and "An Officer" in told.out and "There is no current release." in told.out


def test_the_audit_log_is_verified_with_an_exit_code_of_its_own(settings: Settings, say: Say, put: Put) -> None:
    assert say("audit", "verify").code == 5  # nothing is recorded yet
    put("ZZ1/good.csv", GOOD)
    say("run", "--no-server")
    whole = say("audit", "verify")
    assert (whole.code, whole.out[:26]) == (0, "The audit log is whole: 5 ")
    content = settings.ledger.read_bytes()
    settings.ledger.write_bytes(content.replace(b"+00:00", b"+01:00"))
    broken = say("audit", "verify")
    assert broken.code == 7
    assert broken.out.startswith("The audit log is broken: entry 1 of the audit log (")


def test_one_file_is_taken_by_hand_and_a_month_judged_again(settings: Settings, say: Say, put: Put) -> None:
    file = put("../elsewhere.csv", GOOD)
    taken = say("ingest", str(file), "--organisation", "ZZ1", "--json")
    assert (taken.code, taken.data["submissions"][0]["state"]) == (0, "loaded")
    assert file.is_file()  # a file named by hand is left where it is
    again = say("backfill", "2026-09", "2026-09", "--no-server", "--json")
    assert (again.code, [one["state"] for one in again.data["submissions"]]) == (0, ["loaded"])
    assert "Rebuilt from 1 submission." in say("rebuild").out
    known = say("rebuild", "--as-known-on", "2026-10-01", "--to", "known.duckdb")
    assert (known.code, "by today's rules: 0 submissions" in known.out) == (0, True)
    assert say("rebuild", "--as-known-on", "2026-10-01", "--to", "known.duckdb").code == 2


def test_an_empty_inbox_is_said_to_be_empty(settings: Settings, say: Say) -> None:
    said = say("run", "--no-server")
    assert said.code == 0
    assert "Nothing new was in the inbox." in said.out


def test_the_demo_refuses_a_home_of_real_organisations(settings: Settings, say: Say) -> None:
    file = settings.config / "organisations.csv"
    file.write_text(file.read_text().replace(",yes", ",no"))
    said = say("demo", "--no-server", "--months", "1")
    assert said.code == 5
    assert "real organisations" in said.err


@pytest.mark.slow
def test_the_demo_tells_what_was_taken_refused_and_released(
    say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
    said = say("demo", "--no-server", "--months", "1")
    assert said.code == 0
    assert said.out.count("figures shown") == 2
    assert "The file is empty" in said.out
    assert "already loaded" in said.out
    assert re.search(r"RESTORE at five sites +\d of \d\d agreed recommendations are in place", said.out)
    assert "== Where to look" in said.out
    assert f"delete {tmp_path / 'home'}, and its key {tmp_path / 'home.key'} if the demo made it" in said.out


def test_a_person_is_erased_by_a_number_on_standard_input_alone(
    settings: Settings, put: Put, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/people.csv", "Name,Number\nx,C7312345\ny,z\n")
    say("run", "--no-server")
    monkeypatch.setattr("sys.stdin", io.StringIO("c7312345 \n"))
    words = ("erase", "--organisation", "ZZ1", "--type", "registration", "--as", "The lead")
    said = say(*words)
    assert (said.code, "add --yes" in said.err) == (2, True)
    said = say(*words, "--yes")
    assert (
        said.code == 0
        and "1 row in 1 landed file and 0 rows in 0 files of the inbox" in said.out
        and "7312345" not in said.out
    )
    assert "(erased),(erased)" in next(settings.landing.iterdir()).read_text()
    assert say("erase", "--organisation", "ZZ1", "--type", "name").code == 2


def test_retention_names_first_and_removes_when_told(settings: Settings, put: Put, say: Say) -> None:
    put("ZZ1/a.csv", GOOD.replace("2026", "2020"))
    say("run", "--no-server")
    assert "Nothing is past" in say("retention").out
    (settings.config / "codelists").mkdir()
    (settings.config / "codelists/retention.csv").write_text("dataset,months,reason\npopulation,12,for this test\n")
    assert "2021-09-30" in say("retention").out and len(list(settings.landing.iterdir())) == 1
    said = say("retention", "--remove")
    assert (said.code, list(settings.landing.iterdir())) == (0, [])


def test_the_record_is_backed_up_and_restored_or_taken_in_again(
    settings: Settings, put: Put, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put("ZZ1/a.csv", GOOD)
    said = say("ingest", str(settings.inbox / "ZZ1/a.csv"))
    assert said.code == 0
    said = say("backup", "backup.tar")
    assert (said.code, "The key is not in it" in said.out) == (0, True)
    assert say("restore", "backup.tar").code == 2
    settings.ledger.unlink()
    assert say("status").code == 7
    said = say("publish", "--no-server", "--reason", "it is late")
    assert (said.code, said.out) == (7, "") and "it does not know landed files (1)" in said.err
    said = say("restore", "--from-landing")
    assert (said.code, "1 landed file is a submission again" in said.out) == (0, True)
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "other"))
    assert say("restore", "backup.tar").code == 0
    assert "loaded" in say("status").out
    assert say("restore").code == 2


def test_a_new_key_is_made_and_the_former_kept_below_it(settings: Settings, say: Say) -> None:
    assert settings.key
    before = settings.key.read_text()
    said = say("rotate-key")
    assert said.code == 0 and settings.key.read_text().endswith(before) and settings.key.read_text() != before
    assert not any(line in said.out for line in settings.key.read_text().split())
