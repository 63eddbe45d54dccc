"""Addresses that carry another one in themselves: caches of AMP pages and counters of clicks. Pure.

Only what the address itself says is undone. A shortened address (t.co, bit.ly, feedproxy) says nothing: there the redirect must answer, and
then it is an alias. A translation is another text, and an archive's copy is another page: they stay what they are.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

Wrapper = Callable[[str, str], str | None]  # canonical path and query to the address inside, None when there is none

_AMP_CACHES = (".cdn.ampproject.org", ".bing-amp.com", ".amp.cloudflare.com")
_CACHED = re.compile(r"/(?:c|v|wp)(/s)?/([^/]+\.[^/]+.*)")
_VIEWED = re.compile(r"/amp(/s)?/([^/]+\.[^/]+.*)")
_GOOGLE = re.compile(r"google\.(?:com?\.)?[a-z]{2,3}")
_NEWS_ARTICLE = re.compile(r"/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([A-Za-z0-9_-]+)")
_SAFE_LINKS = ".safelinks.protection.outlook.com"
# host: the paths of its counter, and the parameters that hold the target
_COUNTERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "l.facebook.com": (("/l.php", ""), ("u",)),
    "lm.facebook.com": (("/l.php", ""), ("u",)),
    "facebook.com": (("/l.php", "/flx/warn"), ("u",)),
    "l.messenger.com": (("/l.php", ""), ("u",)),
    "l.instagram.com": (("",), ("u",)),
    "l.threads.net": (("",), ("u",)),
    "l.threads.com": (("",), ("u",)),
    "out.reddit.com": (("",), ("url",)),
    "youtube.com": (("/redirect",), ("q",)),
    "vk.com": (("/away.php",), ("to",)),
    "away.vk.com": (("/away.php",), ("to",)),
    "t.umblr.com": (("/redirect",), ("z",)),
    "linkedin.com": (("/redir/redirect", "/safety/go"), ("url",)),
    "slack-redir.net": (("/link",), ("url",)),
    "t.me": (("/iv",), ("url",)),
    "bing.com": (("/news/apiclick.aspx",), ("url",)),
    "duckduckgo.com": (("/l",), ("uddg",)),
    "getpocket.com": (("/redirect",), ("url",)),
}


def wrapper_of(host: str) -> Wrapper | None:
    """Return how to open what a host (in canonical form) wraps; None for all others.

    Source: amp.dev, 'AMP Cache URL format'; the counters as they stand in links.
    """
    if host == "cdn.ampproject.org" or host.endswith(_AMP_CACHES):
        return _amp_cached
    if host == "news.google.com":
        return _google_news
    if _GOOGLE.fullmatch(host):
        return _google
    if host.endswith(_SAFE_LINKS):
        return lambda _path, query: _target(query, ("url",))
    if counter := _COUNTERS.get(host):
        paths, names = counter
        return lambda path, query: _target(query, names) if path in paths else None
    return None


def _target(query: str, names: tuple[str, ...]) -> str | None:
    """Return the first parameter of one of these names that holds a web address."""
    for wanted in names:
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            if name == wanted and (target := unquote(value)).lower().startswith(("http://", "https://")):
                return target
    return None


def _unfolded(found: re.Match[str] | None, query: str) -> str | None:
    """Put the address of a cached page together again; the viewer escapes the question mark and what follows."""
    if found is None:
        return None
    rest = found[2]
    if "?" not in rest and "%3F" in rest:
        before, _, after = rest.partition("%3F")
        rest = f"{before}?{after.replace('%26', '&').replace('%3D', '=')}"
    mark = "&" if "?" in rest else "?"
    return f"http{'s' if found[1] else ''}://{rest}{mark + query if query else ''}"


def _amp_cached(path: str, query: str) -> str | None:
    return _unfolded(_CACHED.fullmatch(path), query)


def _google(path: str, query: str) -> str | None:
    if path == "/url":
        return _target(query, ("url", "q"))
    return _unfolded(_VIEWED.fullmatch(path), query)


def _google_news(path: str, query: str) -> str | None:
    if path in ("/news/url", "/url"):
        return _target(query, ("url", "q"))
    found = _NEWS_ARTICLE.fullmatch(path)
    return _decoded_article(found[1]) if found else None


def _decoded_article(code: str) -> str | None:
    """Read the address in the id of a Google News article, where it still stands in it.

    Until 2024 the id was base64 of a protocol buffer: field 1 = 19, field 4 = the address. Newer ones hold an opaque number and stay as
    they are.
    """
    try:
        data = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(b"\x08\x13\x22") or len(data) < 5:
        return None
    start, length = 4, data[3]
    if length & 0x80:
        start, length = 5, (length & 0x7F) | data[4] << 7
    address = data[start : start + length]
    if len(address) < length or not address.startswith((b"http://", b"https://")) or not address.isascii():
        return None
    return address.decode("ascii")
