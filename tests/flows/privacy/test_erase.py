"""A person is erased: from every file under the home, whatever its format and state, and from every file to come."""

from __future__ import annotations

import pytest

from flows.monthly.by_hand import withdraw
from flows.monthly.run import exclusive_ledger
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.files import is_reconciled, written
from tests.lib.people import GMC, LAYOUTS, NAME, do_erase, found_in, others, submissions, with_person
from tests.lib.walk import NOW, Put, Run


@pytest.fixture
def full(settings: Settings, put: Put, run: Run) -> Settings:
    """A home with the person in a file of every layout: loaded, superseded, withdrawn, refused, and waiting."""
    for layout in LAYOUTS:
        written(
            layout, with_person(layout), settings.inbox / f"ZZ1/2026-09/{layout.dataset}/{layout.name}.{layout.format}"
        )
    old = next(one for one in LAYOUTS if one.name == "example_esr_extract")
    written(old, with_person(old), settings.inbox / "ZZ1/2026-08/workforce/old.csv")
    put(f"ZZ1/unknown_{GMC}.csv", f"Colour,Who,Number\nred,{NAME},c{GMC}\nblue,other,7999999\n".encode("utf-16"))
    put("ZZ1/old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + GMC.encode("utf-16-le") + NAME.encode())
    put("ZZ1/other.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    month = run()
    assert [o.state for o in month.outcomes].count(State.LOADED) == len(LAYOUTS) + 1, [
        o.sentences for o in month.refused
    ]
    lines = with_person(old)
    at = lines[""][0].index("Email Address")  # is not read
    lines[""] = [(*row[:at], f"{row[at]} changed", *row[at + 1 :]) for row in lines[""]]
    lines[""][0] = with_person(old)[""][0]
    written(old, lines, settings.inbox / "ZZ1/2026-08/workforce/newer.csv")
    run()
    with exclusive_ledger(settings) as ledger:
        withdraw(settings, ledger, ledger.loaded()[0].submission_id, "", "", NOW)
    put(f"ZZ1/late_{GMC}.csv", f"Colour,Number\nred,{GMC}\nblue,1\n")
    put("ZZ1/late.doc", f"about {GMC}")
    return settings


@pytest.mark.slow
def test_an_erased_person_is_in_no_file_under_the_home(full: Settings, run: Run) -> None:
    before, rows = submissions(full), others(full)
    assert {s.state for s in before.values()} == {State.LOADED, State.SUPERSEDED, State.WITHDRAWN, State.REJECTED}
    held = found_in(full)
    assert {name.split("/")[0] for name in held} >= {"landing", "staged", "inbox", "restricted", "ledger.sqlite"}
    released = {f: f.read_bytes() for f in full.released.rglob("*") if f.is_file()}
    said = do_erase(full)
    assert found_in(full) == {}
    assert others(full) == rows
    after = submissions(full)
    assert {one: s.state for one, s in after.items()} == {one: s.state for one, s in before.items()}
    for one, s in after.items():
        assert s.counts.rows_in == before[one].counts.rows_in and is_reconciled(s.counts)
        assert (s.counts.erased > 0) == (s.state is not State.REJECTED)
        assert s.counts.rejected <= before[one].counts.rejected
        assert s.sha256 == before[one].sha256
    (removed,) = [one for one, s in after.items() if not s.landed_name]
    assert f"Removed whole, since their format cannot be blanked: {removed}." in said
    assert "1 file could not be looked into" in said
    assert "removed: its format cannot be blanked" in said and "inbox held the person and was blanked" in said
    assert all(f.stat().st_mode & 0o777 == 0o400 for f in full.landing.iterdir())
    assert {f: f.read_bytes() for f in released} == released
    assert run().published is not None  # a release without the person is proposed
    assert run().published is None


@pytest.mark.slow
def test_erasing_again_changes_nothing(full: Settings) -> None:
    do_erase(full)
    files = {f: f.read_bytes() for f in (*full.landing.iterdir(), *full.staged.rglob("*.parquet"))}
    counts = {one: s.counts for one, s in submissions(full).items()}
    assert "erased from 0 submissions" in do_erase(full)
    assert {f: f.read_bytes() for f in files} == files
    assert {one: s.counts for one, s in submissions(full).items()} == counts
