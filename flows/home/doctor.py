"""The doctor: whether folders, rights, key, rules, Prefect, versions and disk are as they must be, and the cure."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from flows.due import read_calendar
from flows.errors import RunError, SetupError
from flows.home.folders import FILES, FOLDERS, Files, Folder
from flows.home.keys import check_key, read_key
from flows.home.record import require_last_entry
from flows.settings import Settings, actor, read_rules
from schemas.findings import counted
from warehouse.ledger.store import Ledger

ON_WINDOWS = os.name == "nt"
_NEEDED_BYTES = 2 * 1024**3
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Diagnosis:
    """One thing that the doctor looked at."""

    subject: str
    is_well: bool
    sentence: str


def diagnose(
    settings: Settings, has_server: Callable[[], bool], places: Callable[[Settings], Sequence[str]] = lambda _: ()
) -> Iterator[Diagnosis]:
    """One line each on folders, rights, key, rules, Prefect, notices, versions and disk, with what to do.

    `places` gives where notices go.
    """
    for folder in FOLDERS:
        if folder.made or (settings.home / folder.name).exists():
            yield _look(folder.name, _folder, settings, folder)
    if settings.home.is_dir():
        yield from _rights(settings)
    yield _look("record", _record, settings)
    yield _look("key", _key, settings)
    yield _look("rules", _rules, settings)
    yield _look("prefect", _prefect, has_server)
    yield _look("notices", _notices, settings, places)
    wanted = f"Python {sys.version_info.major}.{sys.version_info.minor}, research-culture {version('research-culture')}"
    yield Diagnosis("versions", sys.version_info >= (3, 11), f"{wanted}, DuckDB {version('duckdb')}.")
    free = shutil.disk_usage(settings.home if settings.home.exists() else Path.cwd()).free
    advice = "" if free > _NEEDED_BYTES else "; make room: a run needs about 2 GB"
    yield Diagnosis("disk", free > _NEEDED_BYTES, f"{free / 1024**3:.1f} GB free{advice}.")


def _look(subject: str, look: Callable[..., str], *at: object) -> Diagnosis:
    """What `look` says of the subject. A SetupError that it raises is an ill with its cure."""
    try:
        return Diagnosis(subject, True, f"{look(*at)}.")
    except (SetupError, RunError) as problem:
        return Diagnosis(subject, False, f"{problem}.")


def _folder(settings: Settings, folder: Folder) -> str:
    path = settings.home / folder.name
    if not path.is_dir():
        raise SetupError("the folder is missing; run `research-culture init`")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SetupError("you may not write there; ask for write rights to the folder")
    if _is_wider(path, folder.widest):
        mode = folder.made or folder.widest
        raise SetupError(f"others have more rights than they need; run `chmod {mode:o} {folder.name}` there")
    return "there, with the rights it needs"


def _rights(settings: Settings) -> Iterator[Diagnosis]:
    """Whether rights are kept at all, and those of the home and of the files in it."""
    if ON_WINDOWS:
        yield Diagnosis(
            "rights", True, "Windows: docs/governance/roles.md says what to set on each folder's Security tab."
        )
    elif not _keeps_rights(settings.home):
        cure = "put it on a disk of Linux or macOS, or let the share's owner set who reads what"
        yield Diagnosis("rights", False, f"the home lies where files have no rights of their own; {cure}.")
    else:
        is_open = _is_wider(settings.home, ~_OTHERS_WRITE)
        cure = "others can replace what is in the home folder; run `chmod go-w` on it."
        yield Diagnosis("home", not is_open, cure if is_open else "only its owner can write to it.")
        yield from (_look(files.name, _files, settings, files) for files in FILES)


def _keeps_rights(home: Path) -> bool:
    try:
        with NamedTemporaryFile(dir=home, prefix=".doctor-") as file:
            Path(file.name).chmod(0o400)
            return stat.S_IMODE(Path(file.name).stat().st_mode) == 0o400
    except OSError:
        return False


def _files(settings: Settings, files: Files) -> str:
    found = (path for path in settings.home.glob(files.pattern) if not path.is_symlink())
    if count := sum(_is_wider(path, files.widest) for path in found if path.is_file() or "**" in files.pattern):
        cure = f"run `{files.cure}` in the home folder"
        raise SetupError(f"rights wider than they may be, {counted(count, 'time')}; {cure}")
    return f"no wider than {files.widest:o}"


def _is_wider(path: Path, widest: int) -> bool:
    """True where rights go beyond; never on Windows, where the folder's Security tab says who reads."""
    return not ON_WINDOWS and bool(stat.S_IMODE(path.stat().st_mode) & 0o777 & ~widest)


def _record(settings: Settings) -> str:
    if not settings.ledger.is_file() and not any(settings.labels.glob("*")):
        return "none yet: the first run begins it"
    with Ledger(settings.ledger, actor()) as ledger:
        require_last_entry(settings, ledger)
    return "the ledger knows what the last command did"


def _key(settings: Settings) -> str:
    _, key_id = read_key(settings)
    if settings.ledger.is_file():
        with Ledger(settings.ledger, actor()) as ledger:
            check_key(settings, ledger)
    assert settings.key is not None  # or it could not have been read
    if _is_wider(settings.key, 0o600):
        raise SetupError("others can read the key file; run `chmod 600` on it")
    folder = settings.key.parent
    if _is_wider(folder, ~_OTHERS_WRITE) and not folder.stat().st_mode & stat.S_ISVTX:
        cure = "run `chmod go-w` on the folder that it lies in"
        raise SetupError(f"others can put another file in the key's place; {cure}")
    return f"there, with id {key_id}; keep a copy where information governance approves"


def _rules(settings: Settings) -> str:
    rules = read_rules(settings)
    read_calendar(settings.config, rules.organisations)
    count = len(rules.organisations)
    if not count:
        raise SetupError("no organisation is declared; add one line each to config/organisations.csv")
    return f"{counted(count, 'organisation')}, {counted(len(rules.layouts), 'layout')}, version {rules.version}"


def _prefect(has_server: Callable[[], bool]) -> str:
    where = "the server that PREFECT_API_URL names" if has_server() else "a server of its own on this machine alone"
    return f"uses {where}"


def _notices(settings: Settings, places: Callable[[Settings], Sequence[str]]) -> str:
    if not (count := len(places(settings))):
        return "off: config/notices.txt names no place to send them to"
    return f"sent to {counted(count, 'place')}; `research-culture notify` sends a test"
