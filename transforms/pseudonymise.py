"""Identifiers to pseudonyms: a keyed hash, once a distinct value; without the key nobody can make or reverse one."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

import pyarrow as pa

KEY_BYTES = 32  # the least that a key must have
BLOCK_BYTES = 64  # what SHA-256 takes in at a time


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
        """A pseudonym for each of the distinct normalised identifiers; NULL stays NULL.

        HMAC by its definition (RFC 2104): what the key makes of its two hashes is worked out once for all of them.
        """
        key = (self.key if len(self.key) <= BLOCK_BYTES else sha256(self.key).digest()).ljust(BLOCK_BYTES, b"\0")
        inner = sha256(bytes(byte ^ 0x36 for byte in key) + f"{self.domain}|{identifier}|".encode())
        outer = sha256(bytes(byte ^ 0x5C for byte in key))

        def pseudonym(value: str) -> str:
            first, second = inner.copy(), outer.copy()
            first.update(value.encode())
            second.update(first.digest())
            return second.hexdigest()

        return pa.array([value and pseudonym(value) for value in normalised.to_pylist()], pa.string())


@dataclass(frozen=True)
class ErasedScope:
    """Whose numbers are meant: `pseudonymiser` makes their pseudonyms, and `organisation_code` says whose they are,
    "" for numbers that are one person's everywhere."""

    pseudonymiser: Pseudonymiser
    organisation_code: str

    def tombstone(self, identifier: str, pseudonym: str) -> str:
        """What is kept of an erased pseudonym: 64 hexadecimal characters of HMAC-SHA256."""
        return replace(self.pseudonymiser, domain=f"tombstone|{self.organisation_code}").pseudonym(
            identifier, pseudonym
        )

    def tombstone_of(self, identifier: str, normalised: str) -> str:
        """What is kept of an erased identifier."""
        return self.tombstone(identifier, self.pseudonymiser.pseudonym(identifier, normalised))


class ErasedMatcher:
    """Recognises erased people by keyed hashes of their pseudonyms; false where there is nobody to recognise."""

    def __init__(self, scopes: Collection[ErasedScope] = (), hashes: Collection[str] = ()) -> None:
        self._scopes, self._hashes = tuple(scopes), frozenset(hashes)
        self.is_erased_person = lru_cache(maxsize=1 << 18)(self._is_erased_person)

    def __bool__(self) -> bool:
        return bool(self._scopes)

    def _is_erased_person(self, identifier: str, normalised: str) -> bool:
        """True for an erased person's identifier of that type, in normal form."""
        return any(scope.tombstone_of(identifier, normalised) in self._hashes for scope in self._scopes)
