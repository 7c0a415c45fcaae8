"""Texts to values, kind by kind: at both ends of what is read, and just beyond."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from transforms.checking import values

DAYS_FIRST = ("%d/%m/%Y",)


def dates(*texts: str | None, formats: tuple[str, ...] = DAYS_FIRST) -> list[date | None]:
    return values.dates(pa.array(texts, pa.string()), formats).to_pylist()


@pytest.mark.parametrize(
    ("text", "plain", "comma"),
    [
        ("12", 12, 12),
        ("-0.5", -0.5, -0.5),
        ("5.", 5, 5),
        ("2e-3", 0.002, 0.002),
        ("1,5", None, 1.5),
        ("1.234,5", None, None),
        ("1e100", None, None),
        ("inf", None, None),
        ("1 000", None, None),
        (None, None, None),
    ],
)
def test_a_number_is_read_with_a_point_or_where_the_layout_says_so_with_a_comma(
    text: str | None, plain: float | None, comma: float | None
) -> None:
    texts = pa.array([text], pa.string())
    for decimal_comma, value in ((False, plain), (True, comma)):
        assert values.numbers(texts, decimal_comma, is_whole=False).to_pylist() == [value]


def test_a_negative_nought_is_nought() -> None:
    assert str(values.numbers(pa.array(["-0"]), False, is_whole=False)[0]) == "0.0"


@pytest.mark.parametrize(
    ("text", "share", "percentage"),
    [("24.1%", 0.241, 24.1), ("80 %", 0.8, 80), ("-5%", -0.05, -5), ("%", None, None), ("80", 80, 80), ("0%", 0, 0)],
)
def test_a_percent_sign_is_read_by_what_the_field_holds(
    text: str, share: float | None, percentage: float | None
) -> None:
    for is_percentage, value in ((False, share), (True, percentage)):
        assert values.numbers(pa.array([text]), False, is_whole=False, is_percentage=is_percentage).to_pylist() == [
            value
        ]


@pytest.mark.parametrize(
    ("text", "day_first", "month_first", "unsaid"),
    [
        *(
            (text, *["2019-04-01"] * 3)
            for text in ("01-Apr-19", "1-Apr-2019", "1 April 2019", "1st Apr 2019", "1Apr2019")
        ),
        *((text, *["2019-04-01"] * 3) for text in ("April 1, 2019", "Apr-01-2019", "2019/4/1", "2019-04-01T09:00:00Z")),
        *(
            (text, "2026-05-14", None, "2026-05-14")
            for text in ("14/05/2026 00:00:00", "14/05/2026 00:00", "14.5.2026")
        ),
        ("05/14/2026 00:00", None, "2026-05-14", "2026-05-14"),
        ("04/05/2026 00:00:00", "2026-05-04", "2026-04-05", None),
        ("05/05/2026", "2026-05-05", "2026-05-05", "2026-05-05"),
        ("01-Apr-49", "2049-04-01", "2049-04-01", "2049-04-01"),
        ("01-Apr-70", "1970-04-01", "1970-04-01", "1970-04-01"),
        *((text, None, None, None) for text in ("01-Apr-50", "01-Apr-69", "14/05/26", "4/5/2026 12:00:00 AM")),
        *((text, None, None, None) for text in ("31-Feb-2019", "1-Ap-2019", "1-Mai-2019", "0/1/2019", "99/99/9999")),
    ],
)
def test_a_date_is_read_in_any_form_that_means_one_day(
    text: str, day_first: str | None, month_first: str | None, unsaid: str | None
) -> None:
    for form, day in (("%d/%m/%Y", day_first), ("%m/%d/%Y", month_first), ("%Y-%m-%d", unsaid)):
        assert dates(text, formats=(form,)) == [day and date.fromisoformat(day)]


def test_a_day_number_counts_from_the_day_that_the_workbook_says() -> None:
    texts = pa.array(["42094"])
    assert values.dates(texts, DAYS_FIRST, values.DAY_ZERO).to_pylist() == [date(2015, 3, 31)]
    assert values.dates(texts, DAYS_FIRST, values.DAY_ZERO_1904).to_pylist() == [date(2019, 4, 1)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.0", 3),
        ("-3", -3),
        ("3.5", None),
        ("9007199254740991", 9007199254740991),
        ("9007199254740992", None),
        ("-9007199254740991", -9007199254740991),
        ("-9007199254740992", None),
    ],
)
def test_a_whole_number_is_read_as_far_as_a_float_holds_every_one(text: str, value: int | None) -> None:
    assert values.numbers(pa.array([text]), False, is_whole=True).to_pylist() == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("29/02/2028", date(2028, 2, 29)),
        ("29/02/2027", None),
        ("1/4/2026", date(2026, 4, 1)),
        ("01/01/1901", date(1901, 1, 1)),
        ("01/01/1900", None),  # what databases write for no date
        ("1/1/1901", date(1901, 1, 1)),
        ("31/1/1900", None),
        ("31/12/2199", date(2199, 12, 31)),
        ("01/01/2200", None),
        ("2199-12-31", date(2199, 12, 31)),
        ("2200-01-01", None),
        ("1900-12-31", None),
        ("20260401", None),
        ("2026-W14", None),  # a week is no day
        ("20260401-12", None),
        ("2026-04-01T09:30:00+01:00", date(2026, 4, 1)),
        ("20000", date(1954, 10, 3)),
        ("19999", None),
        ("79999.99", date(2119, 1, 10)),
        ("80000", None),
        ("45567.", None),
        ("45567.5.5", None),
        ("455670", None),
        ("4556", None),
        (None, None),
    ],
)
def test_a_date_is_one_of_1901_to_2199_in_the_layouts_form_in_iso_form_or_as_a_day_number(
    text: str | None, value: date | None
) -> None:
    assert dates(text) == [value]


def test_each_date_is_read_by_the_first_form_that_fits_it() -> None:
    texts = ("02/03/2026", "02/28/2026", None, "2026-04-05", "20000")
    found = [date(2026, 3, 2), date(2026, 2, 28), None, date(2026, 4, 5), date(1954, 10, 3)]
    assert dates(*texts, formats=("%d/%m/%Y", "%m/%d/%Y")) == found
    assert dates(*texts[:2], formats=("%m/%d/%Y", "%d/%m/%Y")) == [date(2026, 2, 3), date(2026, 2, 28)]
    assert dates(*texts[2:], formats=()) == found[2:]


def test_a_good_date_beside_one_that_must_be_read_again_stays() -> None:
    assert dates("31/02/2026", "01/04/2026", "1/5/2026", None) == [None, date(2026, 4, 1), date(2026, 5, 1), None]


def test_the_texts_that_are_told_as_day_numbers_are_those_that_are_read_so() -> None:
    texts = ["20000", "79999.5", "19999", "80000", "45567.", "4556\u0667", "455670", "01/04/2026", None]
    is_told = values.is_day_number(pa.array(texts)).to_pylist()
    assert is_told == [True, True, *[False] * 7]
    assert is_told == [day is not None for day in dates(*texts, formats=())]


@pytest.mark.parametrize(
    ("identifier", "texts", "found"),
    [
        ("registration", ["9999901", None], ["9999901", None]),
        ("registration", ["9999901", "c9999902", None, "HC 0123"], ["9999901", "9999902", None, "HC123"]),
        ("registration", ["C9999902"], ["9999902"]),
        ("employee", ["000121-1", "AB12"], ["000121-1", "AB12"]),
        ("employee", ["000121", "ab 12", "121.0"], ["000121", "AB12", "121"]),
    ],
)
def test_an_identifier_gets_its_normal_form(identifier: str, texts: list[str | None], found: list[str | None]) -> None:
    assert values.identifiers(pa.array(texts, pa.string()), identifier).to_pylist() == found


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("0", "low"),
        ("9999.99", "low"),
        ("10000", "high"),
        ("£12,500", "high"),
        ("£ 1,200,000.50", "high"),
        ("-1", "-1"),
        ("about 5k", "about 5k"),
        ("12,5", "12,5"),
        ("1,2345", "1,2345"),
        ("High", "High"),
    ],
)
def test_an_amount_becomes_its_band_and_any_other_text_stays(text: str, band: str) -> None:
    assert values.banded(text, {"high": 10000, "low": 0}) == band
