"""Population: the counts of people that no other export holds."""

from schemas.fields import Dataset, Field

POPULATION = Dataset(
    name="population",
    title="Population counts",
    grain="organisation x population x staff group x date",
    keys=("population_code", "staff_group_code", "snapshot_date"),
    period_type="snapshot",
    period_field="snapshot_date",
    fields=(
        Field(
            "population_code",
            "code",
            "Which people are counted: headcount, invited to the survey, doctors with a prescribed connection, or staff in scope of job planning.",
            codelist="population",
            required=True,
            heading="Population",
            example="invited",
        ),
        Field("staff_group_code", "code", "ESR staff group, or `all` where only the total is known.", codelist="staff_group", required=True, heading="Staff group", example="Allied Health Professionals"),
        Field("snapshot_date", "date", "Day on which the count holds.", required=True, heading="Date of the count", example="2026-09-30"),
        Field("people_count", "integer", "People counted.", required=True, minimum=0, maximum=2_000_000, heading="People", example="480"),
    ),
)
