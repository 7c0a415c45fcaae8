"""Pseudonyms: the same person the same, another domain another, and nothing of the identifier left."""

import hmac

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.identifiers import IDENTIFIER_TYPES
from schemas.tables import DATASETS
from tests.lib.files import KEY, csv_file, plan, take
from transforms.pseudonymise import ErasedMatcher, ErasedScope, Pseudonymiser

digits = st.text("0123456789", min_size=7, max_size=7)


def of(number: str, **changed: object) -> str:
    made = Pseudonymiser(**({"key": KEY.key, "key_id": "k", "domain": "X9001"} | changed))  # type: ignore[arg-type]
    return made.pseudonym("registration", IDENTIFIER_TYPES["registration"].normalise(number))


@given(digits, st.sampled_from(["{}", "C{}", "c{}", " {} ", "{}.0", "C {}"]))
def test_every_spelling_of_a_number_has_one_pseudonym(number: str, spelling: str) -> None:
    assert of(spelling.format(number)) == of(number)


@given(digits, digits)
def test_different_numbers_have_different_pseudonyms(one: str, other: str) -> None:
    assert (of(one) == of(other)) == (one == other)


@given(digits)
def test_another_domain_key_or_type_gives_another_pseudonym(number: str) -> None:
    made = {of(number), of(number, domain="X9002"), of(number, key=b"z" * 32), KEY.pseudonym("employee", number)}
    assert len(made) == 4


@given(st.binary(min_size=32, max_size=100), st.text(max_size=20))
def test_a_pseudonym_is_the_hmac_of_domain_type_and_number(key: bytes, number: str) -> None:
    expected = hmac.new(key, f"X9001|plan|{number}".encode(), "sha256").hexdigest()
    made = Pseudonymiser(key, "k", "X9001")
    assert made.pseudonym("plan", number) == expected
    assert made.pseudonyms("plan", pa.array([number, None])).to_pylist() == [number and expected, None]


@pytest.mark.parametrize("key", [b"", b"k" * 31])
def test_a_short_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="fewer than 32 bytes"):
        Pseudonymiser(key, "k", "X9001")


def test_the_key_is_not_shown() -> None:
    assert "a key for tests" not in repr(KEY)


def test_no_identifier_remains_in_what_is_staged() -> None:
    table = take(csv_file([plan(Plan="MARKER-1", GMC="C7654321", Employee="0099887")])).tables["job_plan"]
    assert not {field.name for dataset in DATASETS.values() for field in dataset.identifiers} & set(table.column_names)
    held = str(table.to_pylist())
    assert not any(mark in held for mark in ("MARKER", "7654321", "0099887"))
    (row,) = table.to_pylist()
    assert row["registration_key"] == KEY.pseudonym("registration", "7654321")
    assert row["employee_key"] == KEY.pseudonym("employee", "0099887")
    assert row["plan_key"] == KEY.pseudonym("plan", "MARKER-1")
    assert row["key_id"] == "test"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(digits, st.sampled_from(["{}", "C{}", "{}.0"])), min_size=1, max_size=8))
def test_in_a_file_too_every_spelling_of_a_number_has_one_pseudonym(numbers: list[tuple[str, str]]) -> None:
    lines = [plan(Line=str(n), GMC=spelling.format(number)) for n, (number, spelling) in enumerate(numbers, 1)]
    keys = take(csv_file(lines)).tables["job_plan"]["registration_key"].to_pylist()
    assert keys == [KEY.pseudonym("registration", number) for number, _ in numbers]


@given(digits, digits)
def test_an_erased_number_is_recognised_and_no_other_and_only_within_its_scope(one: str, other: str) -> None:
    scope = ErasedScope(KEY, "X9001")
    erased = ErasedMatcher([scope], [scope.tombstone_of("registration", one)])
    assert erased.is_erased_person("registration", one)
    assert erased.is_erased_person("registration", other) == (one == other)
    assert not erased.is_erased_person("employee", one)
    assert not ErasedMatcher([ErasedScope(KEY, "X9002")], [scope.tombstone_of("registration", one)]).is_erased_person(
        "registration", one
    )
    assert erased and not ErasedMatcher()
