"""What a run prints: its progress while it lasts, and at its end one screen on what came of it."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from flows.cli.output import say, say_json, show_table
from schemas.findings import counted

if TYPE_CHECKING:
    from flows.monthly.ingest import Outcome
    from flows.monthly.run import Month, Steps

# How much of each a screen of 30 lines has room for
_ORGANISATIONS, _REFUSED, _TAKEN, _NOTES, _RELEASE = 9, 3, 2, 2, 3
_NAME = 55  # letters of an organisation's or a file's name
_BECAME = {"rejected": "was refused", "held": "is held", "landed": "was not read"}
_LIST = "`research-culture status --all`"


@dataclass(frozen=True)
class Known:
    """What the officer's own screen says beside the result of a run, which holds no names of files."""

    files: Mapping[str, str] = field(default_factory=dict)  # submission -> its file's name
    short: Mapping[str, str] = field(default_factory=dict)  # submission -> its id as it can be typed
    organisations: Mapping[str, str] = field(default_factory=dict)  # code -> name
    missing: Mapping[str, int] = field(default_factory=dict)  # organisation -> how many files of it are overdue
    pages: tuple[str, ...] = ()  # to open, of those that are there


def show_month(month: Month, known: Known | None = None, *, as_json: bool) -> None:
    """Print on one screen what was taken, what was refused and what to do, and what was released."""
    known = known or Known()
    if as_json:
        say_json(_month_as_json(month, known.files))
        return
    if month.outcomes:
        _show_organisations(month.outcomes, known)
    told = (*(_with_name(one, known) for one in month.sentences), *(one.sentence for one in month.stayed))
    _say_some(told, _NOTES, "more like these")
    for number, outcome in enumerate(month.refused[:_REFUSED]):
        _say_refused(outcome, known, "" if number else "\n")
    if more := month.refused[_REFUSED:]:
        say(f"And {len(more):,} more: {_LIST} lists them, and their workbooks are in findings.")
    found = [one for one in month.outcomes if one.is_taken and one.finding_count]
    _say_taken(found, known, 0 if month.refused and found[_TAKEN:] else _TAKEN)
    say("", *_release(month), *(f"To open: {page}" for page in known.pages))


def _show_organisations(outcomes: Iterable[Outcome], known: Known) -> None:
    counts = defaultdict[str, Counter[str]](Counter)
    for one in outcomes:
        what = "taken" if one.is_taken else "held" if one.state == "held" else "refused"
        counts[one.organisation_code][what] += 1
    for code, missing in known.missing.items():
        counts[code]["overdue"] = missing
    codes = sorted(counts)
    if len(codes) > _ORGANISATIONS:  # those with something to do come first
        codes = sorted(codes, key=lambda code: counts[code]["taken"] - counts[code].total())
        first, others = codes[: _ORGANISATIONS - 1], codes[_ORGANISATIONS - 1 :]
        codes, rest = [*first, f"{len(others):,} more"], sum((counts[code] for code in others), Counter[str]())
        counts[codes[-1]] = rest
    what_of = ("taken", "refused", "held", *(["overdue"] if known.missing else []))
    rows = [
        {
            "organisation": f"{code or 'not known'} {known.organisations.get(code, '')[:_NAME]}".strip(),
            **{what: f"{counts[code][what]:,}" for what in what_of},
        }
        for code in codes
    ]
    show_table("", rows)


def _with_name(sentence: str, known: Known) -> str:
    """The sentence with the name of the file of which it tells by its submission's id."""

    def named(found: re.Match[str]) -> str:
        return _name_of(found[1], "", known) if found[1] in known.files else found[0]

    return re.sub(r"[Ss]ubmission (\w+-\w+)", named, sentence)


def _say_some(sentences: tuple[str, ...], most: int, what: str) -> None:
    """Print the first of them, and how many there are beside them."""
    say(*sentences[:most], *([f"And {len(sentences) - most:,} {what}."] if sentences[most:] else []))


def _say_refused(outcome: Outcome, known: Known, before: str) -> None:
    """Print what decided of it, with what to do; its workbook has the rest."""
    what = "stays as it was" if outcome.is_kept else _BECAME[outcome.state]
    say(f"{before}{_name(outcome, known)} {what}:", *(f"  - {sentence}" for sentence in outcome.sentences[:1]))
    further = f", with {len(outcome.sentences) - 1:,} more" if outcome.sentences[1:] else ""
    what_for = "To fill in" if outcome.has_new_headings else "To send back"
    say(*([f"  {what_for}{further}: {outcome.workbook}"] if outcome.workbook else []))


