"""Exports of survey tools as they come: previews and spam, events and repeats, ends before starts."""

import pytest

from schemas.findings import Severity
from tests.lib.files import RULES, Taken, csv_file, take
from tests.lib.mapped_survey import REPLY, SURVEY

REAL = ["IP Address", "Imported", "Offline", "EX", "", "0", "4", "16", "32", "48"]
NOT_REAL = [
    *("Survey Preview", "Survey Test", "Spam", "Survey Preview Spam", "Survey Preview|Spam", "Imported Spam"),
    *("Imported|Spam", "Offline Survey Preview", "survey preview", " Spam "),
    *("1", "2", "8", "9", "12", "17", "24", "40"),
]


@pytest.mark.parametrize(("status", "count"), [*((one, 2) for one in REAL), *((one, 1) for one in NOT_REAL)])
def test_of_qualtrics_responses_only_real_ones_count(status: str, count: int) -> None:
    layout = RULES.layout("survey", "example_qualtrics")
    row = {
        **dict.fromkeys((*layout.columns, *layout.questions), ""),
        "ResponseId": "R_1",
        "EndDate": "2026-09-14 10:00:00",
    }
    rows = [{**row, "Finished": "True", "Status": "IP Address"}, {**row, "ResponseId": "R_2", "Status": status}]
    content = csv_file([{**row, "Finished": "", "Status": ""} | one for one in rows])
    taken = take(content, layout.model_copy(update={"rows_after_header": 0}))
    assert (taken.counts.accepted, taken.counts.noise) == (count, 2 - count)


@pytest.mark.parametrize("heading", ["Status", "Response Type"])
def test_previews_by_text_are_left_out_of_a_mapped_export_too(heading: str) -> None:
    rows = [{**REPLY, heading: "IP Address"}, {**REPLY, "ID": "R-2", heading: "Survey Preview"}]
    taken = take(csv_file(rows), SURVEY.model_copy(update={"ignore": (heading,)}))
    assert (taken.counts.accepted, taken.counts.noise, taken.codes) == (1, 1, [])


EVENT, TOOL, TIME = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"


def of_redcap(*rows: tuple[str, str, str], **more: str) -> Taken:
    """Replies with those events, instruments and instances."""
    sent = [{**REPLY, "ID": f"R-{n}", EVENT: e, TOOL: t, TIME: i, **more} for n, (e, t, i) in enumerate(rows)]
    return take(csv_file(sent), SURVEY.model_copy(update={"ignore": (EVENT, TOOL, TIME)}))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("baseline_arm_1", "", ""), ("baseline_arm_1", "", "")], []),
        ([("", "rcc", "1"), ("", "rcc", "1")], []),
        ([("baseline_arm_1", "", ""), ("follow_up_arm_1", "", "")], [EVENT]),
        ([("", "rcc", "1"), ("", "rcc", "2")], [TIME]),
        ([("", "", ""), ("", "rcc", "1")], [TOOL, TIME]),
    ],
    ids=["one event", "one instance", "two events", "two instances", "with and without"],
)
def test_an_export_of_several_events_or_repeats_is_refused_in_words(rows: list, told: list[str]) -> None:
    found = [f for f in of_redcap(*rows).findings if f.code == "F045"]
    assert [f.column for f in found] == told
    assert all(f.severity is Severity.REJECT_FILE and "export one instrument of one event" in f.sentence for f in found)


def test_rows_of_other_instruments_are_noise_and_the_one_set_is_read() -> None:
    other = {**dict.fromkeys(REPLY, ""), EVENT: "", TOOL: "training_log"}
    rows = [{**REPLY, EVENT: "", TOOL: "", TIME: ""}, *({**other, "ID": "R-1", TIME: str(n)} for n in (1, 2, 3, 4))]
    taken = take(csv_file(rows), SURVEY.model_copy(update={"ignore": (EVENT, TOOL, TIME)}))
    assert (taken.counts.accepted, taken.counts.noise, taken.codes) == (1, 4, ["W030"])


@pytest.mark.parametrize(
    ("start", "end", "is_told"),
    [
        ("2026-09-14 10:00:00", "2026-09-14 09:59:59", True),
        ("2026-09-14 10:00:00", "2026-09-14 10:00:00", False),
        ("2026-09-14 10:00:00", "2026-09-14", False),
        ("2026-09-15 10:00:00", "2026-09-14", True),
        ("2026-09-14", "2026-09-14 09:00:00", False),
        ("", "2026-09-14 09:00:00", False),
        ("soon", "2026-09-14 09:00:00", False),
    ],
)
@pytest.mark.parametrize("headings", [("StartDate", "EndDate"), ("Start time", "Completion time")])
def test_a_response_that_ends_before_it_starts_is_told(headings: tuple, start: str, end: str, is_told: bool) -> None:
    first, last = headings
    columns = {**{h: name for h, name in SURVEY.columns.items() if h != "Date"}, last: "response_date"}
    reply = {h: cell for h, cell in REPLY.items() if h != "Date"}
    layout = SURVEY.model_copy(update={"columns": columns, "ignore": (first,)})
    taken = take(csv_file([{**reply, first: start, last: end}]), layout)
    assert taken.counts.accepted == 1
    assert [(f.column, f.details["earlier"]) for f in taken.findings if f.code == "W014"] == [(last, first)] * is_told
