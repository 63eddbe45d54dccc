"""A month on the demo outlets by a script: every day the sites stand as it says, and what can be seen follows from it alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.demo.outlets import Article, Outlet, Publication, encoded, load_outlets
from crawler.demo.pages import Resource, resources
from crawler.demo.server import is_unchanged
from crawler.demo.sources import write_sources

#: The days on which it is crawled, and the ages at which its articles are visited: every article on every day of a crawl.
DAYS = (0, 1, 2, 4, 6, 8, 11, 14, 18, 22, 26, 30)
AGES = ",".join(f"{age}d" for age in (*range(1, 11), *range(12, 31, 2)))

# What changes by itself around a text, put into it as paragraphs of its own, so that it is the corpus that must know better.
_FRAME: Mapping[str, tuple[str, ...]] = {
    "en": ("{views} views", "Last updated: {day} October 2026 14:05 GMT", "Read also: A headline of day {day} about the harbour of Lesk"),
    "ar": ("{views} مشاهدة", "آخر تحديث: {day} تشرين الأول 2026", "اقرأ أيضا: خبر اليوم {day} من مدينة خيالية"),
    "fa": ("تعداد بازدید: {views}", "تاریخ انتشار: {day} مهر ۱۴۰۵", "بیشتر بخوانید: خبر روز {day} از شهری خیالی"),
    "he": ("{views} צפיות", "עודכן: {day} באוקטובר 2026", "קראו גם: כותרת של יום {day} מעיר בדיונית"),
    "tr": ("{views} okunma", "Güncelleme: {day} Ekim 2026 14:05", "Ayrıca okuyun: {day}. günün kurmaca haberi"),
    "fr": ("{views} vues", "Mis à jour le {day} octobre 2026 à 14h05", "Lire aussi : le titre imaginaire du jour {day}"),
}


@dataclass(frozen=True)
class Scene:
    """One thing that happens on a day: what it does to the site, and what is to be seen of it.

    `story` is `outlet/key`. `title` and `swap` (old words, new words) edit it; `kind` is what the revision is to be called. `status` takes
    it from its address (404, 410, 500) until `status` 200; `path` gives it another one, with a redirect from the old one unless `leaves`
    says what stands there: nothing (404) or the article still (200). `gives_way` redirects its address to another story.
    """

    day: int
    story: str
    title: str | None = None
    swap: tuple[str, str] | None = None
    kind: str | None = None
    status: int | None = None
    path: str | None = None
    leaves: int | None = None
    gives_way: str | None = None


@dataclass
class _Standing:
    """How a story stands: its article, and what its addresses answer."""

    article: Article
    status: int = 200
    redirects: dict[str, str] = field(default_factory=dict)
    also: list[Article] = field(default_factory=list)
    kept_for: int | None = None


Answer = Resource | int | str


class Month:
    """The outlets as a script has them, day by day. Truth is by address of an article: what its history must be."""

    def __init__(self, script: Sequence[Scene], late_day: int, copies: Mapping[str, tuple[str, int]]) -> None:
        """Take a script, the day on which the outlets publish their later articles, and copies: new story -> (original, day)."""
        self.script = sorted(script, key=lambda scene: scene.day)
        self.late_day = late_day
        self.copies = copies
        self.outlets = {outlet.id: replace(outlet, crawl_delay_seconds=None) for outlet in load_outlets()}
        self.day = 0
        self._rendered: dict[tuple[str, int], Mapping[str, Answer]] = {}

    def _standing(self, outlet: Outlet, day: int) -> dict[str, _Standing]:
        """Play the script up to a day."""
        stands = {
            article.key: _Standing(replace(article, edit=None, edition=1))
            for article in outlet.articles
            if article.edition == 1 or day >= self.late_day
        }
        for story, (original, since) in self.copies.items():
            owner, key = story.split("/")
            if owner == outlet.id and day >= since:
                source, source_key = original.split("/")
                first = next(article for article in self.outlets[source].articles if article.key == source_key)
                later = first.published + timedelta(hours=2)
                made = replace(first, edit=None, outlet=owner, key=key, path=f"/copied/{key}", published=later)
                stands[key] = _Standing(replace(made, language=outlet.languages[0]))
        for scene in self.script:
            owner, key = scene.story.split("/")
            if owner == outlet.id and scene.day <= day:
                self._play(scene, stands, stands[key])
        return stands

    def _play(self, scene: Scene, stands: Mapping[str, _Standing], stand: _Standing) -> None:
        article = stand.article
        if scene.swap is not None:
            assert any(scene.swap[0] in paragraph for paragraph in article.paragraphs), scene
            article = replace(article, paragraphs=tuple(paragraph.replace(*scene.swap) for paragraph in article.paragraphs))
        if scene.title is not None:
            article = replace(article, title=scene.title)
        if scene.swap or scene.title:
            article = replace(article, updated=article.published + timedelta(days=scene.day))
        if scene.path is not None:
            if scene.leaves == 200:
                stand.also.append(article)
            elif scene.leaves is None:
                stand.redirects[article.path] = scene.path
            article = replace(article, path=scene.path, key=article.key + "-again")
        if scene.gives_way is not None:
            stand.redirects[article.path] = stands[scene.gives_way.split("/")[1]].article.path
            stand.status = 404
        stand.article = article
        stand.status = scene.status or stand.status

    def answers(self, publication: Publication, day: int) -> Mapping[str, Answer]:
        """Return what a site answers on a day, by path."""
        outlet, base_url = publication.outlet, publication.base_url
        if (outlet.id, day) not in self._rendered:
            stands = self._standing(outlet, day)
            there = [stand.article for stand in stands.values() if stand.status == 200] + [
                article for stand in stands.values() for article in stand.also
            ]
            framed = replace(outlet, articles=tuple(_framed(article, day) for article in there))
            made: dict[str, Answer] = dict(resources(Publication(framed, base_url, 1)))
            for stand in stands.values():
                if stand.status != 200 and encoded(stand.article.path) not in made:
                    made[encoded(stand.article.path)] = stand.status
                made |= {encoded(old): encoded(new) for old, new in stand.redirects.items()}
            self._rendered[outlet.id, day] = made
        return self._rendered[outlet.id, day]


def _framed(article: Article, day: int) -> Article:
    """Put counters, the date of the page and a pointer between the paragraphs of an article; they are others every day."""
    lines = tuple(line.format(views=1_000 + 37 * day, day=day + 1) for line in _FRAME[article.language])
    if article.kind != "article":
        return article
    return replace(article, paragraphs=(*article.paragraphs[:2], *lines, *article.paragraphs[2:]))


@contextmanager
def on_the_air(month: Month, catalog: Path) -> Iterator[dict[str, str]]:
    """Serve every outlet at an address of its own; give the base address of each."""
    addresses: dict[str, str] = {}
    with ExitStack() as stack:
        publications = []
        for outlet in month.outlets.values():
            server = ThreadingHTTPServer(("127.0.0.1", 0), _exchange(month))
            stack.callback(server.server_close)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            addresses[outlet.id] = f"http://127.0.0.1:{server.server_port}"
            publications.append(Publication(outlet, addresses[outlet.id], 1))
            server.publication = publications[-1]  # type: ignore[attr-defined] # what the exchanges of this server tell
        write_sources(publications, catalog)
        yield addresses


@lru_cache(maxsize=4)
def _exchange(month: Month) -> type[BaseHTTPRequestHandler]:
    class Exchange(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        wbufsize = -1

        def do_GET(self) -> None:
            answer = month.answers(self.server.publication, month.day).get(encoded(self.path), 404)  # type: ignore[attr-defined]
            if isinstance(answer, int):
                self._send(answer, {}, b"<html><body><h1>not here</h1></body></html>")
            elif isinstance(answer, str):
                self._send(301, {"Location": answer}, b"")
            elif is_unchanged(answer, self.headers.get("If-None-Match"), None):
                self._send(304, {"ETag": answer.etag}, None)
            else:
                self._send(200, {"ETag": answer.etag, "Content-Type": answer.content_type}, answer.body)

        def _send(self, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if body is not None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
            del format, args

    return Exchange
