"""The newest articles of a query as a feed that any reader can follow: Atom (RFC 4287) or RSS 2.0.

It holds headlines, addresses, dates and the publisher's own summary, and no texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, BinaryIO, Literal

from lxml import etree

from storage.records import Article

FeedFormat = Literal["rss", "atom"]
ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
RSS_SPECIFICATION = "https://www.rssboard.org/rss-specification"
_ATOM_MAP: Any = {None: ATOM}  # the prefix of the default namespace is None
# What XML 1.0 cannot hold at all (section 2.2).
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(stream: BinaryIO, articles: Sequence[Article], kind: FeedFormat, *, title: str, identity: str, now: datetime) -> int:
    """Write a feed and return the number of its entries.

    Args: where to; articles, newest first; the format; its title and a URI that names the query; the present, for a feed without entries.
    """
    updated = max((_changed(article) for article in articles), default=now)
    root = _atom(articles, title, identity, updated) if kind == "atom" else _rss(articles, title, identity, updated)
    etree.ElementTree(root).write(stream, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return len(articles)


def _changed(article: Article) -> datetime:
    return (article.modified_at or article.published_at or article.first_seen_at).astimezone(UTC)


def _atom(articles: Sequence[Article], title: str, identity: str, updated: datetime) -> Any:
    feed = etree.Element(_in_atom("feed"), nsmap=_ATOM_MAP)
    for name, value in (("title", title), ("id", identity), ("updated", updated.isoformat()), ("generator", "Dragoman")):
        _add(feed, _in_atom(name), value)
    for article in articles:
        entry = etree.SubElement(feed, _in_atom("entry"))
        _add(entry, _in_atom("title"), article.title or article.url)
        link = etree.SubElement(entry, _in_atom("link"), rel="alternate", href=_fit(article.url))
        if article.language:
            link.set("hreflang", article.language)
        _add(entry, _in_atom("id"), f"urn:dragoman:article:{article.key}")
        _add(entry, _in_atom("updated"), _changed(article).isoformat())
        if article.published_at:
            _add(entry, _in_atom("published"), article.published_at.astimezone(UTC).isoformat())
        for name in _authors(article):
            _add(etree.SubElement(entry, _in_atom("author")), _in_atom("name"), name)
        for country in article.countries:
            etree.SubElement(entry, _in_atom("category"), term=_fit(country), scheme="urn:iso:std:iso:3166")
        if article.description:
            _add(entry, _in_atom("summary"), article.description)
    return feed


def _rss(articles: Sequence[Article], title: str, identity: str, updated: datetime) -> Any:
    root = etree.Element("rss", nsmap={"dc": DUBLIN_CORE}, version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", title)
    # RSS asks for the address of a site; a query has none, its newest article has.
    _add(channel, "link", articles[0].url if articles else RSS_SPECIFICATION)
    _add(channel, "description", f"{title} ({identity})")
    _add(channel, "lastBuildDate", format_datetime(updated))
    for article in articles:
        item = etree.SubElement(channel, "item")
        _add(item, "title", article.title or article.url)
        _add(item, "link", article.url)
        _add(item, "guid", f"urn:dragoman:article:{article.key}").set("isPermaLink", "false")
        _add(item, "pubDate", format_datetime((article.published_at or article.first_seen_at).astimezone(UTC)))
        for name in _authors(article):
            _add(item, f"{{{DUBLIN_CORE}}}creator", name)
        for country in article.countries:
            _add(item, "category", country)
        if article.description:
            _add(item, "description", article.description)
    return root


def _authors(article: Article) -> tuple[str, ...]:
    """Return who wrote it; both formats want somebody, so else its publisher."""
    return article.authors or (article.site_name or article.source,)


def _in_atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: Any, name: str, text: str) -> Any:
    element = etree.SubElement(parent, name)
    element.text = _fit(text)
    return element


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
