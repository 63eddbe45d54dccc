"""The command `dragoman coverage`, as people and as programs see it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import cli
from storage import articles, runs, sources
from storage.crawls import channels
from storage.crawls.channels import Answer
from storage.crawls.records import FrontierEntry, Poll
from storage.database import Database
from storage.records import Attempt, ChannelKind, Outcome, RunKind, RunStatus, SourceRecord

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(database: Database, run_id: int, source: str, kind: ChannelKind, numbers: range, named: range = range(0)) -> None:
    channel = f"https://{source}.example/{kind}"
    entries = [
        FrontierEntry(url := f"https://{source}.example/{number}", url, source, channel, NOON, {}, channel=kind) for number in numbers
    ]
    first = [item for item, number in zip(entries, numbers, strict=True) if number not in named]
    again = [item for item in entries if item not in first]
    channels.note(database, Answer(Poll(run_id, source, channel, kind, "ok", NOON, size_bytes=5000), None, first, again))


def catalog(folder: Path) -> Path:
    """Write a catalog of one source: the bundled one takes a second to read."""
    described = {
        "id": "jebel", "name": "Jebel", "homepage": "https://jebel.example/", "country": "SD", "languages": ["ar"], "kind": "newspaper",
        "feeds": [{"url": "https://jebel.example/rss"}], "expected": {"low": 12, "high": 40},
    }  # fmt: skip
    folder.mkdir()
    (folder / "jebel.yml").write_text(json.dumps(described), encoding="utf-8")  # JSON is YAML too
    return folder


@pytest.fixture(autouse=True)
def expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command know a catalog of ours."""
    folder = catalog(tmp_path / "catalog")
    monkeypatch.setenv("DRAGOMAN_CATALOG", str(folder))
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give a database with a covered source, one with a single channel, and one that was never crawled."""
    made = f"sqlite:///{tmp_path / 'test.db'}"
    with Database.open(made) as database:
        listed = [("dijla-daily", "IQ", "ar"), ("ege-postasi", "TR", "tr"), ("jebel", "SD", "ar")]
        records = [SourceRecord(name, name, f"https://{name}.example/", country, (language,)) for name, country, language in listed]
        sources.sync(database, records, NOON)
        for source, last in (("dijla-daily", NOON), ("ege-postasi", NOON + timedelta(days=1))):
            run_id = runs.start(database, RunKind.CRAWL, source, last)
            note(database, run_id, source, ChannelKind.FEED, range(30))
            if source == "dijla-daily":
                note(database, run_id, source, ChannelKind.SITEMAP, range(10, 45), range(30))
            tried = [f"https://{source}.example/{number}" for number in range(30)]
            reason = "HTTP 410 \x1b[31mGone[bold]"
            gone = [Attempt(page, page, source, NOON, outcome=Outcome.GONE, reason=reason, requests=1) for page in tried]
            articles.save_batch(database, run_id, gone)
            runs.finish(database, run_id, RunStatus.FINISHED, "", last)
    return made


def lines(url: str, capfd: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    assert cli.main(["coverage", "--db", url, "--json", *more]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_every_source_is_a_line_and_all_of_them_the_last(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    *rows, whole = lines(url, capfd)
    assert [row["key"] for row in rows] == ["dijla-daily", "ege-postasi", "jebel"]
    assert rows[0]["estimate"]["kinds"] == ["feed", "sitemap"]
    assert rows[0]["estimate"]["recapture"]["both"] == 20
    assert rows[1]["estimate"]["why_not"] == "only feed names its articles"
    assert rows[2]["estimate"] is None
    assert rows[2]["states"] == {"down": 2}
    assert [day["state"] for day in rows[0]["days"]] == ["partial", "down"]
    assert rows[0]["reasons"]["gone"][0]["count"] == 30
    assert (whole["key"], whole["since"], whole["until"], whole["time_zone"]) == ("all", "2026-03-01", "2026-03-02", "UTC")
    assert whole["attempted"] == sum(whole["outcomes"].values()) == 60
    assert whole["estimate"]["seen"] == 45
    assert len(whole["estimates"]) == 2


def test_the_question_can_be_narrowed(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    row, whole = lines(url, capfd, "ege-postasi", "--since", "2026-03-02", "--until", "2026-03-02", "--time-zone", "Europe/Istanbul")
    assert (row["key"], row["attempted"], whole["since"], whole["time_zone"]) == ("ege-postasi", 0, "2026-03-02", "Europe/Istanbul")
    *rows, _ = lines(url, capfd, "--by", "country")
    assert [(row["key"], row["discovered"]) for row in rows] == [("IQ", 45), ("SD", 0), ("TR", 30)]
    assert "estimate" not in rows[0]


def test_people_get_tables_that_fit_and_add_up(url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.terminal.out._width", 100)
    assert cli.main(["coverage", "--db", url]) == 0
    said = capfd.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    assert "\x1b" not in said
    total = next(line for line in said.splitlines() if line.startswith("all "))
    numbers = [int(word) for word in total.split() if word.isdecimal()]
    found, known, tried, *groups, waiting = numbers[-9:]
    assert (found, known, tried, sum(groups), waiting) == (75, 0, 60, 60, 15)
    for words in ("HTTP 410 [31mGone[bold] (60)", "no crawl", "feed + sitemap", "A lower bound", "No estimate for 1 source with one kind"):
        assert words in said


def test_long_lists_are_cut_and_say_so(url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.coverage.cli._MOST_GAPS", 1)
    monkeypatch.setattr("storage.coverage.cli._MOST_COMPARISONS", 0)
    assert cli.main(["coverage", "--db", url]) == 0
    said = capfd.readouterr().out
    assert "--json names them all" in said
    assert [line.split("  ")[0] for line in said.splitlines() if line.startswith("…")] == ["… 5 more", "… 1 more"]


def test_an_empty_database_is_no_mistake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = f"sqlite:///{tmp_path / 'empty.db'}"
    Database.open(made).close()
    assert cli.main(["coverage", "--db", made]) == 0
    assert "all" in capfd.readouterr().out
    (whole,) = lines(made, capfd)
    assert (whole["since"], whole["attempted"], whole["estimate"]) == (None, 0, None)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["gazette"], "the database knows no source 'gazette'"),
        (["--since", "yesterday"], "--since 'yesterday' is not a day; write it as 2026-03-31"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "--since 2026-03-02 is after --until 2026-03-01"),
        (["--time-zone", "Mars"], "'Mars' is not a time zone; write it as Asia/Baghdad"),
        (["--by", "planet"], "planet"),
    ],
)
def test_a_mistake_is_one_line(url: str, capfd: pytest.CaptureFixture[str], more: list[str], message: str) -> None:
    assert cli.main(["coverage", "--db", url, *more]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_what_the_catalog_expects_is_told_and_a_broken_catalog_is_only_remarked(
    url: str, capfd: pytest.CaptureFixture[str], expected: Path
) -> None:
    *rows, _ = lines(url, capfd)
    assert [row["days"][0]["expected_low"] for row in rows] == [None, None, 12]
    (expected / "jebel.yml").write_text("id: [", encoding="utf-8")
    assert cli.main(["coverage", "--db", url, "--json"]) == 0
    assert "nothing is known of what to expect" in capfd.readouterr().err
