"""What stands in a cell in place of its value: Excel's errors and ####, formulas, numbers that Excel has changed."""

import re
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Field
from schemas.findings import Finding
from schemas.submissions import NEVER_CALCULATED
from transforms.checking.columns import Column

FORMULA, ERROR, UNCALCULATED, CHANGED, HASHES = "017", "020", "021", "023", "024"  # numbers of the findings
_SUSPECT = r"^([=@#]|[+\-][^\d.,\s]|Err)"
_ERROR = re.compile(
    r"#(?i:N/A|GETTING_DATA|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)!?|#[A-Z][A-Z0-9/_]*[!?]|Err:\d{3}|Error 20\d\d"
)
_MONTH = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# What Excel makes of a number that is longer than its column, or looks like a date; the last two of no code with a dot
_CHANGED = r"^(\d([.,]\d+)?[Ee][+-]\d+|\d[.,]\d+[Ee]\d+|(19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d\d(:\d\d)?)?"
_CHANGED += r"|\d{1,2}/\d{1,2}/(\d\d|\d{4})( .*)?|\d{1,2}[-.]\d{1,2}[-.](19|20)\d\d"
_CHANGED += rf"|\d{{1,2}}[- ]{_MONTH}([- ]\d{{2,4}})?|{_MONTH}[- ]\d\d"
_CHANGED_CODE, _CHANGED_NUMBER = f"{_CHANGED})$", rf"{_CHANGED}|\d+[.,]\d*[1-9]\d*|-\d+)$"


def odd_places(texts: pa.Array, field: Field | None = None) -> dict[str, list[int]]:
    """Where a text stands in place of a value, by the number of its finding; `field` is whose column it is of."""
    found: dict[str, list[int]] = {}
    for place in pc.indices_nonzero(pc.match_substring_regex(texts, _SUSPECT)).to_pylist():
        if number := _number(texts[place].as_py()):
            found.setdefault(number, []).append(place)
    if field and (field.kind == "identifier" or field.shape):
        pattern = _CHANGED_NUMBER if field.kind == "identifier" else _CHANGED_CODE
        if changed := pc.indices_nonzero(pc.match_substring_regex(texts, pattern)).to_pylist():
            found[CHANGED] = changed
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
