"""A new key: every staged row stands under it, and every figure stays; also where linking was changed."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from flows.errors import SetupError
from flows.home.keys import begin_under_key, read_key, read_keys
from flows.monthly.run import exclusive_ledger, plain_steps
from flows.privacy import rotate_key as rotation
from flows.privacy.rotate_key import rotate
from flows.settings import Settings, actor
from schemas.submissions import State
from tests.lib.files import written
from tests.lib.people import GMC, LAYOUTS, do_erase, plans, text_of, with_person
from tests.lib.walk import NOW, Put, Run
from transforms.pseudonymise import Pseudonymiser
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger
from warehouse.staging import rewrite


def do_rotate(settings: Settings) -> str:
    with exclusive_ledger(settings) as ledger:
        return "\n".join(rotate(settings, ledger, NOW))


def marts(settings: Settings) -> str:
    with exclusive_ledger(settings) as ledger:
        steps = plain_steps(settings, ledger)
        published = steps.publish(steps.curate(), NOW)
        assert published.release
        return published.release.content_hash


def staged_rows(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """Staged rows without their pseudonyms and key."""
    return {
        f"{f.parent.name}/{f.stem}": [
            {n: v for n, v in row.items() if n != "key_id" and n not in rewrite.PEOPLE.get(f.stem, {}).values()}
            for row in pq.read_table(f).to_pylist()
        ]
        for f in sorted(settings.staged.glob("*/*.parquet"))
    }


def people(settings: Settings, column: str = "registration_key") -> list[set[str]]:
    files = sorted(settings.staged.glob("*/job_plan.parquet"))
    return [{one for one in pq.read_table(file)[column].to_pylist() if one} for file in files]


@pytest.mark.slow
def test_figures_stay_and_no_file_holds_a_pseudonym_of_the_former_key(settings: Settings, put: Put, run: Run) -> None:
    for layout in LAYOUTS:
        name = f"ZZ1/2026-09/{layout.dataset}/{layout.name}.{layout.format}"
        written(layout, with_person(layout), settings.inbox / name)
    run()
    with Ledger(settings.ledger, actor()) as ledger:
        release = release_log.current(ledger)
        states = [(s.state, s.counts) for s in ledger.submissions()]
    before, old = staged_rows(settings), read_key(settings)
    held = {
        v
        for f in settings.staged.glob("*/*.parquet")
        for c in pq.read_table(f).columns
        for v in map(str, c.to_pylist())
    }
    held = {value for value in held if len(value) == 64}
    assert len(held) > 20 and release
    said = do_rotate(settings)
    assert read_keys(settings)[1] == old and read_key(settings)[1] in said and "no longer link" not in said
    assert settings.key and settings.key.stat().st_mode & 0o777 == 0o600
    assert staged_rows(settings) == before
    texts = {f: text_of(f) for f in settings.home.rglob("*") if f.is_file()}
    assert [f.name for f, text in texts.items() if any(one in text for one in held)] == []
    with Ledger(settings.ledger, actor()) as ledger:
        assert [(s.state, s.counts) for s in ledger.submissions()] == states
    assert marts(settings) == release.content_hash


def test_a_rotation_that_was_stopped_is_seen_and_ended(
    settings: Settings, plan_layout: None, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in ("2026-08", "2026-09"):
        put(f"ZZ1/{month}/a.csv", plans((GMC, "000200"), ("7000001", "")))
    run()
    monkeypatch.setattr(rotation.rewrite, "rewrite", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        do_rotate(settings)
    monkeypatch.undo()
    with exclusive_ledger(settings) as ledger, pytest.raises(SetupError, match="run `research-culture rotate-key`"):
        begin_under_key(settings, ledger, NOW)
    today = read_key(settings)
    do_rotate(settings)
    assert read_key(settings) == today and len(read_keys(settings)) == 2
    assert (
        people(settings) == [{Pseudonymiser(*today, "ZZ1").pseudonym("registration", n) for n in (GMC, "7000001")}] * 2
    )


def test_one_person_has_one_pseudonym_over_organisations_only_where_that_is_agreed(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    for code in ("ZZ1", "ZZ2"):
        put(f"{code}/2026-09/a.csv", plans((GMC, "000200")))
    run()
    one, other = people(settings)
    assert one.isdisjoint(other)
    linked = settings.model_copy(update={"link_organisations": True})
    with exclusive_ledger(linked) as ledger, pytest.raises(SetupError, match="before link_organisations was changed"):
        begin_under_key(linked, ledger, NOW)
    do_rotate(linked)
    with exclusive_ledger(settings) as ledger, pytest.raises(SetupError, match="before link_organisations was changed"):
        begin_under_key(settings, ledger, NOW)
    assert len(read_keys(settings)) == 1  # the key is the same: only the rule has changed
    one, other = people(settings)
    assert one == other
    assert marts(linked)


def test_a_file_of_which_landing_tells_nothing_keeps_its_rows_and_is_named(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    run()
    (before,) = people(settings)
    with exclusive_ledger(settings) as ledger:
        (submission,) = ledger.submissions()
        with ledger.change(NOW, "test", "s") as record:
            record.execute("UPDATE submission SET landed_name = ''")
    said = do_rotate(settings)
    (after,) = people(settings)
    assert len(after) == 2 and after.isdisjoint(before) and submission.submission_id in said
    assert marts(settings)
    do_erase(settings)  # a pseudonym of a pseudonym is found all the same
    assert [len(one) for one in people(settings)] == [1]


def test_who_was_erased_under_a_former_key_stays_erased(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-08/a.csv", plans((GMC, "000200"), ("7000001", "000201")))
    run()
    do_erase(settings)
    do_rotate(settings)
    put("ZZ1/2026-09/a.csv", plans(("", "000200"), (GMC, ""), ("7000001", "000201")))
    (outcome,) = run().outcomes
    assert (outcome.state, outcome.counts.accepted, outcome.counts.erased) == (State.LOADED, 1, 2)


def test_rows_under_a_key_that_is_not_at_hand_are_left_alone(
    settings: Settings, plan_layout: None, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", plans((GMC, "000200")))
    run()
    before = people(settings)
    assert settings.key
    settings.key.write_text("ab" * 32 + "\n")
    with pytest.raises(SetupError, match="not in the key file; restore"):
        do_rotate(settings)
    assert people(settings) == before
