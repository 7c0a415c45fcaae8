"""What a build starts from: reference tables, submissions, views of staged files and of the releases so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.fields import Contract
from schemas.tables import PARTS, STAGED, TABLES
from warehouse.build.versions import ALL, Versions, digest, file_stamp
from warehouse.db import tables
from warehouse.ledger.history import ReleaseHistory
from warehouse.ledger.store import Submission

_SENT_BY = ("organisation_code", "source", "period_start", "period_end")


@dataclass(frozen=True)
class StagedSubmission:
    """A submission whose staged rows count; `organisation_code` is the sender."""

    submission_id: str
    organisation_code: str
    dataset: str
    source: str
    period_start: date
    period_end: date
    accepted_at: datetime


def load_table(versions: Versions, contract: Contract, rows: pa.Table) -> None:
    """Replace a table by rows that Python holds, unless it holds them already."""
    content = {ALL: digest(contract, rows.to_pydict())}
    versions.update(contract.name, content, lambda _: tables.load(versions.connection, contract, rows), content)


def _load_rows(versions: Versions, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace an audit table by rows; times with a zone become UTC without one, as DuckDB's TIMESTAMP holds them."""
    load_table(versions, TABLES[name], pa.Table.from_pylist(list(rows), TABLES[name].arrow_schema()))


def load_states(versions: Versions, landed: Sequence[Submission]) -> None:
    """Bring audit.submission_state up to date with the submissions whose slot is known."""
    rows = (
        {
            "submission_id": s.submission_id,
            "organisation_code": s.slot.sender,
            "dataset": s.slot.dataset,
            "source": s.slot.source,
            "period_start": s.slot.period.start,
            "period_end": s.slot.period.end,
            "state_code": s.state.value,
            "landed_at": s.landed_at,
            "accepted_at": s.accepted_at,
            "row_count": s.counts.accepted,
        }
        for s in landed
        if s.slot
    )
    _load_rows(versions, "audit.submission_state", rows)


def load_submissions(versions: Versions, staged: Path, submissions: Sequence[StagedSubmission]) -> None:
    """Bring audit.submission and the views of `staged/<submission id>/<table>.parquet` up to date.

    Raises FileNotFoundError naming a submission whose staged file is missing.
    """
    _load_rows(versions, "audit.submission", map(vars, submissions))
    for name in STAGED:
        dataset = PARTS[name].part_of if name in PARTS else "survey" if name.startswith("survey_") else name
        _update_staging_view(versions, staged, name, [s for s in submissions if s.dataset == dataset])


def _update_staging_view(versions: Versions, staged: Path, table: str, submissions: Sequence[StagedSubmission]) -> None:
    """`staging.<table>`: the staged rows of these submissions, and who sent them, for which source and period."""
    contract, files = STAGED[table], {s: staged / s.submission_id / f"{table}.parquet" for s in submissions}
    if missing := next((s for s, file in files.items() if not file.is_file()), None):
        raise FileNotFoundError(f"submission {missing.submission_id} has no staged {table}: ingest its file again")
    own = [f"staged.{name}" for name in contract.names if name != "submission_id"]
    sent_by = [name for name in _SENT_BY if name not in contract.names]
    rows = tables.parquet([*files.values()]) if files else tables.nothing(contract)
    select = (
        f"SELECT {', '.join(('submission_id', *own, *sent_by))} FROM {rows} AS staged"
        f" INNER JOIN audit.submission AS submission USING (submission_id)"
    )
    parts = {s.submission_id: digest(astuple(s)[:-1], file_stamp(file)) for s, file in files.items()}
    versions.update_view(f"staging.{table}", select, digest(contract), parts)


def load_history(versions: Versions, history: ReleaseHistory) -> None:
    """Bring audit.release, audit.release_submission and the views of the releases' own files up to date."""
    _load_rows(versions, "audit.release", history.releases)
    _load_rows(versions, "audit.release_submission", history.submissions)
    _update_history_view(versions, "audit.released_figure", history.files, "parse_path(filename, 'both_slash')[-3]")
    _update_history_view(versions, "audit.stated_contribution", history.stated, "parse_filename(filename, true)")


def _update_history_view(versions: Versions, name: str, files: Mapping[str, Path], release_id: str) -> None:
    """The rows of the files, with the release that each file's place names."""
    contract = TABLES[name]
    select = f"SELECT * FROM {tables.nothing(contract)}"
    if files:
        rows = tables.parquet([*files.values()], ", filename = true")
        select += f" UNION ALL BY NAME SELECT *, {release_id} AS release_id FROM {rows}"
    stamps = {one: file_stamp(file) for one, file in files.items()}
    versions.update_view(name, f"SELECT {tables.columns(contract)} FROM ({select})", digest(contract, stamps))
