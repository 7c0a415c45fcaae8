"""Reads a filled mapping workbook: it becomes a layout in `config/layouts/`, no code, no TOML by hand."""

import zipfile
import zlib
from pathlib import Path

from flows.mapping import form
from flows.mapping.answers import Answers
from flows.mapping.filled import Filled
from schemas.findings import Finding
from schemas.layouts import BY_MAPPING, Layout, write_layout
from schemas.rulebook import Rulebook
from transforms.reading.parse import read_shape
from warehouse.db import files


def is_mapping(path: Path) -> bool:
    """True for a mapping workbook of ours, by its sheets' names; the rest of the file is not opened for it."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            text = part.read(100_000).decode("utf-8", "replace")
    except (KeyError, EOFError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        return False  # whatever else it is, reading it as an export says what is wrong
    return all(f'name="{name}"' in text for name in (form.SHEET, form.ABOUT, form.VALUES))


def read_mapping(path: Path, rules: Rulebook, config: Path) -> tuple[Path, tuple[Finding, ...]]:
    """Turn a filled workbook into `config/layouts/<dataset>/<name>.toml`; gives that file, and what there is to say.

    Where its headings are those of a layout that we know, this one takes its place, and a finding says how they differ.
    Raises Refusal: F022 for each cell that cannot be used, F003 to F007 where it cannot be opened.
    """
    layout, findings = check_mapping(path, rules), list[Finding]()
    headings = layout.read | set(layout.ignore)
    for other in rules.layouts:
        is_itself = (other.dataset, other.name) == (layout.dataset, layout.name)
        if not is_itself and other.fits(headings):
            details = {"other": f"{other.dataset}/{other.name}", "how": _differences(other, layout)}
            findings.append(Finding("W043", details=details))
            layout = _in_place_of(other, layout, config)
    target = config / "layouts" / layout.dataset / f"{layout.name}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, write_layout(layout).encode())
    return target, tuple(findings)


def check_mapping(path: Path, rules: Rulebook) -> Layout:
    """The layout that a filled workbook makes. Raises Refusal as `read_mapping`."""
    with path.open("rb") as stream:
        read_shape(stream, "mapping.xlsx")  # refuses what is not safe to open
        return Filled(Answers.read(stream), rules).layout()


def _in_place_of(other: Layout, layout: Layout, config: Path) -> Layout:
    """The layout as it takes the place of another: one that an officer made goes."""
    if other.evidence == BY_MAPPING:
        (config / "layouts" / other.dataset / f"{other.name}.toml").unlink(missing_ok=True)
    if other.dataset != layout.dataset:
        return layout
    return layout.model_copy(update={"source": other.source_name})  # its months go on, and are replaced


def _differences(old: Layout, new: Layout) -> str:
    if old.dataset != new.dataset:
        return f"it was {old.contract.title}"
    before, now = ({**one.columns, **one.questions} for one in (old, new))
    changed = sorted(heading for heading in before.keys() | now.keys() if before.get(heading) != now.get(heading))
    told = [f'"{heading}"' for heading in changed[:5]] + ([f"{len(changed) - 5} more"] if len(changed) > 5 else [])
    if told:
        return f"read otherwise: {', '.join(told)}"
    return "the columns are the same" + ("" if old.values == new.values else ", but not the words on the sheet Values")
