"""What a figure says beside its own past, in plain sentences: pure functions on rows of figures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dashboards.charts import Point, day, measure, number

BETTER, WORSE, DIFFERENT, UNCLEAR, UNKNOWN = "better", "worse", "different", "unclear", "unknown"
KINDS = {"improvement": BETTER, "concern": WORSE, "neutral": DIFFERENT, "common": UNCLEAR}
ICONS = {
    BETTER: "{way} than its usual variation explains, which is better.",
    WORSE: "{way} than its usual variation explains, which is worse.",
    DIFFERENT: "{way} than its usual variation explains. Neither direction is better.",
    UNCLEAR: "No clear change: the latest point lies within its usual variation.",
}
FEWEST = 12  # points from which an SPC chart has icons
NOTHING_BEFORE = {
    "year_to_date": "Counts from 1 April, and the same months a year before are not shown: a change cannot be judged.",
    "12_months": "No earlier twelve months are shown that do not overlap with these: a change cannot be judged.",
}


class Change(NamedTuple):
    """How a figure stands to its own past, and the sentence that says so."""

    kind: str
    sentence: str


def released_on(about: Mapping[str, object]) -> str:
    """The day of the release as people write it."""
    return day(datetime.fromisoformat(str(about["released_at"])))


def headline(about: Mapping[str, object]) -> str:
    """How many figures the release shows, in sentences of their own, without what the R&D office may do about it."""
    parts = [part for part in str(about["headline"]).split("; ") if not part.startswith("choose ")]
    return " ".join(sentence(part) for part in parts)


def is_shown(figure: Point) -> bool:
    """Whether the figure may be printed."""
    return figure["value"] is not None and figure["status"] in ("shown", "not_restated")


def printed(figure: Point) -> str:
    """The figure with its unit; where it may not be printed, that it is withheld or not available."""
    if not is_shown(figure):
        return "withheld" if figure["status"] == "suppressed" else "not available"
    return measure(figure["value"], figure["decimals"], figure["unit"])


def brief(figure: Point) -> str:
    """The figure that is shown, with no unit but %."""
    return number(figure["value"], figure["decimals"]) + ("%" if figure["unit"] == "%" else "")


def sentence(text: str) -> str:
    """The text as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def facts(figure: Point) -> str:
    """What stands beside a figure: of how many, its interval, how many of those asked answered."""
    count = figure["people_count"] if figure["denominator"] is None else figure["denominator"]
    said = (
        []
        if count is None or count == figure["value"]
        else [f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(count, 0)}"]
    )
    if figure["interval_low"] is not None:
        said.append(f"95% interval {interval(figure)}")
    if figure["response_rate_pct"] is not None:
        said.append(f"{number(figure['response_rate_pct'], 1)}% answered")
    return "; ".join(said)


def interval(figure: Point) -> str:
    """The interval's two ends in print."""
    return " to ".join(number(figure[end], figure["decimals"]) for end in ("interval_low", "interval_high"))


def name(figure: Point) -> str:
    """The metric's title, with the item's label where there is one."""
    return ": ".join(part for part in (figure["metric_title"], figure["item_label"]) if part)


def change(figures: Sequence[Point]) -> Change:
    """How the last of one series' figures, in the order of time, stands to those before."""
    latest = figures[-1]
    if not is_shown(latest):
        return Change(UNKNOWN, sentence(latest["status_sentence"]))
    if latest["variation_icon"]:
        return _by_icon(latest["variation_icon"])
    before = earlier(figures)
    if before is None:
        return Change(
            UNKNOWN,
            NOTHING_BEFORE.get(latest["period_kind"], "No earlier figure of this series is shown: nothing to compare."),
        )
    return _by_interval(latest, before, sum(map(is_shown, figures)))


def earlier(figures: Sequence[Point]) -> Point | None:
    """The last figure before the latest that may be laid beside it; None if there is none."""
    *past, latest = figures
    # One that stands as an earlier release had it is not of the same people as its neighbours.
    fresh = [one for one in past if one["status"] == "shown" == latest["status"]]
    alike = [one for one in fresh if one["series_id"] == latest["series_id"]]
    if latest["period_kind"] == "year_to_date":
        alike = [one for one in alike if one["period_end"].month == latest["period_end"].month]
    if latest["period_kind"] == "12_months":
        alike = [one for one in alike if one["period_end"] < latest["period_start"]]
    return alike[-1] if alike else None


def intervals_overlap(one: Point, other: Point) -> bool:
    """Whether both have an interval and the two overlap, so that no change can be told from chance."""
    if one["interval_low"] is None or other["interval_low"] is None:
        return False
    return bool(one["interval_low"] <= other["interval_high"] and other["interval_low"] <= one["interval_high"])


def when(figure: Point) -> str:
    """Its period within a sentence: at 30 September 2026, in the survey of March 2026."""
    label = str(figure["period_label"])
    return label if label.startswith(("at ", "in ")) else f"in {label}" if label.startswith("the ") else f"({label})"


def target(figure: Point) -> str:
    """Whether the figure reaches its target; '' where there is none or no figure."""
    if figure["target"] is None or not is_shown(figure):
        return ""
    reached = {True: ": met", False: ": not met"}.get(figure["is_target_met"], "")
    return f"Target {measure(figure['target'], figure['decimals'], figure['unit'])}{reached}"


def _by_icon(icon: str) -> Change:
    kind = KINDS[icon.split("_")[0]]
    way = "Higher" if icon.endswith("high") else "Lower"
    return Change(kind, ICONS[kind].format(way=way))


def _by_interval(latest: Point, before: Point, points: int) -> Change:
    past = f"{printed(before)} {when(before)}"
    if latest["interval_low"] is None or before["interval_low"] is None:
        why = "Too few points" if points < FEWEST else "It has no limits, by which"
        return Change(UNKNOWN, f"It was {past}. {why} to tell a change from usual variation.")
    if intervals_overlap(latest, before):
        return Change(UNCLEAR, f"No clear change: it was {past}, and the intervals overlap.")
    is_higher = latest["value"] > before["value"]
    kind = {0: DIFFERENT}.get(latest["direction"], BETTER if is_higher == (latest["direction"] > 0) else WORSE)
    judged = "" if kind == DIFFERENT else f", which is {kind}"
    return Change(kind, f"{'Higher' if is_higher else 'Lower'}{judged}: it was {past}; the intervals do not overlap.")
