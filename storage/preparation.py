"""Make an attempt ready to be kept, before the database is asked anything: cleaned, checked, hashed, folded for search. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

from storage import textgate, textnorm
from storage.copies.neighbours import keep_shingles
from storage.decisions import Version
from storage.dedup import exact
from storage.dedup.shingles import Shingles
from storage.errors import BadRecord
from storage.models import url_key
from storage.records import ArchivePlace, ArticleDraft, Attempt, Outcome, Tag
from storage.search.fulltext import Written, document


@dataclass(frozen=True, slots=True)
class PreparedDraft:
    """A clean draft with all that is computed from it. `url_key` belongs to its canonical URL, `tokens` are what is indexed of it."""

    draft: ArticleDraft
    url_key: str
    version: Version
    fingerprints: frozenset[str]
    shingles: Shingles
    tokens: str
    archived: ArchivePlace | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A clean attempt with its draft, or with the outcome that says why there is none.

    `url_key` belongs to the candidate's canonical URL.
    """

    attempt: Attempt
    url_key: str
    draft: PreparedDraft | None
    outcome: Outcome | None
    reason: str


def prepare(attempt: Attempt) -> Prepared:
    """Clean an attempt and compute what its decision and its rows need.

    A draft that cannot be kept (no text left, no address, a time without zone, a value that JSON has no form for) becomes an outcome with
    its reason, so that one bad record does not stop its batch.
    Raises: BadRecord when the attempt itself has no address or its times have no zone: then there is nothing to write into the ledger.
    """
    candidate_url = textgate.clean(attempt.candidate_url).strip()
    canonical_url = textgate.clean(attempt.canonical_url).strip()
    if not candidate_url or not canonical_url:
        raise BadRecord("an attempt names no URL", url=candidate_url or canonical_url, source_id=attempt.source_id)
    for name, value in (("fetched_at", attempt.fetched_at), ("retry_at", attempt.retry_at)):
        if _lacks_zone(value):
            raise BadRecord(f"{candidate_url}: {name} has no time zone", url=candidate_url, source_id=attempt.source_id)
    attempt = replace(
        attempt,
        candidate_url=candidate_url,
        canonical_url=canonical_url,
        reason=textgate.clean(attempt.reason),
        etag=textgate.clean_optional(attempt.etag),
        last_modified=textgate.clean_optional(attempt.last_modified),
        also_at=_clean_all(attempt.also_at),
    )
    key = url_key(canonical_url)
    if attempt.draft is None:
        return Prepared(attempt, key, None, attempt.outcome, attempt.reason)
    try:
        draft = _clean_draft(attempt.draft)
    except BadRecord as error:
        return Prepared(attempt, key, None, Outcome.MALFORMED, str(error))
    if not draft.text:
        return Prepared(attempt, key, None, Outcome.NO_TEXT, "nothing is left of the text after cleaning")
    hashes = exact.hashes(draft.text)
    version = Version(textnorm.normalize(draft.title or ""), hashes.text_hash, draft.fetched_at)
    tokens = document(Written(draft.title or "", draft.text, hashes.normalized))
    words = keep_shingles(hashes.text_hash, hashes.normalized)
    prepared = PreparedDraft(draft, url_key(draft.canonical_url), version, hashes.fingerprints, words, tokens, attempt.archived)
    return Prepared(attempt, key, prepared, None, attempt.reason)


def _clean_draft(draft: ArticleDraft) -> ArticleDraft:
    """Pass every text of a draft through the gate. Raises: BadRecord."""
    for field in fields(draft):
        value = getattr(draft, field.name)
        if isinstance(value, datetime) and _lacks_zone(value):
            raise BadRecord(f"{field.name} has no time zone")
    canonical_url = textgate.clean(draft.canonical_url).strip()
    if not canonical_url:
        raise BadRecord("the article has no canonical URL")
    return replace(
        draft,
        url=textgate.clean(draft.url).strip() or canonical_url,
        canonical_url=canonical_url,
        title=textgate.clean_optional(draft.title),
        text=textgate.clean(draft.text).strip(),
        extractor=textgate.clean(draft.extractor),
        authors=_clean_all(draft.authors),
        published_from=textgate.clean_optional(draft.published_from),
        language=textgate.clean_optional(draft.language),
        description=textgate.clean_optional(draft.description),
        site_name=textgate.clean_optional(draft.site_name),
        section=textgate.clean_optional(draft.section),
        image_url=textgate.clean_optional(draft.image_url),
        relevance_reasons=_clean_all(draft.relevance_reasons),
        tags=_clean_tags(draft.tags),
        extra=textgate.clean_value(draft.extra),
        agency=textgate.clean_optional(draft.agency),
        keywords=_clean_all(draft.keywords),
        standfirst=textgate.clean_optional(draft.standfirst),
        next_page_url=textgate.clean_optional(draft.next_page_url),
        evidence={name: replace(told, found_in=textgate.clean(told.found_in)) for name, told in draft.evidence.items()},
    )


def _clean_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Clean each text; drop those of which nothing is left."""
    return tuple(cleaned for text in texts if (cleaned := textgate.clean(text).strip()))


def _clean_tags(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Clean the tags; of two for one value the heavier stays."""
    kept: dict[tuple[str, str], Tag] = {}
    for tag in sorted(tags, key=lambda tag: -tag.weight):
        cleaned = Tag(textgate.clean(tag.kind), textgate.clean(tag.value), tag.weight, textgate.clean(tag.evidence))
        kept.setdefault((cleaned.kind, cleaned.value), cleaned)
    return tuple(kept.values())


def _lacks_zone(value: datetime | None) -> bool:
    return value is not None and value.utcoffset() is None
