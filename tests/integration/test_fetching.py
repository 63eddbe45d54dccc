"""Against a site that misbehaves, every address ends in the outcome it should have, and no host is asked too often or too soon."""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from crawler.host_turns import lock_directory
from tests import commands
from tests.integration.ambush import wait_until
from tests.integration.impatience import without_waits
from tests.integration.site import (
    BrotliBomb,
    EndlessRobots,
    Hit,
    LargeFile,
    Plain,
    Redirect,
    Reset,
    Resource,
    Silent,
    Site,
    robots,
    self_signed,
)

OPEN = {"/robots.txt": robots("User-agent: *\nAllow: /\n")}
CLOSED = "User-agent: *\nDisallow: /closed\n"
#: How long those may take that never answer; the others have half a minute, as in the field.
IMPATIENT_SECONDS = 1.0
LOOPBACK = {"DRAGOMAN_ALLOW_PRIVATE_HOSTS": True, "DRAGOMAN_HOST_DELAY_SECONDS": 0.0}


@dataclass(frozen=True)
class Crawl:
    """What one crawl gave: verdicts by address, hosts that must be left alone, statistics."""

    by_url: Mapping[str, Mapping[str, Any]]
    deferred: Mapping[str, str]
    stats: Mapping[str, Any]
    log: str

    def outcome(self, url: str) -> str:
        return str(self.by_url[url]["outcome"])


def run(urls: list[Any], settings: Mapping[str, Any] | None = None, **job: Any) -> Crawl:
    work = {"urls": urls, "settings": {**LOOPBACK, **(settings or {})}, **job}
    done = commands.run([], module="tests.integration.fetching", stdin=json.dumps(work))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert len(answer["results"]) == len(urls), "every address has exactly one outcome"
    return Crawl({result["url"]: result for result in answer["results"]}, answer["deferred"], answer["stats"], done.stderr)


# --- one host, all misbehaviours ---

EXPECTED = {
    "/ok": "fetched",
    "/gzipped": "fetched",
    "/moved": "fetched",
    "/chain-2": "fetched",
    "/204": "no_text",
    "/304": "http_error",  # nobody asked whether it was modified
    "/404": "gone",
    "/410": "gone",
    "/401": "blocked",
    "/403": "blocked",
    "/451": "blocked",
    "/wall": "blocked",
    "/soft-wall": "blocked",
    "/400": "http_error",
    "/500": "http_error",
    "/502": "http_error",
    "/503": "http_error",
    "/nowhere": "http_error",
    "/loop": "http_error",
    "/ring": "http_error",
    "/chain-0": "http_error",
    "/silent": "timeout",
    "/drip": "timeout",
    "/reset": "network_error",
    "/truncated": "network_error",
    "/not-http": "malformed",
    "/header-flood": "malformed",
    "/stacked": "malformed",
    "/broken-encoding": "malformed",
    "/huge-announced": "too_large",
    "/huge-unannounced": "too_large",
    "/gzip-bomb": "too_large",
    "/brotli-bomb": "too_large",
    "/pdf": "not_html",
    "/video": "not_html",
    "/download": "not_html",
    "/to-metadata": "unsafe_url",
    "/to-decimal": "unsafe_url",
    "/to-file": "unsafe_url",
    "/to-mailto": "unsafe_url",
}
UNSENT = {
    "http://169.254.169.254/latest/meta-data/": "unsafe_url",
    "http://rebinding.example/": "unsafe_url",
    "http://mixed.example/": "unsafe_url",
    "http://[::ffff:169.254.169.254]/": "unsafe_url",
    "file:///etc/passwd": "unsafe_url",
    "ftp://qarnabad.example/": "unsafe_url",
}
NAMES = {"rebinding.example": ["169.254.169.254"], "mixed.example": ["127.0.0.11", "100.64.0.1"]}


@dataclass(frozen=True)
class Misbehaviour:
    site: Site
    crawl: Crawl
    hits: list[Hit]


@pytest.fixture(scope="module")
def world() -> Iterator[Misbehaviour]:
    with Site({"127.0.0.11": OPEN}) as site:
        silent = [f"127.0.0.11{path}" for path, outcome in EXPECTED.items() if outcome == "timeout"]
        impatient = {"IMPATIENT_WITH": silent, "IMPATIENT_SECONDS": IMPATIENT_SECONDS}
        crawl = run([*(site.url("127.0.0.11", path) for path in EXPECTED), *UNSENT], impatient, names=NAMES)
        yield Misbehaviour(site, crawl, site.hits_of("127.0.0.11"))


