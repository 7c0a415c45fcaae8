"""Dates that lie outside the file's period, or after the day on which the file came, are told at ingest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.submissions import Period
from schemas.tables import SENT
from tests.lib.whole_file import CASES, judged

WHEN = (Period.parse("2026-09"), date(2026, 10, 5))
OUTSIDE, AFTER_END = "outside 2026-09, the file's period", "after 30 September 2026, the last day of the file's period"
FUTURE = "after 5 October 2026, the day on which the file came"


@pytest.mark.parametrize(
    ("dataset", "field", "days"),
    [
        (
            "population",
            "snapshot_date",
            {"2026-09-01": "", "2026-08-31": OUTSIDE, "2026-10-01": OUTSIDE, "2027-09-14": FUTURE},
        ),
        (
            "research_activity",
            "event_date",
            {"2019-01-01": "", "2026-09-30": "", "2026-10-01": AFTER_END, "2026-10-06": FUTURE},
        ),
        ("research_activity", "decided_date", {"2019-01-01": "", "2026-10-05": "", "2026-10-06": FUTURE}),
        ("appraisal", "signed_off_date", {"2026-10-05": "", "2026-10-06": FUTURE}),
        ("appraisal", "due_date", {"2030-10-06": ""}),
        ("job_plan", "signed_off_date", {"2026-10-05": "", "2026-10-06": FUTURE}),
        ("workforce", "leaving_date", {"2030-10-06": ""}),
        ("workforce", "start_date", {"2019-01-01": "", "2026-10-01": AFTER_END, "2031-04-01": FUTURE}),
        ("support_case", "referral_date", {"2020-10-05": "", "2026-10-05": AFTER_END, "2062-03-01": FUTURE}),
        ("recommendation_adoption", "assessed_date", {"2026-09-30": "", "2026-10-01": AFTER_END}),
    ],
)
def test_a_date_where_it_cannot_be_is_told(tmp_path: Path, dataset: str, field: str, days: dict[str, str]) -> None:
    rows = "\n".join([f"{SENT[dataset].staged().keys[1]} {field}", *(f"k{n} {day}" for n, day in enumerate(days))])
    found, *_ = judged(tmp_path, dataset, WHEN, **{dataset: rows})
    limits = {finding.details["limits"]: finding.rows for finding in found if finding.code == "W035"}
    assert limits == {
        words: tuple(n for n, one in enumerate(days.values(), 2) if one == words) for words in set(days.values()) - {""}
    }
    assert all(finding.column == SENT[dataset].field(field).title for finding in found if finding.code == "W035")


def test_a_measurement_after_the_period_is_told_with_its_sheet(tmp_path: Path) -> None:
    scores = "case_key measure_code stage_code measured_date score\nc1 phq_9 baseline 2026-10-02 14"
    found, *_ = judged(tmp_path, "support_case", WHEN, support_case=CASES, support_measurement=scores)
    assert [finding.sentence for finding in found] == [
        f'Row 2, column "Outcome scores: Date": the date lies {AFTER_END}; check it, or send the row with the file of'
        " its period. It was taken as it is."
    ]


def test_every_limited_date_is_a_date_of_its_contract() -> None:
    for contract in SENT.values():
        for name in (*contract.within_period, *contract.until_period, *contract.not_future):
            assert contract.field(name).kind == "date"
