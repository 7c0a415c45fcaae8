"""Types of identifier: how each is normalised before it is pseudonymised, and what shapes are real.

Shapes are those of the UK registers: GMC 7 digits, also written C + 7 digits (NHS Data Dictionary
CONSULTANT CODE) or L + 6 (former limited registration); NMC PIN NNANNNNA; HCPC 2 letters and up to 6 digits;
GPhC 7 digits from 2; GDC digits, in one guide CD + 6 digits.
"""

import re
from dataclasses import dataclass

MOST_DIGITS = 10  # of an employee number
DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")  # hyphens, dashes and the minus sign
# What nobody sees in a text: a byte order mark, spaces without a width, marks of the direction of writing
INVISIBLE = "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"

# The shape of a registration, employee, NHS or National Insurance number: the whole text, and within it
_PERSONS = re.compile(r"[A-Z]{0,4}\d{6,}[A-Z]?|\d{5}|[A-Z]{2,3}\d{5}|\d{2}[A-Z]\d{4}[A-Z]")
_WITHIN = re.compile(r"(?<!\d)(\d{7}|\d{10})(?!\d)|(?<![A-Z0-9])\d{2}[A-Z]\d{4}[A-Z](?![A-Z0-9])|@")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor"})
# Words of places, groups and exports, which are nobody's name
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        """
    site ward unit hospital hosp clinic centre center campus practice surgery trust board network
    department dept team north south east west central main city county community general acute mental
    health care primary training school research medical dental nursing nurses midwives midwifery
    doctors consultants trainees junior senior allied staff professions scientists students bank plans
    job appraisal appraisals survey export data report system return returns workforce payroll
""",
    )
)


@dataclass(frozen=True)
class IdentifierType:
    """One type of identifier; `shape` is tested on the normalised form, none takes any."""

    name: str
    title: str
    shape: str = ""  # written as both Python and RE2 read it

    def normalise(self, value: str, width: int = 0) -> str:
        """One form for one identifier: `c1234567`, ` 1234567 ` and `1234567.00` are all `1234567`; a dash is a hyphen.

        Leading zeros stay, save after the two letters of an HCPC number; where it is digits alone they make up `width`.
        """
        text = DASH.sub("-", re.sub(rf"\s|{INVISIBLE}", "", value)).upper()
        text = re.sub(r"^(\d+)\.0+$", r"\1", text)
        text = text.zfill(width) if text.isdecimal() else text
        if self.name != "registration":
            return text
        text = re.sub(r"^C(\d{7})$", r"\1", text)
        return re.sub(r"^(?!CD)([A-Z]{2})0+(\d+)$", r"\1\2", text)  # HCPC, which some systems pad to eight

    def other_lengths(self, normalised: str) -> list[str]:
        """A number of digits alone as it would stand with more or fewer zeros before it."""
        if self.name != "employee" or not normalised.isdecimal():
            return []
        digits = normalised.lstrip("0")
        return [one for n in range(len(digits), MOST_DIGITS + 1) if (one := digits.zfill(n)) != normalised]

    def is_shaped(self, normalised: str) -> bool:
        """True where the normalised value could be an identifier of this type."""
        return not self.shape or re.fullmatch(self.shape, normalised, re.ASCII) is not None


IDENTIFIER_TYPES = {
    kind.name: kind
    for kind in (
        IdentifierType(
            "registration",
            "registration number",
            r"\d{7}|L\d{6}|\d{2}[A-Z]\d{4}[A-Z]|G[1234589]\d{6}|([ABD-Z][A-Z]|C[A-CE-Z])\d{1,6}|CD\d{6}",
        ),
        IdentifierType("employee", "employee number", r"[A-Z]{0,3}\d{3,10}(-\d{1,3})?"),
        IdentifierType("plan", "plan number"),
        IdentifierType("appraisal", "appraisal number"),
        IdentifierType("case", "case number"),
        IdentifierType("post", "assignment number"),
        IdentifierType("event", "event number"),
    )
}


def names_person(text: str) -> bool:
    """True where a text has the shape of a person's number or e-mail address, or reads as a name: Dr Smith, J. Smith.

    It is for the names that people give to folders and exports. What reads as a plain word passes.
    """
    words = _words(text)
    if _is_numbered(text) or any(word.lower() in _TITLES and word != "MS" for word in words[:-1]):
        return True
    if not 2 <= len(words) <= 3 or any(word.lower() in _PLAIN for word in words) or any(map(str.isdigit, text)):
        return False
    if "," in text or re.fullmatch(r"[a-z]+\.[a-z]+", text):
        return True
    return len(text) > 4 and all(re.fullmatch(r"[A-Z]|[A-Z]['’]?[A-Z]?[a-z]+", word) for word in words)


def is_like_a_person(code: str) -> bool:
    """True where the code of a place has the shape of a person's number, or holds what may be a name.

    Of letters, no more than three stand together, unless they are a plain word such as site or ward.
    """
    words = [word.lower() for word in _words(code)]
    is_plain = [word in _PLAIN for word in words]
    if _is_numbered(code) or any(len(word) > 3 and not plain for word, plain in zip(words, is_plain, strict=True)):
        return True
    is_spelt = len(words) > 1 and any(len(word) > 1 for word in words) and not any(map(str.isdigit, code))
    return is_spelt and not any(is_plain)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)


def _is_numbered(text: str) -> bool:
    return bool(_PERSONS.fullmatch(re.sub(r"[\W_]", "", text).upper()) or _WITHIN.search(text.upper()))
