"""What can be inferred of an outlet, and what is left to a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from crawler.catalog import Feed, SourceKind
from crawler.survey.drafting import Draft, Given, Site, draft_from_list, draft_source, summary
from crawler.survey.probing import ProbeStatus, Reading
from crawler.survey.prospecting import Choice, Find
from crawler.survey.territories import main_language, territory_name, territory_named, territory_of, zone_of
from storage.records import ChannelKind

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
NOBODY = Given()


def found(url: str, items: int = 20, days: float | None = 2.0, kind: ChannelKind = ChannelKind.FEED, **facts: Any) -> Find:
    oldest = NOW - timedelta(days=days) if days else None
    reading = Reading("rss", items, items if days else 0, NOW if days else None, oldest, **facts)
    return Find(url, kind, "named by the home page", ProbeStatus.OK, "", reading)


def draft(homepage: str, *finds: Find, given: Given = NOBODY, name: str | None = "Tigris Post", language: str | None = None) -> Draft:
    return draft_source(Site(homepage, name, language), Choice(finds, ()), given, {"taken"}, homepage, NOW)


def test_source_is_inferred_from_what_was_found() -> None:
    made = draft(
        "https://www.tigris-post.iq/",
        found("https://www.tigris-post.iq/rss", language="ar"),
        found("https://www.tigris-post.iq/en/rss", 10, language="en"),
        found("https://www.tigris-post.iq/news.xml", kind=ChannelKind.SITEMAP, language="ar"),
    )
    source = made.source
    assert (source.id, source.name, source.country, source.time_zone) == ("tigris-post", "Tigris Post", "IQ", "Asia/Baghdad")
    assert source.languages == ("ar", "en")
    assert source.feeds == (Feed(url="https://www.tigris-post.iq/rss"), Feed(url="https://www.tigris-post.iq/en/rss", language="en"))
    assert source.sitemaps == ("https://www.tigris-post.iq/news.xml",)
    assert source.kind is SourceKind.NEWSPAPER
    assert source.expected is not None
    assert (source.expected.low, source.expected.high) == (4, 42)
    assert source.rhythm == "adaptive"
    assert source.enabled
    assert summary(made) == "Tigris Post (tigris-post): 2 feeds and 1 sitemap, ar en, IQ"


def test_comment_states_the_evidence_and_the_guesses() -> None:
    comment = "\n".join(draft("https://tigris.iq/", found("https://tigris.iq/rss", language="ar")).comment)
    assert "2026-10-20" in comment
    assert "- feed https://tigris.iq/rss: named by the home page; rss, 20 articles, newest 2026-10-20 12:00 UTC." in comment
    assert "its country IQ, by the domain .iq" in comment


def test_what_the_user_says_counts_and_is_no_guess() -> None:
    given = Given("tp", "The Post", "JO", ("en",), SourceKind.AGENCY, "Asia/Amman")
    made = draft("https://tigris.iq/", found("https://tigris.iq/rss", language="ar"), given=given)
    source = made.source
    assert (source.id, source.name, source.country, source.languages) == ("tp", "The Post", "JO", ("en",))
    assert (source.kind, source.time_zone, made.to_check) == (SourceKind.AGENCY, "Asia/Amman", ())


def test_site_that_tells_nothing_is_pan_regional_and_undetermined() -> None:
    made = draft("https://nowhere.example/", found("https://nowhere.example/rss", days=None), name=None)
    source = made.source
    assert (source.id, source.name, source.country, source.time_zone, source.languages) == ("nowhere", "nowhere", "XX", "UTC", ("und",))
    assert (source.expected, source.rhythm, source.kind) == (None, "adaptive", SourceKind.WEBSITE)
    assert any("expected" in line for line in made.to_check)


def test_language_of_the_home_page_decides_which_comes_first() -> None:
    finds = (found("https://t.example/ar", 30, language="ar"), found("https://t.example/en", 10, language="en"))
    assert draft("https://t.example/", *finds, language="en").source.languages == ("en", "ar")
    assert draft("https://t.example/", found("https://t.example/f"), language="fa").source.languages == ("fa",)


def test_feed_title_names_an_outlet_whose_page_does_not() -> None:
    assert draft("https://t.example/", found("https://t.example/f", title="وكالة دجلة"), name=None).source.kind is SourceKind.AGENCY


def test_name_from_the_web_is_cleaned() -> None:
    assert draft("https://t.example/", found("https://t.example/f"), name="\u202bTigris\n  Post\x1b\u202c").source.name == "Tigris Post"


def test_stale_source_is_switched_off() -> None:
    find = Find("https://t.example/f", ChannelKind.FEED, "given", ProbeStatus.STALE, "its newest article is 90 days old", Reading("rss", 5))
    made = draft("https://t.example/", find)
    assert not made.source.enabled
    assert made.source.notes


def test_option_that_fits_no_source_is_refused() -> None:
    with pytest.raises(ValidationError):
        draft("https://t.example/", found("https://t.example/f"), given=Given(id="Not An Id"))


@pytest.mark.parametrize(("items", "days"), [(20, 20.0), (20, 0.5), (10, 0.05)])
def test_one_look_at_a_feed_fixes_no_rhythm(items: int, days: float) -> None:
    source = draft("https://t.example/", found("https://t.example/f", items, days)).source
    assert (source.every, source.cron) == (None, None)


def test_moved_feed_is_written_with_both_addresses() -> None:
    find = Find("https://t.example/old", ChannelKind.FEED, "given", ProbeStatus.MOVED, "", Reading("rss", 5), "https://t.example/new")
    made = draft("https://t.example/", find)
    assert made.source.feeds == (Feed(url="https://t.example/new"),)
    assert any("asked for as https://t.example/old" in line for line in made.comment)


@pytest.mark.parametrize(
    ("homepage", "languages", "country"),
    [
        ("https://tigris.iq/", ["ar"], "IQ"),
        ("https://post.co.uk/", ["en"], "GB"),
        ("https://post.com.tr/", [], "TR"),
        ("https://شبكة.مصر/", ["ar"], "EG"),
        ("https://post.xn--mgbtx2b/", [], "IQ"),
        ("https://post.tv/", ["tr"], "TR"),
        ("https://post.com/", ["he"], "IL"),
        ("https://post.com/", ["ar"], None),
        ("https://post.io/", [], None),
    ],
)
def test_country_is_told_by_domain_then_by_language(homepage: str, languages: list[str], country: str | None) -> None:
    assert territory_of(homepage, languages)[0] == country


@pytest.mark.parametrize(
    ("country", "offset", "zone", "sure"),
    [
        ("IQ", None, "Asia/Baghdad", True),
        ("XX", None, "UTC", False),
        ("US", None, "America/New_York", False),
        ("US", -420, "America/Los_Angeles", False),
        ("US", -240, "America/New_York", False),
        ("US", 180, "America/New_York", False),
    ],
)
def test_time_zone_is_the_only_one_or_the_one_that_fits(country: str, offset: int | None, zone: str, sure: bool) -> None:
    assert zone_of(country, offset, NOW) == (zone, sure)


def test_countries_are_named_by_code_and_in_english() -> None:
    assert [territory_named(text) for text in ("iq", "Iraq", "Palestine", "XX", "News", "")] == ["IQ", "IQ", "PS", "XX", None, None]
    assert (territory_name("IQ"), territory_name("XX")) == ("Iraq", "Pan-regional and international")
    assert (main_language("IQ"), main_language("SD"), main_language("XX")) == ("ar", "ar", None)


def test_feeds_of_a_list_make_a_source() -> None:
    feeds = [Feed(url="https://t.iq/ku", language="ckb"), Feed(url="https://t.iq/ar", language="ar"), Feed(url="https://t.iq/all")]
    source = draft_from_list("https://t.iq/", "Tigris TV", feeds, Given(id="taken"), {"taken"}, NOW)
    assert (source.id, source.country, source.languages, source.kind) == ("taken-2", "IQ", ("ckb", "ar"), SourceKind.BROADCASTER)
    assert [feed.language for feed in source.feeds] == [None, "ar", None]
    bare = draft_from_list("https://t.eg/", "T", [Feed(url="https://t.eg/rss")], NOBODY, (), NOW)
    assert (bare.languages, bare.time_zone) == (("ar",), "Africa/Cairo")
    nowhere = draft_from_list("https://t.example/", "T", [Feed(url="https://t.example/rss")], NOBODY, (), NOW)
    assert (nowhere.languages, nowhere.country) == (("und",), "XX")
