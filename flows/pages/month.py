"""The month's page: what came, what became of it, what is missing, and what to do next.

One page for all in `findings/`, and one in each organisation's folder there that tells of that organisation alone.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from flows.due import Due, due
from flows.errors import ERROR, SetupError, explain, tell
from flows.home.inbox import count_waiting
from flows.pages import words
from flows.pages.write import asked, write_page
from flows.settings import Settings, read_rules
from flows.workbooks.findings import REACH
from schemas.findings import NEW_HEADINGS, RULES, Finding, Severity
from schemas.submissions import NATIONAL, State
from schemas.tables import DATASETS
from warehouse.db.queries import select_of
from warehouse.ledger import release_log
from warehouse.ledger.read_again import corrected_by
from warehouse.ledger.release_log import ReleaseRecord
from warehouse.ledger.store import Ledger, Submission
from warehouse.release.write import DATABASE

PAGE = "month.html"
_OPEN_DAYS = 92  # for so long a refused file that nothing replaced is told of
_TOLD = (State.LOADED, State.HELD, State.REJECTED)  # the findings of others are of the past

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """One submission on the page, with its findings. `folder` is where its workbooks lie below `findings/`, or ''."""

    submission: Submission
    sender: str
    folder: str
    findings: Sequence[Row]
    is_new: bool  # False where it came before this month
    later: str = ""  # the file that came after a refused one and was taken
    has_mapping: bool = False

    @property
    def is_open(self) -> bool:
        """True where someone has to do something about the file as a whole."""
        return self.submission.state is State.HELD or (self.submission.state is State.REJECTED and not self.later)

    @property
    def look(self) -> tuple[str, str]:
        """What became of it: how its mark looks, and the word."""
        return words.STATES[self.submission.state]

    @property
    def has_new_headings(self) -> bool:
        """True where it is for the officer to say what its headings are."""
        return self.has_mapping and any(one["code"] == NEW_HEADINGS for one in self.findings)

    def is_for(self, one: Due) -> bool:
        """True where it is for what is due, as far as a file is known that was refused or is held."""
        slot, hints = self.submission.slot, self.submission.hints
        if slot:
            is_same = slot.dataset == one.dataset and slot.period.overlaps(one.period)
        else:
            is_same = hints.dataset in ("", one.dataset) and hints.period == one.period.label
        return is_same and self.sender in (one.organisation_code, NATIONAL) and self.is_open

    def of_severity(self, severity: str) -> list[tuple[Finding, str]]:
        """Its findings of that severity by row, each with its sentence without the place."""
        found = [_parted(one) for one in self.findings if one["severity"] == severity]
        return sorted(found, key=lambda one: one[0].rows[:1])


@dataclass(frozen=True)
class Month:
    """All that the pages tell, read once."""

    told: Sequence[Told]
    due: Sequence[Due]
    figures: Sequence[Row]
    waiting: ReleaseRecord | None
    current: ReleaseRecord | None
    in_inbox: int
    said: Sequence[str]  # what else a person has to see to


def renew_pages(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Write the month's pages, and say so where the machine or a file of `config/` does not let them be written."""
    try:
        write_month(settings, ledger, now)
    except Exception as problem:
        if (told := explain(problem)).exit_code == ERROR:
            raise
        tell(f"The month's pages in findings/ could not be written: {told}.")


