"""What a reader does to its process is its own: the worker answers with a refusal, and reads the next file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.errors import SetupError
from flows.worker import Unreadable, Worker
from schemas.findings import Finding, Refusal

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit or signal")


class Panic(BaseException):
    """As pyo3 raises it."""


def give(given: str, more: int) -> tuple[str, int, int]:
    return given, more, os.getpid()


def fail(_: str, problem: str) -> None:
    raise {
        "panic": Panic("7312345"),
        "error": KeyError("7312345"),
        "refusal": Refusal(Finding("F001")),
        "set-up": SetupError("no key is set"),
        "disk": OSError(28, "No space left on device"),
        "odd": OSError("7312345"),
        "memory": MemoryError(),
        "exit": SystemExit(3),
    }[problem]


def kill(_: str, number: int) -> None:
    os.kill(os.getpid(), number)


def killed_once(_: str, mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


def hoard(_: str) -> int:
    return len(bytearray(10**10))


def sleep(_: str) -> None:
    time.sleep(60)


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker("given", memory_bytes=2_000_000_000)


def test_one_process_answers_many_calls(worker: Worker) -> None:
    answers = [worker.call(give, number) for number in (1, 2)]
    assert [answer[:2] for answer in answers] == [("given", 1), ("given", 2)]
    assert answers[0][2] == answers[1][2] != os.getpid()


@pytest.mark.parametrize("problem", ["panic", "error", "odd", "exit"])
def test_what_nobody_foresaw_refuses_the_file_without_its_words(worker: Worker, problem: str) -> None:
    with pytest.raises(Unreadable) as caught:
        worker.call(fail, problem)
    sentence = caught.value.findings[0].sentence
    assert "at test_worker.py:" in sentence and "7312345" not in sentence
    assert worker.call(give, 1)[:2] == ("given", 1)


@pytest.mark.parametrize("problem, kind", [("refusal", Refusal), ("set-up", SetupError), ("disk", OSError)])
def test_refusals_and_what_is_not_the_files_fault_are_raised_as_they_are(
    worker: Worker, problem: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        worker.call(fail, problem)
    assert not isinstance(caught.value, Unreadable)


@on_posix
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_a_file_that_ends_the_process_is_refused_and_the_next_is_read(worker: Worker, number: int) -> None:
    with pytest.raises(Unreadable, match="F030"):
        worker.call(kill, number)
    assert worker.call(give, 1)[:2] == ("given", 1)


@on_posix
def test_a_process_that_another_program_ends_is_no_fault_of_the_file(worker: Worker, tmp_path: Path) -> None:
    assert worker.call(killed_once, tmp_path / "mark") == "read"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its limit")
def test_a_file_that_takes_too_much_memory_is_refused(worker: Worker) -> None:
    with pytest.raises(Unreadable) as caught:
        worker.call(hoard)
    assert "took too much memory" in caught.value.findings[0].sentence


def test_a_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        Worker("given", seconds=2).call(sleep, size_bytes=99_999)
    assert "took longer than 2 seconds" in caught.value.findings[0].sentence


def test_what_reads_files_is_imported_by_the_worker_alone() -> None:
    asked = "import sys, flows.monthly.run; print({'pandas', 'pandera', 'scipy'} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"


def test_a_worker_whose_process_cannot_start_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", no_more)
    worker = Worker("given")
    with pytest.raises(BlockingIOError):
        worker.call(give, 1)
    worker.close()
