"""Coverage of the 95 % intervals by simulation, and single intervals against values worked out apart."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom, t

from schemas.metrics import Metric
from schemas.tables import TABLES
from tests.lib.figures import metric
from tests.lib.month import RULES
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables

pytestmark = pytest.mark.slow

RATES = (
    "organisation_code STRING, period_start DATE, period_end DATE, breakdown STRING, category STRING,"
    " response_rate_pct DOUBLE"
)

SIZES = (11, 30, 100)
SAMPLES = 2_000  # one standard error of the coverage: half a point
Draw = Callable[[np.random.Generator, tuple[int, int]], tuple[np.ndarray, np.ndarray]]

SHARE = metric("S", is_sample=True)
MEAN = metric("M", is_sample=True, statistic="mean", unit="score 0-10")
MEDIAN = metric("Q", is_sample=True, statistic="median", unit="score 1-10", quantile_type=6)
EFFECT = metric("E", is_sample=True, statistic="effect_size", unit="baseline SD")


def burnout(draw: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A mean of seven answers worth 0 to 10 that go together, as a person's sub-score is."""
    leaning = draw.normal(0, 1, size)[..., None]
    answers = np.clip(np.round(2.2 + leaning + draw.normal(0, 0.8, (*size, 7))), 0, 4)
    return answers.mean(axis=-1) * 2.5, np.zeros(size)


