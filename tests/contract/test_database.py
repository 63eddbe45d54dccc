from __future__ import annotations

import subprocess
import sys
import time
from argparse import Namespace
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, column, delete, event, inspect, select, table, text, update

import storage.database
from storage import articles, migrations
from storage.corpus import Corpus
from storage.database import Database, schema_revision
from storage.dialects import base
from storage.errors import AlreadyLeading, BadRecord, DatabaseUnavailable, SchemaTooNew, SchemaTooOld, StorageError
from storage.models import SCHEMA_REVISION, VERSION_TABLE, ArticleRow, ArticleUrlRow, Base, ClusterRow, LikenessRow
from storage.search.records import ArticleFilter
from tests.contract.builders import BRIDGE, NOON, draft, fetched, minutes


def differences(database: Database) -> list[object]:
    """Compare the tables with the models, as Alembic would to write the next migration."""
    with database.read() as connection:
        options = {**migrations.configuration_of(connection), "compare_type": True}
        context = MigrationContext.configure(options.pop("connection"), opts={**options, "target_metadata": Base.metadata})
        return list(compare_metadata(context, Base.metadata))


def test_migrations_from_nothing_give_the_tables_of_the_models(empty_url: str) -> None:
    with Database.open(empty_url) as database:
        assert differences(database) == []
        with database.read() as connection:
            assert "article_text" in inspect(connection).get_table_names()
            assert schema_revision(connection) == SCHEMA_REVISION == migrations.revisions()[0]


@pytest.mark.usefixtures("database")
def test_developer_compares_with_alembic_itself(url: str) -> None:
    said = StringIO()
    config = Config(stdout=said, cmd_opts=Namespace(x=[f"db={url}"]))
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    command.check(config)

    assert "No new upgrade operations detected" in said.getvalue()


def test_comparison_would_see_a_forgotten_migration(database: Database) -> None:
    later: Column[int] = Column("later", Integer())
    hosts = Base.metadata.tables["hosts"]
    hosts.append_column(later)
    try:
        assert len(differences(database)) == 1
    finally:
        hosts._columns.remove(later)  # the models are as they were


@pytest.mark.usefixtures("database")
def test_opening_again_changes_nothing(url: str) -> None:
    with Database.open(url) as again, again.read() as connection:
        assert schema_revision(connection) == SCHEMA_REVISION


def test_reader_of_a_database_without_articles_is_told_what_to_do(empty_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="run dragoman crawl or ingest first"):
        Corpus.open(empty_url)


def test_newer_schema_is_refused_in_one_line_and_left_alone(empty_url: str) -> None:
    with Database.open(empty_url) as database:
        with database.write() as connection:
            connection.execute(update(table(VERSION_TABLE, column("version_num"))).values(version_num="9999"))

        for create in (True, False):
            with pytest.raises(SchemaTooNew, match=r"^[^\n]*newer Dragoman \(schema 9999\)[^\n]*$"):
                Database.open(empty_url, create=create)
        with database.read() as connection:
            assert schema_revision(connection) == "9999"


def test_older_schema_is_refused_for_reading(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.database, "SCHEMA_REVISION", "9998")  # as if this code were newer

    with pytest.raises(SchemaTooOld, match="run dragoman db upgrade"):
        Database.open(url, create=False)


def test_upgrade_that_fails_in_the_middle_leaves_nothing_behind(empty_url: str, kind: str) -> None:
    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "article_text" in statement:  # the last table of the first migration
            raise OSError("no space left")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(OSError, match="no space left"):
            Database.open(empty_url)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)

    if kind == "sqlite":
        assert list(Path(empty_url.removeprefix("sqlite:///")).parent.iterdir()) == []
    with pytest.raises(DatabaseUnavailable):
        Database.open(empty_url, create=False)
    with Database.open(empty_url) as database:
        assert differences(database) == []


def test_block_that_raises_is_rolled_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(text("DELETE FROM sources"))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sources")) == 2


def test_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError), database.read() as connection:
        connection.execute(text("DELETE FROM sources"))
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sources")) == 2


def test_reader_sees_one_state_until_it_is_done(database: Database) -> None:
    with database.read() as reading:
        before = reading.scalar(text("SELECT count(*) FROM sources"))
        with database.write() as writing:
            writing.execute(text("DELETE FROM sources"))
        assert reading.scalar(text("SELECT count(*) FROM sources")) == before == 2


