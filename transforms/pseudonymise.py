"""Identifiers to pseudonyms: a keyed hash, once a distinct value; without the key nobody can make or reverse one."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache

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
        of_type = hmac.new(self.key, f"{self.domain}|{identifier}|".encode(), "sha256")  # once for all of them

        def pseudonym(value: str) -> str:
            made = of_type.copy()
            made.update(value.encode())
            return made.hexdigest()

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
