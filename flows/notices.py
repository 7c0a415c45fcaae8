"""Notices: what was refused, what waits for approval and what is overdue, sent to where the home says.

Off until there is `config/notices.txt`: a line for each place, an Apprise URL or the name of a notification block of
Prefect, `prefect:slack-webhook/research`. It holds passwords, so no one else may read it. A notice says how many files,
the codes of declared organisations, datasets, months and the release's id: no name of a file or person, no figure.
"""

from __future__ import annotations

import logging
import os
import stat
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from apprise import Apprise

from flows.due import Due, due
from flows.errors import SetupError
from flows.monthly.run import Month
from flows.settings import Settings, read_rules
from schemas.submissions import State
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

ToBlock = Callable[[str, str, str], None]  # sends to a block of Prefect: its name, a title, a text
TITLE = "research-culture"
TEST = "This is a test. Notices of research-culture reach you here."
_BLOCK = "prefect:"
_ACTION = "notice"  # in the audit log, of a notice that was sent to every place


def places(settings: Settings) -> tuple[str, ...]:
    """Where notices go, as declared; none where there is no such file. Raises SetupError where it cannot be used."""
    file = settings.notices
    if not file.is_file():
        return ()
    if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SetupError(f"others can read {file.name}, which holds passwords; run `chmod 600 config/{file.name}`")
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    found = {number: line for number, line in enumerate(lines, 1) if line and not line.startswith("#")}
    for number, line in found.items():
        if not (line.removeprefix(_BLOCK).count("/") == 1 if line.startswith(_BLOCK) else _is_url(line)):
            raise SetupError(
                f"{file.name}, line {number} is no Apprise URL (https://appriseit.com lists them) and no Prefect block,"
                " which is written like prefect:slack-webhook/research"
            )
    return tuple(found.values())


def _is_url(line: str) -> bool:
    with _silent():
        return Apprise().add(line)


def notify(settings: Settings, ledger: Ledger, month: Month, now: datetime, to_block: ToBlock) -> tuple[str, ...]:
    """Send what a run leaves for people to do, unless the last notice said the same. Never raises.

    Returns a sentence on each place that could not be reached.
    """
    try:
        if not (where := places(settings)):
            return ()
        text = _text(settings, ledger, month, due(settings, ledger, now.date()))
        digest = sha256(" ".join((text, *(one.submission_id for one in month.refused))).encode()).hexdigest()
        if not text or digest == ledger.last_noted(_ACTION):
            return ()
        if not (failed := send(where, text, to_block)):
            ledger.note(_ACTION, digest, now)
        return failed
    except SetupError as problem:
        return (f"No notice was sent: {problem}.",)
    except Exception as problem:  # the run has done its work
        return (f"No notice was sent: {type(problem).__name__}; try `research-culture notify`.",)


def send(where: Iterable[str], text: str, to_block: ToBlock) -> tuple[str, ...]:
    """Send the text to each place. Returns a sentence on each that could not be reached, without its address."""
    failed = [number for number, one in enumerate(where, 1) if not _is_sent(one, text, to_block)]
    return tuple(
        f"Place {number} of config/notices.txt did not take the notice; see that its address is right and the network"
        " is there, then try `research-culture notify`."
        for number in failed
    )


def _is_sent(place: str, text: str, to_block: ToBlock) -> bool:
    with _silent():
        if not place.startswith(_BLOCK):
            service = Apprise()
            return service.add(place) and bool(service.notify(text, title=TITLE))
        try:
            to_block(place.removeprefix(_BLOCK), TITLE, text)
        except Exception:  # whatever Prefect or the service answers, which may quote an address
            return False
        return True


@contextmanager
def _silent() -> Iterator[None]:
    """Apprise's log quotes addresses with their passwords; its plugins import what Python is about to drop."""
    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        log.disabled = before


def _text(settings: Settings, ledger: Ledger, month: Month, dues: Iterable[Due]) -> str:
    """What there is to do, a line each; '' for nothing."""
    known, lines = read_rules(settings).organisations, []
    for state, what in ((State.REJECTED, "refused"), (State.HELD, "held until someone confirms")):
        senders = Counter(
            one.organisation_code if one.organisation_code in known else "others"
            for one in month.refused
            if one.state is state or (one.is_kept and state is State.REJECTED)
        )
        if senders:
            lines.append(f"Files {what}: {senders.total()} ({_listed(senders)}).")
    if month.published is not None and month.published.is_held:
        lines.append("A check holds the release; the last one is still current.")
    if waits := release_log.waiting(ledger):
        lines.append(f"Release {waits.release_id} waits for approval.")
    late = [f"{one.organisation_code} {one.dataset} {one.period.label}" for one in dues if one.is_overdue]
    if late:
        lines.append(f"Overdue: {', '.join(late[:20])}{f' and {len(late) - 20} more' if late[20:] else ''}.")
    return "\n".join(lines)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
