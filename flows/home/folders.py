"""The folders of the home and the widest rights that each may have on Linux and macOS.

The pipeline's own user reads and writes all of them. docs/governance/roles.md says what each holds, who else may open
it, and what to set on Windows, which keeps rights elsewhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Folder:
    """A folder of the home: its widest rights, and those `init` makes it with."""

    name: str
    widest: int = 0o700
    made: int = 0o700  # 0 where it is made once it is needed


@dataclass(frozen=True)
class Files:
    """Files of the home that may be no wider than `widest`; `cure` mends them, typed in the home folder."""

    name: str
    pattern: str
    widest: int
    cure: str


FOLDERS = (
    Folder("config", widest=0o770),
    Folder("inbox", widest=0o770, made=0o770),
    Folder("landing"),
    Folder("labels", made=0),
    Folder("staged"),
    Folder("warehouse"),
    Folder("findings", widest=0o750),
    Folder("proposed", widest=0o750),
    Folder("history"),
    Folder("restricted", widest=0o750),
    Folder("released", widest=0o755, made=0o755),
    Folder("prefect", made=0),
)
FILES = (
    Files("ledger", "ledger.sqlite*", 0o600, "chmod 600 ledger.sqlite*"),
    Files("work database", "warehouse/*.duckdb*", 0o600, "chmod 600 warehouse/*.duckdb*"),
    Files("analysts' files", "restricted/*.duckdb", 0o640, "chmod g-wx,o= restricted/*.duckdb"),
    Files("landed files", "landing/*", 0o400, "chmod 400 landing/*"),
    Files("labels", "labels/*", 0o600, "chmod 600 labels/*"),
    Files("staged files", "staged/*/*", 0o600, "chmod -R go= staged"),
    Files("history", "history/*", 0o600, "chmod 600 history/*"),
    Files("released files", "released/**/*", 0o755, "chmod -R go-w released"),
)
