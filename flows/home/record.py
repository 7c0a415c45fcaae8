"""The record: what lies in the home against the ledger, and taken in again where that is an older copy or a new one.

For each landed file a label is kept: how it was sent. With it the file outlives the ledger.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.errors import BROKEN, RunError
from flows.settings import Settings
from schemas.findings import counted
from warehouse.db import files
from warehouse.ledger import erasures, release_log
from warehouse.ledger.audit import head_in
from warehouse.ledger.release_log import Decision
from warehouse.ledger.store import Ledger, SenderHints, text
from warehouse.release.current import move, show_current

_HEAD = "ledger_head"  # beside the labels: the last entry of the audit log that a command left
_NAMED = 5  # of many submissions
_UNSAID = "taken-in-again"  # the name of a file without a label
_LANDED = "SELECT submission_id, rowid AS number FROM submission WHERE landed_name <> ''"


def require_whole(settings: Settings, ledger: Ledger) -> None:
    """Raise RunError where landing, releases or the last command know more than the ledger. Nothing is touched.

    What a stopped run left is no such thing: drafts, and a proposal made right after the ledger's entries.
    """
    landed, releases = _unknown(settings, ledger)
    counted = {
        "landed files": len(landed),
        "releases": sum(not _is_unfinished(settings, ledger, one) for one in releases),
        "decisions since its last entry": not _is_in_log(ledger, settings.labels / f"{_HEAD}.json"),
    }
    if any(counted.values()):
        raise _older(" and ".join(name if n is True else f"{name} ({n:,})" for name, n in counted.items() if n))


def require_last_entry(settings: Settings, ledger: Ledger) -> None:
    """Raise RunError where the last command knew more than the ledger: to be asked beside a run too, and of no file."""
    if not _is_in_log(ledger, settings.labels / f"{_HEAD}.json"):
        raise _older("decisions since its last entry")


def _older(missing: str) -> RunError:
    return RunError(
        f"ledger.sqlite is an older copy or a new one: it does not know {missing}. Nothing was changed. If there is a"
        " newer backup, move ledger.sqlite out of the home folder and type `research-culture restore FILE`; if not,"
        " `research-culture restore --from-landing` takes the files in again",
        BROKEN,
    )


def take_in(settings: Settings, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Make submissions of the landed files that the ledger does not know, and set aside what else it does not know.

    Returns sentences on what was taken and what is lost. Stopped half-way, the same again ends it. Raises OSError.
    """
    finish_landing(settings, ledger)
    landed, releases = _unknown(settings, ledger)
    labels = _read_labels(settings, landed, now)
    for label in labels:
        ledger.land(**label)
    aside = sorted(releases | landed - {label["submission_id"] for label in labels})
    for path in (path for one in aside for path in _named(settings, one)):
        move(path, settings.unrecorded)
    for release in release_log.releases(ledger):
        if release.decision is Decision.APPROVED and (settings.withdrawn / release.release_id).is_dir():
            release_log.decide(ledger, release.release_id, Decision.WITHDRAWN, now, ledger.actor, "withdrawn before")
    ledger.note("take in", "landing", now, submissions=sorted(landed), aside=aside)
    told = show_current(ledger, settings.places)
    remember(settings, ledger)
    return (*_taken(labels, aside, bool(releases)), *told)


def _taken(labels: list[dict[str, Any]], aside: list[str], has_releases: bool) -> Iterator[str]:
    again = "landed file is a submission again", "landed files are submissions again"
    yield f"{counted(len(labels), *again)}; `research-culture run` reads what is landed."
    if unsaid := [label["submission_id"] for label in labels if Path(label["sent_name"]).stem == _UNSAID]:
        yield f"Nothing tells how these were sent; if they are refused, send them again: {', '.join(unsaid)}."
    if aside:
        yield f"In restricted/unrecorded, since the ledger does not know them: {', '.join(aside)}."
    if has_releases:
        yield "New figures are not compared with these releases: tell the information governance lead before approving."
    yield "What only the ledger knew is lost. Do again what was decided since: `withdraw`, `approve`, `erase`."


def missing(settings: Settings, ledger: Ledger) -> tuple[str, ...]:
    """A sentence on the submissions that count or wait and whose files are gone from landing, where there are any."""
    wanted = {row["submission_id"] for row in ledger.rows(f"{_LANDED} AND state IN ('landed', 'held', 'loaded')")}
    gone = sorted(wanted - {path.name for path in settings.landing.iterdir()})
    if not gone:
        return ()
    named = ", ".join(gone[:_NAMED]) + (" and others" if gone[_NAMED:] else "")
    cure = "put what is gone back into landing from a backup, or have it sent again"
    return (f"{counted(len(gone), 'landed file is', 'landed files are')} gone, of submission {named}: {cure}.",)


