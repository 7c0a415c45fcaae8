"""Prefect's API asks for a password wherever other machines can reach it, or no command uses it."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from flows import prefect_server
from flows.errors import SetupError
from flows.monthly import run as walk
from flows.prefect_server import check_reach, free_port, server

ROOT = Path(__file__).parents[2]
HERE, THERE = "http://127.0.0.1:4200/api", "https://prefect.example.org/api"


@pytest.mark.parametrize("url", [None, HERE, "http://localhost:4200/api", "http://[::1]:4200/api"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_an_api_of_this_machine_alone_needs_no_password(url: str | None, host: str) -> None:
    check_reach(url, None, host, None)


@pytest.mark.parametrize("url", [THERE, "http://192.168.1.4:4200/api", "http://localhost.example.org/api", "/api"])
def test_another_machines_api_needs_ours(url: str) -> None:
    with pytest.raises(SetupError, match="set PREFECT_API_AUTH_STRING here"):
        check_reach(url, None, "127.0.0.1", "officer:secret")
    check_reach(url, "officer:secret", "127.0.0.1", None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "trust-server", ""])
def test_a_server_that_others_reach_needs_one(host: str) -> None:
    with pytest.raises(SetupError, match="PREFECT_SERVER_API_HOST lets other machines reach"):
        check_reach(HERE, "officer:secret", host, None)
    check_reach(HERE, "officer:secret", host, "officer:secret")


@pytest.mark.parametrize("name", ["PREFECT_API_URL", "PREFECT_SERVER_API_HOST"])
def test_every_command_that_uses_prefect_refuses_an_open_api(name: str, settings, monkeypatch) -> None:
    from prefect import settings as prefect_settings

    from flows import prefect_flows

    value = THERE if name.endswith("URL") else "0.0.0.0"
    commands = (
        lambda: prefect_flows.call(prefect_flows.monthly),
        lambda: prefect_flows.call(prefect_flows.publish),
        lambda: prefect_flows.call(prefect_flows.backfill, "2026-09", "2026-09"),
        lambda: prefect_flows.schedule(settings, print),
    )
    monkeypatch.setattr(prefect_flows.signal, "signal", lambda *_: None)  # the test's own process keeps its handlers
    with prefect_settings.temporary_settings({getattr(prefect_settings, name): value}):
        for command in commands:
            with pytest.raises(SetupError, match=name):
                command()


def test_a_port_that_is_taken_is_told_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} is taken; .* PREFECT_API_URL=http://127.0.0.1:{port}/api"):
            free_port(port)


@pytest.fixture
def no_server() -> Iterator[None]:
    """Prefect's settings without the server that other tests share."""
    from prefect import settings as prefect_settings

    shared = {prefect_settings.PREFECT_API_URL, prefect_settings.PREFECT_SERVER_DATABASE_CONNECTION_URL}
    with prefect_settings.temporary_settings(restore_defaults=shared):
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("no_server")
def test_a_run_without_a_server_of_the_users_has_one_that_ends_with_it_and_keeps_its_history_in_the_home(
    settings, monkeypatch
) -> None:
    from prefect import settings as prefect_settings

    from flows import prefect_flows

    monkeypatch.setattr(walk, "monthly", lambda *_: walk.Month((), (), None))
    with server(settings) as wait:
        url = prefect_settings.PREFECT_API_URL.value()
        wait()
        assert httpx.get(f"{url}/health", timeout=10).status_code == 200
        assert prefect_flows.call(prefect_flows.monthly) == walk.Month((), (), None)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health", timeout=10)
    with closing(sqlite3.connect(settings.home / "prefect/prefect.db")) as history:
        assert history.execute("SELECT name FROM flow").fetchall() == [("monthly",)]
        assert history.execute("SELECT DISTINCT state_type FROM flow_run").fetchall() == [("COMPLETED",)]
        assert history.execute("SELECT message FROM log WHERE message LIKE 'Finished in state %'").fetchall()


@pytest.mark.slow
def test_a_server_ends_with_a_run_that_is_killed(settings) -> None:
    program = (
        "import os\n"
        "from flows.prefect_server import server, prefect_settings\n"
        "from flows.settings import load_settings\n"
        "with server(load_settings()) as wait:\n"
        "    wait(); print(prefect_settings.PREFECT_API_URL.value(), flush=True); os._exit(9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert killed.returncode == 9
    until = time.monotonic() + 60
    with pytest.raises(httpx.ConnectError):
        while time.monotonic() < until:
            httpx.get(f"{killed.stdout.strip()}/health", timeout=10)
            time.sleep(0.2)


@pytest.mark.usefixtures("no_server")
def test_a_server_that_does_not_start_is_told_with_where_to_look(settings, monkeypatch) -> None:
    monkeypatch.setattr(prefect_server.sys, "executable", "false")
    with (
        server(settings) as wait,
        pytest.raises(SetupError, match=r"did not start; see prefect/server.log in the home folder"),
    ):
        wait()


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("content", [b"garbage" * 999, b""])
def test_a_damaged_database_of_prefect_is_made_again_and_a_new_one_stays(
    settings, monkeypatch, capsys, content: bytes
) -> None:
    monkeypatch.setattr(prefect_server.sys, "executable", "false")
    database = settings.home / "prefect" / "prefect.db"
    database.parent.mkdir()
    database.write_bytes(content)
    with server(settings):
        assert database.exists() is not bool(content)
    assert ("Prefect's database was damaged" in capsys.readouterr().err) is bool(content)
