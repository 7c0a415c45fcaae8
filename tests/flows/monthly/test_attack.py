"""The releases of the demo and of two small trusts are attacked, before and after one nurse came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.demo import prepare_home, write_round
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from tests.attack.files import hashes_of_what_was_sent, out_of_order
from tests.attack.judge import State, attack, kept_share, read_state
from tests.attack.moves import between_releases, between_windows
from tests.lib.small_trust import SmallTrust, walk_twice
from tests.lib.walk import NOW, bare_home
from warehouse.build import checks

pytestmark = pytest.mark.slow
SIZES = (60, 350)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """Two months of the demo, released."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_suites", dict)
        settings = bare_home(folder, patch)
        prepare_home(settings.home)
        write_round(settings.home, 1, 2)
        with exclusive_ledger(settings) as ledger:
            monthly(settings, ledger, plain_steps(settings, ledger), NOW)
        yield read_state(settings.released / "current", settings.work)


@pytest.fixture(scope="module", params=SIZES, ids="of {} staff".format)
def trust(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[State, State]:
    """A small trust before and after one nurse came."""
    walked = walk_twice(tmp_path_factory.mktemp("trust"), SmallTrust(request.param))
    return read_state(walked.first, walked.first_work), read_state(walked.second, walked.second_work)


def assert_nothing_falls(*states: State) -> None:
    """No count of 1 to 10 and no zero can be worked out of all metrics together, nor brought too close."""
    table = attack("all", "none", *states)
    assert table.withheld > 1000
    assert table.every == {}, table.line()


def test_no_small_count_of_the_demo_falls(demo: State) -> None:
    assert_nothing_falls(demo)


def test_the_files_of_the_demo_tell_nothing_beside_their_figures(demo: State) -> None:
    assert demo.work is not None
    home = demo.work.parents[1]
    assert out_of_order(home / "released" / "current") == []
    assert hashes_of_what_was_sent(home / "released" / "current", home / "ledger.sqlite") == []


def test_each_item_of_the_demo_alone_keeps_its_protection(demo: State) -> None:
    """The attacker is told even how many people have no group, unless they are few themselves."""
    for rests in ("none", "told"):
        assert attack("item", rests, demo).every == {}


def test_most_of_what_is_safe_by_itself_is_shown(demo: State) -> None:
    shown, safe = kept_share(demo)
    assert safe > 1000
    assert shown / safe >= 0.8, (shown, safe)


def test_no_small_count_of_a_small_trust_falls_before_and_after_one_nurse_came(trust: tuple[State, State]) -> None:
    before, after = trust
    assert_nothing_falls(before, after)
    moved = {key.metric_id for (key, role), true in after.truth.items() if before.truth.get((key, role), true) != true}
    assert {"job_plan_any_research_time", "job_plan_signed_off", "appraisal_research_in_pdp_ytd"} <= moved


def test_two_releases_and_overlapping_periods_tell_of_no_few_people(trust: tuple[State, State]) -> None:
    assert between_releases(*trust).known == []
    moves = between_windows(trust[1])
    assert moves.few > 10
    assert moves.known == []


def test_overlapping_periods_of_the_demo_tell_of_no_few_people(demo: State) -> None:
    moves = between_windows(demo)
    assert moves.few > 10
    assert moves.known == []