@pytest.mark.parametrize(("path", "outcome"), EXPECTED.items())
def test_misbehaviour_ends_in_its_outcome(world: Misbehaviour, path: str, outcome: str) -> None:
    result = world.crawl.by_url[world.site.url("127.0.0.11", path)]
    assert result["outcome"] == outcome
    assert result["reason"] or outcome == "fetched"


@pytest.mark.parametrize(
    ("url", "outcome"), [(url, outcome) for url, outcome in UNSENT.items() if "mixed" not in url and "rebinding" not in url]
)
def test_unsafe_address_is_never_sent(world: Misbehaviour, url: str, outcome: str) -> None:
    assert world.crawl.outcome(url) == outcome


@pytest.mark.parametrize("host", ["rebinding.example", "mixed.example"])
def test_harmless_name_that_leads_inside_is_not_followed(world: Misbehaviour, host: str) -> None:
    result = world.crawl.by_url[f"http://{host}/"]
    assert "resolves to an unsafe address" in result["reason"]
    assert result["outcome"] == "unsafe_url"


#: It takes a tenth of it; what holds up a crawl on purpose takes as long as it likes.
MOST_COMPUTING_SECONDS = 5.0


def test_crawl_is_never_held_up_by_what_it_is_sent(world: Misbehaviour) -> None:
    computing = [float(seconds) for seconds in re.findall(r"stood still for [\d.]+ s, ([\d.]+) s of it computing", world.crawl.log)]
    assert max(computing, default=0.0) < MOST_COMPUTING_SECONDS
    assert "dragoman/lag_max_seconds" in world.crawl.stats
    assert world.crawl.stats["dragoman/rss_max_bytes"] < 400 * 1024**2


def test_robots_are_asked_once_and_nothing_more_than_twice(world: Misbehaviour) -> None:
    counts = Counter(hit.path for hit in world.hits)
    assert counts["/robots.txt"] == 1
    assert counts["/reset"] == counts["/truncated"] == counts["/502"] == 2
    chains = {path for path in counts if path.startswith(("/chain", "/ring"))}
    assert all(count == 1 for path, count in counts.items() if path not in {"/reset", "/truncated", "/502", "/ok", *chains})


def test_request_is_honest(world: Misbehaviour) -> None:
    for hit in world.hits:
        assert hit.headers["user-agent"].startswith("Dragoman/")
        assert "referer" not in hit.headers
        assert "cookie" not in hit.headers
        assert "accept-language" not in hit.headers


def test_large_file_of_another_type_is_not_received_whole(world: Misbehaviour) -> None:
    for path in ("/pdf", "/video", "/download"):
        resource = world.site.common[path]
        assert isinstance(resource, LargeFile)
        assert resource.sent < 9 << 20


def test_log_is_quiet(world: Misbehaviour) -> None:
    assert without_waits(world.crawl.log) == ""


