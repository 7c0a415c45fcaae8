"""A filled mapping workbook on its way to a layout: what is kept, what is said instead, and what still lacks."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from flows.mapping import form
from flows.mapping.answers import Answers, Line
from flows.mapping.form import ABSENT, IGNORE, KEEP, ROWS, SHEET, TICKS, VALUES, Choice
from schemas.codelists import fold
from schemas.fields import Field
from schemas.identifiers import names_person
from schemas.layouts import BY_MAPPING, Block, IgnoredRows, Layout
from schemas.rulebook import Rulebook
from schemas.submissions import Period
from schemas.tables import DATASETS, SENT
from transforms.checking.values import is_month_first, read
from transforms.guessing.evidence import NULLS

YES = ("yes", "y", "true", "1")
_HOW = {form.EQUALS: "equals", form.STARTS: "starts_with"}


class Filled:
    """The filled workbook on its way to a layout; whatever cannot be used is noted in its `answers`."""

    def __init__(self, answers: Answers, rules: Rulebook) -> None:
        self.answers, self.rules = answers, rules
        titles = {said: name for name, one in DATASETS.items() for said in (name, one.title)}
        said, where = answers.about(form.DATASET)
        self.dataset = answers.chosen(where, said, titles, "a dataset") or ""
        answers.refuse()  # what the columns may be depends on it
        self.contract = DATASETS[self.dataset]
        self.base = self._base()
        self.main = answers.about(form.DATA_SHEET)[0]

    def _base(self) -> Layout | None:
        """The layout that it is nearly of; None where there is none, or no longer."""
        said = self.answers.about(form.LIKE)[0]
        found = (one for one in self.rules.layouts if f"{one.dataset}/{one.name}" == said)
        return next((one for one in found if one.dataset == self.dataset), None)

    def layout(self) -> Layout:
        """The layout. Raises Refusal F022 with every problem."""
        columns = self._columns()
        absent = self._absent({key: h for h, key in columns["columns"].items()})
        declared = self._about() | columns | absent | {"noise": self._noise()}
        values = self._values()
        for part in (declared, *declared["parts"]):
            part["values"] = values.pop(part["dataset"], {})
        self._note_gaps(self.dataset, self._given(declared), "")
        self.answers.refuse()
        return Layout.model_validate(declared)

    def _about(self) -> dict[str, Any]:
        about = {label: self.answers.about(label)[0] for label in (form.NAME, form.FORMAT, form.DELIMITER, form.COMMA)}
        declared = self.base.model_dump(exclude_defaults=True) if self.base else {"nulls": NULLS}
        return declared | {
            "name": self._name(about[form.NAME]),
            "dataset": self.dataset,
            "title": f"{self.contract.title}: {about[form.NAME]}, by mapping workbook",
            "evidence": BY_MAPPING,
            "format": "xlsx" if fold(about[form.FORMAT]) == "xlsx" else "csv",
            "delimiter": form.DELIMITERS.get(fold(about[form.DELIMITER]), ","),
            "sheet": self.main,
            "metadata_rows": self._number(form.ABOVE),
            "decimal_comma": fold(about[form.COMMA]) in YES,
            "date_formats": self._dates(),
            **({"source": self.base.source_name} if self.base else {}),  # its months go on
            **self._period(),
        }

    def _name(self, written: str) -> str:
        name, where = re.sub(r"[^a-z0-9]+", "_", written.casefold()).strip("_"), self.answers.about(form.NAME)[1]
        if not name or names_person(re.sub(r"^export_[0-9a-f]{8}$", "", name) and written):  # unless it is ours
            self.answers.problem(where, "it is empty or may name a person; write a short name for this kind of export")
        if any((r.dataset, r.name) == (self.dataset, name) and r.evidence != BY_MAPPING for r in self.rules.layouts):
            self.answers.problem(where, f'the name "{name}" is one of ours; write another')
        return name

    def _number(self, label: str) -> int:
        written, where = self.answers.about(label)
        if written and not written.isdigit():
            self.answers.problem(where, f'"{written}" is not a number; write how many there are, such as 0')
            return 0
        return int(written or "0")

    def _dates(self) -> tuple[str, ...]:
        said, where = self.answers.about(form.DATES)
        formats = self.answers.chosen(where, said or form.DAY_FIRST, form.DATES_AS, "a way to write dates") or ()
        own = self.base.date_formats if self.base else ()
        is_same_order = is_month_first(own) in (None, is_month_first(formats))
        return tuple(dict.fromkeys((*own, *formats) if is_same_order else formats))

    def _period(self) -> dict[str, Any]:
        said, where = self.answers.about(form.PERIOD)
        found: dict[str, Any] = {"period": "", "period_heading": "", "period_in_name": False}
        column = {fold(form.IN_COLUMN.format(line.cells[0])): line.cells[0] for line in self.answers.lines[SHEET]}
        if fold(said) == fold(form.IN_NAME):
            found["period_in_name"] = True
        elif fold(said) in column:
            found["period_heading"] = column[fold(said)]
        elif fold(said) not in ("", fold(form.AS_SENT)):
            try:
                found["period"] = Period.read(said).label
            except ValueError:
                self.answers.problem(where, f'"{said}" is no period; choose from the list, or write one like 2026-09')
        return found

    def _columns(self) -> dict[str, Any]:
        choices = form.choices(self.dataset, self.rules, self.base)
        chosen: dict[str, dict[str, tuple[Choice, Line]]] = defaultdict(dict)  # sheet of the file -> heading
        ignored: dict[str, list[str]] = defaultdict(list)
        for line in (one for one in self.answers.lines[SHEET] if one.cells[0]):
            heading, said, verdict, _, _, sheet = line.cells[:6]
            kept = self.answers.chosen(line.at(2), verdict, {KEEP: True, IGNORE: False}, f'"{KEEP}" or "{IGNORE}"')
            if kept:
                choice = self.answers.chosen(line.at(1), said, choices, f"a column of {self.contract.title}")
                if choice:
                    self._note_double(chosen, choice, line)
                    chosen[self._sheet(sheet)][heading] = choice, line
            elif kept is False:
                ignored[self._sheet(sheet)].append(heading)
        return self._main(chosen.pop(self.main, {}), ignored.pop(self.main, [])) | {
            "parts": [part for sheet, there in chosen.items() if (part := self._part(sheet, there, ignored[sheet]))]
        }

    def _sheet(self, said: str) -> str:
        return self.main if fold(said) == fold(self.main) or not said else said

    def _note_double(self, chosen: Mapping[str, Mapping[str, tuple[Choice, Line]]], choice: Choice, line: Line) -> None:
        same = [other.at(1) for there in chosen.values() for one, other in there.values() if one == choice]
        if same and choice != Choice(self.dataset):
            said = line.cells[1]
            self.answers.problem(line.at(1), f'two headings are kept as "{said}", the other in {same[0]}; keep one')

    def _main(self, chosen: Mapping[str, tuple[Choice, Line]], ignored: list[str]) -> dict[str, Any]:
        names, found = set(self.contract.names), dict[str, Any](columns={}, questions={}, ignore=tuple(ignored))
        like: dict[str, str] = {}  # heading of the base -> heading here
        blocks = self._blocks()
        for heading, (choice, line) in chosen.items():
            if choice.like:
                like[choice.like] = heading
            elif choice.sheet != self.dataset:
                self.answers.problem(line.at(1), f'"{line.cells[1]}" is a column of another sheet; choose another')
            elif not choice.key and heading not in blocks:
                self.answers.problem(line.at(1), f"it is a tick list; write its options on the sheet {TICKS}")
            elif choice.key:
                found["columns" if choice.key in names else "questions"][heading] = choice.key
        kept = {heading: block for heading, block in blocks.items() if heading in chosen}
        found["optional"] = tuple(h for h in (self.base.optional if self.base else ()) if h in chosen)
        by_key = {key: heading for heading, key in found["columns"].items()}
        columns = self.base.columns.items() if self.base else ()
        like |= {theirs: by_key[key] for theirs, key in columns if key in by_key}
        return found | self._as_in_base(like, kept)

    def _as_in_base(self, like: Mapping[str, str], blocks: dict[str, Any]) -> dict[str, Any]:
        """What the base says of its special headings, under the headings that stand for them here."""
        if not self.base:
            return {"blocks": blocks}
        declared = self.base.model_dump(exclude_defaults=True)
        words = {like[h]: word for h, word in declared.get("words", {}).items() if h in like}
        blocks = {like[h]: block for h, block in declared.get("blocks", {}).items() if h in like} | blocks
        found: dict[str, Any] = {"words": words, "blocks": blocks}
        if self.base.unpivot:
            wide = {
                code: {name: like[h] for name, h in measure.items() if h in like}
                for code, measure in declared["unpivot"]["measures"].items()
            }
            found["unpivot"] = {**declared["unpivot"], "measures": {code: one for code, one in wide.items() if one}}
        found["known_defects"] = tuple(
            {**one, "column": like.get(one["column"], one["column"])} for one in declared.get("known_defects", ())
        )
        found["swaps"] = tuple(
            {
                "columns": tuple(like.get(h, h) for h in one["columns"]),
                "when": {like.get(h, h): v for h, v in one["when"].items()},
            }
            for one in declared.get("swaps", ())
        )
        return found

    def _part(self, sheet: str, chosen: Mapping[str, tuple[Choice, Line]], ignored: list[str]) -> dict[str, Any]:
        of = {choice.sheet for choice, _ in chosen.values()}
        first = next(iter(chosen.values()))[1]
        if len(of) > 1 or of == {self.dataset}:
            self.answers.problem(first.at(1), f'choose columns of one further sheet for "{sheet}", or ignore them all')
            return {}
        (dataset,) = of
        columns = {heading: choice.key for heading, (choice, _) in chosen.items()}
        like = next((one for one in (self.base.parts if self.base else ()) if one.dataset == dataset), None)
        declared = like.model_dump(exclude_defaults=True) if like else {}
        self._note_gaps(dataset, {*columns.values(), *declared.get("constants", {})}, f'sheet "{sheet}"')
        optional = tuple(heading for heading in declared.get("optional", ()) if heading in columns)
        told = {"dataset": dataset, "sheet": sheet, "columns": columns, "ignore": tuple(ignored), "optional": optional}
        constants = {key: said for key, said in declared.get("constants", {}).items() if key not in columns.values()}
        return declared | told | {"constants": constants}

    def _blocks(self) -> dict[str, Any]:
        """Heading -> its tick list, of the sheet for them."""
        options: dict[str, dict[str, str]] = defaultdict(dict)
        for line in self.answers.lines[TICKS]:
            heading, option, said = line.cells[:3]
            key = self.answers.chosen(line.at(2), said, form.ticks(self.rules), "an option that may be ticked")
            if key and heading and option:
                options[heading][option] = key
            elif key:
                self.answers.problem(line.at(0 if option else 1), "it is empty; write the heading and the option")
        sign = self.answers.about(form.PARTED)[0] or ";"
        separator = form.DELIMITERS.get(fold(sign), sign)
        return {h: Block(separator=separator, options=o).model_dump() for h, o in options.items()}

    def _absent(self, kept: Mapping[str, str]) -> dict[str, Any]:
        """What lines have instead of a column or of an empty cell. `kept` are the fields that columns are read as."""
        found: dict[str, Any] = {"constants": {}, "made": [], "numbered": [], "filled_down": []}
        fields = {field.title: field for field in self.contract.fields}
        for line in (one for one in self.answers.lines[ABSENT] if one.cells[3]):
            field, said = self.answers.chosen(line.at(0), line.cells[0], fields, "a column"), line.cells[3]
            if field and (fold(said) == fold(form.FILLED)) == (field.name in kept):
                self._say(found, field, line)
            elif field and (heading := kept.get(field.name)):
                why = f'"{field.title}" is read from the column "{heading}"; empty this cell, or ignore that column'
                self.answers.problem(line.at(3), why)
            elif field:
                self.answers.problem(line.at(3), f'no column is kept as "{field.title}"; choose something else')
        return {name: value if name == "constants" else tuple(value) for name, value in found.items()}

    def _say(self, found: dict[str, Any], field: Field, line: Line) -> None:
        said = line.cells[3]
        labels = {fold(label): code for label, code in form.labels_of(field, self.rules).items()}
        if fold(said) == fold(form.FILLED):
            found["filled_down"].append(field.name)
        elif fold(said) == fold(form.NUMBERED) and field.may_be_numbered:
            found["numbered"].append(field.name)
        elif said == form.made_of(field, self.dataset):
            found["made"].append(field.name)
        elif fold(said) in labels or (not labels and self._is_readable(said, field.name)):
            found["constants"][field.name] = labels.get(fold(said), said)
        else:
            is_listed = labels or form.made_of(field, self.dataset) or field.may_be_numbered
            hint = "choose from the list" if is_listed else f"write it like {field.example or 'one of its values'}"
            self.answers.problem(line.at(3), f'"{said}" cannot be what every line has as "{field.title}"; {hint}')

    def _is_readable(self, said: str, name: str) -> bool:
        field = self.contract.field(name)
        layout = Layout(name="x", dataset=self.dataset, title="", evidence="", date_formats=self._dates())
        return field.kind != "identifier" and read(field, pa.array([said]), layout, None)[0].as_py() is not None

    def _noise(self) -> tuple[IgnoredRows, ...]:
        found = []
        headings = {line.cells[0]: line.cells[0] for line in self.answers.lines[SHEET]}
        for line in self.answers.lines[ROWS]:
            heading = self.answers.chosen(line.at(0), line.cells[0], headings, "a heading of the sheet Mapping")
            how = self.answers.chosen(line.at(1), line.cells[1] or form.EQUALS, _HOW, "a way to compare")
            if not line.cells[2]:
                self.answers.problem(line.at(2), "it is empty; write the text by which such a line is known")
            elif heading and how:
                found.append(IgnoredRows(column=heading, **{how: (line.cells[2],)}))
        return tuple(found)

    def _values(self) -> dict[str, dict[str, dict[str, str]]]:
        meanings = form.meanings(self.dataset, self.rules)
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for line in self.answers.lines[VALUES]:
            theirs, said = line.cells[:2]
            meaning = self.answers.chosen(line.at(1), said, meanings, "on the list") if theirs else None
            if meaning is None:
                if not theirs:
                    self.answers.problem(line.at(0), "it is empty; write the word as the export has it")
                continue
            sheet, field, code = meaning
            if found[sheet][field].setdefault(theirs, code) != code:
                self.answers.problem(line.at(1), f'this value is given two meanings, one of them "{said}"; keep one')
        return {sheet: {field: dict(values) for field, values in fields.items()} for sheet, fields in found.items()}

    def _given(self, declared: Mapping[str, Any]) -> set[str]:
        """The fields that every line has."""
        given = {*declared["columns"].values(), *declared["constants"], *declared["made"], *declared["numbered"]}
        given |= {word["to"] for word in declared.get("words", {}).values()}
        for measure in (declared.get("unpivot") or {"measures": {}})["measures"].values():
            given |= {declared["unpivot"]["into"], *measure}
        return given

    def _note_gaps(self, sheet: str, given: set[str], where: str) -> None:
        contract = SENT[sheet]
        instead = "" if where else f", nor does the sheet {ABSENT} say what it is instead"
        for field in contract.fields:
            if field.required and field.name not in given:
                self.answers.problem(
                    where, f'no heading is kept as "{field.title}", which every line must have{instead}'
                )
        for group in contract.one_of:
            if not given & set(group):
                titles = " or ".join(f'"{contract.field(name).title}"' for name in group)
                self.answers.problem(
                    where, f"no heading is kept as {titles}, of which every line must have one{instead}"
                )
