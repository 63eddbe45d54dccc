"""robots.txt is obeyed as RFC 9309 says, whatever state it is in."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from OpenSSL import SSL
from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.internet.error import ConnectionLost, NoRouteError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.failures import FetchRefused
from crawler.gate import HostGate
from crawler.middlewares.guard import EXPECTS, Expected
from crawler.middlewares.robots import RobotsConfig, RobotsMiddleware, learn_crawl_delay, lifetime_of, parse_robots
from storage.crawls.robots import StoredRobots
from storage.errors import DatabaseUnavailable
from storage.records import Outcome

ORIGIN = "https://qarnabad-post.example"
CLOSED = b"User-agent: *\nDisallow: /closed\nCrawl-delay: 7\n"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class FakeEngine:
    """Stands for the way to the network: answers every robots.txt as told, and counts."""

    answer: Callable[[Request], Response]
    asked: list[Request] = field(default_factory=list)

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.answer(request)


@dataclass
class World:
    """A middleware with a fake engine and a clock."""

    engine: FakeEngine
    now: datetime = NOW
    gate: HostGate = field(default_factory=HostGate)

    def __post_init__(self) -> None:
        crawler = get_crawler(Spider)
        crawler.engine = self.engine  # type: ignore[assignment]
        self.middleware = RobotsMiddleware(crawler, self.gate, now=lambda: self.now)

    async def ask(self, path: str, **meta: Any) -> FetchRefused | None:
        try:
            await self.middleware.process_request(Request(ORIGIN + path, meta=meta))
        except FetchRefused as refused:
            return refused
        return None


def answering(status: int = 200, body: bytes = CLOSED, **headers: str) -> World:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return World(FakeEngine(lambda request: Response(request.url, status=status, body=body, headers=named)))


def failing(error: Exception) -> World:
    def fail(_request: Request) -> Response:
        raise error

    return World(FakeEngine(fail))


async def both(world: World) -> tuple[FetchRefused | None, FetchRefused | None]:
    return await world.ask("/open"), await world.ask("/closed")


def test_rules_are_obeyed_and_fetched_once() -> None:
    world = answering()
    opened, closed = asyncio.run(both(world))
    assert opened is None
    assert closed is not None
    assert (closed.outcome, closed.reason, closed.not_before) == (Outcome.ROBOTS_DENIED, "forbidden by robots.txt", None)
    assert [request.url for request in world.engine.asked] == [f"{ORIGIN}/robots.txt"]


def test_requests_of_one_origin_wait_for_the_same_fetch() -> None:
    world = answering()

    async def many() -> list[FetchRefused | None]:
        return await asyncio.gather(*(world.ask("/closed") for _ in range(5)))

    assert all(asyncio.run(many()))
    assert len(world.engine.asked) == 1


@pytest.mark.parametrize(
    ("url", "meta", "status", "body", "encoding", "delay_seconds"),
    [
        (f"{ORIGIN}/robots.txt", {}, 200, CLOSED, "", 7.0),
        (f"{ORIGIN}/robots.txt", {}, 200, gzip.compress(CLOSED, mtime=0), "gzip", 7.0),
        (f"{ORIGIN}/robots.txt", {}, 200, b"no gzip", "gzip", 1.0),
        (f"{ORIGIN}/robots.txt", {}, 404, CLOSED, "", 1.0),
        (f"{ORIGIN}/rules", {"redirect_urls": [f"{ORIGIN}/robots.txt"]}, 200, CLOSED, "", 7.0),
        (f"{ORIGIN}/rules", {"redirect_urls": ["https://elsewhere.example/robots.txt"]}, 200, CLOSED, "", 1.0),
        (f"{ORIGIN}/robots.txt", {EXPECTS: Expected.PAGE}, 200, CLOSED, "", 1.0),
    ],
)
def test_crawl_delay_counts_before_the_next_crawl_has_its_turn(
    url: str, meta: dict[str, Any], status: int, body: bytes, encoding: str, delay_seconds: float
) -> None:
    gate = HostGate()
    request = Request(url, meta={EXPECTS: Expected.ROBOTS, **meta})
    response = Response(url, status=status, body=body, headers={"Content-Encoding": encoding} if encoding else None)
    learn_crawl_delay(gate, request, response)
    assert gate.delay_seconds("qarnabad-post.example", 1.0) == delay_seconds


def test_crawl_delay_reaches_the_gate() -> None:
    world = answering()
    asyncio.run(both(world))
    assert world.gate.delay_seconds("qarnabad-post.example", 1.0) == 7.0


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
def test_absent_rules_allow_everything(status: int) -> None:
    assert asyncio.run(both(answering(status))) == (None, None)


@pytest.mark.parametrize("status", [429, 500, 503, 599])
def test_sick_server_denies_everything_for_now(status: int) -> None:
    for refused in asyncio.run(both(answering(status))):
        assert refused is not None
        assert refused.reason == f"robots.txt cannot be read: HTTP {status}"
        assert refused.not_before == NOW + timedelta(minutes=15)


def test_retry_after_of_robots_counts() -> None:
    refused, _ = asyncio.run(both(answering(503, Retry_After="7200")))
    assert refused is not None
    assert refused.not_before == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DownloadFailedError("x"), "the connection broke"),
        (ResponseDataLossError("x"), "the answer broke off"),
        (FetchRefused(Outcome.UNSAFE_URL, "not of the public internet"), "not of the public internet"),
        (FetchRefused(Outcome.TOO_LARGE, "unpacks to too much", http_status=200), "unpacks to too much"),
    ],
)
def test_rules_that_cannot_be_read_deny_everything(error: Exception, reason: str) -> None:
    for refused in asyncio.run(both(failing(error))):
        assert refused is not None
        assert refused.outcome is Outcome.ROBOTS_DENIED
        assert reason in refused.reason


def broken(cause: Exception) -> DownloadFailedError:
    """Wrap what really happened as Twisted and Scrapy do."""
    error = DownloadFailedError("x")
    error.__cause__ = ResponseFailed([Failure(cause)])  # type: ignore[no-untyped-call]
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (CannotResolveHostError("x"), Outcome.NETWORK_ERROR, "the host name cannot be resolved"),
        (DownloadConnectionRefusedError("x"), Outcome.NETWORK_ERROR, "the connection was refused"),
        (NoRouteError(), Outcome.NETWORK_ERROR, "the connection broke (NoRouteError)"),  # type: ignore[no-untyped-call]
        (broken(SSL.Error([("x", "y", "certificate verify failed")])), Outcome.NETWORK_ERROR, "certificate verify failed"),
        (DownloadTimeoutError("x"), Outcome.TIMEOUT, "no complete answer in time"),
        (broken(ConnectionLost()), Outcome.ROBOTS_DENIED, "the connection broke"),
    ],
)
def test_host_that_cannot_be_reached_is_no_matter_of_robots(error: Exception, outcome: Outcome, reason: str) -> None:
    world = failing(error)
    for refused in asyncio.run(both(world)):
        assert refused is not None
        assert (refused.outcome, refused.not_before) == (outcome, NOW + timedelta(minutes=15))
        assert reason in refused.reason
    assert len(world.engine.asked) == 1


def test_host_that_is_unsafe_itself_is_unsafe_and_not_denied() -> None:
    refused, _ = asyncio.run(both(failing(FetchRefused(Outcome.UNSAFE_URL, "leads inside", url=f"{ORIGIN}/robots.txt"))))
    assert refused is not None
    assert refused.outcome is Outcome.UNSAFE_URL


def test_endless_redirects_mean_that_there_are_no_rules() -> None:
    assert asyncio.run(both(failing(FetchRefused(Outcome.HTTP_ERROR, "too many redirects", http_status=302)))) == (None, None)


def test_host_that_must_be_left_alone_is_blocked_and_asked_again_later() -> None:
    world = failing(FetchRefused(Outcome.BLOCKED, "left alone", not_before=NOW))
    first, second = asyncio.run(both(world))
    assert first is not None
    assert second is not None
    assert first.outcome is second.outcome is Outcome.BLOCKED
    assert len(world.engine.asked) == 2


@pytest.mark.parametrize(("status", "lifetime"), [(200, timedelta(hours=24)), (503, timedelta(minutes=15))])
def test_rules_are_fetched_again_after_their_time(status: int, lifetime: timedelta) -> None:
    world = answering(status)

    async def later() -> list[int]:
        counts = []
        for wait in (timedelta(0), lifetime - timedelta(seconds=1), timedelta(seconds=1)):
            world.now += wait
            await world.ask("/open")
            counts.append(len(world.engine.asked))
        return counts

    assert asyncio.run(later()) == [1, 1, 2]


def test_fetch_of_robots_itself_is_not_held() -> None:
    world = answering()
    assert asyncio.run(world.ask("/robots.txt", **{EXPECTS: Expected.ROBOTS})) is None
    assert world.engine.asked == []


def test_robots_request_follows_five_redirects_and_begins_large_files() -> None:
    world = answering()
    asyncio.run(both(world))
    meta = world.engine.asked[0].meta
    assert meta["redirect_ttl"] == 5
    assert meta["download_maxsize"] > 1 << 30


def test_long_robots_download_is_ended() -> None:
    middleware = answering().middleware
    robots, page = Request(f"{ORIGIN}/robots.txt", meta={EXPECTS: Expected.ROBOTS}), Request(f"{ORIGIN}/a")
    middleware.bytes_received(b"x" * 500 * 1024, robots)
    with pytest.raises(StopDownload):
        middleware.bytes_received(b"x", robots)
    middleware.bytes_received(b"x" * 10**6, page)


def test_middleware_listens_to_its_crawl() -> None:
    assert isinstance(RobotsMiddleware.from_crawler(get_crawler(Spider)), RobotsMiddleware)


def test_only_the_first_500_kib_count_and_no_cut_line() -> None:
    long = b"User-agent: *\nDisallow: /closed\n" + b"# filler\n" * 60_000 + b"Disallow: /later\n"
    rules = parse_robots(long)
    assert rules.denial(f"{ORIGIN}/closed")
    assert rules.denial(f"{ORIGIN}/later") is None
    cut = parse_robots(b"User-agent: *\nDisallow: /a\nDisallow: /blog", RobotsConfig(max_bytes=40))
    assert cut.denial(f"{ORIGIN}/blog/x") is None


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("User-agent: Dragoman\nDisallow: /\n\nUser-agent: *\nAllow: /", True),
        ("User-agent: dragoman\nAllow: /\n\nUser-agent: *\nDisallow: /", False),
        ("User-agent: otherbot\nDisallow: /", False),
        ("\ufeffUser-agent: *\r\nDisallow: /", True),
        ("User-agent: *\rDisallow: /", True),
        ("User-agent: *\nDisallow: /*.php$", False),
        ("<!doctype html><p>Page not found", False),
        ("", False),
        ("User-agent: *\nDisallow: /ق", False),
        ("User-agent: *\x00\nDisallow: /", True),
    ],
)
def test_group_for_us_counts(text: str, denied: bool) -> None:
    assert (parse_robots(text.encode()).denial(f"{ORIGIN}/any") is not None) is denied


RFC_EXAMPLE = """
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


