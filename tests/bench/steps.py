"""One monthly run, step by step: `python -m tests.bench.steps` with RESEARCH_CULTURE_HOME set.

Prints, as JSON, the seconds that landing, ingest, build, disclosure control and release took, and the most memory held.
"""

import json
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import warehouse.build.build as building
from flows.monthly import run as walk
from flows.settings import load_settings


def main() -> None:
    """Run the month with a clock at each step."""
    spent: Counter[str] = Counter()
    settings = load_settings()
    building.protect = _timed("disclosure", building.protect, spent)
    with walk.exclusive_ledger(settings) as ledger:
        plain = walk.plain_steps(settings, ledger)
        steps = walk.Steps(**{f.name: _timed(f.name, getattr(plain, f.name), spent) for f in fields(plain)})
        walk.monthly(settings, ledger, steps, datetime.now(UTC))
    spent["curate"] -= spent["disclosure"]
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({**spent, "megabytes": memory // 1024}))


def _timed(name: str, step: Callable[..., Any], spent: Counter[str]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return step(*arguments)
        finally:
            spent[name] += time.perf_counter() - started

    return timed


if __name__ == "__main__":
    main()
