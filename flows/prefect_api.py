"""Prefect's API: its port here, and a password where other machines can reach it."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from flows.errors import SetupError


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
