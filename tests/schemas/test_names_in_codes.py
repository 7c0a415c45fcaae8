"""Codes and names of files hold no one's name or number; what people call a place, a group or an export passes."""

import re

import pytest

from schemas.identifiers import is_like_a_person, names_person

REGISTRATIONS = (
    ("GMC", "7123456"),
    ("GMC, as consultants' codes", "C7123456"),
    ("GMC, limited", "L123456"),
    ("NMC", "98I1234E"),
    ("HCPC", "PH12345"),
    ("HCPC", "OT123456"),
    ("HCPC, of three letters", "ODP12345"),
    ("GPhC", "2012345"),
    ("GDC", "CD123456"),
    ("GDC", "12345"),
    ("NHS", "9434765919"),
    ("ESR", "20123456"),
    ("National Insurance", "QQ123456C"),
)
E_MAILS = ("jane.smith@example.invalid", "j@example.invalid")
NAMES = (
    "Jane Smith",
    "J Smith",
    "J. Smith",
    "Smith J",
    "Smith, Jane",
    "Dr Smith",
    "prof-jones",
    "Mr_Jones",
    "Ms Begum",
)
MORE_NAMES = ("jane.smith", "Mary O'Brien", "Ann-Marie Jones", "Jane A Smith", "miss jones", "Dr Ahmed's")


@pytest.mark.parametrize("text", [number for _, number in REGISTRATIONS])
@pytest.mark.parametrize("form", ["{}", "{}-1", "x {}", "{}."])
def test_the_shapes_of_registers_are_refused_wherever_they_stand(text: str, form: str) -> None:
    written = form.format(text)
    is_told_within = text in ("7123456", "2012345", "9434765919", "98I1234E")
    if is_told_within or form in ("{}", "{}."):
        assert names_person(written) and is_like_a_person(written)
        assert names_person(written.lower()) and is_like_a_person(written.lower())


@pytest.mark.parametrize(
    "text", ["GMC-7123456", "GMC 7123456", "7123456/a", "98i1234e", "98I-1234-E", "PH 12345", *E_MAILS]
)
def test_a_number_or_address_with_signs_in_it_is_one_too(text: str) -> None:
    assert names_person(text) and is_like_a_person(text)


@pytest.mark.parametrize("text", [*NAMES, *MORE_NAMES])
def test_what_reads_as_a_name_is_refused(text: str) -> None:
    assert names_person(text) and is_like_a_person(text.replace(" ", "-"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nurses",
        "consultants",
        "midwives 2",
        "Community Nurses",
        "Medical Dental",
        "bank staff",
        "MS Forms export",
        "SARD job plans",
        "L2P appraisals",
        "our own HR system",
        "Qualtrics wave 3",
        "AHP",
        "north-site",
        "RVN-2026",
    ],
)
def test_what_people_call_a_source_or_an_export_passes(text: str) -> None:
    assert not names_person(text)


CODES = "SITE-1 S1 ZZ1 RVN RA901 RTH08 A81001 Y02715 7A1 S314H PCN-7 H1 PSU1 a WARD-B ward/3 1.2 A1 C2 R1 North-Site"


@pytest.mark.parametrize("code", [*re.findall(r"\S+", CODES), "QEH.2", "hosp_a", "iii"])
def test_codes_of_places_and_recommendations_pass(code: str) -> None:
    assert not is_like_a_person(code)


@pytest.mark.parametrize("code", ["Smith", "SMITH", "smith1", "SmithJ", "jsmith2", "J-Lee", "Northgate", "kim.jo"])
def test_letters_that_may_be_a_name_are_no_code_of_a_place(code: str) -> None:
    assert is_like_a_person(code)
