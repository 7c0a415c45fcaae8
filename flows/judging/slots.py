"""Slots: what a file may not do to what is loaded for its organisation, dataset and period already."""

from dataclasses import replace

from schemas.findings import Finding, Refusal
from schemas.submissions import Slot, State
from warehouse.ledger import read_again
from warehouse.ledger.store import Ledger, Submission


def held_for_loss(ledger: Ledger, submission: Submission, slot: Slot, accepted: int, loss_pct: float) -> Finding | None:
    """The finding that holds a correction which loses too many rows, unless a person has confirmed it.

    What is loaded and read again is a correction of itself, whatever was confirmed of it before.
    """
    is_again = submission.state is State.LOADED
    former = submission if is_again else ledger.loaded_in(slot)
    if former is None or (submission.hints.is_confirmed and not is_again):
        return None
    if 100 * accepted / max(former.counts.accepted, 1) >= 100 - loss_pct:
        return None
    counted = {"rows": f"{accepted:,}", "former": f"{former.counts.accepted:,}"}
    before = "it" if is_again else "the file before it"
    return Finding("H001", details={**counted, "before": before, "submission": submission.submission_id})


def refuse_replacing(ledger: Ledger, submission: Submission, slot: Slot) -> None:
    """Raise Refusal F040 where a file that nobody has just sent would replace another that is loaded: one that came
    later, or any where its own rows count already."""
    there, state = ledger.loaded_in(slot), submission.state
    if there is None or there.submission_id == submission.submission_id:
        return
    is_waiting = state in (State.REJECTED, State.HELD)
    if state is State.LOADED or (is_waiting and read_again.is_before(ledger, submission, there)):
        details = {"other": there.submission_id, "submission": submission.submission_id}
        raise Refusal(Finding("F040", details=details))


def refuse_overlap(ledger: Ledger, submission: Submission, slot: Slot) -> None:
    """Raise Refusal F016 where the period overlaps another that is loaded without being the same."""
    for one in ledger.loaded_near(slot):
        is_other = one.submission_id != submission.submission_id
        if is_other and one.slot and one.slot != slot and replace(one.slot, period=slot.period) == slot:
            labels = {"period": slot.period.in_words, "other": one.slot.period.in_words}
            raise Refusal(Finding("F016", details={**labels, "submission": one.submission_id}))
