"""`dragoman retag`: one edit of a file and one command bring a stored corpus up to date. People and events are fictional."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import cli
from crawler.processing import Policy
from crawler.retagging import judge_batch, retag
from storage.corpus import Corpus
from storage.database import Database
from storage.retagging import count_outdated, keep_rejudged, outdated

ACTOR = """\
- id: tamur-al-qashani
  kind: person
  country: IQ
  names:
    en: [Tamur al-Qashani]
"""
REGION = """\
id: valleys
name: The valleys
countries: [TN]
"""
TEXT = "The minister Tamur al-Qashani of Iraq spoke with the parliament in Baghdad about the elections and the treaty with Syria."


def rows(count: int) -> str:
    made = [
        {"url": f"https://tigris.example/{n}", "title": f"Talks {n}", "text": f"{TEXT} It was day {n}.", "language": "en"}
        for n in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in made)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    file, path = folder / "rows.jsonl", folder / "corpus.db"
    file.write_text(rows(60), encoding="utf-8")
    assert cli.main(["ingest", str(file), "--db", f"sqlite:///{path}"]) == 0
    return path


@pytest.fixture
def db(tmp_path: Path, stored: Path) -> str:
    shutil.copy(stored, tmp_path / "corpus.db")
    return f"sqlite:///{tmp_path}/corpus.db"


@pytest.fixture
def actors(tmp_path: Path) -> Path:
    folder = tmp_path / "actors"
    folder.mkdir()
    (folder / "iq.yml").write_text(ACTOR, encoding="utf-8")
    return folder


def run(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> dict[str, Any]:
    capfdbinary.readouterr()
    assert cli.main([*words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capfdbinary.readouterr().out.splitlines()[-1])
    return answer


def test_a_new_actor_takes_one_file_and_one_command(db: str, actors: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    done = run(capfdbinary, "retag", "--db", db, "--gazetteer", str(actors))
    assert (done["judged"], done["changed"], done["failed"]) == (60, 60, 0)
    assert run(capfdbinary, "stats", "--db", db)["by_actor"]["tamur-al-qashani"] == 60
    assert run(capfdbinary, "retag", "--db", db, "--gazetteer", str(actors))["judged"] == 0
    with Corpus.open(db) as corpus:
        assert {article.tagging for article in corpus.articles()} == {done["version"]}


def test_a_new_actor_is_found_by_name(
    db: str, actors: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_GAZETTEER", str(actors))
    assert run(capfdbinary, "retag", "--db", db)["changed"] == 60
    hit = run(capfdbinary, "search", "--actor", "Tamur al-Qashani", "--country", "IQ", "--country", "SY", "--limit", "1", "--db", db)
    assert hit["actors"] == ["tamur-al-qashani"]
    assert set(hit["countries"]) == {"IQ", "SY"}
    tie = run(capfdbinary, "ties", "Tamur al-Qashani", "Iraq", "--db", db)["ties"][0]
    assert (tie["together"], tie["a"]["name"], tie["b"]["name"]) == (60, "Tamur al-Qashani", "Iraq")


def test_another_region_takes_one_file_and_one_command(db: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    region = tmp_path / "valleys.yml"
    region.write_text(REGION, encoding="utf-8")
    done = run(capfdbinary, "retag", "--db", db, "--region", str(region))
    assert (done["judged"], done["no_longer_relevant"]) == (60, 60)
    assert run(capfdbinary, "stats", "--db", db)["by_country"] == {}
    back = run(capfdbinary, "retag", "--db", db)
    assert (back["judged"], back["now_relevant"]) == (60, 60)


def test_a_wrong_gazetteer_is_named_before_anything_is_written(db: str, actors: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (actors / "iq.yml").write_text(ACTOR.replace("person", "persona"), encoding="utf-8")
    capfd.readouterr()
    assert cli.main(["retag", "--db", db, "--gazetteer", str(actors)]) == 2
    line = capfd.readouterr().err
    assert line.startswith(f"dragoman: {actors}/iq.yml:2: 0.kind: ")
    assert line.count("\n") == 1
    with Corpus.open(db) as corpus:
        assert corpus.stats().by_actor == {}


def test_an_interrupted_retagging_goes_on(db: str, actors: Path) -> None:
    policy = Policy(gazetteer=actors)

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with Database.open(db) as database:
        with pytest.raises(KeyboardInterrupt):
            retag(database, policy, workers=1, progress=stop)
        done = retag(database, policy, workers=1)
        assert done.judged == 10  # of 60 the first batch of 50 was kept
        assert count_outdated(database, done.version) == 0


def test_an_article_that_was_revised_meanwhile_keeps_the_tags_of_its_new_text(db: str, tmp_path: Path) -> None:
    with Database.open(db) as database:
        batch = outdated(database, "another version", 0, 2)
        made = judge_batch(batch, Policy())
        with closing(sqlite3.connect(tmp_path / "corpus.db")) as other, other:
            other.execute("UPDATE articles SET current_revision = 2 WHERE id = ?", (batch[0].article_id,))
        assert keep_rejudged(database, "another version", made) == 1


def test_only_the_version_is_written_where_nothing_changed(db: str) -> None:
    with Database.open(db) as database:
        made = judge_batch(outdated(database, "another version", 0, 5), Policy())
    assert [item.changed for item in made] == [False] * 5
