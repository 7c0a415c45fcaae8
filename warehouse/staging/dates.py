"""Dates of a file that lie where they cannot: outside the period that it is for, or after the day on which it came."""

from collections.abc import Iterator
from datetime import date

import duckdb

from schemas.layouts import Layout
from schemas.submissions import Period
from warehouse.staging.keys import Broken, numbers_of, sql_of


def dates_outside(
    connection: duckdb.DuckDBPyConnection, sheet: Layout, period: Period, landed_on: date
) -> Iterator[Broken]:
    """W035 for the rows of each date field that the contract limits: to the period, to its end, to the past."""
    contract = sheet.contract
    staged = "staging.survey_response" if contract.name == "survey" else contract.staged().name
    after_end, after_landing = (f"after {day.day} {day:%B %Y}" for day in (period.end, landed_on))
    for field in (*contract.within_period, *contract.until_period, *contract.not_future):
        limits = [(f"{field} > DATE '{landed_on}'", f"{after_landing}, the day on which the file came")]
        if field in contract.until_period:
            limits.append((f"{field} > DATE '{period.end}'", f"{after_end}, the last day of the file's period"))
        if field in contract.within_period:
            outside = f"{field} NOT BETWEEN DATE '{period.start}' AND DATE '{period.end}'"
            limits.append((outside, f"outside {period.label}, the file's period"))
        told = "FALSE"
        for where, words in limits:
            query = sql_of("dates_outside", staged=staged, where=f"({where}) AND NOT ({told})")
            if len(rows := connection.execute(query).to_arrow_table()):
                yield Broken("W035", numbers_of(rows), sheet.heading(field), {"limits": words})
            told = where
