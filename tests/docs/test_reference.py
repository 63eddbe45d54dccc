"""The reference pages say what the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "schema.md", "data-dictionary.md"])
def test_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == generator().PAGES[name](), f"docs/{name} fell behind: run 'make docs'"


def test_every_link_in_the_docs_leads_to_a_file() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 8
    for page in pages:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_changelog_and_package_agree_on_the_version() -> None:
    package = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## ([0-9][^ ]*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert package is not None
    assert newest is not None
    assert package[1] == newest[1]


def test_every_dependency_is_explained() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.split("dependencies = [", 1)[1].split("]\n\n", 1)[0]
    names = re.findall(r'^    "([A-Za-z0-9_.-]+)', listed, re.MULTILINE)
    note = (ROOT / "docs" / "design" / "0002-dependencies.md").read_text(encoding="utf-8")
    assert len(names) > 15
    assert [name for name in names if name not in note] == []


def test_lock_names_no_registry() -> None:
    assert not re.search(r"https?://|index-url", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
