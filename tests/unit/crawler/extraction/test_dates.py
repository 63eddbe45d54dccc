from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.date_evidence import CONFIG
from crawler.extraction.dates import read_dates
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse
from crawler.records import Candidate, Dated, PageContext

FETCHED_AT = datetime(2024, 6, 30, 12, tzinfo=UTC)
URL = "https://news.example/a"


def json_ld(**dates: str) -> str:
    pairs = "".join(f', "{name}": "{value}"' for name, value in dates.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Harbour talks resume"{pairs}}}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def published(head: str, body: str = "<p>text</p>", url: str = URL, context: PageContext = PageContext()) -> Dated | None:  # noqa: B008
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>", url)
    return read_dates(tree, read_facts(tree), url, context, FETCHED_AT).published


def modified(head: str, body: str = "", *, context: PageContext = PageContext()) -> Dated | None:  # noqa: B008
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>", URL)
    return read_dates(tree, read_facts(tree), URL, context, FETCHED_AT).modified


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("head", "body", "found_in"),
    [
        (json_ld(datePublished="2024-05-01T10:00:00Z") + meta("article:published_time", "2024-04-01T10:00:00Z"), "", "json-ld"),
        (meta("article:published_time", "2024-05-01T10:00:00Z") + meta("date", "2024-04-01T10:00:00Z"), "", "meta"),
        ("", '<span itemprop="datePublished" content="2024-05-01T10:00:00Z">1 May</span>', "microdata"),
        ("", '<span property="schema:datePublished" content="2024-05-01T10:00:00Z">1 May</span>', "microdata"),
        (meta("parsely-pub-date", "2024-05-01T10:00:00Z"), "", "meta"),
        (json_ld(uploadDate="2024-05-01T10:00:00Z"), "", "json-ld"),
        (
            "",
            '<time class="x" datetime="2024-04-01T10:00:00Z">a</time><time class="post-date" datetime="2024-05-01T10:00:00Z">b</time>',
            "time",
        ),
        (
            "",
            '<div class="related"><time datetime="2024-04-01T10:00:00Z">a</time></div><time datetime="2024-05-01T10:00:00Z">b</time>',
            "time",
        ),
    ],
)
def test_the_most_credible_claim_wins(head: str, body: str, found_in: str) -> None:
    dated = published(head, body)
    assert dated is not None
    assert (dated.at, dated.found_in, dated.day_only) == (at("2024-05-01T10:00:00Z"), found_in, False)


def test_a_day_takes_the_clock_of_another_claim_of_the_same_day() -> None:
    dated = published(json_ld(datePublished="2024-05-01") + meta("article:published_time", "2024-05-01T10:20:00Z"))
    assert dated is not None
    assert (dated.at, dated.found_in, dated.day_only) == (at("2024-05-01T10:20:00Z"), "meta", False)


def test_midnight_is_as_good_as_a_day() -> None:
    dated = published(json_ld(datePublished="2024-05-01T00:00:00Z") + meta("article:published_time", "2024-05-01T10:20:00Z"))
    assert dated is not None
    assert dated.at == at("2024-05-01T10:20:00Z")


def test_another_day_does_not_lend_its_clock() -> None:
    dated = published(json_ld(datePublished="2024-05-01") + meta("article:published_time", "2024-05-03T10:20:00Z"))
    assert dated is not None
    assert (dated.at, dated.day_only) == (at("2024-05-01T00:00:00Z"), True)


def test_a_clock_without_a_zone_takes_the_zone_of_the_same_clock_elsewhere() -> None:
    dated = published(json_ld(datePublished="2024-05-01T13:20:05") + meta("article:published_time", "2024-05-01T13:20:05+03:00"))
    assert dated is not None
    assert (dated.at, dated.found_in, dated.confidence) == (at("2024-05-01T10:20:05Z"), "json-ld", CONFIG.json_ld)


@pytest.mark.parametrize(
    ("url", "time_zone", "utc", "factor"),
    [
        (URL, "Asia/Tehran", "2024-05-01T09:50:00Z", CONFIG.assumed_zone),
        ("https://news.example.il/a", None, "2024-05-01T10:20:00Z", CONFIG.assumed_zone),
        ("https://news.example.il/a", "Europe/London", "2024-05-01T12:20:00Z", CONFIG.assumed_zone),
        ("https://news.example.il/a", "Mars/Olympus", "2024-05-01T10:20:00Z", CONFIG.assumed_zone),
        (URL, None, "2024-05-01T13:20:00Z", CONFIG.assumed_utc),
    ],
)
def test_an_assumed_zone_costs_confidence(url: str, time_zone: str | None, utc: str, factor: float) -> None:
    dated = published(json_ld(datePublished="2024-05-01 13:20:00"), url=url, context=PageContext(time_zone=time_zone))
    assert dated is not None
    assert dated.at == at(utc)
    assert dated.confidence == pytest.approx(CONFIG.json_ld * factor, abs=0.001)


