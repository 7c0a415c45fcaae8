"""Adoption of recommendations at a site, beside its i-PARIHS profile, workshops and what changed."""

from schemas.fields import SHORT_CODE, Dataset, Field

SITE = Field("site_code", "text", "The site: an organisation code, or a code of the study's own.", shape=SHORT_CODE, required=True, heading="Site", example="SITE-1")
ASSESSED = Field("assessed_date", "date", "Day on which it was assessed.", required=True, heading="Assessed on", example="2026-09-15")

RECOMMENDATION_ADOPTION = Dataset(
    name="recommendation_adoption",
    title="Adoption of recommendations",
    grain="site x recommendation x date",
    keys=("site_code", "recommendation_number", "assessed_date"),
    period_type="snapshot",
    fields=(
        SITE,
        Field("site_type_code", "code", "Type of site: hospital, professional support unit or professional support body.", codelist="site_type", required=True, heading="Site type", example="Hospital"),
        Field("recommendation_number", "text", "The site's own number of the recommendation.", shape=SHORT_CODE, required=True, heading="Recommendation", example="R1"),
        Field("recommendation_title", "text", "The site's own short wording of it; never a person's name.", heading="In the site's words", example="Offer a safe space before feedback"),
        Field("strategy_code", "code", "RESTORE 1 strategy that it adapts, if any.", codelist="restore_strategy", heading="RESTORE strategy", example="A1"),
        Field("is_agreed", "boolean", "True where the site's team agreed to adopt it.", required=True, heading="Agreed", example="yes"),
        Field("adoption_state_code", "code", "How far it is in place.", codelist="adoption_state", required=True, heading="State", example="Partly in place"),
        ASSESSED,
    ),
)

IPARIHS_RATING = Dataset(
    name="iparihs_rating",
    title="i-PARIHS ratings",
    grain="site x element x date",
    keys=("site_code", "element_code", "assessed_date"),
    part_of="recommendation_adoption",
    is_optional=True,
    period_type="snapshot",
    fields=(
        SITE,
        Field("element_code", "code", "i-PARIHS element, keyed by level and name.", codelist="iparihs_element", required=True, heading="Element", example="innovation: clarity"),
        Field("rating", "number", "Rating on the tool's own scale; descriptive, never a validated score.", required=True, minimum=-100, maximum=100, heading="Rating", example="3"),
        Field("scale_minimum", "number", "Lowest rating of the tool's scale.", required=True, heading="Scale from", example="1"),
        Field("scale_maximum", "number", "Highest rating of the tool's scale.", required=True, heading="Scale to", example="5"),
        ASSESSED,
    ),
)

ADOPTION_WORKSHOP = Dataset(
    name="adoption_workshop",
    title="Workshops",
    grain="site x workshop date",
    keys=("site_code", "workshop_date"),
    part_of="recommendation_adoption",
    is_optional=True,
    period_type="snapshot",
    fields=(
        SITE,
        Field("workshop_date", "date", "Day of the workshop.", required=True, heading="Workshop on", example="2026-05-12"),
        Field("stakeholder_count", "integer", "Stakeholders present.", required=True, minimum=0, maximum=1_000, heading="Stakeholders", example="7"),
    ),
)

ADOPTION_CHANGE = Dataset(
    name="adoption_change",
    title="Changes noted",
    grain="site x kind of change x date",
    keys=("site_code", "change_code", "noted_date"),
    part_of="recommendation_adoption",
    is_optional=True,
    period_type="snapshot",
    fields=(
        SITE,
        Field("change_code", "code", "Kind of change: learning, relationship, awareness or practice.", codelist="change_noted", required=True, heading="Change", example="Learning"),
        Field("noted_date", "date", "Day on which it was noted.", required=True, heading="Noted on", example="2026-06-30"),
        Field("change_count", "integer", "Changes of that kind noted.", required=True, minimum=0, maximum=1_000, heading="How many", example="2"),
    ),
)
