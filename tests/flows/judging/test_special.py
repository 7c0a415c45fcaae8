"""Special categories: dropped at the door while they are off, read once they are switched on, and gone again."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings
from tests.lib.walk import NOW, new_home

ROWS = "\n".join(
    f"1000{n}-1,1000{n},Nursing and Midwifery Registered,Review Body Band 5,1,01-APR-2019,,,{sex}"
    for start, sex in ((10, "Female"), (40, "Male"))
    for n in range(start, start + 30)
)
EXTRACT = (
    "Assignment Number,Employee Number,Staff Group,Pay Grade,FTE,Latest Start Date,Termination Date,"
    f"Reason For Leaving,Gender\n{ROWS}\n"
)
SWITCH = "field,lawful_basis,agreed_by,from_date\nsex_code,UK GDPR 6(1)(e) and 9(2)(b),IG lead,{}\n"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    found = new_home(tmp_path, monkeypatch)
    folder = found.inbox / "ZZ1" / "2026-09"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "esr.csv").write_text(EXTRACT, encoding="cp1252")
    return found


def run(settings: Settings) -> tuple[list[str], set[str | None], set[str]]:
    """The findings after a run, what is staged of the field, and what figures are broken down by."""
    with exclusive_ledger(settings) as ledger:
        monthly(settings, ledger, plain_steps(settings, ledger), NOW)
        (one,) = (s for s in ledger.submissions() if s.layout == "workforce/example_esr_extract")
        told = [finding["code"] for finding in ledger.findings(one.submission_id)]
    (staged,) = settings.home.glob("staged/*/workforce.parquet")
    with duckdb.connect(str(settings.home / "warehouse" / "work.duckdb"), read_only=True) as work:
        by = work.execute("SELECT DISTINCT breakdown FROM core.metric_figure").fetchall()
    return told, set(pq.read_table(staged)["sex_code"].to_pylist()), {name for (name,) in by}


def test_a_special_category_is_read_and_counted_only_while_it_is_switched_on(settings: Settings) -> None:
    switch = settings.config / "special_categories.csv"
    told, staged, by = run(settings)
    assert (told, staged) == (["W046"], {None}) and "sex" not in by
    switch.write_text(SWITCH.format(NOW.date() + timedelta(days=1)))  # of files that come later
    assert run(settings)[:2] == (["W046"], {None})
    switch.write_text(SWITCH.format(NOW.date()))
    told, staged, by = run(settings)
    assert (told, staged) == ([], {"female", "male"}) and "sex" in by
    switch.unlink()
    told, staged, by = run(settings)
    assert (told, staged) == (["W046"], {None}) and "sex" not in by