def test_the_feed_gives_the_clock_of_a_day_and_the_date_of_a_page_without() -> None:
    context = PageContext(candidate=Candidate(URL, "feed.xml", published_at=at("2024-05-01T08:15:00Z")))
    for head in (json_ld(datePublished="2024-05-01"), ""):
        dated = published(head, context=context)
        assert dated is not None
        assert (dated.at, dated.found_in) == (at("2024-05-01T08:15:00Z"), "feed")


def test_the_address_gives_a_day() -> None:
    dated = published("", url="https://news.example/2024/05/01/harbour-talks")
    assert dated is not None
    assert (dated.at, dated.found_in, dated.day_only) == (at("2024-05-01T00:00:00Z"), "url", True)


def test_the_visible_date_is_the_last_resort() -> None:
    dated = published("", '<div class="date">May 1, 2024</div><p>text</p>')
    assert dated is not None
    assert (dated.at, dated.found_in, dated.day_only) == (at("2024-05-01T00:00:00Z"), "htmldate", True)


@pytest.mark.parametrize("value", ["2024-07-03T00:00:00Z", "1989-12-31T00:00:00Z", "2024-13-01", "x" * 80])
def test_impossible_dates_are_no_claims(value: str) -> None:
    assert published(json_ld(datePublished=value)) is None


def test_a_clock_a_day_ahead_is_possible() -> None:
    assert published(json_ld(datePublished="2024-07-01T12:00:00Z")) is not None


def test_modification_is_its_own_fact() -> None:
    dated = modified(json_ld(datePublished="2024-05-01T10:00:00Z", dateModified="2024-05-02T10:00:00Z"))
    assert dated == Dated(at("2024-05-02T10:00:00Z"), "json-ld", CONFIG.json_ld)
    assert modified(meta("og:updated_time", "2024-05-02T10:00:00Z")) is not None
    assert modified("", '<time class="updated" datetime="2024-05-02T10:00:00Z">x</time>') is not None
    assert modified(json_ld(datePublished="2024-05-01T10:00:00Z")) is None


def test_a_modification_before_publication_contradicts_itself() -> None:
    head = json_ld(dateModified="2024-05-01T09:00:00Z")
    assert modified(head + meta("article:published_time", "2024-05-01T10:00:00Z")) is None
    assert modified(head + meta("article:published_time", "2024-05-02")) is not None


CAIRO = PageContext(time_zone="Africa/Cairo")
HEADLINE = "<h1>Harbour talks resume</h1>"


def by_feed(text: str, time_zone: str = "Africa/Cairo") -> PageContext:
    return PageContext(time_zone=time_zone, candidate=Candidate(URL, "feed.xml", published_at=at(text)))


@pytest.mark.parametrize(
    ("head", "body", "context", "utc", "found_in"),
    [
        ("2024-02-01T10:20:05Z", "1 February 2024 10:20", CAIRO, "2024-02-01T08:20:05Z", "json-ld, zone corrected by text"),
        ("2024-02-01T12:20:05Z", "1 February 2024 10:20", CAIRO, "2024-02-01T08:20:05Z", "json-ld, zone corrected by text"),
        ("2024-02-01T08:20:05Z", "1 February 2024 10:20", CAIRO, "2024-02-01T08:20:05Z", "json-ld"),
        ("2024-02-01T10:20:05Z", "1 February 2024 10:20 GMT", CAIRO, "2024-02-01T10:20:05Z", "json-ld"),
        ("2024-02-01T10:20:05.123Z", "1 February 2024 10:20", CAIRO, "2024-02-01T10:20:05Z", "json-ld"),
        ("2024-02-01T10:20:05+00:00", "1 February 2024 10:20", CAIRO, "2024-02-01T10:20:05Z", "json-ld"),
        ("2024-02-01T10:20:05Z", "1 February 2024 10:20", PageContext(), "2024-02-01T10:20:05Z", "json-ld"),
        ("2024-02-01T10:20:05+00:00", "", by_feed("2024-02-01T08:20:05Z"), "2024-02-01T08:20:05Z", "json-ld, zone corrected by feed"),
        ("2024-02-01T10:20:05Z", "", by_feed("2024-02-01T10:20:05Z"), "2024-02-01T10:20:05Z", "json-ld"),
        ("2024-06-30T14:30:00Z", "", CAIRO, "2024-06-30T11:30:00Z", "json-ld, zone corrected by time of fetching"),
    ],
)
def test_a_clock_of_the_newsroom_that_is_called_utc_is_corrected(
    head: str, body: str, context: PageContext, utc: str, found_in: str
) -> None:
    dated = published(json_ld(datePublished=head), HEADLINE + f"<p>{body}</p>", context=context)
    assert dated is not None
    assert (dated.at.replace(microsecond=0), dated.found_in) == (at(utc), found_in)
    assert dated.confidence == pytest.approx(CONFIG.json_ld * (CONFIG.corrected if "corrected" in found_in else 1.0))


