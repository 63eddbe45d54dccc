"""`dragoman ties` on a small corpus: what it prints, writes and refuses. Events are fictional."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import cli
from crawler.demo.briefs import write_briefs
from storage import terminal


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("ties")
    url = f"sqlite:///{folder}/corpus.db"
    write_briefs(folder / "briefs.jsonl")
    assert cli.main(["ingest", str(folder / "briefs.jsonl"), "--db", url]) == 0
    return url


def asked(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> dict[str, Any]:
    capfdbinary.readouterr()
    assert cli.main(["ties", *words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return answer


def test_the_tie_of_the_demo_grows_and_says_from_what(db: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = asked(capfdbinary, "Iraq", "SY", "--db", db)
    [tie] = answer["ties"]
    together = [point["together"] for point in tie["points"]]
    # How many of the reports are kept is for the model of relevance to say; that the two draw together is not.
    assert len(together) == 12
    assert sum(together[6:]) > 3 * sum(together[:6])
    assert tie["trend"]["direction"] == "up"
    assert all(len(point["articles"]) == point["together"] for point in tie["points"])
    key = tie["points"][0]["articles"][0]
    assert cli.main(["show", key, "--db", db]) == 0


def test_copies_count_where_every_article_is_wanted(db: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    [every] = asked(capfdbinary, "Iraq", "SY", "--weight", "articles", "--db", db)["ties"]
    [once] = asked(capfdbinary, "Iraq", "SY", "--db", db)["ties"]
    assert sum(point["together"] for point in every["points"]) > sum(point["together"] for point in once["points"])


def test_time_and_span_are_the_users(db: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = asked(capfdbinary, "IQ", "SY", "--by", "year", "--from", "2026-01-01", "--to", "2026-12-31", "--db", db)
    assert [point["span"] for point in answer["ties"][0]["points"]] == ["2026"]


def test_people_get_a_table_a_picture_and_a_network(
    db: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.out, "width", 160)  # lines break where a terminal is narrower
    capfd.readouterr()
    words = ["--articles", "--plot", str(tmp_path / "t.svg"), "--db", db]
    assert cli.main(["ties", "Iraq", "Syria", *words]) == 0
    printed = capfd.readouterr().out
    assert "Iraq – Syria" in printed
    assert "stronger" in printed
    assert len(printed.splitlines()) > 20, "the texts behind the points stand below the table"
    assert (tmp_path / "t.svg").stat().st_size > 5_000
    assert cli.main(["ties", "Iraq", "--network", str(tmp_path / "n.graphml"), "--limit", "2", "--db", db]) == 0
    assert "2 shown (--limit)" in capfd.readouterr().out
    assert "IQ" in nx.read_graphml(tmp_path / "n.graphml").nodes
    assert cli.main(["ties", "--limit", "3", "--articles", "--db", db]) == 0
    assert "more (--json)" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["Atlantis"], "no country and no actor is called 'Atlantis'"),
        (["IQ", "Iraq"], "IQ and Iraq are the same: Iraq"),
        (["--plot", "t.gif"], "--plot t.gif: the name must end in .png, .svg or .pdf"),
        (["--network", "n.gexf"], "--network n.gexf: the name must end in .graphml or .json"),
        (["--plot", "nowhere/t.png"], "--plot nowhere/t.png: there is no folder nowhere"),
        (["IQ", "SY", "--network", "n.json"], "--network is of many ties: leave out B"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "--from 2026-02-01 is after --to 2026-01-01"),
        (["--topic", "weather"], "there is no topic 'weather'"),
    ],
)
def test_a_mistake_is_one_line(db: str, words: list[str], complaint: str, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert cli.main(["ties", *words, "--db", db]) == 2
    line = capfd.readouterr().err
    assert complaint in line
    assert line.count("\n") == 1
