"""The smaller facts of a page, each with where it was found: description, site, section, image, paywall, canonical address, standfirst."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts, Node, node_types
from crawler.extraction.told import Told
from crawler.urls import UrlError, canonical_url, credible_canonical

_NO_SECTION = re.compile(
    r"^(?:home(?:page)?|news|articles?|story|stories|index|blog|tags?|topics?|uncategori[sz]ed|https?:.*|accueil|actualités?|actu"
    r"|non classé|haber(?:ler)?|ana ?sayfa|genel|(?:ال)?[أا]خبار|خبر|الرئيسية|الصفحة الرئيسية|غير مصنف|خانه|صفحه (?:اصلی|نخست)|همه اخبار"
    r"|דף הבית|ראשי|אתר ראשי"
    r"|חדשות|صفحۂ اول|سەرەکی|هەواڵ|destpêk|ana səhifə|start(?:seite)?|inicio|portada)$",
    re.IGNORECASE,
)
_LOGO = re.compile(
    r"^(?:.{0,80}[-_.])?(?:logo|default|placeholder|fallback|favicon|no-?image|noimg|apple-touch-icon|site-?icon)s?(?:[-_.].{0,80})?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MetadataConfig:
    """How sure each place is, and limits.

    No labelled pages tell how often these fields are right, so confidence is an order: `news` is made for articles by their publisher
    (JSON-LD of the article, `article:section`), `shared` is made for sharing the page (OpenGraph), `page` for pages of any kind, `marked`
    is visible and marked as what it is, `doubtful` is what a site puts in when it has nothing better, `address` is the address that
    answered, which is right unless the site hides its canonical form. `section_chars`: what is longer names no section; `headline_chars`:
    what is as long and part of the headline is the headline; `standfirst_chars`: what is longer and stands apart is no standfirst.
    """

    news: float = 0.95
    shared: float = 0.9
    page: float = 0.8
    marked: float = 0.6
    address: float = 0.7
    doubtful: float = 0.3
    section_chars: int = 60
    headline_chars: int = 18
    standfirst_chars: int = 500


CONFIG = MetadataConfig()


def description(facts: Facts) -> Told[str] | None:
    """Return what the page says it is about, in a sentence or two; what the site says of itself is not that."""
    slogans = {comparable(line) for node in facts.nodes if _is_site(node) and (line := clean_line(node.get("description")))}
    places = (
        ("og", CONFIG.shared, facts.first_meta("og:description")),
        ("meta", CONFIG.shared, facts.first_meta("description")),
        ("json-ld", CONFIG.news, clean_line(facts.article.get("description"))),
        ("twitter", CONFIG.shared, facts.first_meta("twitter:description")),
        ("meta", CONFIG.page, facts.first_meta("dc.description", "sailthru.description")),
        ("microdata", CONFIG.page, clean_line(next(iter(facts.items.get("description", ())), None))),
    )
    return next((Told(line, found_in, sure) for found_in, sure, line in places if line and comparable(line) not in slogans), None)


def site_name(facts: Facts) -> Told[str] | None:
    """Return the name that the site gives itself."""
    if name := facts.first_meta("og:site_name"):
        return Told(name, "og", CONFIG.shared)
    if name := facts.first_meta("application-name"):
        return Told(name, "meta", CONFIG.page)
    publishers = [facts.article.get("publisher"), *(node for node in facts.nodes if _is_site(node))]
    for entry in publishers:
        for publisher in _entries(entry):
            known = _resolved(publisher, facts)
            if isinstance(known, dict) and (name := clean_line(known.get("name"), 120)):
                return Told(name, "json-ld", CONFIG.shared)
    return None


def _is_site(node: Node) -> bool:
    """Say whether a node describes the site or its publisher."""
    return not node_types(node).isdisjoint({"website", "newsmediaorganization"})


def _resolved(value: Any, facts: Facts) -> Any:
    """Follow a JSON-LD reference to the node of the page that it names."""
    if isinstance(value, dict) and len(value) <= 2 and isinstance(identity := value.get("@id"), str):
        return next((node for node in facts.nodes if node.get("@id") == identity and len(node) > len(value)), value)
    return value


def section(facts: Facts, names: Collection[str] = (), title: str | None = None) -> Told[str] | None:
    """Return the section that the article stands in; a section that every article stands in is none.

    `names` are the comparable names of the site and `title` the headline, which end up in the place of a section too.
    """
    unwanted = {*names, comparable(title or "")}
    for found_in, sure, values in _sections(facts):
        for value in values:
            line = clean_line(value, CONFIG.section_chars)
            if line and not _NO_SECTION.match(line) and not _is_one_of(comparable(line), unwanted):
                return Told(line, found_in, sure)
    return None


def _is_one_of(key: str, unwanted: Collection[str]) -> bool:
    """Say whether a name is one of those, or begins or ends a long one, as shortened headlines do."""
    return any(key == other or (len(key) >= CONFIG.headline_chars and key in other) for other in unwanted)


def _sections(facts: Facts) -> Iterator[tuple[str, float, Iterable[Any]]]:
    """Give the names of sections by the place where they stand, the surest first; the narrowest first in paths."""
    yield "meta", CONFIG.news, _values(facts, "article:section", "og:article:section", "og:section", "parsely-section", "prism.section")
    yield "json-ld", CONFIG.news, _entries(facts.article.get("articleSection"))
    yield "meta", CONFIG.page, _values(facts, "section", "articlesection", "outbrainsection", "cxenseparse:recs:category", "page.section")
    yield "microdata", CONFIG.page, facts.items.get("articlesection", ())
    yield "breadcrumbs", CONFIG.page, reversed(_path(facts))
    yield "breadcrumbs", CONFIG.marked, reversed(facts.crumbs)


def _values(facts: Facts, *names: str) -> list[str]:
    """List the values of some meta tags."""
    return [value for name in names for value in facts.meta.get(name, ())]


def _path(facts: Facts) -> list[Any]:
    """List the names in the JSON-LD path of a page, from the home page down."""
    for node in facts.nodes:
        entries = node.get("itemListElement")
        if "breadcrumblist" in node_types(node) and isinstance(entries, list):
            steps = [entry for entry in entries[:20] if isinstance(entry, dict)]
            return [step.get("name") or (step["item"].get("name") if isinstance(step.get("item"), dict) else None) for step in steps]
    return []


def image_url(facts: Facts, page_url: str) -> Told[str] | None:
    """Return the absolute http(s) address of the article's picture; the site's logo only when there is no other."""
    shared = [("og", CONFIG.shared, facts.first_meta(name)) for name in ("og:image", "og:image:secure_url", "og:image:url")]
    told = [("json-ld", CONFIG.news, value) for value in _image_values(facts.article.get("image"), facts)]
    told += [("json-ld", CONFIG.shared, value) for value in _image_values(facts.article.get("thumbnailUrl"), facts)]
    others = [("twitter", CONFIG.shared, facts.first_meta("twitter:image", "twitter:image:src"))]
    others += [("link", CONFIG.page, value) for value in facts.links.get("image_src", ())]
    others += [("microdata", CONFIG.page, value) for value in facts.items.get("image", ())]
    spare: Told[str] | None = None
    for found_in, sure, value in (*shared, *told, *others):
        if not (address := _web_address(value, page_url)):
            continue
        if not _LOGO.search(urlsplit(address).path.rpartition("/")[2]):
            return Told(address, found_in, sure)
        spare = spare or Told(address, found_in, CONFIG.doubtful)
    return spare


def _web_address(value: Any, page_url: str) -> str | None:
    """Make a value an absolute http(s) address, None when it is none."""
    line = clean_line(value)
    if not line:
        return None
    try:
        absolute = urljoin(page_url, line)
        parts = urlsplit(absolute)
    except ValueError:  # a bracket where no IPv6 address is
        return None
    return absolute if parts.scheme in ("http", "https") and parts.hostname and " " not in absolute else None


def standfirst(text: str, summaries: Collection[str], marked: Collection[str], blocks: Collection[str]) -> Told[str] | None:
    """Return the first paragraph of a text when the page sets it apart.

    It is set apart by the class of its element (`marked`), by standing outside of what was extracted (`blocks`), or as a description of the
    page (`summaries`). The only paragraph of a text is its body.
    """
    first, _, rest = text.partition("\n\n")
    key = comparable(first)
    if not rest or not key:
        return None
    if any(comparable(line) == key for line in marked):
        return Told(first, "class", CONFIG.shared)
    if any(comparable(line) == key for line in summaries):
        return Told(first, "description", CONFIG.page)
    if blocks and len(first) <= CONFIG.standfirst_chars and not any(key in comparable(block) for block in blocks):
        return Told(first, "apart", CONFIG.page)
    return None


def _image_values(value: Any, facts: Facts) -> Iterator[Any]:
    """Give the addresses in a JSON-LD image: a string, an object, a reference to one or a list of them."""
    for listed in _entries(value)[:20]:
        entry = _resolved(listed, facts)
        yield entry.get("url") or entry.get("contentUrl") if isinstance(entry, dict) else entry


def paywalled(facts: Facts) -> Told[bool] | None:
    """Say whether the page calls itself, or a part of itself, paid content; None when it does not say. What is metered is not free.

    Source: schema.org `isAccessibleForFree`, of the article and of its `hasPart` (Google's paywalled content guideline); the content tier
    of Facebook's Open Graph articles.
    """
    nodes = (facts.article, *facts.nodes)
    for value in (node.get("isAccessibleForFree") for node in nodes):
        if (free := _truth(value)) is not None:
            return Told(not free, "json-ld", CONFIG.news)
    parts = [part for node in nodes for part in _entries(node.get("hasPart")) if isinstance(part, dict)]
    if any(_truth(part.get("isAccessibleForFree")) is False for part in parts):
        return Told(True, "json-ld", CONFIG.news)
    for value in facts.items.get("isaccessibleforfree", ()):
        if (free := _truth(value)) is not None:
            return Told(not free, "microdata", CONFIG.page)
    tier = _content_tier(facts)
    return Told(tier != "free", "content_tier", CONFIG.shared) if tier in ("free", "metered", "locked") else None


def is_metered(facts: Facts) -> bool:
    """Say whether the page is paid content only for those who read a lot: then its text is whole."""
    return _content_tier(facts) == "metered"


def _content_tier(facts: Facts) -> str:
    return (facts.first_meta("article:content_tier", "og:article:content_tier") or "").lower()


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _truth(value: Any) -> bool | None:
    """Read a boolean as JSON-LD has it: true, "True", "https://schema.org/True"."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower().rsplit("/", 1)[-1] if isinstance(value, str) else ""
    return word in ("true", "yes") if word in ("true", "false", "yes", "no") else None


def canonical_address(facts: Facts, page_url: str) -> Told[str]:
    """Return the identity of the page: its own claim where that is credible, else the address that answered.

    Raises: UrlError, when that address is none.
    """
    claims = (("link", CONFIG.news, next(iter(facts.links.get("canonical", ())), None)), ("og", CONFIG.shared, facts.first_meta("og:url")))
    for found_in, sure, declared in claims:
        if credible := credible_canonical(declared, page_url):
            return Told(credible, found_in, sure)
    return Told(canonical_url(page_url), "address", CONFIG.address)


def claimed_address(facts: Facts) -> str | None:
    """Return the absolute address that a page saved without one claims for itself."""
    for declared in (*facts.links.get("canonical", ())[:1], facts.first_meta("og:url")):
        line = clean_line(declared, 4_000)
        try:
            if line and canonical_url(line):
                return line
        except UrlError:
            continue
    return None
