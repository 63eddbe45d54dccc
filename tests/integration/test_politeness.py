"""Twenty hosts, each with its own wishes, and crawls that know nothing of each other: the servers' own clocks are the witnesses."""

from __future__ import annotations

import asyncio
import fcntl
import json
import signal
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.host_turns import HostTurns, lock_directory
from storage import runs
from storage.crawls import channels, hosts
from storage.database import Database
from storage.records import Outcome, RunStatus
from tests import commands
from tests.integration.ambush import PATIENT_SECONDS, wait_until
from tests.integration.impatience import without_waits
from tests.integration.site import PAGE, Exchange, Plain, Reset, Resource, Site, Wire, robots
from tests.integration.test_fetching import OPEN, promised_pause, run, start

pytestmark = pytest.mark.slow

DELAY_SECONDS = 0.2  # what every host gets
CRAWL_DELAYS = {f"127.0.0.{number}": delay for number, delay in zip(range(9, 15), (0.3, 0.4, 0.5, 0.6, 0.8, 1.0), strict=True)}
PLAIN = tuple(f"127.0.0.{number}" for number in range(1, 9))
BUSY = tuple(f"127.0.0.{number}" for number in range(15, 21))


@dataclass
class Feed(Resource):
    """A feed, and how often it was read to its end."""

    text: str
    served: int = 0

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, self.text.replace("{port}", str(wire.port)).encode(), Content_Type="application/rss+xml")
        self.served += 1


