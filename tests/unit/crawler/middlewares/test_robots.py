"""robots.txt is obeyed as RFC 9309 says, whatever state it is in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import DownloadTimeoutError, StopDownload
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.failures import FetchRefused
from crawler.gate import HostGate
from crawler.middlewares.guard import EXPECTS, Expected
from crawler.middlewares.robots import RobotsConfig, RobotsMiddleware, parse_robots
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
        (DownloadTimeoutError("x"), "no complete answer in time"),
        (FetchRefused(Outcome.UNSAFE_URL, "not of the public internet"), "not of the public internet"),
        (FetchRefused(Outcome.TOO_LARGE, "unpacks to too much", http_status=200), "unpacks to too much"),
    ],
)
def test_rules_that_cannot_be_read_deny_everything(error: Exception, reason: str) -> None:
    for refused in asyncio.run(both(failing(error))):
        assert refused is not None
        assert refused.outcome is Outcome.ROBOTS_DENIED
        assert reason in refused.reason


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


def test_file_made_to_be_slow_denies_everything_at_once() -> None:
    names = "\n".join(f"User-agent: bot{number}" for number in range(5_000))
    rules = "\n".join(f"Disallow: /{number}" for number in range(5_000))
    reason = parse_robots(f"{names}\n{rules}".encode()).denial(f"{ORIGIN}/any")
    assert reason == "robots.txt cannot be read: it names more agents and rules than can be read"
