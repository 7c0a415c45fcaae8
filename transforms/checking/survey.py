"""Survey answers: checked wide, a question at a time by its scale, and made long once at the end of a chunk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pandas.util import hash_array

from schemas.codelists import Instruments, Scale, fold
from schemas.findings import Finding
from schemas.layouts import Block, Layout
from transforms.checking.columns import Column
from transforms.checking.validate import THE_VALUE
from transforms.checking.values import trimmed, without_odd
from transforms.checking.whole import ColumnFacts

Wrong: TypeAlias = dict[int, dict[str, str]]  # place of a value that is no answer -> what fills the sentence


@dataclass(frozen=True)
class Answers:
    """One question's answers, a row a respondent: `scores` int16, NULL where blank or unsure; `unsure` or None."""

    scores: pa.Array
    unsure: pa.Array | None = None

    @property
    def is_there(self) -> pa.Array:
        """Which rows hold an answer, `unsure` among them."""
        is_scored = pc.is_valid(self.scores)
        return is_scored if self.unsure is None else pc.or_(is_scored, self.unsure)


@dataclass(frozen=True)
class Answered:
    """The answers by question key; V018 for cells that are none; and which rows hold such a cell, a column each."""

    answers: Mapping[str, Answers]
    findings: tuple[Finding, ...] = ()
    wrong: tuple[pa.Array, ...] = ()
    facts: Mapping[str, ColumnFacts] = field(default_factory=dict)  # of each question's column, by heading

    def is_answered(self, rows: int) -> pa.Array:
        """Which rows hold any answer. An option that is not ticked is none."""
        return reduce(pc.or_, (answer.is_there for answer in self.answers.values()), pa.repeat(False, rows))


def answers_of(table: pa.Table, layout: Layout, instruments: Instruments, row_numbers: pa.Array) -> Answered:
    """Every question's answers, and the cells that are none."""
    cells = {h: Column.of(table[h]) for h in (*layout.questions, *layout.blocks) if h in table.column_names}
    there = {heading: column.with_values(trimmed(column.values)) for heading, column in cells.items()}
    read = {heading: without_odd(column, heading, row_numbers) for heading, column in there.items()}
    columns = {heading: column for heading, (column, _) in read.items()}
    findings = [finding for _, odd in read.values() for finding in odd]
    wrong: dict[str, Wrong] = {}
    answers: dict[str, Answers] = {}
    for heading, column in columns.items():
        if key := layout.questions.get(heading):
            answers[key], wrong[heading] = _scored(column, instruments.scale_of(key), layout)
    for ticks in _tick_groups(answers, instruments):
        answers |= _reached(ticks)
    for heading, column in columns.items():
        if block := layout.blocks.get(heading):
            ticked, wrong[heading] = _ticked(column, block, layout)
            answers |= ticked
    for heading, column in columns.items():
        findings += column.findings("V018", heading, wrong[heading], row_numbers)
        wrong[heading] |= {place: {} for place in there[heading].newly_null(column)}
    told = {heading: columns[heading].rows_at(places) for heading, places in wrong.items() if places}
    facts = {heading: _facts(column, told.get(heading), layout) for heading, column in there.items()}
    return Answered(answers, tuple(findings), tuple(told.values()), facts)


def _facts(column: Column, wrong: pa.Array | None, layout: Layout) -> ColumnFacts:
    filled = len(column.indices) - column.indices.null_count
    if wrong is None:
        return ColumnFacts(filled, filled)
    blank = pc.is_in(pc.utf8_trim_whitespace(column.values), pa.array(["", *layout.nulls]))
    filled -= pc.sum(column.rows_where(blank)).as_py()
    return ColumnFacts(filled, filled - pc.sum(wrong).as_py())


def _scored(column: Column, scale: Scale, layout: Layout) -> tuple[Answers, Wrong]:
    nulls = {"", *layout.nulls}
    unsure = {fold(text) for text in layout.unsure} if scale.has_unsure else set()
    texts = [(text or "").strip() for text in column.values.to_pylist()]
    is_unsure = [fold(text) in unsure for text in texts]
    scores = [None if text in nulls or no else _score(text, scale) for text, no in zip(texts, is_unsure, strict=True)]
    wrong = {
        place: {"value": f'"{text}"' if text.lstrip("-").isdecimal() and len(text) <= 4 else THE_VALUE}
        for place, text in enumerate(texts)
        if scores[place] is None and text not in nulls and not is_unsure[place]
    }  # a number is repeated, no other text: people write what they like
    states = column.rows_where(pa.array(is_unsure, pa.bool_())) if any(is_unsure) else None
    return Answers(pa.array(scores, pa.int16()).take(column.indices), states), wrong


