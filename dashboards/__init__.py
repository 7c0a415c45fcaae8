"""The pages that a release shows: they read its own files and nothing else."""

from collections.abc import Mapping
from pathlib import Path

from dashboards.board import write_boards
from dashboards.dashboard import write_dashboard
from dashboards.toolkit import write_toolkits


def write_pages(release: Path, about: Mapping[str, object]) -> None:
    """Write the release's pages into its folder.

    `about` says release_id, released_at, headline and is_fictional, as its manifest does.
    """
    write_dashboard(release, about)
    write_boards(release, about)
    write_toolkits(release, about)
