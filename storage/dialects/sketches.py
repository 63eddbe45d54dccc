"""How the sketches of texts are asked, on either database: which articles share hashes with a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, TextualSelect, text

from storage.models import UtcDateTime

#: An article that shares hashes: the number of the probe, the article's id, source_id, dated_at and url_key.
SharingRow = Row[int, int, str, datetime, str]


@dataclass(frozen=True, slots=True)
class Probe:
    """What to look up: the hashes of a text of some source, in articles that appeared between two instants (both included).

    `weeks` are the partitions in which those are.
    """

    source_id: str
    hashes: Sequence[int]
    since: datetime
    until: datetime
    weeks: range


@dataclass(frozen=True, slots=True)
class SharingConfig:
    """Which of the articles that share hashes with a text are worth their row: with how many hashes, and how many of them.

    `least` hashes must be shared, `least_in_source` by an article of the same source. `most` articles of the same source are given, and
    as many of all others.
    """

    least: int
    least_in_source: int
    most: int = 2**31 - 1


def sharing_statement(asked: str, shared: str) -> TextualSelect:
    """Make the statement from what differs: a SELECT of (number, source_id, since, until), and one of (number, article_id, hashes).

    Nearly all articles that share hashes with a text are none the less of no use: the pages of its source have one frame. To bring such a
    row to Python takes six times as long as to leave it out here.

    Returns: rows (`SharingRow`), for each number those with most hashes first, then the earlier ones.
    """
    ranked = (
        "SELECT shared.number, shared.hashes, a.id, a.source_id, a.dated_at, a.url_key, row_number() OVER (PARTITION BY shared.number,"
        " a.source_id = asked.source_id ORDER BY shared.hashes DESC, a.dated_at, a.url_key) AS place"
        " FROM shared CROSS JOIN asked CROSS JOIN articles AS a"
        " WHERE asked.number = shared.number AND a.id = shared.article_id AND a.dated_at BETWEEN asked.since AND asked.until"
        " AND shared.hashes >= CASE WHEN a.source_id = asked.source_id THEN :least_in_source ELSE :least END"
    )
    return text(
        f"WITH asked AS MATERIALIZED ({asked}), shared AS ({shared} HAVING count(*) >= :least), ranked AS ({ranked})"  # noqa: S608 (constants)
        " SELECT number, id, source_id, dated_at, url_key FROM ranked WHERE place <= :most ORDER BY number, hashes DESC, dated_at, url_key"
    ).columns(dated_at=UtcDateTime())
