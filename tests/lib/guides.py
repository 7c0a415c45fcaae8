"""The guides as a test reads them: their pages, their blocks by language, every command that they show."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs"
FILES = {"README.md": ROOT / "README.md"} | {
    file.relative_to(GUIDES).as_posix(): file for file in sorted(GUIDES.rglob("*.md"))
}
PAGES = {name: file.read_text(encoding="utf-8") for name, file in FILES.items()}
TEXT = "\n".join(PAGES.values())


def blocks(kind: str, page: str = TEXT) -> list[str]:
    """The contents of the blocks in that language, in the order of the page."""
    return re.findall(rf"^ *```{kind}\n(.*?)```", page, re.DOTALL | re.MULTILINE)


def commands(text: str = TEXT) -> list[str]:
    """Every `research-culture ...` that the guides show, in a block or within a sentence."""
    inline = re.findall(r"`(research-culture\s[^`]+)`", text)
    lines = [
        line.partition(" #")[0].strip()
        for kind in ("sh", "bat", "ini")
        for block in blocks(kind, text)
        for line in block.splitlines()
    ]
    found = [re.sub(r"^.*?(?:research-culture|-m flows)(?= [a-z-])", "research-culture", line) for line in lines]
    whole = (one.rstrip('"') if one.count('"') % 2 else one for one in inline + found)  # a task's own quotation mark
    return sorted({" ".join(one.split()) for one in whole if one.startswith("research-culture ")})
