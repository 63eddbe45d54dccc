"""Recognise a page as what it is: an article, one part of several, a live blog, or an article with others appended to it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.appended import cut_later_articles
from crawler.extraction.live_blogs import LiveBlog, live_blog, told_updates
from crawler.extraction.parts import Parts, parts_of
from crawler.extraction.structured import Facts
from storage.records import ArticleForm, Evidence

__all__ = ["Form", "read_form"]


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of text a page holds; `later_articles` is how many were taken out after the first."""

    blog: LiveBlog | None
    parts: Parts
    later_articles: int = 0

    @property
    def kind(self) -> ArticleForm:
        """The form that is stored."""
        if self.blog is not None:
            return ArticleForm.LIVE_BLOG
        return ArticleForm.PART if self.parts.is_part else ArticleForm.ARTICLE

    @property
    def next_url(self) -> str | None:
        """Where the article goes on; the older entries of a live blog are no part of it."""
        return None if self.blog is not None else self.parts.next_url

    def unfold(self) -> None:
        """Prepare the tree, in place, so that the text of all entries can be taken out of it."""
        if self.blog is not None:
            self.blog.unfold()

    def text(self, facts: Facts, shown: str) -> str:
        """Return the text of the page: of a live blog that shows less than half of what it tells in JSON-LD, the latter."""
        told = told_updates(facts) if self.blog is not None else ""
        return told if len(told) > 2 * len(shown) else shown

    def evidence(self, text: Evidence) -> Evidence:
        """Say of the text where it ends before the page does."""
        return Evidence(f"{text.found_in}, cut before a second article", text.confidence) if self.later_articles else text


def read_form(tree: HtmlElement, facts: Facts, source: str, title: str | None, url: str) -> Form:
    """Recognise the form of a page, and take out, in place, the articles that were appended to its own.

    Args: the page before anything else was taken out of it; its claims; its source; its headline; the address that answered.
    """
    parts = parts_of(tree, facts, url)
    blog = live_blog(tree, facts, source, title, url)
    return Form(blog, parts, 0 if blog else cut_later_articles(tree, facts))
