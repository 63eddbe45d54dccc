"""Readers in processes of their own search while a crawl writes."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from storage.database import Database
from tests.contract.test_concurrency import running, writer

READER = """
import sys
from storage.corpus import ArticleFilter, Corpus, Weight
from storage.textnorm import tokens
asked = 0
with Corpus.open(sys.argv[1]) as corpus:
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    sys.stdin.readline()
    queries = ("harbour", '"old harbour" OR lesk', "title:harb*")
    wanted = [ArticleFilter(query=query, copies=copies) for query in queries for copies in (True, False)]
    while asked < int(sys.argv[2]):
        for one in wanted:
            with corpus.unchanging():
                hits = corpus.search(one, limit=1_000)
                found = corpus.count(one, Weight.ARTICLES if one.copies else Weight.CLUSTERS)
            assert len(hits) == min(found, 1_000), (len(hits), found)
            assert all("harbour" in tokens(f"{hit.article.title} {hit.article.text}") for hit in hits)
            order = [(-hit.score, -hit.article.published_at.timestamp(), hit.article.key) for hit in hits]
            assert order == sorted(order)
            page = corpus.search(one, limit=5)
            after = corpus.search(one, limit=5, after=page[-1].after) if page else []
            assert not {hit.article.key for hit in page} & {hit.article.key for hit in after}
            asked += 1
sys.stdout.write(f"{asked}\\n")
"""


def test_four_processes_search_while_a_crawl_writes_without_an_error(database: Database, url: str) -> None:
    with ExitStack() as stack:
        readers = [stack.enter_context(running([sys.executable, "-c", READER, url, "12"])) for _ in range(4)]
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        crawl = stack.enter_context(writer(url, "crawl", 100))
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.write("\n")
            reader.stdin.flush()
        outcomes = [(*reader.communicate(), reader.returncode) for reader in readers]
        _, errors = crawl.communicate()

    assert [(error, code) for _, error, code in outcomes] == [("", 0)] * 4
    assert all(int(asked) >= 12 for asked, _, _ in outcomes)
    assert (crawl.returncode, errors) == (0, "")
    assert database.check() == []
