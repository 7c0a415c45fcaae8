"""Which layout a file is of, told from its heading row; or what is missing for it to be one that we know."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from schemas.findings import Finding, Refusal
from schemas.layouts import BY_MAPPING, Layout
from schemas.rulebook import Rulebook
from transforms.reading.containers import refuse
from transforms.reading.shape import Shape

MAPPING = "mapping.xlsx"
NEAR_NEEDED = 0.7  # of a layout's needed headings are there ...
NEAR_KNOWN = 0.6  # ... and of the file's headings the layout knows so many: it is meant to be that layout
DATA_LIKE = re.compile(r"[0-9]{4}|\S@\S|[0-9]{1,2}[/.-]\w{1,3}[/.-][0-9]{2}|^[0-9.,:%+/ -]*[0-9][0-9.,:%+/ -]*$")
DATA_SHARE = 0.25  # a row with more of its cells like data (a date, a number, an e-mail address) holds no headings


@dataclass(frozen=True)
class Headed:
    """A table as it stands in a file, for an officer to say what its columns are.

    `cells` are for guessing alone: they are never written, told or logged.
    """

    shape: Shape
    sheet: str
    metadata_rows: int
    headings: tuple[str, ...]
    texts: Mapping[str, str] = field(default_factory=dict)  # heading -> the question's text below it
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # heading -> the first cells below, filled ones


class UnknownLayout(Refusal):
    """Headings that nobody has declared, with the best guess of where they stand: F011, or what stands between them
    and the layout that is `near`."""

    def __init__(self, headed: Headed, near: Layout | None = None, findings: Sequence[Finding] = ()) -> None:
        super().__init__(*(findings or [Finding("F011", details={"mapping": MAPPING})]))
        self.headed, self.near = headed, near

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.headed, self.near, self.findings)


def identify(shape: Shape, rules: Rulebook, *, dataset: str = "", layout: str = "") -> Layout:
    """The one layout whose headings the file has, among those of `dataset` and of name `layout` where given.

    Raises Refusal: F010 a heading twice, F015 where two fit, F019 the sheet is not there, F020 no headings;
    UnknownLayout with F012 / F018 where it is nearly a known layout, with F011 for anything else.
    """
    candidates = [x for x in rules.layouts if dataset in ("", x.dataset) and layout in ("", x.name)]
    fitting = [x for x in candidates if x.fits(headings_at(shape, x))]
    fitting = [x for x in fitting if x.evidence == BY_MAPPING] or fitting  # what a person said goes before
    if len(fitting) > 1:
        refuse("F015", layouts=", ".join(f"{x.dataset}/{x.name}" for x in fitting))
    if fitting:
        for one in (fitting[0], *_parts(shape, fitting[0])):
            _check_duplicates(headings_at(shape, one))
        return fitting[0]
    sheet, metadata_rows, headings = _guess(shape)
    near = _nearest(shape, candidates, is_named=bool(layout))
    differences = _differences(shape, near) if near else []
    _check_duplicates(headings_at(shape, near) if near else headings)
    if near and sheet_of(shape, near) in shape.sheets:
        sheet, metadata_rows, headings = sheet_of(shape, near), near.metadata_rows, headings_at(shape, near)
    elif near:
        raise Refusal(*differences)
    headed = Headed(shape, sheet, metadata_rows, headings, {}, _cells(shape, sheet, metadata_rows))
    raise UnknownLayout(headed, near, differences)


def _parts(shape: Shape, layout: Layout) -> tuple[Layout, ...]:
    """The layout's parts that the file has. Raises Refusal F019 for a sheet that must be there, F012 / F018."""
    missing = [p.sheet for p in layout.parts if p.sheet not in shape.sheets and not p.contract.is_optional]
    there = tuple(part for part in layout.parts if part.sheet in shape.sheets)
    findings = [Finding("F019", details={"sheet": sheet}) for sheet in missing]
    findings = findings or [finding for part in there for finding in _differences(shape, part)]
    if findings:
        raise Refusal(*findings)
    return there


def sheet_of(shape: Shape, layout: Layout) -> str:
    """The sheet that a layout reads: its own, else the first; of a CSV the only one."""
    return layout.sheet if layout.sheet and shape.format == "xlsx" else next(iter(shape.sheets), "")


