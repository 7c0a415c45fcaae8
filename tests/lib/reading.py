"""Job plans read wrongly and rightly: a layout with two columns exchanged, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.home.setup import take_codelists
from flows.settings import Settings
from schemas.codelists import read_rows
from schemas.submissions import State
from warehouse.ledger.store import Ledger

RIGHT = """
name = "plans"
dataset = "job_plan"
title = "Plans, as our own system exports them"
evidence = "made for this test"
[columns]
Plan = "plan_id"
Line = "line_number"
Person = "employee_number"
State = "plan_state_code"
What = "activity_category_code"
Weekly = "planned_pas"
Extra = "planned_hours"
"""
WRONG = RIGHT.replace("planned_pas", "~").replace("planned_hours", "planned_pas").replace("~", "planned_hours")
MEDIAN = """
SELECT value FROM marts.metric_value
WHERE metric_id = 'job_plan_research_pas_median' AND breakdown = 'all' AND organisation_code = 'ZZ1'
"""


def plans(*states: str, people: int = 60) -> str:
    """Plans of one line each, two in three of research: 2 to 4 in a column, 6 more in the other; states in turn."""
    states = states or ("Signed off",)
    lines = [
        f"p{n},1,E{n:05},{states[n % len(states)]},{'DCC' if n % 3 == 0 else 'Research'},{2 + n % 3},{8 + n % 3}"
        for n in range(people)
    ]
    return "\n".join(["Plan,Line,Person,State,What,Weekly,Extra", *lines]) + "\n"


def declare(settings: Settings, layout: str, name: str = "plans") -> None:
    path = settings.config / "layouts" / "job_plan" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(layout, encoding="utf-8")


def asked(file: Path, question: str) -> list[tuple]:
    with duckdb.connect(file, read_only=True) as connection:
        return connection.execute(question).fetchall()


def released(settings: Settings) -> float:
    ((value,),) = asked(settings.released / "current" / "research_culture.duckdb", MEDIAN)
    return value


def states(settings: Settings) -> dict[str, State]:
    with Ledger(settings.ledger, "tester") as ledger:
        return {one.sent_name: one.state for one in ledger.submissions()}


def add_values(settings: Settings) -> str:
    declare(settings, RIGHT + '[values.plan_state_code]\n"Agreed by all" = "signed_off"\n')
    return "the layout job_plan/plans"


def add_codelist(settings: Settings, tmp: Path) -> str:
    ours = read_rows("plan_state")
    lines = [f"{row['code']},{row['label']},{'Agreed by all' if row['code'] == 'signed_off' else ''}," for row in ours]
    (tmp / "plan_state.csv").write_text("\n".join(["code,label,aliases,source", *lines]), encoding="utf-8")
    take_codelists(settings, [tmp / "plan_state.csv"])
    return "the list plan_state"
