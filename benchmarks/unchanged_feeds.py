"""Measure what a crawl costs when nothing is new: `.venv/bin/python benchmarks/unchanged_feeds.py [--feeds 1000] [--hosts 50]`.

As many sources as feeds, on hosts of 127.0.1.x, are crawled twice by `dragoman crawl` over real HTTP. The server is in this process and
keeps the count: half of its feeds have an ETag, half a Last-Modified, and it answers 304 to whoever names them rightly. The second crawl
must get 304 and nothing else: no page, no feed, no robots.txt. Prints a table and one JSON line; the exit code is 1 when there was anything
else. Seconds are those of the whole command, with its start. `--delay 0`: the hosts are ours.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

PUBLISHED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
ITEMS = 20  # entries of a feed; the newest leads to a page of the server's, the others are its history and lead to the same


@dataclass
class Server:
    """Serve feeds and pages on several loopback addresses, and count what goes out."""

    feeds: int
    hosts: int
    port: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    sent_bytes: int = 0

    def host(self, number: int) -> str:
        """Return the address on which a feed is served."""
        return f"127.0.1.{number % self.hosts + 1}"

    def url(self, number: int, kind: str) -> str:
        """Return the address of a feed or of its page."""
        return f"http://{self.host(number)}:{self.port}/{kind}/{number}"

    def feed(self, number: int) -> bytes:
        """Write a feed of usual size."""
        link, date = self.url(number, "calm-day-in-qarnabad"), format_datetime(PUBLISHED, usegmt=True)
        summary = "The ministry of calm said that nothing had happened, and that it would go on not to happen. " * 3
        item = (
            f"<item><title>Calm day {number}</title><link>{link}</link><pubDate>{date}</pubDate><description>{summary}</description></item>"
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper {number}</title>{item * ITEMS}</channel></rss>'.encode()

    def page(self, number: int) -> bytes:
        """Write an article that no other is a copy of."""
        sentence = f"The ministry of calm of Qarnabad said in its statement number {number} that the ministers met and went home again. "
        body = "".join(f"<p>{sentence * 3}</p>" for _ in range(4))
        return f"<!doctype html><html lang=en><title>Calm day {number}</title><article><h1>Calm day {number}</h1>{body}</article>".encode()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """Decide what a request gets."""
        _, _, rest = path.partition("/")
        kind, _, number = rest.partition("/")
        if kind == "robots.txt":
            return 200, b"User-agent: *\nDisallow: /private/\n", {"Content-Type": "text/plain"}
        if kind != "feed":
            return 200, self.page(int(number)), {"Content-Type": "text/html; charset=utf-8"}
        etag, modified = f'"feed-{number}-1"', format_datetime(PUBLISHED, usegmt=True)
        has_etag = int(number) % 2 == 0
        validator = {"ETag": etag} if has_etag else {"Last-Modified": modified}
        unchanged = headers.get("if-none-match") == etag if has_etag else headers.get("if-modified-since") == modified
        if unchanged:
            return 304, b"", validator
        return 200, self.feed(int(number)), {"Content-Type": "application/rss+xml", **validator}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                asked = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
                path = first.split(" ")[1]
                status, body, headers = self.answer(path, asked)
                head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *(f"{n}: {v}" for n, v in headers.items())]
                data = "\r\n".join([*head, "", ""]).encode() + body
                kind = path.split("/")[1]
                self.statuses[f"{'feed' if kind == 'feed' else 'robots' if kind == 'robots.txt' else 'page'} {status}"] += 1
                self.sent_bytes += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()

    async def open(self) -> None:
        """Listen on every address, on one port."""
        for number in range(self.hosts):
            server = await asyncio.start_server(self.serve, self.host(number), self.port)
            self.port = self.port or server.sockets[0].getsockname()[1]

    def start(self) -> None:
        """Serve from a thread until the program ends."""
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self.open(), loop).result(30)


def write_catalog(server: Server, folder: Path) -> None:
    """Write one source a feed."""
    folder.mkdir()
    for number in range(server.feeds):
        source = {
            "id": f"paper-{number}",
            "name": f"Paper {number}",
            "homepage": f"http://{server.host(number)}:{server.port}/calm-day-in-qarnabad/",
            "country": "IQ",
            "languages": ["en"],
            "kind": "newspaper",
            "feeds": [{"url": server.url(number, "feed")}],
        }
        (folder / f"paper-{number}.yml").write_text(json.dumps(source), encoding="utf-8")  # JSON is YAML too


def crawl(server: Server, folder: Path) -> dict[str, object]:
    """Crawl once; return what it cost the server and us."""
    before, sent = Counter(server.statuses), server.sent_bytes
    command = [sys.executable, "-P", "-m", "cli", "crawl", "--catalog", str(folder / "catalog"), "--db", f"sqlite:///{folder}/bench.db"]
    command += ["--allow-private-hosts", "--keep-irrelevant", "--delay", "0", "--json"]
    environment = {**os.environ, "DRAGOMAN_LOCK_DIR": str(folder / "locks")}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - our own program
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"the crawl failed: {done.stderr[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    requests = Counter(server.statuses)
    requests.subtract(before)
    return {
        "requests": dict(sorted((+requests).items())),
        "bytes": server.sent_bytes - sent,
        "seconds": round(seconds, 1),
        "attempted": sum(row["attempted"] for row in rows),
    }


def main() -> int:
    """Measure and print; return 1 when the second crawl got anything but 304."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=50)
    given = parser.parse_args()
    server = Server(given.feeds, min(given.hosts, given.feeds, 250))
    server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_catalog(server, folder / "catalog")
        first, second = crawl(server, folder), crawl(server, folder)
    print(f"{'':14}{'requests':>10}{'bytes':>14}{'seconds':>9}  by kind and status")
    for title, run in (("first crawl", first), ("second crawl", second)):
        requests: dict[str, int] = run["requests"]  # type: ignore[assignment]
        kinds = ", ".join(f"{count} {kind}" for kind, count in requests.items())
        print(f"{title:14}{sum(requests.values()):>10,}{run['bytes']:>14,}{run['seconds']:>9}  {kinds}")
    ok = second["requests"] == {"feed 304": given.feeds} and second["attempted"] == 0
    print(
        json.dumps(
            {"benchmark": "unchanged_feeds", "feeds": given.feeds, "hosts": server.hosts, "first": first, "second": second, "ok": ok}
        )
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
