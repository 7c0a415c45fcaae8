"""Series of numbers in, SPC charts out: the mart's own SELECT over released figures made from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from schemas.metrics import UNITS, Metric
from schemas.tables import TABLES
from tests.lib.month import RULES, rules_with
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables

DECLARED = Metric(
    metric_id="X",
    title="Made up",
    definition="Made up for this test.",
    statistic="effect_size",
    unit="baseline SD",  # no bounds, as in other people's programs
    decimals=12,
    direction=1,
    datasets=("job_plan",),
    topics=("data_quality",),
    evidence="made up",
    has_spc=True,
)
DEFAULT = "plotthedots-0.2.2"
UNSCREENED = {**RULES.tables["spc_rule_set"][0], "rule_set": "unscreened", "screening_multiplier": None}


@dataclass(frozen=True)
class Series:
    """One series of released figures; a day a point unless `dates` says otherwise."""

    name: str
    values: Sequence[float | None]
    dates: Sequence[date] = ()
    direction: int = 1
    target: float | None = None
    rebases: Sequence[date] = ()
    fix: int | None = None
    statuses: dict[int, str] = of(default_factory=dict)  # point number from 0 -> status; else shown
    has_spc: bool = True
    days: int = 1  # length of a period
    unit: str = DECLARED.unit
    decimals: int | None = DECLARED.decimals
    targets: Sequence[float] = ()  # one a point, where they differ
    out_of: int = 0  # a share: the values are counts out of so many

    def metric(self) -> Metric:
        """Each series is a metric of its own, so that it can have its own direction and target."""
        said = ("direction", "has_spc", "unit", "decimals")
        own = {
            "metric_id": self.name,
            "statistic": "proportion" if self.out_of else "mean",
            **{name: getattr(self, name) for name in said},
        }
        usual = {"decimals": UNITS[self.unit].decimals} if self.decimals is None else {}
        return Metric.model_validate({**DECLARED.model_dump(), **own, **usual})

    def figures(self) -> Iterable[dict[str, Any]]:
        """Rows of marts.metric_value."""
        dates = self.dates or [date(2026, 1, 1) + timedelta(n) for n in range(len(self.values))]
        for n, (start, value) in enumerate(zip(dates, self.values, strict=True)):
            yield {
                **{"metric_id": self.name, "item_code": "none", "organisation_code": "ZZ1", "series_id": self.name},
                **{"breakdown": "all", "category": "all", "interval_method": "none", "period_kind": "as_at"},
                **{"period_start": start, "period_end": start + timedelta(self.days - 1)},
                **self._counts(value),
                "target": self.targets[n] if self.targets else self.target,
                "status": self.statuses.get(n, "not_available" if value is None else "shown"),
            }

    def _counts(self, value: float | None) -> dict[str, Any]:
        if not self.out_of or value is None:
            return {"value": value}
        return {"numerator": value, "denominator": self.out_of, "value": round(100 * value / self.out_of, 1)}

    def declared(self) -> Iterable[dict[str, Any]]:
        """Rows of reference.spc_rebase: the baseline from the start, and the dates."""
        for day in (*([date(1900, 1, 1)] if self.fix else []), *self.rebases):
            row = {"metric_id": self.name, "organisation_code": "ZZ1", "rebase_date": day}
            yield {**row, "fix_after_n_points": self.fix, "reason": "made up"}


def charts(series: Iterable[Series], *rule_sets: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(series, rule set) -> its rows of marts.metric_spc in date order; the default rule set if none is named."""
    series = list(series)
    wanted = rule_sets or (DEFAULT,)
    used = tuple({**row, "is_used": row["rule_set"] in wanted} for row in (*RULES.tables["spc_rule_set"], UNSCREENED))
    declared = tuple(row for s in series for row in s.declared())
    rules = rules_with(tables={**RULES.tables, "spc_rule_set": used, "spc_rebase": declared})
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts; CREATE SCHEMA reference")
        made = reference_tables(rules, [s.metric() for s in series])
        for contract in (TABLES["reference.metric"], TABLES["reference.spc_rule_set"], TABLES["reference.spc_rebase"]):
            fill(connection, contract, made[contract.name.partition(".")[2]])
        rows = [row for s in series for row in s.figures()]
        fill(
            connection,
            TABLES["marts.metric_value"],
            pa.Table.from_pylist(rows, TABLES["marts.metric_value"].arrow_schema()),
        )
        tables.replace(connection, TABLES["marts.metric_spc"], queries.select_of("marts.metric_spc"))
        found = connection.execute("SELECT * FROM marts.metric_spc ORDER BY series_id, rule_set, period_start")
        names = [column[0] for column in found.description]
        chart: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for cells in found.fetchall():
            row = dict(zip(names, cells, strict=True))
            chart.setdefault((row["series_id"], row["rule_set"]), []).append(row)
    return chart


def fill(connection: duckdb.DuckDBPyConnection, contract: Any, rows: pa.Table) -> None:
    """Replace the contract's table by these rows."""
    connection.register("given", rows)
    tables.replace(connection, contract, "SELECT * FROM given")
    connection.unregister("given")


def chart(values: Sequence[float | None], rule_set: str = DEFAULT, **options: Any) -> list[dict[str, Any]]:
    """The chart of one series."""
    return charts([Series("x", values, **options)], rule_set)["x", rule_set]
