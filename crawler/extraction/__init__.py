"""Page to article: the clean text of a page and what the page says of itself.

`extract` is pure and may run in a worker process: bytes and values in, a record or a `PageError` out. It never touches the network, and
what would hang a parser is refused before parsing; what slips through is for the worker's time and memory limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

from lxml.html import HtmlElement

from crawler.errors import Malformed, NoText, NotHtml, PageError, TooLarge
from crawler.extraction import metadata
from crawler.extraction.credits import read_claims, settle
from crawler.extraction.dates import read_dates
from crawler.extraction.decode import decode
from crawler.extraction.embedded import embedded_paragraphs, stored_paragraphs
from crawler.extraction.fields import read_fields
from crawler.extraction.forms import read_form
from crawler.extraction.headline import headline, site_names
from crawler.extraction.refusal import refuse_bytes, refuse_text
from crawler.extraction.selectors import select
from crawler.extraction.stand_ins import refuse_stand_in, sells_the_rest
from crawler.extraction.strings import clean_block, clean_line
from crawler.extraction.structured import Facts, is_article, read_facts
from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse
from crawler.records import ExtractedArticle, Page, PageContext
from storage.records import Evidence

__all__ = ["declared_address", "extract", "extractor_name"]

# Below these a text is doubted: an article says more than a caption.
_MIN_WORDS, _MIN_FLASH_WORDS = 25, 6
_SHORT_CHARS = 250
# Body F1 over the dev pages is .98; of pages whose text had to be taken out of a script none was measured.
_SHOWN, _STORED = Evidence("page", 0.95), Evidence("script", 0.6)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]{2}|[^\W_]+")
_SENTENCE_END = re.compile("[.!?؟。۔…:]")


def extract(page: Page, context: PageContext = PageContext()) -> ExtractedArticle:  # noqa: B008 - frozen, so one default is safe
    """Make the article of a page.

    `context` tells the habits of its source; its `candidate` gives title and date where the page has none.

    Raises: NotHtml, TooLarge, Malformed, NoText, Listing, Paywalled, ConsentWall, Walled; no other exception for whatever the bytes are.
    """
    url = page.final_url
    refuse_bytes(page.body, page.content_type, url)
    source = decode(page.body, page.content_type).text
    refuse_text(source, page.content_type, url)
    try:
        return _extract(source, page, context)
    except PageError:
        raise
    except Exception as error:  # four libraries read hostile input here, and the caller was promised nothing else: one page, one outcome
        raise Malformed(f"the page cannot be read: {type(error).__name__}: {str(error)[:200]}", url=url) from error


def _extract(source: str, page: Page, context: PageContext) -> ExtractedArticle:
    """Parse once, read what the page says of itself, then take the text out of the tree."""
    url, candidate = page.final_url, context.candidate
    tree = parse(source, url)
    teased = sells_the_rest(tree)
    ruled = select(tree, context.rules)
    facts = read_facts(tree)
    names = site_names(facts, url, context.source_name)
    told_title = headline(facts, names, candidate.title if candidate else None)
    title = ruled.title or (told_title.value if told_title else None)
    form = read_form(tree, facts, source, title, url)
    if form.later_articles:
        facts = read_facts(tree)  # without what they said of themselves
    claims = read_claims(tree, facts, names, title, ruled.authors)  # the tree changes below
    dates = read_dates(tree, facts, url, context, page.fetched_at, selected=ruled.dates)
    form.unfold()
    shown, blocks, by_rule = _shown(tree, ruled.page(), facts, title, claims.names)
    credit = settle(claims, shown, blocks, facts, title)
    shown = credit.text
    whole = shown if by_rule else _text(source, facts, shown)
    text, standfirst = ruled.led(whole if by_rule else form.text(facts, whole))
    given = {"title": ruled.title, "authors": claims.ruled, "date": ruled.gave(dates.published), "body": by_rule, "standfirst": standfirst}
    claimed = metadata.paywalled(facts)
    pays = refuse_stand_in(source, tree, page, facts, text, pays=claimed.value if claimed else None, teased=teased)
    _refuse_empty(text, facts, url)
    fields = read_fields(facts, url, names, title, text, pays=pays)
    evidence = dict(fields.evidence)
    found = {"title": told_title, "authors": credit.authors, "agency": credit.agency}
    evidence |= {name: told.evidence for name, told in found.items() if told}
    evidence["text"] = form.evidence(_SHOWN if whole == shown else _STORED)
    if not standfirst and (lead := metadata.standfirst(text, _summaries(facts), facts.standfirsts, () if by_rule else blocks)):
        standfirst, evidence["standfirst"] = lead.value, lead.evidence
    return ExtractedArticle(
        url=page.url,
        text=text,
        extractor=extractor_name(),
        title=title,
        authors=credit.authors.value if credit.authors else (),
        agency=credit.agency.value if credit.agency else None,
        published=ruled.dated(dates.published),
        modified=dates.modified,
        standfirst=standfirst,
        form=form.kind,
        next_page_url=form.next_url,
        evidence=ruled.evidence(evidence, {name for name, value in given.items() if value}),
        **fields.values,
    )


def declared_address(body: bytes) -> str | None:
    """Return the address that a saved page claims for itself, None when it claims none or is no page."""
    try:
        refuse_bytes(body, "", "")
        source = decode(body).text
        refuse_text(source, "", "")
        return metadata.claimed_address(read_facts(parse(source, "")))
    except (NotHtml, TooLarge, Malformed):
        return None


@lru_cache(maxsize=1)
def extractor_name() -> str:
    """Name and version what makes the text."""
    return f"dragoman/{version('dragoman')} trafilatura/{version('trafilatura')}"


def _shown(
    tree: HtmlElement, marked: HtmlElement | None, facts: Facts, title: str | None, people: Sequence[str]
) -> tuple[str, tuple[str, ...], bool]:
    """Return the text of what a rule marked, with its blocks; of the whole page when that gives none. Last: whether it was the rule."""
    for page in (marked, tree):
        if page is not None:
            stored = () if page is marked else stored_paragraphs(facts)
            shown, blocks = text_and_blocks(page, _headlines(facts, title), names=people, summaries=_summaries(facts), stored=stored)
            if shown:
                return shown, blocks, page is marked
    return "", (), False


def _headlines(facts: Facts, title: str | None) -> list[str]:
    """Collect the wordings of the headline that may stand above the text."""
    wordings = [title, facts.first_meta("og:title"), clean_line(facts.article.get("headline")), *facts.headings[:2], facts.title_tag]
    return [line for line in wordings if line]


def _summaries(facts: Facts) -> list[str]:
    """Collect how the page describes itself."""
    lines = [facts.first_meta(name) for name in ("og:description", "description", "twitter:description")]
    return [line for line in (*lines, clean_line(facts.article.get("description"))) if line]


def _text(source: str, facts: Facts, shown: str) -> str:
    """Return the text that the page shows, or the longer one that it carries unseen when it shows hardly any."""
    if len(shown) >= _SHORT_CHARS:
        return shown
    hidden = clean_block("\n\n".join(embedded_paragraphs(source, facts)))
    return hidden if len(hidden) > 2 * len(shown) else shown


def _refuse_empty(text: str, facts: Facts, url: str) -> None:
    """Refuse a text that is no article: too few words, unless the page calls itself one and they make sentences (an agency flash).

    Raises: NoText.
    """
    words = len(_WORD.findall(text))
    if words >= _MIN_WORDS:
        return
    if words < _MIN_FLASH_WORDS or not _SENTENCE_END.search(text) or not is_article(facts):
        raise NoText(f"there is no article in the page ({words} words)" if words else "there is no text in the page", url=url)
