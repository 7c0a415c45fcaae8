"""What a build starts from: the rows that it is given, the staged files, and the files of the releases so far."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.fields import Contract
from schemas.tables import PARTS, STAGED, TABLES
from warehouse.build.versions import OWN, digest, file_stamp
from warehouse.db import tables
from warehouse.ledger.history import ReleaseHistory
from warehouse.ledger.store import Submission

_RELEASE_IDS = {
    "audit.released_figure": "parse_path(filename, 'both_slash')[-3]",
    "audit.stated_contribution": "parse_filename(filename, true)",
}
_SENT_BY = ("organisation_code", "source", "period_start", "period_end")


@dataclass(frozen=True)
class StagedSubmission:
    """A submission whose staged rows count; `organisation_code` is the sender, `content` tells what is staged."""

    submission_id: str
    organisation_code: str
    dataset: str
    source: str
    period_start: date
    period_end: date
    accepted_at: datetime
    content: str = ""  # '' where the ledger does not know it


def given_rows(
    references: Mapping[str, pa.Table],
    landed: Sequence[Submission],
    submissions: Sequence[StagedSubmission],
    history: ReleaseHistory,
) -> dict[str, pa.Table]:
    """The tables whose rows a build is given, by their names."""
    return {
        **{f"reference.{name}": rows for name, rows in references.items()},
        "audit.submission_state": _table("audit.submission_state", _states(landed)),
        "audit.submission": _table("audit.submission", map(vars, submissions)),
        **release_rows(history),
    }


def release_rows(history: ReleaseHistory) -> dict[str, pa.Table]:
    """The releases so far and the submissions behind them."""
    given = {"audit.release": history.releases, "audit.release_submission": history.submissions}
    return {name: _table(name, rows) for name, rows in given.items()}


def _table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Times with a zone become UTC without one, as DuckDB's TIMESTAMP holds them."""
    return pa.Table.from_pylist(list(rows), TABLES[name].arrow_schema())


def shown_sources(landed: Sequence[Submission]) -> Mapping[str, str]:
    """By submission, its source as a release names it: as a layout does, else by number.

    A person's own words may be anything. Those for a sender's dataset are numbered as they first came.
    """
    known = [(s.submission_id, (s.slot.sender, s.slot.dataset), s.slot.source, s) for s in landed if s.slot]
    of_layouts = {(place, one) for _, place, one, s in known if s.hints.source in ("", s.layout.partition("/")[2])}
    words: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    return {
        submission_id: one if (place, one) in of_layouts else words[place].setdefault(one, f"{len(words[place]) + 1}")
        for submission_id, place, one, _ in known
    }


def _states(landed: Sequence[Submission]) -> Iterator[Mapping[str, Any]]:
    """A row for each submission whose slot is known."""
    shown = shown_sources(landed)
    for s in landed:
        if s.slot:
            yield {
                **vars(s),
                **vars(s.slot),
                "organisation_code": s.slot.sender,
                "shown_source": shown[s.submission_id],
                "period_start": s.slot.period.start,
                "period_end": s.slot.period.end,
                "state_code": s.state.value,
                "row_count": s.counts.accepted,
            }


