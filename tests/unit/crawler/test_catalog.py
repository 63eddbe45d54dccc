"""The catalog: what a source file may say, and what is said when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.catalog import Catalog, Source, load_catalog, load_source
from crawler.errors import CatalogError
from crawler.records import SelectorRule, SelectorRules

GOOD = """\
# a comment for the maintainer
id: tigris-post
name: Tigris Post
homepage: https://tigris.example/
country: IQ
languages: [en, ar]
kind: newspaper
time_zone: Asia/Baghdad
feeds:
  - url: https://tigris.example/rss
    language: en
every: 30m
expected: {low: 2, high: 30}
"""


def write(directory: Path, text: str, name: str = "tigris-post.yml") -> Path:
    path = directory / "iq" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_source_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, GOOD))
    assert source.name == "Tigris Post"
    assert source.feeds[0].language == "en"
    assert source.interval_minutes == 30
    assert source.enabled
    assert not source.state_owned
    record = source.record()
    assert (record.id, record.country, record.interval_minutes) == ("tigris-post", "IQ", 30)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("country: IQ", "country: Iraq", r"tigris-post.yml:5: country: .*found 'Iraq'"),
        ("kind: newspaper", "kind: paper", r":7: kind: "),
        ("time_zone: Asia/Baghdad", "time_zone: Baghdad", r":8: time_zone: is not an IANA time zone .*found 'Baghdad'"),
        ("  - url: https://tigris.example/rss", "  - url: ftp://tigris.example/rss", r":10: feeds\.0\.url: is not an http\(s\) address"),
        ("every: 30m", "every: 5m", r":12: every: is not an interval"),
        ("every: 30m", "every: often", r":12: every: is not an interval"),
        ("{low: 2, high: 30}", "{low: 40, high: 30}", r":13: expected: low is greater than high"),
        ("name: Tigris Post\n", "", r"yml:\d+: name: is missing"),
        ("kind: newspaper", "kind: newspaper\ncolour: red", r":8: colour: is not a field of a source"),
        ("kind: newspaper", "kind: newspaper\nkind: blog", r":8: kind: stands twice \(first on line 7\)"),
        ("id: tigris-post", "id: euphrates", r":2: id: is 'euphrates', but the file is named 'tigris-post'"),
        ("languages: [en, ar]", "languages: [en, ar", r":\d+: broken YAML"),
        ("languages: [en, ar]", "languages: &l [en]\nnotes: *l", r"notes: YAML aliases are not used"),
        ("kind: newspaper", "kind: \x00", r"broken YAML"),
        ("country: IQ\nlanguages: [en, ar]", "country: Q\nlanguages: []", r":5: country: .*\(and 1 more\)"),
    ],
)
def test_fault_names_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(CatalogError, match=message) as caught:
        load_source(path)
    assert "\n" not in str(caught.value)


RULED = (
    GOOD
    + """\
extraction:
  title: h1.headline
  authors:
    - .byline a
    - {selector: "meta[name=author]", attribute: content}
  prune: [.promo, aside]
