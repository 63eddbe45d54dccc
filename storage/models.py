"""The tables. Rows never leave `storage`: the records of `storage.records` do.

A text is kept once, in `revisions`; `articles` names the current one. URLs have no length limit and database keys do, so a URL is looked
up by `url_key`, a digest. The full-text index `article_text` is not here: it is a virtual table in SQLite and a tsvector in PostgreSQL, see
`storage.dialects`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, MetaData, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.errors import BadRecord

#: The Alembic revision that these tables are.
SCHEMA_REVISION = "0008"
#: The table in which Alembic remembers the revision, under the name that its tools look for.
VERSION_TABLE = "alembic_version"
#: APScheduler's own table, which lives beside ours.
JOBS_TABLE = "apscheduler_jobs"


def url_key(url: str) -> str:
    """Return the key by which a URL is found: 128 bits of SHA-256 in hex. Two of 10^9 URLs collide with probability 10^-21."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class's signature)
        """Refuse an instant without a zone, because a guess would be wrong by hours."""
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise BadRecord(f"the time {value.isoformat()} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class's signature)
        """Give back what was kept, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """What all tables share: names for constraints (Alembic cannot alter a nameless one on SQLite) and the types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: UtcDateTime(),
        list[str]: JSON(none_as_null=True),
        list[int]: JSON(none_as_null=True),
        dict[str, Any]: JSON(none_as_null=True),
        dict[str, float]: JSON(none_as_null=True),
    }


class SourceRow(Base):
    """A publisher.

    `rhythm` says how it is repeated: 'adaptive', 'every 30m' or 'cron 5 6-22 * * *'; empty when no catalog of today has named it since.
    `interval_minutes` is the time between the last crawl and the next as planned.
    """

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    homepage: Mapped[str]
    country: Mapped[str | None]
    languages: Mapped[list[str]]
    enabled: Mapped[bool]
    from_catalog: Mapped[bool]
    interval_minutes: Mapped[int]
    next_due_at: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]
    agency: Mapped[str | None]
    kind: Mapped[str | None]
    state_owned: Mapped[bool | None]
    rhythm: Mapped[str | None]


class FeedRow(Base):
    """What is remembered of a feed between two polls."""

    __tablename__ = "feeds"

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url_key: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    fetched_at: Mapped[datetime | None]
    status: Mapped[str | None]
    items: Mapped[int | None]
    failures: Mapped[int]
    not_before: Mapped[datetime | None]
    skip_hours: Mapped[list[int] | None]
    skip_days: Mapped[list[int] | None]


