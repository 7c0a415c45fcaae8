"""A terminal of 100 columns and 30 lines, as a person has before them: what a command writes into it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

COLUMNS, LINES = 100, 30
UNSEEN = re.compile(r"\x1b\[(?!\d*A|2K)[0-9;?]*[A-Za-z]")  # colours and the like: all but a line up, a line erased


def typed(*words: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """The exit code of `research-culture` with these words, and every byte that it wrote into the terminal, as text."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", "PAGER": "cat", **environment}
    for name in ("COLUMNS", "LINES"):
        variables.pop(name, None)
    command = [sys.executable, "-m", "flows", *words]
    process = subprocess.Popen(
        command, cwd=cwd, env=variables, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    return process.wait(), written.decode()


def screen(written: str) -> list[str]:
    """The lines that are left on the screen of what was written: no line that a later one took the place of."""
    lines, at = [""], 0
    for piece in re.split(r"(\r\n|\r|\n|\x1b\[\d*A|\x1b\[2K)", UNSEEN.sub("", written)):
        if piece in ("\r\n", "\n"):
            at += 1
            lines += [""] * (at + 1 - len(lines))
        elif match := re.fullmatch(r"\x1b\[(\d*)A", piece):
            at = max(at - int(match[1] or 1), 0)
        elif piece == "\x1b[2K":
            lines[at] = ""
        elif piece and piece != "\r":
            lines[at] += piece
    return [line.rstrip() for line in lines]
