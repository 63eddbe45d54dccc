"""The columns of an export: one definition that drives all formats, the manifest and the documentation."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from storage.copies.records import Cluster
from storage.errors import ExportError
from storage.records import Article, SourceRecord


class ColumnType(StrEnum):
    """What a column holds. `category` is a text with few different values."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    CATEGORY = "category"
    TIME = "time"
    TEXTS = "list of texts"
    CATEGORIES = "list of categories"
    OBJECT = "JSON object"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, what it means, and the field of the record (an `Article`) it shows, where that has another name.

    Nothing that depends on the order in which articles arrived may be a column: the same articles give the same export.
    """

    name: str
    type: ColumnType
    meaning: str
    shows: str = ""

    @property
    def field(self) -> str:
        """The field of an article that the column shows."""
        return self.shows or self.name


_T = ColumnType
COLUMNS: tuple[Column, ...] = (
    Column("id", _T.TEXT, "Key of the article, made from its canonical URL: the same in every corpus that holds it.", shows="key"),
    Column("source", _T.CATEGORY, "Identifier of the publisher."),
    Column("url", _T.TEXT, "Address as it was fetched, or as it stood in the ingested file."),
    Column("canonical_url", _T.TEXT, "Address that identifies the article."),
    Column("title", _T.TEXT, "Headline of the current revision."),
    Column("text", _T.TEXT, "Body of the current revision, paragraphs separated by a blank line."),
    Column("standfirst", _T.TEXT, "Lead paragraph that the page sets apart; the text begins with it."),
    Column("form", _T.CATEGORY, "What it is: article, live_blog, or part (of an article on several pages)."),
    Column("authors", _T.TEXTS, "Names of the authors as the page gives them."),
    Column("agency", _T.CATEGORY, "News agency that it is credited to, as a code."),
    Column("published_at", _T.TIME, "When the publisher says that it was published."),
    Column("published_from", _T.CATEGORY, "Where that was found: json-ld, meta, microdata, time, feed, given, htmldate …"),
    Column("published_confidence", _T.NUMBER, "How sure that is, 0 to 1."),
    Column("modified_at", _T.TIME, "When the publisher says that it was last changed."),
    Column("first_seen_at", _T.TIME, "When this corpus first fetched it."),
    Column("gone_at", _T.TIME, "When its server first said that it is gone (404 or 410); empty while it is there."),
    Column("language", _T.CATEGORY, "Language of the text, ISO 639."),
    Column("description", _T.TEXT, "Summary that the page gives of itself."),
    Column("site_name", _T.CATEGORY, "Name that the site gives itself."),
    Column("section", _T.CATEGORY, "Section in which the publisher put it."),
    Column("keywords", _T.TEXTS, "The publisher's own keywords."),
    Column("image_url", _T.TEXT, "Address of the main picture."),
    Column("paywalled", _T.BOOLEAN, "Whether the page says that it is not free to read."),
    Column("extractor", _T.CATEGORY, "Name and version of what turned the page into text."),
    Column(
        "cluster", _T.TEXT, "What all copies of one text share: the id of their origin; empty while no copy is known.", shows="cluster_key"
    ),
    Column(
        "cluster_role", _T.CATEGORY, "Place among the copies: origin, copy, or partial (less than four fifths of either text is shared)."
    ),
    Column(
        "similarity",
        _T.NUMBER,
        "Share of the word triples of both texts together that it has in common with the text that represents the cluster, 0 to 1.",
    ),
    Column("changes", _T.CATEGORIES, "What it did to that text: cut, added, reworded; headline for another headline."),
    Column("cluster_agency", _T.CATEGORY, "News agency that the text comes from, by what most of its copies say, as a code."),
    Column("cluster_members", _T.INTEGER, "How many articles the cluster has, in the whole corpus and not in the export alone."),
    Column(
        "weight",
        _T.NUMBER,
        "1 / cluster_members, and 1 without a copy: summed over the whole corpus, every text counts once. It is of the corpus too.",
    ),
    Column("relevant", _T.BOOLEAN, "Whether it was judged to be politics of the region."),
    Column("relevance", _T.NUMBER, "Score behind that judgement, 0 to 1."),
    Column("relevance_reasons", _T.TEXTS, "What spoke for it and against it, in words."),
    Column("countries", _T.CATEGORIES, "Countries it is about, ISO 3166-1 alpha-2, heaviest first."),
    Column("actors", _T.CATEGORIES, "Ids of the actors that it names, heaviest first."),
    Column("topics", _T.CATEGORIES, "Topics it is about, heaviest first."),
    Column("tagging", _T.CATEGORY, "Version of the lists and rules that made relevance, countries, actors and topics."),
    Column("revisions", _T.INTEGER, "How many versions of it were seen."),
    Column("extra", _T.OBJECT, "Fields of an ingested row that have no column of their own."),
)

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class RowReader:
    """Read articles, or other records that `columns` describe, as rows, and repair what no file format can hold.

    Lone surrogates become U+FFFD; NaN and infinities in `extra` become null. `repaired` counts the records in which that was needed.
    """

    def __init__(self, columns: Sequence[Column] = COLUMNS) -> None:
        """Start with nothing repaired."""
        self._columns = columns
        self.repaired = 0
        self._repaired_one = False

    def read(self, record: Article | Cluster | SourceRecord) -> dict[str, Any]:
        """Return the value of each column: None, int, float, bool, str, aware datetime, list of str, or a JSON-ready dict.

        Raises ExportError naming the record when a time has no zone or `extra` is not JSON-ready.
        """
        self._repaired_one = False
        try:
            row = {column.name: self._value(column, getattr(record, column.field)) for column in self._columns}
        except (TypeError, ValueError) as error:
            what, url = _named(record)
            raise ExportError(f"{what} ({url}) cannot be exported: {error}", url=url) from error
        self.repaired += self._repaired_one
        return row

    def _value(self, column: Column, value: Any) -> Any:
        """Turn a field into what its column holds."""
        if value is None:
            return None
        match column.type:
            case ColumnType.TEXT | ColumnType.CATEGORY:
                return self._text(value)
            case ColumnType.TEXTS | ColumnType.CATEGORIES:
                return [self._text(item) for item in value]
            case ColumnType.TIME:
                return _utc(column.name, value)
            case ColumnType.OBJECT:
                return self._json_ready(value)
        return value

    def _text(self, text: str) -> str:
        """Return a text that UTF-8 can hold."""
        try:
            text.encode()
        except UnicodeEncodeError:
            self._repaired_one = True
            return _LONE_SURROGATE.sub("\ufffd", text)
        return str(text)

    def _json_ready(self, value: Any) -> Any:
        """Return a value that strict JSON can hold; raise TypeError where there is no way."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, float) and not math.isfinite(value):
            self._repaired_one = True
            return None
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self._text(str(key)): self._json_ready(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._json_ready(item) for item in value]
        raise TypeError(f"extra holds a {type(value).__name__}, which JSON cannot hold")


def _named(record: Article | Cluster | SourceRecord) -> tuple[str, str]:
    """Return what a record is called in a message, and its address."""
    match record:
        case Cluster():
            return "cluster", record.origin_url
        case SourceRecord():
            return f"source {record.id}", record.homepage
    return f"article {record.id}", record.canonical_url


def _utc(name: str, value: datetime) -> datetime:
    """Return a time in UTC; a time without a zone is a mistake that must not become a wrong instant."""
    if value.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return value.astimezone(UTC)


def dump_json(value: Any) -> str:
    """Write a value as one line of strict JSON, in its own script rather than in escapes.

    Line separators that some readers take for the end of a line (U+0085, U+2028, U+2029) are escaped: they occur only inside strings.
    Source: RFC 8259.
    """
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    for separator in "\x85\u2028\u2029":
        if separator in line:
            line = line.replace(separator, f"\\u{ord(separator):04x}")
    return line