def write_month(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Write the month's page for all and for each organisation; those of organisations that are no more go.

    Raises OSError, SetupError.
    """
    organisations = read_rules(settings).organisations
    month = _read(settings, ledger, now, organisations)
    names = {code: one.organisation_name for code, one in organisations.items()}
    for code in ("", *organisations):
        told = [organisations[code]] if code else organisations.values()
        about = {"code": code, "names": names, "is_fictional": any(one.is_fictional for one in told)}
        path = settings.findings / code / PAGE
        _write(path, _only(month, code) if code else month, {**about, "now": now.astimezone()})
    for page in settings.findings.glob(f"*/{PAGE}"):
        if page.parent.name not in organisations:
            page.unlink()


def _write(path: Path, month: Month, about: Mapping[str, Any]) -> None:
    own = {
        "by_sender": [(code, [*those]) for code, those in groupby(month.told, key=lambda one: one.sender)],
        "by_kind": [
            (severity, reach, those)
            for severity, reach in REACH.items()
            if (those := [one for one in month.told if one.submission.state in _TOLD and one.of_severity(severity)])
        ],
        "State": State,
        "Severity": Severity,
        "words": words,
    }
    write_page(path, "month.html", {**about, **vars(month), **own})


def _read(settings: Settings, ledger: Ledger, now: datetime, organisations: Collection[str]) -> Month:
    current, said = release_log.current(ledger), [*_unreleased(settings, ledger)]
    try:
        is_due = due(settings, ledger, now.date(), organisations)
    except SetupError as problem:  # of the calendar alone: the rules were read before
        is_due, said = (), [f"Correct config/calendar.csv: {problem}.", *said]
    return Month(
        told=sorted(_told(settings, ledger, now, organisations), key=lambda one: (one.sender, not one.is_open)),
        due=is_due,
        figures=_figures(settings, current),
        waiting=release_log.waiting(ledger),
        current=current,
        in_inbox=count_waiting(settings.inbox),
        said=said,
    )


def _unreleased(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Why what is loaded is in no release, and is not proposed."""
    loaded = {one.submission_id for one in ledger.loaded() if one.slot and one.slot.dataset in DATASETS}
    made = release_log.releases(ledger)
    if loaded == (release_log.submissions_of(ledger, made[0].release_id) if made else set()):
        return
    held = asked(settings.work, "SELECT sentence FROM audit.check_result WHERE severity = 'stop' AND NOT is_met")
    yield from (f"No release is proposed, because of a check: {one['sentence']}" for one in held)
    if not held:
        yield "What is loaded is not in a release yet: type `research-culture run`."


def _only(month: Month, code: str) -> Month:
    """What of the month concerns one organisation. What waits for approval does not."""
    return replace(
        month,
        told=[one for one in month.told if one.sender == code],
        due=[one for one in month.due if one.organisation_code == code],
        figures=[one for one in month.figures if one["organisation_code"] == code],
        waiting=None,
        in_inbox=0,
        said=(),
    )


def _told(settings: Settings, ledger: Ledger, now: datetime, organisations: Collection[str]) -> Iterator[Told]:
    """The submissions that came or changed this month, and those from before that are still open."""
    submissions = ledger.submissions()
    folders = {file.parent.name: file.parents[1].name for file in settings.findings.glob("*/*/findings.xlsx")}
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for one in submissions:
        is_new = max(one.landed_at, one.state_at) >= begin
        if not is_new and one.state is not State.HELD and one.landed_at < now - timedelta(days=_OPEN_DAYS):
            continue
        folder = folders.get(one.submission_id, "")
        later = corrected_by(one, submissions) if one.state is State.REJECTED else None
        found = Told(
            submission=one,
            sender=folder if folder in organisations else one.organisation_code,
            folder=folder,
            findings=ledger.findings(one.submission_id),
            is_new=is_new,
            later=later.sent_name if later else "",
            has_mapping=(settings.findings / folder / one.submission_id / "mapping.xlsx").is_file(),
        )
        if is_new or found.is_open:
            yield found


def _parted(row: Row) -> tuple[Finding, str]:
    """A finding of the ledger, and its sentence without the place."""
    found = Finding(row["code"], row["column_name"], tuple(json.loads(row["first_rows"])), row["row_count"])
    sentence = row["sentence"].removeprefix(f"{found.place}: ")
    is_quoted = RULES[found.code].sentence.startswith("{") and not sentence.startswith("the ")
    return found, sentence if is_quoted else sentence[:1].upper() + sentence[1:]


def _figures(settings: Settings, current: ReleaseRecord | None) -> list[Row]:
    """Each organisation's latest figures of the current release beside those before them."""
    return asked(settings.released / current.release_id / DATABASE, select_of("release.latest")) if current else []
