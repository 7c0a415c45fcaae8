"""The frame of every page: one file, which runs its own style and script and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from dashboards.page import render, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page of our own on the shared frame."""
    for file, text in {
        "templates/own.html": (
            '{% extends "base.html" %}{% block title %}Own{% endblock %}{% block header %}<h1>Own</h1>{% endblock %}'
            '{% block main %}<p id="said">{{ said }}</p>{% endblock %}'
        ),
        "static/own.css": "#said { color: rgb(0, 94, 184); }",
        "static/own.js": "document.getElementById('said').dataset.ran = 'yes';",
    }.items():
        write(tmp_path / file, text)
    return tmp_path


def _own(folder: Path, is_fictional: bool = True, said: str = "<b>&</b>") -> str:
    context = {"is_fictional": is_fictional, "said": said}
    return render("own.html", context, folder=folder, styles=("style.css", "own.css"), scripts=("own.js",))


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_names_what_is_inlined_and_nothing_else(folder: Path, kind: str) -> None:
    page = _own(folder)
    (inlined,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
    made = base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()
    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in page
    assert f"{kind}-src &#39;sha256-{made}&#39;;" in page


def test_made_up_data_is_said_where_it_is_made_up_only(folder: Path) -> None:
    assert "Made-up data" in _own(folder, is_fictional=True)
    assert "Made-up data" not in _own(folder, is_fictional=False)


def test_text_is_never_read_as_markup(folder: Path) -> None:
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in _own(folder)


@pytest.mark.slow
def test_in_chromium_the_page_runs_its_own_script_and_none_that_was_slipped_in(folder: Path, browser) -> None:
    page = _own(folder)
    write(folder / "own.html", page)
    window = browser.open(folder / "own.html", width=375)
    assert window.locator("#said").get_attribute("data-ran") == "yes"
    assert window.locator("#said").evaluate("p => getComputedStyle(p).color") == "rgb(0, 94, 184)"
    assert (browser.errors, browser.violations(), browser.is_too_wide()) == ([], [], False)
    write(folder / "slipped.html", page.replace("<h1>", "<script>document.title = 'slipped'</script><h1>"))
    assert browser.open(folder / "slipped.html").title() == "Own"
    assert "Content Security Policy" in "".join(browser.errors)
