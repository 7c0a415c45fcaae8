"""What the command line answers, and a good file to give it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

GOOD = "Who,Group,Day,Count\nheadcount,Students,30/09/2026,50\nheadcount,All staff,30/09/2026,50\n"


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self):
        return json.loads(self.out)


Say = Callable[..., Answer]
