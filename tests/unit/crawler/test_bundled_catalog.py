"""The bundled catalog: enough sources for every country and language, each with its evidence, none in another's way."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import yaml

from crawler.catalog import BUNDLED, Catalog, Source, load_catalog
from crawler.sourcebook import SourceBook
from crawler.urls import canonical_url, host_of
from crawler.watch.appointments import expectations
from crawler.watch.rhythm import next_look, shape_of
from storage.records import ADAPTIVE

REGION = BUNDLED.parent / "regions" / "mena.yml"
COUNTRIES = tuple(yaml.safe_load(REGION.read_text(encoding="utf-8"))["countries"])
LANGUAGES = ("ar", "fa", "tr", "he", "ckb", "kmr", "fr", "en")
ZONES = {
    "AE": "Asia/Dubai",
    "BH": "Asia/Bahrain",
    "DZ": "Africa/Algiers",
    "EG": "Africa/Cairo",
    "IL": "Asia/Jerusalem",
    "IQ": "Asia/Baghdad",
    "IR": "Asia/Tehran",
    "JO": "Asia/Amman",
    "KW": "Asia/Kuwait",
    "LB": "Asia/Beirut",
    "LY": "Africa/Tripoli",
    "MA": "Africa/Casablanca",
    "OM": "Asia/Muscat",
    "PS": "Asia/Hebron",
    "QA": "Asia/Qatar",
    "SA": "Asia/Riyadh",
    "SD": "Africa/Khartoum",
    "SY": "Asia/Damascus",
    "TN": "Africa/Tunis",
    "TR": "Europe/Istanbul",
    "YE": "Asia/Aden",
}
#: Outlets of a country that work from another one: their dates are of the seat.
ABROAD = {
    "anf": "Europe/Amsterdam",
    "dabanga": "Europe/Amsterdam",
    "electronic-intifada": "America/Chicago",
    "iran-intl": "Europe/London",
    "iran-times": "America/New_York",
    "iranwire": "Europe/London",
    "kayhan-london": "Europe/London",
    "mondoweiss": "America/New_York",
    "palestine-studies": "Asia/Beirut",
    "radio-farda": "Europe/Prague",
    "radio-zamaneh": "Europe/Amsterdam",
    "sudan-tribune": "Europe/Paris",
    "sudan-tribune-ar": "Europe/Paris",
}


@lru_cache(maxsize=1)
def bundled() -> Catalog:
    return load_catalog()


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    return {path.stem: path for path in BUNDLED.rglob("*.yml")}


def enabled() -> list[Source]:
    return [source for source in bundled() if source.enabled]


def comment(source_id: str) -> str:
    """Return the comment that leads a source's file, as one line of text."""
    lines = []
    for line in files()[source_id].read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def addresses(source: Source) -> list[str]:
    return [feed.url for feed in source.feeds] + list(source.sitemaps) + [section.url for section in source.sections]


def stated_languages(source: Source) -> set[str]:
    feeds = {feed.language or source.languages[0] for feed in source.feeds}
    return feeds | {section.language or source.languages[0] for section in source.sections}


def short(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url)


def test_at_least_160_sources_are_enabled() -> None:
    assert len(files()) == len(bundled())
    assert len(enabled()) >= 160


def test_region_has_21_countries_and_each_has_a_zone_here() -> None:
    assert len(COUNTRIES) == 21
    assert set(COUNTRIES) == set(ZONES)


@pytest.mark.parametrize("country", COUNTRIES)
def test_country_has_at_least_three_enabled_sources(country: str) -> None:
    assert sum(source.country == country for source in enabled()) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_at_least_two_enabled_sources_that_publish_in_it(language: str) -> None:
    def publishes(source: Source) -> bool:
        if language not in source.languages:
            return False
        return language in stated_languages(source) or (bool(source.sitemaps) and source.languages[0] == language)

    assert sum(map(publishes, enabled())) >= 2


