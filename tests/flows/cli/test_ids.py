"""A shortened id stands for what the command can take, and for nothing else."""

from __future__ import annotations

import pytest

from tests.lib.command_line import GOOD, Say
from tests.lib.walk import Put


@pytest.mark.usefixtures("quick_walk")
def test_each_command_lists_only_what_it_can_take(say: Say, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEARCH_CULTURE_AUTO_APPROVE", "false")
    for sender, content in (("ZZ1", GOOD), ("ZZ2", GOOD), ("ZZ1", GOOD.rpartition("headcount,All")[0])):
        put(f"{sender}/counts.csv", content)
        assert say("run", "--no-server").code in (0, 3)
    told = say("status", "--json").data
    sent = {one["submission"]: one["state"].partition(":")[0] for one in told["submissions"]}
    assert sorted(sent.values()) == ["held", "loaded", "loaded"]
    release = told["proposed"]["release_id"]
    any_of_them = release[:2]  # the century: every submission and release begins with it

    shown = say("findings", any_of_them)
    assert shown.code == 2 and release not in shown.err and all(one in shown.err for one in sent)
    one = next(iter(sent))
    for typed in (one, one[:10]):
        wrong = say("approve", typed, "--reason", "read")
        assert wrong.code == 2 and f"does not wait for approval; {release} does" in wrong.err
        assert not any(other in wrong.err for other in sent)
    approved = say("approve", any_of_them, "--reason", "read")
    assert (approved.code, f"Release {release} is approved" in approved.out) == (0, True)
    again = say("approve", any_of_them, "--reason", "read")
    assert again.code == 2 and "no release waits for approval" in again.err
    assert say("ingest", "--confirm", any_of_them).code == 0  # the one that is held

    gone = next(iter(sent))
    assert say("withdraw", gone).code == 0
    left = say("withdraw", any_of_them)
    assert left.code == 2 and gone not in left.err and "could be" in left.err
    assert f"could be {release}, " in left.err and all(one in left.err for one in sent if one != gone)


def test_a_template_of_no_dataset_lists_the_datasets(say: Say) -> None:
    said = say("template")
    assert (said.code, said.out) == (2, "")
    assert "`research-culture template DATASET`" in said.err
    for dataset in ("appraisal", "job_plan", "population", "support_summary", "survey or workforce"):
        assert dataset in said.err
