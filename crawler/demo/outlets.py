"""Load the fictional outlets from their data files into frozen records, and say how an outlet stands in an edition.

One folder an outlet: `outlets/<id>/outlet.yml` and `outlets/<id>/articles/NN-slug.yml`. A file that lacks a field or has one too many is
refused by name: bundled data has no reason to be wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import yaml

from crawler.errors import InputError

BUNDLED = Path(__file__).with_name("outlets")
LABELS = frozenset(
    [
        "share",
        "related",
        "comments",
        "leave_a_reply",
        "name",
        "email",
        "comment",
        "send",
        "newsletter",
        "subscribe",
        "by",
        "published",
        "updated",
        "home",
        "politics",
        "economy",
        "sport",
        "culture",
        "world",
        "latest",
        "most_read",
        "search",
        "read_more",
        "see_also",
        "print",
        "send_to_friend",
        "photo",
        "gallery",
        "video",
        "tags",
        "previous",
        "next",
        "about",
        "contact",
        "cookies",
        "accept",
        "advertisement",
        "copyright",
    ]
)
ARTICLE_KINDS = frozenset({"article", "video", "pdf", "missing", "disallowed"})
FEED_KINDS = frozenset({"rss2", "rss2-content", "rss1", "atom"})
TEMPLATE_NAMES = frozenset({"agency", "blog", "french", "hebrew", "jsonld", "microdata", "persian", "tables"})
_OUTLET_FIELDS = frozenset(
    [
        "id",
        "name",
        "tagline",
        "country",
        "languages",
        "kind",
        "state_owned",
        "time_zone",
        "template",
        "encoding",
        "feed",
        "feed_path",
        "news_sitemap",
        "crawl_delay",
        "disallow",
        "every",
        "expected",
        "notice",
        "labels",
    ]
)
_ARTICLE_FIELDS = frozenset(
    [
        "path",
        "title",
        "standfirst",
        "authors",
        "agency",
        "section",
        "published",
        "edition",
        "relevant",
        "kind",
        "copy_of",
        "paragraphs",
        "caption",
        "pull_quote",
    ]
)
_OPTIONAL_ARTICLE_FIELDS = frozenset({"edit", "language"})
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast, but not everywhere
_PATH_CHARS = "/?&=:+,;~-._@"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an article says from edition 2 on: a new title and the whole new list of paragraphs. `updated` is aware."""

    updated: datetime
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its file tells it.

    `key` is the file's name (`NN-slug`), `path` the URL path with its query, `published` aware in the outlet's own offset, `edition` the
    crawl from which on it exists, `relevant` whether it is regional politics, `kind` one of ARTICLE_KINDS, `copy_of` the `outlet/key` of
    the original. `updated` is set once `edit` has been applied.
    """

    outlet: str
    key: str
    path: str
    title: str
    standfirst: str | None
    authors: tuple[str, ...]
    agency: str | None
    section: str
    published: datetime
    edition: int
    relevant: bool
    kind: str
    copy_of: str | None
    paragraphs: tuple[str, ...]
    caption: str | None
    pull_quote: str | None
    language: str
    edit: Edit | None = None
    updated: datetime | None = None

    def as_of(self, edition: int) -> Article:
        """Return the article as an edition tells it: the edit applied from edition 2 on."""
        if self.edit is None or edition < 2:
            return self
        return replace(self, title=self.edit.title, paragraphs=self.edit.paragraphs, updated=self.edit.updated)

    @property
    def changed_at(self) -> datetime:
        """When the article last changed, in its own offset."""
        return self.updated or self.published

    @property
    def image_path(self) -> str | None:
        """Where its picture is, if it has one."""
        return f"/images/{self.key}.gif" if self.caption else None


@dataclass(frozen=True, slots=True)
class Outlet:
    """One fictional publisher: what the catalog says of it, how its site is made, and all it ever published, oldest first."""

    id: str
    name: str
    tagline: str
    country: str
    languages: tuple[str, ...]
    kind: str
    state_owned: bool
    time_zone: str
    template: str
    encoding: str
    feed: str
    feed_path: str
    news_sitemap: bool
    crawl_delay_seconds: float | None
    disallow: tuple[str, ...]
    every: str
    expected: Mapping[str, int]
    notice: str
    labels: Mapping[str, str]
    articles: tuple[Article, ...]

    @property
    def feed_paths(self) -> Mapping[str, str]:
        """Return the path of the feed of each language; the main language has the plain one."""
        main, *others = self.languages
        return {main: self.feed_path} | {language: f"/{language}{self.feed_path}" for language in others}


@dataclass(frozen=True)
class Publication:
    """An outlet as it stands at one address in one edition. `base_url` has no slash at its end."""

    outlet: Outlet
    base_url: str
    edition: int

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Everything published so far, newest first, edits applied."""
        out = [article.as_of(self.edition) for article in self.outlet.articles if article.edition <= self.edition]
        return tuple(sorted(out, key=lambda article: article.published, reverse=True))

    @cached_property
    def changed_at(self) -> datetime:
        """When anything last changed, UTC."""
        return max(article.changed_at for article in self.articles).astimezone(UTC)

    def url(self, path: str) -> str:
        """Return the absolute, percent-encoded address of a path."""
        return self.base_url + encoded(path)

    def others(self, article: Article, count: int) -> tuple[Article, ...]:
        """Return the newest articles beside one, for 'related' and 'most read' boxes."""
        return tuple(other for other in self.articles if other.key != article.key and other.language == article.language)[:count]


