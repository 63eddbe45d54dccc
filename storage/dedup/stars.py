"""From pairs of copies to clusters: stars, never chains. Pure.

Joining whatever touches would chain unrelated stories through one page that quotes both. So a cluster is a star (Aslam, Pelekhov & Rus,
"The star clustering algorithm for static and dynamic information organization", 2004): every member is a copy of its representative. The
representative is the earliest of the articles with (nearly) most copies: the wire text itself, or the first full reprint. The result
depends on the pairs alone and not on the order in which they were found.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

#: An article with at least this share of the most copies that any has may represent them: one stray neighbour more decides nothing.
NEARLY_MOST = 0.8


N = TypeVar("N", bound=Hashable)


def stars(neighbours: Mapping[N, frozenset[N]], order: Mapping[N, tuple[datetime, str]]) -> list[list[N]]:
    """Divide one connected component into stars.

    `neighbours` is symmetric; `order` tells of each article which came earlier (date, then key).
    Returns: the stars, each with its representative first and the others in their order; one of a single article has no copy.
    """
    degrees = {node: len(others) for node, others in neighbours.items()}
    found: list[list[N]] = []
    while degrees:
        enough = NEARLY_MOST * max(degrees.values())
        centre = min((node for node, degree in degrees.items() if degree >= enough), key=order.__getitem__)
        members = [node for node in neighbours[centre] if node in degrees]
        found.append([centre, *sorted(members, key=order.__getitem__)])
        for node in found[-1]:
            del degrees[node]
        for node in found[-1]:
            for other in neighbours[node]:
                if other in degrees:
                    degrees[other] -= 1
    return found


def keep_identities(stars_found: Sequence[Sequence[N]], known: Mapping[N, int]) -> list[int | None]:
    """Choose for each star the id of the cluster that it continues; None for a new one.

    `known` is the cluster each article was in. A star continues the cluster from which most of its members come, the older one of several;
    of stars that would continue the same one, the biggest part does.
    """
    wishes = sorted(
        (
            (-sum(known.get(member) == cluster for member in star), cluster, place)
            for place, star in enumerate(stars_found)
            if len(star) > 1
            for cluster in {known[member] for member in star if member in known}
        ),
    )
    chosen: list[int | None] = [None] * len(stars_found)
    taken: set[int] = set()
    for _, cluster, place in wishes:
        if chosen[place] is None and cluster not in taken:
            chosen[place] = cluster
            taken.add(cluster)
    return chosen
