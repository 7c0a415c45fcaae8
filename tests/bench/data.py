"""Synthetic files of any length, and the layouts that read them. No person, plan or answer in them is real."""

from pathlib import Path

import duckdb

from schemas.layouts import Layout, template_layout
from schemas.rulebook import Rulebook

IGNORED = (
    *("Surname", "Forename", "E-mail", "Directorate", "Specialty", "Site", "Activity", "Starts", "Ends", "Manager"),
    "Comment",
)
# Thirty columns; ten lines a plan, one plan a person.
JOB_PLAN = """
SELECT 'JP-' || (100000 + i // 10) AS "Plan ID", i % 10 + 1 AS "Line", (1000000 + i // 10) AS "Registration number",
    lpad((i // 10)::VARCHAR, 8, '0') AS "Employee number",
    ['Medical and Dental', 'AHP', 'Nurse'][i // 10 % 3 + 1] AS "Staff group",
    ['Consultant', 'SAS doctor', 'Agenda for Change'][i // 10 % 3 + 1] AS "Contract type", 'England' AS "Nation",
    ['Signed off', 'Draft', 'In discussion'][i // 10 % 3 + 1] AS "Plan state",
    strftime(DATE '2026-04-01' + (i // 10 % 30)::INTEGER, '%d/%m/%Y') AS "Plan start",
    strftime(DATE '2027-03-31' - (i // 10 % 30)::INTEGER, '%d/%m/%Y') AS "Plan end",
    strftime(DATE '2026-05-01' + (i // 10 % 200)::INTEGER, '%d/%m/%Y') AS "Signed off on",
    ['DCC', 'SPA', 'ANR', 'ED', 'Research'][i % 5 + 1] AS "Category", ['yes', 'no'][i % 2 + 1] AS "Research activity",
    ['NHS', 'NIHR', 'University', ''][i % 4 + 1] AS "Funded by", i % 12 / 4.0 AS "PAs", i % 12 * 1.0 AS "Hours",
    ['yes', 'no'][i % 3 // 2 + 1] AS "Premium time", 'no' AS "Additional to contract", 1 + i % 4 AS "Cycle weeks",
    'Surname' || i // 10 AS "Surname", 'Forename' || i // 10 % 500 AS "Forename",
    'p' || i // 10 || '@example.invalid' AS "E-mail", 'Directorate ' || i // 10 % 12 AS "Directorate",
    'Specialty ' || i // 10 % 60 AS "Specialty", 'Site ' || i % 5 AS "Site", 'Day ' || i % 5 AS "Activity",
    '0' || 7 + i % 3 || ':00' AS "Starts", '12:00' AS "Ends", 'Manager ' || i // 10 % 900 AS "Manager",
    'Note ' || i AS "Comment"
FROM range({lines}) AS made(i)
"""
SURVEY = """
SELECT 'R-' || i AS "Response ID", DATE '2026-09-01' + (i % 30)::INTEGER AS "Date of response",
    ['Medical and Dental', 'AHP', 'Nurse'][i % 3 + 1] AS "Staff group", {scores}
FROM range({lines}) AS made(i)
"""


def write_job_plans(file: Path, lines: int) -> None:
    """Write that many activity lines as CSV."""
    _write(file, JOB_PLAN.format(lines=lines))


def write_survey(file: Path, respondents: int, layout: Layout) -> None:
    """Write that many respondents' answers to every question of the layout as CSV; none is blank."""
    scores = ", ".join(f'(i * {n + 7} + {n}) % 10 + 1 AS "{heading}"' for n, heading in enumerate(layout.questions))
    _write(file, SURVEY.format(lines=respondents, scores=scores))


def _write(file: Path, query: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{file}' (HEADER)")


def job_plan_layout(rules: Rulebook) -> Layout:
    """The template's columns, day-first dates, and eleven columns that are dropped."""
    made = {"name": "bench", "format": "csv", "sheet": "", "ignore": IGNORED, "date_formats": ("%d/%m/%Y",)}
    return template_layout("job_plan", rules.instruments).model_copy(update=made)


def survey_layout(rules: Rulebook) -> Layout:
    """Twenty-four questions on the scale from 1 to 10."""
    keys = [item.question_key for item in rules.instruments.items if item.scale_code == "rcc_1_10"][:24]
    columns = {"Response ID": "response_id", "Date of response": "response_date", "Staff group": "staff_group_code"}
    made = {"name": "bench", "format": "csv", "sheet": "", "columns": columns, "questions": {key: key for key in keys}}
    return template_layout("survey", rules.instruments).model_copy(update=made)
