"""The host of an address in its one form, and the domain that somebody registered. Pure; nothing is fetched."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import idna
from tldextract import TLDExtract

MAX_NETLOC_CHARS = 1_024  # DNS ends at 253 (RFC 1035 section 2.3.4); user information is dropped anyway

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Hosts that show the same articles to another screen. `www2.` and its like are servers of one farm.
_VARIANT = re.compile(r"(?:www\d{0,2}|m|mobile|mobi|touch|wap|amp)")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_ESCAPED = re.compile(r"(?:%[0-9a-fA-F]{2})+")
# Blogger answered a blog under the suffix of the reader's country, at the same paths.
_BLOGSPOT = re.compile(r"(.+\.blogspot)\.(?:[a-z]{2}|com?\.[a-z]{2})")


class UrlError(ValueError):
    """The text is no http(s) address of a host."""


@lru_cache(maxsize=16_384)
def host_and_port(scheme: str, netloc: str) -> tuple[str, int | None]:
    """Return the normalised host and the port, None for the scheme's default. User information is dropped.

    Args: 'http' or 'https'; what stands between `//` and the path. Raises: UrlError.
    Source: RFC 3986 sections 3.2 and 6.2.2.1, RFC 9110 section 4.2.4 (user information), UTS 46 (non-transitional) for other scripts.
    """
    if len(netloc) > MAX_NETLOC_CHARS:
        raise UrlError(f"the host has more than {MAX_NETLOC_CHARS} characters")
    name, mark, digits = (host := netloc.rpartition("@")[2]).rpartition(":")
    if not mark or "]" in digits:
        name, digits = host, ""
    if digits and not (digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= 5 and int(digits) <= 65_535):
        raise UrlError(f"{digits:.20} is not a port")
    if not name:
        raise UrlError("the address names no host")
    port = int(digits) if digits else None
    return _normal_host(name), None if port == _DEFAULT_PORTS[scheme] else port


def is_ip(host: str) -> bool:
    """Say whether a normalised host is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4_096)
def registered(host: str) -> str:
    """Find the registered domain of a normalised host name. Source: the public suffix list that tldextract brings."""
    found = _suffixes()(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    # a suffix that nobody listed is one label (the list's own default rule); a listed suffix by itself is a host of its own
    return host if found.suffix else ".".join(host.split(".")[-2:])


@lru_cache(maxsize=16_384)
def without_variant(host: str) -> str:
    """Drop `www.`, `m.`, `amp.` … before the registered domain, wherever it stands: `ar.m.news.example` is `ar.news.example`."""
    if found := _BLOGSPOT.fullmatch(host):
        host = f"{found[1]}.com"
    own = registered(host)
    if host == own:
        return host
    before = host.removesuffix(own).rstrip(".").split(".")
    return ".".join([*(label for label in before if not _VARIANT.fullmatch(label)), own])


def _normal_host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host.strip('[]').partition('%')[0]).compressed}]"
        except ValueError as error:
            raise UrlError(f"{host:.100} is not an IPv6 address") from error
    # bytes that are not UTF-8 become U+FFFD, which no host may hold
    host = _ESCAPED.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), host)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise UrlError(f"{host:.100} is not a host name") from error
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise UrlError(f"{host:.100} is not a host name")
    return host


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    """Load the bundled public suffix list, once and without network or cache."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
