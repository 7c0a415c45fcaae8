"""Nothing calls out: a month, with and without Prefect, while every connection but loopback is refused and noted."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from flows.settings import Settings
from tests.lib.walk import Put, counts

HOOK = """
import ipaddress, os, sys

def is_near(host):
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False

def refuse(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        host = args[1][0] if isinstance(args[1], tuple) else None  # else a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if not is_near(host):
        with open(os.environ["TRIED"], "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError("no connection leaves this test")

sys.addaudithook(refuse)
"""


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was tried, a line each, by any Python that is started from here and by those that it starts."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "hook"), str(Path(__file__).parents[2]))))
    monkeypatch.setenv("TRIED", str(tmp_path / "tried.txt"))
    return tmp_path / "tried.txt"


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=300)


def test_the_hook_sees_a_connection_and_a_question_for_a_name(tried: Path) -> None:
    for call in ("create_connection(('192.0.2.1', 9), 1)", "getaddrinfo('example.org', 80)"):
        assert "no connection leaves this test" in python("-c", f"import socket; socket.{call}").stderr
    assert tried.read_text().splitlines() == ["socket.getaddrinfo 192.0.2.1", "socket.getaddrinfo example.org"]


@pytest.mark.slow
def test_a_month_tries_no_connection_with_and_without_prefect(settings: Settings, put: Put, tried: Path) -> None:
    for name, switch in (("a", "--no-server"), ("b", "")):
        put(f"ZZ{1 + (name == 'b')}/{name}.csv", counts(medical=50, nurses=70))
        done = python("-m", "flows", "run", *filter(None, [switch]))
        assert (done.returncode, "is now current" in done.stdout) == (0, True), done.stderr
    assert not tried.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize("command", ["doctor", "run"])
def test_prefect_does_not_begin_to_collect_usage_data_in_a_terminal(
    settings: Settings, tmp_path: Path, command: str
) -> None:
    import pty

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "DO_NOT_TRACK")}
    environment = {**kept, "PREFECT_HOME": str(tmp_path / "prefect")}
    program = [sys.executable, "-m", "flows", command]
    shown = b""
    with subprocess.Popen(program, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        with suppress(OSError):  # its end, on Linux
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert shown and b"anonymous" not in shown
