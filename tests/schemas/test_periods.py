import pytest

from schemas.submissions import Period

SAID = """
2026-09                  2026-09
September 2026           2026-09
september_2026           2026-09
Sept 2026                2026-09
Sep-26                   2026-09
09/2026                  2026-09
9/2026                   2026-09
2026-09-01               2026-09
30/09/2026               2026-09
20260930                 2026-09
RVN job plans 2026_09 v2 2026-09
RVN_20260930_final       2026-09
plans (Sep 2026)         2026-09
2026                     2026
2021-2023                2021-2023
2026/27                  2026/27
2026-27                  2026/27
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_a_period_is_read_as_people_write_it(line: str) -> None:
    said, label = line.rsplit(maxsplit=1)
    assert Period.read(said.strip()).label == label


@pytest.mark.parametrize("said", ["", "autumn", "plans v3", "2026-13", "Aug 2026 to Sep 2026", "99", "2026/29"])
def test_what_names_no_period_or_several_is_none(said: str) -> None:
    with pytest.raises(ValueError, match=r"no month or year, or more than one"):
        Period.read(said)
