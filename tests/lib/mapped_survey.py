"""A survey of a mapping workbook, and one good reply to it."""

from schemas.layouts import Layout

ORG, TEAM = "rcc_org_training_resources", "rcc_team_training_resources"
SURVEY = Layout(
    name="mapped",
    dataset="survey",
    title="A survey of a mapping workbook",
    evidence="made up for tests",
    columns={
        "ID": "response_id",
        "Date": "response_date",
        "Group": "staff_group_code",
        "Active": "is_research_active",
        "Done": "is_complete",
    },
    questions={"Q1": ORG, "Q2": TEAM, "B1": "rcc_barrier_time", "B2": "rcc_barrier_funds"},
    blocks={"Moved by": {"options": {"Skills": "rcc_motivator_skills"}}},
)
GONE = dict.fromkeys(("ID", "Date", "Group", "Active", "Done", "Q1", "Q2", "B1", "B2", "Moved by"), "")
REPLY = {**GONE, "ID": "R-1", "Date": "2026-09-14", "Group": "Students", "Q1": "7", "Q2": "3"}
