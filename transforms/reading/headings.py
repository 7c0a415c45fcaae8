"""Which row of a table holds its headings, and which rows below them hold no data; told from what stands in them.

Nothing of a row of data may be taken for a heading: it would be told, and written into a mapping workbook.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence

from schemas.codelists import fold
from schemas.submissions import ERASED

Rows = Sequence[Sequence[str]]
Looks = Sequence[bool | None]  # of each column: whether its filled cells are values, as a number or date; None for none

# A cell that no heading is: an e-mail address, a day with a time, a number that someone is known by
CERTAIN = re.compile(
    r"\S@\S|\d{1,4}[/.-]\w{1,3}[/.-]\d{2,4}[T ]+\d{1,2}[:.]\d{2}|(?<!\d)\d{6,}|\d[\d ]{8,}\d|\b\d{2}[A-Z]\d{4}[A-Z]\b"
)
VALUE = re.compile(r"[0-9]{4}|\S@\S|[0-9]{1,2}[/.-]\w{1,3}[/.-][0-9]{2}|^[0-9.,:%+/ -]*[0-9][0-9.,:%+/ -]*$")
VALUES_SHARE = 0.25  # a row with more cells like values (a date, a number) holds no headings
COLUMN_SHARE = 0.6  # a column of which more cells are like values is one of values
FAMILIAR = 0.5  # a row of which we know so many cells as headings holds them
IMPORT_ID = re.compile(r"""^\{\s*["']?ImportId""")  # the row that Qualtrics writes below the questions' texts


def is_data(texts: Sequence[str]) -> bool:
    """True for the filled cells of a row that cannot be headings."""
    likes = sum(bool(VALUE.search(text)) for text in texts)
    return any(map(CERTAIN.search, texts)) or likes > VALUES_SHARE * len(texts)


def headings_row(rows: Rows, known: Collection[str] = ()) -> int | None:
    """The number of the row, from 0, that is the headings: the most different texts, the earliest of equals.

    None where that is not certain. `known` are folded headings that we know.
    """
    best, most, longest = None, 1, 0  # longest: of the rows of data above
    for number, row in enumerate(rows):
        texts = [text for text in row if text]
        words = len({text for text in texts if any(map(str.isalpha, text))})
        if is_data(texts):
            longest = max(longest, len(texts))
        elif len(texts) > longest and words > most and _is_above_data(row, rows[number + 1 :], known):
            best, most = number, words
    return best


def _is_above_data(row: Sequence[str], below: Rows, known: Collection[str]) -> bool:
    """True where the row differs from those below it as headings do, or is known."""
    texts = [fold(text) for text in row if text]
    if sum(text in known for text in texts) > max(1, FAMILIAR * len(texts)):
        return True
    different, alike = _contrast(row, below)
    again = sum(text in {other[n] for other in below if n < len(other)} for n, text in enumerate(row) if text)
    return different > alike and different > again


def _contrast(row: Sequence[str], below: Rows) -> tuple[int, int]:
    """Of the columns that hold values below the row: in how many it holds something else, and in how many a value."""
    different = alike = 0
    for place, text in enumerate(row):
        cells = [other[place] for other in below if place < len(other) and other[place] not in ("", ERASED)]
        if text and cells and sum(bool(VALUE.search(cell)) for cell in cells) >= COLUMN_SHARE * len(cells):
            is_value = bool(VALUE.search(text))
            different, alike = different + (not is_value), alike + is_value
    return different, alike


def looks_of(rows: Rows, width: int) -> tuple[Looks, bool]:
    """What the columns hold, by the rows of no more cells than `width`; and whether most have more, and tell it."""
    even = [row for row in rows if len(row) <= width]
    is_wider = len(even) <= len(rows) / 2
    told = rows if is_wider else even
    filled = ([row[place] for row in told if place < len(row) and row[place]] for place in range(width))
    return tuple(all(map(VALUE.search, cells)) if cells else None for cells in filled), is_wider


def are_moved(cells: Iterable[str], looks: Looks) -> bool:
    """Do cells stand in other columns than theirs, as after a stray delimiter? One where there is none, or no value
    where there are values."""
    pairs = zip(cells, looks, strict=True)
    return any(look is None or (look and not VALUE.search(cell)) for cell, look in pairs if cell.strip())


def rows_below(rows: Rows, headings: int) -> int:
    """How many rows below that of the headings hold a tool's import ids or the questions' texts, and no data."""
    below = rows[headings + 1 :]
    for number, row in enumerate(below[:2], 1):
        if any(map(IMPORT_ID.match, row)):
            return number
    if not below or ERASED in below[0] or is_data([text for text in below[0] if text]):
        return 0
    different, alike = _contrast(below[0], below[1:])
    return int(different > 1 and not alike)


def question_texts(rows: Rows, headings: int) -> dict[str, str]:
    """The text of each heading's question, where the row below the headings holds them."""
    if not rows_below(rows, headings) or any(map(IMPORT_ID.match, rows[headings + 1])):
        return {}
    return {h: text for h, text in zip(rows[headings], rows[headings + 1], strict=False) if h and text}


def as_declared(headings: Iterable[str], declared: Collection[str]) -> list[str]:
    """The headings of a file as the layout spells them, whose case they need not keep; others as they are."""
    spellings: dict[str, list[str]] = {}
    for heading in declared:
        spellings.setdefault(heading.casefold(), []).append(heading)
    alike = ((heading, spellings.get(heading.casefold(), ())) for heading in headings)
    return [found[0] if len(found) == 1 else heading for heading, found in alike]


def holds_row(text: str, delimiter: str, looks: Looks) -> bool:
    """Does a line within the cell read as a row of the table? One as wide, with values in the columns that `looks`
    says hold values; where no column does, one as wide."""
    if "\n" not in text and "\r" not in text:
        return False
    lines = (next(csv.reader([line], delimiter=delimiter), []) for line in text.splitlines()[1:])
    return len(looks) > 1 and any(_is_row(cells, looks) for cells in lines if len(cells) >= len(looks))


def _is_row(cells: Sequence[str], looks: Looks) -> bool:
    told = [bool(VALUE.search(cell)) for cell, is_value in zip(cells, looks, strict=False) if is_value and cell.strip()]
    return all(told) if told else not any(looks)
