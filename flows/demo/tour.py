"""Runs the demo: takes a fictional year through the monthly run in two rounds, and says where to look."""

from collections.abc import Callable

from flows.demo import prepare_home, write_round
from flows.errors import SetupError
from flows.home.setup import make_home
from flows.settings import Settings, load_settings, read_rules

QUESTION = (
    "SELECT organisation_code, period_start, value AS research_share_pct, people_count, status"
    " FROM marts.metric_value WHERE metric_id = 'job_plan_research_hours_share' AND breakdown = 'all'"
    " ORDER BY 1, 2 DESC LIMIT 8"
)


def give_tour(run: Callable[[], object], say: Callable[..., None], months: int) -> None:
    """Make the demo's home, `run` its two rounds and `say` where to look.

    Raises SetupError in a home where a real organisation is declared.
    """
    settings = _demo_settings()
    for number, title in ((1, "Round 1: a year of exports, some with mistakes"), (2, "Round 2: the corrections")):
        files = write_round(settings.home, number, months)
        say("", f"== {title} ({len(files)} files; every organisation and figure is made up)")
        run()
    say(
        "",
        "== Where to look",
        f"Findings to send back   {settings.findings}",
        f"The release             {settings.released / 'current'}",
        f"The analyst's file      {settings.analyst_file}",
        "What came, at a glance  research-culture status",
        f'A question              research-culture query "{QUESTION}"',
        f"Before your own files   delete {settings.home}, and its key {settings.key} if the demo made it",
    )


def _demo_settings() -> Settings:
    settings = load_settings()
    if any(not one.is_fictional for one in read_rules(settings).organisations.values()):
        raise SetupError("this home declares real organisations; set RESEARCH_CULTURE_HOME to another folder")
    make_home(settings, settings.key or settings.home.resolve().with_suffix(".key"), auto_approve=True)
    prepare_home(settings.home)
    return load_settings()
