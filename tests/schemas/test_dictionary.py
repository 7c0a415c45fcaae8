import re
from pathlib import Path

import pytest

from schemas import dictionary
from schemas.findings import RULES
from schemas.tables import AUDIT, CORE, DATASETS, MARTS, STAGED


def test_the_dictionary_holds_every_table_and_column() -> None:
    page = dictionary.markdown()
    for contract in (*DATASETS.values(), *STAGED.values(), *CORE.values(), *MARTS.values(), *AUDIT.values()):
        assert f"### {contract.name}\n" in page
        assert all(f"| `{name}` |" in page for name in contract.names)


def test_the_page_of_findings_says_of_every_code_what_is_wrong_and_what_to_do() -> None:
    page = dictionary.findings_page()
    rows = dict(re.findall(r"^\| ([A-Z]\d{3}) \| (.+) \|$", page, re.MULTILINE))
    assert set(rows) == set(RULES)
    assert rows["F001"] == "The file is empty. | Export it again and send the new file."
    assert rows["H001"].endswith("`research-culture ingest --confirm SUBMISSION`.")
    assert rows["F019"].startswith('There is no sheet named "…". | ')
    assert rows["F035"].startswith("Another finding says what is wrong. | If the export has changed for good")
    assert rows["V022"].partition(" | ")[2].startswith("Write them like …")
    assert "{" not in page


def test_bounds_and_lists_stand_beside_the_meaning() -> None:
    page = dictionary.markdown()
    assert "(from 0 to 2,000,000)" in page
    assert "(from 1)" in page
    assert "(on the list `staff_group`)" in page


def test_a_stale_page_is_told_and_mended(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dictionary, "FILE", tmp_path / "DICTIONARY.md")
    monkeypatch.setattr(dictionary, "FINDINGS", tmp_path / "findings.md")
    assert dictionary.main(["--check"]) == 1
    assert "run `python -m schemas.dictionary`" in capsys.readouterr().err
    assert dictionary.main([]) == 0
    assert dictionary.main(["--check"]) == 0


@pytest.mark.parametrize("cell", ["a|b", "a | b"])
def test_a_bar_does_not_break_the_table(cell: str) -> None:
    assert list(dictionary._table(("x",), [(cell,)]))[2] == f"| {cell.replace('|', chr(92) + '|')} |"
