from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storage.dedup.near import Older, alike, alike_without, likeness, template
from storage.dedup.shingles import Shingles, shingles
from storage.dedup.stars import keep_identities, stars

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Texts of few different words, put together from a handful of passages: they share a lot, in any order.
PASSAGES = [" ".join(f"w{random.Random(number).randrange(60)}" for _ in range(20)) for number in range(8)] + [
    " ".join(f"p{number}x{place}" for place in range(25)) for number in range(6)
]
texts = st.lists(st.sampled_from(PASSAGES), max_size=8).map(lambda passages: shingles(" ".join(passages)))


def without_own_words(text: Shingles, template_of: Shingles) -> Shingles:
    return Shingles(template_of.opening, np.intersect1d(text.distinct, template_of.distinct))


@given(texts, texts, texts, st.booleans())
def test_comparison_is_symmetric(one: Shingles, other: Shingles, frame: Shingles, same_source: bool) -> None:
    assert likeness(one, other) == likeness(other, one).turned()
    found, back = alike(one, other, same_source=same_source), alike(other, one, same_source=same_source)
    assert found == (back.turned() if back else None)
    if found and back:
        its, others = (without_own_words(text, frame).distinct for text in (one, other))
        left = alike_without(one, its, other, others, same_source=same_source, found=found)
        right = alike_without(other, others, one, its, same_source=same_source, found=back)
        assert left == (right.turned() if right else None)


@given(texts)
def test_text_is_like_itself_unless_it_is_short(text: Shingles) -> None:
    assert (alike(text, text, same_source=True) is None) == (len(text) < 24)


@given(texts, st.lists(st.tuples(texts, st.booleans(), st.sampled_from(["2026-03-01", "2026-03-02", "2026-03-03"])), max_size=6))
def test_template_is_a_part_of_the_text(text: Shingles, past: list[tuple[Shingles, bool, str]]) -> None:
    taught = template(text, [Older(*older) for older in past]).tolist()

    assert taught == sorted(set(taught))
    assert set(taught) <= set(text.distinct.tolist())
    own = {value for older, same_source, _ in past if same_source for value in older.distinct.tolist()}
    assert own & set(text.distinct.tolist()) <= set(taught)


@given(texts, st.integers(0, 60))
def test_sketch_of_a_text_is_a_part_of_every_bigger_sketch(text: Shingles, size: int) -> None:
    small, big = set(text.sketch(size)), set(text.sketch(size + 10))

    assert small <= big
    assert len(small) == min(size, len(text))


graphs = st.integers(2, 12).flatmap(
    lambda size: st.lists(
        st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda pair: pair[0] != pair[1]), max_size=40
    )
)


@given(graphs, st.randoms(use_true_random=False))
def test_partition_depends_on_the_pairs_and_not_on_names_or_order(pairs: list[tuple[int, int]], rng: random.Random) -> None:
    nodes = sorted({node for pair in pairs for node in pair})
    order = {node: (NOON + timedelta(hours=node // 3), f"{node:02}") for node in nodes}
    neighbours = {node: frozenset(b if a == node else a for a, b in pairs if node in (a, b)) for node in nodes}
    found = stars(neighbours, order)

    assert sorted(node for star in found for node in star) == nodes
    for centre, *others in found:
        assert set(others) <= neighbours[centre]
        assert others == sorted(others, key=order.__getitem__)

    names = dict(zip(nodes, rng.sample(range(100), len(nodes)), strict=True))
    shuffled = rng.sample(nodes, len(nodes))
    again = stars(
        {
            names[node]: frozenset(names[other] for other in rng.sample(sorted(neighbours[node]), len(neighbours[node])))
            for node in shuffled
        },
        {names[node]: order[node] for node in shuffled},
    )
    assert again == [[names[node] for node in star] for star in found]


@given(graphs, st.dictionaries(st.integers(0, 11), st.integers(1, 4)))
def test_every_id_goes_on_at_most_once_and_never_in_what_has_nothing_of_it(pairs: list[tuple[int, int]], known: dict[int, int]) -> None:
    nodes = {node for pair in pairs for node in pair}
    order = {node: (NOON, f"{node:02}") for node in nodes}
    found = stars({node: frozenset(b if a == node else a for a, b in pairs if node in (a, b)) for node in nodes}, order)
    chosen = keep_identities(found, known)

    ids = [cluster for cluster in chosen if cluster is not None]
    assert len(ids) == len(set(ids))
    for star, cluster in zip(found, chosen, strict=True):
        assert cluster is None or cluster in {known.get(node) for node in star}
        assert cluster is None or len(star) > 1
    assert {known[node] for star in found if len(star) > 1 for node in star if node in known} >= set(ids)
