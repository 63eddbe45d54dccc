"""Addresses give the days, months and years that they name, and no others."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.discovery.dated_urls import date_in_url, span_in_url

TODAY = date(2026, 6, 1)
SITE = "https://qarnabad-post.example/"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2026/05/14/harbour", (2026, 5, 14)),
        ("2026/5/4/harbour", (2026, 5, 4)),
        ("2026/0514/harbour", (2026, 5, 14)),
        ("202605/14/harbour", (2026, 5, 14)),
        ("news/20260514", (2026, 5, 14)),
        ("news/20260514T0830Z/x", (2026, 5, 14)),
        ("news/20260514083000", (2026, 5, 14)),
        ("2026-05-14-harbour.html", (2026, 5, 14)),
        ("harbour_2026.05.14.html", (2026, 5, 14)),
        ("2026/may/14/harbour", (2026, 5, 14)),
        ("2026/September/3/harbour", (2026, 9, 3)),
        ("14-may-2026/harbour", (2026, 5, 14)),
        ("news/14-05-2026/harbour", (2026, 5, 14)),
        ("%D8%AE%D8%A8%D8%B1-2026-05-14", (2026, 5, 14)),
        ("2026/05/14/what-happened-on-2023-10-07", (2026, 5, 14)),
        ("archive?date=2026-05-14", (2026, 5, 14)),
        ("archive?day=20260514", (2026, 5, 14)),
        ("archive?y=2026&m=5&d=14", (2026, 5, 14)),
        ("sitemap_2024-05-12.xml.gz", (2024, 5, 12)),
    ],
)
def test_day_is_found(path: str, day: tuple[int, int, int]) -> None:
    assert date_in_url(SITE + path, today=TODAY) == date(*day)
    assert span_in_url(SITE + path, today=TODAY) == (date(*day), date(*day))


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("sitemap-2024-05.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap-pt-post-p1-2024-02.xml", (2024, 2, 1), (2024, 2, 29)),
        ("sitemap-2024-05-1.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap-202405.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap-202405-3.xml.gz", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap/may-2024.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap/2024/may.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap/05-2024.xml", (2024, 5, 1), (2024, 5, 31)),
        ("sitemap.php?yyyy=2024&mm=05", (2024, 5, 1), (2024, 5, 31)),
        ("?m=202405", (2024, 5, 1), (2024, 5, 31)),
        ("?from=2024-05-03&to=2024-06-07", (2024, 5, 3), (2024, 6, 7)),
        ("?from=20240503&to=20240607", (2024, 5, 3), (2024, 6, 7)),
        ("sitemap-2024-05-2024-06.xml", (2024, 5, 1), (2024, 6, 30)),
        ("2024/05/", (2024, 5, 1), (2024, 5, 31)),
        ("2024/5/", (2024, 5, 1), (2024, 5, 31)),
        ("2024/02/30/x", (2024, 2, 1), (2024, 2, 29)),
        ("sitemap-2024.xml", (2024, 1, 1), (2024, 12, 31)),
        ("sitemap-2024-5.xml", (2024, 1, 1), (2024, 12, 31)),
        ("archive/2024", (2024, 1, 1), (2024, 12, 31)),
        ("archive?year=2024", (2024, 1, 1), (2024, 12, 31)),
        ("sitemap-2027.xml", (2027, 1, 1), (2027, 12, 31)),
    ],
)
def test_span_is_found(path: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert span_in_url(SITE + path, today=TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "politics/harbour",
        "news/1234567",
        "news/20261345",
        "news/19120512",
        "news/120240512",
        "news/202405",
        "2031/05/14",
        "1989/05/14",
        "sitemap-2028.xml",
        "olympics-2024-opening",
        "season-2009-10-review",
        "news/05-04-2026/harbour",
        "?p=20240512",
        "?id=202405",
        "?yyyy=99999999999",
        "wp-sitemap-posts-post-1.xml",
        "2024-05-12345",
        "?" + "&".join(f"a{number}=1" for number in range(60)),
    ],
)
def test_what_only_looks_like_a_date_is_none(path: str) -> None:
    assert date_in_url(SITE + path, today=TODAY) is None
    assert span_in_url(SITE + path, today=TODAY) is None


def test_host_is_no_place_for_dates_and_odd_addresses_have_none() -> None:
    assert span_in_url("https://2024.05.12.example/", today=TODAY) is None
    assert span_in_url("https://[2024-05-12/", today=TODAY) is None


def test_present_day_is_that_of_the_clock() -> None:
    assert date_in_url(SITE + "2020/05/14/x") == date(2020, 5, 14)
