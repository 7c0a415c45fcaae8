"""Set-up: a home, a key kept apart, settings from file and environment, and a doctor who says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import SetupError, UsageError
from flows.home.doctor import diagnose
from flows.home.keys import read_key
from flows.home.setup import make_home, take_codelists
from flows.settings import Settings, load_settings, read_rules, require_home


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RESEARCH_CULTURE_KEY", raising=False)
    return load_settings()


def ill(settings: Settings) -> dict[str, str]:
    return {d.subject: d.sentence for d in diagnose(settings, lambda: False) if not d.is_well}


def test_init_makes_a_key_of_32_bytes_that_only_its_owner_reads(settings: Settings, tmp_path: Path) -> None:
    said = make_home(settings, tmp_path / "keys" / "rc.key")
    key, key_id = read_key(load_settings())
    assert (len(key), len(key_id)) == (32, 8)
    assert (tmp_path / "keys" / "rc.key").stat().st_mode & 0o777 == 0o600
    assert any("Keep a copy" in sentence for sentence in said)
    assert not any(key.hex() in sentence for sentence in said)


def test_init_writes_the_headings_of_the_home_s_own_lists_which_can_be_read(settings: Settings) -> None:
    make_home(settings, None)
    assert (settings.config / "targets.csv").read_text() == "organisation_code,metric_id,item_code,from_date,target\n"
    assert read_rules(settings).tables["target"] == ()


def test_a_target_that_cannot_be_used_is_told_as_set_up(settings: Settings) -> None:
    make_home(settings, None)
    file = settings.config / "targets.csv"
    file.write_text(file.read_text() + "ZZ1,job_plan_signed_off,,2026-04-01,90\n")
    with pytest.raises(SetupError, match=r"targets.csv, line 2, column organisation_code: write a code"):
        read_rules(settings)


def test_init_again_overwrites_nothing(settings: Settings, tmp_path: Path) -> None:
    make_home(settings, tmp_path / "key")
    before = read_key(load_settings())
    (settings.config / "organisations.csv").write_text("mine")
    make_home(settings, tmp_path / "key")
    assert read_key(load_settings()) == before
    assert (settings.config / "organisations.csv").read_text() == "mine"


def test_init_with_a_key_keeps_the_other_settings(settings: Settings, tmp_path: Path) -> None:
    make_home(settings, tmp_path / "first")
    file = settings.config / "settings.toml"
    file.write_text(file.read_text() + "loss_pct = 5\n")
    make_home(load_settings(), tmp_path / "second")
    assert load_settings().loss_pct == 5
    assert load_settings().key == (tmp_path / "second").resolve()


def test_auto_approval_is_set_only_where_it_is_asked_for_and_then_stays(settings: Settings, tmp_path: Path) -> None:
    make_home(settings, tmp_path / "key")
    assert load_settings().auto_approve is False
    make_home(settings, None, auto_approve=True)
    make_home(settings, tmp_path / "key")
    assert load_settings().auto_approve is True


def test_a_key_inside_the_home_is_refused(settings: Settings) -> None:
    with pytest.raises(SetupError, match="outside the home"):
        make_home(settings, settings.home / "config" / "rc.key")


@pytest.mark.parametrize(("content", "why"), [("", "shorter"), ("ab" * 31, "shorter"), ("not hex", "not a key")])
def test_a_short_or_broken_key_is_refused(settings: Settings, tmp_path: Path, content: str, why: str) -> None:
    make_home(settings, None)
    key = tmp_path / "key"
    key.write_text(content)
    with pytest.raises(SetupError, match=why):
        read_key(settings.model_copy(update={"key": key}))


def test_no_key_and_a_missing_key_are_refused_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="init --key"):
        read_key(settings)
    with pytest.raises(SetupError, match="restore"):
        read_key(settings.model_copy(update={"key": tmp_path / "none"}))


def test_the_environment_overrules_the_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    make_home(settings, None)
    (settings.config / "settings.toml").write_text('cron = "0 5 1 * *"\nloss_pct = 30\n')
    monkeypatch.setenv("RESEARCH_CULTURE_LOSS_PCT", "10")
    found = load_settings()
    assert (found.cron, found.loss_pct) == ("0 5 1 * *", 10)


@pytest.mark.parametrize("line", ['colour = "blue"', "loss_pct = -1", "not toml"])
def test_settings_that_cannot_be_read_are_told(settings: Settings, line: str) -> None:
    make_home(settings, None)
    (settings.config / "settings.toml").write_text(line)
    with pytest.raises(SetupError, match=r"settings\.toml"):
        load_settings()


def test_without_a_home_nothing_runs(settings: Settings) -> None:
    with pytest.raises(SetupError, match="research-culture init"):
        require_home(settings)


def test_the_doctor_leads_from_nothing_to_a_home_that_is_well(settings: Settings, tmp_path: Path) -> None:
    assert "research-culture init" in ill(settings)["inbox"]
    make_home(settings, tmp_path / "key")
    settings = load_settings()
    assert set(ill(settings)) == {"rules"}
    with (settings.config / "organisations.csv").open("a") as file:
        file.write("ZZ1,Fictional Example Trust,trust,england,yes\n")
    assert ill(settings) == {}


SUBTHEMES = (
    "code,label,aliases,level_code,polarity_code,is_confirmed,source\ngrants,Grants,,environmental,facilitator,yes,x\n"
)
MAPPED = "code,label,aliases,level_code,subtheme_code,source\nrcc_barrier_funds,Funds,,environmental,grants,ours\n"


def test_own_lists_are_loaded_together_or_not_at_all(settings: Settings, tmp_path: Path) -> None:
    make_home(settings, None)
    subthemes, mapped = tmp_path / "subtheme.csv", tmp_path / "item_subtheme.csv"
    subthemes.write_text(SUBTHEMES)
    mapped.write_text(MAPPED)
    with pytest.raises(UsageError, match="nothing was changed"):
        take_codelists(settings, [subthemes])  # ours of the other list does not fit it
    assert not (settings.config / "codelists").exists()
    said = take_codelists(settings, [subthemes, mapped])
    assert said[0] == "subtheme.csv now takes the place of ours."
    assert [row["subtheme_code"] for row in read_rules(settings).tables["subtheme"]] == ["grants"]
    subthemes.write_text(SUBTHEMES.replace("grants", "money"))
    with pytest.raises(UsageError, match="nothing was changed"):
        take_codelists(settings, [subthemes])
    assert [row["subtheme_code"] for row in read_rules(settings).tables["subtheme"]] == ["grants"]


def test_a_list_that_is_none_of_ours_is_refused(settings: Settings, tmp_path: Path) -> None:
    make_home(settings, None)
    (tmp_path / "colours.csv").write_text("code\nred\n")
    with pytest.raises(UsageError, match="not one of our lists"):
        take_codelists(settings, [tmp_path / "colours.csv"])
