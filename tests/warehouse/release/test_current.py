"""What shows is what the ledger says, in one step, wherever a run was stopped and whatever is held open."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warehouse.db import files
from warehouse.ledger.audit import Head
from warehouse.ledger.release_log import Decision, decide, propose
from warehouse.ledger.store import Ledger
from warehouse.release.current import point_to, read_pointer, show_current

NOW = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
HEAD = Head(7, "f" * 64)


class Killed(BaseException):
    """The machine went off."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", "tester") as ledger:
        yield ledger


@pytest.fixture
def places(tmp_path: Path) -> Mapping[str, Path]:
    folders = {"proposed": "proposed", "approved": "released", "withdrawn": "restricted/withdrawn"}
    (tmp_path / "released").mkdir()
    return {decision: tmp_path / name for decision, name in folders.items()}


def manifest(release_id: str) -> str:
    about = {"sha256": hashlib.sha256(release_id.encode()).hexdigest()}
    return json.dumps({"release_id": release_id, "files": {"csv/metric_value.csv": about}})


def written(place: Path, release_id: str) -> Path:
    """A release's folder with two files that tell whose they are."""
    for name, text in (("manifest.json", manifest(release_id)), ("csv/metric_value.csv", release_id)):
        (place / release_id / name).parent.mkdir(parents=True, exist_ok=True)
        (place / release_id / name).write_text(text, encoding="utf-8")
    return place / release_id


def proposed(ledger: Ledger, places: Mapping[str, Path], release_id: str) -> None:
    written(places["proposed"], release_id)
    (places["proposed"] / f"{release_id}.html").write_text("what changed", encoding="utf-8")
    words = dict.fromkeys(("content_hash", "headline", "rule_version", "code_version"), release_id)
    propose(ledger, {"release_id": release_id, "manifest_sha256": sha256(release_id), **words}, [], NOW)


def decided(ledger: Ledger, release_id: str, decision: Decision, day: int) -> None:
    decide(ledger, release_id, decision, NOW + timedelta(days=day), "An Approver")


def sha256(release_id: str) -> str:
    return hashlib.sha256(manifest(release_id).encode()).hexdigest()


def lying(places: Mapping[str, Path]) -> dict[str, set[str]]:
    """The releases' folders that lie in each place."""
    return {
        decision: {folder.name for folder in place.glob("r*") if folder.is_dir()}
        for decision, place in places.items()
        if place.is_dir()
    }


def test_each_release_lies_where_its_last_decision_says(ledger: Ledger, places: Mapping[str, Path]) -> None:
    decisions = {"r1": "approved", "r2": "withdrawn", "r3": "declined", "r4": "approved", "r5": "proposed"}
    for day, (release_id, last) in enumerate(decisions.items()):
        proposed(ledger, places, release_id)
        if last != "proposed":
            decided(ledger, release_id, Decision(last), day)
    for _ in range(2):  # again changes nothing
        assert show_current(ledger, places) == ()
        assert lying(places) == {"proposed": {"r5"}, "approved": {"r1", "r4"}, "withdrawn": {"r2"}}
        assert (places["approved"] / "current" / "csv/metric_value.csv").read_text() == "r4"
    assert {page.stem for page in places["proposed"].glob("*.html")} == set(decisions)


def test_the_pointer_keeps_the_head_of_the_audit_log_as_it_was_when_the_release_began_to_show(
    ledger: Ledger, places: Mapping[str, Path]
) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision.APPROVED, 1)
    show_current(ledger, places)
    then = ledger.audit_head()
    ledger.note("rebuild", "work database", NOW)
    show_current(ledger, places)
    pointer = {"release_id": "r1", "folder": "r1", "manifest_sha256": sha256("r1"), "audit_head": then._asdict()}
    assert read_pointer(places["approved"]) == pointer


def test_where_no_release_is_approved_any_more_nothing_shows(ledger: Ledger, places: Mapping[str, Path]) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision.APPROVED, 1)
    show_current(ledger, places)
    decided(ledger, "r1", Decision.WITHDRAWN, 2)
    show_current(ledger, places)
    assert read_pointer(places["approved"]) is None
    assert not list(places["approved"].iterdir())


