"""NHS Staff Survey: the published organisation results."""

from schemas.fields import Dataset, Field

NSS_BENCHMARK = Dataset(
    name="nss_benchmark",
    title="NHS Staff Survey, published organisation results",
    grain="organisation x year x measure",
    keys=("organisation_code", "survey_year", "measure_code"),
    period_type="interval",
    period_unit="years",
    period_field="survey_year",
    is_national=True,
    fields=(
        Field("organisation_code", "text", "ODS code as published; a cell may name several merged organisations.", required=True, heading="ODS code", example="RVN"),
        Field("survey_year", "integer", "Year of the autumn in which the survey was in the field.", required=True, minimum=2003, maximum=2100, heading="Year", example="2023"),
        Field("measure_code", "code", "Our stable key of the published measure.", codelist="nss_measure", required=True, heading="Measure", example="burnt_out_often"),
        Field("organisation_name", "text", "Name as published in that year.", heading="Organisation name", example="Fictional Example Trust"),
        Field("benchmarking_group", "text", "Group of like organisations that the survey compares with.", heading="Benchmarking group", example="Acute and Acute & Community Trusts"),
        Field("region_name", "text", "NHS England region as published.", heading="Region", example="South West"),
        Field("weighting", "text", "How the published figure is weighted: `Occupation Group` or `Unweighted`.", heading="Weighting", example="Unweighted"),
        Field("base_count", "integer", "Respondents behind the figure.", minimum=0, maximum=2_000_000, heading="Base", example="250"),
        Field("value_pct", "number", "Published percentage, 0-100.", minimum=0, maximum=100, heading="Value", example="24.1"),
    ),
)
