"""Write what a site says of itself to machines: its feed in one of four dialects, its news sitemap, its robots.txt.

Everything published is named, also what a crawler will not get: videos, PDF files, pages that are gone, pages that robots.txt forbids.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from typing import Any, cast

from lxml import etree

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import e, summary

NEWS_SITEMAP_PATH = "/news-sitemap.xml"
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_DCTERMS = "http://purl.org/dc/terms/"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS1 = "http://purl.org/rss/1.0/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

MEDIA_TYPES = {
    "rss2": "application/rss+xml",
    "rss2-content": "application/rss+xml",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml",
}


def feed(pub: Publication, language: str) -> bytes:
    """Render the feed of an outlet's articles in one language, newest first, in the outlet's own dialect and encoding.

    Source: RSS 2.0 (Advisory Board), RSS 1.0 with its content, dc and dcterms modules, RFC 4287 (Atom).
    """
    articles = [article for article in pub.articles if article.language == language]
    write = {"atom": _atom, "rss1": _rss1}.get(pub.outlet.feed, _rss2)
    return _bytes(write(pub, language, articles), pub.outlet.encoding)


def news_sitemap(pub: Publication) -> bytes:
    """Render the news sitemap. Source: sitemaps.org 0.9 and the news extension 0.9."""
    root = _root("urlset", _SITEMAP, news=_NEWS)
    for article in pub.articles:
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _add(url, _SITEMAP, "loc", pub.url(article.path))
        _add(url, _SITEMAP, "lastmod", article.changed_at.isoformat())
        news = etree.SubElement(url, f"{{{_NEWS}}}news")
        publication = etree.SubElement(news, f"{{{_NEWS}}}publication")
        _add(publication, _NEWS, "name", pub.outlet.name)
        _add(publication, _NEWS, "language", article.language)
        _add(news, _NEWS, "publication_date", article.published.isoformat())
        _add(news, _NEWS, "title", article.title)
    return _bytes(root, "utf-8")


def robots(pub: Publication) -> bytes:
    """Render robots.txt. Source: RFC 9309, with the Crawl-delay that some sites add."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in pub.outlet.disallow)]
    if pub.outlet.crawl_delay_seconds is not None:
        lines.append(f"Crawl-delay: {pub.outlet.crawl_delay_seconds:g}")
    if pub.outlet.news_sitemap:
        lines += ["", f"Sitemap: {pub.url(NEWS_SITEMAP_PATH)}"]
    return ("\n".join(lines) + "\n").encode()


def _atom(pub: Publication, language: str, articles: list[Article]) -> etree._Element:
    root = _root("feed", _ATOM)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    _add(root, _ATOM, "title", pub.outlet.name)
    _add(root, _ATOM, "subtitle", pub.outlet.tagline)
    _add(root, _ATOM, "id", pub.url(pub.outlet.feed_paths[language]))
    _add(root, _ATOM, "link", None, rel="self", href=pub.url(pub.outlet.feed_paths[language]))
    _add(root, _ATOM, "link", None, rel="alternate", type="text/html", href=pub.url("/"))
    _add(root, _ATOM, "updated", pub.changed_at.isoformat())
    for article in articles:
        entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
        _add(entry, _ATOM, "title", article.title)
        _add(entry, _ATOM, "link", None, rel="alternate", type="text/html", href=pub.url(article.path))
        _add(entry, _ATOM, "id", pub.url(article.path))
        _add(entry, _ATOM, "published", article.published.isoformat())
        _add(entry, _ATOM, "updated", article.changed_at.isoformat())
        for name in article.authors or (article.agency or pub.outlet.name,):
            _add(etree.SubElement(entry, f"{{{_ATOM}}}author"), _ATOM, "name", name)
        _add(entry, _ATOM, "category", None, term=article.section)
        _add(entry, _ATOM, "summary", summary(article), type="text")
    return root


def _rss2(pub: Publication, language: str, articles: list[Article]) -> etree._Element:
    root = etree.Element("rss", nsmap={"atom": _ATOM, "content": _CONTENT, "dc": _DC}, version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, "", "title", pub.outlet.name)
    _add(channel, "", "link", pub.url("/"))
    _add(channel, "", "description", pub.outlet.tagline)
    _add(channel, "", "language", language)
    _add(channel, "", "lastBuildDate", format_datetime(pub.changed_at))
    _add(channel, _ATOM, "link", None, rel="self", type="application/rss+xml", href=pub.url(pub.outlet.feed_paths[language]))
    for article in articles:
        item = etree.SubElement(channel, "item")
        _add(item, "", "title", article.title)
        _add(item, "", "link", pub.url(article.path))
        _add(item, "", "guid", pub.url(article.path), isPermaLink="true")
        _add(item, "", "pubDate", format_datetime(article.published))
        for name in article.authors:
            _add(item, _DC, "creator", name)
        _add(item, "", "category", article.section)
        _add(item, "", "description", summary(article))
        if article.updated:
            _add(item, _ATOM, "updated", article.updated.isoformat())
        if pub.outlet.feed == "rss2-content" and article.paragraphs:
            text = etree.SubElement(item, f"{{{_CONTENT}}}encoded")
            text.text = etree.CDATA("\n".join(f"<p>{e(words)}</p>" for words in article.paragraphs))
    return root


def _rss1(pub: Publication, language: str, articles: list[Article]) -> etree._Element:
    root = _root(f"{{{_RDF}}}RDF", _RSS1, rdf=_RDF, dc=_DC, dcterms=_DCTERMS)
    channel = etree.SubElement(root, f"{{{_RSS1}}}channel")
    channel.set(f"{{{_RDF}}}about", pub.url(pub.outlet.feed_paths[language]))
    _add(channel, _RSS1, "title", pub.outlet.name)
    _add(channel, _RSS1, "link", pub.url("/"))
    _add(channel, _RSS1, "description", pub.outlet.tagline)
    _add(channel, _DC, "language", language)
    _add(channel, _DC, "date", pub.changed_at.astimezone(UTC).isoformat())
    named = etree.SubElement(etree.SubElement(channel, f"{{{_RSS1}}}items"), f"{{{_RDF}}}Seq")
    for article in articles:
        etree.SubElement(named, f"{{{_RDF}}}li").set(f"{{{_RDF}}}resource", pub.url(article.path))
        item = etree.SubElement(root, f"{{{_RSS1}}}item")
        item.set(f"{{{_RDF}}}about", pub.url(article.path))
        _add(item, _RSS1, "title", article.title)
        _add(item, _RSS1, "link", pub.url(article.path))
        _add(item, _RSS1, "description", summary(article))
        _add(item, _DC, "date", article.published.isoformat())
        for name in article.authors:
            _add(item, _DC, "creator", name)
        _add(item, _DC, "subject", article.section)
        if article.updated:
            _add(item, _DCTERMS, "modified", article.updated.isoformat())
    return root


def _root(name: str, default: str, **prefixes: str) -> etree._Element:
    """Make a root element; `default` is the namespace without a prefix, and the root's own unless its name says another."""
    namespaces: Any = {None: default} | prefixes
    return etree.Element(name if name.startswith("{") else f"{{{default}}}{name}", nsmap=namespaces)


def _add(parent: etree._Element, namespace: str, name: str, text: str | None, **attributes: str) -> None:
    """Append an element with text and attributes."""
    child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name, attributes)
    child.text = text


def _bytes(root: etree._Element, encoding: str) -> bytes:
    """Serialise with a declaration; characters that the encoding lacks become references."""
    return cast("bytes", etree.tostring(root, xml_declaration=True, encoding=encoding, pretty_print=True))
