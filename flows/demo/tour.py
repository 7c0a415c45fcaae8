"""Runs the demo: takes a fictional year through the monthly run in two rounds, and says where to look."""

from collections.abc import Callable, Iterator

from flows.demo import prepare_home, write_round
from flows.demo.sending import read_demo
from flows.errors import SetupError
from flows.home.setup import make_home
from flows.settings import Settings, load_settings, read_rules
from warehouse.db.connection import ask
from warehouse.release.current import read_pointer

QUESTION = (
    "SELECT organisation_code, title, active_value, other_value FROM marts.research_active_comparison"
    " WHERE difference IS NOT NULL ORDER BY difference DESC LIMIT 20"
)


def give_tour(run: Callable[[], object], say: Callable[..., None], months: int) -> None:
    """Make the demo's home, `run` its two rounds and `say` where to look.

    Raises SetupError in a home where a real organisation is declared.
    """
    settings = _demo_settings()
    for number, title in ((1, "Round 1: exports, some with mistakes"), (2, "Round 2: corrections")):
        files = write_round(settings.home, number, months)
        say("", f"== {title} ({len(files)} files, all of it made up)")
        run()
    say("", *_told(settings))
    pages = ("Open: the dashboard", settings.dashboard), ("Open: the month's page", settings.month_page)
    say(
        "",
        "== Where to look",
        *(f"{what:<24}{page}" for what, page in pages if page.is_file()),
        f"Findings to send back   {settings.findings}",
        f"The release             {settings.released / 'current'}",
        f"The analyst's file      {settings.analyst_file}",
        "What came, at a glance  research-culture status",
        f'A question              research-culture query "{QUESTION}"',
        f"Before your own files   delete {settings.home}, and its key {settings.key} if the demo made it",
    )


def _told(settings: Settings) -> Iterator[str]:
    """Some figures in words, by tour.toml."""
    if pointer := read_pointer(settings.released):
        file = settings.released / pointer["folder"] / "research_culture.duckdb"
        yield "== What the release says, of made-up people"
        answers = ((one["text"], *ask(file, one["sql"])) for one in read_demo()["tour"])
        yield from (text.format(**dict(zip(names, rows[0], strict=True))) for text, names, rows in answers if rows)


def _demo_settings() -> Settings:
    settings = load_settings()
    if any(not one.is_fictional for one in read_rules(settings).organisations.values()):
        raise SetupError("this home declares real organisations; set RESEARCH_CULTURE_HOME to another folder")
    make_home(settings, settings.key or settings.home.resolve().with_suffix(".key"), auto_approve=True)
    prepare_home(settings.home)
    return load_settings()
