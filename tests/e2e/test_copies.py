"""The commands over copies: what a researcher sees of a text that several outlets printed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Run, run_in

WIRE = (
    "VARDA (Reuters) - The council of the harbour town of Varda voted on Tuesday to reopen the old port to foreign ships.",
    "Its mayor said the first freighters from the island of Lesk were expected before summer and that customs officers had returned.",
    "Fishermen who had moored in the empty basin since the port was closed protested in front of the town hall and asked for another quay.",
    "The ministry of transport promised to dredge the channel in autumn and to pay for a lighthouse that has been dark for a generation.",
)
FERRY = "Nobody in Ombria knows when the old ferry below the bridge will carry its last passengers to the other side of the river."


def row(source: str, text: str, hour: int, title: str, **more: Any) -> dict[str, Any]:
    url = f"https://{source}.example/{hour}"
    return {"url": url, "source": source, "text": text, "title": title, "published_at": f"2026-03-01T{hour:02}:00:00+00:00", **more}


ROWS = [
    row("courier", "\n\n".join(WIRE), 6, "Port of Varda reopens"),
    row("herald", "\n\n".join(WIRE[:2]), 8, "Ships may return", language="en"),
    row("mirror", "\n\n".join(WIRE), 9, "Port of Varda reopens"),
    row("courier", FERRY, 10, "Last ferry"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database of four articles, three of them copies of one text."""
    made = tmp_path_factory.mktemp("copies")
    lines = "".join(json.dumps(entry) + "\n" for entry in ROWS)
    (made / "rows.jsonl").write_text(lines, encoding="utf-8")
    done = run_in(made)("ingest", "rows.jsonl", "--keep-irrelevant", "--db", "sqlite:///filled.db")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def db(folder: Path) -> str:
    return f"sqlite:///{folder / 'filled.db'}"


def answer(done: Any) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


def test_search_shows_one_copy_and_says_how_many_there_are(dragoman: Run, db: str) -> None:
    found = answer(dragoman("search", "lighthouse", "--db", db))
    assert "2 copies, origin courier, Reuters · origin of 2 copies" in found
    assert found.endswith("2 articles, 1 without their copies (--copies).\n")
    rows = [json.loads(line) for line in answer(dragoman("search", "--json", "--db", db)).splitlines()]
    assert [(found["url"], found["cluster_members"], found["origin_source"]) for found in rows] == [
        (ROWS[3]["url"], None, None),
        (ROWS[0]["url"], 3, "courier"),
    ]


def test_search_shows_every_copy_on_request_page_by_page(dragoman: Run, db: str) -> None:
    every = answer(dragoman("search", "customs", "--copies", "--db", db))
    assert "copy of [1]: cut, new headline; " in every
    assert every.endswith("3 articles, 1 without their copies.\n")
    page = answer(dragoman("search", "--copies", "--limit", "2", "--offset", "2", "--db", db))
    assert page.endswith("4 articles, 2 without their copies; 2 shown.\n")
    both = [json.loads(line)["url"] for start in "02" for line in
            answer(dragoman("search", "--copies", "--limit", "2", "--offset", start, "--json", "--db", db)).splitlines()]  # fmt: skip
    assert both == [ROWS[place]["url"] for place in (3, 2, 1, 0)]


def test_show_says_of_what_an_article_is_a_copy_and_what_it_changed(dragoman: Run, db: str) -> None:
    shown = answer(dragoman("show", ROWS[1]["url"], "--db", db))
    assert "copy of [1] “Port of Varda reopens” (courier, Reuters): cut, new headline; " in shown
    assert "2 copies, origin courier, Reuters" in shown
    facts = json.loads(answer(dragoman("show", ROWS[1]["url"], "--json", "--db", db)))
    assert (facts["cluster_role"], facts["changes"], facts["cluster_agency"]) == ("copy", ["headline", "cut"], "reuters")
    assert facts["weight"] == pytest.approx(1 / 3)
    assert 0.3 < facts["similarity"] < 0.7
    alone = answer(dragoman("show", ROWS[3]["url"], "--db", db))
    assert "among copies" not in alone


def test_stats_count_by_article_or_by_text(dragoman: Run, db: str) -> None:
    by_article = json.loads(answer(dragoman("stats", "--json", "--db", db)))
    by_text = json.loads(answer(dragoman("stats", "--weight", "clusters", "--json", "--db", db)))
    assert (by_article["articles"], by_article["texts"], by_article["copies"]) == (4, 2, 2)
    assert (by_article["by_language"], by_text["by_language"]) == ({"en": 4}, {"en": 2})
    assert (by_article["weight"], by_text["weight"]) == ("articles", "clusters")
    assert "2 different texts" in answer(dragoman("stats", "--db", db))
    assert "a text counts once" in answer(dragoman("stats", "--weight", "clusters", "--db", db))
    assert dragoman("stats", "--weight", "words", "--db", db).returncode == 2


def test_dedup_stats_count_the_copies(dragoman: Run, db: str) -> None:
    counted = json.loads(answer(dragoman("dedup", "stats", "--json", "--db", db)))
    assert counted == {
        "articles": 4,
        "clusters": 1,
        "copies": 2,
        "by_size": {"3": 1},
        "by_source": {
            "herald": {"articles": 1, "copies": 1, "share": 1.0},
            "mirror": {"articles": 1, "copies": 1, "share": 1.0},
            "courier": {"articles": 2, "copies": 0, "share": 0.0},
        },
        "by_language": {"en": {"articles": 4, "copies": 2, "share": 0.5}},
        "agencies": {"reuters": 1},
    }
    printed = answer(dragoman("dedup", "stats", "--db", db))
    assert printed.startswith("2 of 4 articles are copies of another, in 1 cluster: 2 different texts.\n")
    assert "50.0%" in printed
    assert "Reuters" in printed


def test_export_has_every_copy_or_one_of_each_text(dragoman: Run, db: str, tmp_path: Path) -> None:
    assert "clusters (1)" in answer(dragoman("export", "all", "--format", "csv", "--db", db))
    answer(dragoman("export", "one", "--format", "csv", "--one-per-cluster", "--query", "customs", "--from", "2026-03-01", "--db", db))

    def read(folder: str, name: str) -> list[dict[str, str]]:
        with (tmp_path / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    every, one = read("all", "articles"), read("one", "articles")
    assert {found["url"] for found in every} == {entry["url"] for entry in ROWS}
    assert [found["url"] for found in one] == [ROWS[0]["url"]]
    assert sum(float(found["weight"]) for found in every) == pytest.approx(2)
    assert one[0]["cluster_members"] == "3"  # of the corpus
    assert read("all", "clusters") == read("one", "clusters")
    (cluster,) = read("one", "clusters")
    assert (cluster["cluster"], cluster["members"], cluster["sources"]) == (one[0]["id"], "3", "courier; herald; mirror")
    assert (cluster["agency"], cluster["origin_title"]) == ("reuters", "Port of Varda reopens")
    assert json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))["query"]["one_per_cluster"] is True
    assert "one_per_cluster" not in json.loads((tmp_path / "all" / "manifest.json").read_text(encoding="utf-8"))["query"]
