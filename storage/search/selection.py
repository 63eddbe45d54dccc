"""Which articles a filter selects, as SQL; and of the copies of one text, which one stands for all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from storage.dialects.base import DatabaseDialect, Found
from storage.models import ArticleRow, RevisionRow, SourceRow, TagRow
from storage.records import ClusterRole
from storage.search.places import KEY_BITS, begin_of
from storage.search.query import Query
from storage.search.ranking import matching
from storage.search.records import ArticleFilter

_SECOND = 1 << KEY_BITS
CURRENT = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)


def made_ready(connection: Connection, dialect: DatabaseDialect, query: Query) -> Query:
    """Begin to ask the full-text index: return the query without forms of its words that no article has."""
    dialect.begin_search(connection)
    return query.without(dialect.unknown(connection, query.optional_tokens))


def selection(dialect: DatabaseDialect, wanted: ArticleFilter, query: Query) -> Select[int] | None:
    """Return a SELECT of the ids of all articles that match, copies too, in no order; None when nothing can match."""
    if not wanted.query.strip():
        return select(ArticleRow.id).where(*conditions(wanted), *in_time(wanted, ArticleRow.place))
    if not query:
        return None
    found = dialect.found(matching(query))
    return select(ArticleRow.id).select_from(joined(found)).where(found.condition, *conditions(wanted), *in_time(wanted, found.place))


def places(dialect: DatabaseDialect, wanted: ArticleFilter, query: Query) -> tuple[Select[int], ColumnElement[int]]:
    """Return a SELECT of the places of what matches a query that is not empty, in no order, and the column.

    No table but the index is asked when the index alone can say.
    """
    found = dialect.found(matching(query))
    chosen = select(found.place.label("place")).where(found.condition, *in_time(wanted, found.place))
    limits = conditions(wanted)
    return chosen.select_from(joined(found) if limits else found.index).where(*limits), found.place


def joined(found: Found) -> FromClause:
    """Join what the index finds with the articles."""
    return found.index.join(ArticleRow.__table__, ArticleRow.place == found.joined)


def one_a_cluster(found: Select[int], wanted: ArticleFilter) -> Select[int]:
    """Narrow a selection to one article of each cluster: the origin if it was selected, else the one that appeared first.

    The choice depends on what was selected and not on what arrived first. Without a query each article is compared with its few copies, so
    that a page of the newest needs no look at the others; with one the index has found all matches anyway.
    """
    if not wanted.query.strip():
        return found.where(_stands_for_all(wanted))
    alone = func.coalesce(ArticleRow.cluster_id, -ArticleRow.id)
    place = func.row_number().over(partition_by=alone, order_by=precedence(ArticleRow)).label("number")
    numbered = found.add_columns(place).subquery("numbered")
    return select(ArticleRow.id).join(numbered, numbered.c.id == ArticleRow.id).where(numbered.c.number == 1)


def texts(articles: ColumnElement[int], of: Any = ArticleRow) -> ColumnElement[int]:
    """Count each text once, where `articles` counts every copy of it."""
    return articles - func.count(of.cluster_id) + func.count(func.distinct(of.cluster_id))


def precedence(of: Any) -> tuple[ColumnElement[Any], ...]:
    """Return what the members of a cluster are sorted by: the origin first, then by date, then by key."""
    return case((of.cluster_role == ClusterRole.ORIGIN.value, 0), else_=1).cast(Integer), of.dated_at, of.url_key


def _stands_for_all(wanted: ArticleFilter) -> ColumnElement[bool]:
    """Say that no other article of the same cluster matches that comes before this one."""
    other = aliased(ArticleRow)
    earlier = tuple_(*precedence(other)) < tuple_(*precedence(ArticleRow))
    before = exists().where(other.cluster_id == ArticleRow.cluster_id, earlier, *conditions(wanted, other), *in_time(wanted, other.place))
    return or_(ArticleRow.cluster_id.is_(None), ~before)


def in_time(wanted: ArticleFilter, place: Any) -> list[ColumnElement[bool]]:
    """Write the span of dates as one of places."""
    limits: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        limits.append(place >= begin_of(wanted.since))
    if wanted.until is not None:
        # Up to the end of a second that has begun; what of it is too late, `conditions` knows.
        limits.append(place < begin_of(wanted.until) + (_SECOND if wanted.until.microsecond else 0))
    return limits


def conditions(wanted: ArticleFilter, of: Any = ArticleRow) -> list[ColumnElement[bool]]:
    """Write what a filter asks of an article itself, as SQL: all but its query, its dates to the second and its copies."""
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None and wanted.since.microsecond:
        found.append(of.dated_at >= wanted.since)
    if wanted.until is not None and wanted.until.microsecond:
        found.append(of.dated_at < wanted.until)
    if wanted.sources:
        found.append(of.source_id.in_(wanted.sources))
    if wanted.source_countries or wanted.source_kinds or wanted.state_owned is not None:
        found.append(of.source_id.in_(_sources(wanted)))
    if wanted.languages:
        found.append(of.language.in_(wanted.languages))
    if wanted.seen_since is not None:
        found.append(of.first_seen_at >= wanted.seen_since)
    if wanted.seen_until is not None:
        found.append(of.first_seen_at < wanted.seen_until)
    if wanted.relevant is not None:
        found.append(of.relevant.is_(wanted.relevant))
    if wanted.revised is not None:
        found.append(of.revisions > 1 if wanted.revised else of.revisions == 1)
    if wanted.gone is not None:
        found.append(of.gone_at.is_not(None) if wanted.gone else of.gone_at.is_(None))
    for kind, values in (("country", wanted.countries), ("actor", wanted.actors), ("topic", wanted.topics)):
        found += [exists().where(TagRow.article_id == of.id, TagRow.kind == kind, TagRow.value == value) for value in values]
    return found


def _sources(wanted: ArticleFilter) -> Select[str]:
    """Select the sources of which the catalog says what is asked."""
    chosen = select(SourceRow.id)
    if wanted.source_countries:
        chosen = chosen.where(SourceRow.country.in_(wanted.source_countries))
    if wanted.source_kinds:
        chosen = chosen.where(SourceRow.kind.in_(wanted.source_kinds))
    if wanted.state_owned is not None:
        chosen = chosen.where(SourceRow.state_owned.is_(wanted.state_owned))
    return chosen
