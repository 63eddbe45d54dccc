"""Give an article again from what a crawl archived of it: the same step as in the crawl, on the same bytes with the same hints."""

from __future__ import annotations

from dataclasses import replace

from crawler.archives import ArchivedVisit
from crawler.encodings import decode_content
from crawler.errors import PageError
from crawler.processing import Policy, failed, process_page
from crawler.records import Page, PageContext
from storage.records import Attempt, ChannelKind, Outcome


def replay(visit: ArchivedVisit, context: PageContext, policy: Policy) -> Attempt:
    """Process one archived answer to a candidate; runs in a worker.

    Args: the answer with its note; what is known of its source; what is kept.
    Returns: the attempt as the crawl made it, but for what only a network can give (milliseconds, another try).
    """
    note, headers = visit.note, visit.headers
    attempt = _attempt(visit, replace(context, candidate=note.candidate()), policy)
    return replace(
        attempt,
        canonical_url=note.canonical_url,
        requests=0,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        channel=note.channel,
        archived=note.written.bytes_at,
    )


def _attempt(visit: ArchivedVisit, context: PageContext, policy: Policy) -> Attempt:
    note = visit.note
    encodings = [name for part in visit.headers.get("content-encoding", "").split(",") if (name := part.strip().lower())]
    outcome, reason, size = note.outcome, note.reason, len(visit.body)
    if outcome is None:
        try:
            body = decode_content(visit.body, encodings)
        except PageError as error:  # its limits have changed since it was crawled
            outcome, reason = error.outcome, str(error)
    if outcome is not None:
        return _failed(visit, context.source_id, outcome, reason, size)
    headers = {name: value for name, value in visit.headers.items() if name != "content-encoding"}
    page = Page(
        url=note.url,
        final_url=note.written.url,
        body=body,
        fetched_at=note.written.fetched_at,
        status=visit.status,
        content_type=headers.get("content-type", ""),
        headers=headers,
    )
    # an article that is in the corpus stays there, whatever it has become
    # (notes of before 0004 say so by their channel)
    keep = replace(policy, keep_irrelevant=True) if note.known or note.channel is ChannelKind.REVISIT else policy
    return process_page(page, context, keep)


def _failed(visit: ArchivedVisit, source_id: str, outcome: Outcome, reason: str, size: int) -> Attempt:
    note = visit.note
    return failed(note.url, note.canonical_url, source_id, note.written.fetched_at, outcome, reason, status=visit.status or None, size=size)
