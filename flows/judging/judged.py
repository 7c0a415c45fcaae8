"""What a file is judged with, and what reading it came to: what a run and its worker say to each other."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings
from schemas.findings import Finding, Refusal, Severity
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import Counts
from transforms.checking.whole import ColumnFacts
from warehouse.ledger.erasures import Tombstone
from warehouse.ledger.store import IngestResult

if TYPE_CHECKING:
    from transforms.prepare import Prepared


@dataclass(frozen=True)
class Given:
    """What every file of a run is judged with."""

    settings: Settings
    rules: Rulebook
    tombstones: Collection[Tombstone]


@dataclass
class Read:
    """What the rows of a file came to so far: counts, findings, first and last days, and the facts of each column."""

    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    facts: dict[str, ColumnFacts] = field(default_factory=lambda: defaultdict(ColumnFacts))

    def add(self, chunk: "Prepared") -> None:
        """Add what a chunk came to."""
        self.counts += chunk.counts
        self.findings += chunk.findings
        self.days += chunk.days or ()
        for column, facts in chunk.facts.items():
            self.facts[column] += facts


@dataclass(frozen=True)
class Judged:
    """What reading a file came to: what the ledger is to know of it, its sender and layout as far as they are known,
    and why it is refused. Of a mapping workbook, the file of the layout that it made."""

    known: IngestResult = field(default_factory=IngestResult)
    sender: str = ""
    layout: Layout | None = None
    refusal: Refusal | None = None
    made_layout: Path | None = None


def require_rows(known: IngestResult) -> None:
    """Raise Refusal where the file was refused on the way, or no row can be used and not for erased people only."""
    if any(finding.severity is Severity.REJECT_FILE for finding in known.findings):
        raise Refusal
    if not known.counts.accepted and (known.counts.rejected or not known.counts.erased):
        raise Refusal(Finding("F017"))
