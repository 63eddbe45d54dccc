"""One address for one article: pure functions on URLs.

`canonical_url` is an identity, not a promise that the address answers: two addresses that differ only in what no publisher uses to tell
articles apart become one. Where it is open whether they do, they stay two: an article too many is found again as a copy, two articles
taken for one are lost. Each rule with its source:

- scheme: http and https are one (canonically https); host in lower case, IDN as punycode, no trailing dot, default ports dropped
  (RFC 3986 section 6.2.2 and 6.2.3, UTS 46); user information dropped;
- `www.`, `m.`, `mobile.`, `amp.` … before a registered domain are one host; so are the country suffixes of `blogspot` (`url_hosts`);
- IP addresses and explicit ports other than the default stay as they are, with their scheme: there the address is the only name;
- path: case kept, dot segments resolved (RFC 3986 section 5.2.4), percent-encoding in one form and NFC (`url_text`), session ids, repeated
  and last slashes, `index.html` and the steps `amp` and `print` dropped (`url_paths`);
- query: tracking parameters and those that ask for AMP, print or a phone's page dropped, all others kept (`article.php?id=7` is its id),
  sorted by name (`url_queries`);
- fragment: dropped, unless a script shows the article that it names: `#!…`, and `#/…` on the home page;
- caches of AMP pages and counters of clicks that hold the address in theirs are opened (`url_wrappers`).

`/news/7` and `/news/7/slug`, `print.php?id=7` and `article.php?id=7`, `/7.html` and `/7` stay apart: whether they are one is for the site
to say, by a redirect or a credible `rel=canonical`; then both are addresses of one article (`crawler.processing`, `storage.articles`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin

from crawler.url_claims import contradiction
from crawler.url_hosts import UrlError, host_and_port, is_ip, registered, without_variant
from crawler.url_paths import canonical_path
from crawler.url_queries import canonical_query
from crawler.url_text import UNRESERVED, Escapes, decode
from crawler.url_wrappers import Wrapper, wrapper_of

__all__ = ["MAX_CHARS", "UrlError", "canonical_url", "credible_canonical", "host_of", "registered_domain", "same_site"]

MAX_CHARS = 8_192  # of a canonical URL; browsers and databases stop not far from there
MAX_RAW_CHARS = 8 * MAX_CHARS  # of what is given: room for trackers
_MAX_WRAPPERS = 8

# C0 controls and space (WHATWG URL Standard, section 4.4), and what stands unseen around addresses in right-to-left text
_STRIPPED = "".join(map(chr, range(0x21))) + "\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_REMOVED = re.compile("[\t\n\r]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_AMPERSAND = re.compile(r"&#(?:0*38|x0*26);", re.ASCII | re.IGNORECASE)  # of HTML, left in feeds
_URL = re.compile(r"(https?):([/\\]{2})([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.ASCII | re.IGNORECASE | re.DOTALL)
_SHOWN_BY_SCRIPT = re.compile(r"!/*[^/]|/[^/]", re.DOTALL)
_FRAGMENT = Escapes("!$&'()*+,;=:@/?")
_FRAGMENT_DECODABLE = UNRESERVED | set("!$'()*,:@")
_DRUPAL_NODE = re.compile(r"q=((?:[a-z]{2,3}/)?node/\d+)")
_BLOGGER_PATH = re.compile(r"/(?:19|20)\d\d/(?:0[1-9]|1[0-2])/[^/]+\.html")


def canonical_url(url: str) -> str:
    """Reduce an address to the identity of what it names.

    Idempotent. Raises: UrlError, and nothing else, for every text that is not an absolute http(s) URL with a valid host.
    """
    canonical, inside = _canonical(url)
    for _ in range(_MAX_WRAPPERS):
        if inside is None:
            return canonical
        try:
            canonical, inside = _canonical(inside)
        except UrlError:
            return canonical  # what is wrapped is no address: the wrapper stands for itself
    raise UrlError(f"{url:.100} wraps more than {_MAX_WRAPPERS} addresses")


def host_of(url: str) -> str:
    """Return the host of an http(s) URL as `canonical_url` writes it but with its `www.` or `m.`; with the port when it is not the default.

    Raises: UrlError.
    """
    scheme, netloc, *_ = _split(url)
    host, port = host_and_port(scheme, netloc)
    return host if port is None else f"{host}:{port}"


def registered_domain(host_or_url: str) -> str:
    """Return the domain that somebody registered: `bbc.co.uk` of `www.bbc.co.uk`.

    An IP address is itself, with its port when that is not the default; a host without a dot is itself. Private registries (a blog under
    `blogspot.com`) count as registries. Nothing is fetched: the suffix list is the one that tldextract brings.

    Raises: UrlError.
    """
    scheme, netloc, *_ = _split(host_or_url if "://" in host_or_url else f"http://{host_or_url}")
    host, port = host_and_port(scheme, netloc)
    if is_ip(host):
        return host if port is None else f"{host}:{port}"
    return registered(host)


def same_site(one: str, other: str) -> bool:
    """Say whether two hosts or URLs belong to one registered domain; what is no address belongs to none."""
    try:
        return registered_domain(one) == registered_domain(other)
    except UrlError:
        return False


def credible_canonical(declared: str | None, page_url: str) -> str | None:
    """Return the canonical form of the address that a page declares for itself, if it can be believed.

    It must be http(s), on the page's own site, and must not contradict the address that answered: be the home page or the section, another
    language edition, another page of the article, or bear the number of another article (`crawler.url_claims`). A relative address is
    resolved against `page_url`.
    """
    if not declared or not declared.strip():
        return None
    try:
        canonical = canonical_url(urljoin(page_url, declared.strip()))
        page = canonical_url(page_url)
    except ValueError:  # urljoin's own, and UrlError
        return None
    if not same_site(canonical, page) or contradiction(canonical, page):
        return None
    return canonical


def _canonical(url: str) -> tuple[str, str | None]:
    """Return an address in its one form, and the address inside it, if it is a cache's or a counter's."""
    scheme, netloc, path, query, fragment = _split(url)
    authority, wrapper, blogger = _authority(scheme, netloc)
    path = canonical_path(path, renderings=wrapper is None)
    query = canonical_query(query, blogger=blogger or _BLOGGER_PATH.fullmatch(path) is not None, renderings=wrapper is None)
    if query and not path and (node := _DRUPAL_NODE.fullmatch(query)):
        path, query = f"/{node[1]}", ""  # the same page with and without clean URLs
    canonical = f"{authority}{path or '/'}"
    if query:
        canonical = f"{canonical}?{query}"
    if fragment and _SHOWN_BY_SCRIPT.match(fragment) and (fragment[0] == "!" or not path):
        canonical = f"{canonical}#{_FRAGMENT.encode(decode(fragment, _FRAGMENT_DECODABLE))}"
    if len(canonical) > MAX_CHARS:
        raise UrlError(f"the address has more than {MAX_CHARS} characters")
    return canonical, wrapper(path, query) if wrapper else None


def _split(url: str) -> tuple[str, str, str, str, str]:
    """Split an absolute http(s) URL into scheme, authority, path, query and fragment."""
    text = url
    if len(text) > MAX_RAW_CHARS:
        raise UrlError(f"the address has more than {MAX_RAW_CHARS} characters")
    if not (text.isascii() and text.isprintable()) or text[:1] == " " or text[-1:] == " ":
        text = _SURROGATE.sub("\ufffd", _REMOVED.sub("", text.strip(_STRIPPED)))
    if "&#" in text:
        text = _AMPERSAND.sub("&", text)
    found = _URL.fullmatch(text)
    if found is None:
        raise UrlError(f"{text:.100} is not an http(s) address of a host")
    scheme, _, netloc, path, query, fragment = found.groups("")
    if len(path) > MAX_CHARS:
        raise UrlError(f"the path has more than {MAX_CHARS} characters")
    return scheme.lower(), netloc, path.replace("\\", "/"), query, fragment  # browsers too take backslashes for slashes (WHATWG 4.4)


@lru_cache(maxsize=16_384)
def _authority(scheme: str, netloc: str) -> tuple[str, Wrapper | None, bool]:
    """Return the begin of a canonical URL, what its host wraps, and whether it is a blog of Blogger."""
    host, port = host_and_port(scheme, netloc)
    if port is not None:
        return f"{scheme}://{host}:{port}", None, False
    if is_ip(host):
        return f"{scheme}://{host}", None, False
    host = without_variant(host)
    return f"https://{host}", wrapper_of(host), host.endswith(".blogspot.com")
