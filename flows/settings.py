"""Settings: one frozen object, from `config/settings.toml` and the environment, and the folders that follow."""

from __future__ import annotations

import getpass
import hashlib
import os
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.rulebook import Rulebook, load_rulebook

PREFIX = "RESEARCH_CULTURE_"
SHARED = "shared"  # the domain of pseudonyms where linking over organisations is agreed


class SetupError(Exception):
    """The pipeline is not set up to run; the message says what is missing and what to do, never a path or value."""


class UsageError(SetupError):
    """What was asked for cannot be; the message says what to ask for instead."""


class Settings(BaseSettings):
    """Every setting, each also an environment variable with the prefix RESEARCH_CULTURE_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(Path("research-culture-home"), description="Folder that holds everything but the key.")
    key: Path | None = Field(None, description="File of the pseudonymisation key, kept apart from the home.")
    cron: str = Field("0 6 2 * *", description="When the schedule runs, as cron in Europe/London.")
    settle_seconds: float = Field(2.0, ge=0, description="A file must keep its size for so long before it is taken.")
    link_organisations: bool = Field(False, description="One pseudonym over organisations, where that is agreed.")
    auto_approve: bool = Field(False, description="Release by itself where every check is met and nothing is held.")
    loss_pct: float = Field(20, gt=0, le=100, description="A correction that loses more rows than this is held.")

    @property
    def config(self) -> Path:
        """What the user declares: organisations, layouts, codelists."""
        return self.home / "config"

    @property
    def inbox(self) -> Path:
        """Where files are put."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        """Immutable copies of all that came."""
        return self.home / "landing"

    @property
    def staged(self) -> Path:
        """Pseudonymised Parquet, a folder a submission."""
        return self.home / "staged"

    @property
    def ledger(self) -> Path:
        """The record of submissions and releases."""
        return self.home / "ledger.sqlite"

    @property
    def work(self) -> Path:
        """The work database; it can be deleted and rebuilt."""
        return self.home / "warehouse" / "work.duckdb"

    @property
    def findings(self) -> Path:
        """Workbooks to send back."""
        return self.home / "findings"

    @property
    def analyst_file(self) -> Path:
        """Core and marts for named analysts."""
        return self.home / "restricted" / "analyst.duckdb"

    @property
    def proposed(self) -> Path:
        """The release that waits for approval, and the page of each that was proposed."""
        return self.home / "proposed"

    @property
    def released(self) -> Path:
        """Releases, and the pointer to the current one."""
        return self.home / "released"

    @property
    def history(self) -> Path:
        """What people added to the figures of each release, without pseudonyms: the next one is compared with it."""
        return self.home / "history"

    @property
    def withdrawn(self) -> Path:
        """Releases that were taken back."""
        return self.home / "restricted" / "withdrawn"

    @property
    def places(self) -> Mapping[str, Path]:
        """Where a release's folder lies, by what was decided of it last."""
        return {"proposed": self.proposed, "approved": self.released, "withdrawn": self.withdrawn}


def load_settings() -> Settings:
    """Settings from the environment, else from `config/settings.toml` in the home, else as declared.

    Raises SetupError when the file or a value cannot be read.
    """
    home = Path(os.environ.get(f"{PREFIX}HOME", "research-culture-home"))
    file = home / "config" / "settings.toml"
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        unset = {k: v for k, v in declared.items() if f"{PREFIX}{k.upper()}" not in os.environ}
        return Settings(**unset)
    except ValidationError as problem:
        names = ", ".join(sorted({str(error["loc"][0]) for error in problem.errors()}))
        raise SetupError(f"the settings {names} cannot be used; correct {file.name} or the environment") from None
    except tomllib.TOMLDecodeError as problem:
        raise SetupError(f"{file.name} cannot be read: {problem}; correct it") from None


def require_home(settings: Settings) -> None:
    """Raise SetupError unless the home folder has been made by `init`."""
    if not settings.config.is_dir():
        said = f"there is no home folder; make it with `research-culture init`, or set {PREFIX}HOME to where it is"
        raise SetupError(said)


def read_rules(settings: Settings) -> Rulebook:
    """Every declared rule, ours and the home's. Raises SetupError that says which declared file is wrong, and how."""
    try:
        return load_rulebook(settings.config)
    except (ValueError, KeyError) as problem:
        raise SetupError(f"a declared file cannot be used: {problem}") from None


def read_key(settings: Settings) -> tuple[bytes, str]:
    """The key and its id, which says nothing of the key. Raises SetupError without a readable key of 32 bytes."""
    return read_keys(settings)[0]


def read_keys(settings: Settings) -> tuple[tuple[bytes, str], ...]:
    """The key, then the former ones, latest first, each with its id. Raises SetupError as `read_key` does.

    A former key serves to recognise people erased under it, and to end a rotation; it makes no pseudonym that is kept.
    """
    if settings.key is None:
        raise SetupError("no key is set; run `research-culture init --key PATH`, with PATH outside the home folder")
    try:
        keys = [bytes.fromhex(line) for line in settings.key.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        raise SetupError("the key file is missing or is not a key; restore your copy of it") from None
    if not keys or min(map(len, keys)) < 32:
        raise SetupError("the key is shorter than 32 bytes; make one with `research-culture init --key PATH`")
    return tuple((key, hashlib.sha256(b"research-culture key id" + key).hexdigest()[:8]) for key in keys)


def domain_of(settings: Settings, sender: str) -> str:
    """Within what a person has one pseudonym: the sender, or `shared` where linking is agreed."""
    return SHARED if settings.link_organisations else sender


def staged_id(settings: Settings, key_id: str) -> str:
    """What staged rows say of their pseudonyms: the key's id and, where they are linked, that they are."""
    return f"{key_id}-{SHARED}" if settings.link_organisations else key_id


def actor() -> str:
    """Who runs the pipeline, as the operating system says; recorded, not authenticated."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def code_version() -> str:
    """The installed version of this package."""
    return version("research-culture")
