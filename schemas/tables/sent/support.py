"""Support programmes: what a unit can share without cases, and, for a unit's own installation, its cases."""

from schemas.fields import SHORT_CODE, Dataset, Field, sensitive

SUPPORT_SUMMARY = Dataset(
    name="support_summary",
    title="Support programme summary",
    grain="site x period x programme x measure",
    keys=("site_code", "programme_code", "measure_code"),
    period_type="interval",
    fields=(
        Field("site_code", "text", "Where the doctors work: an organisation code, or the unit's own code of a site; never a person.", shape=SHORT_CODE, required=True, heading="Site", example="ZZ1"),
        Field("programme_code", "code", "Kind of support given.", codelist="support_programme", required=True, heading="Programme", example="Coaching"),
        Field("measure_code", "code", "Outcome measure of the paired figures; `none` on a line that counts people only.", codelist="support_measure", required=True, heading="Measure", example="PHQ-9"),
        Field("referred_count", "integer", "People referred in the period.", minimum=0, maximum=100_000, heading="Referred", example="24"),
        Field("reached_count", "integer", "Of those referred, people who had a first contact by the period's end.", minimum=0, maximum=100_000, heading="Reached", example="22"),
        Field("engaged_count", "integer", "Of them, people who attended a first meeting.", minimum=0, maximum=100_000, heading="Engaged", example="20"),
        Field("completed_count", "integer", "Of them, people who completed the programme.", minimum=0, maximum=100_000, heading="Completed", example="15"),
        Field("baseline_count", "integer", "People with a score at baseline in the period.", minimum=0, maximum=100_000, heading="Baseline forms", example="20"),
        Field("pair_count", "integer", "Of them, people with a score at follow-up by the period's end.", minimum=0, maximum=100_000, heading="Pairs", example="14"),
        Field("mean_change", "number", "Mean of follow-up minus baseline over the pairs, in the measure's points.", minimum=-1_000, maximum=1_000, heading="Mean change", example="-4.2"),
        Field("change_sd", "number", "Standard deviation (n - 1) of the change over the pairs.", minimum=0, maximum=1_000, heading="SD of change", example="5.1"),
        Field("baseline_sd", "number", "Standard deviation (n - 1) of the baseline score over the pairs.", minimum=0, maximum=1_000, heading="SD at baseline", example="5.6"),
        Field("improved_count", "integer", "Pairs that improved by at least 0.8 baseline SD.", minimum=0, maximum=100_000, heading="Improved by 0.8 SD", example="7"),
    ),
)

SUPPORT_CASE = Dataset(
    name="support_case",
    title="Support cases",
    grain="case",
    keys=("case_id",),
    period_type="snapshot",
    fields=sensitive(
        Field("case_id", "identifier", "The unit's number of the case.", identifier="case", required=True, heading="Case ID", example="C-0001"),
        Field("registration_number", "identifier", "GMC or other registration number, where held.", identifier="registration", heading="Registration number", example="C9999901"),
        Field("site_code", "text", "Where the doctor works: an organisation code, or the unit's own code of a site.", shape=SHORT_CODE, heading="Site", example="ZZ1"),
        Field("setting_code", "code", "Kind of setting the doctor works in.", codelist="support_setting", heading="Setting", example="Hospital"),
        Field("staff_group_code", "code", "ESR staff group.", codelist="staff_group", heading="Staff group", example="Medical and Dental"),
        Field("doctor_group_code", "code", "Group of doctors: trainee, consultant, SAS, GP or other.", codelist="doctor_group", heading="Doctor group", example="Doctor in training"),
        Field("referral_source_code", "code", "Who referred.", codelist="referral_source", heading="Referred by", example="Self"),
        Field("support_level_code", "code", "Level 1 to 3 of the concern (NACT); special-category-like.", codelist="support_level", heading="Level", example="2"),
        Field("referral_date", "date", "Day on which the referral was received.", required=True, heading="Referral date", example="2026-03-02"),
        Field("is_accepted", "boolean", "True where the referral was accepted.", heading="Accepted", example="yes"),
        Field("triage_date", "date", "Day on which the referral was triaged.", heading="Triage date", example="2026-03-05"),
        Field("first_meeting_date", "date", "Day of the first meeting attended.", heading="First meeting", example="2026-03-16"),
        Field("closure_date", "date", "Day on which the case was closed.", heading="Closed on", example="2026-08-28"),
        Field("closure_outcome_code", "code", "How the case was closed.", codelist="closure_outcome", heading="Closure outcome", example="Completed"),
        Field("arcp_before_code", "code", "Last ARCP outcome before the referral.", codelist="arcp_outcome", heading="ARCP before", example="3"),
        Field("arcp_after_code", "code", "First ARCP outcome after the support; empty while not known.", codelist="arcp_outcome", heading="ARCP after", example="1"),
        Field("arcp_after_date", "date", "Day of that ARCP.", heading="ARCP after, date", example="2026-07-15"),
    ),
)

SUPPORT_CONCERN = Dataset(
    name="support_concern",
    title="Concerns",
    grain="case x concern",
    keys=("case_id", "concern_code"),
    part_of="support_case",
    period_type="snapshot",
    fields=sensitive(
        Field("case_id", "identifier", "The unit's number of the case.", identifier="case", required=True, heading="Case ID", example="C-0001"),
        Field("concern_code", "code", "Class of concern: conduct, capability, health or another; a case may have several.", codelist="concern", required=True, heading="Concern", example="Health"),
    ),
)

SUPPORT_INTERVENTION = Dataset(
    name="support_intervention",
    title="Interventions",
    grain="case x programme x start",
    keys=("case_id", "programme_code", "start_date"),
    part_of="support_case",
    period_type="snapshot",
    fields=sensitive(
        Field("case_id", "identifier", "The unit's number of the case.", identifier="case", required=True, heading="Case ID", example="C-0001"),
        Field("programme_code", "code", "Kind of support given.", codelist="support_programme", required=True, heading="Programme", example="Coaching"),
        Field("start_date", "date", "Day on which it began.", required=True, heading="Started on", example="2026-03-23"),
        Field("end_date", "date", "Day on which it ended.", heading="Ended on", example="2026-07-27"),
        Field("session_count", "integer", "Sessions attended.", minimum=0, maximum=1_000, heading="Sessions", example="6"),
        Field("is_completed", "boolean", "True where the programme was completed as planned.", heading="Completed", example="yes"),
    ),
)

SUPPORT_MEASUREMENT = Dataset(
    name="support_measurement",
    title="Outcome scores",
    grain="case x measure x stage",
    keys=("case_id", "measure_code", "stage_code"),
    part_of="support_case",
    period_type="snapshot",
    fields=sensitive(
        Field("case_id", "identifier", "The unit's number of the case.", identifier="case", required=True, heading="Case ID", example="C-0001"),
        Field("measure_code", "code", "Outcome measure; its range and direction stand in the codelist.", codelist="support_measure", required=True, heading="Measure", example="PHQ-9"),
        Field("stage_code", "code", "Baseline or follow-up.", codelist="measurement_stage", required=True, heading="Stage", example="Baseline"),
        Field("measured_date", "date", "Day on which the form was filled in.", required=True, heading="Date", example="2026-03-16"),
        Field("score", "number", "Total score in the measure's own points.", required=True, minimum=-1_000, maximum=1_000, heading="Score", example="14"),
    ),
)
