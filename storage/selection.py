"""Which articles a filter selects, as SQL; and of the copies of one text, which one stands for all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, RevisionRow, TagRow
from storage.query import Query
from storage.records import ArticleFilter, ClusterRole

CURRENT = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)

Selection = tuple[Select[int], ColumnElement[float] | None]


def selection(dialect: DatabaseDialect, wanted: ArticleFilter, query: Query) -> Selection | None:
    """Return a SELECT of the ids of all articles that match, copies too, and the column of their scores if there is a query.

    Returns: None when nothing can match.
    """
    conditions = _conditions(wanted, ArticleRow)
    if not wanted.query.strip():
        return select(ArticleRow.id).where(*conditions), None
    if not query:
        return None
    matches = dialect.matches(query)
    statement = (
        select(ArticleRow.id)
        .select_from(matches)
        .join(RevisionRow, RevisionRow.id == matches.c.revision_id)
        .join(ArticleRow, CURRENT)
        .where(*conditions)
    )
    return statement, matches.c.score


def one_a_cluster(found: Selection, wanted: ArticleFilter, *, ranked: bool) -> Selection:
    """Narrow a selection to one article of each cluster.

    It is the best one if the selection is `ranked` and has scores; of equal ones, and without, the origin if it was selected, else the one
    that appeared first. The choice depends on what was selected and not on what arrived first. Without a query each article is compared
    with its few copies, so that a page of the newest needs no look at the others; with one the index has found all matches anyway.
    """
    statement, score = found
    if not wanted.query.strip():
        return statement.where(_stands_for_all(wanted)), score
    order = [*_precedence(ArticleRow)] if score is None or not ranked else [score.desc(), *_precedence(ArticleRow)]
    alone = func.coalesce(ArticleRow.cluster_id, -ArticleRow.id)
    place = func.row_number().over(partition_by=alone, order_by=order).label("place")
    columns = [place] if score is None else [place, score.label("score")]
    numbered = statement.add_columns(*columns).subquery("numbered")
    narrowed = select(ArticleRow.id).join(numbered, numbered.c.id == ArticleRow.id).where(numbered.c.place == 1)
    return narrowed, None if score is None else numbered.c.score


def texts(articles: ColumnElement[int], of: Any = ArticleRow) -> ColumnElement[int]:
    """Count each text once, where `articles` counts every copy of it."""
    return articles - func.count(of.cluster_id) + func.count(func.distinct(of.cluster_id))


def _precedence(of: Any) -> tuple[ColumnElement[Any], ...]:
    """Return what the members of a cluster are sorted by: the origin first, then by date, then by key."""
    return case((of.cluster_role == ClusterRole.ORIGIN.value, 0), else_=1).cast(Integer), of.dated_at, of.url_key


def _stands_for_all(wanted: ArticleFilter) -> ColumnElement[bool]:
    """Say that no other article of the same cluster matches that comes before this one."""
    other = aliased(ArticleRow)
    earlier = tuple_(*_precedence(other)) < tuple_(*_precedence(ArticleRow))
    before = exists().where(other.cluster_id == ArticleRow.cluster_id, earlier, *_conditions(wanted, other))
    return or_(ArticleRow.cluster_id.is_(None), ~before)


def _conditions(wanted: ArticleFilter, of: Any) -> list[ColumnElement[bool]]:
    """Write a filter, but for its query and its copies, as SQL."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.sources:
        conditions.append(of.source_id.in_(wanted.sources))
    if wanted.languages:
        conditions.append(of.language.in_(wanted.languages))
    if wanted.since is not None:
        conditions.append(of.dated_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(of.dated_at < wanted.until)
    if wanted.relevant is not None:
        conditions.append(of.relevant.is_(wanted.relevant))
    if wanted.revised is not None:
        conditions.append(of.revisions > 1 if wanted.revised else of.revisions == 1)
    if wanted.gone is not None:
        conditions.append(of.gone_at.is_not(None) if wanted.gone else of.gone_at.is_(None))
    for kind, values in (("country", wanted.countries), ("actor", wanted.actors), ("topic", wanted.topics)):
        conditions += [exists().where(TagRow.article_id == of.id, TagRow.kind == kind, TagRow.value == value) for value in values]
    return conditions
