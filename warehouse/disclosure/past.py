"""What disclosure control reads, once: the figures, what people add to them, and what earlier releases said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TypeAlias

import duckdb
import pyarrow as pa

from warehouse.db import queries, tables
from warehouse.disclosure.counted import Names
from warehouse.disclosure.differences import Contributions
from warehouse.disclosure.sums import BASE, COMPLEMENT, NUMERATOR, SUM, SUM_OF_BASE, Figure, FigureKey

# The metrics that are counted together (by the first of them), organisation, period: what is stated as a whole.
Family: TypeAlias = tuple[str, str, date, date]
Period: TypeAlias = tuple[date, date]
Edition: TypeAlias = tuple[str, Period]  # a release, or '' for now, and a period
IN_PRINT = ("", "counts")  # rules: of `counts` the value is in print, and not how many people it is of
_FIGURE_COLUMNS = ", ".join(Figure.__dataclass_fields__)


@dataclass(frozen=True)
class Earlier:
    """What earlier releases said of the families that are open: those that no release stated just as they are now."""

    stated_in: Mapping[Family, Sequence[str]]  # the releases that stated it otherwise, latest first
    displayed: Mapping[Family, str]  # the release that the last one shows it as of


@dataclass(frozen=True)
class SeriesRows:
    """All that was read of an organisation's metrics that are counted together.

    `families` are the open ones; of the others, which stay as they were, `shown` names the figures in print. What
    people add is taken apart only where it is asked for.
    """

    counted_with: str
    organisation_code: str
    families: Mapping[Period, Sequence[Figure]]
    shown: Mapping[Period, Set[FigureKey]]
    contribution_rows: pa.Table
    released_rows: pa.Table

    @cached_property
    def contributions(self) -> Mapping[Edition, Mapping[FigureKey, Contributions]]:
        """What people add to the figures, now and in each earlier statement."""
        found: dict[Edition, dict[FigureKey, dict[tuple, int]]] = defaultdict(lambda: defaultdict(dict))
        for release_id, start, end, metric, item, breakdown, category, people, *what in _tuples(self.contribution_rows):
            found[release_id, (start, end)][metric, item, breakdown, category][tuple(what)] = people
        return found

    @cached_property
    def released(self) -> Mapping[Edition, Mapping[FigureKey, bool]]:
        """Whether each figure of a release was in print."""
        found: dict[Edition, dict[FigureKey, bool]] = defaultdict(dict)
        for release_id, start, end, metric, item, breakdown, category, is_shown in _tuples(self.released_rows):
            found[release_id, (start, end)][metric, item, breakdown, category] = is_shown
        return found

    def metrics_in(self, release_id: str, period: Period) -> Set[str]:
        """The metrics of which a release stated the family of that period."""
        return {key[0] for key in self.released.get((release_id, period), {})}


def find_open(connection: duckdb.DuckDBPyConnection) -> None:
    """Decide in temp.known_decision on what stays as before; temp.open_series is where more is to be decided."""
    for name, question in (("known_decision", "as_before"), ("open_series", "open_series")):
        select = queries.select_of(f"disclosure.{question}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")


def series_of(connection: duckdb.DuckDBPyConnection, releases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """The metrics and organisations that these releases may decide otherwise, beside those whose figures changed.

    Those of which they stated a family; and those of which a family is open and is in print otherwise than was decided.
    """
    these = f"WHERE list_contains([{tables.literals(releases)}], release_id)"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW displayed AS {queries.select_of('disclosure.displayed')}")
    found = connection.execute(
        f"{queries.select_of('disclosure.stands_otherwise')}"
        f" UNION SELECT metric_id, organisation_code FROM audit.stated_contribution {these}"
        f" UNION SELECT metric_id, organisation_code FROM core.same_family {these}"
    )
    return frozenset(found.fetchall())


def read_earlier(connection: duckdb.DuckDBPyConnection) -> Earlier:
    """What audit.stated_contribution and audit.released_figure say of the open families."""
    stated_in: dict[Family, list[str]] = defaultdict(list)
    for *family, release_id in connection.execute(queries.select_of("disclosure.stated_in")).fetchall():
        stated_in[_family(family)].append(release_id)
    displayed = connection.execute(queries.select_of("disclosure.displayed")).fetchall()
    return Earlier(stated_in, {_family(family): release_id for *family, release_id in displayed})


def read_names(connection: duckdb.DuckDBPyConnection) -> Names:
    """How the metrics name what they count."""
    columns = "metric_id, base_name, numerator_name, complement_name, sum_name, sum_of_base_name"
    parts = (BASE, NUMERATOR, COMPLEMENT, SUM, SUM_OF_BASE)
    of_metric = {
        metric_id: {part: name for part, name in zip(parts, names, strict=True) if name}
        for metric_id, *names in connection.execute(f"SELECT {columns} FROM reference.metric").fetchall()
    }
    items = connection.execute("SELECT question_key, domain_code FROM reference.instrument_item").fetchall()
    levels = connection.execute("SELECT question_key, level_code FROM reference.item_subtheme").fetchall()
    return Names(of_metric, dict(items), dict(levels))


def read_series(connection: duckdb.DuckDBPyConnection) -> Iterator[SeriesRows]:
    """The open series: their figures, what people add to them and what was released."""
    contributions, released = (_by_series(connection, name) for name in ("contributions", "released"))
    figures = connection.execute(
        "SELECT counted_with, organisation_code, period_start, period_end, known_rule, "
        f"{_FIGURE_COLUMNS} FROM ({queries.select_of('disclosure.figures')})"
    ).fetchall()
    nothing = pa.table({})
    for series, rows in groupby(figures, key=lambda row: (row[0], row[1])):
        families: dict[Period, list[Figure]] = defaultdict(list)
        shown: dict[Period, set[FigureKey]] = defaultdict(set)
        for _, _, start, end, known_rule, *columns in rows:
            figure = Figure(*columns)
            if known_rule is None:
                families[start, end].append(figure)
            else:
                shown[start, end] |= {figure.key} if known_rule in IN_PRINT else set()
        both = (contributions.get(series, nothing), released.get(series, nothing))
        yield SeriesRows(*series, families, shown, *both)


def _by_series(connection: duckdb.DuckDBPyConnection, name: str) -> dict[tuple[str, str], pa.Table]:
    """The other columns of a query by metric and organisation, which it is ordered by; left in Arrow, being long."""
    table = connection.execute(queries.select_of(f"disclosure.{name}")).to_arrow_table()
    rest, start, found = table.drop_columns(["counted_with", "organisation_code"]), 0, {}
    keys = zip(table["counted_with"].to_pylist(), table["organisation_code"].to_pylist(), strict=True)
    for series, members in groupby(keys):
        count = sum(1 for _ in members)
        found[series] = rest.slice(start, count)
        start += count
    return found


def _tuples(table: pa.Table) -> Iterator[tuple]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _family(values: Sequence) -> Family:
    counted_with, organisation, start, end = values
    return counted_with, organisation, start, end
