"""An organisation's own target: written into config/, in the next release, and no file is read again for it."""

from __future__ import annotations

from flows.settings import Settings
from tests.lib.reading import RIGHT, asked, declare, plans
from tests.lib.walk import Put, Run

ASKED = """
SELECT value, target, is_target_met FROM marts.metric_value
WHERE metric_id = 'job_plan_research_pas_median' AND breakdown = 'all'
"""


def test_a_target_that_is_written_or_changed_stands_in_the_next_release(settings: Settings, put: Put, run: Run) -> None:
    declare(settings, RIGHT)
    put("ZZ1/2026-09/plans.csv", plans())
    put("ZZ1/2026-09/refused.csv", plans().replace("Plan,", "Plans,"))
    found = []
    for target in ("", "3.5", "3"):
        if target:
            line = f"ZZ1,job_plan_research_pas_median,,2026-04-01,{target}\n"
            (settings.config / "targets.csv").write_text(
                f"organisation_code,metric_id,item_code,from_date,target\n{line}"
            )
        month = run()
        assert (len(month.outcomes), month.published is not None) == (0 if target else 2, True)
        found += asked(settings.released / "current" / "research_culture.duckdb", ASKED)
    assert found == [(3, None, None), (3, 3.5, False), (3, 3, True)]
    assert run().published is None
