"""What describes a release's CSV to programs: `datapackage.json` (Frictionless) and `csv-metadata.json` (CSVW)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas.fields import KINDS, Contract, Field
from schemas.tables import MARTS

Described = Mapping[str, Contract]  # by the file's place in the release's folder
_TITLE = "Research culture in NHS organisations"
_MADE_UP = "Every organisation and figure is made up. "
# One row a SQL type: its type of Table Schema, and of CSVW.
_TYPES: Mapping[str, tuple[Mapping[str, Any], Any]] = {
    "STRING": ({"type": "string"}, "string"),
    "BIGINT": ({"type": "integer"}, "integer"),
    "DOUBLE": ({"type": "number"}, "double"),
    "DATE": ({"type": "date"}, "date"),
    "TIMESTAMP": ({"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S"}, "dateTime"),
    "BOOLEAN": (
        {"type": "boolean", "trueValues": ["TRUE"], "falseValues": ["FALSE"]},
        {"base": "boolean", "format": "TRUE|FALSE"},
    ),
}
# The dimensions, by their key; a table of figures points to them where it has the keys of items or periods.
_DIMENSIONS = {one.keys[0]: one for name, one in MARTS.items() if name.startswith("marts.dim_")}


def write_descriptors(draft: Path, described: Described, headline: str, *, is_fictional: bool) -> None:
    """Write both files into the draft of a release; `headline` says how many figures are shown."""
    about = {"title": _TITLE, "description": f"{_MADE_UP if is_fictional else ''}{headline}"}
    package = {"name": "research-culture", **about, "is_fictional": is_fictional}
    package["resources"] = [_resource(place, contract) for place, contract in described.items()]
    tables = {"tables": [_table(place, contract) for place, contract in described.items()]}
    context = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}]}
    for name, said in (
        ("datapackage", package),
        ("csv-metadata", {**context, **{f"dc:{k}": v for k, v in about.items()}, **tables}),
    ):
        (draft / f"{name}.json").write_bytes((json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def _name(contract: Contract) -> str:
    return contract.name.partition(".")[2]


def _said(contract: Contract) -> str:
    return f"One row: {contract.grain}. {contract.warning}".strip()


def _is_filled(field: Field, contract: Contract) -> bool:
    """True where no cell is empty: a text may be '' but in the key of a mart, where `all` or `none` stands instead."""
    if KINDS[field.kind][1] == "STRING":
        return field.name in contract.keys and contract.name in MARTS
    return field.required


def _pointing(contract: Contract) -> Iterator[tuple[str, Contract]]:
    """Each column that is the key of a dimension, with the dimension."""
    if {"item_key", "period_key"} & set(contract.names):
        for name, dimension in _DIMENSIONS.items():
            if name in contract.names and dimension is not contract:
                yield name, dimension


def _resource(place: str, contract: Contract) -> Mapping[str, Any]:
    foreign = [
        {"fields": [name], "reference": {"resource": _name(to), "fields": [name]}} for name, to in _pointing(contract)
    ]
    schema = {
        "fields": [_package_field(field, contract) for field in contract.fields],
        "primaryKey": list(contract.keys),
        "missingValues": [""],
        **({"foreignKeys": foreign} if foreign else {}),
    }
    return {
        "name": _name(contract),
        "path": place,
        "profile": "tabular-data-resource",
        "title": contract.title,
        "description": _said(contract),
        **({"version": contract.version} if contract.version else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "schema": schema,
    }


def _package_field(field: Field, contract: Contract) -> Mapping[str, Any]:
    more = {name: said for name, said in (("unit", field.unit), ("codelist", field.codelist)) if said}
    constraints = {"constraints": {"required": True}} if _is_filled(field, contract) else {}
    return {"name": field.name, **_TYPES[field.sql_type][0], "description": field.description, **constraints, **more}


def _table(place: str, contract: Contract) -> Mapping[str, Any]:
    columns = [
        {
            "name": field.name,
            "titles": field.name,
            "dc:description": field.description,
            "datatype": _TYPES[field.sql_type][1],
            "required": _is_filled(field, contract),
        }
        for field in contract.fields
    ]
    foreign = [
        {"columnReference": name, "reference": {"resource": f"csv/{_name(to)}.csv", "columnReference": name}}
        for name, to in _pointing(contract)
    ]
    schema = {"columns": columns, "primaryKey": list(contract.keys), **({"foreignKeys": foreign} if foreign else {})}
    return {"url": place, "dc:title": contract.title, "dc:description": _said(contract), "tableSchema": schema}
