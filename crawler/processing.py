"""From what was received to what is kept: the pure step that every way in shares.

A crawled page, a page of an archive and a row of a file all pass here, in a worker process: extract, tag, judge, and say with one `Attempt`
what came of the candidate. No network, no database, and no exception for what a page can do wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from crawler.discovery import Alternate
from crawler.discovery.alternates import alternates_of
from crawler.errors import PageError
from crawler.extraction import extract
from crawler.extraction.agencies import agency_of
from crawler.extraction.language import detect_language
from crawler.extraction.told import Told
from crawler.records import Dated, Page, PageContext
from crawler.tagging.actor_tags import adopt_book, packed_book
from crawler.tagging.judging import Judgement, judge_article
from crawler.tagging.region import RegionProfile, load_region
from crawler.tagging.topics import topics
from crawler.tagging.version import tagging_version
from crawler.urls import UrlError, canonical_url
from storage.records import ArticleDraft, Attempt, Outcome

ROW_FIELDS = frozenset({"url", "title", "text", "published_at", "source", "language"})
#: Fields of a row that may name the agency of its text; they are kept in `extra` too.
CREDIT_FIELDS = ("byline", "author", "authors", "agency", "credit")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is kept: articles that are relevant to `region`, or all of them; `gazetteer` is a folder of actors of one's own."""

    region: str = "mena"
    keep_irrelevant: bool = False
    gazetteer: Path | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One text of an ingested file, its page already lost: `url`, `text` and what else the row says.

    `fetched_at` is when it was fetched, or the present where the row does not say.
    """

    url: str
    text: str
    fetched_at: datetime
    title: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    extra: Mapping[str, Any] | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    description: str | None = None
    image_url: str | None = None
    modified_at: datetime | None = None
    paywalled: bool | None = None


@lru_cache(maxsize=4)
def _region(name: str) -> RegionProfile:
    return load_region(name)


def tagging_ready(policy: Policy) -> Callable[[], None]:
    """Return what a worker calls to have the actors ready: they are read here, once, and handed over.

    Raises: CatalogError when a gazetteer or the topics are wrong.
    """
    topics()  # a worker reads them in no time, but here a mistake is said before anything is done
    return partial(_take_over, packed_book(policy.gazetteer), policy, version_of(policy))


_versions: dict[Policy, str] = {}


def _take_over(packed: bytes, policy: Policy, version: str) -> None:
    """Take over what the parent read."""
    adopt_book(packed, policy.gazetteer)
    _versions[policy] = version


def version_of(policy: Policy) -> str:
    """Return the version of the lists and rules that a policy judges by, worked out once a process where the parent did not tell it."""
    if policy not in _versions:
        _versions[policy] = tagging_version(_region(policy.region), policy.gazetteer)
    return _versions[policy]


def process_page(page: Page, context: PageContext, policy: Policy) -> Attempt:
    """Extract, tag and judge one received page.

    Args: the page as it came; what is known of it besides; what is kept.
    Returns: an attempt with a draft, or with the outcome that says why there is none.
    """
    try:
        identity = canonical_url(page.url)
    except UrlError as error:
        return failed(page.url, page.url, context.source_id, page.fetched_at, Outcome.MALFORMED, f"not a web address: {error}")
    try:
        article = extract(page, context)
    except PageError as error:
        return failed(
            page.url, identity, context.source_id, page.fetched_at, error.outcome, str(error), status=page.status, size=len(page.body)
        )
    published, modified = article.published, article.modified
    verdict = judge_article(
        article.title,
        article.text,
        article.language,
        source_country=context.country,
        url=page.final_url,
        section=article.section,
        region=_region(policy.region),
        published=published.at.date() if published else None,
        gazetteer=policy.gazetteer,
    )
    draft = ArticleDraft(
        url=page.url,
        canonical_url=article.canonical_url,
        source_id=context.source_id,
        title=article.title,
        text=article.text,
        fetched_at=page.fetched_at,
        extractor=article.extractor,
        authors=article.authors,
        published_at=published.at if published else None,
        published_from=_evidence(published),
        published_confidence=published.confidence if published else None,
        modified_at=modified.at if modified else None,
        language=article.language,
        description=article.description,
        site_name=article.site_name,
        section=article.section,
        image_url=article.image_url,
        paywalled=article.paywalled,
        agency=article.agency,
        keywords=article.keywords,
        standfirst=article.standfirst,
        form=article.form,
        next_page_url=article.next_page_url,
        languages=article.languages,
        evidence=article.evidence,
        **_judged(verdict, policy),
    )
    attempt = _keep_or_not(draft, identity, policy, status=page.status, size=len(page.body))
    answered = canonical_url(page.final_url)
    return replace(attempt, also_at=(answered,)) if answered not in (identity, article.canonical_url) else attempt


def process_crawled(page: Page, context: PageContext, policy: Policy) -> tuple[Attempt, tuple[Alternate, ...]]:
    """Process a page that was crawled, and find the other language editions that it names."""
    attempt = process_page(page, context, policy)
    if attempt.draft is None or b"hreflang" not in page.body:
        return attempt, ()
    return attempt, alternates_of(page.body, page.final_url)


def process_row(row: Row, context: PageContext, policy: Policy) -> Attempt:
    """Tag and judge one text that comes without its page."""
    try:
        identity = canonical_url(row.url)
    except UrlError as error:
        return failed(row.url, row.url, context.source_id, row.fetched_at, Outcome.MALFORMED, f"not a web address: {error}")
    if not row.text.strip():
        return failed(row.url, identity, context.source_id, row.fetched_at, Outcome.NO_TEXT, "the row has no text")
    language = row.language or detect_language(f"{row.title or ''}\n{row.text}")
    verdict = judge_article(
        row.title,
        row.text,
        language,
        source_country=context.country,
        url=row.url,
        region=_region(policy.region),
        published=row.published_at.date() if row.published_at else None,
        gazetteer=policy.gazetteer,
    )
    agency = _credited(row)
    draft = ArticleDraft(
        url=row.url,
        canonical_url=identity,
        source_id=context.source_id,
        title=row.title,
        text=row.text,
        fetched_at=row.fetched_at,
        extractor="given",
        agency=agency.value if agency else None,
        evidence={"agency": agency.evidence} if agency else {},
        published_at=row.published_at,
        published_from="given" if row.published_at else None,
        published_confidence=1.0 if row.published_at else None,
        language=language,
        authors=row.authors,
        keywords=row.keywords,
        description=row.description,
        image_url=row.image_url,
        modified_at=row.modified_at,
        paywalled=row.paywalled,
        extra=row.extra or {},
        **_judged(verdict, policy),
    )
    return _keep_or_not(draft, identity, policy, status=None, size=len(row.text.encode("utf-8", "replace")))


def _credited(row: Row) -> Told[str] | None:
    """Find the news agency that a text without its page is credited to: by dateline and last lines, and what the row says of its author."""
    said = [*row.authors, *(value for name in CREDIT_FIELDS for value in _lines((row.extra or {}).get(name)))]
    # Files of others often have one line break between paragraphs, and then nowhere two.
    text = row.text if "\n\n" in row.text else row.text.replace("\n", "\n\n")
    return agency_of(None, text, lines=said)


def _lines(value: Any) -> list[str]:
    """Read a field that may be one line or a list of them."""
    return [line for line in (value if isinstance(value, list) else [value]) if isinstance(line, str)]


def failed(
    url: str,
    identity: str,
    source_id: str,
    at: datetime,
    outcome: Outcome,
    reason: str,
    *,
    status: int | None = None,
    size: int | None = None,
) -> Attempt:
    """Say why a candidate gave no article."""
    return Attempt(url, identity, source_id, at, outcome=outcome, reason=reason, http_status=status, size_bytes=size)


def read_row(data: Mapping[str, Any], now: datetime) -> Row:
    """Read one JSON object of an ingested file; fields without a meaning here are kept in `extra`.

    Raises: ValueError with the reason when it has no usable `url` or a field has the wrong type.
    """
    for name in ("url", "text", "title", "language", "published_at"):
        if data.get(name) is not None and not isinstance(data[name], str):
            raise ValueError(f"{name} is not a string")
    if not data.get("url"):
        raise ValueError("it has no url")
    published = data.get("published_at")
    return Row(
        url=data["url"],
        text=data.get("text") or "",
        fetched_at=now,
        title=data.get("title") or None,
        published_at=instant(published, "published_at") if published else None,
        language=data.get("language") or None,
        extra={name: value for name, value in data.items() if name not in ROW_FIELDS},
    )


def instant(value: str, name: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is taken as UTC. Raises: ValueError that names the field."""
    try:
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} {value!r:.80} is not an ISO 8601 time") from error


def _evidence(dated: Dated | None) -> str | None:
    """Name where a date was found, and say so when it is a day without a clock time."""
    if dated is None:
        return None
    return f"{dated.found_in} (day)" if dated.day_only else dated.found_in


def _judged(verdict: Judgement, policy: Policy) -> dict[str, Any]:
    return {
        "relevant": verdict.relevance.relevant,
        "relevance": verdict.relevance.score,
        "relevance_reasons": verdict.relevance.reasons,
        "tags": verdict.tags,
        "tagging": version_of(policy),
    }


def _keep_or_not(draft: ArticleDraft, identity: str, policy: Policy, *, status: int | None, size: int) -> Attempt:
    if not draft.relevant and not policy.keep_irrelevant:
        reason = "; ".join(draft.relevance_reasons) or "nothing points to the region"
        return failed(draft.url, identity, draft.source_id, draft.fetched_at, Outcome.IRRELEVANT, reason, status=status, size=size)
    return Attempt(
        candidate_url=draft.url,
        canonical_url=identity,
        source_id=draft.source_id,
        fetched_at=draft.fetched_at,
        draft=draft,
        http_status=status,
        size_bytes=size,
    )