class Staged:
    """The staged files of the submissions that count, by table and organisation."""

    def __init__(self, folder: Path, submissions: Sequence[StagedSubmission], sheets: Set[str] = STAGED.keys()) -> None:
        """Raises FileNotFoundError naming a submission whose staged file is missing."""
        self.files: dict[str, dict[str, dict[StagedSubmission, Path]]] = {}
        self.sent = Counter(one.organisation_code for one in submissions)  # how many submissions of each sender
        for name in sheets:
            table = self.files.setdefault(STAGED[name].name, {})
            dataset = PARTS[name].part_of if name in PARTS else "survey" if name.startswith("survey_") else name
            for one in submissions:
                if one.dataset == dataset and (file := _staged_file(folder, one, name)):
                    table.setdefault(one.organisation_code, {})[one] = file

    def made_from(self, name: str) -> dict[str, str]:
        """What the rows of each sender are made from: its submissions and what is staged of them."""
        return {
            sender: digest(TABLES[name], sorted(_made_from(one, file) for one, file in files.items()))
            for sender, files in self.files[name].items()
        }

    def select(self, name: str, senders: Set[str] | None = None) -> str:
        """The staged rows of these senders, or of all, and who sent them, for which source and period."""
        contract = TABLES[name]
        files = [
            file
            for sender, of in self.files[name].items()
            if senders is None or sender in senders
            for file in of.values()
        ]
        own = [f"staged.{column}" for column in contract.names if column != "submission_id"]
        sent_by = [column for column in _SENT_BY if column not in contract.names]
        rows = f"SELECT * FROM {tables.nothing(contract)}"  # columns that no file has, being staged before they were
        if files:
            rows = f"SELECT * FROM {tables.parquet(files)} UNION ALL BY NAME {rows}"
        return (
            f"SELECT {', '.join(('submission_id', *own, *sent_by))} FROM ({rows}) AS staged"
            f" INNER JOIN audit.submission AS submission USING (submission_id)"
        )


def _made_from(one: StagedSubmission, file: Path) -> tuple[object, ...]:
    return (*astuple(replace(one, accepted_at=datetime.min)), "" if one.content else file_stamp(file))


def _staged_file(folder: Path, submission: StagedSubmission, name: str) -> Path | None:
    """None for an optional sheet of a file staged before there was one; the ledger knows of those lost since."""
    file = folder / submission.submission_id / f"{name}.parquet"
    if not file.is_file() and name in PARTS and PARTS[name].is_optional:
        return None
    if not file.is_file():
        raise FileNotFoundError(f"submission {submission.submission_id} has no staged {name}: ingest its file again")
    return file


class Given:
    """All that a build is given: rows, staged files, and the releases so far."""

    def __init__(self, rows: Mapping[str, pa.Table], staged: Staged, history: ReleaseHistory) -> None:
        self.rows, self.staged, self.history = rows, staged, history
        self.files = {"audit.released_figure": history.files, "audit.stated_contribution": history.stated}
        stamps = {name: {one: file_stamp(file) for one, file in files.items()} for name, files in self.files.items()}
        self.made_from = {name: _versions_of(TABLES[name], table) for name, table in rows.items()}
        self.made_from |= {name: staged.made_from(name) for name in staged.files}
        for name, files in self.files.items():  # a view names its files' places
            places = {one: f"{files[one]} {stamp}" for one, stamp in stamps[name].items()}
            self.made_from[name] = {OWN: digest(TABLES[name]), **places}
        self.past = {
            "releases": digest(history.releases),
            **{f"released {one}": stamp for one, stamp in stamps["audit.released_figure"].items()},
            **{f"stated {one}": stamp for one, stamp in stamps["audit.stated_contribution"].items()},
            **{f"excepted {'|'.join(map(str, one))}": "" for one in history.excepted},
        }

    def release_view(self, name: str) -> str:
        """The rows of the releases' files, with the release that each file's place names."""
        contract, files = TABLES[name], self.files[name]
        select = f"SELECT * FROM {tables.nothing(contract)}"
        if files:
            rows = tables.parquet([*files.values()], ", filename = true")
            select += f" UNION ALL BY NAME SELECT *, {_RELEASE_IDS[name]} AS release_id FROM {rows}"
        return f"SELECT {tables.columns(contract)} FROM ({select})"


def _versions_of(contract: Contract, rows: pa.Table) -> dict[str, str]:
    """What a table of given rows is made from: each release by itself, everything else at once."""
    if not contract.partition:
        return {OWN: digest(contract, rows.to_pydict())}
    (column,) = contract.partition
    return {OWN: digest(contract), **{row[column]: digest(row) for row in rows.to_pylist()}}
