"""Who is erased: tombstones made of a person's numbers, and what recognises the person by them in a file."""

from __future__ import annotations

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
    is_everywhere = domain == SHARED and kind == "registration"
    return ErasedScope(Pseudonymiser(*key, domain), "" if is_everywhere else sender)


def tombstone_of(scope: ErasedScope, kind: str, pseudonym: str) -> Tombstone:
    """What is kept of a pseudonym."""
    made_by = scope.pseudonymiser
    return Tombstone(scope.tombstone(kind, pseudonym), made_by.key_id, made_by.domain, scope.organisation_code)


def of_person(settings: Settings, rules: Rulebook, person: Person, near: Sequence[Submission]) -> Iterator[Tombstone]:
    """Tombstones of the number that was typed, under every key, and of what the staged rows say goes with it."""
    values, key = {person.normalised}, read_key(settings)
    for each in reversed(read_keys(settings)):  # what was re-made without its file is a pseudonym of a pseudonym
        scope = scope_of(settings, person.organisation_code, person.kind, each)
        made = {scope.pseudonymiser.pseudonym(person.kind, value) for value in values}
        yield from (tombstone_of(scope, person.kind, pseudonym) for pseudonym in made)
        values |= made

    def groups() -> Iterator[frozenset[Identity]]:
        for one in near:
            sender = sender_of(rules, one)
            codes = {kind: scope_of(settings, sender, kind, key).organisation_code for kind in LINKED}
            for row in rewrite.people(settings.staged / one.submission_id):
                yield frozenset((kind, codes[kind], row[kind]) for kind in LINKED if kind in row)

    code = scope_of(settings, person.organisation_code, person.kind, key).organisation_code
    for kind, code, pseudonym in linked(groups, {(person.kind, code, value) for value in values}):
        yield tombstone_of(ErasedScope(Pseudonymiser(*key, domain_of(settings, code)), code), kind, pseudonym)


def of_look(settings: Settings, sender: str, found: FileInspection) -> set[Tombstone]:
    """Tombstones of the numbers that a file says are the same person's, where it is certain whose file it is."""
    if not sender or found.layout is None:
        return set()
    made, key = set(), read_key(settings)
    for kind, number in found.gone:
        if kind in LINKED:
            scope = scope_of(settings, sender, kind, key)
            made.add(tombstone_of(scope, kind, scope.pseudonymiser.pseudonym(kind, number)))
    return made
