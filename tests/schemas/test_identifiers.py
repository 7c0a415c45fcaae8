import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import IDENTIFIER_TYPES

REGISTRATION, EMPLOYEE = IDENTIFIER_TYPES["registration"], IDENTIFIER_TYPES["employee"]


@pytest.mark.parametrize("written", ["1234567", " 1234567 ", "1234567.0", "C1234567", "c1234567", "123 4567"])
def test_a_gmc_number_has_one_normal_form(written: str) -> None:
    assert REGISTRATION.normalise(written) == "1234567"


@pytest.mark.parametrize("kind", IDENTIFIER_TYPES.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "written", ["\ufeffJP-12", "J\u200bP-12", "JP\u201112\u00a0", "JP\u201312", "jp\u00ad-\u206012"]
)
def test_what_looks_alike_is_one_identifier(kind, written: str) -> None:
    """A byte order mark amid joined files, a space of no width, a dash for a hyphen."""
    assert kind.normalise(written) == "JP-12"


@pytest.mark.parametrize("written", ["PH012345", "ph12345", "PH 12345"])
def test_an_hcpc_number_padded_to_eight_is_the_same_number(written: str) -> None:
    assert REGISTRATION.normalise(written) == "PH12345"


@pytest.mark.parametrize("kind", IDENTIFIER_TYPES.values(), ids=lambda kind: kind.name)
def test_leading_zeros_stay(kind) -> None:
    assert kind.normalise("000121") == "000121"


@pytest.mark.parametrize("kind", IDENTIFIER_TYPES.values(), ids=lambda kind: kind.name)
@given(written=st.text(string.ascii_letters + string.digits + " .-/", max_size=12))
def test_normalising_twice_changes_nothing(kind, written: str) -> None:
    once = kind.normalise(written)
    assert kind.normalise(once) == once


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("1234567", id="GMC"),
        pytest.param("L123456", id="GMC, limited"),
        pytest.param("98I1234E", id="NMC"),
        pytest.param("PH12345", id="HCPC"),
        pytest.param("CH7", id="HCPC, short"),
        pytest.param("2061234", id="GPhC"),
        pytest.param("CD123456", id="GDC"),
    ],
)
def test_a_number_of_each_register_has_its_shape(number: str) -> None:
    assert REGISTRATION.is_shaped(REGISTRATION.normalise(number))


@pytest.mark.parametrize(
    "number", ["", "123456", "12345678", "98I123E", "PH1234567", "CD12345", "ABC123", "A Name", "１２３４５６７"]
)
def test_another_shape_is_no_registration_number(number: str) -> None:
    assert not REGISTRATION.is_shaped(REGISTRATION.normalise(number))


@pytest.mark.parametrize(
    ("number", "is_shaped"), [("000121", True), ("20912345-2", True), ("12", False), ("N/A", False)]
)
def test_an_employee_number_is_mostly_digits(number: str, is_shaped: bool) -> None:
    assert EMPLOYEE.is_shaped(EMPLOYEE.normalise(number)) is is_shaped
