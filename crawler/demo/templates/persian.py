"""A Persian news site: right to left, a lead, a Solar Hijri date for readers and `article:published_time` for machines."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import (
    anchor,
    block,
    direction,
    e,
    feed_link,
    figure,
    listed,
    menu,
    metas,
    player,
    summary,
    time_tag,
    words,
)
from crawler.demo.visible_dates import persian_date


def article(pub: Publication, story: Article) -> str:
    """Render one article."""
    w = words(pub)
    byline = ", ".join(story.authors) or story.agency
    head = block(
        [
            metas("name", [("description", summary(story)), ("author", byline), ("keywords", story.section)]),
            metas(
                "property",
                [
                    ("og:title", story.title),
                    ("og:description", summary(story)),
                    ("og:url", pub.url(story.path)),
                    ("og:site_name", pub.outlet.name),
                    ("og:locale", "fa_IR"),
                    ("og:image", pub.url(story.image_path) if story.image_path else None),
                    ("article:published_time", story.published.isoformat()),
                    ("article:modified_time", story.updated.isoformat() if story.updated else None),
                    ("article:section", story.section),
                ],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}">',
        ]
    )
    main = block(
        [
            '<div class="item" id="item">',
            '<div class="item-header">',
            f'<div class="item-date"><span>{w.published}</span> <span>{persian_date(story.published)}</span></div>',
            f'<div class="item-service"><a href="#">{e(story.section)}</a></div>',
            "</div>",
            f'<div class="item-title"><h1 class="title">{e(story.title)}</h1></div>',
            f'<div class="item-reporter">{w.by} {e(byline)}</div>' if byline else "",
            f'<p class="introtext">{e(story.standfirst)}</p>' if story.standfirst else "",
            figure(story, "item-img"),
            '<div class="item-text">',
            *([f"<p>{e(text)}</p>" for text in story.paragraphs] or [player(story)]),
            "</div>",
            f'<div class="item-tags"><strong>{w.tags}</strong> <a href="#">{e(story.section)}</a></div>',
            f'<div class="short-link"><input readonly value="{e(pub.url(story.path))}"></div>',
            "</div>",
            f'<div class="box related"><h3>{w.related}</h3>{listed(pub, pub.others(story, 3))}</div>',
            f'<div class="box comment-form"><h3>{w.leave_a_reply}</h3><form><input placeholder="{w.name}">',
            f"<textarea></textarea><button>{w.send}</button></form></div>",
        ]
    )
    return _page(pub, f"{story.title} | {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the front page."""
    rows = (
        f'<li class="news"><h3>{anchor(pub, story)}</h3>{time_tag(story.published, persian_date(story.published))}</li>'
        for story in pub.articles
    )
    head = metas("name", [("description", pub.outlet.tagline)])
    return _page(pub, f"{pub.outlet.name} | {pub.outlet.tagline}", head, block(['<ul class="newslist">', *rows, "</ul>"]))


def _page(pub: Publication, title: str, head: str, main: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}" dir="{direction(language)}">',
            "<head>",
            '<meta charset="UTF-8">',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Tahoma,sans-serif;direction:rtl}</style>",
            "</head>",
            "<body>",
            f'<div id="masthead"><a href="/">{e(pub.outlet.name)}</a><span>{e(pub.outlet.tagline)}</span></div>',
            f'<div id="menu" role="navigation">{menu(pub, ("home", "politics", "economy", "sport", "culture", "world", "photo"))}</div>',
            f'<div id="main" role="main">{main}</div>',
            f'<div id="sidebar"><h3>{w.most_read}</h3>{listed(pub, pub.articles[:5])}</div>',
            f'<div id="footer"><p>{w.copyright}</p><p>{e(pub.outlet.notice)}</p></div>',
            "</body>",
            "</html>",
        ]
    )
