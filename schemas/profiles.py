"""Disclosure profiles: from how many people on a figure may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.fields import Contract, Field


@dataclass(frozen=True)
class Profile:
    """One disclosure profile; a count under `threshold` withholds the figure.

    `hides_classes`: 0 %, 100 % and answers that are all equal are withheld too. Sums of PAs and hours are withheld
    where two people add more than `dominance_pct` of them, or the rest is less than `p_pct` of the largest.
    """

    name: str
    title: str
    threshold: int
    source: str
    hides_classes: bool = False
    dominance_pct: int = 90
    p_pct: int = 10


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "staff_survey",
            "fewer than 11 people",
            11,
            "NHS Staff Survey detailed spreadsheets 2018: fewer than 11 responses are not displayed; classes, "
            "dominance (2, 90 %) and p (10 %): ours",
            hides_classes=True,
        ),
        Profile(
            "not_personal", "nothing: not about people", 0, "ours: recommendations, ratings and workshops of sites"
        ),
        Profile("published", "nothing: already public", 0, "already published"),
    )
}

DISCLOSURE_PROFILE = Contract(
    name="reference.disclosure_profile",
    title="Disclosure profiles: from how many people on a figure is shown",
    grain="profile",
    keys=("profile",),
    fields=(
        Field("profile", "text", "Profile, as a metric names it.", required=True),
        Field("title", "text", "What is withheld.", required=True),
        Field("threshold", "integer", "Least count of people that is shown.", required=True),
        Field("hides_classes", "boolean", "True where 0 %, 100 % and all-equal answers are withheld.", required=True),
        Field("dominance_pct", "integer", "Two people may not add more of a sum of PAs or hours.", required=True),
        Field("p_pct", "integer", "The rest of it may not be less than this of the largest.", required=True),
        Field("source", "text", "Where the rule is from; `ours` where it is.", required=True),
    ),
)