def test_what_a_stopped_run_wrote_and_never_recorded_is_removed(ledger: Ledger, places: Mapping[str, Path]) -> None:
    proposed(ledger, places, "r1")
    for name in (".draft-r2", "r2"):
        written(places["proposed"], name)
    (places["proposed"] / "r2.html").write_text("what changed", encoding="utf-8")
    show_current(ledger, places)
    assert {path.name for path in places["proposed"].iterdir()} == {"r1", "r1.html"}


@pytest.mark.parametrize("step", range(1, 9))
@pytest.mark.parametrize("last", [Decision.APPROVED, Decision.WITHDRAWN])
def test_a_stop_between_two_steps_is_healed_and_what_shows_is_always_whole(
    ledger: Ledger, places: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch, last: Decision, step: int
) -> None:
    for day, release_id in enumerate(("r1", "r2")):
        proposed(ledger, places, release_id)
        decided(ledger, release_id, Decision.APPROVED, day)
        if release_id == "r1" or last is Decision.WITHDRAWN:
            show_current(ledger, places)
    decided(ledger, "r2", last, 9)
    flushed = []

    def flush(path: Path) -> None:
        flushed.append(path)
        if len(flushed) == step:
            raise Killed

    monkeypatch.setattr(files, "flush", flush)
    try:
        show_current(ledger, places)
    except Killed:
        assert len(flushed) == step
    else:
        assert len(flushed) < step
    monkeypatch.undo()
    pointer = read_pointer(places["approved"])
    assert pointer and (places["approved"] / pointer["folder"] / "manifest.json").is_file()
    assert show_current(ledger, places) == ()
    pointer = read_pointer(places["approved"])
    assert pointer and pointer["release_id"] == ("r2" if last is Decision.APPROVED else "r1")
    assert (places["approved"] / "current").readlink() == Path(pointer["folder"])
    assert not list(places["approved"].glob(".*"))


def refuse(*_: object, **__: object) -> None:
    raise OSError("a required privilege is not held by the client")


def held_open(*held: Path) -> Callable[[Path, Path], Path]:
    replace = Path.replace

    def replace_unless_open(self: Path, target: Path) -> Path:
        if target in held or self in held:
            raise PermissionError("being used by another process")
        return replace(self, target)

    return replace_unless_open


def test_where_links_are_not_allowed_the_folder_is_refreshed_file_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "symlink_to", refuse)
    for release_id in ("r1", "r2"):
        written(tmp_path, release_id)
    assert point_to(tmp_path, "r1", "aa", HEAD) == ()
    current = tmp_path / "current"
    (current / "csv/of_an_old_release.csv").write_text("x", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", held_open(current / "csv/metric_value.csv"))
    assert point_to(tmp_path, "r2", "bb", HEAD) == (
        f"{tmp_path.name}/current/csv/metric_value.csv is open in another program: close it and run again;"
        " until then the last release is still there.",
    )
    assert {f.relative_to(current).as_posix(): f.read_text() for f in current.rglob("*") if f.is_file()} == {
        "manifest.json": manifest("r2"),
        "csv/metric_value.csv": "r1",
    }
    monkeypatch.undo()
    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert point_to(tmp_path, "r2", "bb", HEAD) == ()  # the next run replaces what was left
    assert (current / "csv/metric_value.csv").read_text() == "r2"


def test_a_withdrawn_release_that_is_held_open_shows_no_more_and_is_moved_by_the_next_run(
    ledger: Ledger, places: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision.APPROVED, 1)
    show_current(ledger, places)
    decided(ledger, "r1", Decision.WITHDRAWN, 2)
    monkeypatch.setattr(Path, "replace", held_open(places["approved"] / "r1"))
    assert show_current(ledger, places) == ("A file of release r1 is open in another program: close it and run again.",)
    assert read_pointer(places["approved"]) is None
    monkeypatch.undo()
    assert show_current(ledger, places) == ()
    assert lying(places)["withdrawn"] == {"r1"}


def test_the_pointer_is_one_small_document(tmp_path: Path) -> None:
    written(tmp_path, "r1")
    point_to(tmp_path, "r1", "aa", HEAD)
    said = json.loads((tmp_path / "current.json").read_text(encoding="utf-8"))
    assert said == {
        "release_id": "r1",
        "folder": "r1",
        "manifest_sha256": "aa",
        "audit_head": {"entry": 7, "hash": "f" * 64},
    }


@pytest.mark.parametrize(
    "damage", [b"", b'{"release_id": "r1", "fol', b"[]", b"\xff\xfe", b'{"release_id": "r1"}', None]
)
def test_a_pointer_that_is_damaged_or_gone_is_written_again(
    ledger: Ledger, places: Mapping[str, Path], damage: bytes | None
) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision.APPROVED, 1)
    show_current(ledger, places)
    pointer = places["approved"] / "current.json"
    good = pointer.read_bytes()
    pointer.unlink() if damage is None else pointer.write_bytes(damage)
    assert read_pointer(places["approved"]) is None
    assert show_current(ledger, places) == ()
    assert pointer.read_bytes() == good


