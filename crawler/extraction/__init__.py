"""Page to article: the clean text of a page and what the page says of itself.

`extract` is pure and may run in a worker process: bytes and values in, a record or a `PageError` out. It never touches the network, and
what would hang a parser is refused before parsing; what slips through is for the worker's time and memory limits.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version

from crawler.errors import Malformed, NoText, NotHtml, PageError, TooLarge
from crawler.extraction import metadata
from crawler.extraction.agencies import agency_of
from crawler.extraction.dates import read_dates
from crawler.extraction.decode import decode
from crawler.extraction.embedded import embedded_paragraphs
from crawler.extraction.headline import headline, site_names
from crawler.extraction.language import detect_language
from crawler.extraction.people import corporate_author, is_stand_in_account, persons
from crawler.extraction.refusal import refuse_bytes, refuse_text
from crawler.extraction.signatures import linked_authors, signature_of, without_line
from crawler.extraction.stand_ins import refuse_stand_in
from crawler.extraction.strings import clean_block, clean_line
from crawler.extraction.structured import Facts, is_article, read_facts
from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse
from crawler.records import ExtractedArticle, Page, PageContext

__all__ = ["declared_address", "extract", "extractor_name"]

# Below these a text is doubted: an article says more than a caption.
_MIN_WORDS, _MIN_FLASH_WORDS = 25, 6
_SHORT_CHARS = 250
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]{2}|[^\W_]+")
_SENTENCE_END = re.compile("[.!?؟。۔…:]")


def extract(page: Page, context: PageContext = PageContext()) -> ExtractedArticle:  # noqa: B008 - frozen, so one default is safe
    """Make the article of a page.

    `context` tells the habits of its source; its `candidate` gives title and date where the page has none.

    Raises: NotHtml, TooLarge, Malformed, NoText, Paywalled, ConsentWall, Walled; no other exception for whatever the bytes are.
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
    facts = read_facts(tree)
    names = site_names(facts, url, context.source_name)
    title = headline(facts, names, candidate.title if candidate else None)
    named = persons(facts, names)
    people = named or corporate_author(facts)
    unsigned = not named or is_stand_in_account(facts, named)
    linked = linked_authors(tree) if unsigned else ()  # the tree changes below
    dates = read_dates(tree, facts, url, context, page.fetched_at)
    shown, blocks = text_and_blocks(tree, _headlines(facts, title), names=people, summaries=_summaries(facts))
    if unsigned and (signature := signature_of(shown.split("\n\n"), [title or ""]) or signature_of(blocks, [title or ""])):
        shown, linked = without_line(shown, signature.line), signature.names
    _, people = agency_of(linked or people, shown)
    text = _text(source, facts, shown)
    pays = refuse_stand_in(source, page, facts, text, pays=metadata.paywalled(facts))
    _refuse_empty(text, facts, url)
    return ExtractedArticle(
        url=page.url,
        canonical_url=metadata.canonical_address(facts, url),
        text=text,
        extractor=extractor_name(),
        title=title,
        authors=people,
        published=dates.published,
        modified=dates.modified,
        language=detect_language(f"{title or ''}\n{text}", facts.html_language),
        description=metadata.description(facts),
        site_name=metadata.site_name(facts),
        section=metadata.section(facts),
        image_url=metadata.image_url(facts, url),
        paywalled=pays,
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
