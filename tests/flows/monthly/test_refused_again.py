"""A refused file is read again once a correction may mend it, and never in place of a later one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.settings import Settings
from schemas.submissions import State
from tests.lib.reading import RIGHT, add_codelist, add_values, declare, plans, released, states
from tests.lib.walk import Put, Run


@pytest.mark.parametrize("corrected", [lambda home, _: add_values(home), add_codelist])
def test_a_file_of_which_no_word_was_known_loads_once_they_are(
    settings: Settings, put: Put, run: Run, tmp_path: Path, corrected: Callable[[Settings, Path], str]
) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/plans.csv", plans("Agreed by all"))
    (first,) = run().outcomes
    assert first.state is State.REJECTED
    assert run().outcomes == ()
    corrected(settings, tmp_path)
    (second,) = run().outcomes
    assert (second.submission_id, second.state, second.counts.accepted) == (first.submission_id, State.LOADED, 60)
    assert released(settings) == 3


def test_a_file_of_an_organisation_that_is_declared_later_loads_then(settings: Settings, put: Put, run: Run) -> None:
    declare(settings, RIGHT)
    put("QQ9/2026-09/plans.csv", plans())
    assert [one.state for one in run().outcomes] == [State.REJECTED]
    with (settings.config / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("QQ9,Fictional Trust QQ9,trust,england,yes\n")
    assert [(one.state, one.organisation_code) for one in run().outcomes] == [(State.LOADED, "QQ9")]


@pytest.mark.parametrize(
    "layout",
    [
        RIGHT.replace('State = "plan_state_code"', 'Status = "plan_state_code"'),
        RIGHT.replace("[columns]", 'optional = ["Extra"]\n[columns]\nBand = "staff_group_code"'),
    ],
)
def test_a_file_with_headings_that_were_not_known_loads_once_the_layout_names_them(
    settings: Settings, put: Put, run: Run, layout: str
) -> None:
    declare(settings, layout)
    put("ZZ1/2026-09/plans.csv", plans())
    assert [one.state for one in run().outcomes] == [State.REJECTED]
    declare(settings, RIGHT)
    assert [one.state for one in run().outcomes] == [State.LOADED]


def test_a_refused_file_that_is_read_again_replaces_none_that_came_after_it(
    settings: Settings, put: Put, run: Run
) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/old.csv", plans("Agreed by all"))
    run()
    put("ZZ1/2026-09/new.csv", plans(people=50))
    run()
    add_values(settings)
    month = run()
    assert states(settings) == {"old.csv": State.REJECTED, "new.csv": State.LOADED}
    assert any("type `research-culture withdraw" in said for one in month.outcomes for said in one.sentences)
    put("ZZ1/2026-09/old.csv", plans("Agreed by all"))  # sent again, it is the latest
    run()
    assert states(settings) == {"old.csv": State.LOADED, "new.csv": State.SUPERSEDED}


def test_a_correction_that_was_refused_replaces_the_file_before_it_once_it_can_be_read(
    settings: Settings, put: Put, run: Run
) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/old.csv", plans())
    run()
    put("ZZ1/2026-09/new.csv", plans("Agreed by all", people=70))
    run()
    add_values(settings)
    run()
    assert states(settings) == {"old.csv": State.SUPERSEDED, "new.csv": State.LOADED}
