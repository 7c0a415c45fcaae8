"""Retention: which submissions are past the period that is set for their dataset, and their removal."""

import shutil
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from flows.monthly import curate
from flows.settings import Settings, read_rules
from schemas.findings import counted
from schemas.rulebook import UNKNOWN
from schemas.submissions import MAPPING, State
from warehouse.ledger import erasures
from warehouse.ledger.store import Ledger


def expired(settings: Settings, ledger: Ledger, today: date) -> tuple[dict[str, str], ...]:
    """A row for each submission, of any state, that is past its retention period, without a file name or cell.

    The period's months run from the end of the submission's own period, else from the day it came.
    """
    periods, found = read_rules(settings).retention, []
    for submission in ledger.submissions():
        slot, hints = submission.slot, submission.hints
        dataset = slot.dataset if slot else hints.dataset or submission.layout.partition("/")[0] or UNKNOWN
        if submission.state is not State.REMOVED and dataset != MAPPING and dataset in periods:
            began = slot.period.end if slot else submission.landed_at.date()
            ended = (pd.Timestamp(began) + pd.DateOffset(months=periods[dataset])).date()
            if ended < today:
                found.append(
                    {
                        "submission": submission.submission_id,
                        "organisation": submission.organisation_code,
                        "dataset": dataset,
                        "period": slot.period.label if slot else "",
                        "state": submission.state.value,
                        "its time ended": f"{ended:%Y-%m-%d}",
                        "rows": f"{submission.counts.rows_in:,}",
                    }
                )
    return tuple(found)


def remove(settings: Settings, ledger: Ledger, gone: Sequence[str], now: datetime, by: str) -> tuple[str, ...]:
    """Remove the submissions' landed files, staged rows and workbooks; the ledger's rows stay. Returns sentences on it.

    Stopped half-way, the next build removes what is left. Raises OSError.
    """
    erasures.remove(ledger, gone, now, by)
    for one in gone:
        for folder in settings.findings.glob(f"*/{one}"):
            shutil.rmtree(folder)
    told = curate.rewrite_databases(settings, ledger)
    done = f"Removed the files and rows of {counted(len(gone), 'submission')}."
    return (f"{done} `research-culture run` proposes a release without them; figures that were released stay.", *told)
