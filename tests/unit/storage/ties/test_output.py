"""Ties as pictures and as networks."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import networkx as nx
import pytest

from storage.errors import ExportError
from storage.search.records import Weight
from storage.ties.network import network_of, write_network
from storage.ties.plot import draw
from storage.ties.records import Member, Span, Tie, TiePoint, TieQuestion, Ties
from storage.ties.strength import adjusted, change_between, strength_of

IQ, SY, TR = (Member("country", code) for code in ("IQ", "SY", "TR"))
NAMES = {"IQ": "Iraq", "SY": "Syria $x$ <&>", "TR": "Türkiye"}
BEGINS = tuple(date(2026, month, 1) for month in range(1, 7))


def name(_kind: str, value: str) -> str:
    return NAMES[value]


def series(together: tuple[int, ...] = (0, 1, 0, 9, 12, 11), of_a: tuple[int, ...] = (10, 11, 0, 15, 16, 14)) -> Ties:
    points = [
        TiePoint(begin, 60, a, 12, strength_of(both, a, 12 if a else 0, 60)) for begin, both, a in zip(BEGINS, together, of_a, strict=True)
    ]
    changes = adjusted([None, *(change_between(points[n].strength, points[n + 1].strength) for n in range(5))])
    points = [TiePoint(p.begin, p.texts, p.of_a, p.of_b, p.strength, change) for p, change in zip(points, changes, strict=True)]
    whole = strength_of(33, 66, 72, 360)
    trend = change_between(strength_of(1, 21, 36, 180), strength_of(32, 45, 36, 180))
    return Ties(TieQuestion(IQ, SY), 360, BEGINS, {IQ: 66, SY: 72}, (Tie(IQ, SY, 66, 72, whole, tuple(points), trend),), 1)


def ranking() -> Ties:
    made = [Tie(IQ, other, 66, 40, strength_of(both, 66, 40, 360), ()) for other, both in ((SY, 30), (TR, 2))]
    return Ties(TieQuestion(IQ), 360, BEGINS, {IQ: 66, SY: 40, TR: 40}, tuple(made), 2)


@pytest.mark.parametrize("ties", [series(), ranking()], ids=["series", "ranking"])
@pytest.mark.parametrize(("suffix", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_is_drawn_and_the_same_each_time(tmp_path: Path, ties: Ties, suffix: str, begins: bytes) -> None:
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    draw(ties, first, name)
    draw(ties, second, name)
    assert first.read_bytes().startswith(begins)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 5_000


@pytest.mark.parametrize("by", [Span.DAY, Span.WEEK, Span.YEAR])
def test_other_spans_are_drawn_too(tmp_path: Path, by: Span) -> None:
    ties = series()
    begins = tuple(by.begin(date(2020, 1, 1)) for _ in BEGINS)
    question = TieQuestion(IQ, SY, by=by, weight=Weight.ARTICLES)
    draw(Ties(question, ties.texts, begins, ties.members, ties.ties, 1), tmp_path / "t.png", name)
    assert (tmp_path / "t.png").stat().st_size > 5_000


def test_nothing_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is nothing to draw"):
        draw(Ties(TieQuestion(), 0, (), {}, ()), tmp_path / "t.png", name)
    assert not (tmp_path / "t.png").exists()


def test_a_picture_of_another_kind_or_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="a picture is written as"):
        draw(series(), tmp_path / "t.gif", name)
    with pytest.raises(ExportError, match="cannot write"):
        draw(series(), tmp_path / "missing" / "t.png", name)


def test_graphml_has_typed_attributes_of_nodes_and_edges(tmp_path: Path) -> None:
    write_network(network_of(ranking(), name), tmp_path / "net.graphml")
    graph = nx.read_graphml(tmp_path / "net.graphml")
    assert graph.nodes["SY"] == {"label": "Syria $x$ <&>", "kind": "country", "texts": 40}
    edge = graph.edges["IQ", "SY"]
    assert (edge["texts"], edge["weight"]) == (30, pytest.approx(30 / (66 * 40 / 360), abs=1e-4))
    assert isinstance(edge["npmi"], float)
    text = (tmp_path / "net.graphml").read_text(encoding="utf-8")
    assert 'attr.name="strength" attr.type="double"' in text
    assert 'attr.name="texts" attr.type="long"' in text


def test_json_has_nodes_and_edges(tmp_path: Path) -> None:
    write_network(network_of(ranking(), name), tmp_path / "net.json")
    data = json.loads((tmp_path / "net.json").read_text(encoding="utf-8"))
    assert {node["id"] for node in data["nodes"]} == {"IQ", "SY", "TR"}
    assert {(edge["source"], edge["target"], edge["texts"]) for edge in data["edges"]} == {("IQ", "SY", 30), ("IQ", "TR", 2)}
    assert data["graph"]["counted"] == "clusters"


def test_a_network_of_another_kind_or_place_is_refused(tmp_path: Path) -> None:
    graph = network_of(ranking(), name)
    with pytest.raises(ExportError, match=r"a network is written as \.graphml or \.json"):
        write_network(graph, tmp_path / "net.gexf")
    with pytest.raises(ExportError, match="cannot write"):
        write_network(graph, tmp_path / "missing" / "net.json")


@pytest.mark.parametrize(
    ("by", "written"), [(Span.DAY, "2027-01-01"), (Span.WEEK, "2026-W53"), (Span.MONTH, "2027-01"), (Span.YEAR, "2027")]
)
def test_spans_are_written_as_iso_8601_does(by: Span, written: str) -> None:
    begin = by.begin(date(2027, 1, 1))
    assert by.written(begin) == written
    assert by.begin(by.following(begin)) == by.following(begin) > begin
