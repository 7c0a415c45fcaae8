"""Prefect's server: the user's own, else one of ours that ends with the command; and a password where others reach it.

Of Prefect this needs the settings and the client alone, so that flows can be imported while the server starts. Without
a server of the user's, Prefect's history is kept in the home folder. The user's own profile and server never change.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from prefect import settings as prefect_settings
from prefect.client.orchestration import get_client
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows.errors import SetupError, tell
from flows.settings import Settings, require_home
from warehouse.ledger.lock import is_damaged

START_SECONDS = 120  # a slow laptop's first start makes the database too
# Prefect's command, which ends when the process that started it has ended, however that was: its input ends then.
_SERVE = """
import os, runpy, signal, threading
threading.Thread(target=lambda: (os.read(0, 1), os.kill(os.getpid(), signal.SIGTERM)), daemon=True).start()
runpy.run_module("prefect", run_name="__main__")
"""
# What a server for one command does without: pages, and the services that start, watch or clean up other runs.
_SPARE = {
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    **{
        f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in ("SCHEDULER", "LATE_RUNS", "TRIGGERS", "FOREMAN")
    },
}


@contextmanager
def server(settings: Settings) -> Iterator[Callable[[], None]]:
    """Prefect's settings name a server: the one that PREFECT_API_URL names, else one that ends with the block.

    That one is starting when the block begins; call what is given to wait for it. Raises SetupError without a home, or
    where other machines reach an API freely, and from the waiting where the server does not start.
    """
    if has_server():
        yield lambda: None
    else:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        no_pages = prefect_settings.temporary_settings({prefect_settings.PREFECT_UI_URL: ""})
        with own_server(settings, port, _SPARE) as wait, no_pages:
            yield wait


def has_server() -> bool:
    """True where PREFECT_API_URL names a server. Raises SetupError where other machines reach an API freely."""
    url, password = prefect_settings.PREFECT_API_URL.value(), prefect_settings.PREFECT_API_AUTH_STRING.value()
    server = prefect_settings.PREFECT_SERVER_API_HOST.value(), prefect_settings.PREFECT_SERVER_API_AUTH_STRING.value()
    check_reach(url, password or prefect_settings.PREFECT_API_KEY.value(), *server)
    return bool(url)


@contextmanager
def own_server(settings: Settings, port: int, environment: Mapping[str, str]) -> Iterator[Callable[[], None]]:
    """A Prefect server on 127.0.0.1 for as long as the block lasts, with its database in the home folder.

    Gives what waits for it. Raises SetupError without a home.
    """
    require_home(settings)
    home = settings.home.resolve() / "prefect"
    home.mkdir(mode=0o700, exist_ok=True)
    if is_damaged(home / "prefect.db"):
        for file in home.glob("prefect.db*"):
            file.unlink()
        tell("Prefect's database was damaged. It is made again, without the history of runs; the ledger has it all.")
    process = _start(home, port, environment)
    try:
        with prefect_settings.temporary_settings(
            {
                prefect_settings.PREFECT_HOME: home,
                prefect_settings.PREFECT_API_URL: f"http://127.0.0.1:{port}/api",
                prefect_settings.PREFECT_API_AUTH_STRING: prefect_settings.PREFECT_SERVER_API_AUTH_STRING.value(),
                prefect_settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,  # it would outlast the flow by a second
            }
        ):
            try:
                yield partial(_wait_for, process)
            finally:
                for worker in (APILogWorker, EventsWorker):
                    worker.drain_all()  # else they would wait for the server long after its end, and complain
    finally:
        _stop(process)


def _start(home: Path, port: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SERVE, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    chosen = prefect_settings.get_current_settings().to_environment_variables(exclude_unset=True)
    log_level = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "NOTSET"}  # server.log has what a screen leaves out
    variables = {**os.environ, **chosen, **environment, **log_level, "PREFECT_HOME": str(home)}
    with (home / "server.log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches us first and the server goes last.
        return subprocess.Popen(
            command, env=variables, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        )


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        with get_client(sync_client=True) as client:
            if client.api_healthcheck() is None:
                return
        if process.poll() is not None or time.monotonic() > until:
            raise SetupError(
                "Prefect's server did not start; see prefect/server.log in the home folder. Deleting prefect/prefect.db"
                " loses no more than the history of runs, and --no-server does without"
            )
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        process.kill()


def check_reach(url: str | None, password: str | None, host: str, server_password: str | None) -> None:
    """Raise SetupError where an API that other machines can reach asks for no password.

    `url` names the server that we use, `host` is where a server of this machine listens; the passwords are Prefect's
    auth strings (docs.prefect.io, "How to secure a self-hosted Prefect server").
    """
    if url and not is_loopback(urlsplit(url).hostname or "") and not password:
        raise SetupError(
            "PREFECT_API_URL names another machine, and its API must ask for a password; set PREFECT_API_AUTH_STRING"
            " here, and PREFECT_SERVER_API_AUTH_STRING to the same where the server runs"
        )
    if not is_loopback(host) and not server_password:
        raise SetupError(
            "PREFECT_SERVER_API_HOST lets other machines reach Prefect's API without a password; set"
            " PREFECT_SERVER_API_AUTH_STRING and PREFECT_API_AUTH_STRING to the same user:password, or unset the host"
        )


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine reaches."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(port: int) -> int:
    """The port. Raises SetupError where something answers there already."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            url = f"http://127.0.0.1:{port}/api"
            raise SetupError(f"port {port} is taken; stop what runs there, or set PREFECT_API_URL={url} to use it")
    return port
