"""Staged rows that are made up from the contracts: any dataset, from a seed."""

from __future__ import annotations

import random

from schemas.fields import Field
from schemas.tables import PARTS, STAGED
from tests.lib.month import RULES

DATASETS = sorted({*STAGED} - {*PARTS, "survey_response", "survey_answer"} | {"survey"})
ORGANISATIONS = ("ZZ1", "ZZ2", "ZZ3")
FEW = {"site_code": 3, "registration_key": 15, "case_key": 20}  # so few different ones, that files meet in them
ASKED = ("barriers", "motivators", "individual", "burnout", "morale_leaving")  # a few questions of each


def sheets(dataset: str, seed: int) -> dict[str, str]:
    """The text tables of a file, and of its further sheets."""
    rng = random.Random(seed)
    if dataset == "survey":
        return {name: _text(name, rng) for name in ("survey_response", "survey_answer")}
    return {name: _text(name, rng) for name in (dataset, *(p.name for p in PARTS.values() if p.part_of == dataset))}


def _questions() -> list[str]:
    by_domain = {d: [i.question_key for i in RULES.instruments.items if i.domain_code == d] for d in ASKED}
    return [question for found in by_domain.values() for question in found[:5]]


def _text(table: str, rng: random.Random) -> str:
    contract = STAGED[table]
    fields = [field for field in contract.fields if field.name not in ("submission_id", "row_number", "key_id")]
    rows = {}
    for number in range(1, 900 if table == "survey_answer" else rng.choice((5, 40, 80))):
        row = {field.name: _cell(field, number, rng) for field in fields}
        rows[tuple(row.get(key) for key in contract.keys)] = " ".join(row.values())
    return "\n".join((" ".join(field.name for field in fields), *rows.values()))


def _cell(field: Field, number: int, rng: random.Random) -> str:
    if not field.required and not field.name.endswith("_key") and rng.random() < 0.1:
        return "-"
    if field.codelist:
        codes = [*RULES.codelists[field.codelist].labels][:6] if field.codelist in RULES.codelists else _questions()
        return rng.choice(codes)
    made = {
        "respondent_number": str(number % 40 + 1),
        "organisation_code": rng.choice(ORGANISATIONS),
        "survey_year": str(rng.randint(2023, 2025)),
        "cycle_weeks": str(rng.randint(1, 4)),
    }
    kinds = {
        "date": f"2026-{rng.randint(4, 10):02d}-{rng.randint(1, 28):02d}",
        "boolean": rng.choice(("true", "false")),
        "integer": str(rng.randint(0, 5)),
        "number": str(rng.randint(1, 9)),
        "text": f"{field.name[:2]}{rng.randint(1, FEW.get(field.name, 60))}",
    }
    return made.get(field.name, kinds[field.kind])
