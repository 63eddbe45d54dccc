"""A rebuild finds what was found one by one, whatever comes between."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

import storage.copies.rebuild
from storage.copies.rebuild import rebuild, unfinished
from storage.corpus import Corpus
from storage.database import Database
from storage.models import ArticleRow, ClusterRow, FingerprintRow, LikenessRow, RevisionRow, SketchRow
from storage.search.records import ArticleFilter
from tests.contract.builders import NOON
from tests.contract.conftest import Fill
from tests.contract.copied_corpus import Place, generate, places, prepare_sources, store


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def at_call(wanted: int, act: Callable[[], None]) -> Callable[[str, int, int], None]:
    """Do something when a rebuild reports its progress for so many times."""
    calls = 0

    def report(_step: str, _done: int, _total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == wanted:
            act()

    return report


def interrupt() -> None:
    raise Interrupted


def clusters(database: Database) -> dict[str, int | None]:
    return {article.canonical_url: article.cluster for article in Corpus(database).articles()}


def is_unfinished(database: Database) -> bool:
    with database.read() as connection:
        return unfinished(connection)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a rebuild of a hundred articles take many transactions."""
    monkeypatch.setattr(storage.copies.rebuild, "CHUNK", 9)


def press(database: Database) -> None:
    """Store the made-up press."""
    store(database, prepare_sources(database), generate(0), 50)


@pytest.fixture
def stored() -> None:
    """Say that the database holds the made-up press."""


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Fill | None:
    return press if "stored" in request.fixturenames else None


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """Return the places of another press, of which nothing depends on the order in which it arrives."""
    with Database.open(f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'x.db'}") as database:
        store(database, prepare_sources(database), generate(2), 50)
        return places(database)


@pytest.mark.usefixtures("stored")
def test_rebuild_changes_nothing_in_what_was_found_one_by_one(database: Database) -> None:
    before, ids = places(database), clusters(database)
    steps: list[tuple[str, int, int]] = []
    rebuilt = rebuild(database, NOON, lambda *step: steps.append(step))

    assert (places(database), clusters(database)) == (before, ids)
    assert rebuilt.articles == len(before)
    assert rebuilt.clusters == len(set(ids.values()) - {None})
    assert rebuilt.copies == sum(cluster is not None for cluster in ids.values()) - rebuilt.clusters
    assert not rebuilt.resumed
    assert not is_unfinished(database)
    assert {name for name, _, _ in steps} == {"comparing", "clustering"}
    assert {steps[-1][1:], max(step[1:] for step in steps if step[0] == "comparing")} == {(len(before), len(before))}
    assert database.check() == []


@pytest.mark.usefixtures("stored")
def test_rebuild_finds_everything_again_from_the_texts_alone(database: Database) -> None:
    before = places(database)
    with database.write() as connection:
        connection.execute(update(ArticleRow).values(cluster_id=None, cluster_role=None, similarity=None, changes=None))
        for table in (ClusterRow, LikenessRow, SketchRow, FingerprintRow):
            connection.execute(delete(table))
        connection.execute(update(RevisionRow).values(text_hash="of an older normaliser"))
    rebuild(database, NOON)

    assert places(database) == before
    assert database.check() == []


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("points", [(1,), (5, 3, 8), (14, 1, 1), (16,), (27,)])
def test_rebuild_that_was_interrupted_goes_on_where_it_stopped(database: Database, points: tuple[int, ...]) -> None:
    before, ids = places(database), clusters(database)
    for point in points:
        with pytest.raises(Interrupted):
            rebuild(database, NOON, at_call(point, interrupt))
        assert is_unfinished(database)
        assert database.check() == []
    rebuilt = rebuild(database, NOON)

    assert rebuilt.resumed
    assert (places(database), clusters(database)) == (before, ids)
    assert not is_unfinished(database)


@pytest.mark.usefixtures("stored")
def test_readers_see_the_clusters_of_before_until_new_ones_are_there(database: Database) -> None:
    before = places(database)
    seen = []

    def look(_step: str, _done: int, _total: int) -> None:
        seen.append(places(database))
        assert Corpus(database).count(ArticleFilter()) == len(before)
        assert database.check() == []

    rebuild(database, NOON, look)

    assert len(seen) > 20
    assert all(found == before for found in seen)


@pytest.mark.parametrize("point", [1, 4, 10, 11, 18])
def test_crawl_writes_while_copies_are_found_anew(database: Database, point: int, undisturbed: dict[str, Place]) -> None:
    arriving = generate(2)
    random.Random(point).shuffle(arriving)
    run_id = prepare_sources(database)
    store(database, run_id, arriving[:90], 50)
    rebuild(database, NOON, at_call(point, lambda: store(database, run_id, arriving[90:], 12)))

    assert places(database) == undisturbed
    assert database.check() == []


def test_empty_database_is_rebuilt_at_once(database: Database) -> None:
    rebuilt = rebuild(database, NOON)

    assert (rebuilt.articles, rebuilt.clusters, rebuilt.copies, rebuilt.resumed) == (0, 0, 0, False)
