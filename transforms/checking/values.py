"""Texts to values, a kind of field each: always over the distinct texts of a column, NULL where one cannot be read.

Excel's errors and ####, formulas, and numbers that Excel has changed stand in place of a value.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from schemas.codelists import Codelist, fold
from schemas.fields import Field
from schemas.findings import Finding
from schemas.identifiers import IDENTIFIER_TYPES, INVISIBLE
from schemas.layouts import Layout
from schemas.submissions import NEVER_CALCULATED
from transforms.checking.columns import Column

YES_NO = dict.fromkeys(("yes", "y", "true", "t", "1"), True) | dict.fromkeys(("no", "n", "false", "f", "0"), False)
DAY_ZERO = date(1899, 12, 30)  # Excel's day numbers as every version counts them from March 1900
DAY_ZERO_1904 = date(1904, 1, 1)  # where a workbook says so
DAY_NUMBER = r"^[2-7][0-9]{4}(\.[0-9]+)?$"  # 1954 to 2119
_TIME = r"(?:(?:T| +)\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_DAY_PART, _MONTH_PART, _YEAR_PART = r"(?P<day>\d{1,2})", "(?P<month>[A-Za-z]{3,9})", r"(?P<year>\d{4}|\d\d)"
_NAMED = re.compile(rf"{_DAY_PART}(?:st|nd|rd|th)?[ ./-]*{_MONTH_PART}[ ,./-]*{_YEAR_PART}{_TIME}")
_NAMED_MONTH_FIRST = re.compile(rf"{_MONTH_PART}[ ./-]+{_DAY_PART}(?:st|nd|rd|th)?(?:, ?|[ ./-]){_YEAR_PART}{_TIME}")
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([/.-])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}")
_NUMBERS = re.compile(rf"(?P<first>\d{{1,2}})([/.-])(?P<second>\d{{1,2}})\2(?P<year>\d{{4}}){_TIME}")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
YEARS = range(1901, 2200)  # a day of 1900 is what systems and Excel write for none
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
WHOLE = 2.0**53  # beyond it a float no longer holds every whole number
PLAIN = {"registration": r"^[0-9]+$"}  # already in normal form, by type of identifier; else:
PLAIN_OTHER = r"^[0-9A-Z-]+$"

# What stands in a cell in place of its value
MISSHAPEN, FORMULA, ERROR, UNCALCULATED, CHANGED, HASHES = "015", "017", "020", "021", "023", "024"  # findings' numbers
_SUSPECT = r"^([=@#]|[+\-][^\d.,\s]|Err)"
_ERROR = re.compile(
    r"#(?i:N/A|GETTING_DATA|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)!?|#[A-Z][A-Z0-9/_]*[!?]|Err:\d{3}|Error 20\d\d"
)
_MONTH = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# What Excel makes of a number that is longer than its column, or looks like a date; the last two of no code with a dot
_CHANGED = r"^(\d([.,]\d+)?[Ee][+-]\d+|\d[.,]\d+[Ee]\d+|(19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d\d(:\d\d)?)?"
_CHANGED += r"|\d{1,2}/\d{1,2}/(\d\d|\d{4})( .*)?|\d{1,2}[-.]\d{1,2}[-.](19|20)\d\d"
_CHANGED += rf"|\d{{1,2}}[- ]{_MONTH}([- ]\d{{2,4}})?|{_MONTH}[- ]\d\d"
_CHANGED_CODE, _CHANGED_NUMBER = f"{_CHANGED})$", rf"{_CHANGED}|\d+[.,]\d*[1-9]\d*|[\d.]+%|-\d+)$"


def read(
    field: Field, texts: pa.Array, layout: Layout, codelist: Codelist | None, day_zero: date = DAY_ZERO
) -> pa.Array:
    """The texts as values of the field's kind; NULL where a text is NULL or cannot be read.

    A code that is on no list stays as it is written, for the schema to find.
    """
    if field.kind == "date":
        return dates(texts, layout.date_formats, day_zero)
    if field.kind in ("number", "integer"):
        is_whole, is_percentage = field.kind == "integer", field.is_percentage
        return numbers(texts, layout.decimal_comma, is_whole=is_whole, is_percentage=is_percentage)
    if field.kind == "boolean":
        return booleans(texts)
    if field.kind == "identifier":
        return identifiers(texts, field.identifier, layout.widths.get(field.name, 0))
    return codes(texts, codelist) if codelist else texts


def trimmed(texts: pa.Array) -> pa.Array:
    """The texts without the spaces around them, and without the characters that nobody sees."""
    is_plain = pc.all(pc.string_is_ascii(texts)).as_py() is not False  # NULL for no texts
    return pc.utf8_trim_whitespace(texts if is_plain else pc.replace_substring_regex(texts, INVISIBLE, ""))


def banded(text: str, bands: Mapping[str, float]) -> str:
    """The band of a number, which may be an amount in pounds such as `£12,500`; any other text as it is."""
    plain = re.sub(r"^£ *|(?<=\d),(?=\d{3}(?!\d))", "", text)
    if not re.match(NUMBER, plain):
        return text
    reached = [code for code, least in bands.items() if float(plain) >= least]
    return max(reached, key=lambda code: bands[code], default=text)


def numbers(texts: pa.Array, decimal_comma: bool, *, is_whole: bool, is_percentage: bool = False) -> pa.Array:
    """float64, or int64 where only whole numbers will do (`3.0` is one). `80%` is 0.8, but 80 of a percentage."""
    plain = pc.replace_substring(texts, ",", ".") if decimal_comma else texts
    is_signed = pc.ends_with(plain, "%")
    hundredth = "" if is_percentage else "e-2"
    plain = pc.if_else(is_signed, pc.binary_join_element_wise(pc.utf8_rtrim(plain, " %"), hundredth, ""), plain)
    plain = pc.if_else(pc.match_substring_regex(plain, NUMBER), plain, None)
    values = pc.add(pc.cast(plain, pa.float64()), 0.0)  # no negative nought
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


def identifiers(texts: pa.Array, identifier: str, width: int = 0) -> pa.Array:
    """Each in its normal form, with `width` digits where it is digits alone."""
    if width:
        texts = pc.if_else(pc.match_substring_regex(texts, r"^\d+$"), pc.utf8_lpad(texts, width, "0"), texts)
    is_plain = pc.match_substring_regex(texts, PLAIN.get(identifier, PLAIN_OTHER))
    if pc.all(is_plain).as_py() is not False:
        return texts
    kind = IDENTIFIER_TYPES[identifier]
    others = pc.if_else(is_plain, None, texts).to_pylist()
    return pc.coalesce(pa.array([text and kind.normalise(text, width) for text in others], pa.string()), texts)


def dates(texts: pa.Array, formats: tuple[str, ...], day_zero: date = DAY_ZERO) -> pa.Array:
    """date32 by the first format that fits, else by any that means one day, else as Excel's day number."""
    found = pa.nulls(len(texts), pa.date32())
    for form in formats:
        if found.null_count == texts.null_count:
            return found
        found = pc.coalesce(found, _dates_in(texts, form))
    rest, month_first = pc.if_else(pc.is_valid(found), None, texts).to_pylist(), is_month_first(formats)
    others = [text and (_written(text, month_first) or _day(text, day_zero)) for text in rest]
    return pc.coalesce(found, pa.array(others, pa.date32()))


