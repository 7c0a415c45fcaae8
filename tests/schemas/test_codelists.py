from importlib import resources
from pathlib import Path

import pytest

from schemas.codelists import fold, load_codelist, load_instruments, read_rows
from schemas.rulebook import load_rulebook
from schemas.tables import CORE, DATASETS, MARTS, STAGED

CODELISTS = resources.files("schemas") / "codelists"
# Tables of another shape: the instruments', how long a PA is, the rules of SPC charts, how long files are kept.
OTHER_TABLES = {"instrument_number", "scale", "pa_hours", "spc_rule_set", "spc_rebase", "retention", "source_end"}
NAMES = sorted({Path(f.name).stem for f in CODELISTS.iterdir() if f.name.endswith(".csv")} - OTHER_TABLES)
CODE_FIELDS = [f for c in (*DATASETS.values(), *STAGED.values(), *CORE.values(), *MARTS.values()) for f in c.fields]


@pytest.mark.parametrize("name", NAMES)
def test_no_spelling_means_two_codes(name: str) -> None:
    codelist = load_codelist(name)
    assert codelist.labels
    assert all(codelist.code_of(label) == code for code, label in codelist.labels.items())


@pytest.mark.parametrize("name", NAMES)
def test_no_code_is_declared_twice_and_each_has_a_label_and_a_source(name: str) -> None:
    rows = read_rows(name)
    assert len({row["code"] for row in rows}) == len(rows)
    assert all(row["label"] and row["source"] for row in rows)


@pytest.mark.parametrize("name", sorted({f.codelist for f in CODE_FIELDS} - {"", "metric"}))
def test_every_codelist_that_a_field_names_is_there(name: str) -> None:
    assert name in NAMES


def test_an_ambiguous_alias_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists/grade.csv").write_text("code,label,aliases,source\na,One,Same,x\nb,Two,same,x\n")
    with pytest.raises(ValueError, match="codelist grade: 'same' means two codes"):
        load_codelist("grade", tmp_path)


@pytest.mark.parametrize("written", ["Nursing & Midwifery", "nursing  and-midwifery", "NURSING_AND_MIDWIFERY", "03"])
def test_a_staff_group_is_known_however_it_is_written(written: str) -> None:
    assert load_codelist("staff_group").code_of(written) == "nursing_and_midwifery"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Band-6", "band 6"),
        ("Band – 6", "band 6"),
        ("a-1", "a 1"),
        ("1-2", "1 2"),
        *((minus, "-1") for minus in ("-1", "−1", "–1", "- 1", " -1 ", "1-")),
        ("-.5", "-.5"),
        ("-0", "-0"),
        ("- none", "none"),
    ],
)
def test_a_dash_is_a_space_in_a_spelling_and_a_sign_at_a_number(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_what_is_not_on_the_list_is_none() -> None:
    assert load_codelist("staff_group").code_of("Wizards") is None


def test_a_homes_own_codelist_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists/grade.csv").write_text("code,label,aliases,source\nnovice,Novice,,ours\n")
    assert load_codelist("grade", tmp_path).labels == {"novice": "Novice"}
    assert len(load_codelist("plan_state", tmp_path).labels) == 7


def test_question_keys_are_unique_and_stand_on_a_declared_scale() -> None:
    instruments = load_instruments()
    assert len(instruments.by_key) == len(instruments.items) > 0
    assert {item.scale_code for item in instruments.items} <= set(instruments.scales)


def test_question_headings_are_unique_over_all_instruments() -> None:
    items = load_instruments().items
    assert len({item.heading for item in items}) == len(items)


def test_printed_numbers_belong_to_known_questions_and_name_one_each() -> None:
    printed = [(row["question_key"], row["version"]) for row in load_rulebook().tables["instrument_number"]]
    assert {key for key, _ in printed} <= set(load_instruments().by_key)
    assert len(set(printed)) == len(printed)


def test_an_answer_in_words_is_a_score_on_its_scale() -> None:
    scale = load_instruments().scales["agree_5"]
    assert (scale.minimum, scale.maximum) == (1, 5)
    assert scale.texts["strongly disagree"] == 1
    assert scale.texts["strongly agree"] == 5


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((code, code) for code in ("conduct", "capability", "health", "other")),
        ("Personal health", "health"),
        ("Help with career development", "career_development"),
        ("Careers", "career_development"),
        ("LTFT", "less_than_full_time"),
    ],
)
def test_a_concern_may_be_written_as_before_or_as_support_units_name_it(written: str, code: str) -> None:
    assert load_codelist("concern").aliases[fold(written)] == code