def encoded(path: str) -> str:
    """Percent-encode a path with its query; one that is encoded already stays as it is."""
    return quote(unquote(path), safe=_PATH_CHARS)


def load_outlets(directory: Path = BUNDLED) -> tuple[Outlet, ...]:
    """Load every outlet below a directory, in the order of their ids.

    Raises: InputError naming the file for a missing, unknown or impossible field, or when there is no outlet at all.
    """
    outlets = tuple(_outlet(path) for path in sorted(directory.glob("*/outlet.yml")))
    if not outlets:
        raise InputError(f"no outlet below {directory}: each one is a folder with an outlet.yml")
    return outlets


def _read(path: Path, fields: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Read one mapping and check its keys."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, see _LOADER
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise InputError(f"{path}: not a mapping of fields")
    if missing := fields - data.keys():
        raise InputError(f"{path}: {min(missing)}: is missing")
    if unknown := data.keys() - fields - optional:
        raise InputError(f"{path}: {min(unknown)}: is not a field")
    return data


def _outlet(path: Path) -> Outlet:
    data = _read(path, _OUTLET_FIELDS)
    _require(data["id"] == path.parent.name, path, f"id: is not the name of the folder: {data['id']}")
    _require(data["feed"] in FEED_KINDS, path, f"feed: unknown kind {data['feed']!r}")
    _require(data["template"] in TEMPLATE_NAMES, path, f"template: there is none named {data['template']!r}")
    if missing := LABELS - data["labels"].keys():
        raise InputError(f"{path}: labels.{min(missing)}: is missing")
    languages = tuple(data["languages"])
    articles = tuple(_article(file, data["id"], languages) for file in sorted(path.parent.glob("articles/*.yml")))
    _require(bool(articles), path, "the outlet has no articles")
    delay = data.pop("crawl_delay")
    tuples = {"languages": languages, "disallow": tuple(data["disallow"]), "articles": articles}
    return Outlet(**(data | tuples), crawl_delay_seconds=None if delay is None else float(delay))


def _article(path: Path, outlet: str, languages: tuple[str, ...]) -> Article:
    data = _read(path, _ARTICLE_FIELDS, _OPTIONAL_ARTICLE_FIELDS)
    _require(data["kind"] in ARTICLE_KINDS, path, f"kind: unknown {data['kind']!r}")
    edit = data.pop("edit", None)
    language = data.pop("language", None) or _language(data["title"], languages)
    _require(language in languages, path, f"language: {language!r} is none of the outlet's")
    made = {
        "published": _instant(path, "published", data["published"]),
        "authors": tuple(data["authors"]),
        "paragraphs": tuple(data["paragraphs"]),
        "edit": None if edit is None else Edit(_instant(path, "edit.updated", edit["updated"]), edit["title"], tuple(edit["paragraphs"])),
    }
    return Article(outlet=outlet, key=path.stem, language=language, **(data | made))


def _instant(path: Path, field: str, value: object) -> datetime:
    """Read an ISO 8601 time, quoted or not (YAML makes a datetime of the latter)."""
    at = datetime.fromisoformat(str(value))
    _require(at.tzinfo is not None, path, f"{field}: has no offset: {value}")
    return at


def _language(title: str, languages: tuple[str, ...]) -> str:
    """Tell a two-language outlet's articles apart by the script of their title: the first language is the Latin one."""
    if len(languages) == 1:
        return languages[0]
    letters = [unicodedata.name(char, "") for char in title if char.isalpha()]
    arabic = sum(name.startswith("ARABIC") for name in letters) * 2 > len(letters)
    return next((language for language in languages if (language in {"ar", "fa"}) is arabic), languages[0])


def _require(condition: bool, path: Path, message: str) -> None:
    if not condition:
        raise InputError(f"{path}: {message}")
