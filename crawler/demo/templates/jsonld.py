"""A modern newspaper: the facts in a JSON-LD NewsArticle and in OpenGraph, a cookie banner, a newsletter box amid the text."""

from __future__ import annotations

import json
from typing import Any

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, e, feed_link, figure, listed, menu, metas, player, summary, time_tag, words
from crawler.demo.visible_dates import english_stamp


def article(pub: Publication, story: Article) -> str:
    """Render one article."""
    w = words(pub)
    byline = ", ".join(story.authors) or story.agency
    image = pub.url(story.image_path) if story.image_path else None
    head = block(
        [
            metas("name", [("description", summary(story)), ("author", byline), ("twitter:card", "summary_large_image")]),
            metas(
                "property",
                [
                    ("og:type", "article"),
                    ("og:title", story.title),
                    ("og:description", summary(story)),
                    ("og:url", pub.url(story.path)),
                    ("og:site_name", pub.outlet.name),
                    ("og:image", image),
                    ("article:published_time", story.published.isoformat()),
                    ("article:modified_time", story.changed_at.isoformat()),
                    ("article:section", story.section),
                ],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}">',
            f'<script type="application/ld+json">{_linked_data(pub, story, image)}</script>',
        ]
    )
    text = [f"<p>{e(part)}</p>" for part in story.paragraphs] or [player(story)]
    text.insert(min(2, len(text)), _newsletter(pub))
    main = block(
        [
            '<main class="layout"><article class="article">',
            f'<p class="article__section"><a href="/{e(story.section.lower())}/">{e(story.section)}</a></p>',
            f'<h1 class="article__headline">{e(story.title)}</h1>',
            f'<p class="article__standfirst">{e(story.standfirst)}</p>' if story.standfirst else "",
            f'<div class="article__meta">{_byline(pub, story, byline)}</div>',
            figure(story, "article__figure", 'width="960" height="540"'),
            '<div class="article__body">',
            *text,
            "</div>",
            f'<div class="article__share" aria-label="{w.share}"><a href="#">{w.share}</a> <a href="#">{w.email}</a></div>',
            f'<div class="article__tags">{w.tags}: <a href="#">{e(story.section)}</a></div>',
            "</article>",
            f'<aside class="rail"><h2>{w.most_read}</h2>{listed(pub, pub.others(story, 5))}',
            f'<div class="ad" data-slot="rail-1">{w.advertisement}</div></aside>',
            "</main>",
            f'<section class="more"><h2>{w.related}</h2>{listed(pub, pub.others(story, 3), "cards")}</section>',
        ]
    )
    return _page(pub, f"{story.title} | {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the front page: a card an article."""
    cards = (
        f'<article class="card"><h2>{anchor(pub, story)}</h2><p>{e(summary(story))}</p>'
        f"{time_tag(story.published, english_stamp(story.published))}</article>"
        for story in pub.articles
    )
    head = block(
        [
            metas("name", [("description", pub.outlet.tagline)]),
            metas("property", [("og:type", "website"), ("og:title", pub.outlet.name), ("og:url", pub.url("/"))]),
        ]
    )
    return _page(pub, f"{pub.outlet.name} | {pub.outlet.tagline}", head, block(['<main class="front">', *cards, "</main>"]))


def _linked_data(pub: Publication, story: Article, image: str | None) -> str:
    """Write the NewsArticle as JSON that no `</script>` in a value can end."""
    authors: list[dict[str, Any]] = [{"@type": "Person", "name": name} for name in story.authors]
    if not authors and story.agency:
        authors = [{"@type": "Organization", "name": story.agency}]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle" if story.paragraphs else "VideoObject",
        "mainEntityOfPage": {"@type": "WebPage", "@id": pub.url(story.path)},
        "headline": story.title,
        "description": summary(story),
        "datePublished": story.published.isoformat(),
        "dateModified": story.changed_at.isoformat(),
        "author": authors,
        "publisher": {"@type": "NewsMediaOrganization", "name": pub.outlet.name, "url": pub.url("/")},
        "articleSection": story.section,
        "inLanguage": story.language,
        "isAccessibleForFree": True,
    }
    if image:
        data["image"] = [image]
    return json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")


def _byline(pub: Publication, story: Article, byline: str | None) -> str:
    w = words(pub)
    by = f'<span class="byline">{w.by} <span class="byline__name">{e(byline)}</span></span> ' if byline else ""
    updated = f' <span class="updated">{w.updated} {time_tag(story.updated, english_stamp(story.updated))}</span>' if story.updated else ""
    return by + time_tag(story.published, english_stamp(story.published), 'class="published"') + updated


def _newsletter(pub: Publication) -> str:
    """Write the box that asks for an address in the middle of the text."""
    w = words(pub)
    return (
        f'<aside class="newsletter-box"><h3>{w.newsletter}</h3><form action="#"><input type="email" placeholder="{w.email}">'
        f'<button type="submit">{w.subscribe}</button></form></aside>'
    )


def _page(pub: Publication, title: str, head: str, main: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!doctype html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:system-ui,sans-serif;margin:0}.layout{display:grid;grid-template-columns:3fr 1fr}</style>",
            "</head>",
            "<body>",
            f'<div class="cookie-banner" role="dialog"><p>{w.cookies}</p><button>{w.accept}</button></div>',
            f'<header class="site-header"><a class="logo" href="/">{e(pub.outlet.name)}</a>',
            f'<nav class="site-nav">{menu(pub, ("home", "politics", "economy", "world", "sport", "culture", "video"))}</nav></header>',
            main,
            f'<footer class="site-footer"><nav>{menu(pub, ("about", "contact"))}</nav>',
            f"<p>{e(pub.outlet.notice)}</p><p>{w.copyright}</p></footer>",
            "</body>",
            "</html>",
        ]
    )
