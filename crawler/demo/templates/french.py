"""A French-language daily: a chapô, captions, a pull quote aside, and a 'Lire aussi' block amid the text."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, e, feed_link, figure, listed, menu, metas, player, summary, time_tag, words
from crawler.demo.visible_dates import french_date


def article(pub: Publication, story: Article) -> str:
    """Render one article."""
    w = words(pub)
    byline = ", ".join(story.authors) or story.agency
    head = block(
        [
            metas("name", [("description", summary(story)), ("author", byline)]),
            metas(
                "property",
                [
                    ("og:locale", "fr_FR"),
                    ("og:type", "article"),
                    ("og:title", story.title),
                    ("og:description", summary(story)),
                    ("og:url", pub.url(story.path)),
                    ("og:site_name", pub.outlet.name),
                    ("og:image", pub.url(story.image_path) if story.image_path else None),
                    ("article:published_time", story.published.isoformat()),
                    ("article:modified_time", story.updated.isoformat() if story.updated else None),
                ],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}" />',
        ]
    )
    main = block(
        [
            '<main id="contenu"><article class="article">',
            f'<p class="rubrique"><a href="#">{e(story.section)}</a></p>',
            f'<h1 class="article__titre">{e(story.title)}</h1>',
            f'<p class="chapo">{e(story.standfirst)}</p>' if story.standfirst else "",
            f'<p class="signature">{_signature(pub, story, byline)}</p>',
            figure(story, "illustration"),
            '<div class="article__corps">',
            *_text(pub, story),
            "</div>",
            f'<ul class="partage"><li>{w.share}</li><li><a href="#">{w.email}</a></li><li><a href="#">{w.print}</a></li></ul>',
            "</article></main>",
            f'<aside class="colonne"><h2>{w.most_read}</h2>{listed(pub, pub.others(story, 5))}</aside>',
        ]
    )
    return _page(pub, f"{story.title} – {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the front page."""
    rows = (
        f'<section class="une"><h2>{anchor(pub, story)}</h2><p>{e(summary(story))}</p>'
        f'<p class="date">{french_date(story.published)}</p></section>'
        for story in pub.articles
    )
    head = metas("name", [("description", pub.outlet.tagline)])
    return _page(pub, f"{pub.outlet.name} – {pub.outlet.tagline}", head, block(['<main id="contenu">', *rows, "</main>"]))


def _signature(pub: Publication, story: Article, byline: str | None) -> str:
    w = words(pub)
    by = f'{w.by} <span class="auteur">{e(byline)}</span> — ' if byline else ""
    stamp = f"{w.published} {time_tag(story.published, french_date(story.published))}"
    updated = f", {w.updated} {french_date(story.updated)}" if story.updated else ""
    return by + stamp + updated


def _text(pub: Publication, story: Article) -> list[str]:
    """Break the text with the pull quote after the first paragraph and a link to another article after the second."""
    w = words(pub)
    lines = [f"<p>{e(text)}</p>" for text in story.paragraphs]
    if not lines:
        return [player(story)]
    quote = f'<aside class="exergue"><blockquote>« {e(story.pull_quote)} »</blockquote></aside>' if story.pull_quote else ""
    more = "".join(f'<div class="lire-aussi"><strong>{w.see_also}</strong> {anchor(pub, other)}</div>' for other in pub.others(story, 1))
    return [lines[0], quote, *lines[1:2], more, *lines[2:]]


def _page(pub: Publication, title: str, head: str, main: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}-{pub.outlet.country}">',
            "<head>",
            '<meta charset="utf-8" />',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Georgia,serif}.chapo{font-weight:bold}.exergue{float:right;width:30%}</style>",
            "</head>",
            "<body>",
            f'<header class="entete"><p class="titre-journal"><a href="/">{e(pub.outlet.name)}</a></p><p>{e(pub.outlet.tagline)}</p>',
            f"<nav>{menu(pub, ('home', 'politics', 'economy', 'world', 'sport', 'culture'))}</nav></header>",
            main,
            f'<section class="infolettre"><h2>{w.newsletter}</h2>',
            f'<form action="#"><input type="email" /><button>{w.subscribe}</button></form></section>',
            f'<footer class="pied"><p>{e(pub.outlet.notice)}</p><p>{w.copyright}</p><p>{menu(pub, ("about", "contact"))}</p></footer>',
            "</body>",
            "</html>",
        ]
    )
