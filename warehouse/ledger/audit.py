"""The audit log's verification: the chain from its first entry, the heads that releases name, and the record itself.

Each entry's hash covers all its columns, its number and the hash before it. So a changed entry no longer gives its own
hash. A log whose later hashes were all made again, or whose tail was cut off, differs from what releases keep of it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from warehouse.ledger.lock import is_temporary

COLUMNS = ("entry", "previous_hash", "at", "actor", "code_version", "action", "subject", "detail")
_ADVICE = "restore ledger.sqlite from a copy, and tell the information governance lead"
_DECIDED = {"released": "approved", "withdrawn": "withdrawn"}  # a release's folder is moved when that is decided
# What the record says was landed and decided, and what the log says; each must hold what the other does.
_DIFFERENCES = """
WITH record AS (
    SELECT submission_id AS subject, 'land' AS action, landed_at AS at, sha256 AS what FROM submission
    UNION ALL
    SELECT release_id, decision, decided_at, CASE decision WHEN 'proposed' THEN manifest_sha256 ELSE decided_by END
    FROM release_decision LEFT JOIN release USING (release_id)
), log AS (
    SELECT subject, action, at, json_extract(detail, CASE action
        WHEN 'land' THEN '$.sha256' WHEN 'proposed' THEN '$.manifest' ELSE '$.by' END) AS what
    FROM audit WHERE action IN ('land', 'proposed', 'approved', 'declined', 'withdrawn')
)
SELECT subject, action FROM (SELECT * FROM record EXCEPT SELECT * FROM log)
UNION ALL
SELECT subject, action FROM (SELECT * FROM log EXCEPT SELECT * FROM record)
"""


class Head(NamedTuple):
    """An audit entry that stands for the log up to itself."""

    entry: int
    hash: str


BEFORE_FIRST = Head(0, "0" * 64)


class _Named(NamedTuple):
    """A file that names a head; a manifest has a release, too."""

    by: str
    head: Head | None
    release_id: str = ""
    sha256: str = ""
    decision: str = ""  # that its place says


def entry_hash(entry: Sequence[object]) -> str:
    """SHA-256 of an entry's COLUMNS as a JSON list, so that no text can pass from one column into the next."""
    return hashlib.sha256(json.dumps(entry, default=repr).encode()).hexdigest()


def verify(ledger: Path, manifests: Iterable[Path], pointer: Path) -> str | None:
    """What is first found wrong with the ledger's audit log, as a sentence; None where it is whole.

    `manifests` are those of all releases, each in a folder named after its release; `pointer` is current.json. Raises
    OSError and sqlite3.OperationalError where the machine stops it.
    """
    named = [_manifest(file) for file in manifests]  # before the ledger, which is ahead of them
    if pointer.is_file():
        named.append(_Named("current.json", head_in(pointer.read_bytes())))
    try:
        with closing(_open(ledger)) as connection:
            return next(_problems(connection, named), None)
    except sqlite3.DatabaseError as problem:
        if is_temporary(problem):
            raise
        return f"the ledger is damaged and cannot be read to its end; {_ADVICE}"


def _open(ledger: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    # Damaged text must come out as something, and as something else than it was; a blob comes out as bytes.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.execute("BEGIN")  # one state of the ledger for all questions
    return connection


def _problems(connection: sqlite3.Connection, named: Sequence[_Named]) -> Iterator[str]:
    hashes = [BEFORE_FIRST.hash]
    yield from _chain(connection, hashes)
    for one in named:
        yield from _cut_or_rewritten(one, hashes)
    for one in named:
        if one.release_id:
            yield from _another_manifest(connection, one)
    for subject, action in connection.execute(_DIFFERENCES):
        yield f"the ledger and its audit log do not say the same of {subject} ({action}): rows were changed; {_ADVICE}"


def _chain(connection: sqlite3.Connection, hashes: list[str]) -> Iterator[str]:
    """Problems of the entries in order; `hashes` grows to the hash of each, by its number."""
    try:
        for row in connection.execute(f"SELECT {', '.join(COLUMNS)}, hash FROM audit ORDER BY entry"):
            if wrong := _wrong(row, hashes):
                yield f"entry {len(hashes)} of the audit log {wrong}; {_ADVICE}"
            hashes.append(row[-1])
    except sqlite3.DatabaseError as problem:
        if is_temporary(problem):
            raise
        yield f"entry {len(hashes)} of the audit log cannot be read; {_ADVICE}"


def _wrong(row: Sequence[Any], hashes: Sequence[str]) -> str:
    at = str(row[2])[:16]
    time = f"({at}) " if at.isascii() and at.isprintable() else ""
    if row[0] != len(hashes):
        return "is missing"
    if row[1] != hashes[-1]:
        return f"{time}does not follow from the one before it"
    return f"{time}was changed: it no longer gives its hash" if entry_hash(row[:-1]) != row[-1] else ""


def _cut_or_rewritten(one: _Named, hashes: Sequence[str]) -> Iterator[str]:
    if one.head is None:
        yield f"{one.by} cannot be read, so the log cannot be held against it; restore it from a copy"
    elif one.head.entry >= len(hashes):
        yield f"the log is cut: entry {one.head.entry}, which {one.by} names, is missing; {_ADVICE}"
    elif one.head.hash != hashes[one.head.entry]:
        number = one.head.entry
        yield f"entry {number} of the audit log, or one before it, is not the one that {one.by} names; {_ADVICE}"


def _another_manifest(connection: sqlite3.Connection, one: _Named) -> Iterator[str]:
    sql = "SELECT action, json_extract(detail, '$.manifest') FROM audit WHERE subject = ?"
    found = dict(connection.execute(sql, (one.release_id,)).fetchall())
    if missing := {"proposed", one.decision} - found.keys():
        yield f"the log is cut: it has no entry that {one.by} was {' and '.join(sorted(missing))}; {_ADVICE}"
    elif one.sha256 != found["proposed"]:
        yield f"the manifest of {one.by} is not the one that was proposed; restore the release's folder from a copy"


def _manifest(file: Path) -> _Named:
    content, release_id = file.read_bytes(), file.parent.name
    decision = _DECIDED.get(file.parent.parent.name, "proposed")
    return _Named(f"release {release_id}", head_in(content), release_id, hashlib.sha256(content).hexdigest(), decision)


def head_in(content: bytes) -> Head | None:
    """The entry that a manifest or pointer names as the last of its time; None where it names none."""
    try:
        head = json.loads(content)["audit_head"]
        return Head(int(head["entry"]), str(head["hash"]))
    except (ValueError, KeyError, TypeError):
        return None
