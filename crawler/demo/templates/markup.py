"""The few pieces of HTML that all templates share. Every value that enters a page goes through `e`."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crawler.demo.outlets import Article, Publication


def e(value: str) -> str:
    """Escape a value for text and for quoted attributes."""
    return html.escape(value, quote=True)


class Words:
    """The labels of an outlet as attributes, escaped: `w.share`."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        """Take the labels as the outlet's file has them."""
        self._labels = labels

    def __getattr__(self, name: str) -> str:
        try:
            return e(self._labels[name])
        except KeyError as error:
            raise AttributeError(name) from error


def words(pub: Publication) -> Words:
    """Return the words of the page furniture, ready to enter a page."""
    return Words(pub.outlet.labels)


def block(lines: Iterable[str]) -> str:
    """Join lines of markup, leaving out the empty ones."""
    return "\n".join(line for line in lines if line)


def metas(attribute: str, pairs: Iterable[tuple[str, str | None]]) -> str:
    """Write meta elements, `attribute` being 'name' or 'property'; a pair without a value is left out."""
    return block(f'<meta {attribute}="{e(name)}" content="{e(value)}">' for name, value in pairs if value)


def anchor(pub: Publication, article: Article, css: str = "") -> str:
    """Link to an article by its title."""
    kind = f' class="{css}"' if css else ""
    return f'<a{kind} href="{e(pub.url(article.path))}">{e(article.title)}</a>'


def listed(pub: Publication, articles: Sequence[Article], css: str = "") -> str:
    """List articles as an unordered list of links."""
    kind = f' class="{css}"' if css else ""
    return block([f"<ul{kind}>", *(f"<li>{anchor(pub, article)}</li>" for article in articles), "</ul>"])


def menu(pub: Publication, names: Sequence[str]) -> str:
    """List labels as links to the sections of a site."""
    return " ".join(f'<a href="/{"" if name == "home" else e(name) + "/"}">{e(pub.outlet.labels[name])}</a>' for name in names)


def player(article: Article) -> str:
    """Write the player that stands on a video page instead of text."""
    return f'<video controls preload="none"><source src="/media/{e(article.key)}.mp4" type="video/mp4"></video>'


def summary(article: Article, size: int = 180) -> str:
    """Return the standfirst, or the begin of the first paragraph cut at a word; the title for a page without text."""
    if article.standfirst:
        return article.standfirst
    words = article.paragraphs[0] if article.paragraphs else article.title
    return words if len(words) <= size else words[:size].rsplit(" ", 1)[0] + " …"


def feed_link(pub: Publication, language: str) -> str:
    """Point to the feed from a page's head."""
    kind = "atom" if pub.outlet.feed == "atom" else "rss"
    href = e(pub.url(pub.outlet.feed_paths[language]))
    return f'<link rel="alternate" type="application/{kind}+xml" title="{e(pub.outlet.name)}" href="{href}">'


def direction(language: str) -> str:
    """Return the writing direction of a language: 'rtl' or 'ltr'."""
    return "rtl" if language in {"ar", "fa", "he"} else "ltr"


def time_tag(at: datetime, shown: str, attributes: str = "") -> str:
    """Write a `time` element: `shown` for readers, the instant for machines; `attributes` are markup already."""
    return f'<time {attributes}{" " if attributes else ""}datetime="{at.isoformat()}">{shown}</time>'


def figure(story: Article, css: str, attributes: str = "") -> str:
    """Write the article's picture with its caption, or nothing where it has none."""
    if not story.image_path or not story.caption:
        return ""
    image = f'<img src="{e(story.image_path)}" alt=""{" " if attributes else ""}{attributes}>'
    return f'<figure class="{css}">{image}<figcaption>{e(story.caption)}</figcaption></figure>'
