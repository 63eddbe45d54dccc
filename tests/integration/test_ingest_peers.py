"""What other tools wrote, and our own snapshots, go through the pipeline; what is there is kept, what is missing is said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import InputError
from crawler.ingest import IngestSummary, ingest
from crawler.processing import Policy
from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from storage.records import ChannelKind, Outcome
from storage.search.records import ArticleFilter
from storage.snapshots.comparing import rows_of
from storage.snapshots.tiers import TABLES_OF, Tier
from storage.snapshots.writing import SnapshotPlan, create_snapshot
from tests.contract.varied_corpus import fill
from tests.warcs import PARLIAMENT

TEXT = "\n".join(PARLIAMENT)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def run(database: Database, *files: Path) -> IngestSummary:
    return ingest(database, files, Policy(), workers=1)


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


NEWS_PLEASE = {
    "authors": ["Lina Haddar"], "date_download": "2026-10-02 08:00:00", "date_modify": None, "date_publish": "2026-10-01 07:00:00",
    "description": "A delegation.", "filename": "tigris.example_1.json", "image_url": "https://tigris.example/1.jpg", "language": "en",
    "localpath": None, "maintext": TEXT, "source_domain": "tigris.example", "text": None,
    "title": "Parliament sends delegation to Damascus",
    "title_page": None, "title_rss": None, "url": "https://tigris.example/1",
}  # fmt: skip
FUNDUS = {
    "title": "Parliament sends delegation", "authors": ["Omar Velk"], "publishing_date": "2026-10-01 10:00:00+03:00", "topics": ["Iraq"],
    "free_access": False, "plaintext": TEXT, "body": {"summary": ["Lead."], "sections": []},
    "html": {"requested_url": "https://euphrates.example/1?x", "responded_url": "https://euphrates.example/1", "content": "<p>",
             "crawl_date": "2026-10-02 09:00:00"},
}  # fmt: skip


def test_an_article_of_news_please_keeps_what_it_has(database: Database, tmp_path: Path) -> None:
    assert run(database, write(tmp_path / "1.json", NEWS_PLEASE)).outcomes == {Outcome.NEW: 1}
    article = Corpus(database).get("https://tigris.example/1")
    assert (article.title, article.authors, article.language) == (NEWS_PLEASE["title"], ("Lina Haddar",), "en")
    assert article.published_at == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert article.first_seen_at == datetime(2026, 10, 2, 8, tzinfo=UTC)
    assert (article.description, article.image_url) == ("A delegation.", "https://tigris.example/1.jpg")
    assert article.text == TEXT
    assert article.extra == {"filename": "tigris.example_1.json", "source_domain": "tigris.example"}
    assert {"IQ", "SY"} <= set(article.countries)


def test_a_list_of_fundus_keeps_what_it_has_and_names_what_lacks_an_address(database: Database, tmp_path: Path) -> None:
    homeless = {name: value for name, value in FUNDUS.items() if name != "html"}
    sections = {"summary": [PARLIAMENT[0]], "sections": [{"headline": ["Next"], "paragraphs": list(PARLIAMENT[1:])}]}
    other = {**FUNDUS, "plaintext": None, "body": sections, "html": {"requested_url": "https://euphrates.example/2"}}
    summary = run(database, write(tmp_path / "articles.json", [FUNDUS, homeless, other, "odd"]))
    assert summary.outcomes.total() == 2
    assert [(bad.where, "html" in bad.reason or "object" in bad.reason) for bad in summary.skipped] == [
        ("line 2", True),
        ("articles.json:4", True),
    ]
    article = Corpus(database).get("https://euphrates.example/1")
    assert (article.authors, article.keywords, article.paywalled) == (("Omar Velk",), ("Iraq",), True)
    assert article.published_at == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert article.first_seen_at == datetime(2026, 10, 2, 9, tzinfo=UTC)
    assert Corpus(database).get("https://euphrates.example/2").text == "\n\n".join([PARLIAMENT[0], "Next", *PARLIAMENT[1:]])


def test_a_long_list_is_read_piece_by_piece(database: Database, tmp_path: Path) -> None:
    rows = [{**NEWS_PLEASE, "url": f"https://tigris.example/{n}", "maintext": f"{TEXT}\n{'padding ' * 4000}{n}"} for n in range(60)]
    path = write(tmp_path / "many.json", rows)
    assert path.stat().st_size > 1_500_000
    assert run(database, path).records == 60


@pytest.mark.parametrize("content", ["[", '{"url": "https://tigris.example/1"', "[{}, {", '{"a": tru'])
def test_a_json_file_that_ends_too_early_is_said_to(database: Database, tmp_path: Path, content: str) -> None:
    (tmp_path / "cut.json").write_text(content, encoding="utf-8")
    assert [line for line in run(database, tmp_path / "cut.json").damaged if "damaged" in line] != [] or content == "["


def test_stories_of_media_cloud_wait_in_the_frontier(database: Database, tmp_path: Path) -> None:
    (tmp_path / "stories.csv").write_text(
        "\ufeffid,indexed_date,language,media_name,media_url,publish_date,title,url\n"
        '1,2026-10-02 01:00:00,ar,tigris.example,,2026-10-01,"خبر, أول",https://tigris.example/a?utm_source=x\n'
        "2,2026-10-02 01:00:00,en,tigris.example,,never,Odd,https://tigris.example/b\n"
        "3,2026-10-02 01:00:00,en,tigris.example,,,Nowhere,\n",
        encoding="utf-8",
    )
    summary = run(database, tmp_path / "stories.csv")
    assert (summary.waiting, summary.outcomes.total(), [bad.where for bad in summary.skipped]) == (1, 0, ["stories.csv:3", "stories.csv:4"])
    (entry,) = frontier.take(database, "tigris.example", limit=None, now=datetime.now(UTC))
    assert (entry.canonical_url, entry.channel, entry.found_in) == ("https://tigris.example/a", ChannelKind.LIST, "stories.csv")
    assert entry.hints == {"title": "خبر, أول", "language": "ar", "published_at": "2026-10-01T00:00:00+00:00"}
    assert run(database, tmp_path / "stories.csv").waiting == 1


@pytest.mark.parametrize(
    ("name", "content", "message"), [("other.csv", "a,b\n1,2\n", "unknown columns"), ("notes.txt", "x", "unknown kind of file")]
)
def test_other_files_are_refused_before_anything_is_read(database: Database, tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        run(database, tmp_path / name)


def frozen(database: Database, home: Path, name: str, tier: Tier = Tier.FULL) -> Path:
    create_snapshot(database, SnapshotPlan(ArticleFilter(), tier), home, name)
    return home / name


def rows(folder: Path, without: Sequence[str] = ()) -> dict[str, list[dict[str, Any]]]:
    wanted = ("articles", "revisions", "copies", "tags", "clusters")
    tables = [table for table in TABLES_OF[Tier.FULL] if table.name in wanted]
    return {table.name: [{name: row[name] for name in row if name not in without} for row in rows_of(folder, table)] for table in tables}


def test_a_snapshot_comes_back_whole(database: Database, tmp_path: Path) -> None:
    with Database.open(f"sqlite:///{tmp_path / 'first.db'}") as first:
        fill(first, 3)
        before = frozen(first, tmp_path, "before")
        facts = frozen(first, tmp_path, "facts", Tier.METADATA)
    summary = run(database, before)
    assert summary.outcomes == {Outcome.NEW: 10, Outcome.COPY: 1, Outcome.REVISED: 1} or summary.outcomes.total() == 12
    after = frozen(database, tmp_path, "after")
    assert rows(before, ["gone_at"]) == rows(after, ["gone_at"])  # that it is gone is for its server to say
    with pytest.raises(InputError, match="rehydrate"):
        run(database, facts)
    (before / "tags.parquet").chmod(0o644)
    (before / "tags.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="damaged"):
        run(database, before)
    with pytest.raises(InputError, match="no snapshot"):
        run(database, tmp_path)
