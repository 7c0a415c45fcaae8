"""Failures: why a run could not go on, in words that hold no cell, identifier, file name or path; its exit code."""

from __future__ import annotations

import traceback
from pathlib import Path

from warehouse.ledger.lock import is_temporary

ERROR, USAGE, SETUP, MACHINE = 1, 2, 5, 6


class SetupError(Exception):
    """The pipeline is not set up to run; the message says what is missing and what to do, never a path or value."""


class UsageError(SetupError):
    """What was asked for cannot be; the message says what to ask for instead."""


class RunError(Exception):
    """Why a run could not go on: a sentence of ours and the exit code; safe to print, log and store."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence, exit_code)
        self.sentence = sentence
        self.exit_code = exit_code

    def __str__(self) -> str:
        return self.sentence

    @property
    def may_pass(self) -> bool:
        """True where the same run may well succeed later: a locked share, a full disk."""
        return self.exit_code == MACHINE


def explain(problem: Exception) -> RunError:
    """What to say of an exception: its own words only where they are ours, since others' may quote a cell or a path."""
    if isinstance(problem, RunError):
        return problem
    if isinstance(problem, SetupError):
        return RunError(str(problem), USAGE if isinstance(problem, UsageError) else SETUP)
    if is_temporary(problem):
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        said = f"the machine stopped it ({reason}); free the file or disk and run it again: nothing is lost"
        return RunError(said, MACHINE)
    frames = traceback.extract_tb(problem.__traceback__)[-3:]
    where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return RunError(f"an error in the pipeline, {type(problem).__name__} at {where}; please report it", ERROR)