@pytest.mark.parametrize("can_link", [True, False])
@pytest.mark.parametrize("wrong", ["file", "folder", "file for a folder", "folder for a file", "link to nothing"])
def test_a_wrong_current_is_put_right(
    ledger: Ledger, places: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch, wrong: str, can_link: bool
) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision.APPROVED, 1)
    current = places["approved"] / "current"
    if wrong == "file":
        current.write_text("x")
    elif wrong == "link to nothing":
        current.symlink_to("r9")
    else:
        current.mkdir()
    if wrong == "file for a folder":
        (current / "csv").write_text("x")
    if wrong == "folder for a file":
        (current / "manifest.json" / "x").mkdir(parents=True)
    if not can_link:
        monkeypatch.setattr(Path, "symlink_to", refuse)
    assert show_current(ledger, places) == ()
    assert (current / "manifest.json").read_text() == manifest("r1")
    assert (current / "csv/metric_value.csv").read_text() == "r1"


@pytest.mark.parametrize("harm", ["gone", "a file gone", "a file changed", "the manifest changed"])
def test_a_current_release_that_is_gone_or_changed_is_named_with_the_command_that_mends_it(
    ledger: Ledger, places: Mapping[str, Path], harm: str
) -> None:
    for day, release_id in enumerate(("r1", "r2")):
        proposed(ledger, places, release_id)
        decided(ledger, release_id, Decision.APPROVED, day)
        show_current(ledger, places)
    folder = places["approved"] / "r2"
    figures = folder / "csv/metric_value.csv"
    if harm == "gone":
        shutil.rmtree(folder)
    elif harm == "a file gone":
        figures.unlink()
    else:
        (figures if harm == "a file changed" else folder / "manifest.json").write_text("{}")
    (told,) = show_current(ledger, places)
    assert told.endswith("restore released/r2 from a backup, or type `research-culture withdraw r2 --reason TEXT`.")
    decided(ledger, "r2", Decision.WITHDRAWN, 9)
    assert show_current(ledger, places) == ()
    assert (places["approved"] / "current/csv/metric_value.csv").read_text() == "r1"


@pytest.mark.parametrize("last", ["proposed", "approved", "withdrawn"])
def test_what_lies_beside_a_releases_database_as_its_log_is_removed(
    ledger: Ledger, places: Mapping[str, Path], last: str
) -> None:
    proposed(ledger, places, "r1")
    decided(ledger, "r1", Decision(last), 1)
    show_current(ledger, places)
    (log := places[last] / "r1" / "research_culture.duckdb.wal").write_text("x")
    assert "database of release r1 was removed" in "".join(show_current(ledger, places))
    assert not log.exists() and show_current(ledger, places) == ()
