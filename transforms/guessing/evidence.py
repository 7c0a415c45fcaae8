"""What the cells below a heading say of it: whether they go with a field, or speak against it. They go no further."""

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa

from schemas.codelists import Codelist, Scale, fold
from schemas.fields import Dataset, Field
from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from transforms.checking.values import YES_NO, dates, numbers

FITS, AGAINST = 0.8, 0.4  # share of the cells that can be read as the field
DATE_FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    *("%d/%m/%y %H:%M", "%d/%m/%y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S"),
    *("%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%d/%m/%y", "%d.%m.%y"),
)
MONTH_FIRST_FORMATS = (
    *("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m-%d-%Y"),
    *("%m/%d/%y", "%m/%d/%y %H:%M", "%m/%d/%y %H:%M:%S"),
)
NULLS = ("", "-", "N/A", "NA")
UNSURE: tuple[str, ...] = Layout.model_fields["unsure"].default
UNLISTED = -0.01  # words of the export's own: a person must say what they mean
PROSE = 60  # letters: a longer cell is a sentence


class Cells:
    """The filled cells below one heading, at most some dozens."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [text for text in texts if text not in NULLS]
        self.distinct = list(dict.fromkeys(self.texts))

    def share(self, flags: Sequence[bool]) -> float:
        """Of the distinct cells, how many; 0 where there are none."""
        return sum(flags) / len(self.distinct) if self.distinct else 0.0

    @property
    def dates(self) -> float:
        """The share that are dates."""
        is_text = [not re.fullmatch(r"\d{5}(\.\d+)?", text) for text in self.distinct]  # a number may be anything
        read = dates(pa.array(self.distinct, pa.string()), (*DATE_FORMATS, *MONTH_FIRST_FORMATS))
        return self.share([bool(one and day) for one, day in zip(is_text, read.to_pylist(), strict=True)])

    @property
    def numbers(self) -> list[float]:
        """The cells that are numbers."""
        plain = [text.replace(",", ".").removesuffix("%").strip() for text in self.distinct]
        return [n for n in numbers(pa.array(plain, pa.string()), False, is_whole=False).to_pylist() if n is not None]

    @property
    def is_personal(self) -> bool:
        """True for e-mail addresses and prose, which no field takes."""
        return any("@" in text or len(text) > PROSE for text in self.texts)

    def fit(self, field: Field, contract: Dataset, rules: Rulebook) -> float:
        """From 1, they go with the field, to -1, they speak against it; 0 says nothing."""
        if not self.texts:
            return 0
        if self.is_personal or (contract.keys == (field.name,) and len(self.distinct) < 0.9 * len(self.texts)):
            return -1
        if field.kind == "date":
            return _verdict(max(self.dates, self.share([text.isdigit() and len(text) == 5 for text in self.distinct])))
        if self.dates >= FITS:
            return -1
        if field.kind in ("number", "integer"):
            return self._number(field)
        if field.kind == "boolean":
            return self._boolean()
        if field.kind == "identifier":
            return self._identifier(field)
        return self._listed(rules.codelists[field.codelist]) if field.codelist else self._text(field)

    def _number(self, field: Field) -> float:
        low, high = field.minimum or float("-inf"), float("inf") if field.maximum is None else field.maximum
        inside = [n for n in self.numbers if low <= n <= high and (field.kind != "integer" or n.is_integer())]
        return 0.5 * _verdict(len(inside) / len(self.distinct)) if len(inside) >= FITS * len(self.distinct) else -1

    def _boolean(self) -> float:
        share = self.share([fold(text) in YES_NO for text in self.distinct])
        return (0.3 if all(text in ("0", "1") for text in self.distinct) else 1) if share == 1 else -1

    def _identifier(self, field: Field) -> float:
        kind = IDENTIFIER_TYPES[field.identifier]
        has_digit = self.share([any(map(str.isdigit, text)) for text in self.distinct])
        is_year = all(re.fullmatch(r"(19|20)\d\d([/-]\d\d(\d\d)?)?", text) for text in self.distinct)
        if has_digit < FITS or is_year or any("." in text and text in map(str, self.numbers) for text in self.distinct):
            return -1
        shaped = self.share([kind.is_shaped(kind.normalise(text)) for text in self.distinct]) if kind.shape else 0.5
        return (1 if field.identifier == "registration" else 0.3) if shaped >= FITS else -1 if shaped < AGAINST else 0

    def _listed(self, codelist: Codelist) -> float:
        share = self.share([codelist.code_of(text) is not None for text in self.distinct])
        if share:
            return 1 if share >= 0.5 else 0.5
        is_number = len(self.numbers) == len(self.distinct)
        all_differ = len(self.texts) > 5 and len(self.distinct) == len(self.texts)
        return -1 if is_number or all_differ else UNLISTED

    def _text(self, field: Field) -> float:
        if not field.shape:
            return 0
        return 0.3 * _verdict(self.share([bool(re.fullmatch(field.shape, text)) for text in self.distinct]))

    def answers(self, scale: Scale) -> float:
        """As `fit`, for a question of that scale."""
        if not self.texts:
            return 0
        unsure = set(map(fold, UNSURE)) if scale.has_unsure else set()
        known = [fold(text) in scale.texts or fold(text) in unsure for text in self.distinct]
        whole = {str(n) for n in range(scale.minimum, scale.maximum + 1)}
        is_answer = [one or text in whole for one, text in zip(known, self.distinct, strict=True)]
        return (1 if any(known) else 0.5) * _verdict(self.share(is_answer))


def _verdict(share: float) -> float:
    return 1 if share >= FITS else -1 if share <= AGAINST else 0


def is_month_first(columns: Iterable[Cells]) -> bool | None:
    """True where dates can be read with the month first only, False with the day first; None where nobody can say."""
    pairs = [re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", text) for one in columns for text in one.distinct]
    days = [(int(found[1]), int(found[2])) for found in pairs if found]
    if not days or any(first > 12 for first, _ in days):
        return False
    return True if any(second > 12 for _, second in days) else None


def is_decimal_comma(columns: Iterable[Cells]) -> bool:
    """True where numbers such as 7,5 stand and none such as 7.5."""
    texts = [text for one in columns for text in one.distinct]
    return any(re.fullmatch(r"\d+,\d{1,2}", text) for text in texts) and not any(
        re.fullmatch(r"\d+\.\d+", text) for text in texts
    )
