"""What data/ declares is what is drawn: shares, weights, dates, relations, and what is known on a day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from statistics import mean, stdev
from typing import Any

import pytest

from flows.demo.draws import Drawn, changing, fill, seen
from flows.demo.senders import Sender
from flows.demo.sending import read_demo
from schemas.codelists import load_codelist
from schemas.submissions import Period
from schemas.tables import SENT


def drawn(field: Mapping[str, Any], *rows: Drawn) -> list[Drawn]:
    made = [dict(row) for row in rows] or [{"n": n} for n in range(100)]
    fill(made, field, lambda name: Random(f"test/{name}"))
    return made


def values(spec: Any, *rows: Drawn) -> list[str]:
    return [row["x"] for row in drawn({"x": spec}, *rows)]


def test_a_share_and_weights_are_met_to_the_nearest_row() -> None:
    assert Counter(values(0.3)) == {"yes": 30, "no": 70}
    assert Counter(values({"a": 3, "b": 1})) == {"a": 75, "b": 25}
    assert Counter(values(["p", "q"])) == {"p": 50, "q": 50}


def test_a_list_of_numbers_holds_quantiles() -> None:
    found = sorted(int(value) for value in values([0, 10, 100]))
    assert found[0] == 0 and found[-1] >= 98 and 9 <= found[50] <= 13


def test_a_number_lies_about_its_mean_within_its_limits() -> None:
    found = [float(value) for value in values({"mean": 5, "sd": 2, "least": 1, "digits": 2})]
    assert min(found) == 1 and mean(found) == pytest.approx(5, abs=0.1) and stdev(found) == pytest.approx(2, abs=0.2)
    assert values({"mean": 1, "sd": 0.0001, "on": "y", "slope": 2}, {"y": "4"}) == ["9"]


def test_dates_parts_and_rests_go_by_other_fields() -> None:
    assert values({"after": "y", "days": [3, 3]}, {"y": "2026-02-27"}, {"y": ""}) == ["2026-03-02", ""]
    assert values({"of": "y", "share": [0.5, 0.5]}, {"y": "40"}) == ["20"]
    assert values({"rest_of": "all"}, {"all": "10", "siblings": [{"x": "4"}, {"x": "3.5"}]}) == ["2.5"]


def test_ways_go_by_another_field_by_its_beginning_or_by_the_rest() -> None:
    spec = {"by": "y", "one": "a", "tw*": "b", "other": "c"}
    assert values(spec, {"y": "one"}, {"y": "two"}, {"y": "three"}) == ["a", "b", "c"]
    when = {"when": {"y": ["one"], "z": True}, "draw": "{y}!"}
    assert values(when, {"y": "one", "z": "1"}, {"y": "one", "z": ""}, {"y": "two", "z": "1"}) == ["one!", "", ""]


def test_each_group_has_its_own_share() -> None:
    rows = drawn({"y": {"a": 1, "b": 1}, "x": {"by": "y", "a": 0.5, "b": 0.1}})
    assert Counter((row["y"], row["x"]) for row in rows)["a", "yes"] == 25
    assert Counter((row["y"], row["x"]) for row in rows)["b", "yes"] == 5


def test_what_has_not_happened_is_not_known() -> None:
    fields = {
        "sent_date": {"after": "first_date", "days": [10, 10]},
        "grade": {"when": {"sent_date": True}, "draw": {"good": 1}},
        "state": {"latest": {"sent_date": "sent"}, "otherwise": "open"},
        "level": {"path": ["1|2|3"]},
    }
    row = drawn(fields, {"first_date": "2026-09-01"})[0]
    early, late = (seen(row, changing(fields), day, before) for day, before in (("2026-06-30", 3), ("2026-09-30", 0)))
    assert [early[name] for name in fields] == ["", "", "open", "2"]
    assert [late[name] for name in fields] == ["2026-09-11", "good", "sent", "3"]


def codes(spec: Any) -> Iterator[str]:
    """Every code that a field may be drawn as; what another field says is not looked at."""
    if isinstance(spec, str):
        yield from () if "{" in spec else spec.split("|")
    elif "by" in spec:
        yield from (code for way, one in spec.items() if way != "by" for code in codes(one))
    elif "latest" in spec:
        yield from (*spec["latest"].values(), spec["otherwise"])
    else:
        inner = [spec[key] for key in ("draw", "path") if key in spec] or list(spec)
        yield from (code for one in inner for code in codes(one))


@pytest.mark.parametrize("table", [name for name in read_demo()["table"] if name in SENT])
def test_what_is_drawn_of_a_codelist_is_on_it(table: str) -> None:
    for name, spec in read_demo()["table"][table].get("field", {}).items():
        if name in SENT[table].names and (codelist := SENT[table].field(name).codelist):
            assert set(codes(spec)) - {""} <= set(load_codelist(codelist).labels), name


def test_a_row_is_there_once_what_it_must_hold_is_known() -> None:
    sender, scores = Sender("ZZ5", read_demo(), 1), SENT["support_measurement"]
    early, late = (sender.sent(scores, Period.parse(month)) for month in ("2026-03", "2026-09"))
    assert {row["case_id"] for row in early} < {row["case_id"] for row in late}
    assert max(row["measured_date"] for row in early) <= "2026-03-31"
