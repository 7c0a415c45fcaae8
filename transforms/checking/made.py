"""What an export lacks, as its layout declares: identifiers are made or numbered, empty cells are those above them."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Dataset, Field
from schemas.findings import Finding
from schemas.layouts import Layout
from transforms.checking.columns import Column, grouped

Counted: TypeAlias = dict[str, Counter[str]]  # field -> what its lines agree in -> how many there were


def fill_down(
    table: pa.Table, layout: Layout, row_numbers: pa.Array, above: dict[str, str]
) -> tuple[pa.Table, list[Finding]]:
    """The table with the empty cells of the layout's `filled_down` as the last filled one above; and W044 for each.

    What belongs together by the contract (a plan) is filled from its own lines alone. `above` goes on from one chunk to
    the next.
    """
    names = [(h, n) for h, n in layout.columns.items() if n in layout.filled_down and h in table.column_names]
    whole = [h for h, name in layout.columns.items() if name in layout.contract.whole_by and h in table.column_names]
    if not names:
        return table, []
    given = {h: [above.get(h, ""), *table[h].to_pylist()] for h in dict.fromkeys((*whole, *(h for h, _ in names)))}
    texts = pd.DataFrame(given, dtype=object).map(lambda cell: (cell or "").strip()).replace("", None)
    keys = [heading for heading, _ in names if heading in whole]
    filled = texts.assign(**texts[keys].ffill())
    others = [heading for heading, _ in names if heading not in whole]
    is_next = (filled[whole] != filled[whole].shift()).any(axis=1)  # the next plan: nothing above is its own
    filled[others] = filled[others].groupby(is_next.cumsum()).ffill()
    above.update(filled.iloc[-1].fillna("").to_dict())
    findings = list[Finding]()
    for heading, _ in names:
        is_filled = pa.array((texts[heading].isna() & filled[heading].notna())[1:])
        findings += grouped("W044", heading, is_filled, row_numbers, {})
        cells = pa.array(filled[heading][1:], pa.string(), from_pandas=True).dictionary_encode()
        table = table.set_column(table.column_names.index(heading), heading, cells)
    return table, findings


def make_missing(
    layout: Layout, fields: Mapping[str, Column], counted: Counted
) -> tuple[dict[str, Column], list[Finding]]:
    """The fields with those that are made; and W041 / W042 for each. `counted` goes on from one chunk to the next.

    An identifier is NULL where nothing that it is made of is there.
    """
    made, findings = dict(fields), list[Finding]()
    for field in layout.contract.fields:
        if field.name in layout.made:
            made[field.name] = Column.of_rows(_joined(field, made, layout.contract))
            names = ", ".join(f'"{layout.heading(name)}"' for name in field.made_of)
            findings.append(Finding("W041", details={"field": field.title, "of": names}))
        elif field.name in layout.numbered:
            made[field.name] = _numbered(field, made, layout.contract, counted.setdefault(field.name, Counter()))
            findings.append(Finding("W042", details={"field": field.title}))
    return made, findings


def _joined(field: Field, fields: Mapping[str, Column], contract: Dataset) -> pa.Array:
    """A text a row of what the field is made of; NULL where all of it is missing."""
    rows = len(fields[contract.names[0]].indices)
    texts = [pc.cast(fields[name].rows(), pa.string()) for name in field.made_of] or [pa.array([""] * rows)]
    is_there = pa.array(np.any([pc.is_valid(one).to_numpy(zero_copy_only=False) for one in texts], axis=0))
    joined = pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in texts), "|")
    return pc.if_else(is_there, joined, None)


def _numbered(field: Field, fields: Mapping[str, Column], contract: Dataset, counted: Counter[str]) -> Column:
    """The number of each line among those that agree with it; for an identifier, what they agree in before it."""
    agreed = Column.of_rows(_joined(field, fields, contract))
    texts, codes = agreed.values.to_pylist(), pc.fill_null(agreed.indices, -1).to_numpy()
    before = np.array([counted[text] for text in (*texts, "")])
    numbers = pa.array(pd.Series(codes).groupby(codes).cumcount().to_numpy() + before[codes] + 1, pa.int64())
    counted.update(dict(zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)).tolist(), strict=True)))
    if field.kind == "integer":
        return Column.of_rows(numbers)
    return Column.of_rows(pc.binary_join_element_wise(agreed.rows().cast(pa.string()), numbers.cast(pa.string()), "|"))
