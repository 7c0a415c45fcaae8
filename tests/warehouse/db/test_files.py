"""A file or folder is there whole, or as it was before."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.db import files


class Killed(BaseException):
    """The machine went off."""


def test_a_file_is_replaced_whole_with_the_rights_that_were_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "key"
    files.write(target, b"old", 0o600)
    files.write(target, b"new", 0o600)
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_draft_that_fails_or_is_removed_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "one"
    target.write_text("old")
    with pytest.raises(Killed), files.replacing(target) as draft:
        draft.write_text("half")
        raise Killed
    with files.replacing(target) as draft:
        draft.write_text("no change")
        draft.unlink()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_takes_the_place_of_another_and_is_flushed_with_all_that_is_in_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, target, steps = tmp_path / ".draft", tmp_path / "folder", []
    (draft / "inner").mkdir(parents=True)
    (draft / "inner" / "file").write_text("new")
    target.mkdir()
    (target / "left").touch()
    monkeypatch.setattr(files, "flush", lambda path: steps.append((path.name, draft.exists())))
    files.put_folder(draft, target)
    assert [path.name for path in target.rglob("*")] == ["inner", "file"]
    assert steps == [("inner", True), ("file", True), (".draft", True), (tmp_path.name, False)]


def test_where_the_system_cannot_open_folders_only_files_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    opened: list[Path] = []
    monkeypatch.setattr(files.os, "open", lambda path, flags: opened.append(path))
    monkeypatch.setattr(files.os, "fsync", lambda handle: None)
    monkeypatch.setattr(files.os, "close", lambda handle: None)
    monkeypatch.setattr(files.os, "name", "nt")
    is_folder = {tmp_path: True, tmp_path / "file": False}
    monkeypatch.setattr(Path, "is_dir", lambda self: is_folder[self])
    for path in is_folder:
        files.flush(path)
    monkeypatch.undo()
    assert opened == [tmp_path / "file"]
