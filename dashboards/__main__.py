"""`python -m dashboards FOLDER` writes the pages of a release's folder anew, from the files that lie in it."""

import json
import sys
from pathlib import Path

from dashboards import write_pages


def main(folder: Path) -> None:
    """Write the pages into `folder`, a release or a copy of one."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write_pages(folder, manifest)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1], "manifest.json").is_file():
        sys.exit("Name the folder of a release, which holds manifest.json: python -m dashboards FOLDER")
    main(Path(sys.argv[1]))
