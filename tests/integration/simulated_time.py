"""A simulated stretch of time: sources publish by their rhythms on a real site on loopback, and are crawled when the scheduler says.

What is real: HTTP and its 304s, feeds, the parser of feeds, the frontier, the ledgers, articles and their storage, histories, health,
rhythm and roster. What is not: the clock; Scrapy and the extraction, of which a week would take a day of computing, so that a page is a
title and a text.
"""

from __future__ import annotations

import http.client
import random
import threading
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

from crawler.catalog import Feed, Source
from crawler.discovery.feeds import parse_feed
from crawler.urls import canonical_url
from crawler.watch import roster
from crawler.watch.appointments import appoint
from storage import articles, runs, sources
from storage.crawls import channels, frontier
from storage.crawls.channels import Answer
from storage.crawls.records import FeedState, FrontierEntry, Poll
from storage.database import Database
from storage.health import conditions
from storage.records import ArticleDraft, Attempt, ChannelKind, RunKind, RunStatus

WINDOW = 30  # items that a feed shows
PAUSE = timedelta(seconds=1)  # between two requests to one host
#: Shares of a day's articles by local hour: a newsroom of a newspaper, one of an agency, and a site that is fed by hand in the office.
NEWSPAPER = (0.4, 0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 1.0, 1.4, 1.7, 1.8, 1.8, 1.7, 1.6, 1.6, 1.5, 1.4, 1.3, 1.3, 1.2, 1.1, 0.9, 0.8, 0.6)
AGENCY = (0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.9, 1.1, 1.3, 1.4, 1.4, 1.4, 1.3, 1.3, 1.3, 1.3, 1.2, 1.2, 1.1, 1.1, 1.0, 0.9, 0.8, 0.7)
OFFICE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.5, 1.8, 2.6, 3.0, 3.0, 2.6, 2.4, 2.3, 2.0, 1.5, 0.9, 0.5, 0.3, 0.2, 0.1, 0.0, 0.0)
_FRIDAY_AND_SATURDAY = frozenset("AE BH DZ EG IQ JO KW LY OM PS QA SA SD SY YE".split())  # noqa: SIM905 - reads as a list
WORDS = tuple(
    f"{first}{second}" for first in ("bar", "kel", "mor", "tas", "vin", "zar") for second in ("ad", "esh", "im", "on", "ul", "yat", "or")
)


@dataclass(frozen=True)
class Outlet:
    """A source and when it publishes."""

    source: Source
    published: tuple[datetime, ...]


def rate_per_day(source: Source) -> float:
    """Return the articles a day of a source: half the harmonic mean of its expected bounds, which are generous upwards.

    Rather too few than too many: the fewer there are, the harder it is to come at the right time.
    """
    if source.expected is None:
        return 2.0
    low, high = max(source.expected.low, 0.3), source.expected.high
    return low * high / (low + high)


def publish(source: Source, begin: datetime, end: datetime, rng: random.Random, scale: float = 1.0) -> tuple[datetime, ...]:
    """Draw when a source publishes: by the hours of its kind and the weekend of its country, clustered as news is."""
    zone = ZoneInfo(source.time_zone)
    rate = rate_per_day(source) * scale
    hours = AGENCY if source.kind == "agency" else OFFICE if rate < 6 else NEWSPAPER
    off = (4, 5) if source.country in _FRIDAY_AND_SATURDAY else (5, 6)
    made: list[datetime] = []
    at = begin
    while at < end:
        local = at.astimezone(zone)
        mean = rate / 24 * hours[local.hour] * 24 / sum(hours) * (0.5 if local.weekday() in off else 1.2)
        mean *= rng.gammavariate(2.0, 0.5)
        wait = rng.expovariate(1.0)
        while wait < mean:
            made.append(at + timedelta(hours=wait / mean))
            wait += rng.expovariate(1.0)
        at += timedelta(hours=1)
    return tuple(sorted(made))


@dataclass
class Clock:
    """The time of the simulation."""

    now: datetime


