"""SPC charts of many series at once: what the mart's SELECT costs."""

import time

import duckdb

from schemas.tables import TABLES
from tests.lib.month import RULES
from tests.lib.spc import DECLARED, fill
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables

# Series of sixty months.
FIGURES = """
SELECT 'X' AS metric_id, 'none' AS item_code, 'T' || i // 60 AS organisation_code, 'X||T' || i // 60 AS series_id,
    make_date(2020 + (i % 60 // 12)::INTEGER, (i % 12 + 1)::INTEGER, 1) AS period_start,
    last_day(period_start) AS period_end, 'as_at' AS period_kind, 'all' AS breakdown, 'all' AS category,
    'none' AS interval_method, 'shown' AS status, hash(i) % 1000 / 10.0 AS value
FROM range({points}) AS made(i)
"""


def seconds_for(points: int) -> float:
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
