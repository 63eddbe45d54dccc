"""The bundled data: loaded, checked, and consistent in itself."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from crawler.demo.outlets import ARTICLE_KINDS, BUNDLED, TEMPLATE_NAMES, Article, Outlet, Publication, encoded, load_outlets
from crawler.errors import InputError


def all_articles(outlets: tuple[Outlet, ...]) -> dict[str, Article]:
    return {f"{outlet.id}/{article.key}": article for outlet in outlets for article in outlet.articles}


def test_bundle_is_large_and_varied_enough(outlets: tuple[Outlet, ...]) -> None:
    articles = all_articles(outlets)
    assert len(articles) >= 60
    assert {article.language for article in articles.values()} >= {"en", "ar", "fa", "tr", "fr", "he"}
    assert {outlet.template for outlet in outlets} == TEMPLATE_NAMES
    assert {article.kind for article in articles.values()} == ARTICLE_KINDS
    assert {outlet.feed for outlet in outlets} == {"rss2", "rss2-content", "rss1", "atom"}


def test_every_outlet_has_something_that_is_no_politics(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        assert {article.relevant for article in outlet.articles} == {True, False}, outlet.id


def test_paths_are_unique_within_an_outlet(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        assert max(Counter(encoded(article.path) for article in outlet.articles).values()) == 1, outlet.id
        assert all(article.path.startswith("/") for article in outlet.articles)


def test_articles_are_of_october_and_the_second_edition_is_the_newest(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        assert all((article.published.year, article.published.month) == (2026, 10) for article in outlet.articles)
        later = [article.published for article in outlet.articles if article.edition == 2]
        later += [article.edit.updated for article in outlet.articles if article.edit]
        first_day = max(article.published for article in outlet.articles if article.edition == 1)
        assert all(at > first_day for at in later), outlet.id


def test_copies_say_what_their_original_says(outlets: tuple[Outlet, ...]) -> None:
    articles = all_articles(outlets)
    copies = [article for article in articles.values() if article.copy_of]
    assert len(copies) >= 5
    for copy in copies:
        assert copy.copy_of
        original = articles[copy.copy_of]
        assert copy.title != original.title
        assert copy.published > original.published
        assert copy.paragraphs[0] != original.paragraphs[0]
        assert copy.paragraphs[0].endswith(original.paragraphs[0][-100:])
        assert copy.paragraphs[1 : len(original.paragraphs)] == original.paragraphs[1:]
        assert len(copy.paragraphs) <= len(original.paragraphs) + 1


def test_forbidden_articles_lie_where_robots_txt_forbids_them(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        for article in outlet.articles:
            assert article.path.startswith(outlet.disallow) is (article.kind == "disallowed"), article


def test_loading_takes_less_than_three_tenths_of_a_second() -> None:
    def seconds() -> float:
        started = time.process_time()
        load_outlets()
        return time.process_time() - started

    assert min(seconds() for _ in range(3)) < 0.3


def test_edit_holds_from_the_second_edition_on(outlets: tuple[Outlet, ...]) -> None:
    (article,) = [article for article in all_articles(outlets).values() if article.edit]
    assert article.edit
    assert article.as_of(1) is article
    assert article.changed_at == article.published
    edited = article.as_of(2)
    assert (edited.title, edited.paragraphs, edited.changed_at) == (article.edit.title, article.edit.paragraphs, article.edit.updated)
    changed = [pair for pair in zip(article.paragraphs, edited.paragraphs, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1


def test_publication_lists_what_its_edition_has_newest_first(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        first, second = (Publication(outlet, "http://127.0.0.99", edition).articles for edition in (1, 2))
        assert [article.key for article in second if article.edition == 1] == [article.key for article in first]
        assert list(second) == sorted(second, key=lambda article: article.published, reverse=True)


def test_articles_of_a_second_language_are_told_by_their_script(bundle: Path) -> None:
    for path in bundle.glob("levant-wire/articles/*.yml"):
        rewrite(path, language=None)
    (wire,) = [outlet for outlet in load_outlets(bundle) if outlet.id == "levant-wire"]
    assert {article.key[:2]: article.language for article in wire.articles}["08"] == "ar"
    assert Counter(article.language for article in wire.articles) == {"en": 7, "ar": 3}
    assert wire.feed_paths == {"en": "/feeds/latest.atom", "ar": "/ar/feeds/latest.atom"}


def test_paths_are_percent_encoded_once() -> None:
    assert encoded("/خبر?id=4&x=1") == "/%D8%AE%D8%A8%D8%B1?id=4&x=1"
    assert encoded(encoded("/خبر?id=4&x=1")) == encoded("/خبر?id=4&x=1")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Copy two outlets to where a test may spoil them."""
    for name in ("levant-wire", "gulf-ledger"):
        copytree(BUNDLED / name, tmp_path / name)
    return tmp_path


def rewrite(path: Path, /, **changes: Any) -> None:
    """Change fields of a data file; None takes a field out."""
    data = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    kept = {key: value for key, value in data.items() if key not in changes or value is not None}
    path.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": None}, "outlet.yml: name: is missing"),
        ({"colour": "red"}, "outlet.yml: colour: is not a field"),
        ({"id": "other"}, "id: is not the name of the folder: other"),
        ({"feed": "rss3"}, "feed: unknown kind 'rss3'"),
        ({"template": "plain"}, "template: there is none named 'plain'"),
        ({"labels": {"share": "Share"}}, "labels.about: is missing"),
    ],
)
def test_wrong_outlet_is_refused_by_name(bundle: Path, changes: dict[str, Any], message: str) -> None:
    rewrite(bundle / "gulf-ledger" / "outlet.yml", **changes)
    with pytest.raises(InputError, match=message):
        load_outlets(bundle)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": None}, "01-customs-protocol.yml: path: is missing"),
        ({"kind": "poem"}, "kind: unknown 'poem'"),
        ({"published": "2026-10-02T10:05:00"}, "published: has no offset"),
        ({"language": "fi"}, "language: 'fi' is none of the outlet's"),
    ],
)
def test_wrong_article_is_refused_by_name(bundle: Path, changes: dict[str, Any], message: str) -> None:
    rewrite(bundle / "gulf-ledger" / "articles" / "01-customs-protocol.yml", **changes)
    with pytest.raises(InputError, match=message):
        load_outlets(bundle)


@pytest.mark.parametrize(("text", "message"), [("- a\n- b\n", "not a mapping of fields"), ("a: [\n", "while parsing")])
def test_file_that_is_no_mapping_is_refused(bundle: Path, text: str, message: str) -> None:
    (bundle / "gulf-ledger" / "outlet.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_outlets(bundle)


def test_outlet_without_articles_is_refused(bundle: Path) -> None:
    for path in bundle.glob("gulf-ledger/articles/*.yml"):
        path.unlink()
    with pytest.raises(InputError, match="the outlet has no articles"):
        load_outlets(bundle)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no outlet below"):
        load_outlets(tmp_path)
