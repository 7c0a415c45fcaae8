"""Retention: which submissions are past the period that is set for their dataset, and their removal."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from flows.monthly import curate
from flows.settings import Settings, read_rules
from schemas.findings import counted
from schemas.rulebook import UNKNOWN
from schemas.submissions import MAPPING, State
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger, Submission


@dataclass(frozen=True)
class Expired:
    """A submission whose time has ended, and the last day of it."""

    submission: Submission
    dataset: str
    ended_on: date

    def as_row(self) -> dict[str, str]:
        """What people see of it; no identifier, file name or cell."""
        slot = self.submission.slot
        return {
            "submission": self.submission.submission_id,
            "organisation": self.submission.organisation_code,
            "dataset": self.dataset,
            "period": slot.period.label if slot else "",
            "state": self.submission.state,
            "its time ended": f"{self.ended_on:%Y-%m-%d}",
            "rows": f"{self.submission.counts.rows_in:,}",
        }


def expired(settings: Settings, ledger: Ledger, today: date) -> tuple[Expired, ...]:
    """The submissions, of any state, that are past their retention period; its months run from the end of their own
    period, else from the day they came."""
    periods, found = read_rules(settings).retention, []
    for submission in ledger.submissions():
        slot, hints = submission.slot, submission.hints
        dataset = slot.dataset if slot else hints.dataset or submission.layout.partition("/")[0] or UNKNOWN
        if submission.state is not State.REMOVED and dataset != MAPPING and dataset in periods:
            began = slot.period.end if slot else submission.landed_at.date()
            ended = (pd.Timestamp(began) + pd.DateOffset(months=periods[dataset])).date()
            if ended < today:
                found.append(Expired(submission, dataset, ended))
    return tuple(found)


def remove(settings: Settings, ledger: Ledger, gone: Sequence[Expired], now: datetime, by: str) -> tuple[str, ...]:
    """Remove their landed files, staged rows and workbooks; the ledger's rows stay. Returns sentences on it.

    Stopped half-way, the next build removes what is left. Raises OSError.
    """
    erasures.remove(ledger, [one.submission.submission_id for one in gone], now, by)
    for one in gone:
        for folder in settings.findings.glob(f"*/{one.submission.submission_id}"):
            shutil.rmtree(folder)
    told = curate.rewrite_databases(settings, ledger)
    done = f"Removed the files and rows of {counted(len(gone), 'submission')}."
    return (f"{done} `research-culture run` proposes a release without them; figures that were released stay.", *told)
