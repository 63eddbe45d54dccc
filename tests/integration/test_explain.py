"""`dragoman explain` of a stored article, a saved page, and texts of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.warcs import article_page

TEXT = (
    "Baghdad — The Iraqi prime minister, Nouri al-Maliki, received a delegation of the Syrian parliament on Tuesday. "
    "Maliki said that the talks about the border would go on next week, and that the cabinet had agreed to a new treaty. "
    "Members of the opposition called the visit a mistake and asked for a debate in parliament before anything is signed."
)
ROW = {
    "url": "https://tigris.example/2011/12/talks",
    "title": "Talks on the border",
    "text": TEXT,
    "published_at": "2011-12-20T06:00:00Z",
    "language": "en",
}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    return path


def explained(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> dict[str, Any]:
    capfdbinary.readouterr()
    assert cli.main(["explain", *words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return answer


def check(answer: dict[str, Any]) -> None:
    assert answer["relevant"] is True
    assert answer["score"] >= answer["threshold"]
    assert any("IQ" in reason for reason in answer["reasons"])
    tags = {tag["value"]: tag for tag in answer["tags"]}
    assert tags.keys() >= {"IQ", "SY", "nouri-al-maliki"}
    maliki = tags["nouri-al-maliki"]
    assert "Prime Minister, IQ, 2006–2014" in maliki["offices"]
    assert [passage["marked"].count("[[") for passage in maliki["passages"]] == [1, 1]
    assert len(answer["gazetteer"]) == 12


def test_a_row_of_a_file_is_explained(rows: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = explained(capfdbinary, str(rows))
    check(answer)
    passage = next(tag for tag in answer["tags"] if tag["value"] == "nouri-al-maliki")["passages"][0]
    assert TEXT[passage["start"] : passage["end"]] == "Nouri al-Maliki"


def test_a_stored_article_is_explained_by_number_and_address(rows: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    database = f"sqlite:///{tmp_path / 'corpus.db'}"
    assert cli.main(["ingest", str(rows), "--db", database]) == 0
    for name in ("1", ROW["url"]):
        check(explained(capfdbinary, name, "--db", database))


def test_a_saved_page_is_explained(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(article_page("Talks on the border", TEXT.split(" — ")[1].split(". "), published="2011-12-20T06:00:00Z"))
    answer = explained(capfdbinary, str(page))
    assert {"IQ", "SY", "nouri-al-maliki"} <= {tag["value"] for tag in answer["tags"]}


def test_people_get_the_verdict_and_the_words(rows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", str(rows)]) == 0
    printed = capfd.readouterr().out
    assert "Talks on the border" in printed
    assert "relevant: score" in printed
    assert "Prime Minister, IQ, 2006–2014" in printed
    assert "[[Nouri al-Maliki]]" in printed


def test_an_article_without_tags_is_explained_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"url": "https://tigris.example/soup", "text": "Boil the lentils."}) + "\n", encoding="utf-8")
    assert cli.main(["explain", str(path)]) == 0
    printed = capfd.readouterr().out
    assert "not relevant" in printed
    assert "no tags" in printed


def test_actors_of_ones_own_are_explained(rows: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.yml").write_text(
        "- {id: border-talks, kind: institution, country: IQ, names: {en: [talks about the border]}}\n", encoding="utf-8"
    )
    answer = explained(capfdbinary, str(rows), "--gazetteer", str(folder))
    assert "border-talks" in {tag["value"] for tag in answer["tags"]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl", None, "none.jsonl"),
        ("none.html", None, "No such file"),
        ("notes.txt", "text", "neither a page"),
        ("bad.jsonl", "{]\n", "bad.jsonl"),
        ("no-url.jsonl", '{"text": "x"}\n', "no-url.jsonl:1: it has no url"),
    ],
)
def test_what_cannot_be_explained_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, content: str | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert cli.main(["explain", str(path)]) == 2
    printed = capfd.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1


def test_an_address_that_is_no_web_address_has_no_country(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"url": "no address", "text": "Iraq"}) + "\n", encoding="utf-8")
    assert explained(capfdbinary, str(path))["article"] == "no address"
