"""Who is erased: tombstones made of a person's numbers, and what recognises the person by them in a file."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from flows.erased.blanking import FileInspection
from flows.errors import SetupError, UsageError
from flows.home.keys import SHARED, domain_of, read_key, read_keys
from flows.settings import Settings
from schemas.identifiers import IDENTIFIER_TYPES
from schemas.rulebook import Rulebook
from schemas.submissions import CONFIG, NATIONAL
from transforms.pseudonymise import ErasedMatcher, ErasedScope, Pseudonymiser
from transforms.reading.people import LINKED, Identity, linked
from warehouse.ledger.erasures import Tombstone
from warehouse.ledger.store import Submission
from warehouse.staging import rewrite


@dataclass(frozen=True)
class Person:
    """Who is to be erased: one number of theirs as it was typed, and whose number it is."""

    organisation_code: str
    kind: str
    typed: str = field(repr=False)

    @property
    def normalised(self) -> str:
        """The number in normal form. Raises UsageError where it cannot be one."""
        kind = IDENTIFIER_TYPES[self.kind]
        normalised = kind.normalise(self.typed)
        if not normalised or not kind.is_shaped(normalised):
            raise UsageError(f"what was typed does not have the shape of the {kind.title}; nothing was erased")
        return normalised


def sender_of(rules: Rulebook, submission: Submission) -> str:
    """Whose people a submission holds; "" where that is not certain, and it is searched for everyone's."""
    if submission.slot and submission.slot.sender not in (NATIONAL, CONFIG):
        return submission.slot.sender
    return submission.hints.organisation if submission.hints.organisation in rules.organisations else ""


def matcher_of(settings: Settings, tombstones: Collection[Tombstone], sender: str) -> ErasedMatcher:
    """What recognises the erased people of a sender; of all senders where it is "" or the national one.

    Raises SetupError where the key file lacks a key that people were erased under.
    """
    keys = {key_id: key for key, key_id in read_keys(settings)} if tombstones else {}
    scopes = sorted({(one.key_id, one.domain, one.organisation_code) for one in tombstones})
    if lost := sorted({key_id for key_id, *_ in scopes} - set(keys)):
        raise SetupError(
            f"people were erased under the key {', '.join(lost)}, which is not in the key file; add it there on a line"
            " of its own, below the others"
        )
    asked = [
        ErasedScope(Pseudonymiser(keys[key_id], key_id, domain), code)
        for key_id, domain, code in scopes
        if sender in ("", NATIONAL) or code in ("", sender)
    ]
    return ErasedMatcher(asked, [one.hash for one in tombstones])


def scope_of(settings: Settings, sender: str, kind: str, key: tuple[bytes, str]) -> ErasedScope:
    """The scope of a sender's numbers of that type under the key."""
    domain = domain_of(settings, sender)
    return ErasedScope(Pseudonymiser(*key, domain), "" if domain == SHARED and kind == "registration" else sender)


def scopes_of(settings: Settings, sender: str) -> dict[str, ErasedScope]:
    """The scope of a sender's numbers under today's key, by their type."""
    key = read_key(settings)
    return {kind: scope_of(settings, sender, kind, key) for kind in LINKED}


def _tombstone(scope: ErasedScope, kind: str, pseudonym: str) -> Tombstone:
    made_by = scope.pseudonymiser
    return Tombstone(scope.tombstone(kind, pseudonym), made_by.key_id, made_by.domain, scope.organisation_code)


def tombstones_of_person(
    settings: Settings, rules: Rulebook, person: Person, candidates: Sequence[Submission]
) -> set[Tombstone]:
    """Tombstones of the number that was typed, under every key, and of those that go with it in the staged rows."""
    made, values, keys = set(), {person.normalised}, read_keys(settings)
    for key in reversed(keys):  # what was re-made without its file is a pseudonym of a pseudonym
        scope = scope_of(settings, person.organisation_code, person.kind, key)
        pseudonyms = {scope.pseudonymiser.pseudonym(person.kind, value) for value in values}
        made |= {_tombstone(scope, person.kind, pseudonym) for pseudonym in pseudonyms}
        values |= pseudonyms
    rows = (row for one in candidates for row in _staged_people(settings, sender_of(rules, one), one.submission_id))
    theirs = linked(rows, {(person.kind, scope.organisation_code, value) for value in values})
    return made | {
        _tombstone(scope_of(settings, code, kind, keys[0]), kind, pseudonym) for kind, code, pseudonym in theirs
    }


def _staged_people(settings: Settings, sender: str, submission_id: str) -> Iterator[frozenset[Identity]]:
    """Who stands beside whom in a submission's staged rows: type, whose number it is, pseudonym."""
    codes = {kind: scope.organisation_code for kind, scope in scopes_of(settings, sender).items()}
    for row in rewrite.people(settings.staged / submission_id):
        yield frozenset((kind, code, row[kind]) for kind, code in codes.items() if kind in row)


def tombstones_in_file(settings: Settings, sender: str, found: FileInspection | None) -> set[Tombstone]:
    """Tombstones of the numbers that a file says are the same person's, where it is certain whose file it is."""
    if not sender or found is None or found.layout is None:
        return set()
    scopes = scopes_of(settings, sender)
    return {
        _tombstone(scopes[kind], kind, scopes[kind].pseudonymiser.pseudonym(kind, number))
        for kind, number in found.gone
        if kind in scopes
    }