"""
)


def test_rules_go_to_the_context_of_the_pages(tmp_path: Path) -> None:
    assert load_source(write(tmp_path, GOOD)).context().rules is None
    assert load_source(write(tmp_path, GOOD + "extraction: {}\n")).context().rules is None
    source = load_source(write(tmp_path, RULED))
    assert source.context().rules == SelectorRules(
        title=(SelectorRule("h1.headline"),),
        authors=(SelectorRule(".byline a"), SelectorRule("meta[name=author]", "content")),
        prune=(SelectorRule(".promo"), SelectorRule("aside")),
    )
    assert Source.model_validate(source.model_dump(mode="json")) == source


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("h1.headline", "h1..headline", r":15: extraction\.title: is no CSS selector: .*found 'h1\.\.headline'"),
        ("- .byline a", "- .byline:hover", r":17: extraction\.authors\.0: uses :hover, which is not supported"),
        ("attribute: content}", "attr: content}", r":18: extraction\.authors\.1: has the unknown key 'attr'"),
        ("attribute: content}", "attribute: a b}", r":18: extraction\.authors\.1: 'a b' is not the name of an attribute"),
        ('{selector: "meta[name=author]", attribute: content}', "{attribute: content}", r":18: extraction\.authors\.1: names no selector"),
        ("[.promo, aside]", "[.promo, 7]", r":19: extraction\.prune\.1: is neither a selector nor"),
        ("[.promo, aside]", "{selector: a, attribute: href}", r":14: extraction: prune takes elements as they are"),
        ("[.promo, aside]", f"[{', '.join(['a'] * 40)}]", r":14: extraction: names 43 selectors, and 40 are allowed"),
        ("h1.headline", "h" * 301, r":15: extraction\.title: is longer than 300 characters"),
        ("  prune:", "  colour:", r":19: extraction\.colour: is not a field of a source"),
    ],
)
def test_fault_in_a_rule_names_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in RULED
    with pytest.raises(CatalogError, match=message) as caught:
        load_source(write(tmp_path, RULED.replace(old, new)))
    assert "\n" not in str(caught.value)


def test_stored_pages_are_no_sources(tmp_path: Path) -> None:
    folder = tmp_path / "pages" / "catalog"  # a catalog may itself lie in a folder of that name
    folder.mkdir(parents=True)
    path = write(folder, GOOD)
    (path.parent / "pages" / "tigris-post").mkdir(parents=True)
    (path.parent / "pages" / "tigris-post" / "a.yml").write_text("expect: {title: A}", encoding="utf-8")
    assert [source.id for source in load_catalog(folder)] == ["tigris-post"]


def test_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="a source file is a mapping"):
        load_source(write(tmp_path, "- a\n- b\n"))


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(CatalogError, match="not UTF-8"):
        load_source(path)


def test_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="larger than 256 KiB"):
        load_source(write(tmp_path, "#" * 300_000))


def test_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="No such file"):
        load_source(tmp_path / "none.yml")


def test_enabled_source_without_feed_is_refused_and_disabled_one_is_not(tmp_path: Path) -> None:
    bare = GOOD.replace("feeds:\n  - url: https://tigris.example/rss\n    language: en\n", "")
    with pytest.raises(CatalogError, match="needs at least one feed, sitemap or section"):
        load_source(write(tmp_path, bare))
    assert not load_source(write(tmp_path, bare + "enabled: false\n")).enabled


def catalog(tmp_path: Path) -> Catalog:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("tigris-post", "delta-news") + "enabled: false\n", "delta-news.yml")
    return load_catalog(tmp_path)


def test_catalog_selects_enabled_sources_unless_named(tmp_path: Path) -> None:
    loaded = catalog(tmp_path)
    assert len(loaded) == 2
    assert [source.id for source in loaded] == ["delta-news", "tigris-post"]
    assert [source.id for source in loaded.select([])] == ["tigris-post"]
    assert [source.id for source in loaded.select(["delta-news", "delta-news"])] == ["delta-news"]


def test_unknown_source_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"unknown source 'tigris-pots' \(did you mean 'tigris-post'\?\)"):
        catalog(tmp_path).select(["tigris-pots"])


def test_catalog_without_enabled_source_says_so(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "enabled: false\n")
    with pytest.raises(CatalogError, match="is enabled"):
        load_catalog(tmp_path).select([])


def test_same_id_twice_names_both_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "tigris-post.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"xx.*is taken by .*iq"):
        load_catalog(tmp_path)


def test_missing_and_empty_catalogs_say_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no catalog at"):
        load_catalog(tmp_path / "none")
    with pytest.raises(CatalogError, match="no source file"):
        load_catalog(tmp_path)


def test_bundled_catalog_is_valid() -> None:
    bundled = load_catalog()
    assert len(bundled) >= 8
    assert {"ar", "en", "fa", "fr", "he", "tr"} <= {language for source in bundled for language in source.languages}
