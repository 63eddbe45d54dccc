"""Name resolution that refuses to lead off the public internet.

The addresses that pass here are the very ones that are connected to, so a name that resolves differently the second time ('rebinding')
gains nothing. A name is refused as a whole when any of its addresses is unsafe: an honest site has no reason to mix.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.middlewares.addresses import unsafe_address_reason

_REMEMBERED_REFUSALS = 10_000


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's IPv4 and IPv6 resolver, with every answer checked before it is used.

    Twisted tells its caller only that a name has no addresses; `refusals` remembers why, by host name, so that the transport can say
    'unsafe' and not 'unknown host'.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, *, allow_private: bool = False) -> None:
        """Take the reactor, the number of names to remember, and whether loopback and private networks are open."""
        super().__init__(reactor, cache_size)
        self.allow_private = allow_private
        self.refusals: OrderedDict[str, str] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Read the settings DNSCACHE_ENABLED, DNSCACHE_SIZE and DRAGOMAN_ALLOW_PRIVATE_HOSTS."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, size, allow_private=settings.getbool("DRAGOMAN_ALLOW_PRIVATE_HOSTS"))

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name; see `IHostnameResolver`."""
        checked: Any = _CheckedReceiver(self, hostName, resolutionReceiver)  # zope's interfaces are not types
        return super().resolveHostName(checked, hostName, portNumber, addressTypes, transportSemantics)

    def refuse(self, host: str, reason: str) -> None:
        """Remember why a name was refused."""
        self.refusals[host] = reason
        self.refusals.move_to_end(host)
        while len(self.refusals) > _REMEMBERED_REFUSALS:
            self.refusals.popitem(last=False)


@implementer(IResolutionReceiver)
class _CheckedReceiver:
    """Hold the addresses of one name back until all of them are known to be safe."""

    def __init__(self, resolver: GuardedResolver, host: str, receiver: Any) -> None:
        self._resolver, self._host, self._receiver = resolver, host, receiver
        self._addresses: list[Any] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        resolver = self._resolver
        reasons = (unsafe_address_reason(address.host, allow_private=resolver.allow_private) for address in self._addresses)
        reason = next(filter(None, reasons), None)
        if reason is not None:
            resolver.refuse(self._host, f"{self._host} resolves to an unsafe address: {reason}")
        else:
            resolver.refusals.pop(self._host, None)
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


def guarded_resolver(reactor: Any, crawler: Crawler) -> GuardedResolver:
    """Return the resolver in charge of the reactor, and put a guarded one in charge first if it is another.

    Only Scrapy's process classes obey TWISTED_DNS_RESOLVER; a runner would leave the plain resolver in place, and the guard open.
    """
    resolver = reactor.nameResolver
    if not isinstance(resolver, GuardedResolver):
        resolver = GuardedResolver.from_crawler(crawler, reactor)
        resolver.install_on_reactor()
    return resolver
