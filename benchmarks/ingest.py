"""Measure how fast an archive becomes a corpus: `.venv/bin/python benchmarks/ingest.py [--pages 1000]`.

The pages of the demo's outlets, repeated with a number in each so that none is a copy, go through `dragoman ingest`'s pipeline into SQLite.
In the same run, trafilatura alone (text and metadata, one process, nothing stored) reads the same pages: the limit that the pipeline leans
on. Quote the ratio; absolute figures are the machine's. Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
import warnings
from pathlib import Path

import trafilatura

from crawler.demo.pages import resources
from crawler.demo.server import DemoSite
from crawler.ingest import ingest
from crawler.processing import Policy
from storage.database import Database


def demo_pages(count: int) -> list[tuple[str, bytes]]:
    """Return `count` article pages with their addresses."""
    with tempfile.TemporaryDirectory() as folder, DemoSite(Path(folder)) as site:
        wanted = {article.url for article in site.articles(edition=2) if article.kind == "article"}
        pages = []
        for publication in site.publications(edition=2):
            for path, resource in resources(publication).items():
                url = f"{publication.base_url.rstrip('/')}{path}"
                if url in wanted:
                    pages.append((url, resource.body))
    made = []
    for number in range(count):
        url, body = pages[number % len(pages)]
        address = f"{url.rstrip('/')}/{number}"
        made.append((address, body.replace(url.encode(), address.encode()).replace(b"</p>", f" ({number})</p>".encode())))
    return made


def write_warc(path: Path, pages: list[tuple[str, bytes]]) -> None:
    """Write the pages as gzipped WARC records."""
    with path.open("wb") as file:
        for url, body in pages:
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
            head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-10-12T12:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 6))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    count = parser.parse_args().pages
    warnings.simplefilter("ignore")
    pages = demo_pages(count)
    started = time.perf_counter()
    for url, body in pages:
        trafilatura.extract(body, url=url, with_metadata=True, include_comments=False)
    bare = count / (time.perf_counter() - started)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        write_warc(archive, pages)
        with Database.open(f"sqlite:///{folder}/bench.db") as database:
            started = time.perf_counter()
            summary = ingest(database, [archive], Policy(keep_irrelevant=True))
            rate = count / (time.perf_counter() - started)
            size = int(database.facts()["size_bytes"])
    print(f"{'':32}{'pages/s':>10}")
    print(f"{'trafilatura alone, one process':32}{bare:>10.1f}")
    print(f"{'ingest into SQLite':32}{rate:>10.1f}   {rate / bare:.2f} x")
    row = {"benchmark": "ingest", "pages": count, "bare_per_second": round(bare, 1), "ingest_per_second": round(rate, 1)}
    row |= {"ratio": round(rate / bare, 3), "bytes_per_article": size // count, "outcomes": dict(summary.outcomes)}
    print(json.dumps(row))


if __name__ == "__main__":
    main()
