"""Which layout a file is of, and where in it; or what is missing for it to be one that we know."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from schemas.codelists import fold
from schemas.findings import Finding, Refusal
from schemas.layouts import BY_MAPPING, Layout
from schemas.rulebook import Rulebook
from schemas.tables import spellings
from transforms.reading.containers import refuse
from transforms.reading.headings import as_declared, headings_row, is_data, question_texts, rows_below
from transforms.reading.shape import ABOUT, Shape

MAPPING = "mapping.xlsx"
NEAR_NEEDED = 0.7  # of a layout's needed headings are there ...
NEAR_KNOWN = 0.6  # ... and of the file's headings the layout knows so many: it is meant to be that layout
OURS = (ABOUT, "Notes", "Lists")  # sheets of our template that hold no rows


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

    What comes back says the sheet and the row of the headings as they are in this file, and how many rows below them
    hold no data.
    Raises Refusal: F010 a heading twice, F015 where two fit, F019 / F031 a sheet is not there or hidden, F032 several
    sheets fit, F020 no headings; UnknownLayout with F012 / F018 where it is nearly a known layout, with F011 for
    anything else.
    """
    candidates = [x for x in rules.layouts if dataset in ("", x.dataset) and layout in ("", x.name)]
    fitting = [x for x in candidates if x.fits(headings_at(shape, x))]
    fitting = fitting or [x for x in candidates if _places(shape, x)]
    fitting = [x for x in fitting if x.evidence == BY_MAPPING] or fitting  # what a person said goes before
    if len(fitting) > 1:
        refuse("F015", layouts=", ".join(f"{x.dataset}/{x.name}" for x in fitting))
    if fitting:
        return _in_this_file(shape, fitting[0])
    raise _unknown(shape, candidates, rules, is_named=bool(layout))


def _places(shape: Shape, layout: Layout) -> list[Layout]:
    """The layout at the first row that fits it of each visible sheet; of its own sheet alone where that is there."""
    sheets = [layout.sheet] if layout.sheet in shape.sheets else shape.visible
    fitting = ((one for one in _at_each_row(shape, layout, x) if one.fits(headings_at(shape, one))) for x in sheets)
    return [found for one in fitting if (found := next(one, None))]


def _at_each_row(shape: Shape, layout: Layout, sheet: str) -> Iterator[Layout]:
    """The layout as it would be with its headings in each of the sheet's first rows."""
    for number in range(len(shape.sheets[sheet])):
        yield layout.model_copy(update={"sheet": sheet, "metadata_rows": number})


def _in_this_file(shape: Shape, layout: Layout) -> Layout:
    """The layout and its parts, each where it stands in the file. Raises Refusal F010, F012, F018, F019, F031, F032."""
    if sheet_of(shape, layout) in shape.hidden:
        refuse("F031", sheet=layout.sheet)
    found = _places(shape, layout)
    if len(found) > 1:
        refuse("F032", sheets=_listed(one.sheet for one in found))
    layout = layout if layout.fits(headings_at(shape, layout)) else found[0]
    parts = tuple(_part(shape, layout, part) for part in layout.parts)
    for one in (layout, *(part for part in parts if part.sheet in shape.sheets)):
        _check_duplicates(headings_at(shape, one))
    rows = shape.sheets[sheet_of(shape, layout)]
    below = rows_below(rows, layout.metadata_rows)
    if parts == layout.parts and below == layout.rows_after_header:
        return layout
    return layout.model_copy(update={"parts": parts, "rows_after_header": below})


def _part(shape: Shape, layout: Layout, part: Layout) -> Layout:
    """A part of the layout where it stands; as declared where the file does not have it and need not."""
    if part.sheet in shape.hidden:
        refuse("F031", sheet=part.sheet)
    found = _places(shape, part) if part.sheet in shape.sheets else _elsewhere(shape, layout, part)
    if len(found) > 1:
        refuse("F032", sheets=_listed(one.sheet for one in found))
    if not found and part.sheet in shape.sheets:
        raise Refusal(*_differences(shape, part))
    if not found and not part.contract.is_optional:
        refuse("F019", sheet=part.sheet)
    return found[0] if found else part


def _elsewhere(shape: Shape, layout: Layout, part: Layout) -> list[Layout]:
    """The part on sheets of other names than the layout's own."""
    named = {sheet_of(shape, layout), *(one.sheet for one in layout.parts)}
    return [one for one in _places(shape, part) if one.sheet not in named]


def notes(shape: Shape, layout: Layout) -> tuple[Finding, ...]:
    """What of the file is not read: the sheets that it has or lacks, and the columns without a heading; and whether its
    layout alone says the period."""
    read = {*OURS, sheet_of(shape, layout), *(part.sheet for part in layout.parts)}
    unread = [sheet for sheet, rows in shape.sheets.items() if any(map(any, rows)) and sheet not in read]
    lacking = [part.sheet for part in layout.parts if part.sheet not in shape.sheets]
    findings = [Finding("W020", details={"sheets": _listed(unread)})] if unread else []
    findings += [Finding("W021", details={"sheets": _listed(lacking)})] if lacking else []
    for one in (layout, *layout.parts):
        headings, *below = shape.sheets.get(sheet_of(shape, one), ((),))[one.metadata_rows :]
        nameless = [
            n for n, h in enumerate(headings, 1) if not h and any(len(row) >= n and row[n - 1] for row in below)
        ]
        findings += [Finding("W022", one.place(""), details={"number": str(n)}) for n in nameless]
    findings += [Finding("W040", details={"period": layout.period})] if layout.period else []
    return tuple(findings)


