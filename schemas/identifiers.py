"""Types of identifier: how each is normalised before it is pseudonymised, and what shapes are real.

Shapes are those of the UK registers: GMC 7 digits, also written C + 7 digits (NHS Data Dictionary
CONSULTANT CODE) or L + 6 (former limited registration); NMC PIN NNANNNNA; HCPC 2 letters and up to 6 digits;
GPhC 7 digits from 2; GDC digits, in one guide CD + 6 digits.
"""

import re
from dataclasses import dataclass

MOST_DIGITS = 10  # of an employee number


@dataclass(frozen=True)
class IdentifierType:
    """One type of identifier; `shape` is tested on the normalised form, none takes any."""

    name: str
    title: str
    shape: str = ""  # written as both Python and RE2 read it

    def normalise(self, value: str, width: int = 0) -> str:
        """One form for one identifier: `c1234567`, ` 1234567 ` and `1234567.00` are all `1234567`.

        Leading zeros stay, save after the two letters of an HCPC number; where it is digits alone they make up `width`.
        """
        text = re.sub(r"\s+", "", value).upper()
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
