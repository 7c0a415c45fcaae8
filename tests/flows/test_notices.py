"""Notices: off until configured, received by a real service on this machine, without data, and never in a run's way."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from flows.errors import SetupError
from flows.home.doctor import diagnose
from flows.monthly.ingest import Outcome
from flows.monthly.run import Month, exclusive_ledger
from flows.notices import notify, places, send
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.command_line import GOOD
from tests.lib.walk import NOW, Put, proposed
from warehouse.ledger.store import Ledger

SECRET = "password-7312345"
REFUSED = Outcome("S-1", State.REJECTED, "ZZ1", "survey", "smiths-team", "2026-09", sentences=('"Smith" is no number',))
UNDECLARED = Outcome("S-2", State.REJECTED, "Jane Smith")
HELD = Outcome("S-3", State.HELD, "ZZ2", "job_plan")
KEPT = Outcome("S-4", State.LOADED, "ZZ2", is_kept=True)


@pytest.fixture
def service() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A service on this machine that takes notices: its address for Apprise, and what it was sent."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"json://user:{SECRET}@127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def configure(settings: Settings, *lines: str, mode: int = 0o600) -> None:
    settings.notices.write_text("\n".join(("# where to", "", *lines)), encoding="utf-8")
    settings.notices.chmod(mode)


def no_block(*_: str) -> None:
    raise AssertionError("no block is declared")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with exclusive_ledger(settings) as ledger:
        yield ledger


Service = tuple[str, list[dict[str, Any]]]


def test_nothing_is_sent_before_a_place_is_declared(settings: Settings, ledger: Ledger) -> None:
    assert (places(settings), notify(settings, ledger, Month((REFUSED,), (), None), NOW, no_block)) == ((), ())
    assert (
        "config/notices.txt names no place"
        in {d.subject: d.sentence for d in diagnose(settings, bool, places)}["notices"]
    )


def test_a_notice_says_how_many_and_what_is_late_and_nothing_of_a_file_or_person(
    settings: Settings, ledger: Ledger, service: Service
) -> None:
    address, received = service
    configure(settings, address)
    (settings.config / "calendar.csv").write_text(
        "organisation_code,dataset,from_date,months,days_after\nZZ2,survey,2026-08-01,8,10\n", encoding="utf-8"
    )
    proposed(settings, ledger, "r1")
    assert notify(settings, ledger, Month((REFUSED, UNDECLARED, HELD, KEPT), (), None), NOW, no_block) == ()
    (notice,) = received
    assert notice["title"] == "research-culture"
    assert notice["message"].splitlines() == [
        "Files refused: 3 (ZZ1 1, ZZ2 1, others 1).",
        "Files held until someone confirms: 1 (ZZ2 1).",
        "Release r1 waits for approval.",
        "Overdue: ZZ2 survey 2026-08.",
    ]
    assert "mith" not in json.dumps(notice) and "is fictional" not in json.dumps(notice)


def test_the_same_is_not_said_twice_and_nothing_is_sent_where_there_is_nothing_to_do(
    settings: Settings, ledger: Ledger, service: Service
) -> None:
    address, received = service
    configure(settings, address)
    for number, outcomes in enumerate([(), (REFUSED,), (REFUSED,), (), (UNDECLARED, REFUSED)]):
        assert notify(settings, ledger, Month(outcomes, (), None), NOW + timedelta(minutes=number), no_block) == ()
    assert [one["message"] for one in received] == ["Files refused: 1 (ZZ1 1).", "Files refused: 2 (ZZ1 1, others 1)."]
    assert len(ledger.rows("SELECT * FROM audit WHERE action = 'notice'")) == 2


def test_a_place_that_does_not_answer_is_told_without_its_password_and_tried_again(
    settings: Settings, ledger: Ledger, service: Service, capsys: pytest.CaptureFixture[str], caplog: Any
) -> None:
    address, received = service
    configure(settings, f"{address}/broken", address)
    for minutes in (0, 1):
        (told,) = notify(settings, ledger, Month((REFUSED,), (), None), NOW + timedelta(minutes=minutes), no_block)
        assert told.startswith("Place 1 of config/notices.txt did not take the notice; see that its address is right")
    assert len(received) == 4
    out = capsys.readouterr()
    assert SECRET not in out.out + out.err + caplog.text + told


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_passwords_that_others_can_read_send_nothing_and_the_doctor_says_what_to_do(
    settings: Settings, ledger: Ledger, service: Service, mode: int
) -> None:
    address, received = service
    configure(settings, address, mode=mode)
    (told,) = notify(settings, ledger, Month((REFUSED,), (), None), NOW, no_block)
    assert told.startswith("No notice was sent: others can read notices.txt") and not received
    (ill,) = [d for d in diagnose(settings, bool, places) if not d.is_well]
    assert (ill.subject, "run `chmod 600 config/notices.txt`" in ill.sentence) == ("notices", True)
    settings.notices.chmod(0o600)
    assert stat.S_IMODE(settings.notices.stat().st_mode) == 0o600 and places(settings) == (address,)


@pytest.mark.parametrize("line", ["research office", "nosuch://host", "prefect:teams-webhook", "prefect:a/b/c"])
def test_a_line_that_is_no_place_is_named_by_its_number(settings: Settings, line: str) -> None:
    configure(settings, "prefect:slack-webhook/research", line)
    with pytest.raises(SetupError, match=r"notices.txt, line 4 is no Apprise URL") as told:
        places(settings)
    assert line not in str(told.value)


def test_whatever_fails_the_run_goes_on(settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(settings, "prefect:slack-webhook/research")
    assert send(places(settings), "a test", no_block)[0].startswith("Place 1 of config/notices.txt did not take")
    monkeypatch.setattr("flows.notices.send", no_block)
    (told,) = notify(settings, ledger, Month((REFUSED,), (), None), NOW, no_block)
    assert told == "No notice was sent: AssertionError; try `research-culture notify`."


def test_a_run_of_the_command_line_sends_its_notice(
    settings: Settings, quick_walk: None, put: Put, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.cli.app import walk

    address, received = service
    configure(settings, address, "prefect:slack-webhook/research")
    blocks: list[tuple[str, ...]] = []
    monkeypatch.setattr("flows.cli.app.to_block", lambda *given: blocks.append(given))
    put("ZZ1/Smith.csv", "Colour,Taste\nred,sour\n")
    month = walk("monthly", no_server=True)
    assert len(month.refused) == 1 and not [one for one in month.sentences if "notice" in one]
    assert [one["message"] for one in received] == ["Files refused: 1 (ZZ1 1)."]
    assert blocks == [("slack-webhook/research", "research-culture", "Files refused: 1 (ZZ1 1).")]


def test_a_block_of_prefect_takes_the_notice_of_its_flow(
    settings: Settings, quick_walk: None, put: Put, service: Service, prefect_server: Callable[[], str]
) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    from flows import prefect_flows

    address, received = service
    url = f"http://127.0.0.1:{address.rpartition(':')[2]}/hook"
    block = CustomWebhookNotificationBlock(
        name="office", url=url, json_data={"text": "{{body}}", "about": "{{subject}}"}
    )
    block.save("research-office", overwrite=True)
    configure(settings, "prefect:custom-webhook/research-office", "prefect:custom-webhook/not-there")
    put("ZZ1/Smith.csv", "Colour,Taste\nred,sour\n")
    put("ZZ1/good.csv", GOOD)
    month = prefect_flows.call(prefect_flows.monthly)
    assert received == [{"text": "Files refused: 1 (ZZ1 1).", "about": "research-culture"}]
    assert month.sentences[0].startswith("Place 2 of config/notices.txt did not take the notice")
    assert "Smith" not in prefect_server()
