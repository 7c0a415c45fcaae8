"""Identifiers to pseudonyms: a keyed hash, once a distinct value; without the key nobody can make or reverse one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

KEY_BYTES = 32  # the least that a key must have
BLOCK_BYTES = 64  # SHA-256 works on blocks of so many


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
        return self.begun(identifier)(normalised)

    def pseudonyms(self, identifier: str, normalised: pa.Array) -> pa.Array:
        """A pseudonym for each of the distinct normalised identifiers; NULL stays NULL."""
        pseudonym = self.begun(identifier)
        return pa.array([value and pseudonym(value) for value in normalised.to_pylist()], pa.string())

    def begun(self, identifier: str) -> Callable[[str], str]:
        """Makes the pseudonyms of one type of identifier.

        HMAC as RFC 2104 defines it, begun once and copied: a third of the time of `hmac.digest` a value.
        """
        block = self.key if len(self.key) <= BLOCK_BYTES else hashlib.sha256(self.key).digest()
        block = block.ljust(BLOCK_BYTES, b"\0")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"{self.domain}|{identifier}|".encode())
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

        def finished(normalised: str) -> str:
            message, sealed = inner.copy(), outer.copy()
            message.update(normalised.encode())
            sealed.update(message.digest())
            return sealed.hexdigest()

        return finished


@dataclass(frozen=True)
class ErasedMatcher:
    """Recognises the erased people of one scope by keyed hashes of their pseudonyms, which no file holds any more."""

    pseudonymiser: Pseudonymiser
    organisation_code: str  # whose numbers they are; "" for numbers that are one person's everywhere
    hashes: frozenset[str] = frozenset()

    def begun(self, identifier: str) -> Callable[[str], str]:
        """Makes what is kept of erased pseudonyms of a type: 64 hexadecimal characters of HMAC-SHA256."""
        own = self.pseudonymiser
        return Pseudonymiser(own.key, own.key_id, f"tombstone|{self.organisation_code}").begun(identifier)

    def tombstone(self, identifier: str, pseudonym: str) -> str:
        """What is kept of one erased pseudonym."""
        return self.begun(identifier)(pseudonym)
