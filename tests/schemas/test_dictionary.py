from pathlib import Path

import pytest

from schemas import dictionary
from schemas.findings import RULES
from schemas.tables import AUDIT, CORE, DATASETS, MARTS, STAGED


def test_the_dictionary_holds_every_table_column_and_finding() -> None:
    page = dictionary.markdown()
    for contract in (*DATASETS.values(), *STAGED.values(), *CORE.values(), *MARTS.values(), *AUDIT.values()):
        assert f"### {contract.name}\n" in page
        assert all(f"| `{name}` |" in page for name in contract.names)
    assert all(f"| {code} |" in page for code in RULES)


def test_bounds_and_lists_stand_beside_the_meaning() -> None:
    page = dictionary.markdown()
    assert "(from 0 to 2,000,000)" in page
    assert "(from 1)" in page
    assert "(on the list `staff_group`)" in page


def test_a_stale_page_is_told_and_mended(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dictionary, "FILE", tmp_path / "DICTIONARY.md")
    assert dictionary.main(["--check"]) == 1
    assert "run `python -m schemas.dictionary`" in capsys.readouterr().err
    assert dictionary.main([]) == 0
    assert dictionary.main(["--check"]) == 0


@pytest.mark.parametrize("cell", ["a|b", "a | b"])
def test_a_bar_does_not_break_the_table(cell: str) -> None:
    assert list(dictionary._table(("x",), [(cell,)]))[2] == f"| {cell.replace('|', chr(92) + '|')} |"
