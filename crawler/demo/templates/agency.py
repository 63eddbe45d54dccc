"""A news agency: terse copy, a slug line, dates in `meta name=date`, the agency's credit under the last line, nothing else."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, direction, e, feed_link, listed, menu, metas, player, summary, words
from crawler.demo.visible_dates import english_stamp


def article(pub: Publication, story: Article) -> str:
    """Render one report."""
    w = words(pub)
    credit = story.agency or pub.outlet.name
    copy = [f"<p>{e(text)}</p>" for text in story.paragraphs]
    head = block(
        [
            metas(
                "name",
                [
                    ("description", summary(story)),
                    ("author", ", ".join(story.authors)),
                    ("date", story.published.isoformat()),
                    ("last-modified", story.updated.isoformat() if story.updated else None),
                    ("source", credit),
                ],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}">',
        ]
    )
    main = block(
        [
            '<main id="story">',
            f'<div class="slugline"><span class="desk">{e(story.section)}</span> | ',
            f'<span class="stamp">{english_stamp(story.published)}</span></div>',
            f'<h1 class="headline">{e(story.title)}</h1>',
            f'<div class="byline">{w.by} {e(", ".join(story.authors))}</div>' if story.authors else "",
            '<div class="story-body">',
            *(copy or [player(story)]),
            f'<p class="credit">({e(credit)})</p>' if copy else "",
            "</div>",
            f'<ul class="story-tools"><li><a href="#">{w.print}</a></li><li><a href="#">{w.share}</a></li></ul>',
            "</main>",
            f'<section class="wire-list"><h2>{w.latest}</h2>',
            listed(pub, pub.others(story, 5)),
            "</section>",
        ]
    )
    return _page(pub, story.language, f"{story.title} - {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the list of reports."""
    w = words(pub)
    rows = [f'<li><span class="stamp">{english_stamp(story.published)}</span> {anchor(pub, story)}</li>' for story in pub.articles]
    main = block([f'<main id="file"><h1>{w.latest}</h1>', '<ul class="wire-list">', *rows, "</ul>", "</main>"])
    return _page(
        pub,
        pub.outlet.languages[0],
        f"{pub.outlet.name} - {pub.outlet.tagline}",
        metas("name", [("description", pub.outlet.tagline)]),
        main,
    )


def _page(pub: Publication, language: str, title: str, head: str, main: str) -> str:
    w = words(pub)
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}" dir="{direction(language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Arial,sans-serif;max-width:46em;margin:1em auto}.slugline{color:#666}</style>",
            "</head>",
            '<body class="wire">',
            f'<header><a class="brand" href="/">{e(pub.outlet.name)}</a>',
            f"<nav>{menu(pub, ('home', 'politics', 'economy', 'sport', 'about'))}</nav></header>",
            main,
            f"<footer><p>{e(pub.outlet.notice)}</p><p>{w.copyright}</p></footer>",
            "</body>",
            "</html>",
        ]
    )