class World:
    """The sites of all outlets, at one address; what they show follows from the clock."""

    def __init__(self, outlets: Sequence[Outlet], clock: Clock) -> None:
        """Take the outlets and the clock."""
        self.clock = clock
        self.outlets = {outlet.source.id: outlet for outlet in outlets}
        self.requests = {"feed": 0, "page": 0}
        self._pages: dict[str, str] = {}

    def feed(self, source_id: str) -> tuple[str, str]:
        """Return the feed as it stands, and its entity tag."""
        published = self.outlets[source_id].published
        count = bisect_right(published, self.clock.now)
        return self._feed(source_id, count) if count else ("<rss><channel></channel></rss>", '"0"')

    def _feed(self, source_id: str, count: int) -> tuple[str, str]:
        published = self.outlets[source_id].published
        items = "".join(
            f"<item><title>{title(source_id, number)}</title><link>http://{source_id}.example/{number}</link>"
            f"<pubDate>{format_datetime(published[number])}</pubDate></item>"
            for number in range(count - 1, max(-1, count - 1 - WINDOW), -1)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{source_id}</title>{items}</channel></rss>', f'"{count}"'

    @contextmanager
    def on_the_air(self) -> Iterator[int]:
        """Serve inside a `with` block; gives the port."""
        world = self

        class Exchange(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                _, source_id, what = self.path.split("/")
                if what != "feed":
                    world.requests["page"] += 1
                    self._send(200, article(source_id, int(what)), "text/html", None)
                    return
                world.requests["feed"] += 1
                body, tag = world.feed(source_id)
                self._send(304 if self.headers.get("If-None-Match") == tag else 200, body, "application/rss+xml", tag)

            def _send(self, status: int, text: str, kind: str, tag: str | None) -> None:
                body = text.encode() if status == 200 else b""
                head = [f"HTTP/1.1 {status} OK", f"Content-Type: {kind}; charset=utf-8", f"Content-Length: {len(body)}"]
                head += [f"ETag: {tag}"] if tag else []
                self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)


def title(source_id: str, number: int) -> str:
    """Return a made-up headline."""
    rng = random.Random(f"{source_id} {number}")
    return " ".join(rng.choices(WORDS, k=6)).capitalize()


def article(source_id: str, number: int) -> str:
    """Return a made-up page."""
    rng = random.Random(f"{source_id} {number} text")
    return f"<title>{title(source_id, number)}</title><p>{' '.join(rng.choices(WORDS, k=20))}."


@dataclass
class Measured:
    """What came of it."""

    polls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    crews: int = 0
    busiest: int = 0
    latest: timedelta = timedelta(0)
    intervals: dict[str, list[tuple[datetime, timedelta]]] = field(default_factory=lambda: defaultdict(list))


class Simulation:
    """Crawl what is due, when it is due, from the begin to the end."""

    def __init__(self, database: Database, world: World, port: int, seed: int = 1) -> None:
        """Take an open database, and the world with the port at which it is served."""
        self.database, self.world, self.measured = database, world, Measured()
        self.sources = {outlet.source.id: outlet.source for outlet in world.outlets.values()}
        self._rng = random.Random(seed)
        self._states: dict[str, FeedState] = {}
        self._client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sources.sync(database, [source.record() for source in self.sources.values()], world.clock.now)
        # a scheduler that has been at work for a while, not 300 crawls in the first minute; a mirror of the table, as its agenda is
        self._due = {source_id: world.clock.now + timedelta(minutes=self._rng.uniform(0, 60)) for source_id in self.sources}
        for source_id, at in self._due.items():
            sources.set_next_due(database, source_id, at)

    def run(self, end: datetime) -> None:
        """Go from one due source to the next."""
        clock = self.world.clock
        while True:
            due = min(self._due.values())
            if due >= end:
                clock.now = end
                self._client.close()
                return
            self.measured.latest = max(self.measured.latest, clock.now - due)
            clock.now = max(clock.now, due)
            failures = conditions.failures(self.database)
            gathered = roster.gather(sources.list_all(self.database, clock.now + roster.CONFIG.ahead), clock.now)
            for batch in roster.batches(gathered, (), failures, {}):
                self.measured.crews += 1
                self.measured.busiest = max(self.measured.busiest, len(batch.source_ids))
                self.crawl([self.sources[source_id] for source_id in batch.source_ids])

    def crawl(self, crew: Sequence[Source]) -> None:
        """Crawl sources together, as a crew does: their pages are stored in common batches, and all are judged at the end."""
        now = self.world.clock.now
        run_of: dict[str, int] = {}
        attempts: list[Attempt] = []
        for source in crew:
            self.measured.polls[source.id] += 1
            run_id = run_of[source.id] = runs.start(self.database, RunKind.CRAWL, source.id, now)
            self._poll(source, run_id, now)
            entries = frontier.take(self.database, source.id, limit=500, now=now)
            attempts += [self._fetch(source, entry, now + PAUSE * number) for number, entry in enumerate(entries, start=1)]
        for start in range(0, len(attempts), 50):
            articles.save_batch(self.database, run_of, attempts[start : start + 50])
        for run_id in run_of.values():
            runs.finish(self.database, run_id, RunStatus.FINISHED, "", now)
        appoint(self.database, crew, now, chance=self._rng.random)
        for source in crew:
            record = sources.get(self.database, source.id)
            if record.next_due_at is None:
                raise AssertionError(source.id)
            self._due[source.id] = record.next_due_at
            self.measured.intervals[source.id].append((now, record.next_due_at - now))

    def _poll(self, source: Source, run_id: int, now: datetime) -> None:
        url = source.feeds[0].url
        state = self._states.get(source.id) or FeedState(source.id, url)
        status, headers, body = self._get(f"/{source.id}/feed", {"If-None-Match": state.etag} if state.etag else {})
        poll = Poll(run_id, source.id, url, ChannelKind.FEED, "not_modified" if status == 304 else "ok", now, http_status=status)
        entries: list[FrontierEntry] = []
        if status == 200:
            parsed = parse_feed(body, url, headers.get("content-type", ""), now, source.time_zone)
            for item in parsed.items:
                found = item.candidate
                hints = {"published_at": found.published_at.isoformat()} if found.published_at else {}
                entries.append(FrontierEntry(found.url, canonical_url(found.url), source.id, url, now, hints))
            if not entries:
                poll = replace(poll, status="empty")
            state = replace(state, etag=headers.get("etag"), items=len(entries))
        self._states[source.id] = replace(state, fetched_at=now, status=poll.status)
        channels.note(self.database, Answer(poll, self._states[source.id], entries))

    def _fetch(self, source: Source, entry: FrontierEntry, at: datetime) -> Attempt:
        number = entry.url.rpartition("/")[2]
        status, _, body = self._get(f"/{source.id}/{number}", {})
        head, _, text = body.decode().partition("</title><p>")
        draft = ArticleDraft(
            url=entry.url,
            canonical_url=entry.canonical_url,
            source_id=source.id,
            title=head.removeprefix("<title>"),
            text=text,
            fetched_at=at,
            extractor="simulated",
            published_at=datetime.fromisoformat(entry.hints["published_at"]).astimezone(UTC),
            language=source.languages[0],
            relevant=True,
        )
        return Attempt(entry.url, entry.canonical_url, source.id, at, draft, http_status=status, requests=1, channel=ChannelKind.FEED)

    def _get(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        self._client.request("GET", path, headers=dict(headers))
        answer = self._client.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def on_loopback(source: Source) -> Source:
    """Return a source whose feed is that of the simulation, and whose rhythm is adapted."""
    return source.model_copy(
        update={"feeds": (Feed(url=f"http://{source.id}.example/feed"),), "sitemaps": (), "sections": (), "every": None, "cron": None}
    )


@dataclass(frozen=True)
class Report:
    """The numbers: articles published and stored, how long they took, and what was asked for."""

    published: int
    stored: int
    twice: int
    polls: int
    share_of_fixed: float
    median_delay_minutes: float
    median_share_of_mean_interval: float
    median_share_of_planned_interval: float
    sources_over_half: int
    crews: int
    latest_start_seconds: float
    runs_left_running: int


def report(simulation: Simulation, begin: datetime, end: datetime) -> Report:
    """Compare what was stored with what was published until an hour before the end."""
    found: dict[str, datetime] = {}
    twice = 0
    with simulation.database.read() as connection:
        for url, first_seen in connection.exec_driver_sql("SELECT canonical_url, first_seen_at FROM articles").all():
            twice += url in found
            found[url] = datetime.fromisoformat(str(first_seen)).replace(tzinfo=UTC)
        running = connection.exec_driver_sql("SELECT count(*) FROM runs WHERE status = 'running'").scalar_one()
    measured = simulation.measured
    delays: list[float] = []
    of_mean: list[float] = []
    of_planned: list[float] = []
    published = stored = over = 0
    for source_id, outlet in simulation.world.outlets.items():
        mean = (end - begin) / max(1, measured.polls[source_id])
        planned = measured.intervals[source_id]
        starts = [at for at, _ in planned]
        mine: list[float] = []
        last_poll = starts[-1] if starts else begin
        for number, at in enumerate(outlet.published):
            if at < begin or at > last_poll:
                continue
            published += 1
            seen = found.get(canonical_url(f"http://{source_id}.example/{number}"))
            if seen is None:
                continue
            stored += 1
            place = bisect_right(starts, at) - 1
            if place < 0:
                continue
            delay = seen - at
            delays.append(delay / timedelta(minutes=1))
            mine.append(delay / mean)
            of_planned.append(delay / planned[place][1])
        of_mean += mine
        over += bool(mine) and median(mine) > 0.5
    polls = sum(measured.polls.values())
    fixed = len(simulation.sources) * ((end - begin) / timedelta(minutes=15))
    return Report(
        published,
        stored,
        twice,
        polls,
        round(polls / fixed, 3),
        round(median(delays), 1),
        round(median(of_mean), 3),
        round(median(of_planned), 3),
        over,
        measured.crews,
        measured.latest.total_seconds(),
        running,
    )


def median(values: Sequence[float]) -> float:
    """Return the median; 0 of nothing."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
