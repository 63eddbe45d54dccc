"""A fictional newspaper on loopback with an archive of several months, which notes every request and can kill whoever asks too much."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.warcs import article_page

FIRST, LAST = "2026-01-01", "2026-03-31"
Body = tuple[int, str, bytes]


class ArchiveSite:
    """Pages and what they answer; `asked` are the paths in the order in which they were asked for.

    At the request number `kill_at` of those, once `until` is so, the process `prey` gets the signal `weapon`.
    """

    def __init__(self, home: str) -> None:
        """Fill its pages; `home` is where it is served."""
        self.home = home
        self.pages: dict[str, Body] = {}
        self.asked: list[str] = []
        self.kill_at: int | None = None
        self.until: Callable[[], bool] = lambda: True
        self.prey = 0
        self.weapon = signal.SIGKILL
        self._lock = threading.Lock()
        self._build()

    def note(self, path: str) -> None:
        """Write a request down; at the one that was chosen, kill before it is answered."""
        with self._lock:
            self.asked.append(path)
            strike = self.kill_at is not None and len(self.asked) >= self.kill_at
            if strike:
                self.kill_at = None
        if strike:
            give_up_at = time.monotonic() + 80
            while not self.until() and time.monotonic() < give_up_at:
                time.sleep(0.02)
            self.until = lambda: True
            os.kill(self.prey, self.weapon)

    def _build(self) -> None:
        months = {month: [self._article(date(2026, month, 1 + number), number) for number in range(25)] for month in range(1, 6)}
        undated = [self._article(None, number) for number in range(8)]
        outside = [self._article(date(2025, 6, 1 + number), number) for number in range(5)]
        listed = [self._article(date(2026, 2, 1 + number), 100 + number) for number in range(24)]
        self._sitemap("/sitemap-2026-03.xml.gz", months[3])
        self._sitemap("/sitemap-2026-02.xml", months[2])
        self._sitemap("/nested/sitemap-2026-01.xml", months[1])
        self._sitemap("/sitemap-2026-05.xml", months[5])
        self._sitemap("/nested/sitemap-2024-01.xml", outside)
        self._sitemap("/sitemap-old.xml", outside)
        self._sitemap("/sitemap-pages.xml", [*undated, *outside, *months[3][:5]])
        self._index("/nested/index.xml", {"/nested/sitemap-2024-01.xml": "", "/nested/sitemap-2026-01.xml": ""})
        children = {
            "/sitemap-2026-05.xml": "",
            "/sitemap-2026-03.xml.gz": "",
            "/sitemap-2026-02.xml": "2026-03-02",
            "/nested/index.xml": "",
        }
        self._index("/sitemap.xml", children | {"/sitemap-pages.xml": "", "/sitemap-old.xml": "2025-11-30"})
        for month, names in {1: [], 2: listed, 3: []}.items():
            half = len(names) // 2
            self._list(f"/archive/2026/{month:02}/", names[:half], f"/archive/2026/{month:02}/page/2/" if names else None)
            self._list(f"/archive/2026/{month:02}/page/2/", names[half:], None)

    def _article(self, day: date | None, number: int) -> str:
        slug = f"ministers-of-qarnabad-meet-again-for-talks-on-water-{number}"
        path = f"/{day:%Y/%m/%d}/{slug}" if day else f"/background/{slug}"
        at = day or date(2026, 2, 1) + timedelta(days=number)
        where = f"the {number}th hall of Qarnabad on {at:%d %B %Y} in {'session' if day else 'private'}"
        paragraphs = [
            f"The ministers of Qarnabad met again in {where} to discuss how the water of its only river is to be shared by all towns.",
            f"Their speaker said after {number + 3} hours in {where} that a treaty was near and that the farmers would be heard soon.",
        ]
        page = article_page(f"Ministers meet in {where}", paragraphs, published=f"{at.isoformat()}T10:00:00+00:00")
        self.pages[path] = (200, "text/html; charset=utf-8", page)
        return path

    def _sitemap(self, path: str, names: list[str]) -> None:
        entries = "".join(f"<url><loc>{self.home}{name}</loc></url>" for name in names)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()
        self.pages[path] = (200, "application/xml", gzip.compress(body) if path.endswith(".gz") else body)

    def _index(self, path: str, children: dict[str, str]) -> None:
        entries = "".join(
            f"<sitemap><loc>{self.home}{name}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"
            for name, lastmod in children.items()
        )
        body = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
        self.pages[path] = (200, "application/xml", body.encode())

    def _list(self, path: str, names: list[str], following: str | None) -> None:
        entries = "".join(
            f'<article><h2><a href="{name}">Ministers of Qarnabad meet again for talks on water, part {n}</a></h2></article>'
            for n, name in enumerate(names)
        )
        more = f'<link rel="next" href="{following}">' if following else ""
        body = f'<!doctype html><html lang="en"><head><title>Archive</title>{more}</head><body><main>{entries}</main></body></html>'
        self.pages[path] = (200, "text/html; charset=utf-8", body.encode())


@contextmanager
def archive_site() -> Iterator[ArchiveSite]:
    """Serve the newspaper."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.note(self.path)
            status, content_type, body = site.pages.get(self.path, (404, "text/plain", b"nothing here"))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True  # whoever asked was killed

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
            del format, args

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Answer)
    site = ArchiveSite(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write_catalog(folder: Path, site: ArchiveSite, **changes: Any) -> Path:
    """Write the source file of the newspaper."""
    folder.mkdir(exist_ok=True)
    source = {
        "id": "qarnabad-post",
        "name": "Qarnabad Post",
        "homepage": site.home,
        "country": "XX",
        "languages": ["en"],
        "kind": "newspaper",
        "sitemaps": [f"{site.home}/sitemap.xml"],
        "archives": [f"{site.home}/archive/{{yyyy}}/{{mm}}/"],
    }
    (folder / "qarnabad-post.yml").write_text(json.dumps(source | changes), encoding="utf-8")  # JSON is YAML too
    return folder