def test_errors_of_the_database_are_one_line_of_ours(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^[^\n]+nowhere[^\n]*$"), database.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    with pytest.raises(BadRecord, match=r"^[^\n]+refuses a record[^\n]+$"), database.write() as connection:
        connection.execute(text("INSERT INTO sources SELECT * FROM sources"))
    with pytest.raises(StorageError, match=r"^[^\n]+$"), database.read() as connection:
        connection.execute(select(ArticleRow.id)).scalar_one()


def test_writer_that_waits_too_long_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.dialects.sqlite.WAIT", base.WaitConfig(lock_seconds=1))
    monkeypatch.setattr("storage.dialects.postgresql.WAIT", base.WaitConfig(lock_seconds=1))
    expected = pytest.raises(DatabaseUnavailable, match=r"lock|another process has been writing")
    with Database.open(url) as one, Database.open(url) as two, one.write(), expected, two.write():
        pass


def test_facts_tell_what_the_database_is(database: Database, kind: str) -> None:
    facts = database.facts()

    assert facts["dialect"].lower() == kind
    assert facts["schema"] == SCHEMA_REVISION
    assert facts["version"][0].isdigit()
    assert int(facts["size_bytes"]) > 0
    assert facts["path"]


def test_second_leader_is_refused_until_the_first_is_done(url: str, database: Database) -> None:
    with Database.open(url) as other:
        with database.lead(), pytest.raises(AlreadyLeading, match="another scheduler"), other.lead():
            pass
        with other.lead():
            pass


def test_leader_that_dies_makes_room(url: str, database: Database) -> None:
    program = "import sys; from storage.database import Database as D\nwith D.open(sys.argv[1]).lead(): print('leads', flush=True); input()"
    command = [sys.executable, "-c", program, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as leader:  # noqa: S603 - our own arguments
        assert leader.stdout is not None
        assert leader.stdout.readline() == "leads\n"
        with pytest.raises(AlreadyLeading), database.lead():
            pass
        leader.kill()
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        try:
            with database.lead():
                return
        except AlreadyLeading:  # a server notices the loss a moment later
            time.sleep(0.02)
    pytest.fail("the lock was not given back")


def test_vacuum_keeps_everything(database: Database, run_id: int, corpus: Corpus) -> None:
    articles.save_batch(database, run_id, [fetched(draft("a")), fetched(draft("b"))])
    database.vacuum()

    assert corpus.count(ArticleFilter(query="harbour")) == 2
    assert database.check() == []


def test_check_finds_rows_that_contradict_each_other(database: Database, run_id: int) -> None:
    first = draft("a", published_at=NOON - minutes(90))
    saved = articles.save_batch(database, run_id, [fetched(made) for made in (first, draft("b"), draft("c"), draft("d", text=BRIDGE))])
    assert database.check() == []
    a, b, c, d = (item.article_id for item in saved)
    with database.write() as connection:
        connection.execute(update(ArticleRow).where(ArticleRow.id == a).values(current_revision=7))
        connection.execute(update(ArticleRow).where(ArticleRow.id == b).values(revisions=2))
        connection.execute(delete(ArticleUrlRow).where(ArticleUrlRow.article_id == c))
        connection.execute(update(ClusterRow).values(origin_id=d, representative_id=d, members=4))
        connection.execute(database.dialect.insert(ClusterRow), [{"id": 99, "origin_id": 98, "created_at": draft().fetched_at}])
        connection.execute(update(ArticleRow).where(ArticleRow.id == c).values(cluster_role=None))
        pair = {"first_id": d, "second_id": d, "via": 0, "first_share": 1.0, "second_share": 1.0, "jaccard": 1.0}
        connection.execute(database.dialect.insert(LikenessRow), [pair])
        place, lost = (connection.scalars(select(ArticleRow.place).where(ArticleRow.id == one)).one() for one in (d, c))
        shared = select(ArticleRow.place).where(ArticleRow.id == b).scalar_subquery()
        connection.execute(update(ArticleRow).where(ArticleRow.id == d).values(place=place + 1))
        connection.execute(update(ArticleRow).where(ArticleRow.id == c).values(place=shared))

    assert database.check() == [
        f"1 articles without their current revision, the first is {a}",
        f"1 articles with missing revisions, the first is {b}",
        f"1 articles that their own address does not lead to, the first is {c}",
        f"1 articles missing from the full-text index, the first is {d}",
        f"2 entries of the full-text index without an article, the first is {min(place, lost)}",
        f"2 articles that share a place, the first is {b}",
        "1 clusters of fewer than two articles, the first is 99",
        f"2 clusters whose origin is not a member, the first is {saved[0].cluster_id}",
        f"2 clusters whose representative is not a member, the first is {saved[0].cluster_id}",
        f"1 clusters whose members are counted wrong, the first is {saved[0].cluster_id}",
        f"2 articles with a role that their cluster does not give them, the first is {a}",
        f"1 likenesses that name the greater id first, the first is {d}",
    ]


def test_job_store_of_another_library_lives_beside_our_tables(empty_url: str) -> None:
    with Database.open(empty_url) as database:
        with database.job_store_engine().begin() as connection:
            connection.execute(text("CREATE TABLE apscheduler_jobs (id INTEGER PRIMARY KEY)"))

        with Database.open(empty_url, create=False) as again:
            assert differences(again) == []


def test_database_that_another_program_migrates_is_refused(empty_url: str) -> None:
    with Database.open(empty_url) as database, database.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('1a2b')"))
        connection.execute(text("ALTER TABLE articles RENAME TO wares"))
    with pytest.raises(DatabaseUnavailable, match=r"another program \(schema 1a2b\)"):
        Database.open(empty_url)
