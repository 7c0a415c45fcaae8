"""The proposal's page: what to look at first, what changed with both values, and the commands."""

from __future__ import annotations

import csv
import html
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.due import Due
from flows.pages.proposal import write_proposal
from flows.settings import Settings
from schemas.submissions import Counts, Slot, State
from schemas.tables import TABLES
from tests.lib.pages import figures
from tests.lib.walk import SLOT
from warehouse.ledger.store import SenderHints, Submission
from warehouse.release.proposal import Proposal
from warehouse.release.write import Release

AT = datetime(2026, 10, 2, tzinfo=UTC)
REFUSED = Submission(
    "s1", "x", "Jane Doe.csv", "s1", SenderHints(), AT, State.LOADED, AT, SLOT, "", "", {}, AT, Counts(10, 8, 2, 0)
)
ROW = {
    "metric_title": "Signed-off plans",
    "item_label": "none",
    "organisation_code": "ZZ1",
    "organisation_name": "<i>Moor</i> & Co",
    "period_label": "September 2026",
    "category_label": "all",
    "change": "changed",
    "unit": "%",
    "status_after": "shown",
}


def change(**cells: object) -> dict[str, Any]:
    return {**ROW, **cells}


CHANGES = [
    change(value_before=40, value_after=41.5, category_label="Nurses"),
    change(value_before=40, value_after=52, category_label="Doctors"),
    change(change="now withheld", status_after="suppressed", category_label="Small group"),
    change(change="kept as it was", value_before=7, value_after=7),
    *(change(change="new", status_after=status) for status in ("shown", "suppressed", "suppressed")),
]


def written(
    settings: Settings, changes: list[dict[str, Any]], since: str = "r1", dues: tuple[Due, ...] = (), **about: Any
) -> Path:
    """The page of the release r2 with those changes."""
    folder = settings.proposed / "r2"
    folder.mkdir()
    with (folder / "changes.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, TABLES["release.changes"].names, restval="")
        writer.writeheader()
        writer.writerows(changes)
    (folder / "manifest.json").write_text(json.dumps({"is_fictional": True}))
    (folder / "disclosure_report.md").write_text("# Disclosure report\n\nHeadline.\n\n## Why\n\n- too few people;\n")
    figures(folder / "research_culture.duckdb")
    counts = {"shown": 20, "withheld": 32000, "not_available": 0}
    release = Release("r2", folder, "x", "x", counts, "20 of 32020 figures shown.", "1", "1")
    counted = {one["change"]: sum(row["change"] == one["change"] for row in changes) for one in changes}
    parts = {"submissions": (), "unmet": (), "absent": (), "refused": (), **about}
    write_proposal(settings, Proposal(release, since, changes=tuple(counted.items()), **parts), dues)
    return settings.proposed / "r2.html"


def text(page: Path) -> str:
    """What a person reads on the page, in one line."""
    body = re.sub(r"<(style|script).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture
def page(settings: Settings) -> Path:
    slot = Slot("ZZ2", "survey", "template", SLOT.period)
    told = {"unmet": ("Plans of 40 PAs.",), "absent": ("ZZ1, job_plan: none",), "refused": (REFUSED,)}
    return written(settings, CHANGES, submissions=(("new", slot),), **told)


@pytest.mark.parametrize(
    "said",
    [
        "Made-up data.",
        "r2, beside r1, which was current then.",
        "check not met Plans of 40 PAs. not come ZZ1, job_plan: none. rows refused 2 of 10 rows of Fictional Trust ZZ1",
        "research-culture findings s1",
        'research-culture approve r2 --reason "read and agreed" research-culture decline r2 --reason "why not"',
        "2 figures have another value",
        "1 figure is withheld now",
        "1 figure is kept as it was: too few people changed",
        "Signed-off plans Doctors <i>Moor</i> & Co September 2026 40% 52% has another value",
        "Signed-off plans <i>Moor</i> & Co September 2026 1 is withheld now",
        "New: Fictional Trust ZZ2 (ZZ2), Staff survey responses, September 2026 (from our template)",
        "Fictional Trust ZZ1 (ZZ1) 1 2 0",
        "41.2% month 08 47.9% month 09 ▲ up",
        "20 of 32020 figures shown. Disclosure report Why too few people;",
    ],
)
def test_it_says_what_to_look_at_first_what_changed_and_how_to_decide(page: Path, said: str) -> None:
    assert said in text(page)


def test_the_largest_difference_comes_first_and_no_file_name_is_told(page: Path) -> None:
    told = text(page)
    assert told.index("40% 52%") < told.index("40% 41.5%")
    assert "Jane Doe" not in told and " 7%" not in told
    assert "<i>Moor" not in page.read_text(encoding="utf-8")


def test_of_many_changes_the_first_are_told_and_where_the_others_stand(settings: Settings) -> None:
    page = written(settings, [change(value_before=40, value_after=40 + n) for n in range(1, 31)])
    assert text(page).count("has another value") == 25
    assert "And 5 more: all are in changes.csv" in text(page)


def test_what_is_overdue_by_the_calendar_is_counted_and_told_first_and_what_is_only_due_is_not(
    settings: Settings,
) -> None:
    late, soon = (
        Due("ZZ1", name, SLOT.period, date(2026, 10, 20), name == "survey") for name in ("survey", "workforce")
    )
    told = text(written(settings, [], dues=(late, soon)))
    assert "0 sources have not come again 1 overdue" in told
    assert (
        "overdue Staff survey responses for September 2026 of Fictional Trust ZZ1 (ZZ1), due by 20 October 2026:"
        " not in this release."
    ) in told
    assert "Every check passed" not in told and "20 October" in told and "Workforce" not in told


def test_a_first_release_is_all_new(settings: Settings) -> None:
    told = text(written(settings, [], since=""))
    assert "There is no current release, so all of it is new." in told
    assert (
        "Every check passed, every source that came before has come, nothing is overdue, and no row was refused."
        in told
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 375])
def test_in_chromium_it_opens_without_a_network_an_error_or_a_barrier(page: Path, browser, width: int) -> None:
    window = browser.open(page, width)
    assert window.locator("h1").inner_text() == "Proposed release"
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert (browser.errors, browser.violations(), browser.is_too_wide()) == ([], [], False)
