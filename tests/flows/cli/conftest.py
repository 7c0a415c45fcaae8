"""What the tests of this room share: a command line to call."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.__main__ import main
from tests.lib.command_line import Answer, Say


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Call the command line with these words."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Answer:
        monkeypatch.setattr("sys.argv", ["research-culture", *words])
        with pytest.raises(SystemExit) as end:
            main()
        read = capsys.readouterr()
        assert "Traceback" not in read.err
        return Answer(int(end.value.code or 0), read.out, read.err)

    return call
