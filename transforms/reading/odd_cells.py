"""A workbook's cells that a reader takes for blank, or for another value than Excel shows, put into texts.

Errors and formulas that were never calculated would be blanks, 24.1 % would be 0.241, and 000121 would be 121.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import IO, BinaryIO
from xml.etree import ElementTree

from schemas.submissions import NEVER_CALCULATED

_BLOCK = 1 << 20
_BEFORE_ROWS = 1 << 20  # bytes of a sheet that its rows begin in
_ATTRIBUTE, _ATTRIBUTE_IS = rb"""\s%b\s*=\s*["']([^"']*)["']""", rb"""\s%b\s*=\s*["'](?:%b)["']"""
_KIND, _STYLE, _PLACE = (re.compile(_ATTRIBUTE % name) for name in (b"t", b"s", b"r"))
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)<)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MADE_ELSEWHERE = re.compile(rb"""fullCalcOnLoad\s*=\s*["'](1|true)["']""")  # each result is 0 until Excel opens it
# Of a number format: what stands for itself, a digit that is always shown, what makes it another kind of format
_PART = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]| |(0)|([^%-])')
_DIGIT, _OTHER = "{}", "?"
_MOST_DIGITS = 1e15  # Excel keeps 15
_PERCENT_FORMATS = {"9": "0%", "10": "0.00%"}  # those that Excel does not write into the file


@dataclass(frozen=True)
class _Formats:
    """The styles of percentages, and those that fill up with zeros with what they show, by number as cells say."""

    percent: frozenset[bytes]
    filled: dict[bytes, str]
    is_zero_uncalculated: bool

    def is_suspect(self, markup: bytes) -> bool:
        """False where no cell of the markup can be odd; it costs little."""
        if any(mark in markup for mark in (b'"e"', b"'e'", b"<f", b":f")):
            return True
        return bool(self._styles) and re.search(_ATTRIBUTE_IS % (b"s", self._styles), markup) is not None

    @property
    def _styles(self) -> bytes:
        return b"|".join({*self.percent, *self.filled})

    @cached_property
    def _cell(self) -> re.Pattern[bytes]:
        """A cell that may be odd: it begins with a formula, or is an error or of one of the styles."""
        signs = [_ATTRIBUTE_IS % (b"t", b"e"), *([_ATTRIBUTE_IS % (b"s", self._styles)] if self._styles else [])]
        begins = rb"(?=[^>]*?(?:%b)|[^>]*>\s*<(?:\w+:)?f[\s/>])" % b"|".join(signs)
        return re.compile(rb"<((?:\w+:)?)c%b(\s[^>]*)?(?<!/)>(.*?)</\1c>" % begins, re.S)

    def in_texts(self, markup: bytes) -> bytes:
        """The markup of whole rows with each odd cell as a text."""
        return self._cell.sub(self._in_text, markup)

    def _in_text(self, cell: re.Match[bytes]) -> bytes:
        prefix, attributes, content = cell[1], cell[2] or b"", cell[3]
        if (text := self._text(attributes, content)) is None:
            return cell[0]
        place = _PLACE.search(attributes)
        start = b"<%bc%b" % (prefix, place[0] if place else b"")
        return b'%b t="inlineStr"><%bis><%bt>%b</%bt></%bis></%bc>' % (start, *(prefix,) * 2, text, *(prefix,) * 3)

    def _text(self, attributes: bytes, content: bytes) -> bytes | None:
        kind, style = (found[1] if (found := one.search(attributes)) else b"" for one in (_KIND, _STYLE))
        value = found[1] or b"" if (found := _VALUE.search(content)) else None
        if kind == b"e":
            return value or b"#ERROR!"
        if _FORMULA.search(content) and kind != b"inlineStr":
            is_empty_text = kind == b"str" and value is not None
            if (not value and not is_empty_text) or (value == b"0" and self.is_zero_uncalculated):
                return NEVER_CALCULATED.encode()
        return self._as_shown(value, style) if value and kind in (b"", b"n") else None

    def _as_shown(self, value: bytes, style: bytes) -> bytes | None:
        with suppress(ValueError):
            if style in self.percent:
                return b"%.15g%%" % (float(value) * 100)
            if style in self.filled and float(value).is_integer() and 0 <= float(value) < _MOST_DIGITS:
                return _with_digits(self.filled[style], int(float(value)))
        return None


