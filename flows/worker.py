"""A worker process, in which files that are not ours are read: kept for many files, limited in time and memory.

A file of a few kB can make a reader end its process, fill the memory or run for hours. There it ends the worker alone.
"""

import multiprocessing
import os
import pkgutil
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flows.errors import SetupError
from schemas.findings import Finding, Refusal

if os.name != "nt":
    import resource
    from multiprocessing import forkserver

SECONDS, BYTES_A_SECOND = 300, 100_000  # a small file on a slow machine; what a larger one takes beyond that
MEMORY_BYTES = 3_000_000_000  # a workbook of the most cells that we open takes 2 GB
_HUNGRY = "reading it took too much memory, or ended the reader"
_TRIES = 2  # a process may also be ended by another program; a file that ends two is at fault
_METHOD = "spawn" if os.name == "nt" else "forkserver"
READER = "flows.judging.judge"  # a worker alone imports it, once: what reads files takes a second to import


class Unreadable(Refusal):
    """F030: reading the file failed in a way that nobody foresaw. It names no cell and no file."""

    @classmethod
    def because(cls, why: str) -> "Unreadable":
        """The refusal with its reason."""
        return cls(Finding("F030", details={"why": why}))

    @classmethod
    def of(cls, problem: BaseException) -> "Unreadable":
        """The problem by its type and where it arose. Its words may quote a cell, and are left out."""
        frames = traceback.extract_tb(problem.__traceback__)[-1:]
        return cls.because(
            " at ".join([type(problem).__name__, *(f"{Path(f.filename).name}:{f.lineno}" for f in frames)])
        )


def warm_up(inbox: Path) -> None:
    """Where a file waits, begin to import what the workers read with, beside what the caller does next."""
    if next(inbox.rglob("*.*"), None):
        _begin_import()


def _begin_import() -> None:
    """On Windows each worker imports it for itself."""
    if os.name != "nt":
        forkserver.set_forkserver_preload([READER])
        forkserver.ensure_running()


class Worker:
    """Calls functions with `given` and more in a process of its own, one at a time.

    The process starts with the first call. It ends when the worker is closed or no longer referred to.
    """

    def __init__(self, *given: object, seconds: int = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._given, self._seconds, self._memory_bytes = given, seconds, memory_bytes
        self._connection: Connection | None = None
        self._process: Any = None
        self._sent: tuple[Any, ...] = ()

    def call(self, function: Callable[..., Any] | str, *arguments: object, size_bytes: int = 0) -> Any:
        """What the function returns, or raises as Refusal, SetupError or OSError; it reads a file of that size.

        Raises Unreadable where it fails in any other way, ends its process, or takes too much time or memory.
        """
        self.send(function, *arguments)
        return self.receive(size_bytes)

    def send(self, function: Callable[..., Any] | str, *arguments: object) -> None:
        """Begin a call, which `receive` ends. A function may be given by name, as in `module:function`."""
        self._sent = function, *arguments
        with suppress(BrokenPipeError):  # its process has ended; `receive` starts another
            self._started().send(self._sent)

    def receive(self, size_bytes: int = 0) -> Any:
        """The end of the call that was begun, as `call` has it."""
        for _ in range(_TRIES):
            if answer := self._answer(self._seconds + size_bytes // BYTES_A_SECOND):
                break
            self.send(*self._sent)
        returned, problem = answer or (None, Unreadable.because(_HUNGRY))
        if isinstance(problem, Unreadable):
            self.close()  # the next file meets nothing that this one left behind
        if problem is not None:
            raise problem
        return returned

    def _answer(self, seconds: int) -> tuple[Any, Exception | None] | None:
        """What the process answers within that time; None where it ended instead."""
        connection = self._started()
        if not any(connection.poll(1) for _ in range(seconds)):  # the time that the machine sleeps does not count
            return None, Unreadable.because(f"reading it took longer than {seconds:,} seconds")
        try:
            return connection.recv()
        except (EOFError, OSError):
            self.close()
            return None

    def close(self) -> None:
        """End the process. The next call starts another."""
        if self._connection is not None:
            self._connection.close()
            self._process.kill()
            self._process.join()
            self._connection = None

    def _started(self) -> Connection:
        if self._connection is None:
            _begin_import()
            context: Any = multiprocessing.get_context(_METHOD)
            ours, theirs = context.Pipe()
            arguments = theirs, self._given, self._memory_bytes
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
            self._connection = ours  # not before there is a process to end
        return self._connection


def _serve(connection: Connection, given: tuple[object, ...], memory_bytes: int) -> None:
    """Answer calls until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the run, which ends this
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a reader prints at its end may hold a cell
    _limit(memory_bytes)
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, *arguments = connection.recv()
            connection.send(_answer(function, (*given, *arguments)))


def _limit(memory_bytes: int) -> None:
    """No more memory than that, and no core file, which would hold cells. Windows has no such limits."""
    if os.name != "nt":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(ValueError, OSError):  # macOS has a limit of this name that it may refuse
            resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _answer(function: Callable[..., Any] | str, arguments: tuple[object, ...]) -> tuple[Any, Exception | None]:
    try:
        called = pkgutil.resolve_name(function) if isinstance(function, str) else function
        return called(*arguments), None
    except (Refusal, SetupError) as expected:
        return None, expected
    except MemoryError:
        return None, Unreadable.because(_HUNGRY)
    except BaseException as problem:  # a panic of Rust code is no Exception
        if isinstance(problem, OSError) and problem.errno is not None:
            return None, problem  # the machine's, such as a full disk
        return None, Unreadable.of(problem)
