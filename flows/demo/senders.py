"""Makes the rows that an organisation has: drawn once for its whole story, then shown as they stand on a day."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import product
from random import Random
from typing import Any

from flows.demo.draws import Drawn, Fields, changing, fill, fits, seen
from flows.demo.exports import Row
from schemas.codelists import load_codelist
from schemas.fields import Dataset
from schemas.submissions import Period

NOT_FIELDS = ("when", "times")  # of a variant: for which it is, and how often


@dataclass(frozen=True)
class Sender:
    """One fictional organisation of data/, with all that happens in it; `demo` is what `read_demo` gives."""

    code: str
    demo: Mapping[str, Any]
    seed: int
    _made: dict[tuple[str, int], list[Drawn]] = field(default_factory=dict, repr=False)

    @property
    def declared(self) -> Mapping[str, Any]:
        """The organisation's own table."""
        return self.demo["organisation"][self.code]

    def draws(self, *about: object) -> Random:
        """Random draws that are the same for the same question, whatever was drawn before."""
        return Random("/".join(map(str, (self.seed, self.code, *about))))

    def sent(self, contract: Dataset, period: Period, kinds: Collection[str] = ()) -> list[Row]:
        """The rows of a dataset, or of a part of one, as they stand on the period's last day; of people of those kinds.

        A row is there once all is known that it must hold.
        """
        today, before, year = period.end.isoformat(), self.months_before_last(period), year_of(period.end)
        about = self._about(contract.name)
        needed = {one.name for one in contract.fields if one.required}.union(contract.until_period)
        gone = (period.end - timedelta(days=about.get("leavers_days", 9999))).isoformat()
        found = (
            seen(row, fields, today, before)
            for table in (contract.name, *about.get("also", ()))
            for fields in (changing(self._fields(table)),)
            for row in self.rows(table, year)
            if not kinds or row["kind"] in kinds
        )
        return [row for row in found if all(map(row.get, needed)) and not "" < row.get("leaving_date", "") < gone]

    def months_before_last(self, period: Period) -> int:
        """How many months before the demo's last the period ends."""
        last = Period.parse(self.demo["last_month"]).end
        return (last.year - period.end.year) * 12 + last.month - period.end.month

    def rows(self, table: str, year: int) -> list[Drawn]:
        """All rows of a table; of what is drawn by year, those of the April-to-March year that begins then."""
        key = (table, year if self._is_yearly(table) else 0)
        if key not in self._made:
            self._made[key] = self._drawn(table, self._about(table), year)
        return self._made[key]

    def _is_yearly(self, table: str) -> bool:
        about = self._about(table)
        return "is_yearly" in about or ("from" in about and self._is_yearly(about["from"]))

    def _about(self, table: str) -> Mapping[str, Any]:
        """How the table is drawn: one that is not declared has no rows."""
        return self.demo["table"].get(table, {"times": "0"})

    def _fields(self, table: str) -> Fields:
        """How the table's fields are drawn, after those of the table that it is drawn from."""
        about = self._about(table)
        return {**(self._fields(about["from"]) if "from" in about else {}), **about.get("field", {})}

    def _drawn(self, table: str, about: Mapping[str, Any], year: int) -> list[Drawn]:
        draws = partial(self.draws, table, year if about.get("is_yearly") else "")
        variants, parents = about.get("variant", [{}]), self._parents(table, about, year)
        batches = [self._begun(about, one, parents, partial(draws, n)) for n, one in enumerate(variants)]
        rows = sorted((row for batch in batches for row in batch), key=lambda row: row["parent"])
        siblings: dict[int, list[Drawn]] = {}
        for n, row in enumerate(rows):
            there = siblings.setdefault(row["parent"], [])
            there.append(row)
            row |= {"n": n + 1, "k": str(len(there)), "siblings": there, "gmc": self._first_doctor + n}
        for number, (variant, batch) in enumerate(zip(variants, batches, strict=True)):
            fill(batch, {k: spec for k, spec in variant.items() if k not in NOT_FIELDS}, partial(draws, number))
        fill(rows, about.get("field", {}), draws)
        return list({tuple(row[name] for name in about.get("unique", ["n"])): row for row in rows}.values())

    def _parents(self, table: str, about: Mapping[str, Any], year: int) -> list[Drawn]:
        """What a table has rows for: another table's rows, the organisation's people, its own list, or itself."""
        if "from" in about:
            return self.rows(about["from"], year)
        last = Period.parse(self.demo["last_month"]).end.isoformat()
        days = {"april_date": f"{year}-04-01", "march_date": f"{year + 1}-03-31", "last_date": last, "today": ""}
        organisation = {**self.declared, "code": self.code, "year": year, **days}
        own = self._people() if about.get("is_of_people") else [{}]
        own = self.declared.get(table, []) if about.get("is_listed") else own
        return [{**organisation, **row} for row in own]

    def _begun(
        self, about: Mapping[str, Any], variant: Mapping[str, Any], parents: list[Drawn], draws: Any
    ) -> list[Drawn]:
        """A variant's rows without fields of their own: so many times for each parent and each of the codes."""
        when = {**about.get("when", {}), **variant.get("when", {})}
        kept = [{**row, "parent": n} for n, row in enumerate(parents) if fits(when, row)]
        fill(kept, {"times": variant.get("times", about.get("times", "1"))}, draws)
        each = about.get("each", {})
        lists = [self.declared.get(x) or load_codelist(x).labels if isinstance(x, str) else x for x in each.values()]
        codes = [dict(zip(each, one, strict=True)) for one in product(*lists)]
        return [{**row, **code} for row in kept for _ in range(int(row["times"])) for code in codes]

    @property
    def _first_doctor(self) -> int:
        """The first of the organisation's thousand fictional GMC-shaped numbers."""
        return int(self.demo["doctors_start"] + 1000 * (int(self.code[-1]) - 1))

    def _people(self) -> Iterator[Mapping[str, Any]]:
        """Everyone ever employed: those with a job plan or an appraisal by kind, the rest by staff group."""
        for kind, count in self.declared["people"].items():
            yield from ({"kind": kind, **self.demo["kind"][kind]} for _ in range(count))
        for group, count in self.declared["staff"].items():
            rest = round(count * self.demo["ever_employed"]) - self.in_scope[group]
            yield from ({"kind": group, "staff_group_code": group} for _ in range(rest))

    @property
    def in_scope(self) -> Counter[str]:
        """How many people of each staff group have a job plan or an appraisal."""
        groups = Counter[str]()
        for kind, count in self.declared["people"].items():
            groups[self.demo["kind"][kind]["staff_group_code"]] += count
        return groups


def population(sender: Sender, period: Period) -> list[Row]:
    """Counts by staff group and in all, on the period's last day; staff grow by 0.2 % a month."""
    grown = 1 - 0.002 * sender.months_before_last(period)
    staff = {group: round(count * grown) for group, count in sender.declared["staff"].items()}
    in_scope = sender.in_scope
    doctors = {group: count for group, count in in_scope.items() if group == "medical_and_dental"}
    served = sender.declared.get("served", staff)  # a support unit's headcount is of those whom it may support
    counts = {"headcount": served, "invited": staff, "job_plan_scope": in_scope, "prescribed_connection": doctors}
    common = {"snapshot_date": period.end.isoformat()}
    return [
        {**common, "population_code": code, "staff_group_code": group, "people_count": str(count)}
        for code, groups in counts.items()
        if groups
        for group, count in {**groups, "all": sum(groups.values())}.items()
    ]


def year_of(day: date) -> int:
    """The year in which the April-to-March year began that holds the day."""
    return day.year if day.month >= 4 else day.year - 1
