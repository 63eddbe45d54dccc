"""The errors of the crawler.

CrawlerError
├── CatalogError         a source file is wrong (names file, line and field) or a source is unknown
├── InputError           an input file cannot be read
├── FeedError            the bytes are not a feed as a whole
├── ArchiveError         an archive of responses cannot be written (crawler.warc.writer)
└── PageError            a page gives no article; its `outcome` says which way
    ├── NotHtml          not a page at all
    ├── TooLarge         refused before parsing
    ├── Malformed        cannot be parsed, or hostile
    ├── NoText           parsed, but there is no article in it
    ├── Listing          a list of links to articles, and none itself
    ├── Paywalled        only a teaser is there
    ├── ConsentWall      a page that asks for consent stands in its place
    └── Walled           a bot wall or a login page stands in its place
"""

from __future__ import annotations

from typing import ClassVar

from storage.records import Outcome


class CrawlerError(Exception):
    """Base of all that the crawler raises; its text is one line that a user can act on."""

    def __init__(self, message: str, *, url: str | None = None, source_id: str | None = None) -> None:
        """Keep the message and, where known, the URL and source it concerns."""
        super().__init__(message)
        self.url = url
        self.source_id = source_id

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process."""
        return _rebuild, (type(self), str(self), self.url, self.source_id)


def _rebuild(kind: type[CrawlerError], message: str, url: str | None, source_id: str | None) -> CrawlerError:
    """Make the error anew on the other side of a pickle."""
    return kind(message, url=url, source_id=source_id)


class CatalogError(CrawlerError):
    """A source file is wrong, or a source is unknown."""


class InputError(CrawlerError):
    """An input file cannot be read."""


class FeedError(CrawlerError):
    """The bytes are not a feed as a whole."""


class PageError(CrawlerError):
    """A page gives no article."""

    outcome: ClassVar[Outcome] = Outcome.MALFORMED


class NotHtml(PageError):
    """The bytes are not a page."""

    outcome = Outcome.NOT_HTML


class TooLarge(PageError):
    """The page was refused before parsing."""

    outcome = Outcome.TOO_LARGE


class Malformed(PageError):
    """The page cannot be parsed, or was made to hang a parser."""

    outcome = Outcome.MALFORMED


class NoText(PageError):
    """The page holds no article text."""

    outcome = Outcome.NO_TEXT


class Listing(PageError):
    """The page lists articles: a front page, a section, a tag, a search; it is none itself."""

    outcome = Outcome.LISTING


class Paywalled(PageError):
    """The page holds a teaser only."""

    outcome = Outcome.PAYWALLED


class ConsentWall(PageError):
    """A page that asks for consent to tracking stands in the place of the article."""

    outcome = Outcome.CONSENT_WALL


class Walled(PageError):
    """A bot wall or a login page stands in the place of the article."""

    outcome = Outcome.BLOCKED
