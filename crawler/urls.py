"""One address for one article: pure functions on URLs.

`canonical_url` is an identity, not a promise that the address answers: two addresses that differ only in what no publisher uses to tell
articles apart become one. Each rule with its source:

- scheme: http and https are one (canonically https); host in lower case, IDN as punycode, no trailing dot, default ports dropped
  (RFC 3986 section 6.2.2 and 6.2.3, UTS #46); user information dropped;
- `www.`, `m.`, `mobile.` and `amp.` before a registered domain are one host;
- IP addresses and explicit ports other than the default stay as they are, with their scheme: there the address is the only name;
- path: case kept, dot segments resolved (RFC 3986 section 5.2.4), percent-encoding normalised to UTF-8 with upper-case hex and without
  needless escapes (section 6.2.2.2), session ids in path parameters dropped; a trailing slash is kept;
- query: tracking parameters dropped, all others kept (`article.php?id=7` is its id), sorted by name; empty queries dropped;
- fragment: dropped.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

import idna
from tldextract import TLDExtract


class UrlError(ValueError):
    """The text is no http(s) address of a host."""


MAX_CHARS = 8_192  # of a canonical URL; browsers and databases stop not far from there

_DEFAULT_PORTS = {"http": 80, "https": 443}
_VARIANT_LABELS = frozenset({"www", "m", "mobile", "amp"})
_TRACKING = re.compile(
    r"""^(?:utm_\w+|utm|stm_\w+|mtm_\w+|matomo_\w+|piwik_\w+|pk_\w+|hsa_\w+|hmb_\w+|ns_(?:mchannel|source|campaign|linkname|fee)|at_\w+|itm_\w+|wt_z?mc
    |fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_\w+|srsltid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|mkt_tok|rb_clickid
    |_ga|_gl|_hs(?:enc|mi)|__hs\w+|_openstat|__twitter_impression|__tn__|vero_(?:id|conv)|wickedid|oly_(?:enc|anon)_id|sc_cid|s_cid|icid|ncid|ocid
    |cid_source|cmpid|cmp|ito|ico|maca|mbid|smid|smtyp|sr_share|xtor|ref_src|ref_url|ref_|spref|share_\w+|shared|shareid|fb_(?:action_\w+|comment_id|ref|source)
    |action_(?:object|type|ref)_map|guccounter|guce_referrer(?:_sig)?|soc_(?:src|trk)|campaign_?id|trk(?:campaign|_\w+)?|tracking_source|traffic_source
    |cvid|outputtype|amp|amp_\w+|usqp|phpsessid|jsessionid|aspsessionid\w*|sessionid|cftoken|cfid)$""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[a-z_.-]+", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;?]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_STRIPPED = "".join(map(chr, range(0x21)))  # C0 controls and space (WHATWG URL Standard, section 4.4)