def headings_at(shape: Shape, layout: Layout) -> tuple[str, ...]:
    """The headings where the layout has them, blank ones left out; none where its sheet is missing."""
    rows = shape.sheets.get(sheet_of(shape, layout), ())[layout.metadata_rows :]
    return tuple(filter(None, rows[0])) if rows else ()


def _check_duplicates(headings: Iterable[str]) -> None:
    twice = {heading: str(times) for heading, times in Counter(headings).items() if times > 1}
    if twice:
        raise Refusal(*(Finding("F010", details={"heading": h, "times": times}) for h, times in twice.items()))


def _guess(shape: Shape) -> tuple[str, int, tuple[str, ...]]:
    """The sheet and row that look most like headings: the most different texts, the earliest of equals.

    No row of data, nor a shorter one below it: its cells would be told and written to the mapping as headings.
    """
    best: tuple[str, int, tuple[str, ...]] = ("", 0, ())
    for sheet, rows in shape.sheets.items():
        longest = 0  # of the rows of data above
        for number, row in enumerate(rows):
            texts = tuple(filter(None, row))
            if _is_data(texts):
                longest = max(longest, len(texts))
            elif len(texts) > longest and len(_words(texts)) > len(_words(best[2])):
                best = (sheet, number, texts)
    if len(_words(best[2])) < 2:
        refuse("F020")
    return best


def headed_on(shape: Shape, sheet: str, rules: Rulebook) -> Headed | None:
    """The table on one sheet of the file; None where no headings are found."""
    try:
        name, number, headings = _guess(replace(shape, sheets={sheet: shape.sheets[sheet]}))
    except Refusal:
        return None
    return Headed(shape, name, number, headings, {}, _cells(shape, name, number))


def _cells(shape: Shape, sheet: str, metadata_rows: int) -> dict[str, tuple[str, ...]]:
    """The filled cells below each heading, of the rows that the shape holds."""
    headings, *rows = shape.sheets[sheet][metadata_rows:]
    return {h: tuple(row[n] for row in rows if n < len(row) and row[n]) for n, h in enumerate(headings) if h}


def _is_data(texts: Sequence[str]) -> bool:
    return sum(bool(DATA_LIKE.search(text)) for text in texts) > DATA_SHARE * len(texts)


def _words(texts: Iterable[str]) -> set[str]:
    return {text for text in texts if any(letter.isalpha() for letter in text)}


def _nearest(shape: Shape, candidates: Sequence[Layout], *, is_named: bool) -> Layout | None:
    if is_named and len(candidates) == 1:
        if sheet_of(shape, candidates[0]) not in shape.sheets:
            refuse("F019", sheet=candidates[0].sheet)
        return candidates[0]
    scored = [(score, x) for x in candidates if (score := _likeness(headings_at(shape, x), x))]
    best = max((score for score, _ in scored), default=0)
    tops = [x for score, x in scored if score == best]
    return tops[0] if len(tops) == 1 else None


def _likeness(headings: tuple[str, ...], layout: Layout) -> int:
    """How many of the headings the layout knows; 0 where they are too few for it to be meant."""
    there = set(headings)
    known = there & (layout.read | set(layout.ignore))
    is_near = len(known) >= NEAR_KNOWN * len(there) and len(layout.needed & there) >= NEAR_NEEDED * len(layout.needed)
    return len(known) if is_near and len(known) > 1 else 0


def _differences(shape: Shape, layout: Layout) -> list[Finding]:
    """What stands between the file and the layout; a renamed column is told once, as the missing one.

    Raises Refusal F020 where data stands in the place of the headings.
    """
    there = headings_at(shape, layout)
    if _is_data(there):
        refuse("F020")
    unknown = [h for h in there if h not in layout.read and h not in layout.ignore]
    findings = []
    for missing in sorted(layout.needed - set(there)):
        close = _close(missing, unknown)
        unknown = [h for h in unknown if h not in close]
        hint = f' (the nearest heading is "{close[0]}")' if close else ""
        findings.append(Finding("F012", details={"heading": layout.place(missing), "hint": hint}))
    for heading in unknown:
        close = _close(heading, sorted(layout.read - set(there)))
        hint = f' (did you mean "{close[0]}"?)' if close else ""
        findings.append(Finding("F018", details={"heading": layout.place(heading), "hint": hint}))
    return findings


def _close(heading: str, others: Sequence[str]) -> list[str]:
    folded = {other.casefold(): other for other in others}
    return [folded[match] for match in get_close_matches(heading.casefold(), list(folded), n=1, cutoff=0.6)]
