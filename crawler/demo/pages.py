"""Make all that a site answers with: its pages through its template, its feeds, pictures and PDF files, as bytes with their headers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Protocol

from crawler.demo.feeds import MEDIA_TYPES, NEWS_SITEMAP_PATH, feed, news_sitemap, robots
from crawler.demo.outlets import Article, Publication, encoded
from crawler.demo.templates import agency, blog, french, hebrew, jsonld, microdata, persian, tables

# The smallest picture there is: one transparent pixel.
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class Template(Protocol):
    """What a template module offers."""

    def article(self, pub: Publication, story: Article) -> str:
        """Render one article."""
        ...

    def home(self, pub: Publication) -> str:
        """Render the home page."""
        ...


TEMPLATES: Final[Mapping[str, Template]] = {
    "agency": agency,
    "blog": blog,
    "french": french,
    "hebrew": hebrew,
    "jsonld": jsonld,
    "microdata": microdata,
    "persian": persian,
    "tables": tables,
}


@dataclass(frozen=True)
class Resource:
    """One answer of a site: `content_type` as the header says it, `last_modified` aware."""

    content_type: str
    body: bytes
    last_modified: datetime

    @cached_property
    def etag(self) -> str:
        """A strong validator made of the bytes, quoted."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def resources(pub: Publication) -> Mapping[str, Resource]:
    """Return everything a site answers with, by percent-encoded path and query; an article of kind 'missing' is not there."""
    template = TEMPLATES[pub.outlet.template]
    made = {
        "/": _page(pub, template.home(pub), pub.changed_at),
        "/robots.txt": Resource("text/plain; charset=utf-8", robots(pub), pub.changed_at),
    }
    for language, path in pub.outlet.feed_paths.items():
        made[encoded(path)] = Resource(MEDIA_TYPES[pub.outlet.feed], feed(pub, language), pub.changed_at)
    if pub.outlet.news_sitemap:
        made[NEWS_SITEMAP_PATH] = Resource("application/xml", news_sitemap(pub), pub.changed_at)
    for article in pub.articles:
        if article.image_path:
            made[encoded(article.image_path)] = Resource("image/gif", _PIXEL, article.published)
        if article.kind == "pdf":
            made[encoded(article.path)] = Resource("application/pdf", pdf(article.title, pub.url(article.path)), article.published)
        elif article.kind != "missing":
            made[encoded(article.path)] = _page(pub, template.article(pub, article), article.changed_at)
    return made


def _page(pub: Publication, text: str, last_modified: datetime) -> Resource:
    """Encode a page. Sites of the old encodings leave the charset to a meta element, as many real ones do."""
    charset = "; charset=utf-8" if pub.outlet.encoding == "utf-8" else ""
    return Resource(f"text/html{charset}", text.encode(pub.outlet.encoding, "xmlcharrefreplace"), last_modified)


def pdf(title: str, line: str) -> bytes:
    """Write a one-page PDF with a title among its facts and one line of ASCII text. Source: ISO 32000-1, 7.5 and 9.4."""
    shown = line.encode("ascii", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    stream = b"BT /F1 12 Tf 72 720 Td (" + shown + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title <FEFF%s> >>" % title.encode("utf-16-be").hex().upper().encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(out),
    )
