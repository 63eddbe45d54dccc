"""A name leads to the public internet or nowhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Spider
from scrapy.resolver import dnscache
from scrapy.utils.test import get_crawler
from twisted.internet._resolver import GAIResolver
from twisted.internet.testing import MemoryReactor

from crawler.middlewares import resolver as module
from crawler.middlewares.resolver import GuardedResolver, guarded_resolver

HOST = "qarnabad-post.example"


class InlinePool:
    """Run what would run in a thread at once."""

    def callInThreadWithCallback(self, done: Any, function: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N802 - Twisted's name
        try:
            result = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - as the real pool does
            done(False, error)
        else:
            done(True, result)


class Receiver:
    """Collect what a connection would be made to."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's names
        assert resolution is not None

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


class Reactor(MemoryReactor):
    """A reactor in memory that answers names from a table."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        """Take host names and their addresses."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.table = table

        def lookup(host: Any, port: Any, *_: Any) -> Any:
            return [
                (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port, 0, 0) if ":" in ip else (ip, port))
                for ip in self.table[host]
            ]

        self.installNameResolver(GAIResolver(self, InlinePool, lookup))  # type: ignore[arg-type]

    def callFromThread(self, function: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N802 - Twisted's name
        function(*args, **kwargs)


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    dnscache.clear()
    yield
    dnscache.clear()


def resolve(resolver: GuardedResolver, host: str = HOST) -> list[str]:
    receiver: Any = Receiver()
    resolver.resolveHostName(receiver, host, 443)
    assert receiver.complete
    return list(receiver.addresses)


def guarded(table: dict[str, list[str]], **settings: Any) -> GuardedResolver:
    reactor: Any = Reactor(table)
    resolver = GuardedResolver.from_crawler(get_crawler(Spider, settings), reactor)
    resolver.install_on_reactor()
    return resolver


def test_public_addresses_pass() -> None:
    resolver = guarded({HOST: ["93.184.216.34", "2606:4700::1111"]})
    assert resolve(resolver) == ["93.184.216.34", "2606:4700::1111"]
    assert not resolver.refusals


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "64:ff9b::7f00:1"])
def test_name_with_an_internal_address_leads_nowhere(address: str) -> None:
    resolver = guarded({HOST: ["93.184.216.34", address]})
    assert resolve(resolver) == []
    assert resolver.refusals[HOST].startswith(f"{HOST} resolves to an unsafe address")


def test_cached_answer_is_checked_too() -> None:
    resolver = guarded({HOST: ["127.0.0.1"]})
    assert resolve(resolver) == []
    assert HOST in dnscache
    assert resolve(resolver) == []


def test_name_that_changes_its_mind_is_judged_anew() -> None:
    resolver = guarded({HOST: ["93.184.216.34"]}, DNSCACHE_ENABLED=False)
    assert resolve(resolver)
    resolver.reactor.table[HOST] = ["127.0.0.1"]  # type: ignore[attr-defined]
    assert resolve(resolver) == []
    assert HOST in resolver.refusals
    resolver.reactor.table[HOST] = ["93.184.216.34"]  # type: ignore[attr-defined]
    assert resolve(resolver)
    assert HOST not in resolver.refusals


def test_private_hosts_open_for_demo_and_tests() -> None:
    resolver = guarded({HOST: ["127.0.0.1"], "meta.example": ["169.254.169.254"]}, DRAGOMAN_ALLOW_PRIVATE_HOSTS=True)
    assert resolve(resolver) == ["127.0.0.1"]
    assert resolve(resolver, "meta.example") == []


def test_refusals_are_not_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED_REFUSALS", 2)
    resolver = guarded({})
    for host in ("a.example", "b.example", "a.example", "c.example"):
        resolver.refuse(host, "why")
    assert list(resolver.refusals) == ["a.example", "c.example"]


def test_plain_resolver_is_replaced_and_a_guarded_one_kept() -> None:
    reactor: Any = Reactor({HOST: ["127.0.0.1"]})
    crawler = get_crawler(Spider)
    resolver = guarded_resolver(reactor, crawler)
    assert reactor.nameResolver is resolver
    assert guarded_resolver(reactor, crawler) is resolver
    assert resolve(resolver) == []
