"""Run one other extractor over pages that come on stdin: `PEERS/bin/python extraction_peers.py NAME`, started by `extraction.py`.

It needs nothing of Dragoman, whose pinned packages conflict with theirs. A line in is `{"url", "html", "language"}` (the language that
truth names, for whoever asks for one); a line out is what the extractor says, with `cpu_seconds`, or `error`. The first line out is
`{"version"}` or `{"missing"}`. Each is used as its documentation says for a page that is already there, and the network is shut: some would
fetch images or lists of domains.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Said = dict[str, Any]
_BLOCKS = (
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "pre", "section", "article", "figure", "figcaption",
    "table", "tr", "td", "th", "br", "hr", "dl", "dt", "dd",
)  # fmt: skip


def make_newspaper() -> Callable[[Said], Said]:
    """Read with newspaper4k: `input_html`, no images; told the language, which it otherwise takes from the page or takes to be English."""
    newspaper = importlib.import_module("newspaper")
    utils = importlib.import_module("newspaper.utils")
    supported = set(utils.get_available_languages())

    def read(page: Said) -> Said:
        options = {"language": page["language"]} if page["language"] in supported else {}
        article = newspaper.article(page["url"], input_html=page["html"], fetch_images=False, **options)
        return {
            "text": article.text,
            "title": article.title,
            "published": article.publish_date.isoformat() if article.publish_date else None,
            "authors": article.authors,
            "language": article.meta_lang,
        }

    return read


def make_newsplease() -> Callable[[Said], Said]:
    """Read with news-please: `from_html` with the address, which its dates and titles lean on, and without images."""
    extractor = importlib.import_module("newsplease").NewsPlease

    def read(page: Said) -> Said:
        article = extractor.from_html(page["html"], url=page["url"], fetch_images=False)
        return {
            "text": article.maintext,
            "title": article.title,
            "published": str(article.date_publish) if article.date_publish else None,
            "authors": article.authors,
            "language": article.language,
        }

    return read


def make_readability() -> Callable[[Said], Said]:
    """Read with readability-lxml: the summary, as text with its blocks apart, the short title and the author."""
    document_class = importlib.import_module("readability").Document
    html = importlib.import_module("lxml.html")

    def read(page: Said) -> Said:
        document = document_class(page["html"], url=page["url"])
        summary = html.fromstring(document.summary())
        for block in list(summary.iter(*_BLOCKS)):
            block.text, block.tail = f"\n{block.text or ''}", f"\n{block.tail or ''}"
        author = document.author() if hasattr(document, "author") else None
        authors = [author] if author and author != "[no-author]" else []
        return {"text": summary.text_content(), "title": document.short_title(), "authors": authors}

    return read


def make_resiliparse() -> Callable[[Said], Said]:
    """Read with resiliparse: the main content without comments, alternative texts and meta data; the title of the head; its language."""
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree_class = importlib.import_module("resiliparse.parse.html").HTMLTree
    detect = importlib.import_module("resiliparse.parse.lang").detect_fast

    def read(page: Said) -> Said:
        tree = tree_class.parse(page["html"])
        text = extract(tree, main_content=True, alt_texts=False, comments=False, post_meta=False)
        return {"text": text, "title": tree.title, "language": detect(text)[0]}

    return read


# the name of the distribution, and what each one gives besides the body
PEERS: dict[str, tuple[Callable[[], Callable[[Said], Said]], tuple[str, ...]]] = {
    "news-please": (make_newsplease, ("title", "day", "minute", "authors", "language")),
    "newspaper4k": (make_newspaper, ("title", "day", "minute", "authors", "language")),
    "readability-lxml": (make_readability, ("title", "authors")),
    "resiliparse": (make_resiliparse, ("title", "language")),
}


def _refuse_network(*_: object, **__: object) -> Any:
    """Stand in for what would reach the network."""
    raise OSError("no network in a benchmark")


def main() -> int:
    """Answer each line with what the extractor makes of it."""
    # whatever the extractors print must not reach the answers
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(line: Said) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    name = sys.argv[1]
    socket.socket.connect = socket.getaddrinfo = _refuse_network  # type: ignore[method-assign]
    try:
        read = PEERS[name][0]()
        answer({"version": version(name)})
    except ImportError as error:
        answer({"missing": str(error)})
        return 0
    for line in sys.stdin:
        page = json.loads(line)
        started = time.process_time()
        try:
            said = read(page)
        except Exception as error:  # noqa: BLE001 - whatever it raises is its answer for this page: counted and shown
            said = {"error": f"{type(error).__name__}: {error}"[:300]}
        answer({**said, "cpu_seconds": time.process_time() - started})
    return 0


if __name__ == "__main__":
    sys.exit(main())
