"""Set-up: the home folder, the key and the home's own lists."""

import json
import os
import secrets
import shutil
import stat
from collections.abc import Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.errors import SetupError, UsageError
from flows.home.folders import FOLDERS
from flows.settings import Settings, read_rules
from schemas.rulebook import Organisation
from schemas.tables import TABLES

ORGANISATIONS = ",".join(field.name for field in fields(Organisation)) + "\n"  # the headings of organisations.csv
CALENDAR = ",".join(TABLES["config.calendar"].names) + "\n"
TARGETS = ",".join(name for name in TABLES["reference.target"].names if name != "until_date") + "\n"
_LISTS = {
    "organisations.csv": (ORGANISATIONS, "Declare who may send files in {}: one line for each."),
    "targets.csv": (TARGETS, "Your organisations' own targets go into {}, if there are any."),
    "calendar.csv": (CALENDAR, "Which files are due, and when, goes into {}, if you want to be told what is overdue."),
}


def make_home(settings: Settings, key: Path | None, *, auto_approve: bool = False) -> tuple[str, ...]:
    """Make what is missing of the home folder and, where `key` is given, the key. Nothing is overwritten.

    `auto_approve` sets that releases are approved by themselves; without it that setting stays as it is.
    Returns a sentence on each thing made and on what to do next. Raises SetupError for a key inside the home.
    """
    made = []
    if key is not None and key.expanduser().resolve().is_relative_to(settings.home.resolve()):
        raise SetupError("the key must lie outside the home folder; choose another PATH")
    _make_folder(settings.home, 0o755, 0o755)
    for folder in (folder for folder in FOLDERS if folder.made):
        _make_folder(settings.home / folder.name, folder.made, folder.widest)
    for name, (headings, sentence) in _LISTS.items():
        if not (file := settings.config / name).exists():
            file.write_text(headings, encoding="utf-8")
            made.append(sentence.format(file))
    if key is not None:
        made += _make_key(settings, key)
    if auto_approve:
        _declare(settings, "auto_approve", True)
        made.append("A release is approved by itself where every check passes and nothing is held.")
    return (f"The home folder is {settings.home}; files go into {settings.inbox}/<organisation code>/.", *made)


def _make_folder(path: Path, made: int, widest: int) -> None:
    """Make the folder with those rights; of one that is there, take the rights that go beyond the widest."""
    is_new = not path.is_dir()
    path.mkdir(parents=True, exist_ok=True)
    if os.name != "nt":
        path.chmod(made if is_new else stat.S_IMODE(path.stat().st_mode) & (widest | stat.S_ISGID))


def _make_key(settings: Settings, key: Path) -> list[str]:
    path = key.expanduser().resolve()
    made = []
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        made.append(
            "A new key was made. Keep a copy where information governance approves: without it, new files cannot be"
            " linked to old ones."
        )
    _declare(settings, "key", str(path))
    return made


def _declare(settings: Settings, name: str, value: str | bool) -> None:
    """Write a setting into the settings file, where TOML takes what JSON does; every other line of it stays."""
    file = settings.config / "settings.toml"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() != name]
    file.write_text("\n".join([f"{name} = {json.dumps(value, ensure_ascii=False)}", *kept, ""]), encoding="utf-8")


def take_codelists(settings: Settings, files: Sequence[Path]) -> tuple[str, ...]:
    """Put the home's own lists in place of ours of the same names, all at once. Returns a sentence on each.

    Raises UsageError, with nothing changed, for a file that is not one of our lists or does not fit the others.
    """
    ours = {file.name for file in (resources.files("schemas") / "codelists").iterdir() if file.name.endswith(".csv")}
    if unknown := sorted({file.name for file in files} - ours):
        raise UsageError(f"{', '.join(unknown)} is not one of our lists; name the file like one in schemas/codelists")
    with TemporaryDirectory() as draft:
        tried = settings.model_copy(update={"home": Path(draft)})
        shutil.copytree(settings.config, tried.config)
        lists = tried.config / "codelists"
        lists.mkdir(exist_ok=True)
        for file in files:
            shutil.copyfile(file, lists / file.name)
        try:
            rules = read_rules(tried)
        except SetupError as problem:
            raise UsageError(f"nothing was changed: {problem}") from None
        shutil.copytree(lists, settings.config / "codelists", dirs_exist_ok=True)
    taken = (f"{file.name} now takes the place of ours." for file in files)
    return (*taken, f"The rules are now version {rules.version}; the next run uses them.")
