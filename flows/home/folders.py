"""The folders of the home: who reads and writes each, and the widest rights that it may have on Linux and macOS.

The pipeline's own user reads and writes all of them. Windows keeps rights elsewhere: docs/roles.md says what to set.
"""

from dataclasses import dataclass

ROLES = {
    "loader": "puts files into the inbox, sends findings back, asks for the status",
    "approver": "looks at what is proposed, and approves or declines it",
    "analyst": "works on pseudonymised records",
    "reader": "reads releases",
}


@dataclass(frozen=True)
class Folder:
    """A folder of the home: what it holds, which roles it is for, its widest rights, and those `init` makes it with."""

    name: str
    holds: str
    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
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
    Folder(
        "config",
        "organisations, settings, your own layouts and codelists",
        readers=("loader",),
        writers=("loader",),
        widest=0o770,
    ),
    Folder(
        "inbox",
        "files on their way in: **with identifiers**",
        readers=("loader",),
        writers=("loader",),
        widest=0o770,
        made=0o770,
    ),
    Folder("landing", "what came, unchanged: **with identifiers**"),
    Folder("labels", "how each landed file was sent, with its name", made=0),
    Folder("staged", "pseudonymised rows"),
    Folder("warehouse", "the work database"),
    Folder(
        "findings",
        "workbooks to send back: row numbers and headings, no identifiers",
        readers=("loader",),
        widest=0o750,
    ),
    Folder(
        "proposed",
        "the release that waits for approval, and what each proposal said",
        readers=("approver",),
        widest=0o750,
    ),
    Folder("history", "what people added to the figures of each release, without pseudonyms"),
    Folder("restricted", "pseudonymised records for analysis, withdrawn releases", readers=("analyst",), widest=0o750),
    Folder("released", "releases", readers=tuple(ROLES), widest=0o755, made=0o755),
    Folder("prefect", "Prefect's database and log, where it runs", made=0),
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
