"""The doctor names each ill with its cure: rights of folders, files, key and home, and Prefect's reach."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from flows.home.doctor import diagnose
from flows.home.folders import FILES, FOLDERS
from flows.home.setup import make_home
from flows.monthly.run import Month
from flows.settings import InHome, Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
COUNTS = "Who,Group,Day,Count\nheadcount,All staff,30/09/2026,50\n"


def has_none() -> bool:
    return False


def ill(settings: Settings, has_server: Callable[[], bool] = has_none) -> dict[str, str]:
    return {d.subject: d.sentence for d in diagnose(settings, has_server) if not d.is_well}


@pytest.fixture
def lived_in(settings: Settings, put: Callable[[str, str], Path], run: Callable[[], Month]) -> Settings:
    """A home in which a file was landed, staged and released."""
    put("ZZ1/a.csv", COUNTS)
    run()
    return settings


def test_a_home_that_was_run_in_is_well_and_every_kind_of_file_is_in_it(lived_in: Settings) -> None:
    assert ill(lived_in) == {}
    assert all(any(lived_in.home.glob(files.pattern)) for files in FILES)
    assert {"home", "ledger", "prefect", "key"} <= {d.subject for d in diagnose(lived_in, has_none)}


@pytest.mark.parametrize("place", [value for value in vars(Settings).values() if isinstance(value, InHome)], ids=str)
def test_every_path_of_the_settings_lies_in_a_declared_folder(place: InHome) -> None:
    folder, _, file = place.path.partition("/")
    assert folder in {one.name for one in FOLDERS} or any(fnmatch(place.path, files.pattern) for files in FILES)
    assert not file.endswith(".duckdb") or any(fnmatch(place.path, files.pattern) for files in FILES)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_wider_than_its_widest_is_named_and_init_closes_it(settings: Settings, folder) -> None:
    path = settings.home / folder.name
    path.mkdir(exist_ok=True)
    path.chmod(folder.widest)
    assert ill(settings) == {}
    path.chmod(0o777)
    assert "run `chmod" in ill(settings)[folder.name]
    if folder.made:
        make_home(settings, None)
        assert ill(settings) == {}
        assert path.stat().st_mode & 0o777 == folder.widest  # what was given on purpose stays


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder.made], ids=lambda folder: folder.name)
def test_init_makes_a_folder_for_its_owner_alone_unless_others_need_it(settings: Settings, folder) -> None:
    mode = (settings.home / folder.name).stat().st_mode & 0o777
    assert mode == {"inbox": 0o770, "released": 0o755}.get(folder.name, 0o700)


@pytest.mark.parametrize("files", FILES, ids=lambda files: files.name)
def test_a_file_wider_than_it_may_be_is_named_and_the_cure_cures(lived_in: Settings, files) -> None:
    found = [path for path in lived_in.home.glob(files.pattern) if path.is_file()]
    found[0].chmod(0o666)
    assert f"run `{files.cure}`" in ill(lived_in)[files.name]
    os.system(f"cd '{lived_in.home}' && {files.cure}")
    assert ill(lived_in) == {}


def test_a_home_a_key_and_a_keys_folder_that_others_change_are_named(settings: Settings) -> None:
    assert settings.key
    for path, mode, subject, cure in (
        (settings.home, 0o775, "home", "chmod go-w"),
        (settings.key, 0o640, "key", "chmod 600"),
        (settings.key.parent, 0o777, "key", "chmod go-w"),
    ):
        before = path.stat().st_mode & 0o777
        path.chmod(mode)
        assert cure in ill(settings)[subject]
        path.chmod(before)
    settings.key.parent.chmod(0o1777)  # there, others replace only what is theirs
    assert ill(settings) == {}


def test_a_place_that_keeps_no_rights_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda path, mode: None)
    assert "files have no rights of their own" in ill(settings)["rights"]


def test_on_windows_it_says_where_to_read_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.home.doctor.ON_WINDOWS", True)
    (settings.home / "landing").chmod(0o777)
    found = {d.subject: d for d in diagnose(settings, has_none)}
    assert found["rights"].is_well and "docs/governance/roles.md" in found["rights"].sentence
    assert found["landing"].is_well


def test_analysts_of_the_folders_group_may_read_their_file(
    settings: Settings, put: Callable[[str, str], Path], run: Callable[[], Month]
) -> None:
    (settings.home / "restricted").chmod(0o750)
    put("ZZ1/a.csv", COUNTS)
    run()
    assert settings.analyst_file.stat().st_mode & 0o777 == 0o640
    assert ill(settings) == {}


def test_an_api_of_prefect_that_others_reach_without_a_password_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import settings as prefect_settings

    from flows.prefect_flows import has_server

    with prefect_settings.temporary_settings({prefect_settings.PREFECT_API_URL: "http://prefect.example.org/api"}):
        assert "set PREFECT_API_AUTH_STRING" in ill(settings, has_server)["prefect"]