def test_the_same_clock_with_its_zone_elsewhere_corrects_a_false_utc() -> None:
    dated = published(json_ld(datePublished="2024-05-01T13:20:05Z") + meta("article:published_time", "2024-05-01T13:20:05+03:00"))
    assert dated is not None
    assert (dated.at, dated.found_in) == (at("2024-05-01T10:20:05Z"), "json-ld, zone corrected by meta")


def test_no_page_is_published_after_it_was_edited() -> None:
    head = json_ld(datePublished="2024-02-01T10:20:05Z", dateModified="2024-02-01T10:30:00+02:00")
    dated = published(head, context=CAIRO)
    assert dated is not None
    assert (dated.at, dated.found_in) == (at("2024-02-01T08:20:05Z"), "json-ld, zone corrected by modification")


def test_an_arabic_page_of_nowhere_that_shows_utc_as_its_clock_is_doubted() -> None:
    body = "<h1>استئناف محادثات الميناء</h1><p>1 شباط 2024 10:20</p>"
    head = '<meta property="og:locale" content="ar">' + json_ld(datePublished="2024-02-01T10:20:05Z")
    dated = published(head, body)
    assert dated is not None
    assert dated.at == at("2024-02-01T10:20:05Z")
    assert dated.confidence == pytest.approx(CONFIG.json_ld * CONFIG.doubted)


@pytest.mark.parametrize(
    ("title", "locale", "utc"),
    [
        ("گزارش زندگی کارگران بندر", "", "2024-05-01T09:50:00Z"),
        ("بندرگاہ کے مذاکرات پھر شروع", "", "2024-05-01T13:20:00Z"),
        ("שיחות הנמל מתחדשות", "", "2024-05-01T10:20:00Z"),
        ("وتووێژەکانی بەندەر", "", "2024-05-01T10:20:00Z"),
        ("استئناف المحادثات", "ar_EG", "2024-05-01T10:20:00Z"),
        ("Liman görüşmeleri", "tr_TR", "2024-05-01T10:20:00Z"),
        ("Reprise au port", "fr_TN", "2024-05-01T12:20:00Z"),
        ("استئناف المحادثات", "ar", "2024-05-01T13:20:00Z"),
    ],
)
def test_language_and_locale_tell_the_zone_where_nothing_else_does(title: str, locale: str, utc: str) -> None:
    head = meta("og:title", title) + meta("og:locale", locale) + meta("article:published_time", "2024-05-01T13:20:00")
    dated = published(head)
    assert dated is not None
    assert dated.at == at(utc)


def test_the_country_of_the_source_tells_its_zone() -> None:
    dated = published(json_ld(datePublished="2024-05-01 13:20:00"), context=PageContext(country="IR"))
    assert dated is not None
    assert dated.at == at("2024-05-01T09:50:00Z")


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (json_ld(datePublished="2024-04-05T10:20:00Z"), "https://news.example/2024/05/04/harbour"),
        (json_ld(datePublished="2024-11-05T10:20:00Z"), "https://news.example/2024/5/11/harbour"),
        (meta("date", "04/05/2024 10:20 UTC") + '<html lang="en-us">', "https://news.example/2024/05/04/harbour"),
    ],
)
def test_a_day_and_a_month_that_were_exchanged_are_exchanged_back(head: str, url: str) -> None:
    dated = published(head, url=url)
    assert dated is not None
    assert dated.at.strftime("%m-%d") in ("05-04", "05-11")


def test_two_that_agree_outvote_the_one_that_claims_most() -> None:
    head = json_ld(datePublished="2019-01-01T10:00:00Z") + meta("article:published_time", "2024-05-01T10:00:00Z")
    dated = published(head, url="https://news.example/2024/05/01/harbour")
    assert dated is not None
    assert (dated.at, dated.found_in) == (at("2024-05-01T10:00:00Z"), "meta")
    dated = published(head)
    assert dated is not None
    assert dated.at == at("2019-01-01T10:00:00Z")


