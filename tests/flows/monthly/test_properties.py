"""What holds for any files: sent twice they count once, in any order; each line is accounted for; past days stand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.home.setup import ORGANISATIONS, make_home
from flows.monthly.by_hand import ingest_file
from flows.monthly.ingest import Outcome
from flows.monthly.run import exclusive_ledger
from flows.settings import Settings
from schemas.submissions import Counts, Period, Slot, State
from tests.lib.files import is_reconciled
from tests.lib.people import GMC, PLANS, do_erase
from tests.lib.walk import NOW, PLAN_LAYOUT
from warehouse.ledger.history import submissions_on
from warehouse.ledger.store import IngestResult, Ledger, SenderHints
from warehouse.staging.rewrite import row_count

ERASED = f"{{n}},1,{GMC},0001{{n:02}},signed_off,SPA,1.5"
GOOD = "{n},1,70000{n:02},0002{n:02},signed_off,SPA,1.5"
WRONG = "{n},1,70000{n:02},0002{n:02},signed_off,SPA,much"
LINES = st.lists(st.sampled_from([GOOD, GOOD, ERASED, WRONG, "", GOOD.replace("{n}", "1")]), min_size=1, max_size=9)
PLACES = [(code, month) for code in ("ZZ1", "ZZ2") for month in ("2026-08", "2026-09")]


def text(lines: Sequence[str]) -> str:
    return PLANS + "".join(line.format(n=n) + "\n" for n, line in enumerate(lines, 1))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two organisations, and a layout of plans, in which a person was erased."""
    folder = tmp_path_factory.mktemp("template")
    made = Settings(home=folder / "home", key=folder / "rc.key", settle_seconds=0)
    make_home(made, made.key)
    organisations = "".join(f"{code},Fictional Trust {code},trust,england,yes\n" for code in ("ZZ1", "ZZ2"))
    (made.config / "organisations.csv").write_text(ORGANISATIONS + organisations, encoding="utf-8")
    layout = made.config / "layouts" / "job_plan" / "plans.toml"
    layout.parent.mkdir(parents=True)
    layout.write_text(PLAN_LAYOUT, encoding="utf-8")
    do_erase(made)
    return made


Send = Callable[[str, str, Sequence[str]], Outcome | None]


@contextmanager
def home_of(template: Settings) -> Iterator[tuple[Settings, Ledger, Send]]:
    """A home of its own, and what sends it a file: organisation, month and lines."""
    with TemporaryDirectory() as folder:
        home = template.model_copy(update={"home": Path(folder, "home")})
        shutil.copytree(template.home, home.home)
        with exclusive_ledger(home) as ledger:

            def send(organisation: str, month: str, lines: Sequence[str]) -> Outcome | None:
                file = Path(folder, "plans.csv")
                file.write_text(text(lines), encoding="utf-8")
                sent = ingest_file(home, ledger, file, SenderHints(organisation, period=month), NOW)
                return next(iter(sent.outcomes), None)

            yield home, ledger, send


def rows_of(home: Settings, submission_id: str) -> list[dict[str, object]]:
    table = pq.read_table(home.staged / submission_id / "job_plan.parquet")
    return table.drop_columns(["submission_id"]).to_pylist()


@settings(max_examples=15, deadline=None)
@given(lines=LINES)
def test_every_line_is_taken_refused_noise_or_erased(template: Settings, lines: list[str]) -> None:
    with home_of(template) as (home, ledger, send):
        outcome = send("ZZ1", "2026-09", lines)
        assert outcome is not None
        assert outcome.counts == ledger.submission(outcome.submission_id).counts
        assert is_reconciled(outcome.counts)
        assert outcome.counts.rows_in == len(lines)
        assert outcome.counts.erased == lines.count(ERASED)
        if outcome.is_taken:
            assert row_count(home.staged / outcome.submission_id) == outcome.counts.accepted


@settings(max_examples=8, deadline=None)
@given(sent=st.lists(st.tuples(st.sampled_from(PLACES), LINES), min_size=1, max_size=3))
def test_a_file_that_comes_again_changes_nothing(
    template: Settings, sent: list[tuple[tuple[str, str], list[str]]]
) -> None:
    with home_of(template) as (_, ledger, send):
        for place, lines in sent:
            send(*place, lines)
        before = ledger.submissions()
        for place, lines in dict(sent).items():  # the last one of each
            outcome = send(*place, lines)
            assert outcome is None or outcome.state is State.REJECTED  # what it was refused for might hold no longer
        after = ledger.submissions()
        assert [replace(s, state_at=NOW) for s in after] == [replace(s, state_at=NOW) for s in before]


@settings(max_examples=5, deadline=None)
@given(data=st.data(), files=st.lists(LINES, min_size=2, max_size=3))
def test_files_for_different_slots_may_come_in_any_order(
    template: Settings, data: st.DataObject, files: list[list[str]]
) -> None:
    sent = list(zip(PLACES, files, strict=False))
    found = []
    for order in (sent, data.draw(st.permutations(sent))):
        with home_of(template) as (home, _, send):
            came = {place: send(*place, lines) for place, lines in order}
            found.append(
                {
                    place: (one.state, one.counts, one.sentences, one.is_taken and rows_of(home, one.submission_id))
                    for place, one in came.items()
                    if one
                }
            )
    assert found[0] == found[1]
    assert len(found[0]) == len(sent)


EVENTS = st.lists(st.tuples(st.sampled_from(["land", "load", "reject", "hold", "withdraw"]), st.integers(0, 5)))


def happen(ledger: Ledger, event: str, number: int, at: datetime) -> None:
    """Something happens to a submission, where it can; two of them are for each slot."""
    name, slot = f"s{number}", Slot("ZZ1", "job_plan", f"source {number // 2}", Period.parse("2026-09"))
    known = {s.submission_id: s.state for s in ledger.submissions()}
    states = {"load": State.LOADED, "reject": State.REJECTED, "hold": State.HELD}
    if name not in known:
        ledger.land(name, "aa", 1, "plans.csv", SenderHints("ZZ1"), at)
    elif event in states:
        ledger.record(name, states[event], IngestResult(slot=slot, counts=Counts(9, 9 - number, number)), at)
    elif event == "withdraw" and known[name] in (State.LOADED, State.HELD):
        ledger.withdraw(name, at)


@settings(max_examples=50, deadline=None)
@given(before=EVENTS, after=EVENTS)
def test_what_was_known_on_a_day_stands_whatever_comes_after_it(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    day = datetime(2026, 10, 3, tzinfo=UTC)
    with TemporaryDirectory() as folder, Ledger(Path(folder, "ledger.sqlite"), "tester") as ledger:
        for n, (event, number) in enumerate(before):
            happen(ledger, event, number, day - timedelta(hours=len(before) - n))
        then = {s.submission_id: (s.state, s.slot, s.counts.accepted) for s in ledger.submissions()}
        for n, (event, number) in enumerate(after):
            happen(ledger, event, number, day + timedelta(hours=n))
        known = {s.submission_id: (s.state, s.slot, s.counts.accepted) for s in submissions_on(ledger, day)}
    assert known == then