def feed_of(host: str, articles: int) -> Feed:
    items = "".join(
        f"<item><title>Calm {n}</title><link>http://{host}:{{port}}/calm-day-{n}-in-qarnabad</link>"
        f"<pubDate>{formatdate(usegmt=True)}</pubDate></item>"
        for n in range(articles)
    )
    return Feed(f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>')


@dataclass
class Busy(Resource):
    """Ask for peace once, as soon as two crawls have read the feed; `asked` are the moments (monotonic seconds) when, and until when."""

    status: int
    wait_seconds: int
    as_date: bool
    feed: Feed
    asked: list[tuple[float, float]] = field(default_factory=list)

    async def answer(self, wire: Wire) -> None:
        if self.asked or self.feed.served < 2:
            await Plain().answer(wire)
            return
        header = str(self.wait_seconds)
        now = time.monotonic()
        until = now + self.wait_seconds
        if self.as_date:
            date = (datetime.now(UTC) + timedelta(seconds=self.wait_seconds + 1)).replace(microsecond=0)
            header, until = format_datetime(date, usegmt=True), now + (date - datetime.now(UTC)).total_seconds()
        self.asked.append((now, until))
        await wire.answer(self.status, b"not now", Retry_After=header, Content_Type="text/plain")


def site_of(host: str, articles: int, rules: str = "", busy: Busy | None = None) -> dict[str, Resource]:
    pages: dict[str, Resource] = {f"/calm-day-{number}-in-qarnabad": busy or Plain() for number in range(articles)}
    feed = busy.feed if busy else feed_of(host, articles)
    return {"/robots.txt": robots(f"User-agent: *\n{rules}Allow: /\n"), "/rss": feed, **pages}


def catalog(folder: Path, site: Site, names: Mapping[str, str]) -> Path:
    """Write one source a host."""
    folder.mkdir()
    for host, name in names.items():
        source = {
            "id": name,
            "name": name,
            "homepage": site.url(host, ""),
            "country": "IQ",
            "languages": ["en"],
            "kind": "newspaper",
            "feeds": [{"url": site.url(host, "/rss")}],
        }
        (folder / f"{name}.yml").write_text(json.dumps(source), encoding="utf-8")
    return folder


def start_crawl(folder: Path, database: Path, *more: str, delay_seconds: float = DELAY_SECONDS) -> commands.Command:
    fixed = ["--catalog", str(folder), "--db", f"sqlite:///{database}", "--allow-private-hosts", "--delay", str(delay_seconds), "--json"]
    return commands.start(["crawl", *fixed, *more])


def finish(process: commands.Command) -> dict[str, dict[str, Any]]:
    out, log = process.communicate(timeout=100)
    assert process.returncode == 0, f"{log}\n{out}"
    assert "Traceback" not in log
    return {row["source"]: row for row in map(json.loads, out.splitlines())}


def gaps(exchanges: list[Exchange], host: str) -> list[float]:
    """Return for each request to a host how long after the end of the answer before it came, in seconds."""
    of_host = sorted((exchange for exchange in exchanges if exchange.hit.host == host), key=lambda exchange: exchange.hit.at)
    return [later.hit.at - earlier.ended_at for earlier, later in pairwise(of_host)]


def test_two_crawls_at_once_keep_every_pause_that_twenty_hosts_ask_for(tmp_path: Path) -> None:
    busy = {
        host: Busy(429 if number % 2 else 503, (1, 1, 2, 2, 4, 4)[number], as_date=number >= 3, feed=feed_of(host, 3))
        for number, host in enumerate(BUSY)
    }
    resources = {host: site_of(host, 3) for host in PLAIN}
    resources |= {host: site_of(host, 2 if delay < 0.7 else 1, f"Crawl-delay: {delay}\n") for host, delay in CRAWL_DELAYS.items()}
    resources |= {host: site_of(host, 3, busy=wish) for host, wish in busy.items()}
    names = {host: f"paper-{host.rpartition('.')[2]}" for host in resources}
    with Site(resources) as site:
        folder = catalog(tmp_path / "catalog", site, names)
        stored = [tmp_path / f"{name}.db" for name in ("first", "second")]
        both = [start_crawl(folder, file) for file in stored]
        reports = [finish(process) for process in both]
        time.sleep(max(0.0, *map(quiet_seconds, stored)))
        both = [start_crawl(folder, file, *(names[host] for host in BUSY)) for file in stored]
        again = [finish(process) for process in both]
        exchanges = list(site.exchanges)
    never_asked = [unasked(file) for file in stored]

    for host in resources:
        asked = CRAWL_DELAYS.get(host, DELAY_SECONDS)
        found = gaps(exchanges, host)
        assert min(found) >= asked, f"{host} asked for {asked} s and got {sorted(found)[:3]}"
    for host in (*PLAIN, *CRAWL_DELAYS):
        pages = [path for path in resources[host] if path.startswith("/calm")]
        for path in ("/robots.txt", "/rss", *pages):
            assert sum((e.hit.host, e.hit.path) == (host, path) for e in exchanges) == 2, "each crawl asks once"
        assert [report[names[host]]["attempted"] for report in reports] == [len(pages)] * 2
    for host, wish in busy.items():
        ((told_at, until),) = wish.asked
        assert all(e.hit.at <= told_at or e.hit.at >= until for e in exchanges if e.hit.host == host), f"{host} wanted peace"
        # each crawl has an outcome for every candidate, and those that had to wait have lost nothing
        assert [report[names[host]]["attempted"] for report in reports] == [3, 3]
        for later, waited in zip(again, never_asked, strict=True):
            assert later[names[host]]["attempted"] == waited[names[host]]
            assert "blocked" not in later[names[host]]["outcomes"]
    assert any(never_asked), "no crawl had to wait, so nothing was shown"


def quiet_seconds(file: Path) -> float:
    """Return for how long a crawl will yet leave alone the last of the hosts that asked for peace; it counts from when it heard of it."""
    with Database.open(f"sqlite:///{file}") as database:
        return max(((until - datetime.now(UTC)).total_seconds() for until in hosts.next_allowed(database).values()), default=0.0)


def unasked(file: Path) -> Counter[str]:
    """Count by source the candidates of a database that a crawl had to leave without a request."""
    with Database.open(f"sqlite:///{file}") as database:
        return Counter(fetch.source_id for fetch in runs.ledger(database) if fetch.outcome is Outcome.BLOCKED and not fetch.requests)


def test_pauses_of_one_crawl_are_kept_by_the_one_that_comes_after_it(tmp_path: Path) -> None:
    host = "127.0.0.81"
    with Site({host: site_of(host, 1, "Crawl-delay: 3\n")}) as site:
        folder = catalog(tmp_path / "catalog", site, {host: "paper"})
        first = start_crawl(folder, tmp_path / "first.db")
        wait_until(lambda: promised_pause(host) == 3, "robots.txt has said what it wants")
        first.kill()  # as a rule before it asks for the feed; if not, that is one request more, and the pause is kept all the same
        first.communicate(timeout=PATIENT_SECONDS)
        finish(start_crawl(folder, tmp_path / "second.db", "--limit", "0"))
        exchanges = list(site.exchanges)
    assert min(gaps(exchanges, host)) >= 3
    assert exchanges[0].hit.path == "/robots.txt"
    assert [exchange.hit.path for exchange in exchanges[-2:]] == ["/robots.txt", "/rss"]


def test_robots_are_not_asked_for_again_within_a_day(tmp_path: Path) -> None:
    host = "127.0.0.82"
    with Site({host: site_of(host, 1, "Crawl-delay: 0.5\nDisallow: /calm-day-0\n")}) as site:
        folder = catalog(tmp_path / "catalog", site, {host: "paper"})
        for _ in range(2):
            report = finish(start_crawl(folder, tmp_path / "test.db"))
        assert [hit.path for hit in site.hits] == ["/robots.txt", "/rss", "/rss"]
        assert min(gaps(site.exchanges, host)) >= 0.5, "the delay of the file that was kept counts from the first request"
    assert report["paper"]["attempted"] == 0, "what the rules forbid is settled"


def somebody_waits_for(host: str) -> bool:
    """Say whether a crawl is next on a host: it holds the lock of those who wait."""
    (waiting_place,) = lock_directory().glob(f"{host.replace('.', '_')}-*.next")
    with waiting_place.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_crawl_that_waits_for_another_ends_promptly_and_loses_nothing() -> None:
    held = asyncio.run(HostTurns(lock_directory()).take("127.0.0.94", 0.0))
    with Site({"127.0.0.94": OPEN, "127.0.0.95": OPEN}) as site, held:
        urls = [site.url("127.0.0.94", "/ok?1"), site.url("127.0.0.94", "/ok?2"), site.url("127.0.0.95", "/ok")]
        process = start(urls, {})
        wait_until(lambda: any(exchange.hit.path == "/ok" for exchange in site.exchanges), "the host that is free is asked")
        wait_until(lambda: somebody_waits_for("127.0.0.94"), "the other one is waited for")
        process.send_signal(signal.SIGINT)
        out, log = process.communicate(timeout=PATIENT_SECONDS)  # the turn that it waits for never comes
        assert site.hits_of("127.0.0.94") == [], "it was not our turn"
    answer = json.loads(out)
    assert answer["stats"]["finish_reason"] == "shutdown"
    assert [result["url"] for result in answer["results"]] == urls[2:], "those that waited have no outcome: they wait for the next crawl"
    assert without_waits(log) == ""


def test_waiting_for_the_turn_is_no_part_of_the_time_that_an_answer_may_take() -> None:
    held = asyncio.run(HostTurns(lock_directory()).take("127.0.0.96", 0.0))
    with Site({"127.0.0.96": OPEN}) as site:
        url = site.url("127.0.0.96", "/ok")
        process = start([url], {"DOWNLOAD_TIMEOUT": 3})
        wait_until(lambda: somebody_waits_for("127.0.0.96"), "the crawl waits for its turn")
        time.sleep(3.5)
        assert site.hits == []
        held.give_back()
        out, _ = process.communicate(timeout=PATIENT_SECONDS)
    (result,) = json.loads(out)["results"]
    assert result["outcome"] == "fetched"
    assert result["elapsed_ms"] < 3000


def test_host_whose_lock_cannot_be_had_is_not_asked() -> None:
    lock = asyncio.run(HostTurns(lock_directory()).take("127.0.0.97", 0.0))
    lock.give_back()
    (record,) = lock_directory().glob("127_0_0_97-*.turn")
    record.unlink()
    record.mkdir()
    with Site({"127.0.0.97": OPEN}) as site:
        (result,) = run([site.url("127.0.0.97", "/ok")]).by_url.values()
        assert site.hits == []
    assert result["outcome"] == "blocked"
    assert "the lock of 127.0.0.97 cannot be taken" in result["reason"]
    assert datetime.fromisoformat(result["not_before"]) > datetime.now(UTC)


# --- hosts that fail ---


def test_host_that_fails_five_times_in_a_row_is_left_alone() -> None:
    with Site({"127.0.0.83": OPEN}) as site:
        urls = [site.url("127.0.0.83", f"/500?{number}") for number in range(8)]
        crawl = run(urls)
        assert len(site.hits) == 1 + 5
    outcomes = [crawl.outcome(url) for url in urls]
    assert outcomes.count("http_error") == 5
    left = [result for result in crawl.by_url.values() if result["outcome"] == "blocked"]
    assert len(left) == 3
    for result in left:
        assert "failed 5 times in a row, last: HTTP 500" in result["reason"]
        assert result["status"] is None
        assert timedelta(minutes=14) < datetime.fromisoformat(result["not_before"]) - datetime.now(UTC) <= timedelta(minutes=15)


def test_second_try_of_a_page_is_no_second_failure_of_its_host() -> None:
    with Site({"127.0.0.84": {**OPEN, "/broken": Reset()}}) as site:
        urls = [site.url("127.0.0.84", f"/broken?{number}") for number in range(4)]
        crawl = run([*urls, site.url("127.0.0.84", "/ok")])
        assert len(site.hits) == 1 + 2 * 4 + 1
    assert [crawl.outcome(url) for url in urls] == ["network_error"] * 4
    assert crawl.outcome(site.url("127.0.0.84", "/ok")) == "fetched"


def test_host_that_is_not_there_is_a_network_error_with_its_cause() -> None:
    with Site({"127.0.0.85": OPEN}) as site:
        closed = site.url("127.0.0.86", "/ok")
        crawl = run(["http://nobody.example/", closed], names={"nobody.example": []})
    unknown, refused = crawl.by_url["http://nobody.example/"], crawl.by_url[closed]
    assert (unknown["outcome"], unknown["reason"]) == ("network_error", "robots.txt cannot be read: the host name cannot be resolved")
    assert (refused["outcome"], refused["reason"]) == ("network_error", "robots.txt cannot be read: the connection was refused")
    assert all(datetime.fromisoformat(result["not_before"]) > datetime.now(UTC) for result in (unknown, refused))


@dataclass
class Failing(Resource):
    """Answer with an error until told otherwise."""

    status: int = 500

    async def answer(self, wire: Wire) -> None:
        await wire.answer(self.status, PAGE, Content_Type="text/html")


def test_back_off_is_remembered_by_the_next_crawl_and_costs_no_try(tmp_path: Path) -> None:
    host = "127.0.0.87"
    resources = site_of(host, 8)
    failing = Failing()
    resources |= {path: failing for path in resources if path.startswith("/calm")}
    with Site({host: resources}) as site:
        folder = catalog(tmp_path / "catalog", site, {host: "paper"})
        first = finish(start_crawl(folder, tmp_path / "test.db", delay_seconds=0.01))["paper"]
        assert first["outcomes"] == {"http_error": 5, "blocked": 3}
        asked = len(site.hits)
        process = start_crawl(folder, tmp_path / "test.db", delay_seconds=0.01)
        out, _ = process.communicate(timeout=100)
        assert json.loads(out)["attempted"] == 0, "nothing of the host is due before its time"
        assert len(site.hits) == asked, "nor is its feed asked"
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        memory = hosts.remembered(database)[host]
        blocked = [fetch for fetch in runs.ledger(database) if fetch.outcome is Outcome.BLOCKED]
    assert memory.failures == 5
    assert timedelta(minutes=10) < memory.next_allowed_at - datetime.now(UTC) <= timedelta(minutes=15)
    assert all(fetch.requests == 0 and "failed 5 times in a row" in fetch.reason for fetch in blocked)


# --- the command line ---


def test_schedule_hands_contact_and_ages_to_its_crawls(tmp_path: Path) -> None:
    host = "127.0.0.88"
    with Site({host: site_of(host, 1)}) as site:
        folder = catalog(tmp_path / "catalog", site, {host: "paper"})
        fixed = ["--catalog", str(folder), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", "0"]
        words = ["schedule", *fixed, "--once", "--contact", "desk@archive.example", "--revisit", "none"]
        done = commands.run(words)
        assert done.returncode == 0, done.stderr
        assert site.hits
        assert {hit.headers["user-agent"].partition(" ")[2] for hit in site.hits} == {"(+desk@archive.example)"}


@pytest.mark.parametrize(("option", "value"), [("--contact", "two words"), ("--revisit", "often")])
def test_schedule_refuses_what_no_crawl_would_take(tmp_path: Path, option: str, value: str) -> None:
    words = ["schedule", "--once", "--db", f"sqlite:///{tmp_path / 'test.db'}", option, value]
    done = commands.run(words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"dragoman: {option}: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "test.db").exists()


def test_crawl_without_a_folder_for_its_locks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DRAGOMAN_LOCK_DIR", str(tmp_path / "file"))
    host = "127.0.0.89"
    with Site({host: site_of(host, 1)}) as site:
        process = start_crawl(catalog(tmp_path / "catalog", site, {host: "paper"}), tmp_path / "test.db")
        out, log = process.communicate(timeout=PATIENT_SECONDS)
        assert site.hits == []
    assert (process.returncode, out) == (2, "")
    assert log.strip().endswith("name another folder in DRAGOMAN_LOCK_DIR")
    assert "Traceback" not in log
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        assert runs.latest_by_source(database)["paper"].status is RunStatus.STOPPED


# --- what feeds ask for ---


def feed_that_asks(host: str, wish: str) -> Resource:
    feed = feed_of(host, 1)
    return Feed(feed.text.replace("</title><item>", f"</title>{wish}<item>", 1))


def test_feed_is_not_asked_before_its_time_and_the_run_says_so(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    hours = "".join(f"<hour>{(now.hour + ahead) % 24}</hour>" for ahead in (0, 1))  # the test may see the hour change
    days = "".join(f"<day>{(now + timedelta(days=ahead)).strftime('%A')}</day>" for ahead in (0, 1))
    wishes = {
        "127.0.0.90": "<ttl>60</ttl>",
        "127.0.0.91": f"<skipHours>{hours}</skipHours>",
        "127.0.0.92": f"<skipDays>{days}</skipDays>",
        "127.0.0.93": "",
    }
    with Site({host: {**site_of(host, 1), "/rss": feed_that_asks(host, wish)} for host, wish in wishes.items()}) as site:
        names = {host: f"paper-{host.rpartition('.')[2]}" for host in wishes}
        folder = catalog(tmp_path / "catalog", site, names)
        for _ in range(2):
            report = finish(start_crawl(folder, tmp_path / "test.db", delay_seconds=0.0))
        asked = {host: sum(hit.path == "/rss" for hit in site.hits_of(host)) for host in wishes}
    assert asked == {"127.0.0.90": 1, "127.0.0.91": 1, "127.0.0.92": 1, "127.0.0.93": 2}
    for host, name in names.items():
        assert ("1 channel not polled, as asked for" in report[name]["reason"]) == bool(wishes[host])
        assert report[name]["status"] == "finished"
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        skipped = {poll.source_id: poll.reason for poll in channels.ledger(database) if poll.status == "skipped"}
    assert "it asked not to be polled before " in skipped["paper-90"]
    assert "it asked not to be polled between " in skipped["paper-91"]
    assert "not to be polled on this day of the week" in skipped["paper-92"]
    assert len(skipped) == 3
