"""Where workers share the cores, each test's DuckDB keeps to one thread: more would take turns with the others'."""

from __future__ import annotations

import os
from typing import Any

import duckdb
import pytest

pytest_plugins = ["tests.lib.browser"]


@pytest.fixture(scope="session", autouse=True)
def one_thread_a_worker() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    connect = duckdb.connect

    def connect_with_one_thread(*args: Any, config: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        return connect(*args, config={"threads": 1, **(config or {})}, **kwargs)

    duckdb.connect = connect_with_one_thread
