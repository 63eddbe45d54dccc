"""Files go through the same pipeline as a crawl, and every record ends with one outcome."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import brotli
import pytest

from crawler.catalog import load_catalog
from crawler.errors import InputError
from crawler.ingest import IngestSummary, Watcher, ingest
from crawler.processing import Policy
from crawler.sourcebook import SourceBook
from storage import runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.records import Outcome, RunStatus, Saved
from storage.search.records import ArticleFilter
from tests.warcs import FOOTBALL, PARLIAMENT, Recorded, article_page, write_warc

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def run(database: Database, files: Sequence[Path], *, keep: bool = False, watcher: Watcher | None = None) -> IngestSummary:
    return ingest(database, files, Policy(keep_irrelevant=keep), workers=1, watcher=watcher)


def rows_file(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_every_record_of_a_warc_ends_with_one_outcome(database: Database, tmp_path: Path) -> None:
    politics = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    records = [
        Recorded("https://tigris.example/politics/1", politics),
        Recorded("https://tigris.example/politics/2", gzip.compress(politics), headers=HTML | {"Content-Encoding": "gzip"}),
        Recorded("https://tigris.example/sport/3", article_page("Cup final won by two goals", FOOTBALL)),
        Recorded("https://tigris.example/gone", b"not here", status="404 Not Found"),
        Recorded("https://tigris.example/paper.pdf", b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}),
        Recorded("https://tigris.example/bomb", brotli.compress(bytes(30_000_000)), headers=HTML | {"Content-Encoding": "br"}),
        Recorded("https://tigris.example/error", b"oops", status="500 Internal Server Error"),
        Recorded("https://tigris.example/politics/1", politics),
    ]
    summary = run(database, [write_warc(tmp_path / "pages.warc.gz", records)])
    assert summary.records == len(records)
    assert summary.outcomes == {
        Outcome.NEW: 1,
        Outcome.COPY: 1,
        Outcome.IRRELEVANT: 1,
        Outcome.GONE: 1,
        Outcome.NOT_HTML: 1,
        Outcome.TOO_LARGE: 1,
        Outcome.HTTP_ERROR: 1,
        Outcome.UNCHANGED: 1,
    }
    ledger = list(runs.ledger(database, summary.run_id))
    assert [row.candidate_url for row in ledger] == [record.url for record in records]
    finished = runs.get(database, summary.run_id)
    assert finished.status is RunStatus.FINISHED
    assert sum(finished.outcomes.values()) == len(records)


def test_article_of_a_warc_keeps_its_facts(database: Database, tmp_path: Path) -> None:
    page = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    run(database, [write_warc(tmp_path / "pages.warc", [Recorded("https://www.tigris.example/politics/1?utm_source=x", page)])])
    with Corpus(database) as corpus:
        (article,) = corpus.articles(ArticleFilter())
    assert article.url == "https://www.tigris.example/politics/1?utm_source=x"
    assert "utm_source" not in article.canonical_url
    assert article.source == "tigris.example"
    assert article.title == "Parliament sends delegation to Damascus"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-10-01T07:00:00+00:00"
    assert article.first_seen_at.isoformat() == "2026-10-01T12:00:00+00:00"
    assert article.relevant
    assert {"IQ", "SY"} <= set(article.countries)
    assert article.text.split("\n\n") == list(PARLIAMENT)


def test_keep_irrelevant_stores_what_is_not_politics(database: Database, tmp_path: Path) -> None:
    page = Recorded("https://tigris.example/sport/3", article_page("Cup final won by two goals", FOOTBALL))
    summary = run(database, [write_warc(tmp_path / "pages.warc", [page])], keep=True)
    assert summary.outcomes == {Outcome.NEW: 1}
    with Corpus(database) as corpus:
        (article,) = corpus.articles(ArticleFilter())
    assert article.relevant is False


def test_rows_keep_their_fields_and_unknown_ones_too(database: Database, tmp_path: Path) -> None:
    row = {
        "url": "https://tigris.example/1",
        "title": "Talks",
        "text": "\n\n".join(PARLIAMENT),
        "published_at": "2026-10-01T10:00:00+03:00",
        "source": "Tigris Post",
        "language": "en",
        "desk": {"name": "politics"},
    }
    run(database, [rows_file(tmp_path / "rows.jsonl", [row])])
    with Corpus(database) as corpus:
        (article,) = corpus.articles(ArticleFilter())
    assert (article.source, article.title, article.language, article.extractor) == ("tigris-post", "Talks", "en", "given")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-10-01T07:00:00+00:00"
    assert article.published_from == "given"
    assert article.extra == {"desk": {"name": "politics"}}
    assert sources.get(database, "tigris-post").name == "Tigris Post"


def test_rows_that_cannot_be_used_are_named_and_the_others_stored(database: Database, tmp_path: Path) -> None:
    text = "\n\n".join(PARLIAMENT)
    path = tmp_path / "rows.jsonl"
    rows_file(
        path,
        [
            {"url": "https://tigris.example/1", "text": text},
            {"text": text},
            {"url": "mailto:someone", "text": text},
            {"url": "https://tigris.example/4", "text": 5},
            {"url": "https://tigris.example/5", "text": text, "published_at": "last week"},
            {"url": "https://tigris.example/6", "text": "  "},
        ],
    )
    summary = run(database, [path])
    assert summary.records == 2
    assert summary.outcomes == {Outcome.NEW: 1, Outcome.NO_TEXT: 1}
    assert [bad.where for bad in summary.skipped] == ["line 2", "line 3", "line 4", "line 5"]
    assert "no url" in summary.skipped[0].reason
    assert "text is not a string" in summary.skipped[2].reason
    assert "'last week' is not an ISO 8601 time" in summary.skipped[3].reason


def test_truncated_file_keeps_what_was_whole_and_the_next_file_is_read(database: Database, tmp_path: Path) -> None:
    pages = [
        Recorded(
            f"https://tigris.example/{n}",
            article_page(f"Talks {n}", [*PARLIAMENT, f"The delegation leaves on day {n} of the talks, the minister said."]),
        )
        for n in range(4)
    ]
    cut = write_warc(tmp_path / "cut.warc", pages[:3])
    cut.write_bytes(cut.read_bytes()[:-300])
    whole = write_warc(tmp_path / "whole.warc", pages[3:])
    summary = run(database, [cut, whole])
    assert summary.outcomes == {Outcome.NEW: 1, Outcome.COPY: 2}
    assert summary.damaged == [f"{cut} ends in the middle of a record: 2 whole responses were read"]
    assert summary.damaged[0] in runs.get(database, summary.run_id).reason


def test_nothing_is_written_when_a_file_cannot_be_read(database: Database, tmp_path: Path) -> None:
    good = write_warc(tmp_path / "good.warc", [Recorded("https://tigris.example/1", article_page("Talks", PARLIAMENT))])
    with pytest.raises(InputError, match="No such file"):
        run(database, [good, tmp_path / "missing.warc"])
    assert list(runs.ledger(database, None)) == []


def test_interrupt_keeps_what_is_done(database: Database, tmp_path: Path) -> None:
    pages = [
        Recorded(
            f"https://tigris.example/{n}",
            article_page(f"Talks {n}", [*PARLIAMENT, f"The delegation leaves on day {n} of the talks, the minister said."]),
        )
        for n in range(80)
    ]
    seen: list[Saved] = []

    def interrupt(batch: Sequence[Saved]) -> None:
        seen.extend(batch)
        if len(seen) == len(batch):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(database, [write_warc(tmp_path / "pages.warc", pages)], watcher=Watcher(saved=interrupt))
    ledger = list(runs.ledger(database, None))
    assert 50 <= len(ledger) < 80
    with Corpus(database) as corpus:
        assert corpus.count(ArticleFilter()) == len(ledger)
    assert runs.get(database, ledger[0].run_id).status is RunStatus.STOPPED


def test_source_of_a_page_is_the_catalogs_or_made_from_its_domain() -> None:
    book = SourceBook(load_catalog())
    assert book.find("https://www.iraqinews.com/iraq/talks/")[0].id == "iraqi-news"
    assert book.find("https://english.enabbaladi.net/archives/1")[0].id == "enab-baladi"
    assert book.find("https://www.bbc.com/turkce/articles/1")[0].id == "bbc-turkce"
    assert book.find("https://www.bbc.com/news/articles/1")[0].id == "bbc-middle-east"
    assert book.find("https://www.bbc.com/sport/1")[0].id == "bbc.com"
    record, context = book.find("https://sub.unknown-paper.co.uk/1")
    assert (record.id, record.from_catalog) == ("unknown-paper.co.uk", False)
    assert context.source_id == "unknown-paper.co.uk"
    assert book.find("https://a.example/1", "Le Fleuve Télégraphe")[0].id == "le-fleuve-télégraphe"
