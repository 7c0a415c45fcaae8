"""What stands between figures and their release: SPC charts of many series, and secondary suppression."""

import time
from collections import Counter
from collections.abc import Iterable

import duckdb

from schemas.tables import TABLES
from tests.lib.month import RULES
from tests.lib.spc import DECLARED, fill
from tests.lib.suppression import big_block, share_blocks
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables
from warehouse.disclosure.suppression.block import Block
from warehouse.disclosure.suppression.suppress import suppress

# Series of sixty months.
FIGURES = """
SELECT 'X' AS metric_id, 'none' AS item_code, 'T' || i // 60 AS organisation_code, 'X||T' || i // 60 AS series_id,
    make_date(2020 + (i % 60 // 12)::INTEGER, (i % 12 + 1)::INTEGER, 1) AS period_start,
    last_day(period_start) AS period_end, 'as_at' AS period_kind, 'all' AS breakdown, 'all' AS category,
    'none' AS interval_method, 'shown' AS status, hash(i) % 1000 / 10.0 AS value
FROM range({points}) AS made(i)
"""


def spc_charts(points: int) -> float:
    """Seconds of one build of marts.metric_spc from that many figures."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts; CREATE SCHEMA reference")
        made = reference_tables(RULES, [DECLARED])
        for contract in (TABLES["reference.metric"], TABLES["reference.spc_rule_set"], TABLES["reference.spc_rebase"]):
            fill(connection, contract, made[contract.name.partition(".")[2]])
        tables.create(connection, TABLES["marts.metric_value"])
        connection.execute(f"INSERT INTO marts.metric_value BY NAME {FIGURES.format(points=points)}")
        started = time.perf_counter()
        tables.replace(connection, TABLES["marts.metric_spc"], queries.select_of("marts.metric_spc"))
        return time.perf_counter() - started


def one_table() -> str:
    """10,104 cells: organisations in regions, by staff group."""
    made = big_block(1, [[20] * 20, [23]], 40)
    return _said([made], seconds=120.0)


def many_blocks(cells: int) -> str:
    """So many cells in blocks of 30: shares of people by five breakdowns."""
    return _said(share_blocks(cells // 30))


def _said(blocks: Iterable[Block], **how: float) -> str:
    spent, cells, safe, kept, methods = 0.0, 0, 0, 0, Counter[str]()
    for block in blocks:
        started = time.perf_counter()
        found = suppress(block, **how)
        spent += time.perf_counter() - started
        cells += len(block.weights)
        safe += len(block.weights) - len(block.first)
        kept += len(block.weights) - len(found.hidden)
        methods[found.method] += 1
    ways = ", ".join(f"{count:,} {method}" for method, count in methods.most_common())
    return f"{spent:.1f} s, {cells / spent:,.0f} cells/s; {kept / safe:.1%} of the safe cells kept; {ways}"
