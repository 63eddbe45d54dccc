"""The definition of the columns, and reading articles through it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from storage.errors import ExportError
from storage.export import reading
from storage.export.columns import COLUMNS, RowReader, dump_json
from storage.export.tables import ARTICLES
from storage.records import Article, ClusterRole, Tag, article_key

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "id": 1, "url": "https://paper.example/1?x", "canonical_url": "https://paper.example/1", "source": "paper", "title": "A vote",
        "text": "It passed.", "authors": (), "published_at": None, "published_from": None, "published_confidence": None,
        "modified_at": None, "first_seen_at": NOW, "fetched_at": NOW, "language": None, "description": None, "site_name": None,
        "section": None, "image_url": None, "paywalled": None, "extractor": "made 1.0", "cluster": None, "cluster_role": None,
        "relevant": None, "relevance": None, "relevance_reasons": (), "tags": (), "revisions": 1, "extra": {},
    }  # fmt: skip
    return Article(**(known | fields))


def test_columns_are_what_extract_prints_and_what_storage_adds() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert set(names) == {
        "url", "canonical_url", "title", "text", "authors", "published_at", "modified_at", "language", "description", "site_name",
        "section", "image_url", "paywalled", "extractor", "id", "source", "first_seen_at", "cluster", "cluster_role", "relevant",
        "relevance", "countries", "revisions", "published_from", "published_confidence", "relevance_reasons", "extra", "gone_at",
        "agency", "keywords", "standfirst", "form", "similarity", "changes", "cluster_agency", "cluster_members", "weight",
        "actors", "topics", "tagging",
    }  # fmt: skip
    assert all(column.meaning.endswith((".", "…")) for column in COLUMNS)


def test_row_depends_on_the_article_and_not_on_its_number() -> None:
    origin = article_key("https://agency.example/1")
    first = RowReader().read(article(id=1, cluster=3, cluster_key=origin))
    second = RowReader().read(article(id=99, cluster=8, cluster_key=origin))
    assert first == second
    assert first["cluster"] == origin
    assert re.fullmatch("a[0-9a-f]{16}", first["id"])
    assert first["id"] != RowReader().read(article(canonical_url="https://paper.example/2"))["id"]


def test_a_row_holds_plain_values() -> None:
    paris = timezone(timedelta(hours=2))
    row = RowReader().read(
        article(
            published_at=datetime(2024, 5, 1, 14, tzinfo=paris),
            cluster_role=ClusterRole.COPY,
            tags=(Tag("country", "IQ", 0.4, "Iraq"), Tag("country", "SY", 0.8, "Syria"), Tag("actor", "x", 1, "x")),
            extra={"a": (1, 2.5, None, True)},
        )
    )
    assert row["published_at"] == NOW
    assert row["published_at"].tzinfo is UTC
    assert type(row["cluster_role"]) is str
    assert row["countries"] == ["SY", "IQ"]
    assert row["extra"] == {"a": [1, 2.5, None, True]}
    assert row["title"] == "A vote"
    assert row["id"] == article_key("https://paper.example/1")
    assert row["language"] is None


def test_what_no_file_can_hold_is_replaced_and_counted_once_an_article() -> None:
    reader = RowReader()
    row = reader.read(article(title="a\ud800b", text="\udfff", extra={"\ud800": "\ud800", "n": float("nan"), "i": float("inf")}))
    assert row["title"] == "a\ufffdb"
    assert row["text"] == "\ufffd"
    assert row["extra"] == {"\ufffd": "\ufffd", "n": None, "i": None}
    reader.read(article())
    assert reader.repaired == 1


@pytest.mark.parametrize("fields", [{"published_at": datetime(2024, 5, 1)}, {"extra": {"when": NOW}}])  # noqa: DTZ001 - the mistake
def test_a_value_that_cannot_be_right_names_the_article(fields: dict[str, Any]) -> None:
    with pytest.raises(ExportError, match=r"article 1 \(https://paper\.example/1\) cannot be exported") as caught:
        RowReader().read(article(**fields))
    assert caught.value.url == "https://paper.example/1"


def test_json_lines_keep_their_script_and_stay_one_line() -> None:
    line = dump_json({"t": "نص\u2028\u2029\x85\n"})
    assert line == '{"t": "نص\\u2028\\u2029\\u0085\\n"}'
    assert len(line.splitlines()) == 1


def test_no_column_of_articles_has_to_be_read_from_records() -> None:
    """One that has costs as much as all others together: a new column needs its line in `storage.export.reading`."""
    assert [column.name for column in ARTICLES.columns if column.field not in {*reading._ARTICLE_COLUMNS, *reading.TAG_LISTS}] == []
