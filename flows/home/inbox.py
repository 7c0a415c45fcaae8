"""The inbox: which files wait in it, what the folders between say of them, and how one leaves it."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from flows.errors import MACHINE, RunError, SetupError
from schemas.submissions import Period
from schemas.tables import DATASETS
from warehouse.ledger.store import SenderHints

Look = tuple[int, int, int, int]  # inode, size, time of the last change; and the inode's own, which a rename changes

_NOT_SENT = ("~$", ".", "Thumbs.db", "desktop.ini")  # what Office and file managers leave behind
_TAKEN = ".landing-"  # before the name of a file that is being landed: no program saves over it there
_LANDED = ".landed-"  # before the name of a file that was landed and could not be removed

CHANGED = "it was saved again while it was read. The next run will take it"
_GROWING = "it is still being written. The next run will take it"
_LINK = "it is a link or a device. Put the file itself in its place"
_SHARED = "it has a second name in another folder (a hard link). Put a copy of it in its place"
_NOT_TEXT = "its name or its folder's name has characters that cannot be read. Rename it"
_SECOND = "a file of the same name comes before it. The next run will take it"
_NOT_REMOVED = "it was read, but it cannot be removed. Delete it: it will not be read again"
_CLOSED = "another program has it open, or the pipeline may not read and move it. Close it, or change its rights"
_TOO_LONG = "its name is too long. Give it a shorter one"
_JUNCTION = 0xA0000003  # the tag of a folder of Windows that leads to another
# No link is followed, and a pipe is not waited for
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class StaysError(RunError):
    """A file cannot be taken now and stays where it is. `why` names no file."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the file was not taken: {why}", MACHINE)
        self.why = why


@dataclass(frozen=True)
class Stayed:
    """A file or folder that was left in the inbox, and why. `place` is for the officer's own screen only."""

    place: str
    why: str

    @property
    def sentence(self) -> str:
        """The reason and the place, in which characters that cannot be shown are escaped."""
        place = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.place)
        return f"{place} stayed in the inbox: {self.why}."


def scan(inbox: Path, settle_seconds: float) -> tuple[dict[Path, Look], list[Stayed]]:
    """The regular files that stay unchanged for that time, oldest first, and what else is there with the reason.

    Raises SetupError where there is no inbox, OSError where it cannot be listed.
    """
    if not inbox.is_dir():
        raise SetupError("the inbox folder is missing; connect its drive, or make it with `research-culture init`")
    stayed: list[Stayed] = []
    before = dict(_walk(inbox, stayed))
    if before:
        time.sleep(_seconds_left(inbox, max(look[3] for look in before.values()), settle_seconds))
    settled = {path: look for path, look in before.items() if _look(path) == look}
    stayed += [stays(inbox, path, _GROWING) for path in before if path not in settled]
    # What a stopped run had begun comes first, then the oldest
    order = sorted(settled, key=lambda path: (sent_name(path) == path.name, settled[path][2], str(path)))
    return {path: settled[path] for path in order}, stayed


def count_waiting(inbox: Path) -> int:
    """How many files were put there and have not left yet; what may not be listed is passed over."""
    names = (name for *_, some in os.walk(inbox) for name in some)
    return sum(name.startswith(_TAKEN) or not name.startswith(_NOT_SENT) for name in names)


def _seconds_left(inbox: Path, changed_ns: int, settle_seconds: float) -> float:
    """How long until what changed last has stayed so for that time, by the clock of the disk that the inbox is on.

    Windows writes a file's times late, so there it is always the whole time.
    """
    if os.name == "nt":
        return settle_seconds
    try:
        with TemporaryFile(dir=inbox, prefix=".") as probe:
            age = (os.fstat(probe.fileno()).st_ctime_ns - changed_ns) / 1e9
    except OSError:
        return settle_seconds
    return min(max(settle_seconds - age, 0.0), settle_seconds)


@contextmanager
def taken(inbox: Path, file: Path, settled: Look) -> Iterator[tuple[Path, BinaryIO]]:
    """The file under a name of ours, where no program saves over it, and open. After the block it is removed.

    Where the block fails, or the file has changed since it settled, it gets its own name back. Raises StaysError.
    """
    path = _take(inbox, file)
    try:
        with open_sent(path, inbox) as source:
            before = _look(path)
            if before is None or before[:3] != settled[:3] or look_of(os.fstat(source.fileno()))[:2] != settled[:2]:
                raise StaysError(CHANGED)
            yield path, source
        if _look(path) != before:  # by a program that had it open from before
            raise StaysError(CHANGED)
    except BaseException:
        with suppress(OSError):  # else the next run finds it under our name
            os.link(path, path.with_name(sent_name(path)))  # never in place of what was saved there meanwhile
            path.unlink()
        raise
    _remove(path)


