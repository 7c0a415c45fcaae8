"""Every command of the guides is run, each in a small home of its own: a month released, the next one proposed."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from flows.__main__ import main
from flows.home.setup import make_home
from flows.settings import load_settings
from tests.lib.guides import PAGES, ROOT, TEXT, commands
from tests.lib.people import plans
from tests.lib.walk import COUNTS_LAYOUT, PLAN_LAYOUT
from warehouse.build import checks
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

COUNTED = "Who,Group,Day,Count\njob_plan_scope,All staff,30/09/2026,{people}\n"
NOT_RUN = {
    "research-culture schedule": "serves until it is stopped; tests/flows/test_schedule.py starts it",
    "research-culture notify": "sends messages; tests/flows/test_notices.py has a server of its own to send them to",
    "research-culture demo": "takes minutes; tests/flows/demo/test_demo.py takes a part of it, and the tour",
}
# Findings' commands name a file or layout of the reader's; these are the test's.
WORDS = {"FILE": "plans.csv", "CODE": "RVN", "NAME": "plans", "DATASET": "job_plan", "/media/safe-disk": "."}
SHOWN = [line for line in commands(TEXT) if line not in NOT_RUN]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Below this folder: September released, October proposed, a correction held; and the files that are named."""
    place = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_suites", dict)  # they have their own test
        patch.chdir(place)
        patch.setenv("RESEARCH_CULTURE_HOME", "research-culture-home")
        patch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
        make_home(load_settings(), place / "research-culture.key")
        config = load_settings().config
        with (config / "organisations.csv").open("a", encoding="utf-8") as file:
            file.write("RVN,A made-up trust,trust,england,yes,\n")
        for dataset, layout in (("population", COUNTS_LAYOUT), ("job_plan", PLAN_LAYOUT)):
            (config / "layouts" / dataset).mkdir(parents=True)
            (config / "layouts" / dataset / "one.toml").write_text(layout, encoding="utf-8")
        inbox = load_settings().inbox / "RVN"
        for month, people in (("2026-09", 40), ("2026-10", 60)):
            (inbox / month).mkdir(parents=True)
            (inbox / month / "plans.csv").write_text(_plans(people), encoding="utf-8")
            (inbox / month / "people.csv").write_text(COUNTED.format(people=people + 20), encoding="utf-8")
            assert _call("run", "--no-server") == 0
            if month == "2026-09":
                assert _call("approve", "--reason", "read and agreed") == 0
        (inbox / "2026-09" / "fewer.csv").write_text(_plans(20), encoding="utf-8")
        assert _call("run", "--no-server") == 3
        (place / "plans.csv").write_text(_plans(50), encoding="utf-8")
        summary = ROOT / "tests/fixtures/layouts/support_summary/example_summary.csv"
        lines = summary.read_text(encoding="utf-8").replace(",ZZ1,", ",RVN,").splitlines()[:3]
        (place / "totals.csv").write_text("\n".join(lines), encoding="utf-8")
        for name in ("subtheme.csv", "item_subtheme.csv"):
            shutil.copy(ROOT / "schemas/codelists" / name, place)
        assert _call("backup", str(place / "research-culture-20261125T193326Z.tar")) == 0
        yield place


def _plans(people: int) -> str:
    return plans(*((f"7{n:06}", f"{n:06}") for n in range(people)))


def _call(*words: str) -> int:
    """The command's exit code; what it prints is pytest's to capture."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["research-culture", *words])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


@pytest.mark.slow
@pytest.mark.parametrize("line", SHOWN)
def test_every_command_does_what_the_guide_says_it_for(
    line: str, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_suites", dict)
    shutil.copytree(office, tmp_path / "office", symlinks=True)
    monkeypatch.chdir(tmp_path / "office")
    monkeypatch.setenv("RESEARCH_CULTURE_HOME", "research-culture-home")
    monkeypatch.setenv("RESEARCH_CULTURE_KEY", str(tmp_path / "office/research-culture.key"))
    monkeypatch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
    words = shlex.split(_with_ids(line))[1:]
    for pattern, prepare in PREPARED.items():
        if re.match(pattern, " ".join(words)):
            words = prepare(words, monkeypatch)
    assert _call(*words) == 0


def _with_ids(line: str) -> str:
    """The line with the numbers of this home in place of what the reader is to put in."""
    with Ledger(load_settings().ledger, "tester") as ledger:
        held = next(one.submission_id for one in ledger.submissions() if one.state == "held")
        loaded = ledger.loaded()[0].submission_id
        current = release_log.releases(ledger)[-1].release_id
    ids = {"--confirm SUBMISSION": f"--confirm {held}", "SUBMISSION": loaded, "RELEASE": current}
    for word, put in {**ids, **WORDS}.items():
        line = re.sub(rf"(?<=\s){re.escape(word)}(?!\w)", put, line)
    return line


Prepare = Callable[[list[str], pytest.MonkeyPatch], list[str]]


def _without_server(words: list[str], _: pytest.MonkeyPatch) -> list[str]:
    return words if "--no-server" in words else [*words, "--no-server"]


def _for_september(words: list[str], _: pytest.MonkeyPatch) -> list[str]:
    return words if "--period" in words else [*words, "--period", "2026-09"]


def _to_new_home(words: list[str], patch: pytest.MonkeyPatch) -> list[str]:
    patch.setenv("RESEARCH_CULTURE_HOME", "new-home")
    return [word.replace("PATH-TO/", "") for word in words]


def _ledger_lost(words: list[str], _: pytest.MonkeyPatch) -> list[str]:
    for file in load_settings().home.glob("ledger.sqlite*"):
        file.unlink()
    return words


def _number_piped(words: list[str], patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(sys, "stdin", StringIO("7000001\n"))
    return [*words, "--yes"]


def _not_there_yet(words: list[str], _: pytest.MonkeyPatch) -> list[str]:
    Path("mapping.xlsx").unlink(missing_ok=True)
    return words


PREPARED: dict[str, Prepare] = {
    "(run|publish|backfill)": _without_server,  # with Prefect: tests/flows/test_prefect_flows.py
    "ingest plans.csv": _for_september,  # a finding tells what one file lacks; this one lacks its month too
    "(init|restore .*tar)": _to_new_home,
    "restore --from-landing": _ledger_lost,
    "erase": _number_piped,
    "look .*--mapping": _not_there_yet,
}


def test_what_is_not_run_is_shown_and_says_why() -> None:
    assert set(NOT_RUN) <= set(commands(TEXT))
    assert all((ROOT / file).is_file() for reason in NOT_RUN.values() for file in re.findall(r"tests/\S+\.py", reason))


def test_no_page_is_left_out() -> None:
    assert {line for page in PAGES.values() for line in commands(page)} == {*SHOWN, *NOT_RUN}