def rules_for_us(*lines: str) -> str:
    return "\n".join(["User-agent: Dragoman", *lines])


@pytest.mark.parametrize(
    ("text", "path", "denied"),
    [
        # section 5.1: simple example, in the part that is for everybody
        (RFC_EXAMPLE, "/example/page.html", True),
        (RFC_EXAMPLE, "/pictures/a.gif", True),
        (RFC_EXAMPLE, "/pictures/a.gif?large", False),
        (RFC_EXAMPLE, "/publications/2026", False),
        (RFC_EXAMPLE.replace("foobot", "dragoman"), "/anything", True),
        (RFC_EXAMPLE.replace("foobot", "dragoman"), "/example/page.html", False),
        (RFC_EXAMPLE.replace("quxbot", "dragoman"), "/example/page.html", False),
        # 5.2 and 2.2.2: the longest match wins, and of equal ones the one that allows
        (rules_for_us("Allow: /example/page/", "Disallow: /example/page/disallowed.gif"), "/example/page/disallowed.gif", True),
        (rules_for_us("Allow: /example/page/", "Disallow: /example/page/disallowed.gif"), "/example/page/other.gif", False),
        (rules_for_us("Disallow: /", "Allow: /news"), "/news/1", False),
        (rules_for_us("Disallow: /news", "Allow: /news"), "/news/1", False),
        # 2.2.2: case counts in paths, a path matches from its first character
        (rules_for_us("Disallow: /News"), "/news", False),
        (rules_for_us("Disallow: /news"), "/old/news", False),
        (rules_for_us("Disallow:"), "/anything", False),
        (rules_for_us("Disallow: /"), "/", True),
        # 2.2.3: special characters
        (rules_for_us("Disallow: /*/print"), "/2026/11/print", True),
        (rules_for_us("Disallow: /*.pdf$"), "/report.pdf", True),
        (rules_for_us("Disallow: /*.pdf$"), "/report.pdf?x", False),
        (rules_for_us("Disallow: /page$"), "/page/2", False),
        (rules_for_us("Disallow: /search?q="), "/search?q=peace", True),
        (rules_for_us("Disallow: /a # not /b"), "/a", True),
        (rules_for_us("Disallow: /path/file-with-a-%2A.html"), "/path/file-with-a-*.html", True),
        # 2.2.2: percent-encoding, in capitals or not, and letters of any script
        (rules_for_us("Disallow: /foo/bar/ツ"), "/foo/bar/%E3%83%84", True),
        (rules_for_us("Disallow: /foo/bar/%e3%83%84"), "/foo/bar/%E3%83%84", True),
        (rules_for_us("Disallow: /سياسة"), "/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/1", True),
        (rules_for_us("Disallow: /foo/bar/%62%61%7A"), "/foo/bar/baz", True),
        (rules_for_us("Disallow: /a%2Fb"), "/a/b", False),
        # 2.2.1: groups for one agent are one group; other lines do not part them; letters of names in any case
        ("User-agent: dragoman\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\nUser-agent: DRAGOMAN\nDisallow: /c", "/c", True),
        ("User-agent: dragoman\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\nUser-agent: DRAGOMAN\nDisallow: /c", "/a", True),
        ("User-agent: dragoman\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\nUser-agent: DRAGOMAN\nDisallow: /c", "/b", False),
        ("User-agent: other\nUser-agent: dragoman\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /a\nUser-agent: dragoman\nDisallow: /b", "/a", False),
        ("User-agent: dragoman\nSitemap: https://x.example/s.xml\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
        ("Disallow: /a", "/a", False),
        # names: the product token decides, neither a version behind it nor a name that begins or ends alike
        ("User-agent: Dragoman/1.0 (news)\nDisallow: /", "/a", True),
        ("User-agent: Drago\nDisallow: /", "/a", False),
        ("User-agent: Dragoman-News\nDisallow: /", "/a", False),
        ("User-agent: man\nDisallow: /", "/a", False),
        ("user agent dragoman\nDisallow: /", "/a", True),
        ("User-agent: dragoman # our friend\nDisallow: /", "/a", True),
        # the file itself may always be read
        (rules_for_us("Disallow: /"), "/robots.txt", False),
    ],
)
def test_rules_mean_what_rfc_9309_says(text: str, path: str, denied: bool) -> None:
    assert (parse_robots(text.encode()).denial(ORIGIN + path) is not None) is denied


@pytest.mark.parametrize(("line", "seconds"), [("5", 5.0), ("0.5", 0.5), ("-1", None), ("soon", None), ("inf", None)])
def test_crawl_delay_is_a_number_or_nothing(line: str, seconds: float | None) -> None:
    assert parse_robots(rules_for_us(f"Crawl-delay: {line}").encode()).crawl_delay_seconds == seconds


def test_file_made_to_be_slow_is_read_quickly() -> None:
    names = "\n".join(f"User-agent: bot{number}" for number in range(12_000))
    rules = "\n".join(f"Disallow: /{number}" for number in range(14_000))
    text = f"{names}\nUser-agent: dragoman\n{rules}".encode()
    assert len(text) < RobotsConfig().max_bytes
    began = time.process_time()
    assert parse_robots(text).denial(f"{ORIGIN}/13999")
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("header", "lifetime"),
    [
        ("", timedelta(hours=24)),
        ("max-age=3600", timedelta(hours=1)),
        ('public, Max-Age="7200"', timedelta(hours=2)),
        ("max-age=31536000", timedelta(hours=24)),
        ("max-age=5", timedelta(minutes=10)),
        ("no-cache, max-age=3600", timedelta(minutes=10)),
        ("no-store", timedelta(minutes=10)),
        ("max-age=-1", timedelta(hours=24)),
        ("max-age=" + "9" * 400, timedelta(hours=24)),
        ("s-maxage=60, public", timedelta(hours=24)),
    ],
)
def test_cache_control_may_shorten_the_life_of_rules(header: str, lifetime: timedelta) -> None:
    assert lifetime_of(header) == lifetime


