"""Publish: checked marts become a release that is there wholly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.curate import Curated
from flows.settings import Settings, code_version, read_rules
from warehouse import decisions
from warehouse.connection import open_work
from warehouse.history import load_history, read_releases
from warehouse.ledger import Ledger

if TYPE_CHECKING:
    from warehouse.releases import Release


@dataclass(frozen=True)
class Published:
    """A release, or why there is none; `sentences` are for people."""

    release: Release | None
    sentences: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """True where a check holds the release; the one before it still shows."""
        return self.release is None


def publish(settings: Settings, ledger: Ledger, curated: Curated, now: datetime) -> Published:
    """Release the marts unless a check holds them, then point to the release. Raises OSError, duckdb.IOException."""
    from warehouse.releases import point_to, write_analyst_file, write_release

    if curated.stops:
        held = tuple(f"Held: {check.sentence}" for check in curated.stops)
        return Published(None, (*held, "Nothing was released; the last release still shows."))
    rule_version = read_rules(settings).version
    release_id = f"{now:%Y%m%dT%H%M%S%fZ}"
    with open_work(settings.work) as connection:
        release = write_release(
            connection,
            settings.released,
            release_id,
            curated.submissions,
            released_at=now,
            code_version=code_version(),
            rule_version=rule_version,
            checks=curated.checks,
        )
        entry = {
            "release_id": release_id,
            "manifest_sha256": release.manifest_sha256,
            "content_hash": release.content_hash,
            "headline": release.headline,
            "rule_version": rule_version,
            "code_version": code_version(),
        }
        decisions.propose(ledger, entry, [s.submission_id for s in curated.submissions], now)
        decisions.decide(ledger, release_id, decisions.Decision.APPROVED, now, ledger.actor)
        told = point_to(settings.released, release)
        history = read_releases(ledger, settings.released, settings.withdrawn)
        load_history(connection, history)
        told += (*history.sentences, write_analyst_file(connection, settings.analyst_file))
    warnings = tuple(f"Look at: {check.sentence}" for check in curated.warnings)
    return Published(release, (release.headline, *warnings, *filter(None, told)))
