"""The key of the pseudonyms: read from its file, with its id and the domain that it is used in."""

import hashlib

from flows.errors import SetupError
from flows.settings import Settings

SHARED = "shared"  # the domain of pseudonyms where linking over organisations is agreed


def read_key(settings: Settings) -> tuple[bytes, str]:
    """The key and its id, which does not tell the key. Raises SetupError without a readable key of 32 bytes."""
    return read_keys(settings)[0]


def read_keys(settings: Settings) -> tuple[tuple[bytes, str], ...]:
    """The key, then the former ones, latest first, each with its id. Raises SetupError as `read_key` does.

    A former key recognises people erased under it, and ends a rotation. It makes no pseudonym that is kept.
    """
    if settings.key is None:
        raise SetupError("no key is set; run `research-culture init --key PATH`, with PATH outside the home folder")
    try:
        keys = [bytes.fromhex(line) for line in settings.key.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        raise SetupError("the key file is missing or is not a key; restore your copy of it") from None
    if not keys or min(map(len, keys)) < 32:
        raise SetupError("the key is shorter than 32 bytes; make one with `research-culture init --key PATH`")
    return tuple((key, hashlib.sha256(b"research-culture key id" + key).hexdigest()[:8]) for key in keys)


def domain_of(settings: Settings, sender: str) -> str:
    """The domain within which a person has one pseudonym: the sender, or `shared` where linking is agreed."""
    return SHARED if settings.link_organisations else sender


def staged_id(settings: Settings, key_id: str) -> str:
    """The key id that staged rows carry: it also says whether people are linked over organisations."""
    return f"{key_id}-{SHARED}" if settings.link_organisations else key_id
