"""The clusters are a function of the articles: order, batches, writers and database do not matter."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import articles
from storage.copies.likenesses import NEAR
from storage.corpus import Corpus
from storage.database import Database
from storage.dedup.shingles import ShingleCache
from storage.models import ArticleRow, ClusterRow, LikenessRow
from storage.records import Attempt, ClusterRole, CopyChange, Outcome
from tests.contract.builders import NOON
from tests.contract.copied_corpus import PAPERS, WIRE, Place, Press, generate, places, prepare_sources, store, words


def of_one_batch(seed: int, url: str) -> dict[str, Place]:
    """Return what the made-up press gives in a database of its own, in the order of its dates."""
    with Database.open(url) as database:
        store(database, prepare_sources(database), generate(seed), 1_000)
        return places(database)


def near_pairs(database: Database) -> set[frozenset[str]]:
    """Return the pairs of near copies, by address."""
    with database.read() as connection:
        urls = {row.id: row.canonical_url for row in connection.execute(select(ArticleRow.id, ArticleRow.canonical_url))}
        pairs = connection.execute(select(LikenessRow.first_id, LikenessRow.second_id).where(LikenessRow.via == NEAR)).all()
    return {frozenset((urls[first], urls[second])) for first, second in pairs}


def assert_stars(database: Database) -> None:
    """Every member of a cluster is a copy of its representative."""
    with database.read() as connection:
        pairs = {
            frozenset(row) for row in connection.execute(select(LikenessRow.first_id, LikenessRow.second_id).where(LikenessRow.via >= NEAR))
        }
        joined = select(ArticleRow.id, ClusterRow.representative_id).join(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
        for id_, representative in connection.execute(joined):
            assert id_ == representative or frozenset((id_, representative)) in pairs


def fresh(press: Press) -> list[Attempt]:
    """Take the articles that were printed."""
    printed, press.attempts = press.attempts, []
    return printed


@pytest.fixture
def press() -> Press:
    return Press(random.Random(5))


@pytest.fixture
def press_run(database: Database) -> int:
    return prepare_sources(database)


@pytest.mark.parametrize(("seed", "batch"), [(0, 1), (1, 7), (2, 40), (3, 1_000)])
def test_order_of_arrival_and_size_of_batches_change_nothing(
    database: Database, press_run: int, seed: int, batch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    arriving = generate(seed)
    random.Random(seed).shuffle(arriving)
    store(database, press_run, arriving, batch)

    found = places(database)
    assert found == of_one_batch(seed, f"sqlite:///{tmp_path_factory.mktemp('ordered') / 'x.db'}")
    assert {place[1] for place in found.values()} == {None, *(role.value for role in ClusterRole)}
    assert {change for place in found.values() for change in place[3]} == {change.value for change in CopyChange}
    assert database.check() == []
    assert_stars(database)


def test_past_that_arrives_last_teaches_the_same(database: Database, press_run: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    store(database, press_run, generate(0)[::-1], 10)

    assert places(database) == of_one_batch(0, f"sqlite:///{tmp_path_factory.mktemp('ordered') / 'x.db'}")


def test_texts_that_are_no_longer_at_hand_are_read_again(
    database: Database, press_run: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = of_one_batch(1, f"sqlite:///{tmp_path_factory.mktemp('ordered') / 'x.db'}")
    monkeypatch.setattr("storage.copies.neighbours._CACHE", ShingleCache(1))
    store(database, press_run, generate(1)[::-1], 15)

    assert places(database) == ordered


def test_two_writers_at_once_find_the_same(database: Database, press_run: int, url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    arriving = generate(4)
    random.Random(4).shuffle(arriving)
    errors: list[BaseException] = []

    def write(part: Sequence[Attempt]) -> None:
        try:
            with Database.open(url) as own:
                store(own, press_run, part, 5)
        except BaseException as error:  # noqa: BLE001 - told by the test
            errors.append(error)

    threads = [threading.Thread(target=write, args=(arriving[start::2],)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert places(database) == of_one_batch(4, f"sqlite:///{tmp_path_factory.mktemp('ordered') / 'x.db'}")
    assert database.check() == []


def test_what_a_copy_changed_is_said_of_it(database: Database, press_run: int, press: Press) -> None:
    text = words(press.rng, 200)
    paths = {
        "base": press.print(WIRE, NOON, text, title="Headline", agency="Lesk Wire"),
        "same": press.print("courier", NOON + timedelta(hours=1), text, title="Headline"),
        "titled": press.print("herald", NOON + timedelta(hours=2), text, title="Other headline", agency="Lesk Wire"),
        "cut": press.print("gazette", NOON + timedelta(hours=3), text[:130], title="Headline"),
        "added": press.print("mirror", NOON + timedelta(hours=4), [*text, *words(press.rng, 120)], title="Headline"),
        "reworded": press.print("post", NOON + timedelta(hours=5), [*text[:60], *words(press.rng, 60), *text[120:]], title="Headline"),
    }
    store(database, press_run, fresh(press), 100)

    by_path = {article.canonical_url.rpartition("/")[2]: article for article in Corpus(database).articles()}
    told = {name: (by_path[path].cluster_role, by_path[path].changes) for name, path in paths.items()}
    assert told == {
        "base": (ClusterRole.ORIGIN, ()),
        "same": (ClusterRole.COPY, ()),
        "titled": (ClusterRole.COPY, (CopyChange.HEADLINE,)),
        "cut": (ClusterRole.COPY, (CopyChange.CUT,)),
        "added": (ClusterRole.COPY, (CopyChange.ADDED,)),
        "reworded": (ClusterRole.PARTIAL, (CopyChange.REWORDED,)),
    }
    assert {article.cluster_agency for article in by_path.values()} == {"Lesk Wire"}
    assert sum(article.weight for article in by_path.values()) == pytest.approx(1)
    similarities = {name: by_path[path].similarity for name, path in paths.items()}
    assert similarities["same"] == similarities["base"] == 1
    assert all(0 < (similarities[name] or 0) < 1 for name in ("cut", "added", "reworded"))


def test_near_copy_is_called_so_with_the_share_it_has_in_common(database: Database, press_run: int, press: Press) -> None:
    text = words(press.rng, 200)
    press.print(WIRE, NOON, text)
    press.print("courier", NOON + timedelta(hours=1), text[:150])
    first, second = articles.save_batch(database, press_run, fresh(press))

    assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.COPY)
    assert second.reason == f"75% of the text is that of article {first.article_id}"


@pytest.mark.parametrize("hours", [71, 73])
def test_near_copies_appear_within_the_window(database: Database, press_run: int, press: Press, hours: int) -> None:
    text = words(press.rng, 100)
    press.print(WIRE, NOON, text)
    press.print("courier", NOON + timedelta(hours=hours), text[:80])
    store(database, press_run, fresh(press), 1)

    assert len(near_pairs(database)) == (hours < 72)


def test_exact_copies_are_found_however_far_apart(database: Database, press_run: int, press: Press) -> None:
    text = words(press.rng, 100)
    for years in range(3):
        press.print(WIRE, NOON - timedelta(days=365 * years), text)
    store(database, press_run, fresh(press), 1)

    assert {place[4] for place in places(database).values()} == {3}


def test_bridge_that_arrives_last_joins_two_clusters_under_the_older_id(database: Database, press_run: int, press: Press) -> None:
    begin, end = words(press.rng, 100), words(press.rng, 100)
    for text in (begin, end):
        press.print(PAPERS[0], NOON + timedelta(hours=1), text)
        press.print(PAPERS[1], NOON + timedelta(hours=2), text)
    before = articles.save_batch(database, press_run, fresh(press))
    press.print(WIRE, NOON, [*begin, *end])
    (bridge,) = articles.save_batch(database, press_run, fresh(press))

    assert before[1].cluster_id != before[3].cluster_id
    assert bridge.cluster_id == before[1].cluster_id
    assert {place[4] for place in places(database).values()} == {5}
    assert database.check() == []


def test_chain_of_a_hundred_and_one_texts_is_not_one_cluster(database: Database, press_run: int, press: Press) -> None:
    links = [words(press.rng, 40) for _ in range(102)]
    for number in range(101):
        press.print(PAPERS[number % 6], NOON + timedelta(minutes=number), [*links[number], *links[number + 1]])
    press.rng.shuffle(press.attempts)
    store(database, press_run, fresh(press), 10)

    assert len(near_pairs(database)) == 100
    assert max(place[4] or 0 for place in places(database).values()) == 3
    assert_stars(database)


def test_cluster_keeps_its_id_while_members_arrive_and_leave(database: Database, press_run: int, press: Press) -> None:
    rng, ids = press.rng, set()
    text = words(rng, 150)
    for number in range(20):
        press.print(
            PAPERS[number % 6], NOON + timedelta(minutes=rng.randint(0, 2_000)), text[rng.randint(0, 40) : 150 - rng.randint(0, 40)]
        )
    printed = [(attempt.canonical_url, attempt.source_id, attempt.fetched_at) for attempt in press.attempts]
    for attempt in fresh(press):
        (saved,) = articles.save_batch(database, press_run, [attempt])
        ids.add(saved.cluster_id)
    assert len(ids - {None}) == 1

    for url, source, at in printed[:10]:
        press.again(url.rpartition("/")[2], source, at, words(rng, 90), title="Something else", after_hours=9)
    store(database, press_run, fresh(press), 3)
    left = {article.cluster for article in Corpus(database).articles()}
    assert left == {None, *(ids - {None})}
    assert database.check() == []
