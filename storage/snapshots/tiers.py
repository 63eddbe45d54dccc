"""What a snapshot may give away: the texts, or what is known of them, or no more than how often words occur."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from storage.export.arrow import schema_of
from storage.export.columns import Column, ColumnType
from storage.export.tables import ARTICLES, CLUSTERS, COPIES, COVERAGE, EVENTS, REVISIONS, SOURCES, TABLES, TAGS, Table


class Tier(StrEnum):
    """How much a snapshot gives away: texts are their publishers', facts about them are nobody's."""

    FULL = "full"
    METADATA = "metadata"
    NGRAMS = "ngrams"


_T = ColumnType
_HASHES = (
    Column("text_sha256", _T.TEXT, "SHA-256 of the text in UTF-8: whoever fetches the page again can tell whether it still says the same."),
    Column("text_chars", _T.INTEGER, "Length of the text in characters (code points)."),
)
# What is the publisher's own wording, and more of it than a headline; `extra` may hold anything that an ingested file had.
_WORDING = ("text", "standfirst", "description", "relevance_reasons", "extra")


def _narrow(table: Table) -> Table:
    kept = table.without(*_WORDING, "evidence")
    return replace(kept, columns=(*kept.columns, *_HASHES)) if "text" in table.names else kept


NGRAMS = Table(
    "ngrams",
    "One row a word or word sequence of the articles that one source published on one day in one language, if it occurs often enough.",
    (
        Column("day", _T.TEXT, "Day of publication in UTC; of the first visit, where that is unknown."),
        Column("source", _T.CATEGORY, "Identifier of the publisher."),
        Column("language", _T.CATEGORY, "Language of the texts, ISO 639; und when it is unknown."),
        Column("n", _T.INTEGER, "How many tokens it has."),
        Column("ngram", _T.TEXT, "The tokens, normalised as for search (letters folded, diacritics dropped)."),
        Column("count", _T.INTEGER, "How often it occurs in headlines and texts."),
    ),
    ("day", "source", "language", "n", "ngram"),
    {"source": ("sources", "source")},
)
TOTALS = Table(
    "totals",
    "One row a day, source and language: what the counts of ngrams are a part of.",
    (
        *NGRAMS.columns[:3],
        Column("articles", _T.INTEGER, "How many articles were counted."),
        Column("tokens", _T.INTEGER, "How many tokens their headlines and texts have."),
    ),
    ("day", "source", "language"),
    {"source": ("sources", "source")},
)

TABLES_OF: Mapping[Tier, tuple[Table, ...]] = {
    Tier.FULL: tuple(TABLES.values()),
    Tier.METADATA: tuple(_narrow(table) for table in (ARTICLES, REVISIONS, COPIES, TAGS, EVENTS, CLUSTERS, SOURCES, COVERAGE)),
    Tier.NGRAMS: (NGRAMS, TOTALS, SOURCES, COVERAGE),
}


def narrowed(table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows of a full table as the metadata tier has them, `table` being that tier's."""
    arrays = {name: batch.column(name) for name in table.names if name in batch.schema.names}
    if "text_chars" in table.names:
        texts = batch.column("text")
        arrays["text_chars"] = pc.utf8_length(texts).cast(pa.int64())
        arrays["text_sha256"] = pa.array([text_sha256(text) for text in texts.to_pylist()], pa.string())
    return pa.RecordBatch.from_arrays([arrays[name] for name in table.names], schema=schema_of(table.columns))


def text_sha256(text: str) -> str:
    """Return the hash by which a text is known without being told."""
    return hashlib.sha256(text.encode()).hexdigest()
