"""A snapshot without texts is fetched again, politely, over real HTTP; every article is held against its hash."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storage.corpus import Corpus
from storage.database import Database
from tests import commands
from tests.integration.test_visits import EDITED, News, crawl
from tests.integration.test_visits import news as news  # noqa: PLC0414 - a fixture
from tests.warcs import PARLIAMENT

pytestmark = pytest.mark.slow


def dragoman(tmp_path: Path, *words: str, code: int = 0) -> dict[str, Any]:
    fixed = ["--catalog", str(tmp_path / "catalog"), "--json", "--dir", str(tmp_path / "snapshots")]
    done = commands.run([*words, *fixed])
    assert done.returncode == code, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def again(tmp_path: Path, snapshot: str, *more: str) -> dict[str, Any]:
    db = f"sqlite:///{tmp_path / 'again.db'}"
    return dragoman(tmp_path, "rehydrate", snapshot, "--db", db, "--allow-private-hosts", "--delay", "0", *more)


def test_pages_are_fetched_again_once_and_held_against_their_hashes(tmp_path: Path, news: News) -> None:
    paths = ("/steady", "/spaced", "/edited", "/removed", "/broken")
    for path in paths:
        news.put(path)
    news.name(*paths)
    assert sum(crawl(tmp_path, news)["outcomes"].values()) == 5
    made = dragoman(tmp_path, "snapshot", "create", "facts", "--tier", "metadata", "--db", f"sqlite:///{tmp_path / 'test.db'}")
    assert made["manifest"]["articles"] == 5

    news.put("/spaced", tuple(paragraph.replace(", ", " - ") for paragraph in PARLIAMENT))
    news.put("/edited", EDITED)
    del news.pages["/removed"]
    news.pages["/broken"] = (403, "text/plain", b"no")
    news.asked.clear()
    report = tmp_path / "report.jsonl"
    told = again(tmp_path, "facts", "--report", str(report), "--limit", "2")
    assert told["fates"]["waiting"] == 3
    told = again(tmp_path, "facts", "--report", str(report))
    assert told["fates"] == {"same": 1, "same_words": 1, "changed": 1, "gone": 1, "failed": 1}
    assert told["failures"] == {"blocked": 1}
    fates = {line["url"].removeprefix(news.home): line["fate"] for line in map(json.loads, report.read_text(encoding="utf-8").splitlines())}
    assert fates == {"/steady": "same", "/spaced": "same_words", "/edited": "changed", "/removed": "gone", "/broken": "failed"}
    pages = Counter({path: count for (path, _), count in news.asked.items()})
    assert pages["/robots.txt"] >= 1
    assert {path: pages[path] for path in paths} == dict.fromkeys(paths, 1)
    assert pages["/rss"] == 0
    with Database.open(f"sqlite:///{tmp_path / 'again.db'}") as database:
        assert {article.source for article in Corpus(database).articles()} == {"tigris-post"}

    assert again(tmp_path, "facts")["fates"] == told["fates"]  # nothing is asked for twice
    assert sum(news.asked[path, 200] for path in paths) == 3


def test_a_list_of_stories_is_fetched_too(tmp_path: Path, news: News) -> None:
    (tmp_path / "catalog").mkdir()
    source = {"id": "other", "name": "O", "homepage": "https://other.example/", "country": "XX", "languages": ["en"], "kind": "website"}
    (tmp_path / "catalog" / "other.yml").write_text(json.dumps(source | {"enabled": False}), encoding="utf-8")
    news.put("/listed")
    with (tmp_path / "stories.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "indexed_date", "language", "media_name", "media_url", "publish_date", "title", "url"])
        rows.writerow(["1", "2026-10-02 01:00:00", "en", "tigris.example", "", "2026-10-01", "Listed", f"{news.home}/listed"])
        rows.writerow(["2", "2026-10-02 01:00:00", "en", "tigris.example", "", "undateable", "Lost", f"{news.home}/lost"])
    told = again(tmp_path, str(tmp_path / "stories.csv"))
    assert told["fates"] == {"fetched": 1, "gone": 1}
