"""A proposal: what an approver is told of a release before it shows."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from schemas.findings import counted
from schemas.submissions import Slot
from warehouse.build.held import missing_sources
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger, Submission
from warehouse.release.changes import counted as counts_of
from warehouse.release.write import Release


@dataclass(frozen=True)
class Proposal:
    """A written release beside the one that shows, which is `since`; '' where none does."""

    release: Release
    since: str
    submissions: tuple[tuple[str, Slot], ...]  # each new, corrected or gone
    changes: tuple[tuple[str, int], ...]  # how many figures are new, changed, gone ...; the most first
    unmet: tuple[str, ...]  # checks
    absent: tuple[str, ...]  # sources that have not come
    refused: tuple[Submission, ...]  # behind it, of which rows were refused; those of the largest share first

    def as_markdown(self) -> str:
        """The proposal in a few lines for Prefect's pages, without a figure or a file name."""
        lines = [f"- Not come: {phrase}." for phrase in self.absent]
        lines += [f"- {change}: {line(slot)}" for change, slot in self.submissions]
        lines += [f"- {counted(count, 'figure')}: {change}" for change, count in self.changes]
        lines += [f"- {sentence}" for sentence in self.unmet] or ["- Every check passed."]
        if self.refused:
            behind = counted(len(self.refused), "submission")
            lines.append(f"- Rows of {behind} behind it were refused, and are not counted.")
        title = f"# Release {self.release.release_id}, as proposed"
        return "\n".join((title, "", self.release.headline, "", *lines, ""))


def proposal_of(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    release: Release,
    submission_ids: Iterable[str],
    unmet: Iterable[str],
) -> Proposal:
    """What there is to tell of a written release. `connection` is to the work database that it was made from."""
    shown, proposed = release_log.current(ledger), set(submission_ids)
    changes: dict[str, int] = {}
    for _, change, _, _, count in counts_of(connection, release.folder):
        changes[change] = changes.get(change, 0) + count
    return Proposal(
        release,
        shown.release_id if shown else "",
        _submissions(ledger, shown.release_id, proposed) if shown else (),
        tuple(sorted(changes.items(), key=lambda one: -one[1])),
        tuple(unmet),
        tuple(missing_sources(connection)),
        tuple(_refused(ledger, proposed)),
    )


def _submissions(ledger: Ledger, shown: str, proposed: set[str]) -> tuple[tuple[str, Slot], ...]:
    """Each slot whose submission came, went or was replaced."""
    before = release_log.submissions_of(ledger, shown)
    came, went = ({ledger.submission(s).slot for s in ids} for ids in (proposed - before, before - proposed))
    changes = {"new": came - went, "corrected": came & went, "gone": went - came}
    found = ((change, slot) for change, slots in changes.items() for slot in slots if slot)
    return tuple(sorted(found, key=lambda one: (one[0], line(one[1]))))


def _refused(ledger: Ledger, submission_ids: set[str]) -> list[Submission]:
    found = (one for one in ledger.loaded() if one.counts.rejected and one.submission_id in submission_ids)
    return sorted(found, key=lambda one: -one.counts.rejected / one.counts.rows_in)


def line(slot: Slot) -> str:
    """A slot in a few words."""
    return f"{slot.sender} {slot.dataset} {slot.source} {slot.period.label}"
