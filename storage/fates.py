"""What has become of articles that somebody else described: whether they are here, and whether their texts are the described ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from storage.database import Database
from storage.models import ArticleUrlRow, CandidateRow, RevisionRow, url_key
from storage.records import Outcome
from storage.snapshots.tiers import text_sha256


class Fate(StrEnum):
    """How an article that was fetched again compares with what was said of it.

    `same`: the same text, letter by letter; `same_words`: only in space and signs another; `changed`: another text; `fetched`: nothing
    was said
    to hold it against; `gone`: its publisher took it down; `failed`: it could not be fetched or read; `waiting`: it was not asked for yet.
    """

    SAME = "same"
    SAME_WORDS = "same_words"
    CHANGED = "changed"
    FETCHED = "fetched"
    GONE = "gone"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Described:
    """An article as it was described: its address, and the hashes of its text where they are known."""

    canonical_url: str
    text_sha256: str | None = None
    text_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What became of it; `outcome` is the last one that the ledger has, `article_id` its number here."""

    fate: Fate
    outcome: Outcome | None = None
    article_id: int | None = None


def fates(database: Database, described: Sequence[Described]) -> list[Found]:
    """Look up articles, in their order. Any version that is here may be the described one."""
    keys = [url_key(item.canonical_url) for item in described]
    with database.read() as connection:
        of_urls = select(ArticleUrlRow.url_key, ArticleUrlRow.article_id).where(ArticleUrlRow.url_key.in_(keys))
        ids = {row.url_key: row.article_id for row in connection.execute(of_urls)}
        texts: dict[int, list[tuple[str, str]]] = {}
        of_texts = select(RevisionRow.article_id, RevisionRow.text, RevisionRow.text_hash)
        for row in connection.execute(of_texts.where(RevisionRow.article_id.in_(set(ids.values())))):
            texts.setdefault(row.article_id, []).append((text_sha256(row.text), row.text_hash))
        of_candidates = select(CandidateRow.url_key, CandidateRow.last_outcome, CandidateRow.settled_at).where(
            CandidateRow.url_key.in_(keys)
        )
        tried = {row.url_key: row for row in connection.execute(of_candidates)}
    found = []
    for key, item in zip(keys, described, strict=True):
        candidate = tried.get(key)
        outcome = Outcome(candidate.last_outcome) if candidate is not None and candidate.last_outcome else None
        article_id = ids.get(key)
        if article_id is not None:
            found.append(Found(_compared(item, texts[article_id]), outcome, article_id))
        elif candidate is None or candidate.settled_at is None:
            found.append(Found(Fate.WAITING, outcome))
        else:
            found.append(Found(Fate.GONE if outcome is Outcome.GONE else Fate.FAILED, outcome))
    return found


def _compared(item: Described, versions: Sequence[tuple[str, str]]) -> Fate:
    if item.text_sha256 is None and item.text_hash is None:
        return Fate.FETCHED
    if any(exact == item.text_sha256 for exact, _ in versions):
        return Fate.SAME
    return Fate.SAME_WORDS if any(normalised == item.text_hash for _, normalised in versions) else Fate.CHANGED
