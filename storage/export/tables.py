"""The tables that an export can hold: their columns, their keys, and how they join. One definition for all formats and all descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage.export import clusters, columns, coverage
from storage.export.columns import Column, ColumnType


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, its columns, the columns that name a row, and for each column that names a row elsewhere (table, column).

    `of_articles` says that each row belongs to one article, so that the table can be split as they are.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]
    of_articles: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def without(self, *names: str) -> Table:
        """Return the table without some columns."""
        return replace(self, columns=tuple(column for column in self.columns if column.name not in names))


_T = ColumnType
_ARTICLE = Column("article", _T.TEXT, "The article, as 'id' names it in articles.")
_OF_ARTICLE = {"article": ("articles", "id")}

ARTICLES = Table(
    "articles",
    "One row an article, copies too: what it said when it was last read.",
    columns.COLUMNS,
    ("id",),
    {"source": ("sources", "source"), "cluster": ("clusters", "cluster")},
    of_articles=True,
)
REVISIONS = Table(
    "revisions",
    "One row a version of an article's headline and text, in the order of time.",
    (
        _ARTICLE,
        Column("revision", _T.INTEGER, "Number of the version, 1 is the first that was read."),
        Column("fetched_at", _T.TIME, "When it was read."),
        Column("current", _T.BOOLEAN, "Whether it is the version that articles shows."),
        Column("kind", _T.CATEGORY, "What it changed in the one before it: minor, text, headline, text and headline; empty for the first."),
        Column("title", _T.TEXT, "Its headline."),
        Column("standfirst", _T.TEXT, "Its lead paragraph, where the page sets one apart."),
        Column("text", _T.TEXT, "Its text, paragraphs separated by a blank line."),
        Column(
            "text_hash",
            _T.TEXT,
            "SHA-256 of the normalised text, in hexadecimal: equal where two texts differ in nothing that a reader notices.",
        ),
        Column("extractor", _T.CATEGORY, "Name and version of what turned the page into text."),
        Column("archive_file", _T.TEXT, "WARC file that holds its page, where it was archived."),
        Column("archive_offset", _T.INTEGER, "Where the record of the page begins in that file."),
    ),
    ("article", "revision"),
    _OF_ARTICLE,
    of_articles=True,
)
COPIES = Table(
    "copies",
    "One row an article that is a copy of a text, or its origin: its place among the copies.",
    (
        _ARTICLE,
        Column("cluster", _T.TEXT, "What all copies of one text share: the id of their origin."),
        Column("role", _T.CATEGORY, "origin, copy, or partial (less than four fifths of either text is shared)."),
        Column("representative", _T.TEXT, "The article with which all copies were compared, nearly always the origin."),
        Column(
            "similarity",
            _T.NUMBER,
            "Word triples that it has in common with the representative, as a share of all that either has (Jaccard).",
        ),
        Column("changes", _T.CATEGORIES, "What it did to that text: cut, added, reworded; headline for another headline."),
        Column("source", _T.CATEGORY, "Identifier of its publisher."),
        Column("published_at", _T.TIME, "When its publisher says that it was published."),
    ),
    ("article",),
    _OF_ARTICLE | {"cluster": ("clusters", "cluster"), "source": ("sources", "source")},
    of_articles=True,
)
TAGS = Table(
    "tags",
    "One row a thing that an article is about, with the words that say so.",
    (
        _ARTICLE,
        Column("kind", _T.CATEGORY, "What kind of thing: country, actor, topic."),
        Column("value", _T.CATEGORY, "Which one: for a country its ISO 3166-1 alpha-2 code."),
        Column("weight", _T.NUMBER, "How much the article is about it, 0 to 1."),
        Column("evidence", _T.TEXT, "The words of the article that say so."),
    ),
    ("article", "kind", "value"),
    _OF_ARTICLE,
    of_articles=True,
)
EVENTS = Table(
    "events",
    "One row a time at which an article was found to be gone, back, or at another address.",
    (
        _ARTICLE,
        Column("at", _T.TIME, "When that was found."),
        Column("kind", _T.CATEGORY, "gone, back, moved."),
        Column("status", _T.INTEGER, "HTTP status that said so."),
        Column("reason", _T.TEXT, "Why, in words."),
        Column("url", _T.TEXT, "The new address of an article that moved."),
    ),
    ("article", "at", "kind"),
    _OF_ARTICLE,
    of_articles=True,
)
CLUSTERS = Table(
    "clusters", "One row a text that has copies, of which at least one stands here; it is described as it stands in the whole corpus.",
    clusters.COLUMNS, ("cluster",), {},
)  # fmt: skip
SOURCES = Table(
    "sources",
    "One row a publisher.",
    (
        Column("source", _T.CATEGORY, "Identifier of the publisher.", shows="id"),
        Column("name", _T.TEXT, "Its name."),
        Column("homepage", _T.TEXT, "Address of its home page."),
        Column("country", _T.CATEGORY, "Its country, ISO 3166-1 alpha-2; XX is pan-regional or international."),
        Column("languages", _T.CATEGORIES, "Languages in which it publishes, ISO 639, the main one first."),
        Column("agency", _T.CATEGORY, "Code of the news agency that it is."),
        Column("kind", _T.CATEGORY, "What it is: agency, blog, broadcaster, magazine, newspaper, website."),
        Column("state_owned", _T.BOOLEAN, "Whether it belongs to a state."),
        Column("from_catalog", _T.BOOLEAN, "Whether the catalog describes it; else it was made from the host of an ingested page."),
    ),
    ("source",),
    {},
)
COVERAGE = Table(
    "coverage", "One row a source and day: how it was looked for news, what came of each candidate, and what is known to be missing.",
    coverage.COLUMNS, ("source", "day"), {"source": ("sources", "source")},
)  # fmt: skip

TABLES: Mapping[str, Table] = {table.name: table for table in (ARTICLES, REVISIONS, COPIES, TAGS, EVENTS, CLUSTERS, SOURCES, COVERAGE)}

#: What an export holds when nothing is said: the history of texts and the tags one by one are as large as the articles again.
DEFAULT_TABLES = ("articles", "clusters", "sources", "coverage")