def _listed(sheets: Iterable[str]) -> str:
    return ", ".join(f'"{sheet}"' for sheet in sheets)


def sheet_of(shape: Shape, layout: Layout) -> str:
    """The sheet that a layout reads: its own, else the first that is seen; of a CSV the only one."""
    return layout.sheet if layout.sheet and shape.format == "xlsx" else next(iter(shape.visible), "")


def headings_at(shape: Shape, layout: Layout) -> tuple[str, ...]:
    """The headings where the layout has them, as it spells them, without blank ones; none without its sheet."""
    return tuple(filter(None, columns_at(shape, layout)))


def columns_at(shape: Shape, layout: Layout) -> list[str]:
    """The same with the blank ones: a text for each column."""
    rows = shape.sheets.get(sheet_of(shape, layout), ())[layout.metadata_rows :]
    return as_declared(rows[0], layout.known) if rows else []


def _check_duplicates(headings: Iterable[str]) -> None:
    twice = {heading: str(times) for heading, times in Counter(headings).items() if times > 1}
    if twice:
        raise Refusal(*(Finding("F010", details={"heading": h, "times": times}) for h, times in twice.items()))


def _unknown(shape: Shape, candidates: Sequence[Layout], rules: Rulebook, *, is_named: bool) -> Refusal:
    """Why no layout fits. Raises Refusal F010, F020 where nobody can say what the columns are."""
    near = _nearest(shape, candidates, is_named=is_named)
    differences = _differences(shape, near) if near else []
    if near and not headings_at(shape, near):
        return Refusal(*differences)
    headed = headed_by(shape, near) if near else _guess(shape, familiar(rules))
    _check_duplicates(headed.headings)
    return UnknownLayout(headed, near, differences)


def _guess(shape: Shape, known: set[str]) -> Headed:
    """The sheet and row that look most like headings."""
    rows = {sheet: headings_row(rows, known) for sheet, rows in shape.visible.items()}
    found = [_headed(shape, sheet, number) for sheet, number in rows.items() if number is not None]
    if not found:
        refuse("F020")
    return max(found, key=lambda headed: len(set(headed.headings)))


def familiar(rules: Rulebook) -> set[str]:
    """Headings that we have met or expect, folded."""
    known = (heading for top in rules.layouts for one in (top, *top.parts) for heading in one.known)
    return set(map(fold, (*known, *spellings())))


def headed_on(shape: Shape, sheet: str, rules: Rulebook) -> Headed | None:
    """The table on one sheet of the file; None where no headings are found."""
    number = headings_row(shape.sheets[sheet], familiar(rules))
    return None if number is None else _headed(shape, sheet, number)


def headed_by(shape: Shape, layout: Layout) -> Headed:
    """The table that a layout which fits reads, for a mapping of it to be changed."""
    return _headed(shape, sheet_of(shape, layout), layout.metadata_rows, layout.known)


def _headed(shape: Shape, sheet: str, number: int, known: Collection[str] = ()) -> Headed:
    """The table below that row, its headings spelled as those of `known`."""
    rows = shape.sheets[sheet]
    headings = as_declared(rows[number], known)
    texts, below = question_texts(rows, number), rows[number + 1 + rows_below(rows, number) :]
    cells = {h: tuple(row[n] for row in below if n < len(row) and row[n]) for n, h in enumerate(headings) if h}
    return Headed(shape, sheet, number, tuple(filter(None, headings)), texts, cells)


def _nearest(shape: Shape, candidates: Sequence[Layout], *, is_named: bool) -> Layout | None:
    """The layout that the file is meant to be of, where it comes nearest to it; None where no one layout is near."""
    scored = [max(_scored(shape, x), key=lambda one: one[0], default=(0, x)) for x in candidates]
    if is_named and len(candidates) == 1:
        return scored[0][1] if scored[0][0] else candidates[0]
    best = max((score for score, _ in scored), default=0)
    tops = [x for score, x in scored if score and score == best]
    return tops[0] if len(tops) == 1 else None


def _scored(shape: Shape, layout: Layout) -> Iterator[tuple[int, Layout]]:
    """The layout at every row of the sheets that may hold it, with its likeness to what stands there, where any."""
    for sheet in [layout.sheet] if layout.sheet in shape.visible else shape.visible:
        for one in _at_each_row(shape, layout, sheet):
            if score := _likeness(shape, one):
                yield score, one


def _likeness(shape: Shape, layout: Layout) -> int:
    """How many of the headings the layout knows; 0 where they are too few for it to be meant."""
    there = set(headings_at(shape, layout))
    known = there & layout.known
    is_near = len(known) >= NEAR_KNOWN * len(there) and len(layout.needed & there) >= NEAR_NEEDED * len(layout.needed)
    return len(known) if is_near and len(known) > 1 else 0


def _differences(shape: Shape, layout: Layout) -> list[Finding]:
    """What stands between the file and the layout; a renamed column is told once, as the missing one.

    Raises Refusal F019, F031 without its sheet, F020 where data stands in the place of the headings.
    """
    sheet, there = sheet_of(shape, layout), headings_at(shape, layout)
    if sheet in shape.hidden or sheet not in shape.sheets:
        refuse("F031" if sheet in shape.hidden else "F019", sheet=sheet)
    if is_data(there):
        refuse("F020")
    unknown = [h for h in there if h not in layout.known]
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