class RunRow(Base):
    """One execution. `holder` names its process (`storage.crawls.holders`)."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("sources.id"), index=True)
    status: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str]
    discovered: Mapped[int] = mapped_column(BigInteger())
    known: Mapped[int] = mapped_column(BigInteger())
    holder: Mapped[str | None]


class CandidateRow(Base):
    """A found URL: the frontier while `settled_at` is empty, its memory afterwards.

    `hinted_at` is the publication time its feed gave, taken out of `hints` to be sorted by. `found_in` is empty for a page that came from
    a file and was never looked for. `backfill_id` is the backfill that wants it; empty when any crawl may fetch it.
    """

    __tablename__ = "candidates"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url_key: Mapped[str] = mapped_column(unique=True)
    canonical_url: Mapped[str]
    url: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    found_in: Mapped[str]
    found_at: Mapped[datetime]
    hinted_at: Mapped[datetime | None]
    hints: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    last_outcome: Mapped[str | None]
    channel: Mapped[str | None]
    backfill_id: Mapped[int | None] = mapped_column(BigId)


# Only what waits is ever looked for by source, and what waits is a small part of the table.
_WAITING = CandidateRow.settled_at.is_(None)
Index("ix_candidates_waiting", CandidateRow.source_id, CandidateRow.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)


class SightingRow(Base):
    """The first time that a kind of channel named a candidate in a source: what capture-recapture compares."""

    __tablename__ = "sightings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    url_key: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    run_id: Mapped[int | None] = mapped_column(BigId)
    found_in: Mapped[str]
    seen_at: Mapped[datetime]
    dated_at: Mapped[datetime | None]


# With the date, so that a comparison of channels need not look at the table.
Index("ix_sightings_source_id_seen_at_dated_at", SightingRow.source_id, SightingRow.seen_at, SightingRow.dated_at)


class PollRow(Base):
    """The ledger of channels: one look at a feed, sitemap, section or archive page and what it answered.

    `moved_to` is the address to which it redirected for good (301, 308).
    """

    __tablename__ = "polls"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("runs.id"), index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    polled_at: Mapped[datetime]
    reason: Mapped[str]
    http_status: Mapped[int | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger())
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger())
    named: Mapped[int]
    fresh: Mapped[int]
    moved_to: Mapped[str | None]


Index("ix_polls_source_id_polled_at", PollRow.source_id, PollRow.polled_at)


class BackfillRow(Base):
    """A walk through the past of a source: articles dated `since` (inclusive) to `until` (exclusive)."""

    __tablename__ = "backfills"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BackfillStepRow(Base):
    """A sitemap or archive page of a backfill: still to be read while `read_at` is empty."""

    __tablename__ = "backfill_steps"
    __table_args__ = ({"sqlite_with_rowid": False},)

    backfill_id: Mapped[int] = mapped_column(BigId, ForeignKey("backfills.id"), primary_key=True)
    url_key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    url: Mapped[str]
    kind: Mapped[str]
    depth: Mapped[int]
    read_at: Mapped[datetime | None]
    status: Mapped[str | None]
    named: Mapped[int | None]


class ClusterRow(Base):
    """The copies of one text.

    `origin_id` and `representative_id` name articles and are no foreign keys: two tables that point at each other can neither be made nor
    emptied in one order. `Database.check` looks after them. `agency` is the news agency that most members name, `members` their number. Ids
    are never used again (AUTOINCREMENT), also after two clusters were joined.
    """

    __tablename__ = "clusters"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    origin_id: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime]
    representative_id: Mapped[int | None] = mapped_column(BigId)
    agency: Mapped[str | None]
    members: Mapped[int | None]


class ArticleRow(Base):
    """An identity, keyed by canonical URL.

    `current_revision` is the number of the revision it shows, `revisions` how many there are: they differ when an archive brought an older
    version later. `dated_at` is `published_at`, or `first_seen_at` where that is unknown: what articles are filtered and sorted by.
    `visited_at` is the last visit that found it, `next_visit_at` when it is visited again on purpose, `gone_at` when its server first said
    that it is gone (empty again when it came back); `etag` and `last_modified` let the server say 'not modified'. `form` is
    empty for articles of before schema 0003, when none was told. `tagging` is the version of the lists and rules that made its relevance
    and all of its tags; empty for articles of before schema 0005. `place` is `dated_at` and `url_key` in one number, by which the full-text
    index knows it (`storage.search.places`).
    """

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url_key: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    cluster_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("clusters.id"), index=True)
    current_revision: Mapped[int]
    revisions: Mapped[int]
    first_seen_at: Mapped[datetime]
    dated_at: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    published_from: Mapped[str | None]
    published_confidence: Mapped[float | None]
    modified_at: Mapped[datetime | None]
    language: Mapped[str | None]
    relevant: Mapped[bool | None]
    relevance: Mapped[float | None]
    paywalled: Mapped[bool | None]
    url: Mapped[str]
    canonical_url: Mapped[str]
    section: Mapped[str | None]
    site_name: Mapped[str | None]
    image_url: Mapped[str | None]
    description: Mapped[str | None]
    authors: Mapped[list[str]]
    relevance_reasons: Mapped[list[str]]
    extra: Mapped[dict[str, Any]]
    visited_at: Mapped[datetime | None]
    next_visit_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    agency: Mapped[str | None]
    form: Mapped[str | None]
    next_page_url: Mapped[str | None]
    keywords: Mapped[list[str] | None]
    languages: Mapped[dict[str, float] | None]
    evidence: Mapped[dict[str, Any] | None]
    cluster_role: Mapped[str | None]
    similarity: Mapped[float | None]
    changes: Mapped[list[str] | None]
    tagging: Mapped[str | None]
    place: Mapped[int] = mapped_column(BigInteger(), nullable=True)


# With what most filters ask of a match, so that they need not look at the article itself.
Index("ix_articles_place", ArticleRow.place, ArticleRow.cluster_id, ArticleRow.source_id, ArticleRow.language, unique=False)
Index("ix_articles_source_id_dated_at", ArticleRow.source_id, ArticleRow.dated_at)
# Most articles are past their last planned visit.
_TO_VISIT = ArticleRow.next_visit_at.is_not(None)
Index("ix_articles_to_visit", ArticleRow.source_id, ArticleRow.next_visit_at, sqlite_where=_TO_VISIT, postgresql_where=_TO_VISIT)


class ArticleUrlRow(Base):
    """Every address that leads to an article: as found, as fetched, canonical."""

    __tablename__ = "article_urls"
    __table_args__ = ({"sqlite_with_rowid": False},)

    url_key: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"))
    url: Mapped[str]


class RevisionRow(Base):
    """One version of a title and text. The text stands last, so that SQLite reads the rest without its overflow pages.

    `kind` says what it changed; empty for the earliest version, and for those of before schema 0004.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"))
    number: Mapped[int]
    fetched_at: Mapped[datetime]
    text_hash: Mapped[str]
    extractor: Mapped[str]
    kind: Mapped[str | None]
    archive_file: Mapped[str | None]
    archive_offset: Mapped[int | None] = mapped_column(BigInteger())
    title: Mapped[str | None]
    standfirst: Mapped[str | None]
    text: Mapped[str]


class EventRow(Base):
    """What a visit found of an article: gone, back, moved (to `url`). Rows are added, never changed (`storage.events`)."""

    __tablename__ = "events"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[int | None]
    reason: Mapped[str]
    url: Mapped[str | None]


class FingerprintRow(Base):
    """A hash of a text that an article shows or once showed; articles that share one are copies."""

    __tablename__ = "fingerprints"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"), primary_key=True)


