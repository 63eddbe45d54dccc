"""A made-up corpus that has lived: days of crawls, edits, copies, pages that go, come back or move, an archive read late, failures.

Everything is drawn from a seed, so that each seed is another corpus and the same one on both databases.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from storage import articles, runs, sources
from storage.crawls import channels
from storage.crawls.channels import Answer
from storage.crawls.records import FrontierEntry, Poll
from storage.database import Database
from storage.records import (
    ArchivePlace,
    ArticleDraft,
    ArticleForm,
    Attempt,
    ChannelKind,
    Outcome,
    RunKind,
    RunStatus,
    SourceKind,
    Tag,
)
from tests.contract.builders import NOON, draft, entry, failed, fetched, source
from tests.contract.copied_corpus import words

SOURCES = (
    source("courier", name="The كورير", kind=SourceKind.NEWSPAPER, state_owned=False, languages=("en", "ar")),
    source("wire", country="IQ", agency="varda", kind=SourceKind.AGENCY, state_owned=True),
    source("herald", country=None, languages=(), kind=None, from_catalog=False),
    source("silent", kind=SourceKind.BLOG),  # which never gave an article
)
_CRAWLED = ("courier", "wire", "silent")
_FAILURES = (
    (Outcome.HTTP_ERROR, 502),
    (Outcome.TIMEOUT, None),
    (Outcome.ROBOTS_DENIED, None),
    (Outcome.IRRELEVANT, 200),
    (Outcome.PAYWALLED, 200),
)


def live(database: Database, seed: int, days: int = 6) -> None:
    """Fill an empty database."""
    rng = random.Random(seed)
    sources.sync(database, SOURCES, NOON)
    texts: list[list[str]] = []
    known: list[ArticleDraft] = []
    for number in range(days):
        morning = NOON + timedelta(days=number)
        for source_id in _CRAWLED:
            if rng.random() < 0.15:
                continue  # a day on which nobody looked
            run = runs.start(database, RunKind.CRAWL, source_id, morning)
            _poll(database, rng, run, source_id, morning)
            if source_id != "silent":
                at = morning + timedelta(minutes=rng.randrange(30))
                articles.save_batch(database, run, [*_news(rng, source_id, at, texts, known), *_visits(rng, source_id, at, known)])
            status = rng.choice([RunStatus.FINISHED] * 4 + [RunStatus.STOPPED, RunStatus.FAILED])
            runs.finish(database, run, status, "", morning + timedelta(hours=1))
    late = runs.start(database, RunKind.INGEST, None, NOON + timedelta(days=days))
    articles.save_batch(database, late, _archived(rng, known))
    runs.finish(database, late, RunStatus.FINISHED, "", NOON + timedelta(days=days))


def _poll(database: Database, rng: random.Random, run: int, source_id: str, at: datetime) -> None:
    """Ask a feed, which names what waits or fails."""
    status = rng.choice(["ok", "ok", "not_modified", "http_error"])
    named: list[FrontierEntry] = []
    if status == "ok":
        named = [entry(f"waiting/{rng.randrange(10**6)}", source_id=source_id, found_at=at) for _ in range(rng.randrange(3))]
    url = f"https://{source_id}.example/feed"
    reason = "502 Bad Gateway" if status == "http_error" else ""
    channels.note(database, Answer(Poll(run, source_id, url, ChannelKind.FEED, status, at, reason, size_bytes=900), first=named))
    if named and rng.random() < 0.5:
        outcome, http_status = rng.choice(_FAILURES)
        tried = Attempt(
            named[0].url, named[0].canonical_url, source_id, at, outcome=outcome, reason="why", http_status=http_status, requests=2
        )
        articles.save_batch(database, run, [replace(tried, channel=ChannelKind.FEED)])


def _news(rng: random.Random, source_id: str, at: datetime, texts: list[list[str]], known: list[ArticleDraft]) -> list[Attempt]:
    """Return new articles: with a text of their own, or one that was there before, whole or cut."""
    made: list[Attempt] = []
    for _ in range(rng.randint(1, 4)):
        text = words(rng, 90) if not texts or rng.random() < 0.6 else rng.choice(texts)
        texts.append(text)
        cut = text if rng.random() < 0.6 else text[: rng.randint(60, 90)]
        dated = rng.random() < 0.8
        article = draft(
            f"s/{rng.randrange(10**9)}",
            " ".join(cut[:30]) + "\n\n" + " ".join(cut[30:]),
            source_id=source_id,
            fetched_at=at,
            title=rng.choice([None, " ".join(text[:5]), "Headline of the desk", '"=1+1"']),
            published_at=at - timedelta(minutes=rng.randrange(600)) if dated else None,
            published_from="json-ld" if dated else None,
            published_confidence=0.9 if dated else None,
            modified_at=at if rng.random() < 0.3 else None,
            language=rng.choice(["en", "ar", None]),
            authors=tuple(rng.sample(["Lina; Haddar", "كاتب", "Omar"], rng.randrange(3))),
            keywords=("harbour",) if rng.random() < 0.5 else (),
            agency="varda" if rng.random() < 0.3 else None,
            paywalled=rng.choice([None, True, False]),
            relevant=rng.choice([True, False, None]),
            relevance_reasons=("country in title", "eleven terms"),
            extra={"desk": {"n": [1, 2.5, None, "ü"]}} if rng.random() < 0.3 else {},
            form=rng.choice(list(ArticleForm)),
            standfirst=" ".join(cut[:4]) if rng.random() < 0.3 else None,
            section="Politics" if rng.random() < 0.5 else None,
            tagging="5f0c9e1ab2",
            tags=tuple(
                Tag(kind, value, rng.random(), text[0])
                for kind, value in (("country", "IQ"), ("country", "SY"), ("actor", "arab-league"), ("topic", "energy"))
                if rng.random() < 0.6
            ),
        )
        known.append(article)
        archived = ArchivePlace("pages.warc.gz", rng.randrange(10**6)) if rng.random() < 0.5 else None
        made.append(fetched(article, channel=ChannelKind.FEED, requests=1, archived=archived))
    return made


def _visits(rng: random.Random, source_id: str, at: datetime, known: list[ArticleDraft]) -> list[Attempt]:
    """Return visits of articles: edited, gone, back, moved, as they were."""
    made: list[Attempt] = []
    for place, article in enumerate(known):
        if article.source_id != source_id or article.fetched_at >= at or rng.random() < 0.5:
            continue
        again = replace(article, fetched_at=at)
        path = article.url.split(".example/")[1]
        match rng.randrange(6):
            case 0 | 1:
                again = replace(again, text=f"{article.text}\n\n{' '.join(words(rng, 12))}", extractor="plain 2")
            case 2:
                again = replace(again, title=f"Another headline {rng.randrange(99)}")
            case 3:
                gone = failed(path, Outcome.GONE, source_id=source_id, fetched_at=at, http_status=rng.choice([404, 410]))
                made.append(replace(gone, channel=ChannelKind.REVISIT))
                continue
            case 4:
                moved = f"{article.canonical_url}/moved"
                again = replace(again, url=moved, canonical_url=moved)
                made.append(fetched(again, candidate_url=article.url, canonical_url=article.canonical_url, channel=ChannelKind.REVISIT))
                continue
        known[place] = again
        made.append(fetched(again, channel=ChannelKind.REVISIT, requests=1))
    return made


def _archived(rng: random.Random, known: list[ArticleDraft]) -> list[Attempt]:
    """Return what an archive brings late: earlier versions of articles, and articles of a source that nobody crawls."""
    made = []
    for article in rng.sample(known, min(4, len(known))):
        earlier = replace(article, fetched_at=NOON - timedelta(days=9), text=" ".join(words(rng, 80)), title="As it was")
        made.append(fetched(earlier, channel=ChannelKind.FILE))
    for number in range(3):
        text = rng.choice(known).text if number else " ".join(words(rng, 80))
        made.append(fetched(draft(f"f/{number}", text, source_id="herald", fetched_at=NOON - timedelta(days=40)), channel=ChannelKind.FILE))
    return made
