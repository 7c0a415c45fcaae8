"""What the mapping workbook is filled in with: from the layout that the export nearly is, else guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from flows.mapping import form
from schemas.codelists import fold
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.tables import SENT
from transforms.guessing.evidence import FITS, Cells
from transforms.guessing.guess import PERSONAL, Guess, Guesses, Sure, guess, guess_part
from transforms.reading.identify import Headed, UnknownLayout, headed_on

AKIN = 4  # headings that an export shares with a layout of the same tool
CLOSE = 60  # per cent: a heading that may be the one which the layout lacks
VERDICTS = {Sure.SURE: form.KEEP, Sure.LIKELY: form.KEEP, Sure.GUESS: "", Sure.UNSAID: form.IGNORE}


@dataclass(frozen=True)
class Suggested:
    """The export's tables, the main one first, each heading with its guess; `words` are those of the drop-downs."""

    headed: Headed
    near: Layout | None
    dataset: str
    tables: list[tuple[Headed, Mapping[str, Guess]]]
    words: Mapping[Guess, str]
    rules: Rulebook

    def lines(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """The lines of the sheet for the columns, by its headings; no verdict where a person must say."""
        for table, guesses in self.tables:
            for heading, one in guesses.items():
                verdict = VERDICTS[one.sure] if one.key or one.like else form.IGNORE
                told = self._told(table, heading, one)
                yield heading, self.words.get(one, ""), verdict, one.sure, told, table.sheet

    def _told(self, table: Headed, heading: str, one: Guess) -> str:
        """What may be said of what stands below a heading: its question's text, and what its cells are. No cell."""
        cells = Cells(table.cells.get(heading, ()))
        return " | ".join(filter(None, (table.texts.get(heading, ""), self._kind(one, cells))))

    def _kind(self, one: Guess, cells: Cells) -> str:
        if not cells.texts:
            return "no filled cell in the first rows"
        contract = SENT[one.sheet] if one.key else None
        field = contract.field(one.key) if contract and one.key in contract.names else None
        if field and field.codelist:
            ours = self.rules.codelists[field.codelist]
            own = {fold(text) for text in (self.near.values.get(one.key, {}) if self.near else {})}
            unknown = sum(ours.code_of(text) is None and fold(text) not in own for text in cells.distinct)
            if unknown:
                return f"words that are not on our list: {unknown}; say on the sheet {form.VALUES} what each means"
            return "words of our list"
        if sum(";" in text for text in cells.texts) > 1:
            return f"several options in one cell: perhaps a tick list, see the sheet {form.TICKS}"
        if cells.dates >= FITS:
            return "dates"
        if len(cells.numbers) == len(cells.distinct):
            return "numbers"
        return "mostly numbers" if 2 * len(cells.numbers) > len(cells.distinct) else "text"

    def heading_of(self, theirs: str) -> str:
        """The export's heading for one of the layout that it nearly is; "" where it has none for it."""
        if self.near is None or theirs in self.headed.headings:
            return theirs
        key = self.near.columns.get(theirs) or self.near.questions.get(theirs)
        found = (h for h, one in self.tables[0][1].items() if one.like == theirs or (key and one.key == key))
        return next(found, "")

    def rows_to_leave_out(self) -> Iterator[tuple[str, str, str]]:
        """Heading, way to compare and text of rows that are no data: as in the layout that the export nearly is, else
        as the same tool's exports have them, such as Qualtrics' previews."""
        there = {fold(heading): heading for heading in self.headed.headings}
        ours = [one for one in self.rules.layouts if one.dataset == self.dataset]
        akin = max(ours, key=lambda one: len(there.keys() & set(map(fold, one.known))))
        if not self.near and len(there.keys() & set(map(fold, akin.known))) < AKIN:
            return
        for noise in (self.near or akin).noise:
            heading = self.heading_of(noise.column) if self.near else there.get(fold(noise.column), "")
            for how, texts in ((form.EQUALS, noise.equals), (form.STARTS, noise.starts_with)):
                yield from ((heading, how, text) for text in texts if heading)

    def options(self) -> Iterator[tuple[str, str, str]]:
        """The options of tick lists that we know: heading, option and our word for it."""
        words = {key: word for word, key in form.ticks(self.rules).items()}
        for theirs, block in (self.near.blocks if self.near else {}).items():
            if heading := self.heading_of(theirs):
                yield from ((heading, option, words[key]) for option, key in block.options.items() if key in words)


def suggest(unknown: UnknownLayout, dataset: str | None, rules: Rulebook) -> Suggested:
    """What the workbook is filled in with. A layout of another dataset than the one given is not followed."""
    near = unknown.near if unknown.near and dataset in (None, unknown.near.dataset) else None
    best = guess(unknown.headed, near.dataset if near else dataset, rules)[0]
    main = _nearly(unknown.headed, near, best) if near else dict(best.by_heading)
    tables = [(unknown.headed, main), *_further(unknown.headed, near, best.sheet, rules)]
    words = {}
    for word, choice in form.choices(best.sheet, rules, near).items():
        for sure in Sure:
            words[Guess(choice.key, sure, choice.sheet, choice.like)] = word
    return Suggested(unknown.headed, near, best.sheet, tables, words, rules)


def _further(
    headed: Headed, near: Layout | None, dataset: str, rules: Rulebook
) -> Iterator[tuple[Headed, Mapping[str, Guess]]]:
    """The tables on the other sheets that may be further sheets of the dataset."""
    parts = {part.sheet: part for part in near.parts} if near else {}
    for sheet in headed.shape.visible if form.parts_of(dataset) else ():
        table = headed_on(headed.shape, sheet, rules) if sheet != headed.sheet else None
        if table:
            best = guess_part(table, form.parts_of(dataset), rules)
            yield table, _nearly(table, parts[sheet], best) if sheet in parts else best.by_heading


def _nearly(headed: Headed, near: Layout, best: Guesses) -> dict[str, Guess]:
    """Each heading as the layout has it; one that it does not know as the one that it lacks, or as it is guessed."""
    known = {heading: one for heading in headed.headings if (one := _as_in(near, heading, Sure.SURE))}
    lacking = [heading for heading in sorted(near.read) if heading not in headed.headings]
    found: dict[str, Guess] = {}
    for heading in headed.headings:
        close = process.extractOne(fold(heading), list(map(fold, lacking)), scorer=_closeness, score_cutoff=CLOSE)
        guessed = best.by_heading[heading]
        if heading in known:
            found[heading] = known[heading]
        elif close and _may_be(heading, lacking[close[2]]):
            found[heading] = _as_in(near, lacking.pop(close[2]), Sure.GUESS) or Guess()
        elif guessed.key and guessed.key not in {one.key for one in (*known.values(), *found.values())}:
            found[heading] = Guess(guessed.key, Sure.GUESS, guessed.sheet)
        else:
            found[heading] = Guess()
    return found


def _may_be(heading: str, theirs: str) -> bool:
    """Not where only the one is of a column that holds who someone is."""
    return not PERSONAL.search(fold(heading)) or PERSONAL.search(fold(theirs)) is not None


def _closeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """How alike two headings are in per cent; wholly where one holds the other's words."""
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other))


def _as_in(near: Layout, heading: str, sure: Sure) -> Guess | None:
    """What the layout does with a heading; None where it does not know it."""
    key = near.columns.get(heading) or near.questions.get(heading)
    if key:
        return Guess(key, sure, near.dataset)
    if heading in near.ignore:
        return Guess(sure=sure)
    return Guess("", sure, near.dataset, heading) if heading in near.read else None
