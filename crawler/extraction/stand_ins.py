"""What stands in the place of an article: a wall, a request for consent, a login form, a 'not found' page, a teaser, a list of articles.

Such pages answer with status 200 and with words, so an extractor takes them for an article. They are looked for only where the page does
not plainly hold one: an article that carries a consent banner, a login box or the script of a captcha is an article.

A page that says 'not found' with status 200 counts as `no_text`, not as `gone`: sites answer so while an article is moved or edited, and a
wrong 'gone' would be written into its history, while a wrong 'no text' is mended by the next visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from crawler.errors import ConsentWall, Listing, NoText, PageError, Paywalled, Walled
from crawler.extraction.listings import is_doubtful, is_navigation, listing_reason
from crawler.extraction.metadata import is_metered
from crawler.extraction.phrases import CONSENT_TITLES, CONSENT_WORDS, CONSENTS, LOGIN_TITLES, NOT_FOUND_TITLES, TEASERS, folded, parts_of
from crawler.extraction.structured import Facts, is_article, node_types
from crawler.extraction.tree import parse
from crawler.outcomes import blocked_by
from crawler.records import Page
from crawler.walls import Detour, bot_wall, detour


@dataclass(frozen=True, slots=True)
class StandInConfig:
    """How much text is doubted.

    A page that calls itself an article and gives `article_chars` is one. Of paid content a text is a teaser under `paid_chars`, and under
    `teaser_chars` when the page sends its reader to subscribe. (Of 240 real articles two are paid and show 561 and 645 characters, a
    whole notice and the beginning of an essay: by themselves they cannot be told apart.) A page is bare with at most `bare_links` links
    and `bare_chars` letters; a wall that lists partners and purposes has more of both, `consent_links` and `consent_chars`. What says
    `own_chars`, or `own_share` of its text, about something else than consent is no request for it.
    """

    article_chars: int = 250
    paid_chars: int = 500
    teaser_chars: int = 1_500
    login_chars: int = 800
    bare_links: int = 25
    bare_chars: int = 3_000
    consent_links: int = 80
    consent_chars: int = 12_000
    own_share: float = 0.5
    own_chars: int = 600


CONFIG = StandInConfig()

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe"})
_RAW = frozenset({"script", "style"})
_CONSENT_TOOLS = (
    "sp_message", "privacy-mgmt.com", "sourcepoint", "didomi", "onetrust", "cookielaw.org", "trustarc", "quantcast.mgr", "cmp.quantcast",
    "usercentrics", "cookiebot", "consentmanager", "iubenda", "axeptio", "contentpass", "__tcfapi", "guce.",
)  # fmt: skip


class _Shown:
    """What a reader of the page sees, read anew from its source: the extraction has changed its own tree."""

    def __init__(self, source: str, url: str, facts: Facts) -> None:
        self._source, self._facts = source, facts
        self.tree = parse(source, url)

    @cached_property
    def text(self) -> str:
        return folded(" ".join(_visible(self.tree)))

    @cached_property
    def links(self) -> int:
        return sum(1 for _ in self.tree.iter("a"))

    @cached_property
    def heads(self) -> list[str]:
        """The parts of its title and headings."""
        return [part for line in (self._facts.title_tag, *self._facts.headings[:2]) if line for part in parts_of(line)]

    @cached_property
    def asks_for_password(self) -> bool:
        return any((field.get("type") or "").lower() == "password" for field in self.tree.iter("input"))

    @property
    def is_bare(self) -> bool:
        return self.links <= CONFIG.bare_links and len(self.text) <= CONFIG.bare_chars and not self.is_film

    @property
    def is_film(self) -> bool:
        kind = (self._facts.first_meta("og:type") or "").lower()
        return kind.startswith("video") or bool(node_types(self._facts.article) & {"videoobject", "audioobject"})

    def mentions(self, words: tuple[str, ...]) -> bool:
        return any(word in self._source for word in words)


def _visible(element: HtmlElement) -> Iterator[str]:
    """Give the texts that are not hidden; the depth is limited by the parser."""
    walk = [iter([element])]
    while walk:
        child = next(walk[-1], None)
        if child is None:
            walk.pop()
            continue
        if isinstance(child, str):
            yield child
            continue
        hidden = "display:none" in (child.get("style") or "").replace(" ", "").lower() or child.get("hidden") is not None
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not hidden:
            walk.append(iter([child.text or "", *(piece for grandchild in child for piece in (grandchild, grandchild.tail or ""))]))


def sells_the_rest(tree: HtmlElement) -> bool:
    """Say whether a page that nothing was taken out of yet holds a phrase by which teasers end, in one piece, be it shown or not."""
    pieces = (piece for element in tree.iter() for piece in ("" if element.tag in _RAW else element.text, element.tail) if piece)
    text = folded("|".join(pieces))
    return any(phrase in text for phrase in TEASERS)


def refuse_stand_in(source: str, tree: HtmlElement, page: Page, facts: Facts, text: str, *, pays: bool | None, teased: bool) -> bool | None:
    """Refuse a page that is no article, whatever words it has; say whether an article is paid content.

    Args: the page's source, decoded; its tree, which the extraction may have changed; the page; what it says of itself; the text that was
    taken out of it; whether it calls itself paid, and may be a teaser (`sells_the_rest`).
    Returns: True for paid content, False for free, None when the page does not say.
    Raises: Paywalled, ConsentWall, Walled, NoText, Listing.
    """
    whole = is_article(facts) and len(text) >= CONFIG.article_chars
    doubtful = is_doubtful(tree, facts, page.final_url)
    teased = teased and pays is not False
    if whole and not pays and not teased and not doubtful:
        return pays
    shown = _Shown(source, page.final_url, facts)
    teased = teased and any(phrase in shown.text for phrase in TEASERS)
    if reason := _teaser(text, sold=pays is True and not is_metered(facts), teased=teased):
        raise Paywalled(reason, url=page.final_url)
    if not whole and (error := _stand_in(page, shown, text)):
        raise error
    if doubtful or not is_article(facts):
        _refuse_list(page.final_url, shown, facts, text, doubtful=doubtful)
    return True if teased else pays


def _refuse_list(url: str, shown: _Shown, facts: Facts, text: str, *, doubtful: bool) -> None:
    """Refuse a page that lists articles; a film has many others beside it and is no list.

    Raises: Listing, NoText.
    """
    if not shown.is_film or doubtful:
        if reason := listing_reason(shown.tree, facts, text, url):
            raise Listing(reason, url=url)
    elif is_navigation(shown.tree, text):
        raise NoText("the page holds a film and no text", url=url)


def _teaser(text: str, *, sold: bool, teased: bool) -> str | None:
    """Say why a text is only the beginning of what is sold."""
    size = len(text)
    if sold and size < CONFIG.paid_chars:
        return f"the page calls itself paid content and shows {size} characters"
    if teased and size < CONFIG.teaser_chars:
        return f"the page sends its reader to subscribe after {size} characters"
    return None


def _stand_in(page: Page, shown: _Shown, text: str) -> PageError | None:
    """Name what stands in the place of an article."""
    url = page.final_url
    match detour(page.url, url):
        case Detour.CONSENT:
            return ConsentWall(f"redirected to {Detour.CONSENT}", url=url)
        case Detour.LOGIN:
            return Walled(f"login required: redirected to {Detour.LOGIN}", url=url)
        case Detour.FRONT:
            return NoText(f"redirected to {Detour.FRONT}", url=url)
    if shown.is_bare and (wall := bot_wall(page.status, page.headers, page.body, empty=True)):
        return Walled(blocked_by(wall, page.status), url=url)
    if _asks_for_consent(shown, text):
        return ConsentWall("the page asks for consent and holds nothing else", url=url)
    login = any(LOGIN_TITLES.fullmatch(part) for part in shown.heads)
    if shown.asks_for_password and len(text) < CONFIG.login_chars and (login or shown.is_bare):
        return Walled("login required: the page holds a login form and nothing else", url=url)
    if any(NOT_FOUND_TITLES.fullmatch(part) for part in shown.heads):
        return NoText(f"the page says that there is none, with status {page.status} (soft 404)", url=url)
    return None


def _asks_for_consent(shown: _Shown, text: str) -> bool:
    """Tell whether a page is a request for consent and nothing else."""
    if shown.links > CONFIG.consent_links or len(shown.text) > CONFIG.consent_chars or shown.is_film:
        return False
    paragraphs = [folded(paragraph) for paragraph in text.split("\n\n") if paragraph]
    own = sum(len(paragraph) for paragraph in paragraphs if not CONSENT_WORDS.search(paragraph))
    if own >= CONFIG.own_chars or own > CONFIG.own_share * max(1, len(text)):
        return False
    evidence = sum(phrase in shown.text for phrase in CONSENTS)
    evidence += any(CONSENT_TITLES.fullmatch(part) for part in shown.heads) + shown.mentions(_CONSENT_TOOLS)
    # a page without any text may be a film's, with a banner; the request itself fills a page that has hardly another word
    return evidence >= 2 if paragraphs else evidence >= 3 or (evidence >= 2 and shown.is_bare)
