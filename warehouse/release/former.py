"""The release before: files of a table that has not changed since are copied from it, and its hashes are known."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from schemas.fields import Contract
from warehouse.build.versions import code_version, digest
from warehouse.db.content import fingerprints
from warehouse.db.files import sha256
from warehouse.release.promises import Change, Promise, changes, promises

MANIFEST = "manifest.json"
DATABASE = "research_culture.duckdb"


@dataclass(frozen=True)
class Former:
    """A release's folder, and what its manifest says of its tables and files."""

    folder: Path = Path()
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    contracts: Mapping[str, Promise] = field(default_factory=dict)

    @property
    def database(self) -> Path | None:
        """Its database, where it is there."""
        file = self.folder / DATABASE
        return file if self.folder.name and file.is_file() else None

    def contract_changes(self) -> tuple[Change, ...]:
        """What changed of the marts' contracts that a reader has to know: breaks, and what no version declares."""
        found = changes(self.contracts, promises()) if self.contracts else ()
        return tuple(change for change in found if change.step == 0 or not change.is_declared)

    def hash_of(self, table: str, version: str) -> str | None:
        """The table's content hash, where it is the same version and had one."""
        then = self.tables.get(table, {})
        return then.get("content_hash") if then.get("version") == version else None

    def copy(self, table: str, version: str, file: str, draft: Path) -> bool:
        """Copy one file of a table into the draft of a release. False unless it is the same version, and whole.

        It is copied, not linked: who edits a file of one release must not edit another.
        """
        if self.tables.get(table, {}).get("version") != version:
            return False
        try:
            (draft / file).parent.mkdir(exist_ok=True)
            shutil.copyfile(self.folder / file, draft / file)
        except FileNotFoundError:
            return False
        return described(draft / file) == self.files[file]


NONE = Former()


def read_former(folder: Path, manifest_sha256: str) -> Former:
    """The release in the folder; one without tables where its manifest is gone, or is not what was recorded."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except OSError:
        return NONE
    said = json.loads(text) if hashlib.sha256(text).hexdigest() == manifest_sha256 else {}
    return Former(folder, said.get("tables", {}), said.get("files", {}), said.get("contracts", {}))


def versions(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> dict[str, str]:
    """By table, a hash of its rows, its contract and the code that would write it."""
    known = {one.name: one for one in contracts}
    says = fingerprints(connection, dict.fromkeys(known, "'all'"))
    return {name: digest(code_version(), contract, says[name]) for name, contract in known.items()}


def described(file: Path) -> dict[str, object]:
    """Size and SHA-256 of a file, as a manifest has them."""
    return {"bytes": file.stat().st_size, "sha256": sha256(file)}
