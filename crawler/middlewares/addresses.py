"""Which addresses a crawler of the public web may be sent to: pure checks of URLs and of resolved IP addresses.

A feed is written by strangers, and a redirect is too: either may name this machine, its network or the cloud's metadata service. Two checks
are needed: this one sees what a URL says in any spelling, `crawler.middlewares.resolver` sees where a harmless name really leads.

Source: RFC 6890 (special-purpose addresses), RFC 6052 (NAT64), RFC 6761 and RFC 9476 (special-use names), WHATWG Fetch section 2.9 (ports).
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

MAX_URL_CHARACTERS = 8_000  # what RFC 9110 section 4.1 asks every server to take

# Ports of other protocols, which no browser talks to either (WHATWG Fetch, 'bad port').
_BAD_PORTS = frozenset(
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
        111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
        548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
        6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    }
)  # fmt: skip
_LOCAL_SUFFIXES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")
_LOOPBACK_NAMES = ("localhost", "localhost.localdomain")

_GLOBAL_UNICAST_6 = IPv6Network("2000::/3")  # all that IANA has given out for the public internet
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS_6 = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # 6to4 and Teredo carry an IPv4 address inside
_NEVER_4 = (IPv4Network("192.88.99.0/24"), IPv4Network("0.0.0.0/8"))  # 6to4 relays; 'this network'
_PRIVATE = (
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMERIC_LABEL = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def unsafe_reason(url: str, *, allow_private: bool = False) -> str | None:
    """Say why a URL must not be fetched.

    Args: a URL in any spelling; whether loopback and private networks are open, as for the demo and for tests. Link-local addresses, where
    clouds keep their metadata, stay closed even then.
    Returns: the reason in words, or None for a URL that may go on to the resolver.
    """
    if len(url) > MAX_URL_CHARACTERS:
        return f"longer than {MAX_URL_CHARACTERS:,} characters"
    if _CONTROL.search(url):
        return "a control character in the address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "not an address"
    if parts.scheme.lower() not in {"http", "https"}:
        return f"the scheme {parts.scheme[:20]!r} is not of the web"
    if "@" in parts.netloc or "\\" in parts.netloc:
        return "a user name in the address"
    if port in _BAD_PORTS:
        return f"port {port} is not of the web"
    return _unsafe_host(parts, allow_private=allow_private)


def unsafe_address_reason(address: str, *, allow_private: bool = False) -> str | None:
    """Say why an IP address must not be connected to.

    Args: an address as a resolver gives it; whether loopback and private networks are open.
    Returns: the reason in words, or None for an address of the public internet.
    """
    if "%" in address:
        return f"{address} is bound to one interface"
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address[:60]!r} is not an IP address"
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if embedded is not None:
            return unsafe_address_reason(str(embedded), allow_private=allow_private)
    if allow_private and any(ip in network for network in _PRIVATE if network.version == ip.version):
        return None
    return None if _is_public(ip) else f"{ip} is not an address of the public internet"


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_loopback or ip.is_unspecified:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GLOBAL_UNICAST_6 and not any(ip in network for network in _TUNNELS_6)
    return ip.is_global and not any(ip in network for network in _NEVER_4)  # is_global leaves out shared space, 100.64.0.0/10


def _unsafe_host(parts: SplitResult, *, allow_private: bool) -> str | None:
    authority = parts.netloc
    if authority.startswith("["):
        literal = authority[1:].partition("]")[0]
        return unsafe_address_reason(literal, allow_private=allow_private)
    host = _plain_host(parts.hostname or "")
    if host is None or not host:
        return "no host name"
    labels = host.split(".")
    if _NUMERIC_LABEL.match(labels[-1]):
        # '2130706433', '0x7f.1', '0177.0.0.1': resolvers read them as addresses, people write them to hide one
        try:
            IPv4Address(host)
        except ValueError:
            return "an IP address in an unusual spelling"
        return unsafe_address_reason(host, allow_private=allow_private)
    if allow_private and host in _LOOPBACK_NAMES:
        return None
    if any(host == suffix or host.endswith("." + suffix) for suffix in _LOCAL_SUFFIXES) or len(labels) == 1:
        return f"{host[:80]!r} is a name of a local network"
    if len(host) > 253 or not all(_HOST_LABEL.match(label) for label in labels):
        return "not a host name"
    return None


def _plain_host(host: str) -> str | None:
    """Return the ASCII name that a resolver would be asked for, without one trailing dot; None when there is none.

    Percent-escapes are undone, compatibility letters (full-width digits, circled letters, other full stops) folded as IDNA does.
    """
    text = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().removesuffix(".")
    if text.isascii():
        return text
    try:
        return text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
