"""Appraisal: one row a person's appraisal, of any profession."""

from schemas.fields import Dataset, Field

APPRAISAL = Dataset(
    name="appraisal",
    title="Appraisals",
    grain="person x appraisal due",
    keys=("appraisal_id",),
    period_type="to_date",
    one_of=(("registration_number", "employee_number"),),
    fields=(
        Field("appraisal_id", "identifier", "The appraisal system's number of the appraisal.", identifier="appraisal", required=True, heading="Appraisal ID", example="AP-2001"),
        Field("registration_number", "identifier", "GMC, NMC, HCPC, GPhC or GDC number.", identifier="registration", heading="Registration number", example="C9999901"),
        Field("employee_number", "identifier", "The employer's (ESR) number of the person.", identifier="employee", heading="Employee number", example="000121"),
        Field("staff_group_code", "code", "ESR staff group.", codelist="staff_group", heading="Staff group", example="Medical and Dental"),
        Field("grade_code", "code", "Grade or band, in the groups that appraisal returns use.", codelist="grade", heading="Grade", example="consultant"),
        Field("has_prescribed_connection", "boolean", "True for a doctor whose designated body is this organisation.", heading="Prescribed connection", example="yes"),
        Field("due_date", "date", "Day by which the appraisal is due.", required=True, heading="Due date", example="2026-09-30"),
        Field("meeting_date", "date", "Day of the appraisal meeting.", heading="Meeting date", example="2026-09-10"),
        Field("signed_off_date", "date", "Day on which the outputs were signed off.", heading="Signed off on", example="2026-09-21"),
        Field("appraisal_state_code", "code", "Where the appraisal stands; it can go backwards (reopened).", codelist="appraisal_state", required=True, heading="State", example="complete"),
        Field("has_research_role", "boolean", "True where the scope of work records a research role; by word list where the source is text.", heading="Research role in scope of work", example="no"),
        Field("research_pdp_agreed_count", "integer", "Items on research in the agreed personal development plan.", minimum=0, maximum=50, heading="Research PDP items agreed", example="1"),
        Field("research_pdp_due_count", "integer", "Research items of the last plan whose target date has passed.", minimum=0, maximum=50, heading="Research PDP items due", example="1"),
        Field("research_pdp_complete_count", "integer", "Research items that were due and are complete.", minimum=0, maximum=50, heading="Research PDP items complete", example="1"),
    ),
)
