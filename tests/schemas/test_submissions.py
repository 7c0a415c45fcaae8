from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.submissions import Counts, Period, State

YEARS = st.integers(1900, 9998)
LABELS = st.one_of(
    YEARS.map(str),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda p: f"{p[0]}-{p[1]:02}"),
    st.tuples(YEARS, st.integers(1, 50)).map(lambda p: f"{p[0]}-{min(p[0] + p[1], 9999)}"),
    YEARS.map(lambda year: f"{year}/{(year + 1) % 100:02}"),
)


@given(LABELS)
def test_a_period_and_its_label_are_the_same_thing(label: str) -> None:
    assert Period.parse(label).label == label


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-04", date(2026, 4, 1), date(2026, 4, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2021-2023", date(2021, 1, 1), date(2023, 12, 31)),
        ("2026/27", date(2026, 4, 1), date(2027, 3, 31)),
        ("1999/00", date(1999, 4, 1), date(2000, 3, 31)),
    ],
)
def test_a_label_names_whole_days(label: str, start: date, end: date) -> None:
    assert Period.parse(label) == Period(start, end)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-09", "September 2026"),
        ("2026", "2026"),
        ("2026/27", "April 2026 to March 2027"),
        ("2021-2023", "January 2021 to December 2023"),
    ],
)
def test_a_period_can_be_said_in_words(label: str, words: str) -> None:
    assert Period.parse(label).in_words == words


@pytest.mark.parametrize(
    "written",
    [
        *("September 2026", "september  2026", "Sep 2026", "Sept 2026", "SEPT. 2026", "Sep-2026", "Sep-26"),
        *("2026-9", "09/2026", "9/2026", "09-2026", "09.2026", "2026-09-01", "2026-09-01 00:00:00", "2026-09-30"),
        *("01/09/2026", "1 September 2026", "30 Sep 2026"),
    ],
)
def test_a_month_is_read_as_people_and_excel_write_it(written: str) -> None:
    assert Period.parse(written).label == "2026-09"


@pytest.mark.parametrize(
    "label",
    [
        *("", "26-09", "2026-13", "2026-00", "2026/28", "2023-2021", "0000", "Q3 2026", "2026 and 2027"),
        *("2026/09", "13/2026", "Mary Quibbleton", "nurses 2026-09"),
    ],
)
def test_what_is_no_period_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"not a period|out of range"):
        Period.parse(label)


def test_periods_overlap_when_they_share_a_day() -> None:
    september = Period.parse("2026-09")
    assert september.overlaps(Period(date(2026, 9, 30), date(2026, 10, 31)))
    assert september.overlaps(Period.parse("2026"))
    assert not september.overlaps(Period.parse("2026-10"))


def test_counts_add_up_over_chunks() -> None:
    total = Counts(rows_in=7, accepted=5, rejected=1, noise=1) + Counts(rows_in=3, accepted=2, erased=1)
    assert total == Counts(rows_in=10, accepted=7, rejected=1, noise=1, erased=1)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_sentence(state: State) -> None:
    assert state.sentence