@dataclass
class Shelf:
    """Keeps robots.txt files in memory; `ill` makes it fail as a database does."""

    kept: dict[str, StoredRobots] = field(default_factory=dict)
    ill: bool = False

    async def robots_of(self, origin: str, now: datetime) -> StoredRobots | None:
        if self.ill:
            raise DatabaseUnavailable("the disk is full")
        found = self.kept.get(origin)
        return found if found is not None and found.expires_at > now else None

    async def keep_robots(self, answer: StoredRobots) -> None:
        if self.ill:
            raise DatabaseUnavailable("the disk is full")
        self.kept[answer.origin] = answer


def test_rules_are_kept_for_the_next_run_until_they_expire() -> None:
    shelf = Shelf()

    def run(now: datetime) -> tuple[int, list[bool]]:
        world = answering(Cache_Control="max-age=7200")
        world.now, world.gate.shelf = now, shelf
        results = asyncio.run(both(world))
        assert world.gate.delay_seconds("qarnabad-post.example", 1.0) == 7.0
        return len(world.engine.asked), [refused is not None for refused in results]

    assert run(NOW) == (1, [False, True])
    assert run(NOW + timedelta(hours=2, seconds=-1)) == (0, [False, True])
    assert run(NOW + timedelta(hours=2)) == (1, [False, True])


@pytest.mark.parametrize("status", [404, 403])
def test_absence_of_rules_is_kept_too(status: int) -> None:
    shelf = Shelf()
    first, second = answering(status, b"a page of excuses"), answering(status)
    first.gate.shelf = second.gate.shelf = shelf
    assert asyncio.run(both(first)) == asyncio.run(both(second)) == (None, None)
    assert shelf.kept[ORIGIN] == StoredRobots(ORIGIN, NOW, NOW + timedelta(hours=24), status, b"")
    assert second.engine.asked == []


def test_failure_to_read_rules_is_never_kept() -> None:
    shelf = Shelf()
    for world in (answering(503), answering(429), failing(DownloadTimeoutError("x")), failing(CannotResolveHostError("x"))):
        world.gate.shelf = shelf
        asyncio.run(both(world))
    assert shelf.kept == {}


def test_shelf_that_fails_costs_a_request_and_no_rule(caplog: pytest.LogCaptureFixture) -> None:
    world = answering()
    world.gate.shelf = Shelf(ill=True)
    opened, closed = asyncio.run(both(world))
    assert (opened, closed is None) == (None, False)
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "asked for again: the disk is full" in caplog.text
    assert "cannot be kept: the disk is full" in caplog.text
