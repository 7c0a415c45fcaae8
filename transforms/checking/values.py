"""Texts to values, a kind of field each: always over the distinct texts of a column, NULL where one cannot be read."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas.codelists import Codelist, fold
from schemas.fields import Field
from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout

YES_NO = dict.fromkeys(("yes", "y", "true", "t", "1"), True) | dict.fromkeys(("no", "n", "false", "f", "0"), False)
DAY_ZERO = date(1899, 12, 30)  # Excel's day numbers as every version counts them from March 1900
DAY_NUMBER = r"^[2-7][0-9]{4}(\.[0-9]+)?$"  # 1954 to 2119
YEARS = range(1900, 2200)
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
WHOLE = 2.0**53  # beyond it a float no longer holds every whole number
PLAIN = {"registration": r"^[0-9]+$"}  # already in normal form, by type of identifier; else:
PLAIN_OTHER = r"^[0-9A-Z-]+$"


def read(field: Field, texts: pa.Array, layout: Layout, codelist: Codelist | None) -> pa.Array:
    """The texts as values of the field's kind; NULL where a text is NULL or cannot be read.

    A code that is on no list stays as it is written, for the schema to find.
    """
    if field.kind == "date":
        return dates(texts, layout.date_formats)
    if field.kind in ("number", "integer"):
        return numbers(texts, layout.decimal_comma, is_whole=field.kind == "integer")
    if field.kind == "boolean":
        return booleans(texts)
    if field.kind == "identifier":
        return identifiers(texts, field.identifier)
    return codes(texts, codelist) if codelist else texts


def numbers(texts: pa.Array, decimal_comma: bool, *, is_whole: bool) -> pa.Array:
    """float64, or int64 where only whole numbers will do (`3.0` is one)."""
    plain = pc.replace_substring(texts, ",", ".") if decimal_comma else texts
    plain = pc.if_else(pc.match_substring_regex(plain, NUMBER), plain, None)
    values = pc.cast(plain, pa.float64())
    if not is_whole:
        return values
    fits = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), WHOLE))
    return pc.cast(pc.if_else(fits, values, None), pa.int64())


def booleans(texts: pa.Array) -> pa.Array:
    """True for yes, false for no, in the spellings of YES_NO."""
    return pa.array([YES_NO.get(fold(text or "")) for text in texts.to_pylist()], pa.bool_())


def codes(texts: pa.Array, codelist: Codelist) -> pa.Array:
    """The code of each text by code, label or alias; the text itself where it is on no list."""
    return pa.array([text and (codelist.code_of(text) or text) for text in texts.to_pylist()], pa.string())


def identifiers(texts: pa.Array, identifier: str) -> pa.Array:
    """Each in its normal form."""
    is_plain = pc.match_substring_regex(texts, PLAIN.get(identifier, PLAIN_OTHER))
    if pc.all(is_plain).as_py() is not False:
        return texts
    kind = IDENTIFIER_TYPES[identifier]
    others = pc.if_else(is_plain, None, texts).to_pylist()
    return pc.coalesce(pa.array([text and kind.normalise(text) for text in others], pa.string()), texts)


def dates(texts: pa.Array, formats: tuple[str, ...]) -> pa.Array:
    """date32 by the first format that fits, else by ISO 8601, else as Excel's day number."""
    found = pa.nulls(len(texts), pa.date32())
    for form in formats:
        if found.null_count == texts.null_count:
            return found
        found = pc.coalesce(found, _dates_in(texts, form))
    rest = pc.if_else(pc.is_valid(found), None, texts).to_pylist()
    return pc.coalesce(found, pa.array([text and (_iso(text) or _day(text)) for text in rest], pa.date32()))


def is_day_number(texts: pa.Array) -> pa.Array:
    """Which texts are Excel's day numbers."""
    return pc.fill_null(pc.match_substring_regex(texts, DAY_NUMBER), False)


def _dates_in(texts: pa.Array, form: str) -> pa.Array:
    """Arrow makes 3 March of 31 February, so what does not come out as it went in is read again by Python."""
    times = pc.strptime(texts, format=form, unit="s", error_is_null=True)
    same = pc.equal(pc.strftime(times, format=form), texts)
    sure = pc.and_(same, pc.is_in(pc.year(times), pa.array(YEARS, pa.int64())))
    unsure = pc.fill_null(pc.invert(sure), False)
    found = pc.cast(pc.if_else(sure, times, None), pa.date32())
    if not pc.any(unsure).as_py():
        return found
    rest = pc.if_else(unsure, texts, None).to_pylist()
    again = [text and _day_by(lambda text: datetime.strptime(text, form), text) for text in rest]
    return pc.coalesce(found, pa.array(again, pa.date32()))


def _iso(text: str) -> date | None:
    return _day_by(datetime.fromisoformat, text) if "-" in text else None


def _day_by(read_time: Callable[[str], datetime], text: str) -> date | None:
    try:
        day = read_time(text).date()
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _day(text: str) -> date | None:
    return DAY_ZERO + timedelta(days=int(float(text))) if re.fullmatch(DAY_NUMBER, text) else None
