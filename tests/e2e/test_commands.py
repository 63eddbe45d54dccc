"""The commands over one stored article, and over the demo's outlets on a schedule."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import pytest

from crawler.demo.server import DemoSite
from storage.database import Database
from tests import commands
from tests.e2e.conftest import Run
from tests.integration.ambush import wait_until
from tests.warcs import PARLIAMENT, Recorded, article_page, write_warc


@pytest.fixture
def db(one_article: Path) -> str:
    return f"sqlite:///{one_article / 'filled.db'}"


def test_search_finds_shows_and_counts(dragoman: Run, db: str) -> None:
    found = dragoman("search", "parliament", "--db", db)
    assert "Parliament sends delegation to Damascus" in found.stdout
    assert "[[parliament]]" in found.stdout
    assert found.stdout.endswith("1 article.\n")
    assert dragoman("search", "zebra", "--db", db).stdout.startswith("0 articles.")
    row = json.loads(dragoman("search", "--country", "sy", "--language", "EN", "--json", "--db", db).stdout)
    assert row["url"] == "https://tigris.example/1"
    assert row["published_at"] == "2026-10-01T07:00:00+00:00"
    assert {"IQ", "SY"} <= set(row["countries"])
    for narrower in (("--country", "MA"), ("--language", "tr"), ("--source", "other"), ("--from", "2026-10-02"), ("--to", "2026-09-30")):
        assert dragoman("search", "parliament", *narrower, "--db", db).stdout.startswith("0 articles"), narrower
    assert dragoman("search", "parliament", "--from", "2026-10-01", "--to", "2026-10-01", "--db", db).stdout.endswith("1 article.\n")


@pytest.mark.parametrize(
    "query", ['"', "-", "(", "AND OR NOT", "title:", "*", "'; DROP TABLE articles; --", "\\", "a" * 5000, "-parliament", "🙂"]
)
def test_odd_query_is_text_and_never_an_error(dragoman: Run, db: str, query: str) -> None:
    done = dragoman("search", "--db", db, "--", query)
    assert (done.returncode, done.stderr) == (0, "")


def test_show_prints_the_article_by_number_and_by_address(dragoman: Run, db: str) -> None:
    by_number = dragoman("show", "1", "--revisions", "--db", db).stdout
    assert PARLIAMENT[1] in by_number
    assert "Revision 1" in by_number
    assert dragoman("show", "https://tigris.example/1", "--db", db).stdout.splitlines()[0] == by_number.splitlines()[0]
    row = json.loads(dragoman("show", "1", "--revisions", "--json", "--db", db).stdout)
    assert row["history"][0]["number"] == 1
    assert row["copies"] == []


def test_stats_info_and_check_describe_the_database(dragoman: Run, db: str) -> None:
    assert "1 articles in 1 revisions from 1 sources" in dragoman("stats", "--db", db).stdout
    assert json.loads(dragoman("stats", "--json", "--db", db).stdout)["by_outcome"] == {"new": 1}
    assert json.loads(dragoman("db", "info", "--json", "--db", db).stdout)["dialect"] == "SQLite"
    assert dragoman("db", "check", "--db", db).stdout == "No problem found.\n"
    assert "as it was" in dragoman("db", "upgrade", "--db", db).stdout
    assert "bytes before" in dragoman("db", "vacuum", "--db", db).stdout
    assert "No source was crawled" in dragoman("status", "--db", db).stdout


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet"])
def test_export_writes_data_and_manifest(dragoman: Run, db: str, tmp_path: Path, name: str) -> None:
    done = dragoman("export", "out", "--format", name, "--query", "parliament", "--db", db)
    assert done.returncode == 0, done.stderr
    tables = {f"{table}.{name}" for table in ("articles", "clusters", "coverage", "sources")}
    described = {"CITATION.cff", "DATASHEET.md", "DICTIONARY.md", "croissant.json", "datapackage.json", "manifest.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == tables | described
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows"] == 1
    assert manifest["query"] == {"query": "parliament"}
    if name == "jsonl":
        assert json.loads((tmp_path / "out" / "articles.jsonl").read_text(encoding="utf-8"))["url"] == "https://tigris.example/1"
    if name == "csv":
        with (tmp_path / "out" / "articles.csv").open(encoding="utf-8", newline="") as file:
            assert [row["url"] for row in csv.DictReader(file)] == ["https://tigris.example/1"]


def test_extract_prints_one_object_a_page(dragoman: Run, tmp_path: Path) -> None:
    page = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    (tmp_path / "page.html").write_bytes(page)
    write_warc(tmp_path / "pages.warc.gz", [Recorded(f"https://tigris.example/{n}", page) for n in range(3)])
    row = json.loads(dragoman("extract", "page.html", "--url", "https://www.tigris.example/x?utm_source=y").stdout)
    assert list(row) == [
        "url",
        "canonical_url",
        "title",
        "text",
        "standfirst",
        "body",
        "form",
        "next_page_url",
        "authors",
        "agency",
        "published_at",
        "published_day_only",
        "modified_at",
        "language",
        "languages",
        "description",
        "site_name",
        "section",
        "keywords",
        "image_url",
        "paywalled",
        "extractor",
        "evidence",
    ]
    assert row["url"] == "https://www.tigris.example/x?utm_source=y"
    assert row["canonical_url"].endswith("tigris.example/x")
    assert row["text"].split("\n\n") == list(PARLIAMENT)
    assert row["published_at"] == "2026-10-01T07:00:00+00:00"
    assert row["description"] is None
    unknown = json.loads(dragoman("extract", "page.html").stdout)
    assert (unknown["url"], unknown["canonical_url"]) == (None, None)
    done = dragoman("extract", "pages.warc.gz", "page.html", "-o", "out.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert [json.loads(line)["url"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [
        *(f"https://tigris.example/{n}" for n in range(3)),
        None,
    ]


def test_extract_reads_a_page_by_the_rules_of_its_source(dragoman: Run, tmp_path: Path) -> None:
    page = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    (tmp_path / "page.html").write_bytes(page.replace(b"<body>", b"<body><b class=real>Delegation leaves for Damascus</b>"))
    source: dict[str, object] = {"id": "tigris", "name": "Tigris", "homepage": "https://tigris.example/", "country": "IQ", "kind": "blog"}
    source |= {"languages": ["en"], "feeds": [{"url": "https://tigris.example/rss"}], "extraction": {"title": "b.real"}}
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "tigris.yml").write_text(json.dumps(source), encoding="utf-8")  # JSON is YAML too
    row = json.loads(dragoman("extract", "page.html", "--catalog", "catalog", "--source", "tigris").stdout)
    assert (row["title"], row["evidence"]["title"]["found_in"]) == ("Delegation leaves for Damascus", "selector")
    by_address = json.loads(dragoman("extract", "page.html", "--catalog", "catalog", "--url", "https://tigris.example/1").stdout)
    assert by_address["title"] == row["title"]
    tried = dragoman("sources", "try", "tigris", "--page", "page.html", "--catalog", "catalog")
    assert tried.returncode == 0, tried.stderr
    assert "b.real" in tried.stdout
    unknown = dragoman("extract", "page.html", "--source", "euphrates")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "unknown source 'euphrates'" in unknown.stderr


def test_extract_names_pages_without_an_article(dragoman: Run, tmp_path: Path) -> None:
    (tmp_path / "video.html").write_text("<html><body><video src='x.mp4'></video></body></html>")
    done = dragoman("extract", "video.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dragoman: video.html: no_text: ")


def test_sources_are_listed(dragoman: Run) -> None:
    assert "iraqi-news" in dragoman("sources", "list").stdout
    rows = [json.loads(line) for line in dragoman("sources", "list", "--json").stdout.splitlines()]
    assert {"id", "name", "country", "feeds"} <= set(rows[0])


def schedule(tmp_path: Path, *more: str) -> list[str]:
    fixed = ["--catalog", str(tmp_path / "catalog"), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", "0"]
    return ["schedule", *fixed, *more]


@pytest.mark.slow
def test_schedule_once_runs_every_due_source_and_status_shows_it(dragoman: Run, tmp_path: Path) -> None:
    with DemoSite(tmp_path / "catalog") as site:
        first = commands.run(schedule(tmp_path, "--once"))
        assert first.returncode == 0, first.stderr
        asked = len(site.requests)
        again = commands.run(schedule(tmp_path, "--once"))
        assert again.returncode == 0, again.stderr
        assert len(site.requests) == asked, "nothing was due"
        rows = [json.loads(line) for line in dragoman("status", "--json", "--db", "sqlite:///test.db").stdout.splitlines()]
        assert {row["source"]["id"] for row in rows} == {outlet.id for outlet in site.outlets}
    for row in rows:
        assert row["last_run"]["status"] == "finished"
        assert sum(row["last_run"]["outcomes"].values()) > 0
        assert row["source"]["next_due_at"] > row["last_run"]["ended_at"]
        assert all(feed["failures"] == 0 for feed in row["feeds"])


@pytest.mark.slow
def test_schedule_leads_alone_and_ends_when_told(tmp_path: Path) -> None:
    with DemoSite(tmp_path / "catalog") as site:
        leader = commands.start(schedule(tmp_path))
        try:
            wait_until(lambda: len(site.requests), "it crawls")
            second = commands.run(schedule(tmp_path, "--once"))
            assert second.returncode == 2
            assert second.stderr.startswith("dragoman: another scheduler works on ")
        finally:
            leader.send_signal(signal.SIGTERM)
            _, stderr = leader.communicate(timeout=60)
    assert leader.returncode == 0, stderr
    assert "Traceback" not in stderr
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database, database.lead():
        assert database.check() == []
