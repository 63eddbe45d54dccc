from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import text

from storage import runs
from storage.corpus import Corpus
from storage.database import Database
from storage.records import Outcome
from storage.search.records import ArticleFilter
from tests.contract.writer import BATCH


@contextmanager
def running(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Give a process, which ends with the `with` block and leaves nothing open, whatever becomes of the test."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.kill()


def writer(url: str, name: str, count: int) -> AbstractContextManager[subprocess.Popen[str]]:
    return running([sys.executable, "-m", "tests.contract.writer", url, name, str(count)])


def test_two_processes_write_while_others_read_and_nothing_is_lost(database: Database, corpus: Corpus, url: str) -> None:
    count = 60
    reads = 0
    with writer(url, "one", count) as one, writer(url, "two", count) as two:
        while one.poll() is None or two.poll() is None:
            found = [article.canonical_url for article in corpus.articles()]
            assert len(found) == len(set(found))
            assert corpus.search(ArticleFilter(query="harbour"), limit=3) or not found
            reads += 1
        for process in (one, two):
            _, errors = process.communicate()
            assert (process.returncode, errors) == (0, "")

    shared = count // BATCH
    assert reads > 0
    assert corpus.stats().articles == 2 * count + shared
    counted = corpus.stats().by_outcome
    # Each shared article was decided on twice: once new or a copy, once known.
    assert counted[Outcome.UNCHANGED] == shared
    assert sum(counted.values()) == 2 * (count + shared)
    assert sum(sum(runs.get(database, number).outcomes.values()) for number in (1, 2)) == sum(counted.values())
    assert database.check() == []


def test_kill_in_the_middle_of_writing_loses_nothing_that_was_acknowledged(database: Database, corpus: Corpus, url: str) -> None:
    for attempt in range(3):
        with writer(url, f"killed{attempt}", 100_000) as process:
            assert process.stdout is not None
            acknowledged = [process.stdout.readline() for _ in range(4)][-1]
            process.kill()
            process.communicate()

        kept = [article for article in corpus.articles() if f"/killed{attempt}/" in article.canonical_url]
        assert len(kept) >= int(acknowledged)
        assert len(kept) % BATCH == 0
        assert database.check() == []
    assert corpus.stats().fetches == sum(corpus.stats().by_outcome.values())


def test_no_increment_is_lost_between_threads_that_read_and_then_write(database: Database) -> None:
    def count_up() -> None:
        for _ in range(50):
            with database.write() as connection:
                number = int(connection.scalar(text("SELECT reason FROM hosts")) or 0)
                connection.execute(text("UPDATE hosts SET reason = :next"), {"next": str(number + 1)})

    with database.write() as connection:
        row = "('a.example', '2026-03-01 12:00:00.000000', '0')"
        connection.execute(text("INSERT INTO hosts (host, next_allowed_at, reason) VALUES " + row))  # noqa: S608 - our own words
    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as connection:
        assert connection.scalar(text("SELECT reason FROM hosts")) == "200"
