"""Prefect on this machine: a real schedule and server, and the deployments for a work pool of one's own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from flows.settings import Settings

pytestmark = pytest.mark.usefixtures("settings")
PASSWORD = ("officer", "secret")  # of the real server: whoever does not send it is turned away


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answered(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def told(port: int, path: str, asked: dict[str, Any] | None = None) -> Any:
    """What the server's API answers."""
    method = "GET" if asked is None else "POST"
    answer = httpx.request(method, f"http://127.0.0.1:{port}/api/{path}", json=asked, timeout=10, auth=PASSWORD)
    return answer.raise_for_status().json()


def waited_for(look: Callable[[], Any], served: subprocess.Popen[str]) -> Any:
    """The first answer that is there, waited for up to 180 seconds."""
    until = time.monotonic() + 180
    while time.monotonic() < until and served.poll() is None:
        with suppress(httpx.HTTPError):
            if found := look():
                return found
        time.sleep(0.5)
    raise AssertionError("the server did not answer in time")


def run_now(port: int, served: subprocess.Popen[str], name: str, **parameters: str) -> tuple[dict[str, Any], str]:
    """Start the deployment's flow, as Prefect's pages do; the deployment, and the type of the state it ended in."""
    deployment = waited_for(lambda: told(port, f"deployments/name/{name}/{name}"), served)
    asked = {"parameters": parameters, "idempotency_key": name}  # asked again where Prefect's SQLite is busy (503)
    run = waited_for(lambda: told(port, f"deployments/{deployment['id']}/create_flow_run", asked), served)

    def ended() -> str | None:
        state = told(port, f"flow_runs/{run['id']}")["state_type"]
        return state if state in ("COMPLETED", "FAILED", "CRASHED") else None

    return deployment, waited_for(ended, served)


@pytest.mark.slow
def test_a_real_server_runs_the_month_and_an_approval_when_asked_and_all_stops_with_the_schedule(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", ":".join(PASSWORD))
    monkeypatch.setenv("RESEARCH_CULTURE_CRON", "30 5 2 1 *")
    monkeypatch.setenv("RESEARCH_CULTURE_AUTO_APPROVE", "false")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (settings.inbox / "ZZ1").mkdir()
    (settings.inbox / "ZZ1" / "a.csv").write_text("Who,Group,Day,Count\nheadcount,All staff,30/09/2026,50\n")
    served = subprocess.Popen([sys.executable, "-m", "flows", "schedule"], stdout=subprocess.PIPE, text=True)
    try:
        monthly, ended = run_now(port, served, "monthly")
        assert ended == "COMPLETED"
        (page,) = settings.proposed.glob("*.html")
        assert not (settings.released / "current.json").exists()
        for wrong in (None, ("officer", "")):
            assert httpx.get(f"http://127.0.0.1:{port}/api/admin/version", timeout=10, auth=wrong).status_code == 401
        decision = {"release_id": page.stem, "approved_by": "An Approver", "reason": "as discussed"}
        approve, ended = run_now(port, served, "approve", **decision)
        assert ended == "COMPLETED"
    finally:
        served.terminate()
        said, _ = served.communicate(timeout=60)
    schedule = monthly["schedules"][0]["schedule"]
    assert (schedule["cron"], schedule["timezone"]) == ("30 5 2 1 *", "Europe/London")
    assert (monthly["entrypoint"], monthly["parameters"]) == ("flows.prefect_flows.monthly", {})
    assert (approve["schedules"], sorted(approve["parameter_openapi_schema"]["required"])) == (
        [],
        ["approved_by", "reason", "release_id"],
    )
    assert json.loads((settings.released / "current.json").read_text())["release_id"] == page.stem
    assert f"Prefect's pages: http://127.0.0.1:{port}" in said and said.endswith("Stopped.\n")
    assert served.returncode == 0 and not is_answered(port)


def test_the_work_pools_deployments_are_flows_of_ours_and_hold_no_secret() -> None:
    from prefect import Flow

    declared = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text(encoding="utf-8"))
    for deployment in declared["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        found = getattr(import_module(module), name)
        assert isinstance(found, Flow) and found.name == deployment["name"]
        assert "parameters" not in deployment and deployment["concurrency_limit"] == 1
        assert set(deployment["work_pool"]["job_variables"]["env"]) == {
            "DO_NOT_TRACK",
            "PREFECT_SERVER_ANALYTICS_ENABLED",
        }
    schedules = {one["name"]: one.get("schedules") for one in declared["deployments"]}
    monthly = [{"cron": Settings.model_fields["cron"].default, "timezone": "Europe/London"}]
    assert schedules == {"monthly": monthly, "publish": None, "approve": None, "backfill": None}
