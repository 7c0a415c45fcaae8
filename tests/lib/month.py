"""A home in small: staged tables from small texts, and a build of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.fields import Contract
from schemas.metrics import Metric
from schemas.rulebook import Organisation, Rulebook, load_rulebook
from schemas.submissions import Period
from schemas.tables import PARTS, STAGED, TABLES
from tests.lib.text_tables import parse
from warehouse.build.build import build
from warehouse.build.inputs import StagedSubmission
from warehouse.db.connection import open_work
from warehouse.db.exports import write_parquet
from warehouse.db.references import reference_tables
from warehouse.ledger.history import ReleaseHistory
from warehouse.release.write import write_stated

RULES = load_rulebook()
ORGANISATIONS = {
    code: Organisation(code, f"Fictional {code}", "trust", nation, True)
    for code, nation in (("ZZ1", "england"), ("ZZ2", "wales"))
}
PLANS = "plan_key line_number registration_key employee_key plan_state_code activity_category_code planned_pas\n"
PA_HOURS = RULES.tables["pa_hours"]
LONGER = [{**row, "hours_per_pa": 5.0} for row in PA_HOURS]
ANSWERS = "respondent_number question_key score is_unsure\n"


def rules_with(**changes: object) -> Rulebook:
    """The rule book with the fictional organisations, and other changes."""
    return Rulebook(**{**vars(RULES), "organisations": ORGANISATIONS, **changes})  # type: ignore[arg-type]


@dataclass
class Month:
    """A home in small: staged folders, the submissions that count, and a work database."""

    folder: Path
    submissions: list[StagedSubmission] = field(default_factory=list)
    rules: Rulebook = field(default_factory=rules_with)
    metrics: Sequence[Metric] = ()
    history: ReleaseHistory = field(default_factory=ReleaseHistory)
    replaced: tuple[str, ...] = ()  # what the last build replaced

    def send(
        self, submission_id: str, organisation: str = "ZZ1", month: int = 9, source: str = "one", **sent: str
    ) -> None:
        """Stage text tables as one submission; `survey_response` and `survey_answer` go together."""
        for name, text in sent.items():
            rows = [{"row_number": str(n), **row} for n, row in enumerate(parse(text), 2)]
            self._write(submission_id, STAGED[name], rows)
        first = next(iter(sent))
        for part in PARTS.values():
            if part.part_of == first and part.name not in sent:  # a sheet that is not in the file is staged empty
                self._write(submission_id, STAGED[part.name], [])
        dataset = "survey" if first.startswith("survey") else first
        period = Period.month_of(date(2026, month, 1))
        accepted = datetime(2026, month, period.end.day, 12, tzinfo=UTC)
        self.submissions.append(
            StagedSubmission(submission_id, organisation, dataset, source, period.start, period.end, accepted)
        )

    def withdraw(self, submission_id: str) -> None:
        """Take a submission out of those that count, and its staged folder with it."""
        self.submissions = [s for s in self.submissions if s.submission_id != submission_id]
        shutil.rmtree(self.folder / "staged" / submission_id)

    def restage(self, submission_id: str) -> None:
        """Write the submission's own id into its staged files, which were another's."""
        for file in (self.folder / "staged" / submission_id).iterdir():
            table = pq.read_table(file)
            column = pa.array([submission_id] * len(table), pa.string())
            pq.write_table(table.set_column(table.column_names.index("submission_id"), "submission_id", column), file)

    def _write(self, submission_id: str, contract: Contract, rows: list[dict[str, str | None]]) -> None:
        folder = self.folder / "staged" / submission_id
        folder.mkdir(parents=True, exist_ok=True)
        text = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in contract.names}
        text["submission_id"] = pa.array([submission_id] * len(rows), pa.string())
        columns = [text[f.name].cast(f.arrow_type()) for f in contract.fields]
        pq.write_table(pa.Table.from_arrays(columns, list(contract.names)), folder / f"{contract.name[8:]}.parquet")

    def build(self, name: str = "work.duckdb") -> duckdb.DuckDBPyConnection:
        """An open work database, brought up to date; another name is another database."""
        connection = open_work(self.folder / name)
        references = reference_tables(self.rules, self.metrics)
        self.replaced = build(
            connection, self.folder / "staged", self.submissions, references, self.metrics, history=self.history
        )
        return connection


def send_september(month: Month) -> None:
    """Two job plans, a survey of two and how many were invited."""
    month.send("plans-9", job_plan=PLANS + "p1 1 - emp1 signed_off dcc 4\np2 1 reg2 emp2 signed_off research 4")
    month.send(
        "survey-9",
        survey_response="respondent_number staff_group_code\n1 medical_and_dental\n2 -",
        survey_answer=ANSWERS + "1 rcc_org_training_resources 4 false\n2 rcc_org_training_resources - true",
    )
    month.send(
        "invited-9", population="population_code staff_group_code snapshot_date people_count\ninvited all 2026-09-30 40"
    )


def send_october(month: Month) -> None:
    """October tells that emp1 is reg1: September's plan of emp1 is now another person's."""
    month.send("plans-10", month=10, job_plan=PLANS + "p9 1 reg1 emp1 signed_off dcc 4")
    month.send(
        "appraisals-10",
        month=10,
        appraisal="appraisal_key due_date appraisal_state_code employee_key\na1 2026-10-01 complete emp1",
    )


def with_pa_hours(rows: Sequence[Mapping[str, Any]]) -> Rulebook:
    return rules_with(tables={**RULES.tables, "pa_hours": rows})


def release(month: Month, release_id: str) -> None:
    """Approve the figures that the work database has now."""
    file = month.folder / "released" / release_id / "parquet" / "metric_value.parquet"
    file.parent.mkdir(parents=True)
    stated = month.folder / "history" / f"{release_id}.parquet"
    with month.build() as connection:
        write_parquet(connection, file, TABLES["marts.metric_value"])
        write_stated(connection, stated)
    past = month.history
    at = datetime(2026, 11, 1 + len(past.releases))
    words = ("decision_code", "decided_by", "content_hash", "rule_version", "code_version", "headline")
    row = {"release_id": release_id, "release_number": len(past.releases) + 1, "made_at": at, "released_at": at}
    row |= dict.fromkeys(words, "x")
    files, stated_in = {**past.files, release_id: file}, {**past.stated, release_id: stated}
    month.history = ReleaseHistory((*past.releases, row), files=files, stated=stated_in)
