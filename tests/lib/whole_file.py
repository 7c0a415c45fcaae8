"""Small texts staged as one file, and what the rules of the whole file make of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.findings import Finding
from schemas.rulebook import load_rulebook
from schemas.submissions import Period
from schemas.tables import PARTS, STAGED
from tests.lib.text_tables import parse
from warehouse.staging.load import check_file, open_checks

RULES = load_rulebook()
CASES = """
case_key referral_date
c1       2026-03-02
c2       2026-03-09
"""


def judged(
    folder: Path, dataset: str, when: tuple[Period, date] | None = None, **tables: str
) -> tuple[list[Finding], dict[str, list[int]], int]:
    """The findings on text tables staged as one file, the row numbers that are left, and how many were rejected."""
    names = [dataset, *(part.name for part in PARTS.values() if part.part_of == dataset)]
    for name in names:
        rows = [{"row_number": str(n), **row} for n, row in enumerate(parse(tables.get(name, "none")), 2)]
        text = {f.name: pa.array([row.get(f.name) for row in rows], pa.string()) for f in STAGED[name].fields}
        columns = [text[f.name].cast(f.arrow_type()) for f in STAGED[name].fields]
        pq.write_table(pa.Table.from_arrays(columns, list(text)), folder / f"{name}.parquet")
    findings, rejected = check_file(
        open_checks(RULES, folder / "spill"), folder, RULES.layout(dataset, "template"), when=when
    )
    left = {name: pq.read_table(folder / f"{name}.parquet")["row_number"].to_pylist() for name in names}
    return list(findings), left, rejected