def _score(text: str, scale: Scale) -> int | None:
    """The text's score on the scale, by its words or as a whole number within its ends; else None."""
    if fold(text) in scale.texts:
        return scale.texts[fold(text)]
    number = text.removesuffix(".0")
    if not number.isdecimal() or len(number) > 3:
        return None
    return int(number) if scale.minimum <= int(number) <= scale.maximum else None


def _tick_groups(answers: Mapping[str, Answers], instruments: Instruments) -> list[dict[str, Answers]]:
    """The questions that are ticks, a group a domain of an instrument."""
    groups: dict[tuple[str, str], dict[str, Answers]] = {}
    for key, answer in answers.items():
        item, scale = instruments.by_key[key], instruments.scale_of(key)
        if (scale.minimum, scale.maximum, scale.has_unsure) == (0, 1, False):  # with `unsure`, `no` is an answer
            groups.setdefault((item.instrument_code, item.domain_code), {})[key] = answer
    return list(groups.values())


def _reached(ticks: Mapping[str, Answers]) -> dict[str, Answers]:
    """1 or 0 for every option where at least one was ticked; no answers where none was: not reached."""
    scores = {key: pc.fill_null(answer.scores, 0) for key, answer in ticks.items()}
    is_reached = pc.equal(pc.max_element_wise(*scores.values()), 1)
    return {key: Answers(pc.if_else(is_reached, score, None)) for key, score in scores.items()}


def _ticked(column: Column, block: Block, layout: Layout) -> tuple[dict[str, Answers], Wrong]:
    """The ticks that one cell lists; an option that the layout does not know is told, the others stay."""
    options = {fold(text): key for text, key in block.options.items()}
    listed = [
        [] if text.strip() in layout.nulls else [fold(part) for part in text.split(block.separator) if part.strip()]
        for text in (text or "" for text in column.values.to_pylist())
    ]
    keys = [{options[part] for part in parts if part in options} for parts in listed]
    wrong = {place: {"value": THE_VALUE} for place, parts in enumerate(listed) if not options.keys() >= set(parts)}
    ticked = {}
    for key in options.values():
        scores = pa.array([int(key in there) if there else None for there in keys], pa.int16())
        ticked[key] = Answers(scores.take(column.indices))
    return ticked, wrong


def long_answers(answers: Mapping[str, Answers], kept: pa.Array, respondents: pa.Array) -> dict[str, pa.ChunkedArray]:
    """One row an answer, question by question; blanks give no row. `respondents` number the kept rows."""
    keys = pa.array(list(answers), pa.string())
    numbers, scores, unsure, places = [], [], [], []
    for place, answer in enumerate(answers.values()):
        score, states = answer.scores.filter(kept), answer.unsure.filter(kept) if answer.unsure is not None else None
        there = Answers(score, states).is_there
        numbers.append(respondents.filter(there))
        scores.append(score.filter(there))
        unsure.append(pa.repeat(False, len(numbers[-1])) if states is None else states.filter(there))
        question = pa.repeat(pa.scalar(place, pa.int32()), len(numbers[-1]))
        places.append(pa.DictionaryArray.from_arrays(question, keys))
    return {
        "respondent_number": pa.chunked_array(numbers, pa.int64()),
        "question_key": pa.chunked_array(places, pa.dictionary(pa.int32(), pa.string())),
        "score": pa.chunked_array(scores, pa.int16()),
        "is_unsure": pa.chunked_array(unsure, pa.bool_()),
    }


def hashes(ids: Column, salt: str) -> pa.Array:
    """A salted 64-bit hash of each row's response id, to find doubles over the whole file; worthless afterwards."""
    texts = pc.fill_null(ids.values, "").to_numpy(zero_copy_only=False)
    made = hash_array(texts, hash_key=salt, categorize=False).view(np.int64)
    return pa.array(made).take(ids.indices)
