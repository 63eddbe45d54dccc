"""Text to one lxml tree that all the other steps share."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction, document_fromstring

from crawler.errors import Malformed

# what XML 1.0 cannot hold (section 2.2) would end the parse or the page's text early; lone surrogates go with the encoding
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
# the same characters as references: libxml2 lets them into the tree, and lxml will not let them be moved there
_REFERENCE = re.compile(
    rb"&#(?:0*+(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*+(?:[0-8bce]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
# One class for every element, chosen in C. lxml.html asks a Python method for each element that is touched, to make forms of forms: a
# fifth of the time of a page, and nobody here fills in forms.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity)


def parse(text: str, url: str) -> HtmlElement:
    """Parse a page, once; nested 254 levels deep or more, libxml2 drops the rest without a word unless it is told not to.

    Raises: Malformed, when there is no element in it, or it is nested deeper than libxml2 can go (2,048 levels).
    """
    characters = text.replace("\ufffe", "").replace("\uffff", "")
    data = _REFERENCE.sub(b"", characters.encode("utf-8", "ignore").translate(None, _CONTROLS))
    for huge_tree in (False, True):
        parser = HTMLParser(
            encoding="utf-8",
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
            default_doctype=False,  # type: ignore[call-arg]  # missing in the stubs
            huge_tree=huge_tree,
            no_network=True,
        )
        parser.set_element_class_lookup(_CLASSES)
        try:
            tree: HtmlElement = document_fromstring(data, parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
            raise Malformed(f"the page cannot be parsed: {error}", url=url) from error
        if not parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT):
            return tree
    raise Malformed("the page is nested deeper than 2,048 levels", url=url)