def finish_landing(settings: Settings, ledger: Ledger) -> None:
    """Give the landed files that the ledger names their names, and remove the drafts that it does not name."""
    landed = {row["submission_id"] for row in ledger.rows(_LANDED)}
    for draft in settings.landing.glob(".*"):
        if draft.name[1:] in landed:
            files.move(draft, settings.landing / draft.name[1:])
        else:
            draft.chmod(0o600)
            draft.unlink()


def remember(settings: Settings, ledger: Ledger) -> None:
    """Write the labels that are missing, remove those of files that are gone, note the audit log's last entry."""
    settings.labels.mkdir(mode=0o700, exist_ok=True)
    landed = {row["submission_id"]: row["number"] for row in ledger.rows(_LANDED)}
    there = {file.stem for file in settings.labels.glob("[!.]*.json")} - {_HEAD}
    for submission_id in landed.keys() - there:
        sent = ledger.submission(submission_id)
        how = {"sent_name": sent.sent_name, "hints": asdict(sent.hints), "landed_at": text(sent.landed_at)}
        own = {"sha256": erasures.content(ledger, sent), "number": landed[submission_id]}
        _write(settings.labels / f"{submission_id}.json", {**how, **own})
    for submission_id in there - landed.keys():
        forget(settings, submission_id)
    _write(settings.labels / f"{_HEAD}.json", {"audit_head": ledger.audit_head()._asdict()})


def forget(settings: Settings, submission_id: str) -> None:
    """Remove a label; the next command writes what the ledger then says."""
    (settings.labels / f"{submission_id}.json").unlink(missing_ok=True)


def _write(file: Path, content: dict[str, Any]) -> None:
    """Write the file in one step, unflushed: what is lost with the power is written again from the ledger."""
    draft = file.with_name(f".{file.name}")
    draft.touch(0o600)
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(file)


def _read_labels(settings: Settings, landed: set[str], now: datetime) -> list[dict[str, Any]]:
    """What `Ledger.land` takes of each landed file, in the order in which they were landed.

    The files of one run have one time, so the time alone does not tell which of two replaces the other.
    """
    told = {one: _told(settings, one) for one in landed if (settings.landing / one).is_file()}
    order = sorted(told, key=lambda one: (told[one].get("landed_at", text(now)), told[one].get("number", 0), one))
    return [_label(settings.landing / one, told[one], now) for one in order]


def _told(settings: Settings, submission_id: str) -> dict[str, Any]:
    """What the label of a landed file holds; nothing where it has none that can be read."""
    with suppress(OSError, ValueError):
        told: dict[str, Any] = json.loads((settings.labels / f"{submission_id}.json").read_bytes())
        return told
    return {}


def _label(file: Path, told: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What `Ledger.land` takes of a landed file; without a label, what the file itself tells."""
    with file.open("rb") as content:
        name = f"{_UNSAID}.{'xlsx' if content.read(2) == b'PK' else 'csv'}"
    return {
        "submission_id": file.name,
        "sha256": told.get("sha256") or files.sha256(file),
        "size_bytes": file.stat().st_size,
        "sent_name": told.get("sent_name", name),
        "hints": SenderHints(**told.get("hints", {})),
        "at": datetime.fromisoformat(told["landed_at"]) if told else now,
    }


def _unknown(settings: Settings, ledger: Ledger) -> tuple[set[str], set[str]]:
    """The submissions that lie in landing or are staged, and the releases, of which the ledger has no row."""
    landed = {path.name for folder in (settings.landing, settings.staged) for path in folder.glob("[0-9]*")}
    releases = {path.stem for folder in settings.places.values() for path in folder.glob("[0-9]*")}
    known = {row["id"] for row in ledger.rows("SELECT submission_id AS id FROM submission")}
    return landed - known, releases - {row["id"] for row in ledger.rows("SELECT release_id AS id FROM release")}


def _is_unfinished(settings: Settings, ledger: Ledger, release_id: str) -> bool:
    """True for a proposal of a run that was stopped before it was recorded."""
    elsewhere = [path for path in _named(settings, release_id) if path.parent != settings.proposed]
    return not elsewhere and _is_in_log(ledger, settings.proposed / release_id / "manifest.json")


def _named(settings: Settings, name: str) -> list[Path]:
    """The staged folder, or the folder and page of a release, of that name."""
    places = (settings.staged, *settings.places.values())
    found = (path for place in places for path in (place / name, place / f"{name}.html"))
    return [path for path in found if path.exists()]


def _is_in_log(ledger: Ledger, file: Path) -> bool:
    """True where the audit log holds the entry that the file names, and where it names none."""
    head = head_in(file.read_bytes()) if file.is_file() else None
    return not head or not head.entry or bool(ledger.rows("SELECT 1 FROM audit WHERE entry = ? AND hash = ?", *head))
