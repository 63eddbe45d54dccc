"""The demo outlets on the air: real HTTP on loopback, two editions, and nothing left behind."""

from __future__ import annotations

import http.client
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from email.message import Message
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from lxml import html

from crawler.catalog import load_catalog
from crawler.demo.server import DemoSite, _OutletServer, has_loopback_range
from crawler.demo.truth import Truth
from crawler.errors import CrawlerError

AGENT = "DragomanTest/1.0"
PATIENT_SECONDS = 60.0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DemoSite]:
    with DemoSite(tmp_path) as running:
        yield running


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    """Ask once, on a connection of its own. Header names have underscores for hyphens."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENT_SECONDS)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers={"User-Agent": AGENT} | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def encoding_of(site: DemoSite, truth: Truth) -> str:
    return next(outlet.encoding for outlet in site.outlets if outlet.id == truth.outlet)


def test_every_article_is_served_as_the_truth_says(site: DemoSite) -> None:
    for edition in (1, 2):
        site.edition = edition
        for truth in site.articles():
            status, headers, body = get(truth.url)
            expected = {"missing": (404, "text/html"), "pdf": (200, "application/pdf")}.get(truth.kind, (200, "text/html"))
            assert (status, headers.get_content_type()) == expected, truth.url
            if truth.kind in {"article", "disallowed"}:
                tree: Any = html.document_fromstring(body.decode(encoding_of(site, truth)))
                shown = " ".join(tree.text_content().split())
                assert truth.title in shown
                assert all(" ".join(paragraph.split()) in shown for paragraph in truth.paragraphs), truth.url


def test_truth_is_consistent(site: DemoSite) -> None:
    first, second = site.articles(1), site.articles(2)
    assert site.articles() == first
    urls = {truth.url for truth in second}
    assert len(urls) == len(second) >= 60
    assert all(truth.published_at.tzinfo for truth in second)
    assert {truth.copy_of for truth in second} - {None} <= urls
    assert len({truth.language for truth in second}) >= 6
    assert {truth.edition for truth in first} == {1}
    assert [truth.edited for truth in first].count(True) == 0
    assert [truth.edited for truth in second].count(True) == 1
    assert len(second) - len(first) == [truth.edition for truth in second].count(2) >= 2


def test_one_wire_story_is_reprinted_twice(site: DemoSite) -> None:
    assert 2 in Counter(truth.copy_of for truth in site.articles() if truth.copy_of).values()


def test_second_edition_begins_while_running(site: DemoSite) -> None:
    (new, *_) = [truth for truth in site.articles(2) if truth.edition == 2]
    edited = next(truth for truth in site.articles(2) if truth.edited)
    assert get(new.url)[0] == 404
    assert edited.title.encode() not in get(edited.url)[2]
    site.edition = 2
    assert site.edition == 2
    assert get(new.url)[0] == 200
    assert edited.title.encode() in get(edited.url)[2]


def test_validators_make_a_second_request_cheap(site: DemoSite, tmp_path: Path) -> None:
    ledger = load_catalog(tmp_path).sources["gulf-ledger"]
    edited = next(truth for truth in site.articles(2) if truth.edited)
    addresses = [ledger.feeds[0].url, ledger.sitemaps[0], ledger.homepage, ledger.homepage + "robots.txt", edited.url]
    first = {url: get(url)[1] for url in addresses}
    for url, headers in first.items():
        status, again, body = get(url, If_None_Match=headers["ETag"])
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"]), url
        assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304, url
        assert get(url, If_None_Match='"another"')[0] == 200, url
    site.edition = 2
    for url in (ledger.feeds[0].url, ledger.sitemaps[0], edited.url):
        assert get(url, If_None_Match=first[url]["ETag"])[0] == 200, url
        assert get(url, If_Modified_Since=first[url]["Last-Modified"])[0] == 200, url


def test_last_modified_is_when_the_article_changed(site: DemoSite) -> None:
    truth = next(truth for truth in site.articles() if truth.kind == "article")
    assert get(truth.url)[1]["Last-Modified"] == format_datetime(truth.published_at.astimezone(UTC), usegmt=True)


def test_every_outlet_serves_its_robots_txt_feed_and_home_page(site: DemoSite, tmp_path: Path) -> None:
    for source in load_catalog(tmp_path):
        assert b"User-agent: *" in get(source.homepage + "robots.txt")[2]
        assert get(source.homepage)[0] == 200
        for feed in source.feeds:
            status, headers, body = get(feed.url)
            assert (status, body[:5]) == (200, b"<?xml")
            assert headers.get_content_subtype() in {"rss+xml", "rdf+xml", "atom+xml"}
    assert len(site.outlets) == 8


def test_old_page_leaves_its_charset_to_the_page(site: DemoSite) -> None:
    truth = next(truth for truth in site.articles() if truth.outlet == "sawt-al-furat")
    assert get(truth.url)[1]["Content-Type"] == "text/html"


def test_catalog_names_where_the_outlets_are_and_says_they_are_fictional(site: DemoSite, tmp_path: Path) -> None:
    catalog = load_catalog(tmp_path)
    assert list(catalog.sources) == [outlet.id for outlet in site.outlets]
    files = sorted(tmp_path.rglob("*.yml"))
    assert {path.parent.name for path in files} == {outlet.country.lower() for outlet in site.outlets}
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# A fictional outlet")
        with_sitemap = ["sitemaps"] if path.stem == "gulf-ledger" else []
        assert list(yaml.safe_load(text)) == [
            *("id", "name", "homepage", "country", "languages", "kind", "state_owned", "time_zone", "feeds", *with_sitemap),
            *("every", "expected", "enabled", "notes"),
        ]
    wire = catalog.sources["levant-wire"]
    assert [feed.language for feed in wire.feeds] == ["en", "ar"]


def test_log_counts_every_request(site: DemoSite) -> None:
    truth = next(truth for truth in site.articles() if truth.kind == "article")
    body = get(truth.url)[2]
    status, headers, nothing = get(truth.url, "HEAD")
    assert (status, headers["Content-Length"], nothing) == (200, str(len(body)), b"")
    get(truth.url + "/not-there?x=1")
    path = urlsplit(truth.url).path
    assert [(entry.method, entry.path, entry.status) for entry in site.requests] == [
        ("GET", path, 200),
        ("HEAD", path, 200),
        ("GET", path + "/not-there?x=1", 404),
    ]
    assert {(entry.outlet, entry.user_agent) for entry in site.requests} == {(truth.outlet, AGENT)}
    assert site.requests[0].at <= site.requests[-1].at


def test_connection_is_kept_alive_until_the_site_hangs_up(tmp_path: Path) -> None:
    with DemoSite(tmp_path) as site:
        parts = urlsplit(site.articles()[0].url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENT_SECONDS)
        for _ in range(3):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert int(answer.headers["Content-Length"]) == len(answer.read())
            assert not answer.will_close
        kept = connection.sock
        connection.request("GET", f"http://{parts.netloc}/robots.txt")
        assert connection.getresponse().read().startswith(b"User-agent")
        assert connection.sock is kept
    assert kept.recv(1) == b""
    connection.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("demo-")]
    with pytest.raises(ConnectionRefusedError):
        get(f"http://{parts.netloc}/")


def test_client_that_hangs_up_or_talks_nonsense_is_borne_in_silence(site: DemoSite, capfd: pytest.CaptureFixture[str]) -> None:
    parts = urlsplit(site.articles()[0].url)
    address = (parts.hostname or "", parts.port or 0)
    with socket.create_connection(address, timeout=PATIENT_SECONDS) as client:
        client.sendall(b"NONSENSE\r\n\r\n")
        assert b"400" in client.recv(1000)
    with socket.create_connection(address, timeout=PATIENT_SECONDS) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # close with a reset
        client.sendall(b"GET / HTTP/1.1\r\n")
    assert get(f"http://{parts.netloc}/")[0] == 200
    assert capfd.readouterr().err == ""


def test_other_error_of_the_server_is_said_aloud(site: DemoSite, capfd: pytest.CaptureFixture[str]) -> None:
    server: _OutletServer = site._servers[0]
    for error, is_said in ((ConnectionResetError("gone"), False), (RuntimeError("a bug"), True)):
        try:
            raise error
        except (ConnectionResetError, RuntimeError):
            server.handle_error(None, ("127.0.0.1", 1))
        assert ("a bug" in capfd.readouterr().err) is is_said


@pytest.mark.skipif(not has_loopback_range(), reason="this machine has one loopback address only")
def test_every_outlet_has_an_address_of_its_own(site: DemoSite) -> None:
    hosts = {truth.outlet: urlsplit(truth.url).hostname for truth in site.articles()}
    assert sorted(hosts.values(), key=str) == [f"127.0.0.{11 + number}" for number in range(len(site.outlets))]


def test_where_there_is_one_address_the_outlets_differ_by_port(tmp_path: Path) -> None:
    with DemoSite(tmp_path, one_address=True) as site:
        places = {truth.outlet: urlsplit(truth.url) for truth in site.articles()}
        assert {place.hostname for place in places.values()} == {"127.0.0.1"}
        assert len({place.port for place in places.values()}) == len(site.outlets)
        assert all(get(truth.url)[0] == 200 for truth in site.articles() if truth.kind == "article")


def test_taken_port_is_one_clear_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    with DemoSite(tmp_path / "first", one_address=True) as first:
        port = urlsplit(first.articles()[-1].url).port or 0
        second = DemoSite(tmp_path / "second", port=port, one_address=True)
        with pytest.raises(CrawlerError, match=rf"cannot serve the demo: .*{port}"), second:
            pass
    assert not (tmp_path / "second").exists()
    assert second.articles() == ()


def test_given_port_is_kept(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.11" if has_loopback_range() else "127.0.0.1", 0))
        port = probe.getsockname()[1]
    with DemoSite(tmp_path, port=port, edition=2) as site:
        assert site.edition == 2
        assert urlsplit(site.publications()[0].base_url).port == port


def test_address_that_is_not_this_machine_is_no_loopback_address() -> None:
    assert has_loopback_range("127.0.0.1")
    assert not has_loopback_range("192.0.2.1")
