"""Source files are written whole, valid, and never over another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.catalog import Expected, Feed, Section, Source, load_catalog, load_source
from crawler.errors import CatalogError
from crawler.survey.source_files import (
    Addresses,
    catalog_or_empty,
    file_of,
    free_id,
    head_comment,
    id_of_site,
    identity,
    joined,
    source_yaml,
    write_source,
)


def source(**facts: Any) -> Source:
    given: dict[str, Any] = {
        "id": "tigris-post",
        "name": "Tigris Post",
        "homepage": "https://tigris.example/",
        "country": "IQ",
        "languages": ("en",),
        "kind": "newspaper",
        "feeds": (Feed(url="https://tigris.example/rss"),),
    }
    return Source(**(given | facts))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"name": 'He said: "No" # comment, [really] & {so}', "languages": ("no", "ar")},
        {"name": "yes", "id": "null"},
        {"name": "صحيفة دجلة", "notes": "-- starts like a list: and goes on"},
        {"name": "\u202bصحيفة\u202c \x85 x", "notes": "two\nlines\tand a tab"},
        {"feeds": (Feed(url="https://tigris.example/\u202erss?a=[1,2]&b='x'"),)},
        {
            "sections": (Section(url="https://tigris.example/a"), Section(url="https://tigris.example/b", language="ar", pages=3)),
            "archives": ("https://tigris.example/{yyyy}/{mm}/",),
        },
        {"name": "123", "notes": "- x"},
        {"expected": Expected(low=0, high=3), "enabled": False, "every": "6h", "time_zone": "Asia/Baghdad"},
        {"feeds": (), "sitemaps": ("https://tigris.example/news.xml?a=1&b=2#c",)},
        {"feeds": (Feed(url="https://tigris.example/rss?x={y}", language="ar"),), "state_owned": True},
    ],
)
def test_file_says_what_the_source_says(tmp_path: Path, facts: dict[str, Any]) -> None:
    made = source(**facts)
    path = write_source(tmp_path / "new", made, ["One line.", "", "A title from the web:\n- id: evil"])
    assert path == tmp_path / "new" / "iq" / f"{made.id}.yml"
    assert load_source(path) == made
    assert load_catalog(tmp_path / "new").sources == {made.id: made}
    assert head_comment(path).splitlines() == ["One line.", "", "A title from the web: - id: evil"]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_comment_shows_where_a_fixed_rhythm_would_stand(tmp_path: Path) -> None:
    path = write_source(tmp_path, source(), [])
    text = path.read_text(encoding="utf-8")
    assert load_source(path).rhythm == "adaptive"
    assert text.count("# every: ") == 1
    path.write_text(text.replace("# every: ", "every: "), encoding="utf-8")
    assert load_source(path).rhythm == "every 30m"
    fixed = write_source(tmp_path / "fixed", source(cron="5 6-22 * * *"), [])
    assert "every" not in fixed.read_text(encoding="utf-8")


def test_file_is_never_written_over(tmp_path: Path) -> None:
    path = write_source(tmp_path, source(), ["first"])
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="exists already, and is never written over"):
        write_source(tmp_path, source(name="Another"), ["second"])
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CatalogError, match="cannot write"):
        write_source(tmp_path / "file", source(), [])


def test_long_evidence_is_wrapped() -> None:
    text = source_yaml(source(), ["word " * 100])
    assert max(map(len, text.splitlines())) <= 140


def test_catalog_may_be_missing_or_empty_but_not_broken(tmp_path: Path) -> None:
    assert len(catalog_or_empty(tmp_path / "none")) == 0
    assert len(catalog_or_empty(tmp_path)) == 0
    write_source(tmp_path, source(), [])
    assert len(catalog_or_empty(tmp_path)) == 1
    (tmp_path / "broken.yml").write_text("id: [")
    with pytest.raises(CatalogError, match="broken YAML"):
        catalog_or_empty(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(CatalogError, match="no catalog at"):
        catalog_or_empty(tmp_path / "file")


def test_file_of_a_source_is_found(tmp_path: Path) -> None:
    path = write_source(tmp_path, source(), [])
    loaded = load_catalog(tmp_path)
    assert file_of(loaded, "tigris-post") == path
    path.unlink()
    assert file_of(loaded, "tigris-post") is None


def test_addresses_are_known_whatever_their_spelling() -> None:
    known = Addresses([source(sitemaps=("https://tigris.example/news.xml",))])
    assert known.of_channel("http://www.tigris.example/rss?utm_source=x") == "tigris-post"
    assert known.of_channel("https://tigris.example/news.xml") == "tigris-post"
    assert known.of_channel("https://tigris.example/other") is None
    assert known.of_home("http://www.tigris.example") == "tigris-post"
    assert known.of_home("https://tigris.example/arabic/") is None
    assert identity("no address") == "no address"


@pytest.mark.parametrize(
    ("wanted", "made"),
    [("Tigris Post!", "tigris-post"), ("taken", "taken-3"), ("صحيفة", "source"), ("a" * 99, "a" * 60)],
)
def test_id_is_made_of_a_name(wanted: str, made: str) -> None:
    assert free_id(wanted, ["taken", "taken-2"]) == made


@pytest.mark.parametrize(
    ("url", "name", "made"),
    [
        ("https://www.tigris.com.iq/ar/", "Post", "tigris"),
        ("http://127.0.0.2:8000/", "Tigris Post", "Tigris Post"),
        ("http://127.0.0.2:8000/", None, "127.0.0.2:8000"),
        ("http://[::1]/", "Tigris Post", "Tigris Post"),
        ("nonsense", "Tigris Post", "Tigris Post"),
    ],
)
def test_id_is_proposed_by_the_domain_then_by_the_name(url: str, name: str | None, made: str) -> None:
    assert id_of_site(url, name) == made


def test_lists_are_written_for_people() -> None:
    assert [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
