"""A site's toolkit: its recommendations, their context, and outcomes that stand beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboards.toolkit import compared, file_names, write_toolkits
from tests.lib.released_pages import ABOUT, FIGURES, LINES, OUTCOMES, Row, words_of, write_release


@pytest.fixture
def page(tmp_path: Path) -> str:
    release = write_release(tmp_path / "r", dashboard_figure=FIGURES, site_toolkit=LINES, adoption_and_outcome=OUTCOMES)
    write_toolkits(release, ABOUT)
    return (release / "toolkit" / "RX1.html").read_text(encoding="utf-8")


def test_what_is_overdue_and_due_stands_first(page: str) -> None:
    first = words_of(page).split("What helps and hinders")[0]
    assert "Overdue on 30 September 2026 R6 Goal setting: due 30 June 2026, planned." in first
    assert "Due next R9 Guided reflection: due 31 December 2026, planned." in first
    assert "Recommendations by state: 2 planned; 1 in place." in first


def test_elements_stand_by_construct_with_their_influence(page: str) -> None:
    words = words_of(page)
    assert "Recipients Element Influence Rating Trust Enables 4 of 5" in words
    assert "Local context Element Influence Rating Culture Constrains" in words


def test_outcomes_stand_before_and_after_and_claim_no_cause(page: str) -> None:
    words = words_of(page)
    for said in (
        "They do not show that one led to the other.",
        "first seen in place or partly in place on 30 June 2026",
        "5.90 at 31 March 2026; 95% interval 5.80 to 6.00; n = 200",
        "withheld at 30 June 2026",
        "6.20 at 30 September 2026; 95% interval 6.10 to 6.30; n = 200",
        "Higher than first: the intervals do not overlap.",
    ):
        assert said in words
    assert not re.search(
        r"because of the recommendation|led to (?!the other)|resulted in|caused|thanks to|impact", words
    )


def test_where_no_outcome_has_two_figures_no_column_compares_them(tmp_path: Path) -> None:
    told = {"dashboard_figure": FIGURES, "site_toolkit": LINES, "adoption_and_outcome": OUTCOMES[-1:]}
    release = write_release(tmp_path / "r", **told)
    write_toolkits(release, ABOUT)
    words = words_of((release / "toolkit" / "RX1.html").read_text(encoding="utf-8"))
    assert "6.20 at 30 September 2026" in words
    assert "First beside last" not in words and "Only one figure" not in words


def test_what_may_not_be_concluded_is_the_last_section(page: str) -> None:
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page)[-1] == "What may not be concluded"


def test_it_is_there_even_without_lines(tmp_path: Path) -> None:
    release = write_release(tmp_path / "r", dashboard_figure=FIGURES, site_toolkit=LINES[:1])
    write_toolkits(release, ABOUT | {"is_fictional": False})
    page = (release / "toolkit" / "RX1.html").read_text(encoding="utf-8")
    assert "not as cause and effect" in page
    assert "Made-up" not in page


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((5.9, 5.8, 6.0), (6.2, 6.1, 6.3), "Higher than first: the intervals do not overlap."),
        ((6.2, 6.1, 6.3), (5.9, 5.8, 6.0), "Lower than first: the intervals do not overlap."),
        ((5.9, 5.8, 6.1), (6.2, 6.1, 6.3), "No clear difference: the intervals overlap."),
        ((5.9, None, None), (6.2, 6.1, 6.3), "No interval: a difference cannot be judged."),
        ((None, None, None), (6.2, 6.1, 6.3), "Only one figure is shown."),
        ((None, None, None), (None, None, None), "No figure is shown."),
    ],
)
def test_two_outcomes_are_compared_by_their_intervals(before: tuple, after: tuple, says: str) -> None:
    told: dict[str, Row] = {
        timing: {
            "value": value,
            "interval_low": low,
            "interval_high": high,
            "status": "shown" if value else "suppressed",
        }
        for timing, (value, low, high) in {"before": before, "after": after}.items()
    }
    assert compared(told) == says


def test_a_site_has_a_file_name_of_its_own_on_every_system() -> None:
    sites = [("RX1", "RX1"), ("RX1", "St/Mary.s"), ("RX2", "st-mary-s")]
    assert file_names(sites) == dict(zip(sites, ("RX1", "St-Mary-s", "RX2-st-mary-s"), strict=True))
