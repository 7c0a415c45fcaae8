"""The proposal's page: what an approver reads of a release before it shows."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from flows.due import Due
from flows.pages import words
from flows.pages.write import asked, write_page
from flows.settings import Settings, read_rules
from warehouse.db.queries import select_of
from warehouse.release.changes import CHANGES
from warehouse.release.disclosure_report import REPORT
from warehouse.release.former import MANIFEST
from warehouse.release.proposal import Proposal
from warehouse.release.write import DATABASE

_OTHER = ("metric_title", "organisation_name", "period_label", "change")


def write_proposal(settings: Settings, proposal: Proposal, dues: Iterable[Due]) -> None:
    """Write `proposed/<release id>.html`. Of what is due it tells what is overdue. Raises OSError."""
    folder, organisations = proposal.release.folder, read_rules(settings).organisations
    with (folder / CHANGES).open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    context = {
        **vars(proposal),
        "is_fictional": json.loads((folder / MANIFEST).read_bytes())["is_fictional"],
        "rows": sorted((row for row in rows if _is_another(row)), key=_difference, reverse=True),
        "others": Counter(
            tuple(row[name] for name in _OTHER)
            for row in rows
            if row["change"] not in words.SAME and not _is_another(row)
        ).most_common(),
        "new": _new(rows),
        "figures": asked(folder / DATABASE, select_of("release.latest")),
        "report": (folder / REPORT).read_text(encoding="utf-8").splitlines()[4:],  # after its title and the headline
        "names": {code: one.organisation_name for code, one in organisations.items()},
        "words": words,
        "late": [one for one in dues if one.is_overdue],
        "counts": proposal.release.figures,
    }
    write_page(settings.proposed / f"{proposal.release.release_id}.html", "proposal.html", context)


def _new(rows: list[dict[str, str]]) -> dict[str, Counter[str]]:
    """How many figures are new, by organisation and by status."""
    found = defaultdict[str, Counter[str]](Counter)
    for row in rows:
        if row["change"] == "new":
            found[row["organisation_code"]][row["status_after"]] += 1
    return found


def _is_another(row: dict[str, str]) -> bool:
    """True where both values are in print, and differ."""
    return "" not in (row["value_before"], row["value_after"]) and row["value_before"] != row["value_after"]


def _difference(row: dict[str, str]) -> float:
    """In points of a percentage, else as a share of the value before."""
    before, after = float(row["value_before"]), float(row["value_after"])
    return abs(after - before) * (1 if row["unit"] == "%" else 100 / max(abs(before), 0.0001))