def _with_digits(shown: str, number: int) -> bytes:
    """The number as a format shows it that fills up with zeros; digits for which it has no place stand first."""
    digits = f"{number:0{shown.count(_DIGIT)}}"
    first = len(digits) - shown.count(_DIGIT) + 1
    return shown.format(digits[:first], *digits[first:]).encode()


def _shown(part: re.Match[str]) -> str:
    """What a part of a number format shows; of what stands for itself, letters, digits and hyphens alone."""
    if part[3] or part[4]:
        return _DIGIT if part[3] else _OTHER
    return re.sub("[^A-Za-z0-9-]", "", part[1] or part[2] or "")


def odd_cells_as_text(stream: BinaryIO) -> BinaryIO:
    """The workbook with its odd cells as texts; the stream itself where it has none. Raises as zipfile does."""
    stream.seek(0)
    with zipfile.ZipFile(stream) as source:
        formats = _formats(source)
        parts = {name for name in source.namelist() if _is_suspect(source, name, formats)}
        if not parts:
            stream.seek(0)
            return stream
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for name in dict.fromkeys(source.namelist()):
                with source.open(name) as part, copy.open(name, "w") as put:
                    if name not in parts:
                        shutil.copyfileobj(part, put)
                        continue
                    for markup in _whole_rows(part):
                        put.write(formats.in_texts(markup))
    made.seek(0)
    return made


def is_1904(stream: BinaryIO) -> bool:
    """True where the workbook counts its day numbers from 1904."""
    with zipfile.ZipFile(stream) as archive:
        return re.search(rb"""\sdate1904\s*=\s*["'](1|true)["']""", _part(archive, "xl/workbook.xml")) is not None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The part of that name, whatever its case and slashes; nothing where there is none."""
    there = [entry for entry in archive.infolist() if entry.filename.lower().replace("\\", "/") == name]
    return archive.read(there[0]) if there else b""


def _formats(archive: zipfile.ZipFile) -> _Formats:
    is_made_elsewhere = _MADE_ELSEWHERE.search(_part(archive, "xl/workbook.xml")) is not None
    try:
        root = ElementTree.fromstring(_part(archive, "xl/styles.xml"))
    except ElementTree.ParseError:
        return _Formats(frozenset(), {}, is_made_elsewhere)
    declared, styles = dict(_PERCENT_FORMATS), list[str]()
    for group in root:
        if group.tag.endswith("numFmts"):
            declared |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in group}
        if group.tag.endswith("cellXfs"):
            styles = [declared.get(one.get("numFmtId", ""), "") for one in group]
    shown = {b"%d" % n: _PART.sub(_shown, form.split(";")[0]) for n, form in enumerate(styles)}
    percent = frozenset(style for style, form in shown.items() if "%" in form)
    fills = {style: form for style, form in shown.items() if form.count(_DIGIT) > 1 and not {*form} & {_OTHER, "%"}}
    filled = {style: form[: form.rindex(_DIGIT) + len(_DIGIT)] for style, form in fills.items()}
    return _Formats(percent, filled, is_made_elsewhere)


def _is_suspect(archive: zipfile.ZipFile, name: str, formats: _Formats) -> bool:
    with archive.open(name) as part:
        first = part.read(_BEFORE_ROWS)
        return b"sheetData" in first and any(map(formats.is_suspect, _whole_rows(part, first)))


def _whole_rows(part: IO[bytes], before: bytes = b"") -> Iterator[bytes]:
    """The part in blocks of which each ends after a row, but for the last; `before` has been read of it already."""
    while block := part.read(_BLOCK):
        markup = before + block
        end = markup.rfind(b"row>") + len(b"row>") if b"row>" in block else 0
        if end:
            yield markup[:end]
        before = markup[end:]
    yield before
