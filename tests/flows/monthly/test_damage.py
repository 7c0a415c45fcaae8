"""What is damaged or gone of a home is made again from the record, or named with the command that mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.errors import SetupError
from flows.monthly.approve import approve
from flows.monthly.by_hand import withdraw
from flows.monthly.curate import rebuild, rewrite_analyst_file
from flows.monthly.propose import propose
from flows.monthly.run import Month, exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from tests.lib.walk import NOW, Put, Run, counts
from warehouse.ledger import release_log
from warehouse.ledger.release_log import Decision, ReleaseRecord
from warehouse.ledger.store import Ledger

pytestmark = pytest.mark.slow
LATER = NOW + timedelta(days=1)


def people(settings: Settings) -> int:
    with duckdb.connect(settings.analyst_file, read_only=True) as connection:
        return connection.execute("SELECT sum(people_count) FROM core.fct_population").fetchall()[0][0]


def made(settings: Settings) -> list[ReleaseRecord]:
    with Ledger(settings.ledger, "tester") as ledger:
        return list(release_log.releases(ledger))


def walk_at(settings: Settings, hours: float) -> Month:
    with exclusive_ledger(settings) as ledger:
        return monthly(settings, ledger, plain_steps(settings, ledger), NOW + timedelta(hours=hours))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 999),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "flipped": lambda path: path.write_bytes(path.read_bytes()[:12288] + b"x" * (path.stat().st_size - 12288)),
    "gone": Path.unlink,
    "a folder": folder,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_work_database_is_built_again(
    settings: Settings, put: Put, run: Run, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    DAMAGE[damage](settings.work)
    month = run()
    assert month.published and month.published.is_approved
    assert people(settings) == 50
    told = "" if damage == "gone" else "research-culture: The work database was damaged, and is built again.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("damage", ["garbage", "cut", "gone"])
def test_a_damaged_analysts_file_is_written_again_without_a_release(
    settings: Settings, put: Put, run: Run, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    run()
    DAMAGE[damage](settings.analyst_file)
    with exclusive_ledger(settings):
        pass
    assert people(settings) == 50
    assert capsys.readouterr().err == "research-culture: The analysts' file was written again.\n"
    DAMAGE[damage](settings.analyst_file)
    settings.work.unlink()
    assert run().published is None  # the run builds both
    assert people(settings) == 50


def test_a_rebuild_writes_an_analysts_file_again_whose_damage_does_not_show_at_its_head(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    run()
    DAMAGE["flipped"](settings.analyst_file)
    with exclusive_ledger(settings) as ledger:
        rebuild(settings, ledger)
        assert rewrite_analyst_file(settings, ledger) == ()
    assert people(settings) == 50


def test_a_release_waits_while_what_it_is_compared_with_is_gone_until_restored_or_withdrawn(
    settings: Settings, put: Put, run: Run, tmp_path: Path
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    run()
    (first,) = made(settings)
    for number, what in enumerate(
        (settings.history / f"{first.release_id}.parquet", settings.released / first.release_id)
    ):
        shutil.move(what, tmp_path / what.name)
        put("ZZ2/a.csv", counts(all=60 + number))
        published = run().published
        assert published and published.is_held
        place = what.relative_to(settings.home).as_posix()
        assert published.sentences[0].startswith(f"Held: {place} is gone")
        assert f"`research-culture withdraw {first.release_id} --reason TEXT`" in published.sentences[0]
        shutil.move(tmp_path / what.name, what)
    published = run().published  # restored
    assert published and published.is_approved
    shutil.rmtree(settings.released / made(settings)[0].release_id)
    put("ZZ2/a.csv", counts(all=70))
    published = run().published
    assert published and published.is_held
    with exclusive_ledger(settings) as ledger:
        withdraw(settings, ledger, made(settings)[0].release_id, "An Approver", "its folder is gone", LATER)
    published = run().published
    assert published and published.is_approved
    assert people(settings) == 120


def test_a_proposal_that_was_changed_is_not_approved_and_one_that_is_gone_is_made_again(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.monthly.approve._hindrances", lambda *_: ["a person approves"])
    put("ZZ1/a.csv", counts(all=50))
    run()
    (waits,) = made(settings)
    figures = settings.proposed / waits.release_id / "csv" / "metric_value.csv"
    figures.write_text(figures.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    why = "was changed; `research-culture run` proposes it again"
    with exclusive_ledger(settings) as ledger, pytest.raises(SetupError, match=why):
        approve(settings, ledger, "", "An Approver", "as discussed", LATER)
    again = run().published
    assert again and again.release
    shutil.rmtree(settings.proposed / again.release.release_id)
    assert run().published is not None
    assert [one.decision for one in made(settings)] == [Decision.PROPOSED, Decision.DECLINED, Decision.DECLINED]


def test_where_a_run_was_stopped_before_it_approved_the_next_one_does(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/a.csv", counts(all=50))

    class Killed(BaseException):
        """The machine went off."""

    def proposing_last(*given: object) -> object:
        propose(*given)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr("flows.monthly.run.propose", proposing_last)
    with pytest.raises(Killed):
        run()
    monkeypatch.undo()
    assert [one.decision for one in made(settings)] == [Decision.PROPOSED]
    month = walk_at(settings, 2)
    assert month.published is None
    assert month.sentences[0].endswith("is approved by research-culture and is now current.")
    assert people(settings) == 50


def test_a_clock_that_is_set_back_or_ahead_changes_neither_order_nor_what_a_run_does(
    settings: Settings, put: Put, run: Run
) -> None:
    for number, hours in enumerate((0, -1, -1, 5, -300)):
        put("ZZ1/a.csv", counts(all=50 + number))
        published = walk_at(settings, hours).published
        assert published and published.release and published.is_approved
        assert (settings.released / "current" / "manifest.json").read_bytes() == (
            published.release.folder.parents[1] / "released" / published.release.release_id / "manifest.json"
        ).read_bytes()
        assert people(settings) == 50 + number
        assert walk_at(settings, hours - 2).published is None  # nothing new
    ids = [one.release_id for one in made(settings)]
    assert len(set(ids)) == 5 and ids[0] < ids[-1]
