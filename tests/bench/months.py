"""A made-up national year: small exports of many organisations and months, sent into the inbox of a new home.

`python -m tests.bench.months HOME ORGANISATIONS MONTHS` makes it. Each organisation sends counts, job plans and
appraisals every month, and a survey once a year. `correct` sends one of them again, corrected.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.demo.senders import Sender
from flows.demo.sending import Sending, read_demo
from flows.home.setup import ORGANISATIONS, make_home
from flows.settings import Settings
from schemas.rulebook import load_rulebook
from schemas.submissions import Period

# An organisation's own counts as CSV, as its HR system gives them; the other layouts are the product's examples.
COUNTS = """
name = "counts"
dataset = "population"
title = "Counts, as an HR system exports them (example)"
evidence = "made for the bench"
[columns]
"Who" = "population_code"
"Group" = "staff_group_code"
"Day" = "snapshot_date"
"Count" = "people_count"
"""
KINDS = ["consultant", "sas"]
FILES: tuple[Mapping[str, Any], ...] = (
    {"layout": "population/counts", "months_between": 1},
    {"layout": "job_plan/example_pa_export", "months_between": 1, "kinds": KINDS},
    {"layout": "appraisal/example_soar", "months_between": 1, "kinds": KINDS},
    {"layout": "survey/example_qualtrics", "months_between": 12, "respondents": 150},
)
STAFF = {"medical_and_dental": 90, "nursing_and_midwifery": 310, "allied_health_professionals": 80}
PEOPLE = {"consultant": 40, "sas": 12}
SEED = 20261125


def prepare(home: Path, organisations: int) -> list[str]:
    """Make a home that declares the organisations and approves by itself, its key beside it; returns their codes."""
    settings = Settings(home=home)
    make_home(settings, home.with_name(f"{home.name}.key"), auto_approve=True)
    codes = [f"ZY{number:03d}" for number in range(organisations)]
    with settings.config.joinpath("organisations.csv").open("w", encoding="utf-8", newline="") as out:
        out.write(ORGANISATIONS)
        csv.writer(out).writerows((code, f"Fictional Trust {code}", "trust", "england", "yes") for code in codes)
    layout = settings.config / "layouts" / "population" / "counts.toml"
    layout.parent.mkdir(parents=True, exist_ok=True)
    layout.write_text(COUNTS, encoding="utf-8")
    return codes


def send(home: Path, codes: list[str], months: int, first: int = 0) -> int:
    """Write the files of the `months` months up to September 2026, without the `first` latest; returns how many."""
    rules = load_rulebook(home / "config")
    written = 0
    for sending in _sendings(codes, range(first, months)):
        for name, content in sending.files(rules, 1).items():
            _put(home / "inbox" / sending.place / name, content)
            written += 1
    return written


def correct(home: Path, code: str) -> None:
    """Send one organisation's last counts again, with a person more in one staff group."""
    declared = _demo([code])
    staff = declared["organisation"][code]["staff"]
    declared["organisation"][code]["staff"] = {**staff, "medical_and_dental": staff["medical_and_dental"] + 1}
    sending = Sending(Sender(code, declared, SEED), declared["file"][0], _month(0))
    for name, content in sending.files(load_rulebook(home / "config"), 1).items():
        _put(home / "inbox" / sending.place / name, content)


def _sendings(codes: list[str], months: range) -> Iterator[Sending]:
    declared = _demo(codes)
    for before in reversed(months):
        for code in codes:
            for file in declared["file"]:
                if before % file["months_between"] == 0:
                    yield Sending(Sender(code, declared, SEED), file, _month(before))


def _demo(codes: list[str]) -> dict[str, Any]:
    """The demo's data with these organisations and files in place of its own; no two organisations are of one size."""
    grown = {code: {group: count + 3 * n for group, count in STAFF.items()} for n, code in enumerate(codes)}
    about = {"nation": "england", "mix": "acute", "people": PEOPLE}
    organisation = {code: {**about, "name": f"Fictional Trust {code}", "staff": grown[code]} for code in codes}
    return {**read_demo(), "organisation": organisation, "file": [{**file, "place": "month"} for file in FILES]}


def _month(before: int) -> Period:
    year, month = divmod(2026 * 12 + 8 - before, 12)
    return Period.parse(f"{year}-{month + 1:02d}")


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    place, organisations, months = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print(send(place, prepare(place, organisations), months), "files")
