"""Set-up: the home folder and the key, and the doctor that looks at both."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from flows.settings import FOLDERS, Settings, SetupError, UsageError, read_key, read_rules

ORGANISATIONS = "organisation_code,organisation_name,organisation_type,nation_code,is_fictional\n"
_NEEDED_BYTES = 2 * 1024**3


def make_home(settings: Settings, key: Path | None, *, auto_approve: bool = False) -> tuple[str, ...]:
    """Make what is missing of the home folder and, where `key` is given, the key; never overwrite either.

    `auto_approve` sets that releases are approved by themselves; without it that setting stays as it is.
    Returns a sentence on each thing made and on what to do next. Raises SetupError for a key inside the home.
    """
    made = []
    if key is not None and key.expanduser().resolve().is_relative_to(settings.home.resolve()):
        raise SetupError("the key must lie outside the home folder; choose another PATH")
    for name in FOLDERS:
        (settings.home / name).mkdir(parents=True, exist_ok=True)
    if os.name != "nt":
        for name in ("landing", "staged", "warehouse", "restricted", "proposed", "findings"):
            (settings.home / name).chmod(0o700)
        settings.inbox.chmod(0o770)  # whoever puts files there shares the group
    organisations = settings.config / "organisations.csv"
    if not organisations.exists():
        organisations.write_text(ORGANISATIONS, encoding="utf-8")
        made.append(f"Declare who may send files in {organisations}: one line an organisation.")
    if key is not None:
        made += _make_key(settings, key)
    if auto_approve:
        _declare(settings, "auto_approve", "true")
        made.append("A release is approved by itself where every check is met and nothing is held.")
    return (f"The home folder is {settings.home}; files go into {settings.inbox}/<organisation code>/.", *made)


def _make_key(settings: Settings, key: Path) -> list[str]:
    path = key.expanduser().resolve()
    made = []
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        made.append(
            "A new key was made. Keep a copy where information governance approves: without it, new files cannot be"
            " linked to old ones."
        )
    _declare(settings, "key", '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"')
    return made


def _declare(settings: Settings, name: str, value: str) -> None:
    """Write a setting into the settings file; every other line of it stays."""
    file = settings.config / "settings.toml"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() != name]
    file.write_text("\n".join([f"{name} = {value}", *kept, ""]), encoding="utf-8")


def take_codelists(settings: Settings, files: Sequence[Path]) -> tuple[str, ...]:
    """Put the home's own lists in place of ours of the same names, together; returns a sentence on each.

    Raises UsageError, with nothing changed, for a file that is none of our lists or does not fit the others.
    """
    folder = settings.config / "codelists"
    ours = {file.name for file in (resources.files("schemas") / "codelists").iterdir() if file.name.endswith(".csv")}
    if unknown := sorted({file.name for file in files} - ours):
        raise UsageError(f"{', '.join(unknown)} is no list of ours; name the file like one in schemas/codelists")
    before = {file.name: (folder / file.name).read_bytes() for file in files if (folder / file.name).exists()}
    folder.mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)
    try:
        rules = read_rules(settings)
    except SetupError as problem:
        for file in files:
            (folder / file.name).unlink()
        for name, content in before.items():
            (folder / name).write_bytes(content)
        raise UsageError(f"nothing was changed: {problem}") from None
    taken = (f"{file.name} now takes the place of ours." for file in files)
    return (*taken, f"The rules are now version {rules.version}; the next run uses them.")


@dataclass(frozen=True)
class Diagnosis:
    """One thing that the doctor looked at."""

    subject: str
    is_well: bool
    sentence: str


def diagnose(settings: Settings) -> Iterator[Diagnosis]:
    """One line each on folders, rights, key, rules, versions and disk, with what to do."""
    yield from _folders(settings)
    yield _key(settings)
    yield _rules(settings)
    wanted = f"Python {sys.version_info.major}.{sys.version_info.minor}, research-culture {version('research-culture')}"
    yield Diagnosis("versions", sys.version_info >= (3, 11), f"{wanted}, DuckDB {version('duckdb')}.")
    free = shutil.disk_usage(settings.home if settings.home.exists() else Path.cwd()).free
    advice = "" if free > _NEEDED_BYTES else "; make room: a run needs about 2 GB"
    yield Diagnosis("disk", free > _NEEDED_BYTES, f"{free / 1024**3:.1f} GB free{advice}.")


def _folders(settings: Settings) -> Iterator[Diagnosis]:
    for name in FOLDERS:
        folder = settings.home / name
        if not folder.is_dir():
            yield Diagnosis(name, False, "the folder is missing; run `research-culture init`.")
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Diagnosis(name, False, "you may not write there; ask for write rights to the folder.")
        elif name in ("landing", "staged", "warehouse", "restricted", "proposed") and _is_open_to_others(folder):
            yield Diagnosis(name, False, f"others can read it; run `chmod 700` on the folder {name}.")
        else:
            yield Diagnosis(name, True, "there, with the rights it needs.")


def _is_open_to_others(path: Path) -> bool:
    """Windows keeps rights elsewhere: there the folder's Security tab must name the pipeline's user alone."""
    return os.name != "nt" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _key(settings: Settings) -> Diagnosis:
    try:
        _, key_id = read_key(settings)
    except SetupError as problem:
        return Diagnosis("key", False, f"{problem}.")
    if settings.key and _is_open_to_others(settings.key):
        return Diagnosis("key", False, "others can read the key file; run `chmod 600` on it.")
    return Diagnosis("key", True, f"there, with id {key_id}; keep a copy where information governance approves.")


def _rules(settings: Settings) -> Diagnosis:
    try:
        rules = read_rules(settings)
    except SetupError as problem:
        return Diagnosis("rules", False, f"{problem}.")
    count = len(rules.organisations)
    if not count:
        return Diagnosis("rules", False, "no organisation is declared; add one line each to config/organisations.csv.")
    return Diagnosis("rules", True, f"{count} organisations, {len(rules.layouts)} layouts, version {rules.version}.")
