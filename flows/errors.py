"""Errors: why a run could not go on, without cells, identifiers, file names or paths, and its exit code."""

import traceback
from pathlib import Path

from warehouse.ledger.lock import is_temporary

# Exit codes: an error of ours, wrong use, a file refused or held, a release held by a check, set-up missing,
# the machine (a locked file, a full disk), the audit log broken.
ERROR, USAGE, REFUSED, HELD, SETUP, MACHINE, BROKEN = range(1, 8)


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
        """True where the same run may succeed later, as with a locked file or a full disk."""
        return self.exit_code == MACHINE


def explain(problem: Exception) -> RunError:
    """The exception as a RunError. Words of others may quote a cell or a path, and are left out."""
    if isinstance(problem, RunError):
        return problem
    if isinstance(problem, SetupError):
        return RunError(str(problem), USAGE if isinstance(problem, UsageError) else SETUP)
    if is_temporary(problem):
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        sentence = f"the machine stopped it ({reason}); free the file or disk and run it again: nothing is lost"
        return RunError(sentence, MACHINE)
    frames = traceback.extract_tb(problem.__traceback__)[-3:]
    where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return RunError(f"an error in the pipeline, {type(problem).__name__} at {where}; please report it", ERROR)
