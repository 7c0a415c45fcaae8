"""People in groups, and a database with the releases that were made of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from schemas.tables import TABLES
from warehouse.build.build import update_history
from warehouse.db.exports import write_parquet
from warehouse.ledger.history import ReleaseHistory
from warehouse.release.write import write_stated

People = dict[str, tuple[str, int]]  # person -> group, and whether they count


def groups_of(**sizes: int) -> People:
    """Groups of so many people, of whom every second counts."""
    return {f"{group}{n}": (group, n % 2) for group, size in sizes.items() for n in range(size)}


SIXTY: People = {f"p{n}": ("a", n % 2) for n in range(60)}


def grown(by: int) -> People:
    return SIXTY | {f"q{n}": ("a", n % 2) for n in range(by)}


def text_of(people: People, organisation: str = "ZZ1", period: str = "2026-09-01 2026-09-30") -> str:
    heading = "metric_id person_key contract_type_code numerator organisation_code period_start period_end\n"
    return heading + "\n".join(
        f"M1 {person} {group} {counts} {organisation} {period}" for person, (group, counts) in people.items()
    )


@dataclass
class Past:
    """A database, and the releases that were made of it so far, as files like those of a home."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    releases: list[dict[str, object]] = field(default_factory=list)

    def release(self, release_id: str) -> dict[tuple[str, str], tuple]:
        """Approve what stands in print; gives its figures by organisation and category."""
        at = datetime(2026, 1, 1) - timedelta(days=len(self.releases))  # the clock goes back: the number counts
        words = ("decision_code", "decided_by", "content_hash", "rule_version", "code_version", "headline")
        row = {"release_id": release_id, "release_number": len(self.releases) + 1, "made_at": at, "released_at": at}
        self.releases.append({**row, **dict.fromkeys(words, "x")})
        file = self.folder / release_id / "parquet" / "metric_value.parquet"
        file.parent.mkdir(parents=True)
        write_parquet(self.connection, file, TABLES["marts.metric_value"])
        write_stated(self.connection, self.folder / f"{release_id}.parquet")
        ids = [str(one["release_id"]) for one in self.releases]
        files = {one: self.folder / one / "parquet" / "metric_value.parquet" for one in ids}
        stated = {one: self.folder / f"{one}.parquet" for one in ids}
        update_history(self.connection, ReleaseHistory(tuple(self.releases), files=files, stated=stated))
        columns = "organisation_code, category, numerator, denominator, status"
        rows = self.connection.execute(f"SELECT {columns} FROM marts.metric_value").fetchall()
        return {(organisation, category): tuple(rest) for organisation, category, *rest in rows}
