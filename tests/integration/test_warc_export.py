"""The pages behind a selection, out of the archives that real crawls wrote: whole WARC records, each once, that others and we can read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.demo.server import DemoSite
from storage.corpus import Corpus
from storage.search.records import ArticleFilter
from tests import commands
from tests.archive_files import check, records

pytestmark = pytest.mark.slow

CHOSEN, BESIDES = ("gulf-ledger", "levant-wire"), "two-rivers-notes"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DemoSite]:
    with DemoSite(tmp_path / "catalog") as running:
        yield running


def run(*command: str) -> str:
    done = commands.run(command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def versions(database: Path, wanted: ArticleFilter) -> set[tuple[str, str | None, str, str]]:
    """Return every version of the articles of a selection: address, headline, text and instant."""
    with Corpus.open(f"sqlite:///{database}") as corpus:
        return {
            (article.canonical_url, version.title, version.text, version.fetched_at.isoformat())
            for article in corpus.articles(wanted)
            for version in corpus.revisions(article.id)
        }


def test_pages_of_a_selection_of_real_crawls_are_exported_and_read_again(site: DemoSite, tmp_path: Path) -> None:
    archive, crawled = tmp_path / "archive", tmp_path / "crawled.db"
    catalog = ("--catalog", str(tmp_path / "catalog"))
    to = ("--db", f"sqlite:///{crawled}", "--archive", str(archive))
    crawl = ("crawl", *CHOSEN, BESIDES, *catalog, *to, "--allow-private-hosts", "--delay", "0")
    run(*crawl, "--revisit", "1s,1h")
    site.edition = 2
    time.sleep(1)
    run(*crawl, "--revisit", "1s,1h")  # finds edits, and pages that are as they were: revisit records
    archived = [item for path in sorted(archive.iterdir()) for item in records(path)]
    assert "revisit" in {kind for kind, *_ in archived}

    chosen = ArticleFilter(sources=CHOSEN)
    out = tmp_path / "out"
    sources = [word for source in CHOSEN for word in ("--source", source)]
    manifest = json.loads(run("export", str(out), *to, *sources, "--format", "warc", "--json"))
    wanted = versions(crawled, chosen)
    assert len(wanted) > len({url for url, *_ in wanted}) > 3, "some article has two versions"
    path = out / "articles.warc.gz"
    copied = records(path)
    assert [kind for kind, *_ in copied] == ["warcinfo"] + ["response"] * len(wanted)
    assert manifest["rows"] == len(wanted)
    assert manifest["notes"] == []
    assert check([path]) == 0, "digests hold"
    by_id = {headers["WARC-Record-ID"]: block for _, headers, block, _ in archived}
    for _, headers, block, offset in copied[1:]:
        assert by_id[headers["WARC-Record-ID"]] == block
        with path.open("rb") as file:  # each record is a gzip member, that an index can point to
            file.seek(offset)
            assert next(iter(ArchiveIterator(file))).rec_headers.get_header("WARC-Record-ID") == headers["WARC-Record-ID"]

    elsewhere = commands.run(("export", str(tmp_path / "none"), *to[:2], *sources, "--format", "warc", "--archive", str(tmp_path)))
    assert (elsewhere.returncode, len(elsewhere.stderr.splitlines())) == (1, 1)
    assert f"{len(wanted)} records were not in the archive" in elsewhere.stderr

    summary = json.loads(run("ingest", str(path), *catalog, "--db", f"sqlite:///{tmp_path / 'again.db'}", "--keep-irrelevant", "--json"))
    assert (summary["records"], summary["skipped"], summary["damaged"]) == (len(wanted), [], [])
    assert summary["outcomes"].keys() <= {"new", "copy", "revised"}
    assert versions(tmp_path / "again.db", chosen) == wanted