class SketchRow(Base):
    """One hash of the sketch of a current text (`storage.dedup.shingles`), in the week in which the article appeared.

    Kept in the order of its key, so that a look-up touches only the weeks around an article: their size, not that of the archive, decides
    what it costs. A week of 90,000 articles a day (an archive of 10^8 in three years) has 12.6 million rows, 290 MB in SQLite; a B-tree of
    ten times as many is one level deeper.
    """

    __tablename__ = "sketches"
    __table_args__ = ({"sqlite_with_rowid": False},)

    week: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, primary_key=True)


class LikenessRow(Base):
    """Two articles that are copies of each other: the share of the first in the second, of the second in the first, and of both.

    `first_id` is the smaller. `via` is 0 for near copies, -1 for what is alike in nothing but template and no copy, else a number made of
    the fingerprint that both share. Of those that share one, only the pairs with the smallest `url_key` among them are here.
    """

    __tablename__ = "likenesses"
    __table_args__ = (Index(None, "second_id"), {"sqlite_with_rowid": False})

    first_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"), primary_key=True)
    via: Mapped[int] = mapped_column(primary_key=True)
    first_share: Mapped[float]
    second_share: Mapped[float]
    jaccard: Mapped[float]


class RebuildRow(Base):
    """How far a rebuild of the copies has come: articles up to `compared_id` have been compared, up to `settled_id` put into clusters.

    There is one row while a rebuild is unfinished. Articles after `last_id` came later and were compared when they came.
    """

    __tablename__ = "rebuilds"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    started_at: Mapped[datetime]
    compared_id: Mapped[int] = mapped_column(BigId)
    settled_id: Mapped[int] = mapped_column(BigId)
    last_id: Mapped[int] = mapped_column(BigId)


class TagRow(Base):
    """A country, actor or topic that an article is about, with its evidence.

    The index holds all that ties are counted from, so that the evidence need not be read.
    """

    __tablename__ = "tags"
    __table_args__ = (Index(None, "kind", "value", "article_id", "weight"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    weight: Mapped[float]
    evidence: Mapped[str]


class FetchRow(Base):
    """The ledger: one try at a candidate and the one thing that came of it."""

    __tablename__ = "fetches"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("runs.id"), index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    candidate_url: Mapped[str]
    outcome: Mapped[str]
    fetched_at: Mapped[datetime]
    reason: Mapped[str]
    http_status: Mapped[int | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger())
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger())
    article_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("articles.id"))
    requests: Mapped[int | None]
    channel: Mapped[str | None]


Index("ix_fetches_source_id_fetched_at", FetchRow.source_id, FetchRow.fetched_at)
_OF_ARTICLE = FetchRow.article_id.is_not(None)
Index("ix_fetches_article_id", FetchRow.article_id, sqlite_where=_OF_ARTICLE, postgresql_where=_OF_ARTICLE)


class HostRow(Base):
    """When a host may be asked again, and the pace that suited it: the pause after an exchange, and failures in a row."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    next_allowed_at: Mapped[datetime]
    reason: Mapped[str]
    delay_seconds: Mapped[float | None]
    failures: Mapped[int | None]


class RobotsRow(Base):
    """The robots.txt of an origin as it was last answered; kept for a day at most (RFC 9309 section 2.4)."""

    __tablename__ = "robots"

    origin: Mapped[str] = mapped_column(primary_key=True)
    fetched_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[int]
    body: Mapped[bytes]


class ConditionRow(Base):
    """How a source was when it was last judged (`storage.health.judging`), since when it has been in that state, and what people were told.

    `failures` counts crawls in a row that read no channel; `told_state` is the illness that was last told and not called over yet.
    """

    __tablename__ = "conditions"

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    state: Mapped[str]
    ill: Mapped[bool]
    evidence: Mapped[str]
    since: Mapped[datetime]
    judged_at: Mapped[datetime]
    failures: Mapped[int]
    plan: Mapped[str]
    told_state: Mapped[str | None]
    told_at: Mapped[datetime | None]


class NoticeRow(Base):
    """The outbox: something that somebody is to be told at a target, until `delivered_at` is set or it was `given_up_at`."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[str | None] = mapped_column(ForeignKey("sources.id"))
    kind: Mapped[str]
    state: Mapped[str]
    target: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str]


_UNDELIVERED = NoticeRow.delivered_at.is_(None)
Index("ix_notices_undelivered", NoticeRow.next_try_at, sqlite_where=_UNDELIVERED, postgresql_where=_UNDELIVERED)


class ChoreRow(Base):
    """What is done once for each slot (a local date).

    Maintenance, a snapshot, a part of a backfill. Unfinished while `ended_at` is empty.
    """

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[str]
    reason: Mapped[str]


class SnapshotRow(Base):
    """A snapshot that was made of this corpus: its address, what it builds upon, where it was put, and the counts of its manifest."""

    __tablename__ = "snapshots"

    name: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    digest: Mapped[str]
    tier: Mapped[str]
    folder: Mapped[str]
    base: Mapped[str | None]
    manifest: Mapped[dict[str, Any]]
