"""Pages as single files: the frame, its style and its script inlined, under a strict content policy."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HERE = Path(__file__).parent


def render(
    template: str,
    context: Mapping[str, object],
    *,
    folder: Path = HERE,
    styles: Sequence[str] = ("style.css",),
    scripts: Sequence[str] = (),
) -> str:
    """The page as text. Templates stand in `folder/templates`, styles and scripts in `folder/static`, or here.

    `context` holds what the template names; base.html itself names `is_fictional`.
    """
    places = [folder, HERE]
    style, script = _joined(places, styles), _joined(places, scripts)
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return _environment(folder).get_template(template).render(
        **context, policy=policy, inlined_style=Markup(style), inlined_script=Markup(script)
    )


@cache
def _environment(folder: Path) -> Environment:
    """The templates of `folder` and ours, each compiled once."""
    return Environment(
        loader=FileSystemLoader([place / "templates" for place in (folder, HERE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write(path: Path, page: str) -> None:
    """Write the page as UTF-8 with the line ends that its hashes were made of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page.encode())


def _joined(places: Sequence[Path], names: Sequence[str]) -> str:
    """The files in one text; the first place that has a file gives it."""
    found = [next(p / "static" / name for p in places if (p / "static" / name).is_file()) for name in names]
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def _source(text: str) -> str:
    """How a content policy names this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" if text else "'none'"
