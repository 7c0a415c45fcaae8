"""Releases: a folder that is there wholly or not at all; and the analysts' file."""

import hashlib
import json
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.dictionary import section
from schemas.tables import AUDIT, CORE, MARTS, REFERENCE, RELEASE, TABLES
from warehouse.build.build import update_history
from warehouse.build.declared import CheckResult
from warehouse.build.held import as_released
from warehouse.build.inputs import StagedSubmission
from warehouse.db import exports, files, queries, tables
from warehouse.db.connection import STORAGE_VERSION, log_of, open_reader, open_work
from warehouse.db.content import combined, table_hash
from warehouse.ledger.audit import Head
from warehouse.ledger.history import ReleaseHistory
from warehouse.ledger.release_log import ReleaseException
from warehouse.release.changes import CHANGES, write_changes
from warehouse.release.current import HELD_OPEN
from warehouse.release.descriptors import write_descriptors
from warehouse.release.disclosure_report import REPORT, disclosure_report
from warehouse.release.former import DATABASE, MANIFEST, NONE, Former, described, versions
from warehouse.release.promises import promises

_DRAFT = ".draft-"
# Writes pages into a release's folder, from the files there and from what its manifest says of it
Pages = Callable[[Path, Mapping[str, object]], None]
_REASONS = {
    "source_missing": "a source that came before has not come for the period",
    "population_missing": "{whose} population has not come",
    "no_value": "nothing can be worked out from those who count",
}
_RELEASED = (*MARTS.values(), *REFERENCE.values())
_DICTIONARY = TABLES["reference.dictionary"]
_CSV = {f"csv/{one.name.partition('.')[2]}.csv": one for one in _RELEASED if one is not _DICTIONARY} | {
    "dictionary.csv": _DICTIONARY,
    CHANGES: TABLES["release.changes"],
}
_FOR_ANALYSTS = (*CORE.values(), *_RELEASED, *AUDIT.values())


@dataclass(frozen=True, kw_only=True)
class ReleaseInputs:
    """What a release is made from beside the tables of the work database, for its manifest and its report."""

    release_id: str
    released_at: datetime
    code_version: str
    rule_version: str
    submissions: Sequence[StagedSubmission]
    audit_head: Head
    checks: Sequence[CheckResult]
    exceptions: Sequence[ReleaseException] = ()
    former: Former = NONE
    pages: Pages | None = None


@dataclass(frozen=True)
class Release:
    """A written release; `figures` counts those shown, withheld and not available, `headline` says so in a sentence."""

    release_id: str
    folder: Path
    manifest_sha256: str
    content_hash: str
    figures: Mapping[str, int]
    headline: str
    code_version: str
    rule_version: str


def write_release(connection: duckdb.DuckDBPyConnection, proposed: Path, inputs: ReleaseInputs) -> Release:
    """Write `proposed/<release id>/`, flushed to disk, and give it its name last; nothing points to it yet.

    Raises FileExistsError where that release is there already, OSError where the disk fails; either way no part
    of a folder bears the release's name.
    """
    folder = proposed / inputs.release_id
    draft = _new_draft(folder)
    made = versions(connection, _RELEASED)
    with ThreadPoolExecutor(1) as beside:
        database = beside.submit(exports.write_database, connection.cursor(), draft / DATABASE, _RELEASED)
        _write_tables(connection, draft, inputs.former, made)
        write_changes(connection, draft, inputs.former.database)
        figures = _figure_counts(connection)
        headline = _headline(connection, figures)
        (draft / REPORT).write_bytes(disclosure_report(connection, headline, inputs.exceptions).encode())
        hashes = {name: inputs.former.hash_of(name, made[name]) or table_hash(connection, name) for name in MARTS}
        database.result()
    content = combined(hashes)
    about = {name: {"version": made[name], "content_hash": hashes.get(name, "")} for name in made}
    manifest = _manifest(connection, inputs, figures, headline, content) | {"tables": about, "contracts": promises()}
    write_descriptors(draft, _CSV, headline, is_fictional=bool(manifest["is_fictional"]))
    if inputs.pages is not None:
        inputs.pages(draft, {key: manifest[key] for key in ("release_id", "released_at", "headline", "is_fictional")})
    manifest_sha256 = _write_manifest(draft, manifest)
    files.put_folder(draft, folder)
    rules = (inputs.code_version, inputs.rule_version)
    return Release(inputs.release_id, folder, manifest_sha256, content, figures, headline, *rules)


def _new_draft(folder: Path) -> Path:
    """An empty folder for the draft of a release; what earlier drafts left is removed."""
    if folder.exists():
        raise FileExistsError(f"release {folder.name} is there already")
    for left in folder.parent.glob(f"{_DRAFT}*"):
        shutil.rmtree(left)
    draft = folder.with_name(f"{_DRAFT}{folder.name}")
    draft.mkdir(parents=True)
    return draft


def _manifest(
    connection: duckdb.DuckDBPyConnection,
    inputs: ReleaseInputs,
    figures: Mapping[str, int],
    headline: str,
    content: str,
) -> dict[str, object]:
    return {
        "release_id": inputs.release_id,
        "released_at": inputs.released_at.isoformat(),
        "headline": headline,
        "figures": figures,
        # true where any organisation behind the release is a made-up one
        "is_fictional": connection.execute(queries.select_of("release.fictional")).fetchall() == [(True,)],
        "content_hash": content,
        "code_version": inputs.code_version,
        "rule_version": inputs.rule_version,
        "duckdb_storage_version": STORAGE_VERSION,
        "submissions": list(map(_as_told, inputs.submissions)),
        "audit_head": inputs.audit_head._asdict(),
        "checks": [asdict(as_released(check)) for check in inputs.checks],
    }


