"""Filled databases of every older schema: what they hold is found as if it had come today."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.dialects.postgresql import PostgresqlDialect
from storage.dialects.sqlite import SqliteDialect
from storage.records import RunKind, SourceKind
from storage.search.records import ArticleFilter
from tests.contract.builders import NOON, draft, fetched, source
from tests.contract.test_migration_of_copies import STORED, write_schema

OLDER = ("0001", "0002", "0003", "0004")


@pytest.mark.parametrize("revision", OLDER)
def test_articles_of_an_older_schema_are_found_after_the_upgrade(empty_url: str, revision: str) -> None:
    url = make_url(empty_url)
    write_schema(SqliteDialect(url) if url.drivername == "sqlite" else PostgresqlDialect(url), revision)

    with Database.open(empty_url) as database:
        corpus = Corpus(database)
        assert not [problem for problem in database.check() if "index" in problem or "place" in problem]
        assert corpus.count("harbour") == sum("harbour" in text for text, _ in STORED)
        assert [hit.score for hit in corpus.search(ArticleFilter(query="title:old harbour", copies=True))] == [3.0] * 4
        assert corpus.count_by("day", "bridge") == {"2026-03-01": 2}
        sources.sync(database, [source("courier", kind=SourceKind.BLOG, state_owned=True)], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        articles.save_batch(database, run_id, [fetched(draft("later"))])
        assert corpus.count(ArticleFilter(query="harbour", state_owned=True)) == 5
        assert not [problem for problem in database.check() if "index" in problem or "place" in problem]


def test_reader_sees_the_old_database_until_the_upgrade_is_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    write_schema(SqliteDialect(make_url(url)), "0004")
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM article_text WHERE article_text MATCH 'text : harbour'").fetchone()
        Database.open(url).close()
        assert reader.execute("SELECT count(*) FROM article_text WHERE article_text MATCH 'text : harbour'").fetchone() == before
        reader.execute("COMMIT")
    with Corpus.open(url) as corpus:
        assert corpus.count("harbour") == 4
