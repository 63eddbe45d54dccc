"""The step that every way in shares: a page or a row becomes one attempt, with a draft or with the reason why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.archives import ArchivedResponse
from crawler.ingest import process_archived
from crawler.processing import Policy, Row, process_page, process_row, read_row
from crawler.records import Candidate, Page, PageContext
from storage.records import Outcome
from tests.warcs import FOOTBALL, PARLIAMENT, article_page

NOW = datetime(2026, 10, 2, 12, tzinfo=UTC)
CONTEXT = PageContext(source_id="tigris-post", source_name="Tigris Post", country="IQ", languages=("en",), time_zone="Asia/Baghdad")
URL = "https://tigris.example/politics/1?utm_source=feed"


def page(body: bytes, url: str = URL, content_type: str = "text/html") -> Page:
    return Page(url, url, body, NOW, 200, content_type)


def test_relevant_page_becomes_a_draft_with_evidence() -> None:
    attempt = process_page(page(article_page("Parliament sends delegation to Damascus", PARLIAMENT)), CONTEXT, Policy())
    draft = attempt.draft
    assert draft is not None
    assert attempt.outcome is None
    assert attempt.candidate_url == URL
    assert "utm_source" not in attempt.canonical_url
    assert (draft.source_id, draft.title, draft.language) == ("tigris-post", "Parliament sends delegation to Damascus", "en")
    assert draft.published_at == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert draft.published_from
    assert draft.relevant
    assert draft.relevance_reasons
    assert {"IQ", "SY"} <= {tag.value for tag in draft.tags}
    assert attempt.size_bytes


def test_irrelevant_page_leaves_its_reasons_unless_everything_is_kept() -> None:
    football = page(article_page("Cup final won by two goals", FOOTBALL))
    turned_away = process_page(football, PageContext(source_id="x"), Policy())
    assert (turned_away.outcome, turned_away.draft) == (Outcome.IRRELEVANT, None)
    assert turned_away.reason
    kept = process_page(football, PageContext(source_id="x"), Policy(keep_irrelevant=True))
    assert kept.draft is not None
    assert kept.draft.relevant is False


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (page(b"%PDF-1.7", content_type="application/pdf"), Outcome.NOT_HTML),
        (page(b"<html><body><video src=x></video></body></html>"), Outcome.NO_TEXT),
        (page(b"<!doctype " + b"/" * 5000 + b"><p>x</p>"), Outcome.MALFORMED),
        (page(b"<p>" + b"x" * 6_000_000), Outcome.TOO_LARGE),
        (page(b"<p>x</p>", url="gopher://tigris.example/"), Outcome.MALFORMED),
    ],
)
def test_page_without_an_article_says_why(given: Page, outcome: Outcome) -> None:
    attempt = process_page(given, CONTEXT, Policy())
    assert attempt.outcome is outcome
    assert attempt.reason
    assert "\n" not in attempt.reason


def test_day_without_a_clock_time_is_marked_as_a_day() -> None:
    body = article_page("Parliament sends delegation to Damascus", PARLIAMENT, published="2026-10-01")
    draft = process_page(page(body), CONTEXT, Policy()).draft
    assert draft is not None
    assert draft.published_from is not None
    assert draft.published_from.endswith(" (day)")


def test_feed_gives_the_date_that_the_page_lacks() -> None:
    at = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    body = article_page("Parliament sends delegation to Damascus", PARLIAMENT).replace(b"article:published_time", b"article:nothing")
    context = PageContext(source_id="x", candidate=Candidate(URL, "https://tigris.example/rss", published_at=at))
    draft = process_page(page(body), context, Policy()).draft
    assert draft is not None
    assert (draft.published_at, draft.published_from) == (at, "feed")


def test_row_is_judged_like_a_page() -> None:
    row = Row("https://tigris.example/2", "\n\n".join(PARLIAMENT), NOW, title="Delegation to Damascus", extra={"desk": "politics"})
    draft = process_row(row, CONTEXT, Policy()).draft
    assert draft is not None
    assert (draft.language, draft.extractor, draft.extra) == ("en", "given", {"desk": "politics"})
    assert process_row(Row("https://tigris.example/3", " \n", NOW), CONTEXT, Policy()).outcome is Outcome.NO_TEXT
    assert process_row(Row("tigris", "text", NOW), CONTEXT, Policy()).outcome is Outcome.MALFORMED
    sport = process_row(Row("https://tigris.example/4", "\n\n".join(FOOTBALL), NOW), PageContext(source_id="x"), Policy())
    assert sport.outcome is Outcome.IRRELEVANT


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "no url"),
        ({"url": ""}, "no url"),
        ({"url": 5}, "url is not a string"),
        ({"url": "https://a.example", "title": ["x"]}, "title is not a string"),
        ({"url": "https://a.example", "published_at": "0001-01-01T00:00:00+14:00"}, "not an ISO 8601 time"),
    ],
)
def test_row_with_the_wrong_fields_is_refused(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_row(data, NOW)


def test_time_of_a_row_without_a_zone_is_utc() -> None:
    assert read_row({"url": "https://a.example", "published_at": "2026-10-01 10:00"}, NOW).published_at == datetime(
        2026, 10, 1, 10, tzinfo=UTC
    )


def test_archived_response_is_judged_by_its_status_and_its_encoding() -> None:
    def archived(status: int, headers: dict[str, str], body: bytes) -> Outcome | None:
        return process_archived(ArchivedResponse(URL, status, headers, body, NOW), CONTEXT, Policy()).outcome

    good = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    assert archived(200, {"content-type": "text/html"}, good) is None
    assert archived(404, {}, good) is Outcome.GONE
    assert archived(200, {"content-encoding": "gzip"}, b"no gzip") is Outcome.MALFORMED
    assert archived(200, {"content-encoding": "gzip, gzip, gzip"}, good) is Outcome.MALFORMED


CREDITED = [
    ("ar", "أردال - رويترز: قال وزير الخارجية إن الوفد سيزور العاصمة غدا.\n\nوأضاف أن المحادثات ستبدأ صباحا.", "reuters"),
    ("ar", "قال الوزير إن الوفد سيزور العاصمة غدا.\n\nوأضاف أن المحادثات ستبدأ صباحا.\n\nالمصدر: وكالة الأناضول", "aa"),
    ("fa", "به گزارش ایرنا، وزیر خارجه گفت که هیئت فردا به پایتخت می‌رود.\n\nاو افزود که گفتگوها صبح آغاز می‌شود.", "irna"),
    ("tr", "ARDAL (AA) - Dışişleri Bakanı, heyetin yarın başkente gideceğini söyledi.\n\nGörüşmeler sabah başlayacak.", "aa"),
    ("he", "שר החוץ אמר כי המשלחת תבקר מחר בבירה.\n\nהוא הוסיף כי השיחות יחלו בבוקר. (רויטרס)", "reuters"),
    ("ku", "وەزیری دەرەوە گوتی شاندەکە سبەی دەچێتە پایتەخت.\n\nگفتوگۆکان بەیانی دەست پێدەکەن.\n\nسەرچاوە: رۆیتەرز", "reuters"),
    ("fr", "ARDAL (AFP) - Le ministre a dit que la délégation irait demain.\n\nLes pourparlers commenceront le matin.", "afp"),
    ("en", "ARDAL, May 3 (Reuters) - The minister said that the delegation would go.\n\nTalks begin in the morning.", "reuters"),
    ("en", "ARDAL, May 3 (Reuters) - The minister said that the delegation would go.\nTalks begin in the morning.", "reuters"),
    ("en", "The minister told Reuters that the delegation would go.\n\nTalks begin in the morning, said AFP on Monday.", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "agency"), CREDITED)
def test_agency_of_an_ingested_text_is_that_of_its_dateline_or_credit(language: str, text: str, agency: str | None) -> None:
    draft = process_row(Row(URL, text, NOW, language=language), CONTEXT, Policy(keep_irrelevant=True)).draft
    assert draft is not None
    assert draft.agency == agency
    assert ("agency" in draft.evidence) is (agency is not None)


@pytest.mark.parametrize(
    ("extra", "agency"),
    [
        ({"byline": "Reuters"}, "reuters"),
        ({"authors": ["Ada Venn", "AFP"]}, "afp"),
        ({"agency": "وكالة الأناضول"}, "aa"),
        ({"author": "Ada Venn", "authors": 7, "credit": None}, None),
        ({"note": "Reuters"}, None),
    ],
)
def test_agency_of_an_ingested_text_may_stand_in_a_field_of_its_row(extra: dict[str, object], agency: str | None) -> None:
    draft = process_row(Row(URL, "\n\n".join(PARLIAMENT), NOW, extra=extra), CONTEXT, Policy(keep_irrelevant=True)).draft
    assert draft is not None
    assert (draft.agency, draft.extra) == (agency, extra)
