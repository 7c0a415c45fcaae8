"""What the files of a run are ingested with, each made once: rules, tombstones, the worker that reads, the checks."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from flows.judging.judged import Given, Judged
from flows.settings import Settings, read_rules
from flows.worker import READER, Unreadable, Worker
from schemas.findings import counted
from schemas.rulebook import Rulebook
from schemas.submissions import State
from schemas.tables import DATASETS
from warehouse.ledger import erasures
from warehouse.ledger.erasures import Tombstone
from warehouse.ledger.store import Ledger, Submission
from warehouse.staging.load import Staging, open_checks


class Outdated(NamedTuple):
    """A submission whose rows count or wait, as it was read by what `config/` says otherwise now."""

    changed: tuple[str, ...]  # what of `config/`
    rows: int  # taken when it was read so


class Intake:
    """Made with the first file, and again after `renew`."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.settings, self.ledger = settings, ledger
        self._ahead: Submission | None = None  # the worker reads its file already
        self._has_judged = False

    @cached_property
    def rules(self) -> Rulebook:
        """The rule book. Raises SetupError."""
        return read_rules(self.settings)

    @cached_property
    def tombstones(self) -> frozenset[Tombstone]:
        """What recognises erased people."""
        return erasures.tombstones(self.ledger)

    @cached_property
    def checks(self) -> Any:  # a connection that the warehouse alone knows
        """What the rules of a whole file are asked with."""
        return open_checks(self.rules, self.settings.staged / ".checks")

    @cached_property
    def _worker(self) -> Worker:
        return Worker(Given(self.settings, self.rules, self.tombstones))

    def renew(self) -> None:
        """Make all of it again for the next file: rules or tombstones have changed, or something failed."""
        if "_worker" in self.__dict__:
            self._worker.close()
        for name in ("rules", "tombstones", "checks", "_worker"):
            self.__dict__.pop(name, None)
        self._ahead = None

    def landed(self, submission: Submission) -> Path:
        """The submission's landed file."""
        return self.settings.landing / submission.landed_name

    def staging(self, submission: Submission) -> Staging:
        """Where its rows are staged."""
        return Staging(self.settings.staged, submission.submission_id)

    def judge(self, submission: Submission) -> Judged:
        """What reading the submission's file came to. The worker then goes on with the next one that waits.

        Raises SetupError without a usable key, OSError where the disk fails.
        """
        size_bytes = self.landed(submission).stat().st_size
        _ = self.checks  # made while the worker starts
        try:
            if self._ahead != submission:
                if self._ahead:  # it reads another file
                    self._worker.close()
                self._worker.send(f"{READER}:judge", submission, self.staging(submission))
            return self._worker.receive(size_bytes)
        except Unreadable as refusal:
            return Judged(refusal=refusal)
        finally:
            self._ahead = self._next(submission)
            if self._ahead:
                self._worker.send(f"{READER}:judge", self._ahead, self.staging(self._ahead))

    def _next(self, submission: Submission) -> Submission | None:
        """The submission to read next; None after the first, which may be the only one that is asked for."""
        is_asked, self._has_judged = self._has_judged and submission.state is State.LANDED, True
        return self.ledger.next_landed(submission.submission_id) if is_asked else None


def outdated(ledger: Ledger, rules: Rulebook) -> dict[str, Outdated]:
    """The loaded and held submissions that a changed layout or list may read otherwise, by their ids."""
    whole, read_by = rules.read_by(), cache(rules.read_by)
    found = {}
    for one in ledger.submissions():
        if one.state in (State.LOADED, State.HELD) and one.slot and one.slot.dataset in DATASETS and one.landed_name:
            now = read_by(one.layout)
            if one.read_by not in (now, whole):  # the whole of it read what could not be used so
                changed = {name for name in {**one.read_by, **now} if one.read_by.get(name) != whole.get(name)}
                found[one.submission_id] = Outdated(tuple(sorted(changed)), one.counts.accepted)
    return found


def told(again: Mapping[str, Outdated], rows: Mapping[str, int]) -> tuple[str, ...]:
    """A sentence for each change of `config/` on what was read again for it; `rows` are those taken now."""
    by_change: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for submission_id, one in again.items():
        by_change[one.changed].append(submission_id)
    return tuple(_sentence(changed, ids, again, rows) for changed, ids in by_change.items())


def _sentence(changed: tuple[str, ...], ids: list[str], again: Mapping[str, Outdated], rows: Mapping[str, int]) -> str:
    what = f"Submission {ids[0]} was" if len(ids) == 1 else f"{len(ids):,} submissions were"
    why = " and ".join(f"the {name}" for name in changed) or "config/"
    before = counted(sum(again[one].rows for one in ids), "row was", "rows were")
    now = sum(rows[one] for one in ids)
    return f"{what} read again, since {why} changed: {before} taken before, {now:,} now."
