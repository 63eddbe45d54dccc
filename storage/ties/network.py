"""Ties as a network: members are nodes, ties are edges, as GraphML for Gephi and others, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx

from storage.errors import ExportError
from storage.ties.records import Member, Ties

#: The ends of file names that a network may be written to.
NETWORK_SUFFIXES = (".graphml", ".json")


def network_of(ties: Ties, name: Callable[[str, str], str]) -> nx.Graph:
    """Make the network of an answer.

    Nodes have `label`, `kind` and `texts`. Edges have `texts` (with both), `expected`, `strength` with `low` and `high`, `npmi`, and
    `weight`, which layouts read: the strength. `name` gives a member's name by kind and value.
    """
    wanted = ties.question.wanted
    bounds = {
        "since": wanted.since.date().isoformat() if wanted.since else "",
        "until": wanted.until.date().isoformat() if wanted.until else "",
    }
    graph = nx.Graph(texts=ties.texts, counted=ties.question.weight.value, **bounds)
    for member in sorted({end for tie in ties.ties for end in (tie.a, tie.b)}):
        graph.add_node(_id(member), label=name(*member), kind=member.kind, texts=ties.members.get(member, 0))
    for tie in ties.ties:
        strength = tie.strength
        graph.add_edge(
            _id(tie.a),
            _id(tie.b),
            weight=round(strength.strength or 0.0, 4),
            texts=strength.together,
            expected=round(strength.expected, 4),
            strength=round(strength.strength or 0.0, 4),
            low=round(strength.low or 0.0, 4),
            high=round(strength.high or 0.0, 4),
            npmi=round(strength.npmi or 0.0, 4),
        )
    return graph


def write_network(graph: nx.Graph, path: Path) -> None:
    """Write a network; the end of the file's name says how.

    Raises: ExportError when the end is none of `NETWORK_SUFFIXES` or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in NETWORK_SUFFIXES:
        raise ExportError(f"{path}: a network is written as {' or '.join(NETWORK_SUFFIXES)}")
    try:
        if suffix == ".json":
            data: dict[str, Any] = nx.node_link_data(graph, edges="edges")
            path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        else:
            nx.write_graphml(graph, path, encoding="utf-8", named_key_ids=True)
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}") from error


def _id(member: Member) -> str:
    """Return the name of a node: a country's code or an actor's id, which never look alike."""
    return member.value
