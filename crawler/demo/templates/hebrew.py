"""A Hebrew news site: right to left, the body in bare divs instead of paragraphs, `time` elements for the dates."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, direction, e, feed_link, listed, menu, metas, player, summary, time_tag, words
from crawler.demo.visible_dates import hebrew_date


def article(pub: Publication, story: Article) -> str:
    """Render one article."""
    w = words(pub)
    head = block(
        [
            metas("name", [("description", summary(story))]),
            metas(
                "property",
                [("og:title", story.title), ("og:url", pub.url(story.path)), ("og:site_name", pub.outlet.name), ("og:locale", "he_IL")],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}">',
        ]
    )
    main = block(
        [
            '<div class="article-page">',
            f'<div class="breadcrumbs"><a href="/">{w.home}</a> &rsaquo; <a href="#">{e(story.section)}</a></div>',
            f'<h1 class="article-title">{e(story.title)}</h1>',
            f'<div class="article-sub-title">{e(story.standfirst)}</div>' if story.standfirst else "",
            f'<div class="article-credit">{_credit(pub, story)}</div>',
            _picture(story),
            '<div class="article-text">',
            *([f"<div>{e(text)}</div>" for text in story.paragraphs] or [player(story)]),
            "</div>",
            f'<div class="share-bar"><span>{w.share}</span><a href="#">{w.email}</a></div>',
            f'<div class="talkbacks"><h3>{w.comments}</h3><a href="#">{w.leave_a_reply}</a></div>',
            "</div>",
            f'<div class="side"><h3>{w.most_read}</h3>{listed(pub, pub.others(story, 4))}<div class="ad">{w.advertisement}</div></div>',
        ]
    )
    return _page(pub, f"{story.title} | {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the front page."""
    rows = (
        f'<div class="teaser"><h2>{anchor(pub, story)}</h2>{time_tag(story.published, hebrew_date(story.published))}</div>'
        for story in pub.articles
    )
    return _page(pub, f"{pub.outlet.name} | {pub.outlet.tagline}", metas("name", [("description", pub.outlet.tagline)]), block(rows))


def _credit(pub: Publication, story: Article) -> str:
    w = words(pub)
    byline = ", ".join(story.authors) or story.agency
    by = f'<span class="author">{w.by} {e(byline)}</span> ' if byline else ""
    updated = time_tag(story.updated, f"{w.updated} {hebrew_date(story.updated)}", 'class="updated"') if story.updated else ""
    return by + time_tag(story.published, hebrew_date(story.published), 'class="published"') + updated


def _picture(story: Article) -> str:
    if not story.image_path or not story.caption:
        return ""
    return f'<div class="article-image"><img src="{e(story.image_path)}" alt=""><span class="image-credit">{e(story.caption)}</span></div>'


def _page(pub: Publication, title: str, head: str, main: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}" dir="{direction(language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Arial,sans-serif}.article-text div{margin-bottom:1em}</style>",
            "</head>",
            "<body>",
            f'<div class="top"><a class="logo" href="/">{e(pub.outlet.name)}</a><span>{e(pub.outlet.tagline)}</span></div>',
            f'<div class="nav" role="navigation">{menu(pub, ("home", "politics", "economy", "sport", "culture", "contact"))}</div>',
            f'<div class="content" role="main">{main}</div>',
            f'<div class="footer"><div>{e(pub.outlet.notice)}</div><div>{w.copyright}</div></div>',
            "</body>",
            "</html>",
        ]
    )
