"""The month's page: each sentence is there, an organisation's page tells of no other, and nothing is markup."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from flows.pages.month import PAGE, renew_pages, write_month
from flows.settings import Settings
from schemas.findings import Finding
from schemas.submissions import Counts, Slot, State
from tests.lib.pages import HOSTILE, send, telling
from tests.lib.walk import NOW, SLOT
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

LATER = NOW + timedelta(days=1)


def text(settings: Settings, code: str = "") -> str:
    """What a person reads on a page, in one line."""
    page = (settings.findings / code / PAGE).read_text(encoding="utf-8")
    body = re.sub(r"<(style|script).*?</\1>", "", page.replace('<span class="end">', ""), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture
def pages(settings: Settings) -> Mapping[str, str]:
    """The texts of all pages, by organisation; that of all under ''."""
    with telling(settings) as ledger:
        write_month(settings, ledger, LATER)
    return {code: text(settings, code) for code in ("", "ZZ1", "ZZ2")}


@pytest.mark.parametrize(
    "said",
    [
        f"Send the findings on {HOSTILE} back to Fictional Trust ZZ1 (ZZ1): findings.xlsx on {HOSTILE} .",
        "half.csv of Fictional Trust ZZ2 (ZZ2) is held until someone confirms it.",
        "research-culture ingest --confirm s-held",
        "Send back the findings on 1 file with refused rows: corrected plans.csv , 2 of 12 rows refused",
        "Staff survey responses for August 2026 of Fictional Trust ZZ2 (ZZ2), due by 10 September 2026: nothing has"
        " come. Ask for it and put it into inbox/ZZ2/ ; if it is not to come, correct config/calendar.csv .",
        "4 files came 1 taken 1 refused 1 held 1 replaced by a later file 1 overdue",
        "Release r2 has been waiting for approval since 2 October 2026. Read what it changes , then type one of these:"
        ' research-culture approve r2 --reason "read and agreed"',
        "first plans.csv s-old Job plans, September 2026 2 October 2026 replaced by a later file",
        "corrected plans.csv s-new Job plans, September 2026 2 October 2026 taken 10 taken 2 refused",
        "The cell was left out, the row was taken in 1 file",
        'half.csv on half.csv ZZ2 Rows 5, 9 and 12 more, column "<b>Grade</b>" x1 is not a number; the cell is'
        " left out: write digits only. V011 14",
        "Fictional Trust ZZ2 (ZZ2) Staff survey responses August 2026 10 September 2026 overdue",
        "Fictional Trust ZZ1 (ZZ1) Staff survey responses September 2026 9 November 2026 due",
        "Signed-off <i>plans</i> higher is better 41.2% month 08 47.9% month 09 ▲ up",
        "33.3% month 08 31.1% month 09 ▼ down",
    ],
)
def test_the_page_for_all_says_what_came_what_became_of_it_and_what_to_do(pages: Mapping[str, str], said: str) -> None:
    assert said in pages[""]


def test_an_organisations_page_tells_of_no_other_and_of_nothing_that_waits_for_approval(
    pages: Mapping[str, str],
) -> None:
    of_one = (HOSTILE, "corrected plans.csv", "41.2%", "9 November 2026", "ZZ1")
    of_two = ("half.csv", "Grade", "33.3%", "10 September 2026", "ZZ2")
    assert all(said in pages["ZZ1"] for said in of_one) and all(said in pages["ZZ2"] for said in of_two)
    assert not any(said in pages["ZZ1"] for said in of_two) and not any(said in pages["ZZ2"] for said in of_one)
    assert not any("r2" in pages[code] or "approv" in pages[code] for code in ("ZZ1", "ZZ2"))


@pytest.mark.usefixtures("pages")
def test_no_name_heading_or_title_is_read_as_markup_and_each_link_leads_to_a_workbook(settings: Settings) -> None:
    for code in ("", "ZZ1", "ZZ2"):
        page = (settings.findings / code / PAGE).read_text(encoding="utf-8")
        assert not re.search(r"<img|<b>Grade|<i>plans|onerror=alert\(1\)>", page)
        links = {link for link in re.findall(r'href="([^"#]+)"', page) if link.endswith(".xlsx")}
        assert links and all((settings.findings / code / link).is_file() for link in links)


@pytest.mark.usefixtures("pages")
def test_who_may_read_the_folder_may_read_the_page(settings: Settings) -> None:
    assert (settings.findings / PAGE).stat().st_mode & 0o777 == 0o600
    settings.findings.chmod(0o750)
    with Ledger(settings.ledger, "tester") as ledger:
        write_month(settings, ledger, LATER)
    assert (settings.findings / PAGE).stat().st_mode & 0o777 == 0o640


@pytest.mark.usefixtures("pages")
def test_what_was_of_another_month_is_told_only_while_it_is_open(settings: Settings) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        write_month(settings, ledger, NOW + timedelta(days=40))
        told = text(settings)
        assert HOSTILE in told and "half.csv" in told and "corrected plans.csv" not in told
        write_month(settings, ledger, NOW + timedelta(days=120))
        told = text(settings)
        assert HOSTILE not in told and "half.csv" in told


def test_a_refused_file_is_not_open_once_its_correction_was_taken(settings: Settings) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        send(settings, ledger, "s1", "plans.csv", State.REJECTED)
        send(settings, ledger, "s2", "plans-corrected.csv", State.LOADED, SLOT)
        write_month(settings, ledger, LATER)
    assert "refused then plans-corrected.csv was taken" in text(settings)
    assert "1 refused, 1 since corrected" in text(settings)
    assert "Correct plans.csv" not in text(settings, "ZZ1")


def test_a_month_in_which_nothing_came_says_so(settings: Settings) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        write_month(settings, ledger, NOW)
    told = text(settings)
    for said in (
        "Nothing: no file was refused or is held, and no release waits.",
        "No file came this month.",
        "No release is current yet",
    ):
        assert said in told


def test_a_calendar_that_cannot_be_used_is_told_on_the_page(settings: Settings) -> None:
    (settings.config / "calendar.csv").write_text("dataset,organisation_code\njob_plan,all\n")
    with Ledger(settings.ledger, "tester") as ledger:
        write_month(settings, ledger, NOW)
    assert "Correct config/calendar.csv: a declared file cannot be used: calendar.csv, line 2" in text(settings)


def test_what_is_loaded_and_in_no_release_is_told(settings: Settings) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        send(settings, ledger, "s1", "plans.csv", State.LOADED, SLOT, rows=Counts(1, 1, 0, 0))
        write_month(settings, ledger, LATER)
    assert "What is loaded is not in a release yet: type `research-culture run`." in text(settings)


@pytest.mark.usefixtures("pages")
def test_the_page_of_an_organisation_that_is_no_more_goes(settings: Settings) -> None:
    file = settings.config / "organisations.csv"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "ZZ2" not in line))
    (settings.config / "calendar.csv").unlink()
    with Ledger(settings.ledger, "tester") as ledger:
        write_month(settings, ledger, LATER)
    assert not (settings.findings / "ZZ2" / PAGE).exists()
    assert "ZZ2, which is not declared" in text(settings)


def test_pages_that_cannot_be_written_stop_no_command(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.pages.write.files.write", full)
    with Ledger(settings.ledger, "tester") as ledger:
        renew_pages(settings, ledger, NOW)
    assert "The month's pages in findings/ could not be written: there is no room left" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("state", "slot", "hints", "said"),
    [
        (State.REJECTED, SLOT, {}, "plans.csv came and was refused."),
        (State.HELD, SLOT, {}, "plans.csv came and is held."),
        (State.REJECTED, None, {"period": "2026-09"}, "plans.csv , which may be it, came and was refused."),
        (State.REJECTED, None, {"dataset": "survey", "period": "2026-09"}, "2026: nothing has come."),
    ],
)
def test_a_file_that_was_refused_or_is_held_is_overdue_and_has_come(
    settings: Settings, state: State, slot: Slot | None, hints: dict[str, str], said: str
) -> None:
    lines = "dataset,organisation_code,months,days_after,from_date\njob_plan,ZZ1,9,1,2026-09-01\n"
    (settings.config / "calendar.csv").write_text(lines)
    with Ledger(settings.ledger, "tester") as ledger:
        ledger.land("s1", "s1", 100, "plans.csv", SenderHints(organisation="ZZ1", **hints), NOW)
        ledger.record("s1", state, IngestResult(slot=slot), NOW)
        write_month(settings, ledger, LATER)
    told = text(settings)
    assert "1 overdue" in told
    assert (said in told) and ("nothing has come" in told) == ("nothing" in said)
    assert "Job plans for September 2026 of Fictional Trust ZZ1 (ZZ1), due by 1 October 2026" in told


def test_new_headings_are_the_officers_to_explain_and_not_the_senders(settings: Settings) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        send(
            settings, ledger, "s1", "plans.csv", State.REJECTED, found=[Finding("F011", details={"mapping": "m.xlsx"})]
        )
        (settings.findings / "ZZ1" / "s1" / "mapping.xlsx").touch()
        write_month(settings, ledger, LATER)
    told = text(settings)
    assert "What to do next Fill in mapping.xlsx and put it into the inbox: the headings of plans.csv of" in told
    assert "Send the findings on" not in told
    told = text(settings, "ZZ1")
    assert "The file need not be sent again while they are being explained." in told
    assert "Correct plans.csv" not in told


@pytest.mark.slow
def test_a_long_name_is_never_broken_within_its_extension(settings: Settings, browser) -> None:
    with Ledger(settings.ledger, "tester") as ledger:
        for length in range(31, 61):
            send(settings, ledger, f"s{length}", f"{'x' * length}.xlsx", State.REJECTED)
        write_month(settings, ledger, LATER)
    ends = browser.open(settings.findings / "ZZ1" / PAGE, 375).locator("th .end")
    assert ends.count() == 30 and ends.evaluate_all("all => all.every(one => one.getClientRects().length < 2)")
    assert (browser.violations(), browser.is_too_wide()) == ([], False)


@pytest.mark.slow
@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("width", [1400, 375])
@pytest.mark.parametrize("code", ["", "ZZ2"])
def test_in_chromium_it_opens_without_a_network_an_error_or_a_barrier(
    settings: Settings, browser, code: str, width: int
) -> None:
    window = browser.open(settings.findings / code / PAGE, width)
    assert window.locator("h1").inner_text() == "Research culture, October 2026"
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert (browser.errors, browser.violations(), browser.is_too_wide()) == ([], [], False)
    names = window.locator(".name:not(.long)").filter(has_text=re.compile(r"^[^ -]+$"))
    assert names.count() and names.evaluate_all("all => all.every(one => one.getClientRects().length < 2)")
