"""The read facade: everything that may be asked of what is stored, answered in records."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Executable, Select, false, func, select
from sqlalchemy.orm import aliased

from storage import events, textgate
from storage.copies import clusterings
from storage.copies.records import Cluster, CopyStats
from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.errors import NotFound
from storage.models import SCHEMA_REVISION, ArticleRow, ArticleUrlRow, ClusterRow, FetchRow, RevisionRow, TagRow, url_key
from storage.records import (
    ARTICLE_KEY_DIGITS,
    ARTICLE_KEY_SIGN,
    ArchivePlace,
    Article,
    ArticleForm,
    ClusterRole,
    CopyChange,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Revision,
    RevisionKind,
    Tag,
    article_key,
)
from storage.search import counting, paging
from storage.search.query import Query, parse
from storage.search.records import ArticleFilter, Bucket, Hit, Sort, Stats, Weight
from storage.search.selection import CURRENT, made_ready, one_a_cluster, selection, texts
from storage.search.snippets import snippet
from storage.ties.answers import count_ties
from storage.ties.records import TieQuestion, Ties

#: What a notebook needs to ask: one import for all of it.
__all__ = ["ArticleFilter", "Bucket", "Corpus", "Sort", "Weight"]

_PAGE = 500  # articles in memory at a time while streaming
_MAX_ID = 2**63 - 1
_KEY = re.compile(rf"{ARTICLE_KEY_SIGN}[0-9a-f]{{{ARTICLE_KEY_DIGITS}}}")


class Corpus:
    """Ask a database about its articles. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        """Ask an open database; whoever opened it closes it."""
        self._database = database
        self._owned = False
        self._held: Connection | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open an existing database for reading; close it with `close` or a `with` block.

        Raises: BadDatabaseUrl, DatabaseUnavailable when it does not exist, SchemaTooNew, SchemaTooOld.
        """
        corpus = cls(Database.open(url, create=False))
        corpus._owned = True
        return corpus

    def close(self) -> None:
        """Close the database if this corpus opened it."""
        if self._owned:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def unchanging(self) -> Iterator[Self]:
        """Answer what is asked inside the `with` block from one state of the database, whoever writes meanwhile; one thread at a time."""
        with self._database.read() as connection:
            self._held = connection
            try:
                yield self
            finally:
                self._held = None

    def reading(self) -> AbstractContextManager[Connection]:
        """Give the connection that is being read inside a `with` block. For modules of storage: no connection leaves it."""
        return self._read()

    def _read(self) -> AbstractContextManager[Connection]:
        return self._database.read() if self._held is None else nullcontext(self._held)

    @property
    def schema_version(self) -> str:
        """The schema of the database, which is the one of this code, else it had not been opened."""
        return SCHEMA_REVISION

    def search(
        self, wanted: ArticleFilter | str, *, sort: Sort | None = None, limit: int = 20, offset: int = 0, after: str | None = None
    ) -> list[Hit]:
        """Return the articles that match, best first; without a query newest first, with score 0. A string is a query without filters.

        Of the copies of one text the best one is shown, of equal ones the origin, unless `wanted.copies` asks for each. Equal scores are
        ordered by date, newest first, then by key: the order depends on nothing but the articles and is the same on every database.
        `limit` and `offset` count what is shown. `after` is `Hit.after` of the last hit of a page and gives the next one: what a crawl
        writes meanwhile neither repeats a hit nor hides one. A query of signs alone finds nothing.
        Raises: BadPage when `after` is not from a search in this order.
        """
        wanted = ArticleFilter(query=wanted) if isinstance(wanted, str) else wanted
        query = parse(wanted.query)
        if sort is None or (sort is Sort.RELEVANCE and not query):
            sort = Sort.RELEVANCE if query else Sort.NEWEST
        begin = None if after is None else paging.Position.of(after, sort)
        with self._read() as connection:
            wanted_rows = max(limit, 0) and max(limit, 0) + max(offset, 0)
            found = paging.page(connection, self._database.dialect, wanted, query, sort, limit=wanted_rows, after=begin)[max(offset, 0) :]
            articles = {
                article.id: article for article in _load(connection, self._database.dialect, [candidate.article_id for candidate in found])
            }
        return [
            Hit(article, float(at.position.score), snippet(article.text, query), at.position.token)
            for at in found
            if (article := articles.get(at.article_id)) is not None
        ]

    def get(self, id_or_url: int | str) -> Article:
        """Return the article with this number or key, or the one that an address leads to: as found, as fetched, canonical.

        Raises: NotFound.
        """
        with self._read() as connection:
            if isinstance(id_or_url, str) and _KEY.fullmatch(id_or_url):
                begin = id_or_url.removeprefix(ARTICLE_KEY_SIGN)
                of_key = select(ArticleRow.id).where(ArticleRow.url_key >= begin, ArticleRow.url_key < begin + "g")
                article_id = connection.scalars(of_key.order_by(ArticleRow.url_key)).first()
            elif isinstance(id_or_url, int) or id_or_url.isdecimal():
                article_id = int(id_or_url)
            else:
                key = url_key(textgate.clean(id_or_url).strip())
                article_id = connection.scalar(select(ArticleUrlRow.article_id).where(ArticleUrlRow.url_key == key))
            found = _load(connection, self._database.dialect, [article_id]) if article_id is not None and 0 <= article_id <= _MAX_ID else []
        if not found:
            raise NotFound(f"there is no article {id_or_url}")
        return found[0]

    def revisions(self, article_id: int) -> list[Revision]:
        """Return every version of an article, in the order of their numbers. Raises: NotFound."""
        wanted = select(RevisionRow).where(RevisionRow.article_id == article_id).order_by(RevisionRow.number)
        with self._read() as connection:
            rows = connection.execute(wanted).all()
        if not rows:
            raise NotFound(f"there is no article {article_id}")
        return [_revision(row) for row in rows]

    def addresses(self, article_id: int) -> list[str]:
        """Return every address that is known to lead to an article, its canonical URL first, the others in order. Raises: NotFound."""
        canonical = select(ArticleRow.canonical_url).where(ArticleRow.id == article_id)
        known = select(ArticleUrlRow.url).where(ArticleUrlRow.article_id == article_id)
        with self._database.read() as connection:
            own = connection.scalar(canonical)
            if own is None:
                raise NotFound(f"there is no article {article_id}")
            return [own, *sorted(set(connection.scalars(known)) - {own})]

    def history(self, article_id: int) -> list[Revision | Event]:
        """Return the revisions and the events of an article in time; of one instant, the event comes first. Raises: NotFound."""
        history: list[Revision | Event] = [*self.revisions(article_id)]
        with self._read() as connection:
            seen = events.of_articles(connection, [article_id]).get(article_id, [])
            moved = {event.url for event in seen if event.kind is EventKind.MOVED}
            # Where its own address leads to is no second publication, although the feed named it before the redirect was seen.
            history += [*seen, *(event for event in events.republications(connection, article_id) if event.url not in moved)]
        return sorted(history, key=lambda entry: (entry.at, 0) if isinstance(entry, Event) else (entry.fetched_at, entry.number))

    def copies(self, article_id: int) -> list[Article]:
        """Return the members of the article's cluster, itself too, the origin first, then by date; empty when it is alone.

        Raises: NotFound.
        """
        with self._read() as connection:
            row = connection.execute(select(ArticleRow.cluster_id).where(ArticleRow.id == article_id)).first()
            if row is None:
                raise NotFound(f"there is no article {article_id}")
            if row.cluster_id is None:
                return []
            members = (
                select(ArticleRow.id)
                .join(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
                .where(ClusterRow.id == row.cluster_id)
                .order_by(ArticleRow.id != ClusterRow.origin_id, ArticleRow.dated_at, ArticleRow.url_key)
            )
            return _load(connection, self._database.dialect, connection.scalars(members).all())

    def count(self, wanted: ArticleFilter | str, weight: Weight = Weight.ARTICLES) -> int:
        """Count the articles that match, or their texts: each cluster once, and each article without a copy."""
        wanted = ArticleFilter(query=wanted) if isinstance(wanted, str) else wanted
        with self._read() as connection:
            return counting.count(connection, self._database.dialect, wanted, self._parsed(connection, wanted), weight)

    def count_by(self, bucket: Bucket | str, wanted: ArticleFilter | str = "", weight: Weight = Weight.ARTICLES) -> dict[str, int]:
        """Count what matches by day or month (UTC; in order, from the first to the last, with those in which there is nothing), or by
        source, country or language (the most first; an article without one is left out, one about two countries counts for both).

        By clusters, a text counts once in each bucket in which one of its copies stands.
        """  # noqa: D205 - one sentence that has to name five things
        wanted = ArticleFilter(query=wanted) if isinstance(wanted, str) else wanted
        with self._read() as connection:
            return counting.count_by(connection, self._database.dialect, wanted, self._parsed(connection, wanted), Bucket(bucket), weight)

    def _parsed(self, connection: Connection, wanted: ArticleFilter) -> Query:
        """Read a query, without the forms of words that nothing has."""
        return made_ready(connection, self._database.dialect, parse(wanted.query))

    def frame(self, wanted: ArticleFilter | str | None = None, weight: Weight = Weight.ARTICLES, *, library: str | None = None) -> Any:
        """Return every article that matches as a table in memory, with the columns of an export, in the order of their keys.

        `library` is pandas, polars or pyarrow; None takes the first that is installed. `weight` is that of `articles`.
        Raises: StorageError for a library that is unknown or not installed.
        """
        from storage.frames import frame  # noqa: PLC0415 - pyarrow takes longer to import than a search takes

        return frame(self.articles(ArticleFilter(query=wanted) if isinstance(wanted, str) else wanted, weight), library)

    def articles(self, wanted: ArticleFilter | None = None, weight: Weight = Weight.ARTICLES) -> Iterator[Article]:
        """Yield every article that matches, from one state of the database; memory does not grow with their number.

        They come in the order of their keys, which is the same in every database that holds them, whatever arrived first. By clusters,
        there is one of the copies of each text: the origin if it matches, else the one that appeared first.

        The database is being read until the iterator ends or is closed. With a query the ids (8 bytes each) are kept in memory.
        """
        with self.pages(wanted or ArticleFilter(), weight) as (connection, pages):
            for ids in pages:
                yield from _load(connection, self._database.dialect, ids)

    @contextmanager
    def pages(self, wanted: ArticleFilter, weight: Weight = Weight.ARTICLES) -> Iterator[tuple[Connection, Iterator[Sequence[int]]]]:
        """Give the numbers of the articles that `articles` yields, in pages, and the connection that is being read, inside a `with` block.

        For modules of storage that read more of them: no connection leaves it.
        """
        found = selection(self._database.dialect, wanted, parse(wanted.query))
        with self._read() as connection:
            if found is None:
                yield connection, iter(())
                return
            chosen = found if weight is Weight.ARTICLES else one_a_cluster(found, wanted)
            statement = chosen.order_by(ArticleRow.url_key)
            yield connection, _pages_of_found(connection, statement) if wanted.query.strip() else _pages(connection, statement)

    def newest(self, wanted: ArticleFilter, limit: int) -> list[Article]:
        """Return the newest articles that match, also with a query; of equal dates in the order of their keys."""
        found = selection(self._database.dialect, wanted, parse(wanted.query))
        if found is None:
            return []
        with self._read() as connection:
            statement = found.order_by(ArticleRow.dated_at.desc(), ArticleRow.url_key).limit(max(limit, 0))
            return _load(connection, self._database.dialect, list(connection.scalars(statement)))

    def load(self, ids: Sequence[int]) -> list[Article]:
        """Return the articles of these numbers, in their order; unknown ones are left out."""
        with self._read() as connection:
            return _load(connection, self._database.dialect, ids)

    def clusters(self, wanted: ArticleFilter | None = None) -> Iterator[Cluster]:
        """Yield the clusters of which a member matches, in the order of their keys; what is said of them is of the whole corpus.

        The ids (8 bytes each) are kept in memory. None is all clusters.
        """
        wanted = wanted or ArticleFilter()
        found = selection(self._database.dialect, wanted, parse(wanted.query))
        if found is None:
            return
        with self._read() as connection:
            yield from clusterings.clusters(connection, found.with_only_columns(ArticleRow.cluster_id))

    def copy_stats(self) -> CopyStats:
        """Count the copies that the corpus holds."""
        with self._read() as connection:
            return clusterings.copy_stats(connection)

    def stats(self, weight: Weight = Weight.ARTICLES, wanted: ArticleFilter | None = None) -> Stats:
        """Count what the corpus holds, or what matches; `weight` is what is counted by source, language and tags.

        The ledger is of the corpus: with a filter nothing is said of it (`fetches` is 0, `by_outcome` empty).
        """
        wanted = wanted or ArticleFilter()
        counted = func.count() if weight is Weight.ARTICLES else texts(func.count())
        matching = self._matching(wanted)
        with self._read() as connection:
            articles, revisions, first, last, clustered, found = connection.execute(
                select(
                    func.count(),
                    func.coalesce(func.sum(ArticleRow.revisions), 0),
                    func.min(ArticleRow.published_at),
                    func.max(ArticleRow.published_at),
                    func.count(ArticleRow.cluster_id),
                    func.count(func.distinct(ArticleRow.cluster_id)),
                ).where(*matching)
            ).one()
            by_source = _counts(connection, select(ArticleRow.source_id, counted).where(*matching).group_by(ArticleRow.source_id))
            by_language = _counts(connection, select(ArticleRow.language, counted).where(*matching).group_by(ArticleRow.language))
            by_tag = {}
            for kind in ("country", "actor", "topic"):
                tagged = select(TagRow.value, counted).where(TagRow.kind == kind)
                if weight is Weight.CLUSTERS or matching:
                    tagged = tagged.join(ArticleRow, ArticleRow.id == TagRow.article_id).where(*matching)
                by_tag[kind] = _counts(connection, tagged.group_by(TagRow.value))
            ledger = select(FetchRow.outcome, func.count()).group_by(FetchRow.outcome)
            by_outcome = {} if matching else _counts(connection, ledger)
            return Stats(
                articles=articles,
                revisions=int(revisions),
                clusters=found,
                copies=clustered - found,
                sources=len(by_source),
                fetches=sum(by_outcome.values()),
                first_published_at=first,
                last_published_at=last,
                by_source=by_source,
                by_language=by_language,
                by_country=by_tag["country"],
                by_outcome={Outcome(outcome): count for outcome, count in by_outcome.items()},
                texts=articles - clustered + found,
                weight=weight,
                by_actor=by_tag["actor"],
                by_topic=by_tag["topic"],
            )

    def ties(self, question: TieQuestion) -> Ties:
        """Count who shares texts with whom, how much more often than by chance, and when."""
        with self._read() as connection:
            return count_ties(connection, self._database.dialect, question)

    def _matching(self, wanted: ArticleFilter) -> list[ColumnElement[bool]]:
        """Return the conditions of a filter, none where it selects all."""
        found = selection(self._database.dialect, wanted, parse(wanted.query))
        if found is None:
            return [false()]
        return [] if found.whereclause is None and not wanted.query.strip() else [ArticleRow.id.in_(found)]


def _pages(connection: Connection, statement: Select[int]) -> Iterator[Sequence[int]]:
    """Yield the ids of a SELECT in pages, each found anew after the last key of the one before."""
    after = ""
    while rows := connection.execute(statement.add_columns(ArticleRow.url_key).where(ArticleRow.url_key > after).limit(_PAGE)).all():
        yield [row.id for row in rows]
        after = rows[-1].url_key


def _pages_of_found(connection: Connection, statement: Select[int]) -> Iterator[Sequence[int]]:
    """Yield the ids of a full-text SELECT in pages; the index is asked once, because each time costs as much as all pages."""
    ids = iter(array("q", connection.scalars(statement)))
    while page := list(islice(ids, _PAGE)):
        yield page


def _load(connection: Connection, dialect: DatabaseDialect, ids: Sequence[int]) -> list[Article]:
    """Read whole articles, in the order of `ids`; unknown ids are left out."""
    tags: dict[int, list[Tag]] = {}
    values = {"ids": dialect.packed(ids)}
    for article_id, *tag in connection.execute(dialect.kept("tags", partial(_tags_of, dialect)), values):
        tags.setdefault(article_id, []).append(Tag(*tag))
    rows = connection.execute(dialect.kept("articles", partial(_articles_of, dialect)), values)
    found = {row.id: _article(row, tuple(tags.get(row.id, ()))) for row in rows}
    return [found[article_id] for article_id in ids if article_id in found]


def _tags_of(dialect: DatabaseDialect) -> Executable:
    """Select the tags of the articles `ids`, for each the heaviest first."""
    columns = (TagRow.article_id, TagRow.kind, TagRow.value, TagRow.weight, TagRow.evidence)
    ordered = (TagRow.article_id, TagRow.weight.desc(), TagRow.kind, TagRow.value)
    return select(*columns).where(dialect.among(TagRow.article_id, "ids")).order_by(*ordered)


def _articles_of(dialect: DatabaseDialect) -> Executable:
    """Select all that is told of the articles `ids`."""
    first = aliased(ArticleRow)
    return (
        select(
            ArticleRow,
            RevisionRow.title,
            RevisionRow.standfirst,
            RevisionRow.text,
            RevisionRow.fetched_at,
            RevisionRow.extractor,
            ClusterRow.members,
            ClusterRow.agency.label("cluster_agency"),
            first.canonical_url.label("origin_url"),
            first.source_id.label("origin_source"),
            ClusterRow.origin_id,
            ClusterRow.representative_id,
        )
        .join(RevisionRow, CURRENT)
        .outerjoin(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
        .outerjoin(first, first.id == ClusterRow.origin_id)
        .where(dialect.among(ArticleRow.id, "ids"))
    )


def _revision(row: Any) -> Revision:
    place = None if row.archive_file is None else ArchivePlace(row.archive_file, row.archive_offset)
    kind = RevisionKind(row.kind) if row.kind else None
    return Revision(row.article_id, row.number, row.title, row.text, row.text_hash, row.fetched_at, row.extractor, place, kind)


def _article(row: Any, tags: tuple[Tag, ...]) -> Article:
    return Article(
        id=row.id,
        url=row.url,
        canonical_url=row.canonical_url,
        source=row.source_id,
        title=row.title,
        text=row.text,
        authors=tuple(row.authors),
        published_at=row.published_at,
        published_from=row.published_from,
        published_confidence=row.published_confidence,
        modified_at=row.modified_at,
        first_seen_at=row.first_seen_at,
        fetched_at=row.fetched_at,
        language=row.language,
        description=row.description,
        site_name=row.site_name,
        section=row.section,
        image_url=row.image_url,
        paywalled=row.paywalled,
        extractor=row.extractor,
        cluster=row.cluster_id,
        cluster_role=ClusterRole(row.cluster_role) if row.cluster_role else None,
        relevant=row.relevant,
        relevance=row.relevance,
        relevance_reasons=tuple(row.relevance_reasons),
        tagging=row.tagging,
        tags=tags,
        revisions=row.revisions,
        extra=row.extra,
        gone_at=row.gone_at,
        visited_at=row.visited_at,
        cluster_key=None if row.origin_url is None else article_key(row.origin_url),
        similarity=row.similarity,
        changes=tuple(CopyChange(change) for change in row.changes or ()),
        cluster_members=row.members,
        cluster_agency=row.cluster_agency,
        origin=row.origin_id,
        origin_source=row.origin_source,
        representative=row.representative_id,
        agency=row.agency,
        keywords=tuple(row.keywords or ()),
        standfirst=row.standfirst,
        form=ArticleForm(row.form) if row.form else ArticleForm.ARTICLE,
        next_page_url=row.next_page_url,
        languages=row.languages or {},
        evidence={name: Evidence(found_in, confidence) for name, (found_in, confidence) in (row.evidence or {}).items()},
    )


def _counts(connection: Connection, statement: Select[Any, int]) -> dict[str, int]:
    """Read counts by a name, the biggest first; what has no name is left out."""
    rows = [(name, count) for name, count in connection.execute(statement) if name is not None]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))
