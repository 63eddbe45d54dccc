"""The commands of the catalog that ask nothing of the web, from the words that a user types to what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

import cli
from crawler.catalog import load_catalog
from crawler.pool import WorkerPool
from crawler.survey.adding_cli import drafted
from crawler.survey.checking import Checked, CheckErrand, channels_of, sources_without_ok
from crawler.survey.checking_cli import print_checked
from crawler.survey.drafting import Given
from crawler.survey.probing import ProbeStatus
from crawler.survey.scouting import ScoutErrand
from storage import sources
from storage.crawls.records import FeedState
from storage.database import Database
from storage.records import ChannelKind, SourceRecord


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]

TIGRIS = """\
# Tigris Post: its feed was read on 2026-10-01.
# Nothing is odd about it.
id: tigris-post
name: Tigris Post
homepage: https://tigris.example/
country: IQ
languages: [ar, en]
kind: newspaper
feeds:
  - url: https://tigris.example/rss
  - url: https://tigris.example/en.rss
    language: en
"""
ZAGROS = """\
id: zagros
name: Zagros [bold]Agency[/bold]
homepage: https://zagros.example/
country: IR
languages: [fa]
kind: agency
sitemaps: [https://zagros.example/news.xml]
enabled: false
"""


@pytest.fixture
def dragoman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DRAGOMAN_DB", "DRAGOMAN_CATALOG", "DRAGOMAN_CONTACT"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Done:
        capfd.readouterr()
        code = cli.main(words)
        return Done(code, *capfd.readouterr())

    return run


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    for place, text in (("iq/tigris-post", TIGRIS), ("ir/zagros", ZAGROS)):
        path = tmp_path / "catalog" / f"{place}.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "catalog"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ((), ["tigris-post", "zagros"]),
        (("--country", "iq"), ["tigris-post"]),
        (("--language", "en", "--language", "fa"), ["tigris-post", "zagros"]),
        (("--kind", "agency"), ["zagros"]),
        (("--enabled",), ["tigris-post"]),
        (("--disabled", "--country", "IQ"), []),
    ],
)
def test_list_is_filtered(dragoman: Run, catalog: Path, filters: tuple[str, ...], ids: list[str]) -> None:
    done = dragoman("sources", "list", "--catalog", str(catalog), "--json", *filters)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ids


def test_list_for_people_counts(dragoman: Run, catalog: Path) -> None:
    done = dragoman("sources", "list", "--catalog", str(catalog), "--kind", "agency")
    assert "[bold]" in done.stdout  # what looks like markup is a name, and may be broken over two lines
    assert "1 of 2 sources." in done.stdout


def test_source_is_shown_with_its_evidence_and_what_the_database_remembers(dragoman: Run, catalog: Path, tmp_path: Path) -> None:
    words = ("sources", "show", "tigris-post", "--catalog", catalog.name)
    first = dragoman(*words)
    assert "its feed was read on 2026-10-01" in first.stdout
    assert "iq/tigris-post.yml" in first.stdout
    assert "never asked" in first.stdout
    assert not (tmp_path / "dragoman.db").exists()
    with Database.open(f"sqlite:///{tmp_path / 'dragoman.db'}") as database:
        sources.ensure(database, SourceRecord("tigris-post", "Tigris Post", "https://tigris.example/"))
        state = FeedState("tigris-post", "https://tigris.example/rss", status="http_error", items=7, failures=3)
        sources.save_feed_states(database, [state])
    second = dragoman(*words)
    assert "http_error" in second.stdout
    facts = json.loads(dragoman(*words, "--json", "--db", "sqlite:///dragoman.db").stdout)
    assert (facts["file"], facts["kind"]) == ("catalog/iq/tigris-post.yml", "newspaper")
    assert facts["evidence"].splitlines()[1] == "Nothing is odd about it."
    assert [(poll["status"], poll["items"], poll["failures"]) for poll in facts["polls"]] == [("http_error", 7, 3)]


def test_list_of_subscriptions_goes_out_and_comes_back(dragoman: Run, catalog: Path, tmp_path: Path) -> None:
    assert catalog.is_dir()
    done = dragoman("sources", "export-opml", "list.opml", "--catalog", "catalog")
    assert done.returncode == 0, done.stderr
    assert "2 feeds of 1 sources." in done.stderr
    assert dragoman("sources", "export-opml", "-", "tigris-post", "--catalog", "catalog").stdout.count("xmlUrl") == 2
    back = dragoman("sources", "import-opml", "list.opml", "--catalog", "mine", "--disabled")
    assert "1 sources with 2 feeds written below mine, 0 entries skipped." in back.stdout
    listed = json.loads(dragoman("sources", "list", "--catalog", "mine", "--json").stdout)
    assert (listed["id"], listed["country"], listed["languages"], listed["enabled"]) == ("tigris-post", "IQ", ["ar", "en"], False)
    assert {(feed["url"], feed["language"]) for feed in listed["feeds"]} == {
        ("https://tigris.example/rss", None),
        ("https://tigris.example/en.rss", "en"),
    }
    again = dragoman("sources", "import-opml", "list.opml", "--catalog", "mine", "--json")
    assert [json.loads(line)["reason"] for line in again.stdout.splitlines()] == ["the catalog has this feed, in tigris-post"] * 2
    people = dragoman("sources", "import-opml", "list.opml", "--catalog", "catalog")
    assert "skipped https://tigris.example/rss: the catalog has this feed, in tigris-post" in people.stderr
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "tigris-pots", "--catalog", "catalog"), "did you mean 'tigris-post'?"),
        (("show", "tigris-post", "--catalog", "catalog", "--db", "sqlite:///none.db"), "none.db does not exist"),
        (("list", "--catalog", "catalog", "--kind", "paper"), "--kind 'paper' is none of agency, blog"),
        (("check", "nobody", "--catalog", "catalog"), "unknown source 'nobody'"),
        (("check", "--catalog", "catalog", "--contact", "two words"), "must be one word of ASCII"),
        (("add", "https://tigris.example/"), "say where the file goes: --catalog DIR"),
        (("add", "http://", "--catalog", "catalog"), "is not a web address"),
        (("add", "tigris.example", "--catalog", "catalog"), "the catalog has this site already, as tigris-post"),
        (("add", "new.example", "--catalog", "catalog", "--id", "zagros"), "--id zagros: the catalog has such a source already"),
        (("add", "new.example", "--catalog", "catalog", "--id", "No Id"), "--id 'No Id'"),
        (("add", "new.example", "--catalog", "catalog", "--country", "Atlantis"), "--country 'Atlantis' is no country"),
        (("add", "new.example", "--catalog", "catalog", "--time-zone", "Baghdad"), "--time-zone 'Baghdad': is not an IANA time zone"),
        (("add", "new.example", "--catalog", "catalog", "--language", "Arabic"), "--language"),
        (("import-opml", "none.opml", "--catalog", "catalog"), "none.opml: No such file or directory"),
        (("import-opml", "catalog/iq/tigris-post.yml", "--catalog", "catalog"), "tigris-post.yml: not OPML"),
        (("import-opml", "catalog/iq/tigris-post.yml"), "say where the files go: --catalog DIR"),
        (("export-opml", "nowhere/list.opml", "--catalog", "catalog"), "cannot write nowhere/list.opml"),
    ],
)
def test_mistake_is_one_line_and_writes_nothing(dragoman: Run, catalog: Path, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert catalog.is_dir()
    done = dragoman("sources", *words)
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert message in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_was_checked_is_counted_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    rows = [
        Checked(
            "tigris-post", True, f"https://tigris.example/{status}", ChannelKind.FEED, status, f"why {status}", 3, None, None, "rss", 200, 5
        )
        for status in (ProbeStatus.OK, ProbeStatus.OK, ProbeStatus.MOVED, ProbeStatus.DEAD)
    ]
    print_checked(rows)
    shown = capfd.readouterr().out
    assert "why dead" in shown
    assert "4 channels: 2 ok, 1 moved, 1 dead." in shown


def test_only_an_enabled_source_without_an_ok_channel_fails_the_check(catalog: Path) -> None:
    tigris, zagros = load_catalog(catalog)
    assert list(channels_of(zagros)) == [("https://zagros.example/news.xml", ChannelKind.SITEMAP)]
    assert sources_without_ok([tigris, zagros], []) == ["tigris-post"]
    moved = Checked("tigris-post", True, "u", ChannelKind.FEED, ProbeStatus.MOVED, "", 1, None, None, None, 200, 1)
    assert sources_without_ok([tigris], [moved]) == ["tigris-post"]
    assert sources_without_ok([tigris], [moved, replace(moved, status=ProbeStatus.OK)]) == []


def test_address_of_the_first_channel_of_each_source_comes_first(catalog: Path) -> None:
    seen: list[tuple[int, int]] = []
    errand = CheckErrand(tuple(load_catalog(catalog)), WorkerPool(), lambda done, total: seen.append((done, total)))
    assert [ask.url.removeprefix("https://") for ask in errand.first()] == [
        "tigris.example/rss",
        "zagros.example/news.xml",
        "tigris.example/en.rss",
    ]
    assert seen == [(0, 3)]
    assert errand.results(datetime.now(UTC)) == []


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        ("it cannot be read: HTTP 500", "dragoman: https://tigris.example/: it cannot be read: HTTP 500; nothing was written\n"),
        ("", "dragoman: no feed or sitemap with articles at https://tigris.example/; nothing was written\n"),
    ],
)
def test_site_that_gives_nothing_is_one_line(capfd: pytest.CaptureFixture[str], refusal: str, line: str) -> None:
    errand = ScoutErrand("https://tigris.example/", WorkerPool())
    errand.refusal = refusal
    with pytest.raises(typer.Exit) as end:
        drafted(errand, Given(), None, "tigris.example", datetime.now(UTC))
    assert end.value.exit_code == 1
    assert capfd.readouterr().err == line
