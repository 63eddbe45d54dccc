"""Measure how a database grows: made-up articles of 4,000 characters, stored as a crawl stores them, with what a crawl writes besides.

`python benchmarks/disk_growth.py [--articles 2000]`. Each article comes with its candidate, its sighting and its row of the ledger; every
twenty of them with a crawl of a source (a run and a poll). Prints one line of JSON with the bytes an article and what that makes for
100,000.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.press import Press
from storage import articles, runs, sources
from storage.crawls import channels
from storage.crawls.channels import Answer
from storage.crawls.records import FrontierEntry, Poll
from storage.database import Database
from storage.records import ArticleDraft, Attempt, ChannelKind, RunKind, RunStatus, SourceRecord

BATCH = 20


def main() -> None:
    """Store, and look at the size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    given = parser.parse_args()
    press = Press(1)
    with TemporaryDirectory() as folder, Database.open(f"sqlite:///{folder}/growth.db") as database:
        characters = 0
        empty = int(database.facts()["size_bytes"])
        for start in range(0, given.articles, BATCH):
            made = [press.article(number) for number in range(start, start + BATCH)]
            now = made[-1].at + timedelta(minutes=5)
            names = {article.source_id for article in made}
            sources.sync(database, [SourceRecord(name, name, f"https://{name}.example/") for name in names], now)
            open_runs = {name: runs.start(database, RunKind.CRAWL, name, now) for name in names}
            for name, run_id in open_runs.items():
                named = [
                    FrontierEntry(one.url, one.url, name, f"https://{name}.example/feed", now) for one in made if one.source_id == name
                ]
                url = f"https://{name}.example/feed"
                channels.note(database, Answer(Poll(run_id, name, url, ChannelKind.FEED, "ok", now, http_status=200), None, named))
            attempts = []
            for one in made:
                characters += len(one.text)
                draft = ArticleDraft(one.url, one.url, one.source_id, one.title, one.text, now, "made up 1", published_at=one.at)
                attempts.append(Attempt(one.url, one.url, one.source_id, now, draft, http_status=200, requests=1, channel=ChannelKind.FEED))
            articles.save_batch(database, open_runs, attempts)
            for run_id in open_runs.values():
                runs.finish(database, run_id, RunStatus.FINISHED, "", now)
        database.vacuum()
        size = int(database.facts()["size_bytes"]) - empty
        held = sum(path.stat().st_size for path in Path(folder).iterdir())
    each = size / given.articles
    facts = {
        "articles": given.articles,
        "characters_an_article": round(characters / given.articles),
        "bytes_an_article": round(each),
        "gb_for_100000": round(each * 100_000 / 1e9, 2),
        "folder_mb": round(held / 1e6, 1),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    sys.exit(main())
