"""Errors: why a run could not go on, without cells, identifiers, file names or paths, and its exit code."""

import sys
import traceback
from pathlib import Path

from warehouse.ledger.lock import Fault, fault_of

# Exit codes: an error of ours, wrong use, a file refused or held, a release held by a check, set-up missing,
# the machine (a file in use, a full disk), the record damaged or the audit log broken, rows of a taken file refused.
ERROR, USAGE, REFUSED, HELD, SETUP, MACHINE, BROKEN, PARTLY = range(1, 9)
_AGAIN = "run it again: nothing is lost"
_FAULTS = {
    Fault.FULL: (f"there is no room left on the disk or share; make room and {_AGAIN}", MACHINE),
    Fault.BUSY: (f"another program has a file of the home open; close it and {_AGAIN}", MACHINE),
    Fault.DENIED: (
        "a file or folder of the home may not be opened or written; close it in other programs, or let"
        " `research-culture doctor` say which rights to set",
        MACHINE,
    ),
    Fault.GONE: (
        "a file or folder that it needs is not there; if the home is on a share, connect it and run it again, else let"
        " `research-culture doctor` say what is missing",
        MACHINE,
    ),
    Fault.FAILED: (
        f"the disk or share could not be read or written; see that it is well and has room, and {_AGAIN}",
        MACHINE,
    ),
    Fault.MEMORY: (f"there was not enough memory; close other programs and {_AGAIN}", MACHINE),
    Fault.DAMAGED_TABLES: (
        "a file of tables in the home is damaged or incomplete; type `research-culture rebuild`, and if that does not"
        " help restore the home from a backup",
        SETUP,
    ),
    Fault.DAMAGED_LEDGER: (
        "the record, ledger.sqlite, is damaged and cannot be read; move it out of the home folder, type"
        " `research-culture restore FILE` with your newest backup, and tell the information governance lead",
        BROKEN,
    ),
}


class SetupError(Exception):
    """The pipeline is not set up to run. The message says what is missing and what to do, never a path or value."""


class UsageError(SetupError):
    """What was asked for cannot be done. The message says what to ask for instead."""


class RunError(Exception):
    """Why a run could not go on: a sentence of ours and the exit code. Safe to print, log and store."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence, exit_code)
        self.sentence = sentence
        self.exit_code = exit_code

    def __str__(self) -> str:
        return self.sentence

    @property
    def may_pass(self) -> bool:
        """True where the same run may succeed later, as with a file in use or a full disk."""
        return self.exit_code == MACHINE


def tell(*sentences: str) -> None:
    """Say on standard error what was mended by the way; standard output may be one JSON document."""
    for sentence in sentences:
        sys.stderr.write(f"research-culture: {sentence}\n")


def explain(problem: Exception) -> RunError:
    """The exception as a RunError. Words of others may quote a cell or a path, and are left out."""
    if isinstance(problem, RunError):
        return problem
    if isinstance(problem, SetupError):
        return RunError(str(problem), USAGE if isinstance(problem, UsageError) else SETUP)
    if fault := fault_of(problem):
        return RunError(*_FAULTS[fault])
    frames = traceback.extract_tb(problem.__traceback__)[-3:]
    where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return RunError(f"an error in the pipeline, {type(problem).__name__} at {where}; please report it", ERROR)
