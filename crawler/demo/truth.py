"""What is true of every article that the demo serves, to check against what a crawl makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.demo.outlets import Publication


@dataclass(frozen=True, slots=True)
class Truth:
    """One article as its site tells it in an edition.

    `url` is its address, `standfirst` the line under the title (None: no such line), `published_at` aware in the outlet's own offset,
    `copy_of` the address of the original (None for an own text), `kind` one of `crawler.demo.outlets.ARTICLE_KINDS`, `edition` the one from
    which on it exists, `edited` whether title and text are the changed ones.
    """

    url: str
    outlet: str
    title: str
    standfirst: str | None
    paragraphs: tuple[str, ...]
    published_at: datetime
    authors: tuple[str, ...]
    language: str
    relevant: bool
    copy_of: str | None
    kind: str
    edition: int
    edited: bool


def truths(publications: Iterable[Publication]) -> tuple[Truth, ...]:
    """Return the truth of all articles of some outlets, by outlet and newest first.

    Raises: KeyError when an article is the copy of one that none of the outlets has.
    """
    publications = tuple(publications)
    addresses = {f"{pub.outlet.id}/{article.key}": pub.url(article.path) for pub in publications for article in pub.outlet.articles}
    return tuple(
        Truth(
            url=pub.url(article.path),
            outlet=pub.outlet.id,
            title=article.title,
            standfirst=article.standfirst,
            paragraphs=article.paragraphs,
            published_at=article.published,
            authors=article.authors,
            language=article.language,
            relevant=article.relevant,
            copy_of=addresses[article.copy_of] if article.copy_of else None,
            kind=article.kind,
            edition=article.edition,
            edited=article.updated is not None,
        )
        for pub in publications
        for article in pub.articles
    )