_REMOVED = re.compile("[\t\n\r]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# an escape, or a character that may not stand bare; pchar and its like of RFC 3986, section 3.3 and 3.4
_PATH_UNSAFE = re.compile(r"%[0-9a-fA-F]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/-]")
_NAME_UNSAFE = re.compile(r"%[0-9a-fA-F]{2}|[^A-Za-z0-9._~!$'()*,;:@/?-]")
_VALUE_UNSAFE = re.compile(r"%[0-9a-fA-F]{2}|[^A-Za-z0-9._~!$'()*,;:@/?=-]")


def canonical_url(url: str) -> str:
    """Reduce an address to the identity of what it names.

    Idempotent. Raises: UrlError, and nothing else, for every text that is not an absolute http(s) URL with a valid host.
    """
    parts = _split(url)
    host, port = _host_and_port(parts)
    if port is None and not _is_ip(host):
        scheme, host = "https", _without_variant(host)
    else:
        scheme = parts.scheme
    authority = host if port is None else f"{host}:{port}"
    query = _canonical_query(parts.query)
    canonical = f"{scheme}://{authority}{_canonical_path(parts.path)}{'?' + query if query else ''}"
    if len(canonical) > MAX_CHARS:
        raise UrlError(f"the address has more than {MAX_CHARS} characters")
    return canonical


def host_of(url: str) -> str:
    """Return the host of an http(s) URL as `canonical_url` writes it but with its `www.` or `m.`; with the port when it is not the default.

    Raises: UrlError.
    """
    host, port = _host_and_port(_split(url))
    return host if port is None else f"{host}:{port}"


def registered_domain(host_or_url: str) -> str:
    """Return the domain that somebody registered: `bbc.co.uk` of `www.bbc.co.uk`.

    An IP address is itself, with its port when that is not the default; a host without a dot is itself. Private registries (a blog under
    `blogspot.com`) count as registries. Nothing is fetched: the suffix list is the one that tldextract brings.

    Raises: UrlError.
    """
    text = host_or_url if "://" in host_or_url else f"http://{host_or_url}"
    host, port = _host_and_port(_split(text))
    if _is_ip(host):
        return host if port is None else f"{host}:{port}"
    return _registered(host)


def same_site(one: str, other: str) -> bool:
    """Say whether two hosts or URLs belong to one registered domain; what is no address belongs to none."""
    try:
        return registered_domain(one) == registered_domain(other)
    except UrlError:
        return False


def credible_canonical(declared: str | None, page_url: str) -> str | None:
    """Return the canonical form of the address that a page declares for itself, if it can be believed.

    It must be http(s), on the page's own site, and not the home page, which many sites declare by mistake on every page, unless the page
    is the home page. A relative address is resolved against `page_url`.
    """
    if not declared or not declared.strip():
        return None
    try:
        canonical = canonical_url(urljoin(page_url, declared.strip()))
        page = canonical_url(page_url)
    except ValueError:  # urljoin's own, and UrlError
        return None
    if not same_site(canonical, page) or (_is_home(canonical) and not _is_home(page)):
        return None
    return canonical


def _is_home(canonical: str) -> bool:
    """Say whether a canonical URL is a site's front page."""
    parts = urlsplit(canonical)
    return parts.path.strip("/").lower() in ("", "index.html", "index.php", "home") and not parts.query


def _split(url: str) -> SplitResult:
    """Split an absolute http(s) URL."""
    text = _SURROGATE.sub("\ufffd", _REMOVED.sub("", url.strip(_STRIPPED)))
    found = _SCHEME.match(text)
    if not found or found.group(1).lower() not in _DEFAULT_PORTS:
        raise UrlError(f"{text:.100} is not an http(s) address")
    rest, mark, tail = _cut(text[found.end() :])
    rest = rest.replace("\\", "/")  # as browsers do (WHATWG URL Standard, section 4.4)
    if not rest.startswith("//"):
        raise UrlError(f"{text:.100} names no host")
    try:
        return urlsplit(f"{found.group(1).lower()}:{rest}{mark}{tail}")
    except ValueError as error:
        raise UrlError(f"{text:.100} is not a valid address: {error}") from error


def _cut(text: str) -> tuple[str, str, str]:
    """Divide a URL before its query or fragment."""
    ends = [at for at in (text.find("?"), text.find("#")) if at >= 0]
    at = min(ends, default=len(text))
    return text[:at], text[at : at + 1], text[at + 1 :]


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    """Return the normalised host and the port, None for the scheme's default."""
    try:
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise UrlError(f"not a valid port: {error}") from error
    if not host:
        raise UrlError("the address names no host")
    if port == _DEFAULT_PORTS[parts.scheme]:
        port = None
    return _normal_host(host, bracketed="[" in parts.netloc), port


@lru_cache(maxsize=4096)
def _normal_host(host: str, *, bracketed: bool) -> str:
    """Write a host in its one form."""
    if bracketed:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
        except ValueError as error:
            raise UrlError(f"{host:.100} is not an IPv6 address") from error
    host = _unescape(host)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise UrlError(f"{host:.100} is not a host name") from error
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise UrlError(f"{host:.100} is not a host name")
    return host


def _unescape(text: str) -> str:
    """Undo percent-encoding; bytes that are not UTF-8 become U+FFFD, which no host may hold."""
    return re.sub(r"(?:%[0-9a-fA-F]{2})+", lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text)


def _is_ip(host: str) -> bool:
    """Say whether a normalised host is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    """Load the bundled public suffix list, once and without network or cache."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    """Find the registered domain of a normalised host name."""
    found = _suffixes()(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    # a suffix that nobody listed is one label (the list's own default rule); a listed suffix by itself is a host of its own
    return host if found.suffix else ".".join(host.split(".")[-2:])


@lru_cache(maxsize=4096)
def _without_variant(host: str) -> str:
    """Drop `www.`, `m.` … before the registered domain."""
    registered = _registered(host)
    while host != registered and host.partition(".")[0] in _VARIANT_LABELS:
        host = host.partition(".")[2]
    return host


def _normal_escape(found: re.Match[str]) -> str:
    """Write an escape, or a character that needs one, in its one form: bare when unreserved, else upper-case percent-encoded UTF-8."""
    text = found[0]
    if len(text) == 3:
        char = chr(int(text[1:], 16))
        return char if char in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8"))


def _canonical_path(path: str) -> str:
    """Normalise escapes, drop session ids, resolve dot segments."""
    path = _SESSION.sub("", _PATH_UNSAFE.sub(_normal_escape, path))
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", "..") and kept[-1:] != [""]:
        kept.append("")
    return "/" + "/".join(kept)


def _canonical_query(query: str) -> str:
    """Drop tracking parameters and sort what is left by name; parameters of one name keep their order."""
    kept: list[tuple[str, str]] = []
    for pair in query.split("&"):
        name, _, value = pair.replace("+", "%20").partition("=")
        name, value = _NAME_UNSAFE.sub(_normal_escape, name), _VALUE_UNSAFE.sub(_normal_escape, value)
        if not name and not value:
            continue
        if _TRACKING.match(name) or (name.lower() in ("ref", "referrer") and _WORD.fullmatch(value)):
            continue
        kept.append((name, value))
    kept.sort(key=lambda pair: pair[0])
    return "&".join(f"{name}={value}" if value or not name else name for name, value in kept)