def skewed(draw: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return draw.lognormal(0, 1, size), np.zeros(size)


def rcc_scores(draw: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Whole scores from 1 to 10, tied as those of an item are; their median is 6."""
    weights = np.array([8, 5, 8, 8, 14, 14, 13, 14, 9, 7]) / 100
    return draw.choice(np.arange(1.0, 11), size, p=weights), np.zeros(size)


def pairs(effect: float, *, is_skewed: bool = False) -> Draw:
    """Change (for the better) and baseline; the scores before and after correlate at 0.5, the SD at baseline is 5."""

    def draw_pairs(draw: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        shared, first, second = draw.normal(0, np.sqrt(0.5), (3, *size))
        if is_skewed:  # chi-squared with 8 degrees of freedom: skewness 1, as the scores of distress are
            shared, first, second = ((draw.chisquare(4, size) - 4) / 4 for _ in range(3))
        before, after = 5 * (shared + first), 5 * (shared + second)
        return before - after + 5 * effect, before

    return draw_pairs


# metric, how a sample is drawn, the truth, and what share of the intervals must hold it at n = 11, 30 and 100:
# 93 to 97 % is the aim. Where a small sample or ties cannot reach it, the bounds say what is reached.
AIM = (0.93, 0.97)
CASES = {
    "a mean score": (MEAN, burnout, None, (AIM, AIM, AIM)),
    "a median without ties": (MEDIAN, skewed, 1, ((0.98, 0.995), AIM, AIM)),
    "a median of whole scores": (MEDIAN, rcc_scores, 6, ((0.99, 1), (0.98, 1), (0.99, 1))),
    "an effect of 0.86": (EFFECT, pairs(0.86), 0.86, (AIM, AIM, AIM)),
    "an effect of 1.86": (EFFECT, pairs(1.86), 1.86, (AIM, AIM, AIM)),
    "an effect of 0.86, skewed": (EFFECT, pairs(0.86, is_skewed=True), 0.86, ((0.9, 0.97),) * 3),
}

# n, and how often the interval holds the share: on average over true shares, and for the worst of them.
WILSON = [(11, 0.952, 0.895), (30, 0.952, 0.93), (100, 0.949, 0.921)]


def intervals(declared: Metric, values: np.ndarray, baseline: np.ndarray) -> np.ma.MaskedArray:
    """Value, lower and upper end by the warehouse's own SQL; a sample (a row of `values`) is an organisation."""
    sample, person = np.indices(values.shape)
    drawn = pa.table({"sample": sample.ravel(), "person": person.ravel(), "x": values.ravel(), "b": baseline.ravel()})
    given = {"metric_id": f"'{declared.metric_id}'", "item_code": "'none'", "organisation_code": "'O' || sample"}
    given |= {"period_start": "DATE '2026-09-01'", "period_end": "DATE '2026-09-30'", "person_key": "'p' || person"}
    given |= {"numerator": "x", "denominator": "1e0", "baseline_value": "b"}
    columns = (
        f"CAST({given.get(f.name, 'NULL')} AS {f.sql_type}) AS {f.name}" for f in TABLES["core.metric_unit"].fields
    )
    with duckdb.connect() as connection:
        connection.register("drawn", drawn)
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA reference")
        for name, rows in reference_tables(RULES, [declared]).items():
            connection.register(f"declared_{name}", rows)
            connection.execute(f"CREATE VIEW reference.{name} AS SELECT * FROM declared_{name}")
        connection.execute(f"CREATE TABLE core.figure_response_rate ({RATES})")
        for name in ("core.source_missing", "core.person_group"):
            tables.create(connection, TABLES[name])
        connection.execute(f"CREATE VIEW core.metric_unit AS SELECT {', '.join(columns)} FROM drawn")
        for name in ("core.metric_unit_category", "core.figure_base", "core.figure_quantile"):
            connection.execute(f"CREATE TABLE {name} AS {queries.select_of(name)}")
        found = connection.execute(
            f"SELECT value, interval_low, interval_high FROM ({queries.select_of('core.metric_figure')})"
        ).fetchnumpy()
    return np.ma.array([found[name] for name in ("value", "interval_low", "interval_high")])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_an_interval_covers_the_truth_as_often_as_it_says(case: str) -> None:
    declared, draw, truth, bounds = CASES[case]
    for size, (least, most) in zip(SIZES, bounds, strict=True):
        random = np.random.default_rng([20261122, size])
        true = draw(random, (400, 2_000))[0].mean() if truth is None else truth
        _, low, high = intervals(declared, *draw(random, (SAMPLES, size)))
        coverage = ((low <= true) & (true <= high)).mean()
        assert least <= coverage <= most, f"{case}, n = {size}: {100 * coverage:.1f} %"


@pytest.mark.parametrize(("size", "mean", "least"), WILSON)
def test_a_shares_interval_covers_it_on_average_and_at_worst(size: int, mean: float, least: float) -> None:
    """Exact, by the binomial, over true shares of 1 % to 99 %; the least is met near 0 and 100 %."""
    counts = np.arange(size + 1)
    people = (np.arange(size)[None, :] < counts[:, None]) * 1.0
    value, low, high = (found / 100 for found in intervals(SHARE, people, people))
    of = np.rint(value * size).astype(int)
    shares = np.arange(1, 100) / 100
    coverage = [binom.pmf(of, size, p)[(low <= p) & (p <= high)].sum() for p in shares]
    assert (round(np.mean(coverage), 3), round(min(coverage), 3)) == (mean, least)
    assert AIM[0] <= np.mean(coverage) <= AIM[1]


@pytest.mark.parametrize(("size", "rank"), [(6, 1), (11, 2), (30, 10), (100, 40), (1000, 469)])
def test_a_medians_interval_stands_at_the_ranks_of_the_binomial(size: int, rank: int) -> None:
    """Ranks r and n + 1 - r of 1 to n; the binomial's own: P(X < r) <= 0.025 with n and one half."""
    assert binom.cdf(rank - 1, size, 0.5) <= 0.025 < binom.cdf(rank, size, 0.5)
    values = np.arange(1.0, size + 1)[None, :]
    _, low, high = intervals(MEDIAN, values, values)
    assert (low[0], high[0]) == (rank, size + 1 - rank)


def test_five_values_give_a_median_no_interval() -> None:
    values = np.arange(1.0, 6)[None, :]
    assert intervals(MEDIAN, values, values)[1:].mask.all()


@pytest.mark.parametrize("size", [8, 11, 30, 400])
def test_a_means_interval_is_scipys_student_t(size: int) -> None:
    values = np.random.default_rng(7).normal(5, 2, (1, size))
    low, high = t.interval(0.95, size - 1, values.mean(), values.std(ddof=1) / np.sqrt(size))
    assert intervals(MEAN, values, values)[:, 0].tolist() == pytest.approx([values.mean(), low, high], abs=1e-3)


def test_an_effect_size_is_the_mean_change_in_sd_at_baseline() -> None:
    """By hand: changes 1 2 3 6 have mean 3, variance 14/3; baselines 2 4 6 8 variance 20/3; d = 3 / 2.5820 = 1.1619;
    se = sqrt(14/3 / (3 * 20/3) + 1.35 / 6) = sqrt(0.23333 + 0.225) = 0.67700."""
    found = intervals(EFFECT, np.array([[1.0, 2, 3, 6]]), np.array([[2.0, 4, 6, 8]]))[:, 0].tolist()
    assert found == pytest.approx([1.16190, 1.16190 - 1.32690, 1.16190 + 1.32690], abs=1e-4)


def test_where_all_begin_alike_there_is_no_effect_size() -> None:
    same = np.full((1, 12), 4.0)
    assert intervals(EFFECT, np.arange(12.0)[None, :], same).mask.all()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("declared", [SHARE, MEAN], ids=["shares of 60 and 40 %", "means of 6 and 5"])
def test_the_interval_of_a_difference_covers_it_as_often_as_it_says(declared: Metric, size: int) -> None:
    """Research-active staff beside three times as many others, through the mart's own SQL."""
    draw = np.random.default_rng([20261122, size])
    is_share = declared is SHARE
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        for side, count, share, mean in (("yes", size, 0.6, 6), ("no", 3 * size, 0.4, 5)):
            shape = (SAMPLES, count)
            values = (
                (draw.random(shape) < share) * 1.0 if is_share else draw.normal(mean, 2 if side == "yes" else 3, shape)
            )
            value, low, high = intervals(declared, values, values)
            made = {"category": [side] * SAMPLES, "organisation_code": [f"O{n}" for n in range(SAMPLES)]}
            made |= {"value": value, "interval_low": low, "interval_high": high, "people_count": [count] * SAMPLES}
            connection.register(side, pa.table(made))
        usual = {"metric_id": f"'{declared.metric_id}'", "item_code": "'none'", "breakdown": "'research_active'"}
        usual |= {"period_start": "DATE '2026-09-01'", "period_end": "DATE '2026-09-30'", "interval_method": "'x'"}
        columns = (
            f"CAST({f.name if f.name in made else usual.get(f.name, 'NULL')} AS {f.sql_type}) AS {f.name}"
            for f in TABLES["marts.metric_value"].fields
        )
        both = "(SELECT * FROM yes UNION ALL BY NAME SELECT * FROM no)"
        connection.execute(f"CREATE VIEW marts.metric_value AS SELECT {', '.join(columns)} FROM {both}")
        connection.register("definition", reference_tables(RULES, [declared])["metric"])
        connection.execute("CREATE SCHEMA reference")
        tables.create(connection, TABLES["reference.organisation"])
        connection.execute("CREATE VIEW marts.metric_definition AS SELECT * FROM definition")
        query = f"SELECT difference_low, difference_high FROM ({queries.select_of('marts.research_active_comparison')})"
        found = connection.execute(query).fetchnumpy()
    true = 20 if is_share else 1
    coverage = ((found["difference_low"] <= true) & (true <= found["difference_high"])).mean()
    assert AIM[0] <= coverage <= AIM[1], f"{100 * coverage:.1f} %"
