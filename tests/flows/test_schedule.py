"""Prefect on this machine: a real schedule and server, and the deployments for a work pool of one's own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
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


def finished_runs(port: int, served: subprocess.Popen[str], flow: str) -> list[dict[str, Any]]:
    """The flow's finished runs, waited for up to 180 seconds."""
    asked = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}}}
    until = time.monotonic() + 180
    while time.monotonic() < until and served.poll() is None:
        time.sleep(2)
        with suppress(httpx.HTTPError):
            answer = httpx.post(f"http://127.0.0.1:{port}/api/flow_runs/filter", json=asked, timeout=10, auth=PASSWORD)
            if answer.is_success and answer.json():
                return answer.json()
    return []


@pytest.mark.slow
def test_a_real_server_runs_the_month_by_itself_and_an_approval_when_asked_and_all_stops_with_the_schedule(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", ":".join(PASSWORD))
    monkeypatch.setenv("RESEARCH_CULTURE_CRON", "* * * * *")
    monkeypatch.setenv("RESEARCH_CULTURE_AUTO_APPROVE", "false")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (settings.inbox / "ZZ1").mkdir()
    (settings.inbox / "ZZ1" / "a.csv").write_text("Who,Group,Day,Count\nheadcount,All staff,30/09/2026,50\n")
    served = subprocess.Popen([sys.executable, "-m", "flows", "schedule"], stdout=subprocess.PIPE, text=True)
    try:
        assert [one["state_type"] for one in finished_runs(port, served, "monthly")][:1] == ["COMPLETED"]
        (page,) = settings.proposed.glob("*.md")
        assert not (settings.released / "current.json").exists()
        monthly, approve = (
            httpx.get(f"http://127.0.0.1:{port}/api/deployments/name/{name}/{name}", timeout=10, auth=PASSWORD).json()
            for name in ("monthly", "approve")
        )
        for wrong in (None, ("officer", "")):
            assert httpx.get(f"http://127.0.0.1:{port}/api/admin/version", timeout=10, auth=wrong).status_code == 401
        asked = {"parameters": {"release_id": page.stem, "approved_by": "An Approver", "reason": "as discussed"}}
        httpx.post(
            f"http://127.0.0.1:{port}/api/deployments/{approve['id']}/create_flow_run",
            json=asked,
            timeout=10,
            auth=PASSWORD,
        )
        assert [one["state_type"] for one in finished_runs(port, served, "approve")] == ["COMPLETED"]
    finally:
        served.terminate()
        said, _ = served.communicate(timeout=60)
    schedule = monthly["schedules"][0]["schedule"]
    assert (schedule["cron"], schedule["timezone"]) == ("* * * * *", "Europe/London")
    assert (monthly["entrypoint"], monthly["parameters"]) == ("flows.prefect_flows.monthly", {})
    assert (approve["schedules"], sorted(approve["parameter_openapi_schema"]["required"])) == (
        [],
        ["approved_by", "release_id"],
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
