"""The table of clusters of an export: one row for each text of which the export holds a copy."""

from __future__ import annotations

from typing import Any

from storage.export.columns import Column, ColumnType

NOTES = (
    (
        "'clusters' has one row for each text that has copies and of which at least one stands in the export. What it says is of all the "
        "copies in the corpus, also of those that the query left out; so are 'cluster_members' and 'weight' of an article."
    ),
    "To count texts in a part of the corpus, count the different values of 'cluster', and each article without one.",
)

_T = ColumnType
COLUMNS: tuple[Column, ...] = (
    Column("cluster", _T.TEXT, "What the articles of the cluster share in their column of this name: the id of their origin.", shows="key"),
    Column("origin_source", _T.CATEGORY, "Identifier of the publisher of the origin."),
    Column("origin_url", _T.TEXT, "Address that identifies the origin."),
    Column("origin_title", _T.TEXT, "Headline of the origin."),
    Column("origin_published_at", _T.TIME, "When the origin was published."),
    Column("agency", _T.CATEGORY, "News agency that the text comes from, by what most of its copies say, as a code."),
    Column("members", _T.INTEGER, "How many articles are copies of the text, the origin included."),
    Column("first_published_at", _T.TIME, "When the first of them was published."),
    Column("last_published_at", _T.TIME, "When the last of them was published."),
    Column("sources", _T.CATEGORIES, "Identifiers of the publishers that printed it, each once."),
)


def described(rows: int) -> dict[str, Any]:
    """Return what the manifest says of the table: its columns and its rows, JSON-ready."""
    return {"rows": rows, "columns": [{"name": column.name, "type": str(column.type), "meaning": column.meaning} for column in COLUMNS]}
