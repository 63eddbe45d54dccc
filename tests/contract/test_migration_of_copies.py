"""A database from before near copies: its clusters go on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, make_url, select, text

from storage import articles, migrations, runs, sources
from storage.copies.rebuild import rebuild
from storage.corpus import Corpus
from storage.database import Database
from storage.dedup import exact
from storage.dialects.base import DatabaseDialect
from storage.dialects.postgresql import PostgresqlDialect
from storage.dialects.sqlite import SqliteDialect
from storage.models import LikenessRow, url_key
from storage.records import ClusterRole, Outcome, RunKind
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, fetched, source

FRAMED = f"PORT VARDA (Lesk Wire) - {HARBOUR}"
# Equal to `FRAMED` as a whole, but not once the dateline is taken away: these two are in one cluster with `HARBOUR` through `FRAMED` alone.
UNFRAMED = f"Port Varda, Lesk Wire. {HARBOUR}"
CUT = HARBOUR.replace("after eleven years", "")
#: The text of each article, and the number of the cluster in which schema 0003 has it.
STORED: Sequence[tuple[str, int | None]] = ((FRAMED, 1), (HARBOUR, 1), (UNFRAMED, 1), (BRIDGE, 2), (BRIDGE, 2), (CUT, None))


def address(number: int) -> str:
    return f"https://courier.example/{number}"


def write_schema(dialect: DatabaseDialect, revision: str) -> None:
    """Make a filled database as an earlier version left it."""
    dialect.ensure_reachable(create=True)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with closing(dialect), dialect.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _fill(connection)


def _fill(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection, only=["sources", "articles", "article_urls", "revisions", "clusters", "fingerprints"])

    def add(table: str, **values: Any) -> None:
        connection.execute(tables.tables[table].insert(), values)

    add(
        "sources",
        id="courier",
        name="Courier",
        homepage=address(0),
        languages=[],
        enabled=True,
        from_catalog=True,
        interval_minutes=60,
    )
    for first in (1, 4):
        add("clusters", origin_id=first, created_at=NOON)
    for number, (wrote, cluster) in enumerate(STORED, start=1):
        at, hashes = NOON + timedelta(minutes=number), exact.hashes(wrote)
        add(
            "articles",
            url_key=url_key(address(number)),
            url=address(number),
            canonical_url=address(number),
            source_id="courier",
            cluster_id=cluster,
            current_revision=1,
            revisions=1,
            first_seen_at=at,
            dated_at=at,
            published_at=at,
            authors=[],
            relevance_reasons=[],
            extra={},
        )
        add("article_urls", url_key=url_key(address(number)), article_id=number, url=address(number))
        add("revisions", article_id=number, number=1, fetched_at=at, text_hash=hashes.text_hash, extractor="old", title="Old", text=wrote)
        for value in hashes.fingerprints:
            add("fingerprints", kind="exact", value=value, article_id=number)
        _index(connection, number, "old", wrote)


def _index(connection: Connection, number: int, title: str, wrote: str) -> None:
    """Fill the full-text index of that time, well enough to be there."""
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO article_text(rowid, title, text) VALUES (:number, :title, :text)"
    else:
        statement = "INSERT INTO article_text VALUES (:number, to_tsvector('simple', :title || ' ' || :text))"
    connection.execute(text(statement), {"number": number, "title": title, "text": wrote})


@pytest.fixture
def upgraded_url(empty_url: str) -> str:
    url = make_url(empty_url)
    write_schema(SqliteDialect(url) if url.drivername == "sqlite" else PostgresqlDialect(url), "0003")
    return empty_url


def places(database: Database) -> list[tuple[int, int | None, ClusterRole | None, float | None, int | None]]:
    found = sorted(Corpus(database).articles(), key=lambda article: article.id)
    return [(article.id, article.cluster, article.cluster_role, article.similarity, article.cluster_members) for article in found]


def test_clusters_of_before_are_kept_with_their_pairs(upgraded_url: str) -> None:
    with Database.open(upgraded_url) as database:
        assert places(database) == [
            (1, 1, ClusterRole.ORIGIN, 1.0, 3),
            (2, 1, ClusterRole.COPY, 1.0, 3),
            (3, 1, ClusterRole.COPY, 1.0, 3),
            (4, 2, ClusterRole.ORIGIN, 1.0, 2),
            (5, 2, ClusterRole.COPY, 1.0, 2),
            (6, None, None, None, None),
        ]
        with database.read() as connection:
            pairs = connection.execute(select(LikenessRow.first_id, LikenessRow.second_id, LikenessRow.jaccard)).all()
        assert sorted(map(tuple, pairs)) == [(1, 2, 1.0), (1, 3, 1.0), (4, 5, 1.0)]
        assert database.check() == []


def test_further_copy_joins_the_cluster_of_before(upgraded_url: str) -> None:
    with Database.open(upgraded_url) as database:
        sources.sync(database, [source("courier"), source("herald")], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        made = [draft("h", source_id="herald", text=HARBOUR), draft("b", source_id="herald", text=BRIDGE)]
        saved = articles.save_batch(database, run_id, [fetched(one) for one in made])

        assert [(one.outcome, one.cluster_id) for one in saved] == [(Outcome.COPY, 1), (Outcome.COPY, 2)]
        assert {place[1] for place in places(database)[:5]} == {1, 2}
        assert database.check() == []


def test_rebuild_finds_the_near_copies_that_nobody_looked_for(upgraded_url: str) -> None:
    with Database.open(upgraded_url) as database:
        rebuilt = rebuild(database, NOON)

        assert (rebuilt.articles, rebuilt.clusters, rebuilt.copies) == (6, 2, 4)
        assert [place[1] for place in places(database)] == [1, 1, 1, 2, 2, 1]
        assert database.check() == []