def _say_taken(found: list[Outcome], known: Known, most: int) -> None:
    """Print which files were taken with findings: those that lost most rows by name, the rest in one line."""
    found = sorted(found, key=lambda one: -one.counts.rejected)
    say(*([""] if found else []))
    for one in found[:most]:
        findings = counted(one.finding_count, "finding")
        say(f"{_name(one, known)} was taken with {findings}{_without([one])}: {one.workbook}")
    if rest := found[most:]:
        some = counted(len(rest), *(("more was", "more were") if most else ("file was", "files were")))
        say(f"{some} taken with findings{_without(rest)}: see findings.")


def _without(outcomes: list[Outcome]) -> str:
    rejected, rows = (sum(getattr(one.counts, name) for one in outcomes) for name in ("rejected", "rows"))
    whose = "its" if len(outcomes) == 1 else "their"
    return f", without {rejected:,} of {whose} {counted(rows, 'row')}" if rejected else ""


def _name(outcome: Outcome, known: Known) -> str:
    slot = " ".join(filter(None, (outcome.organisation_code, outcome.dataset, outcome.period)))
    return _name_of(outcome.submission_id, slot, known)


def _name_of(submission_id: str, slot: str, known: Known) -> str:
    submission = f"submission {known.short.get(submission_id, submission_id)}"
    if file := known.files.get(submission_id, ""):
        return f"{file} ({', '.join(filter(None, (slot, submission)))})"
    return f"{slot or 'A file'} ({submission})"


def _release(month: Month) -> Iterator[str]:
    """What was released, or why nothing was: the figures in one line, then the first sentences and the last."""
    headline = month.published.release.headline if month.published and month.published.release else ""
    said = [one for one in month.release_sentences if one != headline]
    if headline:
        yield shortened(headline)
    yield from said[: _RELEASE - 1]
    if more := len(said) - _RELEASE if said[_RELEASE:] else 0:
        yield f"And {more:,} more, on the page of the release in proposed."
    yield from said[_RELEASE - 1 :][-1:]


def _month_as_json(month: Month, files: Mapping[str, str]) -> dict[str, Any]:
    published = month.published
    return {
        "submissions": [
            {**row, "file": files.get(o.submission_id, ""), "sentences": o.sentences}
            for row, o in zip(month.as_rows(), month.outcomes, strict=True)
        ],
        "sentences": (*month.sentences, *(one.sentence for one in month.stayed)),
        "release_id": published.release.release_id if published and published.release else None,
        "is_held": bool(published and published.is_held),
        "is_approved": bool(published and published.is_approved),
        "messages": published.sentences if published else (),
    }


def shortened(headline: str) -> str:
    """A release's headline without its reasons, which stand on its pages."""
    parts = (part.partition(" because ")[0].rstrip(", .") for part in headline.split("; "))
    return "; ".join(part for part in parts if not part.startswith("choose ")) + "."


@contextmanager
def spinning(sentence: str) -> Iterator[Callable[[str], None]]:
    """A line of progress on standard error, where that is a terminal; it goes at the end. Gives what changes it."""
    if not sys.stderr.isatty():
        yield lambda sentence: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(sentence)) as status:
        yield lambda sentence: status.update(escape(sentence))


@contextmanager
def with_progress(steps: Steps, name: Callable[[str], str], waiting: Callable[[], int]) -> Iterator[Steps]:
    """The same steps with a line of progress. `name` is a submission's file, `waiting` how many wait once landed."""
    numbers, total = count(1), [0]
    with spinning("Looking into the inbox") as update:

        def announced(step: Callable[..., Any], sentence: Callable[..., str]) -> Callable[..., Any]:
            def take(*given: Any) -> Any:
                update(sentence(*given))
                return step(*given)

            return take

        def land(*given: Any) -> Any:
            landed = steps.land(*given)
            total[0] = waiting()
            return landed

        def reading(submission_id: str, _: object) -> str:
            number = next(numbers)
            file = "".join(c for c in name(submission_id) if c.isprintable())
            of = f" of {max(number, total[0]):,}" if total[0] else ""
            return f"Reading {number:,}{of}: {file if len(file) <= _NAME else f'{file[: _NAME - 1]}…'}"

        yield replace(
            steps,
            land=land,
            ingest=announced(steps.ingest, reading),
            curate=announced(steps.curate, lambda: "Building and checking the tables"),
            publish=announced(steps.publish, lambda *_: "Writing the release"),
        )
