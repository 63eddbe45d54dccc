"""One crawl over all that a web site can do wrong: every candidate ends in the outcome it should have, and the good pages are kept."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from storage import runs
from storage.corpus import Corpus
from storage.crawls import channels
from storage.crawls.records import Poll
from storage.database import Database
from storage.records import Fetch, Outcome
from storage.search.records import ArticleFilter
from tests import commands
from tests.integration import misbehaving_channels, misbehaving_pages, misbehaving_walls
from tests.integration.impatience import without_waits
from tests.integration.misbehaviours import HTML, Misbehaviour, article, concrete
from tests.integration.site import Hit, Plain, Resource, Site, robots, self_signed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

FRONT = "127.0.1.0"  # the source's own host: its feeds, and the good pages
UNTRUSTED = "127.0.1.255"
OPEN = robots("User-agent: *\nAllow: /\n")
GOOD = [f"good-page-{number}" for number in range(12)]
KINDS = [*concrete(misbehaving_pages.__name__), *concrete(misbehaving_walls.__name__)]
IMPATIENT_SECONDS = 4.0  # for those that never answer
MOST_SECONDS = 300.0  # a twentieth of it when nothing else runs: what hangs for good would pass any bound
MOST_BYTES = 400 << 20


def rss(links: Sequence[str]) -> bytes:
    items = "".join(f"<item><title>T</title><link>{link}</link><pubDate>{formatdate(usegmt=True)}</pubDate></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Qarnabad Post</title>{items}</channel></rss>'.encode()


@dataclass(frozen=True)
class Crawled:
    """One crawl: what the command said, how long it took, its peak memory, its log."""

    summary: Mapping[str, Any]
    seconds: float
    peak_bytes: int
    log: str


def crawl(folder: Path, source: Mapping[str, Any], *more: str, impatient_with: Sequence[str] = ()) -> Crawled:
    """Crawl a source, impatient with what never answers (host and path)."""
    catalog = folder / "catalog"
    catalog.mkdir(exist_ok=True)
    facts = {"id": "qarnabad-post", "name": "Qarnabad Post", "country": "IQ", "languages": ["en", "ar"], "kind": "newspaper"}
    (catalog / "qarnabad-post.yml").write_text(json.dumps({**facts, **source}), encoding="utf-8")  # JSON is YAML too
    fixed = ["--catalog", str(catalog), "--db", f"sqlite:///{folder / 'test.db'}", "--allow-private-hosts", "--delay", "0", "--json"]
    command = [",".join(impatient_with), str(IMPATIENT_SECONDS), str(folder / "peak"), "crawl", *fixed, *more]
    began = time.monotonic()
    done = commands.run(command, module="tests.integration.crawling", timeout=MOST_SECONDS)
    assert done.returncode == 0, done.stderr
    peak = int((folder / "peak").read_text("ascii"))
    return Crawled(json.loads(done.stdout), time.monotonic() - began, peak, done.stderr)


def silent(kinds: Sequence[type[Misbehaviour]], host: Callable[[int], str]) -> list[str]:
    """Return the addresses (host and path) of those that never answer."""
    paths = {kind: "/robots.txt" if "/robots.txt" in kind.more else f"/{kind.name()}" for kind in kinds if kind.outcome == "timeout"}
    return [host(number) + paths[kind] for number, kind in enumerate(kinds) if kind in paths]


# --- pages ---


@dataclass(frozen=True)
class World:
    """The crawl over all pages: its ledger by misbehaviour, what the server saw, what is stored."""

    crawled: Crawled
    ledger: Mapping[str, Sequence[Fetch]]
    hits: Sequence[Hit]
    stored: Mapping[str, str]


def host_of(number: int) -> str:
    return f"127.0.1.{number + 1}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("misbehaviours")
    hosts: dict[str, dict[str, Resource]] = {
        host_of(number): {"/robots.txt": OPEN, f"/{kind.name()}": kind(), **kind.more} for number, kind in enumerate(KINDS)
    }
    front: dict[str, Resource] = {"/robots.txt": OPEN, **{f"/{name}": Plain(200, article(name), HTML) for name in GOOD}}
    hosts[FRONT] = front
    with Site(hosts) as site, Site({UNTRUSTED: {"/robots.txt": OPEN}}, tls=self_signed(folder, UNTRUSTED)) as untrusted:
        urls = {kind.name(): site.url(host_of(number), f"/{kind.name()}") for number, kind in enumerate(KINDS)}
        urls |= {name: site.url(FRONT, f"/{name}") for name in GOOD}
        urls |= {"untrusted-certificate": untrusted.url(UNTRUSTED, "/ok"), "local-file": "file:///etc/passwd"}
        front["/feed"] = Plain(200, rss([*urls.values(), *urls.values()]), {"Content_Type": "application/rss+xml"})
        source = {"homepage": site.url(FRONT, "/"), "feeds": [{"url": site.url(FRONT, "/feed")}]}
        crawled = crawl(folder, source, impatient_with=silent(KINDS, host_of))
        with Database.open(f"sqlite:///{folder / 'test.db'}") as database, Corpus(database) as corpus:
            rows = list(runs.ledger(database))
            stored = {found.url: found.title or "" for found in corpus.articles(ArticleFilter())}
            assert database.check() == []
        names = {url: name for name, url in urls.items()}
        ledger: dict[str, list[Fetch]] = {}
        for row in rows:
            ledger.setdefault(names[row.candidate_url], []).append(row)
        yield World(crawled, ledger, list(site.hits), {names[url]: title for url, title in stored.items()})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name())
def test_misbehaviour_ends_in_its_outcome(world: World, kind: type[Misbehaviour]) -> None:
    (row,) = world.ledger[kind.name()]
    assert (row.outcome, row.reason) == (kind.outcome, row.reason)
    assert kind.reason in row.reason
    assert row.reason or row.outcome is Outcome.NEW
    assert (kind.name() in world.stored) == (row.outcome is Outcome.NEW)


@pytest.mark.parametrize("number", range(len(KINDS)), ids=lambda number: KINDS[number].name())
def test_misbehaviour_is_not_asked_more_often_than_it_may_be(world: World, number: int) -> None:
    kind = KINDS[number]
    paths = Counter(hit.path.partition("?")[0] for hit in world.hits if hit.host == host_of(number))
    assert paths[f"/{kind.name()}"] <= kind.most_requests
    assert set(paths) <= {"/robots.txt", f"/{kind.name()}", *kind.more}


def test_there_are_enough_of_them() -> None:
    assert len(KINDS) >= 100
    assert len({kind.name() for kind in KINDS}) == len(KINDS)
    assert all(kind.__doc__ for kind in KINDS)


def test_good_pages_beside_them_are_stored(world: World) -> None:
    for name in GOOD:
        assert [row.outcome for row in world.ledger[name]] == [Outcome.NEW]
        assert name.replace("-", " ") in world.stored[name]


def test_address_that_cannot_be_fetched_is_counted(world: World) -> None:
    (untrusted,) = world.ledger["untrusted-certificate"]
    assert untrusted.outcome is Outcome.NETWORK_ERROR
    assert "certificate verify failed" in untrusted.reason
    assert "local-file" not in world.ledger or world.ledger["local-file"][0].outcome is Outcome.UNSAFE_URL


def test_every_candidate_is_counted_once(world: World) -> None:
    summary = world.crawled.summary
    assert summary["status"] == "finished"
    assert summary["attempted"] == sum(summary["outcomes"].values()) == sum(len(rows) for rows in world.ledger.values())
    assert set(world.ledger) - {"local-file"} == {*(kind.name() for kind in KINDS), *GOOD, "untrusted-certificate"}


def test_crawl_stays_within_time_and_memory_and_its_log_is_quiet(world: World) -> None:
    assert world.crawled.seconds < MOST_SECONDS
    assert 0 < world.crawled.peak_bytes < MOST_BYTES
    assert without_waits(world.crawled.log) == ""


# --- revisits ---

STAND_INS: Mapping[str, Resource] = {
    "bot wall": misbehaving_walls.DistilInterruption(),
    "captcha": misbehaving_walls.CaptchaPage(),
    "refusal": misbehaving_walls.AkamaiDenial(),
    "consent by redirect": misbehaving_walls.ConsentByRedirect(),
    "consent": misbehaving_walls.ConsentToPay(),
    "consent in Turkish": misbehaving_walls.ConsentInTurkish(),
    "login by redirect": misbehaving_walls.LoginByRedirect(),
    "login": misbehaving_walls.LoginForm(),
    "teaser": misbehaving_walls.PaidTeaser(),
    "marked teaser": misbehaving_walls.MarkedTeaser(),
    "soft 404": misbehaving_walls.SoftNotFound(),
    "front page": misbehaving_pages.RedirectToFront(),
    "unasked 304": misbehaving_pages.NotModifiedUnasked(),
    "cut gzip": misbehaving_pages.CutGzip(),
}


def test_what_stands_in_for_a_stored_article_never_becomes_its_revision(tmp_path: Path) -> None:
    articles = {f"/stored-{number}": Plain(200, article(f"stored-{number}"), HTML) for number in range(len(STAND_INS))}
    more = {
        path: resource for stand_in in STAND_INS.values() if isinstance(stand_in, Misbehaviour) for path, resource in stand_in.more.items()
    }
    front: dict[str, Resource] = {**more, "/robots.txt": OPEN, **articles}
    with Site({FRONT: front}) as site:
        urls = [site.url(FRONT, path) for path in articles]
        front["/feed"] = Plain(200, rss(urls), {"Content_Type": "application/rss+xml"})
        source = {"homepage": site.url(FRONT, "/"), "feeds": [{"url": site.url(FRONT, "/feed")}]}
        first = crawl(tmp_path, source, "--revisit", "1s")
        assert first.summary["outcomes"] == {"new": len(articles)}
        front.update(zip(articles, STAND_INS.values(), strict=True))
        time.sleep(1.1)
        second = crawl(tmp_path, source, "--revisit", "1s")
    assert second.summary["attempted"] == len(articles)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database, Corpus(database) as corpus:
        kept = {found.url: found for found in corpus.articles(ArticleFilter())}
        outcomes = {
            name: [row.outcome for row in runs.ledger(database) if row.candidate_url == url]
            for name, url in zip(STAND_INS, urls, strict=True)
        }
    assert {url: (found.revisions, found.gone_at) for url, found in kept.items()} == dict.fromkeys(urls, (1, None))
    accepted = {Outcome.BLOCKED, Outcome.CONSENT_WALL, Outcome.PAYWALLED, Outcome.NO_TEXT, Outcome.HTTP_ERROR, Outcome.MALFORMED}
    assert all(first is Outcome.NEW and second in accepted for first, second in outcomes.values()), outcomes


# --- channels ---

CHANNELS = [kind for kind in concrete(misbehaving_channels.__name__) if issubclass(kind, misbehaving_channels.Channel)]


@dataclass(frozen=True)
class Channels:
    """The crawl over all channels: its polls by misbehaviour, its ledger, what the server saw."""

    crawled: Crawled
    polls: Mapping[str, Sequence[Poll]]
    ledger: Sequence[Fetch]
    hits: Sequence[Hit]


def channel_host(number: int) -> str:
    return f"127.0.2.{number + 1}"


@pytest.fixture(scope="module")
def channel_world(tmp_path_factory: pytest.TempPathFactory) -> Channels:
    folder = tmp_path_factory.mktemp("channels")
    hosts: dict[str, dict[str, Resource]] = {}
    for number, kind in enumerate(CHANNELS):
        good = f"good-{kind.name()}"
        hosts[channel_host(number)] = {
            "/robots.txt": OPEN,
            f"/{kind.name()}": kind(),
            f"/{good}": Plain(200, article(good), HTML),
            **kind.more,
        }
    with Site(hosts) as site:
        places: dict[str, list[Any]] = {"feeds": [], "sitemaps": [], "sections": []}
        for number, kind in enumerate(CHANNELS):
            url = site.url(channel_host(number), f"/{kind.name()}")
            places[kind.kind].append({"feeds": {"url": url}, "sections": {"url": url, "pages": 3}}.get(kind.kind, url))
        source = {"homepage": site.url(channel_host(0), "/"), **places}
        crawled = crawl(folder, source, impatient_with=silent(CHANNELS, channel_host))
        with Database.open(f"sqlite:///{folder / 'test.db'}") as database:
            polls: dict[str, list[Poll]] = {}
            for poll in channels.ledger(database):
                polls.setdefault(poll.url.split("/")[3].partition("?")[0], []).append(poll)
            return Channels(crawled, polls, list(runs.ledger(database)), list(site.hits))


@pytest.mark.parametrize("kind", CHANNELS, ids=lambda kind: kind.name())
def test_channel_ends_in_its_status(channel_world: Channels, kind: type[misbehaving_channels.Channel]) -> None:
    poll = channel_world.polls[kind.name()][0]
    assert (poll.status, poll.reason, poll.named) == (kind.outcome, poll.reason, kind.named)
    assert kind.reason in poll.reason
    assert poll.reason or poll.status in {"ok", "empty", "index"}


@pytest.mark.parametrize("number", range(len(CHANNELS)), ids=lambda number: CHANNELS[number].name())
def test_channel_is_not_asked_more_often_than_it_may_be(channel_world: Channels, number: int) -> None:
    kind = CHANNELS[number]
    paths = Counter(hit.path.partition("?")[0] for hit in channel_world.hits if hit.host == channel_host(number))
    assert paths[f"/{kind.name()}"] <= kind.most_requests


def test_good_page_that_a_channel_names_is_stored(channel_world: Channels) -> None:
    outcomes = {urlsplit(fetch.candidate_url).path: fetch.outcome for fetch in channel_world.ledger}
    for kind in CHANNELS:
        if kind.named:
            assert outcomes[f"/good-{kind.name()}"] is Outcome.NEW, kind.name()
    assert len(channel_world.ledger) == len({fetch.candidate_url for fetch in channel_world.ledger})
    assert Outcome.UNSAFE_URL in {fetch.outcome for fetch in channel_world.ledger}


def test_bad_channels_stay_within_time_and_memory_and_the_log_is_quiet(channel_world: Channels) -> None:
    assert channel_world.crawled.summary["status"] == "finished"
    assert channel_world.crawled.seconds < MOST_SECONDS
    assert 0 < channel_world.crawled.peak_bytes < MOST_BYTES
    assert without_waits(channel_world.crawled.log) == ""
