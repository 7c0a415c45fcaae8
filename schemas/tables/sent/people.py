"""Workforce and research activity: denominators, retention, and what people do in research."""

from schemas.fields import Dataset, Field

REGISTRATION = Field("registration_number", "identifier", "GMC, NMC, HCPC, GPhC or GDC number.", identifier="registration", heading="Registration number", example="C9999901")
EMPLOYEE = Field("employee_number", "identifier", "The employer's (ESR) number of the person.", identifier="employee", heading="Employee number", example="000121")

WORKFORCE = Dataset(
    name="workforce",
    title="Workforce",
    grain="post x month",
    keys=("post_id",),
    period_type="snapshot",
    one_of=(("registration_number", "employee_number"),),
    fields=(
        Field("post_id", "identifier", "The employer's number of the assignment.", identifier="post", required=True, heading="Assignment number", example="000121-1"),
        EMPLOYEE,
        REGISTRATION,
        Field("staff_group_code", "code", "ESR staff group.", codelist="staff_group", required=True, heading="Staff group", example="Allied Health Professionals"),
        Field("grade_code", "code", "Grade or band, in the groups that appraisal returns use.", codelist="grade", heading="Grade", example="band_6"),
        Field("fte", "number", "Full-time equivalent of the post.", minimum=0, maximum=2, heading="FTE", example="0.8"),
        Field("start_date", "date", "Day on which the person joined the organisation.", heading="Start date", example="2021-04-01"),
        Field("leaving_date", "date", "Last day with the organisation, where the person has left.", heading="Leaving date", example=""),
        Field("leaving_reason_code", "code", "Why the person left.", codelist="leaving_reason", is_sensitive=True, heading="Reason for leaving", example=""),
        Field("is_clinical_academic", "boolean", "True where the post is a clinical academic one.", heading="Clinical academic", example="no"),
    ),
)

RESEARCH_ACTIVITY = Dataset(
    name="research_activity",
    title="Research activity",
    grain="person x event",
    keys=("event_id",),
    period_type="to_date",
    one_of=(("registration_number", "employee_number"),),
    fields=(
        Field("event_id", "identifier", "The research office's number of the event.", identifier="event", required=True, heading="Event ID", example="E-3001"),
        EMPLOYEE,
        REGISTRATION,
        Field("staff_group_code", "code", "ESR staff group.", codelist="staff_group", heading="Staff group", example="Nursing and Midwifery Registered"),
        Field("event_code", "code", "Research training, application for a fellowship or grant, or an investigator's role taken up.", codelist="research_event", required=True, heading="Event", example="Fellowship application"),
        Field("event_date", "date", "Day of the event: training completed, application submitted, role begun.", required=True, heading="Date", example="2026-05-20"),
        Field("decision_code", "code", "What was decided on an application; empty while not decided.", codelist="research_decision", heading="Decision", example="Awarded"),
        Field("decided_date", "date", "Day of the decision.", heading="Decided on", example="2026-08-03"),
    ),
)
