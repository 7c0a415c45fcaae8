import pyarrow as pa
import pytest

from schemas.fields import KINDS, Contract, Dataset, Field
from schemas.identifiers import IDENTIFIER_TYPES
from schemas.tables import CORE, DATASETS, MARTS, STAGED

CONTRACTS = [*DATASETS.values(), *STAGED.values(), *CORE.values(), *MARTS.values()]
VISIT = Dataset(
    name="visit",
    title="Visits",
    grain="visit",
    keys=("visit_id", "day"),
    period_type="interval",
    fields=(
        Field("visit_id", "identifier", "Number.", identifier="plan", required=True, heading="Visit number"),
        Field("day", "date", "Day.", required=True),
        Field("length_hours", "number", "Hours.", minimum=0),
        Field("note", "text", "Note."),
    ),
)


def test_staging_replaces_an_identifier_by_its_pseudonym_in_columns_and_keys() -> None:
    staged = VISIT.staged()
    assert staged.name == "staging.visit"
    assert staged.names == ("submission_id", "row_number", "plan_key", "day", "length_hours", "note", "key_id")
    assert staged.keys == ("submission_id", "plan_key", "day")
    assert staged.field("plan_key").required


def test_an_arrow_schema_has_the_declared_types_and_needed_columns() -> None:
    assert VISIT.staged().arrow_schema() == pa.schema(
        [
            pa.field("submission_id", pa.string(), nullable=False),
            pa.field("row_number", pa.int64(), nullable=False),
            pa.field("plan_key", pa.string(), nullable=False),
            pa.field("day", pa.date32(), nullable=False),
            pa.field("length_hours", pa.float64()),
            pa.field("note", pa.string()),
            pa.field("key_id", pa.string()),
        ]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_arrow_type(kind) -> None:
    assert isinstance(Field("a", kind, "A.").arrow_type(), pa.DataType)


def test_a_finding_may_quote_no_identifier_and_no_text() -> None:
    assert [field.is_safe for field in VISIT.fields] == [False, True, True, False]


def test_a_heading_is_the_declared_one_or_the_name_in_words() -> None:
    assert [field.title for field in VISIT.fields] == ["Visit number", "Day", "Length hours", "Note"]


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(KeyError, match="visit has no field colour"):
        VISIT.field("colour")


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_a_contracts_keys_are_among_its_fields_and_no_field_stands_twice(contract: Contract) -> None:
    assert set(contract.keys) <= set(contract.names)
    assert len(set(contract.names)) == len(contract.names)
    assert set(contract.partition) <= {*contract.names, "organisation_code"}  # a staged row has its sender's


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_a_datasets_rules_name_its_own_fields(dataset: Dataset) -> None:
    named = {name for group in dataset.one_of for name in group} | {dataset.period_field} - {""}
    assert named <= set(dataset.names)
    assert {field.identifier for field in dataset.identifiers} <= set(IDENTIFIER_TYPES)
    assert len({field.title for field in dataset.fields}) == len(dataset.fields)
