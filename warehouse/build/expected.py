"""Great Expectations: suites over small frames, in a process of their own.

Its import takes seconds. So it begins while tables are built, and only where something is to be looked at.
"""

import io
import json
import logging
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Expectation = Mapping[str, Any]
Suite = Sequence[Expectation]
Suites = Mapping[str, Suite]
Met = Mapping[str, Sequence[bool]]  # table -> whether each expectation of its suite is met, in order


class Expectations:
    """A process for one look. It ends by itself when this one does, however that ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin the import, unless that is done."""
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        if self._process is None:
            # What it prints may quote a cell, so nobody reads that.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
            )

    def look(self, frames: Mapping[str, Any], suites: Suites) -> Met:
        """Whether each expectation of each frame's suite is met. Raises RuntimeError if the process fails."""
        self.start()
        assert self._process is not None
        answer, _ = self._process.communicate(pickle.dumps((frames, {table: suites[table] for table in frames})))
        if self._process.returncode:
            raise RuntimeError("Great Expectations ended early")
        return dict(json.loads(answer))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@contextmanager
def expectations() -> Iterator[Expectations]:
    """Expectations whose process has ended after the block."""
    made = Expectations()
    try:
        yield made
    finally:
        made.close()


def serve() -> None:
    """Import Great Expectations, wait for frames and suites on standard input, and answer on standard output."""
    answer, sys.stdout = sys.stdout, io.StringIO()
    _context()
    if given := sys.stdin.buffer.read():
        answer.write(json.dumps(validate(*pickle.loads(given))))


def validate(frames: Mapping[str, Any], suites: Suites) -> Met:
    """Whether each expectation of each frame's suite is met, looked at in this process."""
    gx, context = _context()
    source = context.data_sources.add_pandas("frames")
    found = {}
    for table, frame in frames.items():
        batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
        suite = gx.ExpectationSuite(table, [{"type": one["type"], "kwargs": one["kwargs"]} for one in suites[table]])
        results = batch.get_batch({"dataframe": frame.to_pandas()}).validate(suite).results
        met = {(r.expectation_config.type, r.expectation_config.kwargs["column"]): bool(r.success) for r in results}
        found[table] = [met[one["type"], one["kwargs"]["column"]] for one in suites[table]]
    return found


def _context() -> tuple[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Great Expectations 1.24 imports what Python gives up
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it names its temporary folder otherwise
        context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return gx, context
