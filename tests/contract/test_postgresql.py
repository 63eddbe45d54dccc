"""What only a PostgreSQL server can get wrong."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from storage.database import Database
from storage.errors import DatabaseUnavailable
from tests.contract.conftest import Server, execute


def opened(url: URL) -> Database:
    return Database.open(url.render_as_string(hide_password=False))


def test_database_in_another_encoding_is_refused(postgresql: Server) -> None:
    url = postgresql.create("SQL_ASCII")
    try:
        with pytest.raises(DatabaseUnavailable, match="is encoded in SQL_ASCII; create it with ENCODING 'UTF8'"):
            opened(url)
    finally:
        postgresql.drop(url)


def test_table_of_another_program_is_never_taken_over(postgresql: Server) -> None:
    url = postgresql.create()
    try:
        execute(url, "CREATE TABLE articles (id INTEGER)")
        with pytest.raises(DatabaseUnavailable, match="already has a table articles of another program"):
            opened(url)
        execute(url, "ALTER TABLE articles RENAME TO neighbours")
        with opened(url) as database:
            assert database.check() == []
    finally:
        postgresql.drop(url)


def test_missing_database_is_one_line_that_names_it(postgresql: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^[^\n]*nowhere[^\n]*does not exist[^\n]*$"):
        opened(postgresql.url.set(database="nowhere"))


def test_leader_whose_connection_died_is_told_though_all_others_are_made_anew(postgresql: Server) -> None:
    """As after a restart of the server while nothing was asked of it: another scheduler may lead by now."""
    with opened(postgresql.migrated) as database, database.lead():
        database.ensure_leading()
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dragoman' AND datname = current_database()"
        )
        execute(postgresql.migrated, others)
        assert database.check() == []
        with pytest.raises(DatabaseUnavailable, match=r"^postgresql://[^\n]*$"):
            database.ensure_leading()
        with opened(postgresql.migrated) as next_one, next_one.lead():
            next_one.ensure_leading()
