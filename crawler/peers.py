"""Read what other news tools write: rows of news-please and Fundus, and lists of stories of Media Cloud. Pure: values in, values out.

A row is known by its fields, so that files need no label. Shapes are those of news-please 1.6 (its JSON storage: one object a file),
Fundus 0.5 (`Article.to_json`, and the list that `Crawler.crawl(save_to_file=…)` writes) and the CSV of Media Cloud's search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.processing import Row, instant, read_row

_NEWS_PLEASE = frozenset({"maintext", "date_download", "date_publish", "source_domain", "title_page", "title_rss", "localpath"})
_NEWS_PLEASE_KEPT = frozenset(
    {"authors", "date_download", "date_modify", "date_publish", "description", "image_url", "language", "maintext", "text", "title", "url"}
)
_FUNDUS = frozenset({"plaintext", "publishing_date", "free_access", "topics", "body"})
_FUNDUS_KEPT = frozenset(
    {"authors", "body", "free_access", "html", "lang", "language", "plaintext", "publishing_date", "title", "topics", "url"}
)
#: Columns that every list of stories of Media Cloud has, the older tools' too.
_STORY_LIST = frozenset({"url", "publish_date", "title", "media_name"})


@dataclass(frozen=True, slots=True)
class Story:
    """A story that a list names: its address, and what the list says of it."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    language: str | None = None


def row_of(data: Mapping[str, Any], now: datetime) -> Row:
    """Read one object of an ingested file, whoever wrote it. Raises: ValueError with the reason when it cannot be used."""
    if len(_NEWS_PLEASE & data.keys()) >= 3:
        return _of_news_please(data, now)
    if len(_FUNDUS & data.keys()) >= 2:
        return _of_fundus(data, now)
    return read_row(data, now)


def _of_news_please(data: Mapping[str, Any], now: datetime) -> Row:
    """Read an article of news-please. Its times have no zone; they are those of the page, taken as UTC."""
    return Row(
        url=_address(data.get("url"), "it has no url"),
        text=_text(data, "maintext") or _text(data, "text") or "",
        fetched_at=_time(data, "date_download") or now,
        title=_text(data, "title") or _text(data, "title_page") or _text(data, "title_rss"),
        published_at=_time(data, "date_publish"),
        modified_at=_time(data, "date_modify"),
        language=_text(data, "language"),
        authors=_names(data.get("authors")),
        description=_text(data, "description"),
        image_url=_text(data, "image_url"),
        extra=_rest(data, _NEWS_PLEASE_KEPT),
    )


def _of_fundus(data: Mapping[str, Any], now: datetime) -> Row:
    """Read an article of Fundus. It knows its address only when it was written with its `html`."""
    html = data.get("html")
    page: Mapping[str, Any] = html if isinstance(html, Mapping) else {}
    url = data.get("url") or page.get("responded_url") or page.get("requested_url")
    free = data.get("free_access")
    return Row(
        url=_address(url, "it has no address: let Fundus write 'html' too, article.to_json('title', 'plaintext', …, 'html')"),
        text=_text(data, "plaintext") or _body(data.get("body")),
        fetched_at=_time(page, "crawl_date") or now,
        title=_text(data, "title"),
        published_at=_time(data, "publishing_date"),
        language=_text(data, "lang") or _text(data, "language"),
        authors=_names(data.get("authors")),
        keywords=_names(data.get("topics")),
        paywalled=not free if isinstance(free, bool) else None,
        extra=_rest(data, _FUNDUS_KEPT),
    )


def _body(body: Any) -> str:
    """Put a body of Fundus together: a summary, then sections of a headline and paragraphs."""
    if not isinstance(body, Mapping):
        return ""
    parts = list(_names(body.get("summary")))
    for section in body.get("sections") or ():
        if isinstance(section, Mapping):
            parts += [*_names(section.get("headline")), *_names(section.get("paragraphs"))]
    return "\n\n".join(parts)


def is_story_list(columns: Sequence[str]) -> bool:
    """Say whether a CSV with these columns is a list of stories of Media Cloud."""
    return set(columns) >= _STORY_LIST


def story_of(row: Mapping[str, str | None]) -> Story:
    """Read a row of a list of stories. Raises: ValueError with the reason when it names no address or a wrong date."""
    url = (row.get("url") or "").strip()
    if not url:
        raise ValueError("it has no url")
    published = (row.get("publish_date") or "").strip()
    return Story(
        url=url,
        title=(row.get("title") or "").strip() or None,
        published_at=instant(published, "publish_date") if published and published != "undateable" else None,
        language=(row.get("language") or "").strip() or None,
    )


def _address(value: Any, missing: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(missing)
    return value


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return value or None


def _time(data: Mapping[str, Any], name: str) -> datetime | None:
    value = _text(data, name)
    return None if value is None or value in {"None", "NULL"} else instant(value, name).astimezone(UTC)


def _names(value: Any) -> tuple[str, ...]:
    """Read a list of texts, or one text."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item.strip())


def _rest(data: Mapping[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in kept and value is not None}
