"""Identifiers to pseudonyms: a keyed hash, once a distinct value; without the key nobody can make or reverse one."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

KEY_BYTES = 32  # the least that a key must have


@dataclass(frozen=True)
class Pseudonymiser:
    """Makes pseudonyms of one domain: an organisation, or `shared` where linking is agreed.

    Raises ValueError for a key of fewer than 32 bytes.
    """

    key: bytes = field(repr=False)
    key_id: str
    domain: str

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            raise ValueError(f"the key has fewer than {KEY_BYTES} bytes")

    def pseudonym(self, identifier: str, normalised: str) -> str:
        """64 hexadecimal characters: HMAC-SHA256 of domain | identifier type | normalised identifier."""
        return hmac.digest(self.key, f"{self.domain}|{identifier}|{normalised}".encode(), "sha256").hex()

    def pseudonyms(self, identifier: str, normalised: pa.Array) -> pa.Array:
        """A pseudonym for each of the distinct normalised identifiers; NULL stays NULL."""
        import pyarrow as pa

        made = [value and self.pseudonym(identifier, value) for value in normalised.to_pylist()]
        return pa.array(made, pa.string())