def _as_told(submission: StagedSubmission) -> Mapping[str, object]:
    """The submission without its hash, by which whoever guesses the few counts of a file would know that they did."""
    return {name: said for name, said in asdict(submission).items() if name != "content"}


def _write_manifest(draft: Path, manifest: Mapping[str, object]) -> str:
    """Write the manifest, with size and SHA-256 of each file that is there; returns its own SHA-256."""
    whole = {**manifest, "files": {name: described(draft / name) for name in sorted(files.names(draft))}}
    text = (json.dumps(whole, indent=2, default=str, ensure_ascii=False) + "\n").encode()
    (draft / MANIFEST).write_bytes(text)
    return hashlib.sha256(text).hexdigest()


def _write_tables(connection: duckdb.DuckDBPyConnection, draft: Path, former: Former, made: Mapping[str, str]) -> None:
    for contract in _RELEASED:
        if contract is not _DICTIONARY:
            for kind, write in (("parquet", exports.write_parquet), ("csv", exports.write_csv)):
                file = f"{kind}/{contract.name.partition('.')[2]}.{kind}"
                if not former.copy(contract.name, made[contract.name], file, draft):
                    write(connection, draft / file, contract)
    names = tables.literals(contract.name for contract in (*_RELEASED, *RELEASE.values()))
    released = f"(SELECT * FROM reference.dictionary WHERE table_name IN ({names}))"
    exports.write_csv(connection, draft / "dictionary.csv", _DICTIONARY, released)
    pages = (*section("Marts", MARTS.values()), *section("Reference", REFERENCE.values()))
    pages = (*pages, *section("In the release's folder alone", RELEASE.values()))
    (draft / "DICTIONARY.md").write_bytes(("\n".join(("# Data dictionary", *pages)) + "\n").encode())


def write_stated(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what people add to the figures that are stated anew, readable by its owner only; no pseudonym is in it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with files.replacing(path, 0o600) as draft:
        exports.write_query(connection, draft, queries.select_of("disclosure.stated"))


def _figure_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Figures that are shown, withheld and not available."""
    found = dict(connection.execute("SELECT status, count(*) FROM marts.metric_value GROUP BY status").fetchall())
    shown = sum(found.pop(status, 0) for status in ("shown", "not_restated"))
    not_available = found.pop("not_available", 0)
    return {"shown": shown, "withheld": sum(found.values()), "not_available": not_available}


def _headline(connection: duckdb.DuckDBPyConnection, figures: Mapping[str, int]) -> str:
    total, withheld, absent = sum(figures.values()), figures["withheld"], figures["not_available"]
    if not total:
        return "No figures yet: nothing that a metric counts has been loaded."
    parts = [f"{figures['shown']:,} of {total:,} figures shown"]
    ((kept,),) = connection.execute("SELECT count(*) FROM marts.metric_value WHERE status = 'not_restated'").fetchall()
    if kept:
        parts.append(f"{kept:,} of these as they were released before, because 1 to 10 people have changed since")
    if withheld:
        least = " or ".join(str(n) for (n,) in connection.execute(queries.select_of("release.thresholds")).fetchall())
        parts.append(
            f"{withheld:,} withheld because fewer than {least} people stand behind the figure or a part of it, because"
            " all answered alike, or because such a figure could be worked out from it"
        )
    parts += _not_available(connection) if absent else ()
    if withheld:
        parts.append("choose twelve months, wide staff groups or all staff groups to see more")
    return "; ".join(parts) + "."


def _not_available(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """How many figures are not available for each reason; a release of before reasons had one alone."""
    found = connection.execute(
        "SELECT coalesce(reason_code, 'population_missing'), count(*) FROM marts.metric_value"
        " WHERE status = 'not_available' GROUP BY ALL ORDER BY ALL"
    )
    for reason, count in found.fetchall():
        yield f"{count:,} not available because {_REASONS[reason].format(whose='its' if count == 1 else 'their')}"


def releases_in(analyst_file: Path) -> set[tuple[str, str]] | None:
    """The releases that the analysts' file knows, with what was decided of each last; None where it cannot be read.

    So it is where a log lies beside it: another program has written into it.
    """
    if log_of(analyst_file).exists():
        return None
    try:
        with open_reader(analyst_file) as connection:
            return set(connection.execute("SELECT release_id, decision_code FROM audit.release").fetchall())
    except duckdb.Error:
        return None


def export_analyst_file(work: Path, path: Path, history: ReleaseHistory) -> tuple[str, ...]:
    """Replace the analysts' file (core, marts, reference, audit); a group that may read its folder may read it.

    It is made from a copy of the work database, which nothing has open, and knows the releases of `history`. Returns a
    sentence where another program's lock stopped that. Raises duckdb.Error where the work database is damaged.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = 0o600 | path.parent.stat().st_mode & stat.S_IRGRP
    try:
        with files.replacing(path, mode) as draft:
            exports.copy_database(work, draft)
            with open_work(draft) as connection:
                update_history(connection, history)
                exports.keep_only(connection, _FOR_ANALYSTS)
            log_of(path).unlink(missing_ok=True)
    except PermissionError:
        return (f"{path.parent.name}/{path.name} {HELD_OPEN}",)
    return ()
