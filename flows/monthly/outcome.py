"""The outcome of one submission, as people, Prefect and machines are told it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.submissions import Counts, State


@dataclass(frozen=True)
class Outcome:
    """What became of one submission; it holds no file name, path or cell."""

    submission_id: str
    state: State
    organisation_code: str = ""
    dataset: str = ""
    source: str = ""
    period: str = ""
    counts: Counts = field(default_factory=Counts)
    sentences: tuple[str, ...] = ()
    finding_count: int = 0
    workbook: str = ""  # where the findings to send back lie, below the home folder

    @property
    def is_taken(self) -> bool:
        """True where its rows count."""
        return self.state is State.LOADED
