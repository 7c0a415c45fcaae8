"""Settings: one frozen object, from `config/settings.toml` and the environment, and the folders that follow."""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.errors import SetupError
from schemas.rulebook import Rulebook, load_rulebook

PREFIX = "RESEARCH_CULTURE_"


@dataclass(frozen=True)
class InHome:
    """A path in the home folder; docs/governance/roles.md says what its folder holds, and for whom."""

    path: str

    def __get__(self, settings: Settings, owner: type[Settings]) -> Path:
        return settings.home / self.path


class Settings(BaseSettings):
    """Every setting, each also an environment variable with the prefix RESEARCH_CULTURE_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", ignored_types=(InHome,))

    home: Path = Field(Path("research-culture-home"), description="Folder that holds everything but the key.")
    key: Path | None = Field(None, description="File of the pseudonymisation key, kept apart from the home.")
    cron: str = Field("0 6 2 * *", description="When the schedule runs, as cron in Europe/London.")
    settle_seconds: float = Field(2.0, ge=0, description="A file must keep its size for so long before it is taken.")
    link_organisations: bool = Field(False, description="One pseudonym over organisations, where that is agreed.")
    auto_approve: bool = Field(False, description="Release by itself where every check passes and nothing is held.")
    loss_pct: float = Field(20, gt=0, le=100, description="A correction that loses more rows than this is held.")

    config = InHome("config")
    notices = InHome("config/notices.txt")
    inbox = InHome("inbox")
    landing = InHome("landing")
    labels = InHome("labels")
    staged = InHome("staged")
    ledger = InHome("ledger.sqlite")
    work = InHome("warehouse/work.duckdb")  # it can be deleted and rebuilt
    findings = InHome("findings")
    month_page = InHome("findings/month.html")
    proposed = InHome("proposed")
    history = InHome("history")
    analyst_file = InHome("restricted/analyst.duckdb")
    withdrawn = InHome("restricted/withdrawn")
    unrecorded = InHome("restricted/unrecorded")
    released = InHome("released")
    dashboard = InHome("released/current/dashboard.html")

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
        cure = f"make it with `research-culture init`, or set {PREFIX}HOME to where it is"
        raise SetupError(f"there is no home folder; {cure}")


def read_rules(settings: Settings) -> Rulebook:
    """Every declared rule, ours and the home's. Raises SetupError that says which declared file is wrong, and how."""
    try:
        return load_rulebook(settings.config)
    except (ValueError, KeyError) as problem:
        raise SetupError(f"a declared file cannot be used: {problem}") from None


def actor() -> str:
    """Who runs the pipeline, as the operating system says; recorded, not authenticated."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def code_version() -> str:
    """The installed version of this package."""
    return version("research-culture")
