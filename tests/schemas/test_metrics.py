import pytest

from schemas.metrics import Metric, load_metrics
from schemas.tables.sent import DATASETS

DECLARED = {
    "metric_id": "X01",
    "title": "Share",
    "definition": "Some of some.",
    "statistic": "proportion",
    "unit": "%",
    "direction": 1,
    "datasets": ("survey",),
    "evidence": "made up for this test",
}


def test_a_metric_is_what_its_toml_says() -> None:
    assert Metric.model_validate(DECLARED).profile == "staff_survey"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statistic": "median"}, "declares its quantile type"),
        ({"quantile_type": 6}, "declares its quantile type"),
        ({"breakdowns": ("shoe_size",)}, "unknown breakdown shoe_size"),
        ({"sql": "SELECT 1"}, "sql"),
        ({"unit": "furlongs"}, "unit"),
        ({"has_spc": True, "datasets": ("population", "appraisal")}, "no SPC chart of the year to date"),
    ],
)
def test_a_metric_that_does_not_hold_together_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Metric.model_validate({**DECLARED, **change})


def test_the_first_months_metrics_are_all_declared() -> None:
    survey = {"R01", "R02", "R03", "R04", "R05", "R06", "R08"}
    plans = {"J01", "J02", "J03", "J04", "J05"}
    appraisals = {"A01", "A02", "A03", "A04", "A05"}
    assert survey | plans | appraisals | {"N01"} <= {metric.metric_id for metric in load_metrics()}


def test_every_metric_reads_datasets_that_there_are_and_no_id_stands_twice() -> None:
    metrics = load_metrics()
    assert {name for metric in metrics for name in metric.datasets} <= set(DATASETS)
    assert len({metric.metric_id for metric in metrics}) == len(metrics)
