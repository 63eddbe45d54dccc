"""One archive gives the same export from both databases, and where its texts stand can be asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crawler.archives import ArchivedVisit, open_archive
from crawler.processing import Policy
from crawler.warc.replay import replay
from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.crawls import archived
from storage.database import Database
from storage.export import export_articles
from storage.records import EventKind, Outcome, RunKind
from tests.archive_files import TIGRIS, exchange, note, writer
from tests.contract.builders import NOON
from tests.warcs import PARLIAMENT, article_page

URL = "https://tigris.example/news/"
FIRST = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
EDITED = article_page("Parliament delays delegation to Damascus", PARLIAMENT)


def archive_of_a_story(folder: Path) -> list[Path]:
    """Archive a crawl in which an article is copied, edited, not modified, gone."""
    archive = writer(folder)
    archive.exchange(exchange("https://tigris.example/rss", b"<rss/>"))
    first, copy = archive.exchange(exchange(f"{URL}1", FIRST)), archive.exchange(exchange(f"{URL}2", FIRST, minutes=1))
    archive.note([note(copy), note(first)])
    edited = archive.exchange(exchange(f"{URL}1", EDITED, minutes=60))
    same = archive.exchange(exchange(f"{URL}1", EDITED, minutes=70))
    unmodified = archive.exchange(exchange(f"{URL}1", b"", status=304, minutes=80))
    gone = archive.exchange(exchange(f"{URL}2", b"not here", status=410, minutes=90))
    archive.note([note(visit, channel="revisit") for visit in (edited, same)])
    archive.note([note(unmodified, outcome=Outcome.NOT_MODIFIED, channel="revisit"), note(gone, outcome=Outcome.GONE, channel="revisit")])
    archive.close()
    return list(folder.iterdir())


def exported(database: Database, out: Path) -> str:
    return export_articles(Corpus(database).articles(), out, format="jsonl", query={}, versions={}, now=NOON).files[0].sha256


def read_into(database: Database, files: list[Path]) -> list[Outcome]:
    """Replay in this process: the ingest does the same in its workers."""
    sources.ensure(database, TIGRIS.record())
    run_id = runs.start(database, RunKind.INGEST, None, NOON)
    found = [record for path in files for record in open_archive(path)(lambda _read: None)]
    visits = [record for record in found if isinstance(record, ArchivedVisit)]
    attempts = [replay(visit, TIGRIS.context(), Policy()) for visit in visits]
    return [saved.outcome for saved in articles.save_batch(database, run_id, attempts)]


def test_replay_gives_the_same_export_from_both_databases(database: Database, corpus: Corpus, tmp_path: Path) -> None:
    files = archive_of_a_story(tmp_path / "warc")
    outcomes = read_into(database, files)
    assert outcomes == ["new", "copy", "revised", "unchanged", "not_modified", "gone"]
    article = corpus.get(f"{URL}1")
    assert (article.revisions, article.source, article.gone_at) == (2, TIGRIS.id, None)
    assert corpus.get(f"{URL}2").gone_at is not None
    places = archived.places(database, [f"{URL}1", f"{URL}2", f"{URL}3"])
    assert places == {item.canonical_url: corpus.revisions(item.id)[-1].archived for item in corpus.articles()}

    with Database.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        read_into(other, files)
        assert exported(database, tmp_path / "one") == exported(other, tmp_path / "two")
        replayed = Corpus(other)
        for item in corpus.articles():
            history = corpus.history(item.id)
            assert [replace(entry, article_id=item.id) for entry in replayed.history(replayed.get(item.key).id)] == history
        assert [entry.kind for entry in corpus.history(corpus.get(f"{URL}2").id)] == [None, EventKind.GONE]