def is_month_first(formats: tuple[str, ...]) -> bool | None:
    """Whether dates in numbers are written month first, by the first format that says; None where none does."""
    orders = (form.find("%m") < form.find("%d") for form in formats if "%m" in form and not form.startswith("%Y"))
    return next(orders, None)


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
    again = [text and _day_by(datetime.strptime, text, form) for text in rest]
    return pc.coalesce(found, pa.array(again, pa.date32()))


def _day_by(time_of: Callable[..., datetime], *told: object) -> date | None:
    try:
        day = time_of(*told).date()
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _day(text: str, day_zero: date) -> date | None:
    return day_zero + timedelta(days=int(float(text))) if re.fullmatch(DAY_NUMBER, text) else None


def _written(text: str, month_first: bool | None) -> date | None:
    """The day that people and Excel write so, with or without a time; None where it may be another one."""
    if found := _NAMED.fullmatch(text) or _NAMED_MONTH_FIRST.fullmatch(text):
        year, name = found["year"], found["month"].casefold()
        month = next((n for n, one in enumerate(_MONTHS.split("|"), 1) if one.startswith(name)), 0)
        return _day_by(datetime, _full_year(int(year)) if len(year) == 2 else int(year), month, int(found["day"]))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day_by(datetime, *map(int, found.group("year", "month", "day")))
    if not (found := _NUMBERS.fullmatch(text)):
        return None
    first, second = int(found["first"]), int(found["second"])
    if month_first is None and (first > 12 or second > 12 or first == second):
        month_first = second > 12
    if month_first is None:
        return None
    return _day_by(datetime, int(found["year"]), *((first, second) if month_first else (second, first)))


def _full_year(year: int) -> int:
    """Of two digits; 0 where nobody could say which century."""
    return 2000 + year if year < 50 else 1900 + year if year >= 70 else 0


def odd_places(texts: pa.Array, field: Field | None = None) -> dict[str, list[int]]:
    """Where a text stands in place of a value, by the number of its finding; `field` is whose column it is of."""
    found: dict[str, list[int]] = {}
    for place in pc.indices_nonzero(pc.match_substring_regex(texts, _SUSPECT)).to_pylist():
        if number := _number(texts[place].as_py()):
            found.setdefault(number, []).append(place)
    if field and (field.kind == "identifier" or field.shape) and pc.all(pc.utf8_is_alnum(texts)).as_py() is False:
        form = _CHANGED_NUMBER if field.kind == "identifier" else _CHANGED_CODE
        for place in pc.indices_nonzero(pc.match_substring_regex(texts, form)).to_pylist():
            is_below_nought = texts[place].as_py().startswith("-")  # -99 would be one plan of many people
            found.setdefault(MISSHAPEN if is_below_nought else CHANGED, []).append(place)
    return found


def without_odd(column: Column, heading: str, row_numbers: pa.Array) -> tuple[Column, list[Finding]]:
    """A column of optional texts without errors and the like, with the findings; what looks like a formula stays."""
    odd = {n: places for n, places in odd_places(pc.utf8_trim_whitespace(column.values)).items() if n != FORMULA}
    found = (column.findings(f"V{n}", heading, {p: {} for p in places}, row_numbers) for n, places in odd.items())
    findings = list(chain.from_iterable(found))
    return (column.without(chain.from_iterable(odd.values())) if odd else column), findings


def is_error(text: str) -> bool:
    """True for an Excel error, which no layout makes a missing value of."""
    return _number(text) == ERROR


def _number(text: str) -> str:
    if text == NEVER_CALCULATED:
        return UNCALCULATED
    if _ERROR.fullmatch(text):
        return ERROR
    if text.startswith("#"):
        return HASHES if re.fullmatch("#{2,}", text) else ""
    return "" if text.startswith("Err") else FORMULA