def test_what_the_page_shows_gives_the_clock_that_the_markup_lacks() -> None:
    dated = published(json_ld(datePublished="2024-05-01"), HEADLINE + "<p>Published: 1 May 2024, 13:20</p>", context=CAIRO)
    assert dated is not None
    assert (dated.at, dated.found_in, dated.day_only) == (at("2024-05-01T10:20:00Z"), "text", False)


def test_a_shown_edit_is_a_modification_and_never_a_publication() -> None:
    body = HEADLINE + "<p>Published: 1 May 2024 13:20 - Updated: 2 May 2024 15:00</p>"
    tree = parse(f"<html><body>{body}</body></html>", URL)
    dates = read_dates(tree, read_facts(tree), URL, CAIRO, FETCHED_AT)
    assert dates.published is not None
    assert dates.modified is not None
    assert (dates.published.at, dates.modified.at) == (at("2024-05-01T10:20:00Z"), at("2024-05-02T12:00:00Z"))
    assert published("", HEADLINE + "<p>Updated: 2 May 2024 15:00</p>", context=CAIRO) is None


def test_an_edit_from_the_same_template_is_corrected_with_the_publication() -> None:
    head = json_ld(datePublished="2024-02-01T10:20:05Z", dateModified="2024-02-01T11:00:00Z")
    tree = parse(f"<html><head>{head}</head><body>{HEADLINE}<p>1 February 2024 10:20</p></body></html>", URL)
    dates = read_dates(tree, read_facts(tree), URL, CAIRO, FETCHED_AT)
    assert dates.modified is not None
    assert (dates.modified.at, dates.modified.found_in) == (at("2024-02-01T09:00:00Z"), "json-ld, zone corrected by publication")


def test_names_of_meta_tags_are_compared_without_their_points() -> None:
    dated = published(meta("article:published:time", "2024-05-01T10:00:00Z"))
    assert dated is not None
    assert (dated.at, dated.found_in) == (at("2024-05-01T10:00:00Z"), "meta")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://news.example/2024/05/03/harbour", "2024-05-03"),
        ("https://news.example/2024-05-03-harbour", "2024-05-03"),
        ("https://news.example/20240503/harbour", "2024-05-03"),
        ("https://news.example/world/2024/may/03/harbour", "2024-05-03"),
        ("https://news.example/2023/11/2338761/", None),
        ("https://news.example/2023/12/harbour", None),
        ("https://news.example/2024/0503/harbour", None),
    ],
)
def test_a_year_and_a_month_in_the_address_are_no_day(url: str, day: str | None) -> None:
    found = published("", url=url)
    assert (found.at.date().isoformat() if found else None) == day


def test_a_time_in_a_list_item_is_taken_only_when_no_other_stands_there() -> None:
    teaser = '<div class="module-teaser"><time class="publication-date" datetime="2024-05-01T10:00:00Z">a</time></div>'
    item = '<div class="article-listitem"><time class="publication-date" datetime="2024-04-01T10:00:00Z">b</time></div>'
    alone = published("", teaser + item)
    assert alone == Dated(at("2024-05-01T10:00:00+00:00"), "time", CONFIG.time_elsewhere)
    other = published("", item + '<time datetime="2024-05-02T10:00:00Z">c</time>')
    assert other == Dated(at("2024-05-02T10:00:00+00:00"), "time", CONFIG.time)


def test_a_date_told_from_now_is_believed_only_where_the_page_shows_nothing_else() -> None:
    headline = "<h1>Harbour talks resume after a week</h1>"
    ago = published("", headline + "<p>By Rana Haddad</p><span>2 hours ago</span>")
    assert ago == Dated(at("2024-06-30T10:00:00+00:00"), "text", CONFIG.relative)
    written = published("", headline + "<span>2 hours ago</span><span>29 June 2024</span>")
    assert written is not None
    assert (written.at, written.day_only) == (at("2024-06-29T00:00:00+00:00"), True)
    assert published("", "<div class='related'>2 hours ago</div>" + headline + "<div class='related'>2 hours ago</div>") is None


def test_an_edit_told_from_now_is_no_publication() -> None:
    body = "<h1>Harbour talks resume after a week</h1><span>Updated: 2 hours ago</span>"
    assert published("", body) is None
    edited = modified("", body)
    assert edited == Dated(at("2024-06-30T10:00:00+00:00"), "text", CONFIG.relative)
