"""Job plans: one row an activity line of a plan, in PAs or in hours."""

from schemas.fields import Dataset, Field

JOB_PLAN = Dataset(
    name="job_plan",
    title="Job plans",
    grain="plan x activity line",
    keys=("plan_id", "line_number"),
    period_type="snapshot",
    one_of=(("registration_number", "employee_number"), ("planned_pas", "planned_hours")),
    fields=(
        Field("plan_id", "identifier", "The job planning system's number of the plan.", identifier="plan", required=True, heading="Plan ID", example="JP-1001"),
        Field("line_number", "integer", "Number of the activity line within the plan.", required=True, minimum=1, heading="Line", example="1"),
        Field("registration_number", "identifier", "GMC, NMC, HCPC, GPhC or GDC number.", identifier="registration", heading="Registration number", example="C9999901"),
        Field("employee_number", "identifier", "The employer's (ESR) number of the person.", identifier="employee", heading="Employee number", example="000121"),
        Field("staff_group_code", "code", "ESR staff group.", codelist="staff_group", heading="Staff group", example="Medical and Dental"),
        Field("contract_type_code", "code", "Contract that the plan is made under: consultant, SAS, Agenda for Change or other.", codelist="contract_type", heading="Contract type", example="consultant"),
        Field("nation_code", "code", "Nation whose contract applies: it decides how long a PA is.", codelist="nation", heading="Nation", example="England"),
        Field("plan_state_code", "code", "Where the plan stands, mapped from the supplier's own states.", codelist="plan_state", required=True, heading="Plan state", example="signed_off"),
        Field("plan_start_date", "date", "First day of the plan.", heading="Plan start", example="2026-04-01"),
        Field("plan_end_date", "date", "Last day of the plan.", heading="Plan end", example="2027-03-31"),
        Field("signed_off_date", "date", "Day of the last signature.", heading="Signed off on", example="2026-05-12"),
        Field("activity_category_code", "code", "DCC, SPA, additional NHS responsibilities, external duties, APA, research or other.", codelist="activity_category", required=True, heading="Category", example="SPA"),
        Field("is_research", "boolean", "True where the line is research though its category is another (research held within SPA).", heading="Research activity", example="no"),
        Field("funding_code", "code", "Who funds the activity, where known.", codelist="funding", heading="Funded by", example="nhs"),
        Field("planned_pas", "number", "Programmed activities of the line in a cycle week.", minimum=0, maximum=20, heading="PAs", example="1.5"),
        Field("planned_hours", "number", "Hours of the line in a cycle week, for plans made in hours.", minimum=0, maximum=100, heading="Hours", example=""),
        Field("is_premium_time", "boolean", "True where the activity falls in premium time, when a PA is shorter.", heading="Premium time", example="no"),
        Field("is_additional_to_contract", "boolean", "True for activity additional to the contract: hours that carry no PAs.", heading="Additional to contract", example="no"),
        Field("cycle_weeks", "integer", "The activity recurs once in so many weeks; empty means every week.", minimum=1, maximum=52, heading="Cycle weeks", example="1"),
    ),
)