def open_sent(file: Path, inbox: Path) -> BinaryIO:
    """The file, open to be read; below the inbox no link is followed, whenever one is put there.

    Windows cannot open a file so: there the file that is open is compared with the one that was looked at. Raises
    StaysError for what is no regular file, OSError.
    """
    if os.open not in os.supports_dir_fd:
        return file.open("rb")
    *folders, name = file.relative_to(inbox).parts
    place = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, _OPEN | os.O_DIRECTORY, dir_fd=place)
            os.close(place)
            place = below
        source = os.fdopen(os.open(name, _OPEN, dir_fd=place), "rb")
    finally:
        os.close(place)
    if stat.S_ISREG(os.fstat(source.fileno()).st_mode):
        return source
    source.close()
    raise StaysError(_LINK)


def look_of(found: os.stat_result) -> Look:
    """What tells whether a file is the same and unchanged."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def sent_name(path: Path) -> str:
    """The name that the file was sent with, also while it has a name of ours."""
    return path.name.removeprefix(_TAKEN)


def stays(inbox: Path, path: Path, why: str) -> Stayed:
    """The file or folder as one that was left in the inbox."""
    return Stayed(path.with_name(sent_name(path)).relative_to(inbox).as_posix(), why)


def why_not(problem: OSError | StaysError) -> str:
    """Why a file cannot be taken, in words for the officer."""
    if isinstance(problem, StaysError):
        return problem.why
    if isinstance(problem, PermissionError):
        return _CLOSED
    if problem.errno in (errno.ELOOP, errno.ENOTDIR):  # put there since it was looked at
        return _LINK
    if problem.errno == errno.ENAMETOOLONG:
        return _TOO_LONG
    return f"it cannot be read ({problem.strerror}). See whether its disk or share is well, and run again"


def require_text(file: Path) -> None:
    """Raise StaysError where the path is no text, as with a name from an old system. No record could hold it."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        raise StaysError(_NOT_TEXT) from None


def hints_of_place(inbox: Path, file: Path) -> SenderHints:
    """What the folders between the inbox and the file say: the organisation first, then dataset, period, source."""
    organisation, *others = (*file.parent.relative_to(inbox).parts, "")
    hints = SenderHints(organisation=organisation)
    for part in filter(None, others):
        if part in DATASETS:
            hints = replace(hints, dataset=part)
        elif _is_period(part):
            hints = replace(hints, period=part)
        else:
            hints = replace(hints, source=part)
    return hints


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _walk(inbox: Path, stayed: list[Stayed]) -> Iterator[tuple[Path, Look]]:
    """Every file below the folder. What cannot be listed and what is no file is added to `stayed`."""

    def unlisted(problem: OSError) -> None:
        if Path(problem.filename) == inbox:
            raise problem
        stayed.append(stays(inbox, Path(problem.filename), why_not(problem)))

    for folder, folders, names in os.walk(inbox, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(_NOT_SENT)]
        names.sort(key=lambda name: not name.startswith(_TAKEN))
        for path in (Path(folder, name) for name in (*names, *folders)):
            try:
                if look := _look_of_sent(path):
                    yield path, look
            except (OSError, StaysError) as problem:
                stayed.append(stays(inbox, path, why_not(problem)))
                folders[:] = [name for name in folders if name != path.name]


def _look_of_sent(path: Path) -> Look | None:
    """How a file that waits looks; None for what nobody sent. Raises OSError, StaysError for what is no file."""
    if path.name.startswith(_LANDED):
        _remove(path)
    elif sent_name(path) != path.name or not path.name.startswith(_NOT_SENT):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            return None if _is_given_back(path, found) else look_of(found)
        if not stat.S_ISDIR(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION:
            raise StaysError(_LINK)
    return None


def _is_given_back(path: Path, found: os.stat_result) -> bool:
    """True where a stopped run was giving the file its own name back: then the name of ours goes, and that one stays.

    Raises StaysError for any other hard link: its second name may lie where the sender may not read.
    """
    if found.st_nlink < 2:
        return False
    own = path.with_name(sent_name(path))
    if own == path or found.st_nlink > 2 or _look(own) != look_of(found):
        raise StaysError(_SHARED)
    path.unlink()
    return True


def _take(inbox: Path, file: Path) -> Path:
    """Give the file a name of ours. What may not be read keeps its own."""
    require_text(file)
    path = file.with_name(_TAKEN + sent_name(file))
    try:
        open_sent(file, inbox).close()
        if path != file and path.exists():
            raise StaysError(_SECOND)
        return file.rename(path)
    except OSError as problem:
        raise StaysError(why_not(problem)) from None


def _remove(path: Path) -> None:
    """Remove a file that was landed. Where that fails, raise StaysError, under a name that is not landed again."""
    try:
        if os.name == "nt":
            path.chmod(stat.S_IWRITE)  # Windows removes no file that is marked read-only
        path.unlink()
    except OSError:
        with suppress(OSError):
            path.rename(path.with_name(_LANDED + sent_name(path).removeprefix(_LANDED)))
        raise StaysError(_NOT_REMOVED) from None


def _look(path: Path) -> Look | None:
    """How the file looks now; None where it is gone or cannot be asked."""
    with suppress(OSError):
        return look_of(path.lstat())
    return None
