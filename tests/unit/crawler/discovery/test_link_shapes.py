"""The look of an address is reduced to a few facts."""

from __future__ import annotations

import pytest

from crawler.discovery.link_shapes import link_shape

SITE = "https://qarnabad-post.example"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", ""),
        ("/politics/", "w"),
        ("/2026/05/14/harbour-opens-again", "#/#/#/*"),
        ("/news/12345", "w/#"),
        ("/news/middle-east-65432109", "w/#"),
        ("/news/harbour-opens-again-65432109", "w/*#"),
        ("/haber/liman-yeniden-acildi-1423989.html", "w/*#/.html"),
        ("/article.php?ID=7&amp=1", "w/.php/amp/id"),
        (
            "/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/%D9%81%D8%AA%D8%AD-%D8%A7%D9%84%D9%85%D9%8A%D9%86%D8%A7%D8%A1-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%85",
            "w/*",
        ),
    ],
)
def test_template_is_the_pattern_of_an_address(path: str, template: str) -> None:
    assert link_shape(SITE + path).template == template


@pytest.mark.parametrize(
    "path", ["/news/12345", "/a/c4gz5x1pq2wo", "/x-1234567.html", "/read?id=17", "/read?newsid=c720dxj8dq8o", "/1234/liman"]
)
def test_number_of_an_article_is_seen(path: str) -> None:
    assert link_shape(SITE + path).has_id


@pytest.mark.parametrize("path", ["/news/2026", "/olympics-2024", "/covid19", "/list?cat=17", "/read?id=x", "/top-10", "/"])
def test_other_numbers_are_none(path: str) -> None:
    assert not link_shape(SITE + path).has_id


@pytest.mark.parametrize(
    "path", ["/tag/harbour-of-qarnabad", "/en/author/z", "/wp-login.php", "/وسم/ميناء", "/?feed=rss2&x=" + "&y=1" * 60]
)
def test_lists_and_services_are_seen(path: str) -> None:
    assert link_shape(SITE + path).listing


@pytest.mark.parametrize("path", ["/archives/123456", "/tag/2026/05/14/harbour-opens", "/politics", "/abouthatta"])
def test_articles_under_odd_names_are_no_lists(path: str) -> None:
    assert not link_shape(SITE + path).listing


def test_files_are_seen() -> None:
    assert link_shape(SITE + "/a/budget-in-full.PDF").file
    assert not link_shape(SITE + "/a/budget-in-full.html").file
    assert not link_shape(SITE + "/a/version-1.2").file


def test_slug_and_depth_are_counted() -> None:
    shape = link_shape(SITE + "/world/2026/harbour-opens_again.html")
    assert (shape.words, shape.slug_characters, shape.depth, shape.has_date) == (3, 17, 3, False)


def test_address_that_cannot_be_read_leads_nowhere() -> None:
    assert link_shape("https://[broken/").listing