def test_languages_are_those_of_the_region() -> None:
    odd = {source.id: source.languages for source in bundled() if not set(source.languages) <= set(LANGUAGES)}
    assert odd == {}


def test_each_channel_is_in_a_language_of_its_source() -> None:
    for source in bundled():
        assert stated_languages(source) <= set(source.languages), source.id


def test_each_file_lies_in_the_folder_of_its_country() -> None:
    for source in bundled():
        assert files()[source.id].parent == BUNDLED / source.country.lower(), source.id


def test_each_file_begins_with_the_evidence_for_every_address_it_uses() -> None:
    for source in bundled():
        text = comment(source.id)
        assert "October 2026" in text, source.id
        for url in addresses(source):
            assert short(url) in text, f"{source.id}: no evidence for {url}"


def test_no_enabled_source_uses_an_address_that_was_only_reported_out_of_order() -> None:
    for source in enabled():
        for item in comment(source.id).split(" - ")[1:]:
            evidence = item.partition("Not used:")[0]
            if re.search(r"reported (?:dead|blocked|empty)", evidence):
                assert "working" in evidence, f"{source.id}: {evidence}"


def test_no_comment_or_note_claims_a_check_of_ours() -> None:
    for source in bundled():
        assert "nothing here is a live check of ours" in comment(source.id), source.id


def test_each_source_says_how_many_articles_are_usual_and_that_it_is_an_estimate() -> None:
    for source in bundled():
        assert source.expected is not None, source.id
        assert source.expected.high <= 2_000, source.id
        assert "estimate" in comment(source.id), source.id


def test_each_disabled_source_says_why() -> None:
    assert [source.id for source in bundled() if not source.enabled and not source.notes] == []


def test_no_address_stands_in_two_sources() -> None:
    seen = Counter(canonical_url(url).rstrip("/") for source in bundled() for url in addresses(source))
    assert [url for url, times in seen.items() if times > 1] == []


def test_no_source_has_more_than_six_feeds_of_one_language() -> None:
    for source in bundled():
        counts = Counter(feed.language for feed in source.feeds)
        assert max(counts.values(), default=0) <= 6, source.id


def test_names_are_unique() -> None:
    seen = Counter(source.name.casefold() for source in bundled())
    assert [name for name, times in seen.items() if times > 1] == []


def test_no_two_sources_claim_the_same_homepage() -> None:
    homes = Counter((host_of(source.homepage).removeprefix("www."), urlsplit(source.homepage).path.rstrip("/")) for source in bundled())
    assert [home for home, times in homes.items() if times > 1] == []


def test_a_page_below_a_homepage_is_of_that_source() -> None:
    book = SourceBook(bundled())
    for source in bundled():
        assert book.find(source.homepage.rstrip("/") + "/2026/article-1")[0].id == source.id


def test_time_zone_is_the_one_of_the_country_or_of_the_seat_abroad() -> None:
    for source in bundled():
        if source.country in ZONES:
            assert source.time_zone == ABROAD.get(source.id, ZONES[source.country]), source.id
        elif source.enabled:
            assert source.time_zone != "UTC", f"{source.id}: an international outlet has a seat"
    assert set(ABROAD) <= set(bundled().sources)


def test_an_agency_is_looked_at_more_often_than_a_think_tank() -> None:
    """No bundled file states a rhythm: each begins with what its `expected` bounds say, and adapts."""
    noon = datetime(2026, 5, 6, 12, tzinfo=UTC)
    for source in enabled():
        assert source.expected is not None
        assert source.rhythm == ADAPTIVE, source.id
        shape = shape_of([], noon, ZoneInfo(source.time_zone), noon, expectations(source, noon).per_day)
        interval = next_look(shape, [], noon, since=noon).interval
        if source.expected.high >= 500:
            assert interval <= timedelta(minutes=30), source.id
        if source.expected.high <= 5:
            assert interval >= timedelta(hours=2), source.id