def test_certificates_are_verified(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Site({"127.0.0.12": OPEN}, tls=self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.12")) as site:
        url = site.url("127.0.0.12", "/ok")
        (result,) = run([url]).by_url.values()
        trusting = run([url], {"DOWNLOAD_VERIFY_CERTIFICATES": False})
    assert result["outcome"] == "network_error"
    assert "certificate verify failed" in result["reason"]
    assert trusting.outcome(url) == "fetched"


def test_private_hosts_are_closed_unless_opened() -> None:
    with Site({"127.0.0.13": OPEN}) as site:
        url = site.url("127.0.0.13", "/ok")
        assert run([url], {"DRAGOMAN_ALLOW_PRIVATE_HOSTS": False}).outcome(url) == "unsafe_url"
        assert site.hits == []


# --- many hosts, each with its own robots.txt ---

SILENT = "127.0.0.24"
ROBOTS: dict[str, tuple[dict[str, Resource], str, str]] = {
    # host: its resources; what becomes of an open page; of a closed one
    "127.0.0.21": ({"/robots.txt": robots(CLOSED)}, "fetched", "robots_denied"),
    "127.0.0.22": ({"/robots.txt": Plain(503)}, "robots_denied", "robots_denied"),
    "127.0.0.23": ({"/robots.txt": Plain(404)}, "fetched", "fetched"),
    SILENT: ({"/robots.txt": Silent()}, "timeout", "timeout"),
    "127.0.0.25": ({"/robots.txt": EndlessRobots()}, "fetched", "robots_denied"),
    "127.0.0.26": ({"/robots.txt": Redirect("/r2"), "/r2": Redirect("/r3"), "/r3": robots(CLOSED)}, "fetched", "robots_denied"),
    "127.0.0.27": ({"/robots.txt": Redirect("/r2"), **{f"/r{n}": Redirect(f"/r{n + 1}") for n in range(2, 10)}}, "fetched", "fetched"),
    "127.0.0.28": ({"/robots.txt": Reset()}, "robots_denied", "robots_denied"),
    "127.0.0.29": ({"/robots.txt": Plain(403)}, "fetched", "fetched"),
    "127.0.0.30": ({"/robots.txt": Redirect("http://169.254.169.254/robots.txt")}, "robots_denied", "robots_denied"),
    "127.0.0.31": ({"/robots.txt": Plain()}, "fetched", "fetched"),
    "127.0.0.32": ({"/robots.txt": robots("User-agent: dragoman\nDisallow: /\n")}, "robots_denied", "robots_denied"),
    "127.0.0.33": ({"/robots.txt": BrotliBomb()}, "robots_denied", "robots_denied"),
    "127.0.0.34": ({"/robots.txt": Plain(429, b"", {"Retry_After": "7200"})}, "robots_denied", "robots_denied"),
}
LEFT_ALONE = "127.0.0.35"


@pytest.fixture(scope="module")
def robots_world() -> Iterator[Misbehaviour]:
    hosts = {host: {**resources, "/closed": Plain()} for host, (resources, _, _) in ROBOTS.items()}
    with Site({**hosts, LEFT_ALONE: OPEN}) as site:
        urls = [site.url(host, path) for host in [*hosts, LEFT_ALONE] for path in ("/ok", "/closed")]
        until = datetime.now(UTC) + timedelta(hours=1)
        impatient = {"IMPATIENT_WITH": [f"{SILENT}/robots.txt"], "IMPATIENT_SECONDS": IMPATIENT_SECONDS}
        yield Misbehaviour(site, run(urls, impatient, deferred={LEFT_ALONE: until.isoformat()}), site.hits)


@pytest.mark.parametrize("host", ROBOTS)
def test_robots_are_obeyed_in_whatever_state(robots_world: Misbehaviour, host: str) -> None:
    _, opened, closed = ROBOTS[host]
    site, crawl = robots_world.site, robots_world.crawl
    assert (crawl.outcome(site.url(host, "/ok")), crawl.outcome(site.url(host, "/closed"))) == (opened, closed)
    asked = {hit.path for hit in site.hits_of(host)}
    assert ("/ok" in asked) == (opened == "fetched")
    assert ("/closed" in asked) == (closed == "fetched")


@pytest.mark.parametrize("host", ["127.0.0.22", SILENT, "127.0.0.28"])
def test_unreadable_robots_are_tried_again_later(robots_world: Misbehaviour, host: str) -> None:
    result = robots_world.crawl.by_url[robots_world.site.url(host, "/ok")]
    assert datetime.fromisoformat(result["not_before"]) > datetime.now(UTC) + timedelta(minutes=10)


def test_host_of_an_earlier_run_that_wants_peace_is_not_touched(robots_world: Misbehaviour) -> None:
    assert robots_world.crawl.outcome(robots_world.site.url(LEFT_ALONE, "/ok")) == "blocked"
    assert robots_world.site.hits_of(LEFT_ALONE) == []


def test_retry_after_stops_all_further_requests_to_the_host() -> None:
    busy = Plain(429, b"slow down", {"Retry_After": "3600", "Content_Type": "text/plain"})
    with Site({"127.0.0.41": {**OPEN, "/busy": busy}}) as site:
        urls = [site.url("127.0.0.41", f"/busy?{number}") for number in range(6)]
        crawl = run(urls)
        asked = [hit.path.partition("?")[0] for hit in site.hits]
    assert asked == ["/robots.txt", "/busy"]
    assert [crawl.outcome(url) for url in urls] == ["blocked"] * 6
    until = datetime.fromisoformat(crawl.deferred["127.0.0.41"])
    assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(hours=1)
    assert all(abs(datetime.fromisoformat(result["not_before"]) - until) < timedelta(minutes=1) for result in crawl.by_url.values())


def test_pauses_between_requests_are_never_shorter_than_asked() -> None:
    asked = {"127.0.0.51": 0.2, "127.0.0.52": 0.5, "127.0.0.53": 0.2}
    hosts: dict[str, dict[str, Resource]] = {
        "127.0.0.51": {**OPEN},
        "127.0.0.52": {"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.5\n")},
        "127.0.0.53": {**OPEN, "/ok": Reset()},
    }
    with Site(hosts) as site:
        run([site.url(host, f"/ok?{number}") for host in hosts for number in range(4)], {"DRAGOMAN_HOST_DELAY_SECONDS": 0.2})
        arrivals = {host: [hit.at for hit in site.hits_of(host)] for host in hosts}
    assert [len(times) for times in arrivals.values()] == [5, 5, 9]  # robots.txt and four pages; each reset is tried once more
    for host, times in arrivals.items():
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert min(gaps) >= asked[host], gaps


def test_feed_may_be_what_a_page_may_not() -> None:
    stream = Plain(200, b"<rss/>", {"Content_Type": "application/octet-stream"})
    with Site({"127.0.0.61": {**OPEN, "/feed": stream, "/page": stream}}) as site:
        feed, page = site.url("127.0.0.61", "/feed"), site.url("127.0.0.61", "/page")
        crawl = run([[feed, "feed"], page])
    assert (crawl.outcome(feed), crawl.outcome(page)) == ("fetched", "not_html")


#: Twenty pages of the slow host take twenty minutes; to end promptly is to end long before that, however busy the machine is.
PROMPT_SECONDS = 90.0
SLOW_HOST = {"127.0.0.71": {"/robots.txt": robots("User-agent: *\nCrawl-delay: 60\n")}}


def promised_pause(host: str) -> float | None:
    """Return the pause in seconds that the last crawl to have the turn on a host promised after its exchange, if it is over."""
    for record in lock_directory().glob(f"{host.replace('.', '_')}-*.turn"):
        if (written := record.read_text(encoding="utf-8")) and (told := json.loads(written))["ended_at"]:
            return float(told["pause_seconds"])
    return None


def start(urls: list[str], settings: Mapping[str, Any]) -> commands.Command:
    work = {"urls": urls, "settings": {**LOOPBACK, **settings}}
    return commands.start([], module="tests.integration.fetching", stdin=json.dumps(work))


def test_too_much_memory_ends_the_crawl_promptly_and_with_a_reason() -> None:
    with Site(SLOW_HOST) as site:
        began = time.monotonic()
        process = start([site.url("127.0.0.71", f"/ok?{number}") for number in range(20)], {"DRAGOMAN_MAX_RSS_BYTES": 1 << 20})
        out, log = process.communicate(timeout=PROMPT_SECONDS)
        assert time.monotonic() - began < PROMPT_SECONDS
    answer = json.loads(out)
    assert answer["stats"]["finish_reason"].startswith("out of memory")
    assert "The crawl is stopped: out of memory" in log
    assert answer["results"] == []


def test_ctrl_c_ends_the_crawl_promptly_and_keeps_what_is_done() -> None:
    with Site({**SLOW_HOST, "127.0.0.72": OPEN}) as site:
        done, *waiting = site.url("127.0.0.72", "/ok"), *(site.url("127.0.0.71", f"/ok?{number}") for number in range(20))
        process = start([done, *waiting], {})
        wait_until(lambda: promised_pause("127.0.0.71") == 60, "the crawl knows how slow it has to be")
        wait_until(lambda: any(exchange.hit.path == "/ok" for exchange in site.exchanges), "a page is read")
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, log = process.communicate(timeout=PROMPT_SECONDS)
        assert time.monotonic() - began < PROMPT_SECONDS
        assert [hit.path for hit in site.hits_of("127.0.0.71")] == ["/robots.txt"]
    answer = json.loads(out)
    assert answer["stats"]["finish_reason"] == "shutdown"
    assert [(result["url"], result["outcome"]) for result in answer["results"]] == [(done, "fetched")]
    assert without_waits(log) == ""
