"""A Turkish portal: the facts as schema.org microdata on the elements themselves, advertisements amid the text, a gallery below it."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, e, feed_link, figure, listed, menu, metas, player, summary, time_tag, words
from crawler.demo.visible_dates import turkish_date


def article(pub: Publication, story: Article) -> str:
    """Render one news item."""
    w = words(pub)
    head = block(
        [
            metas("name", [("description", summary(story))]),
            metas(
                "property",
                [("og:title", story.title), ("og:url", pub.url(story.path)), ("og:type", "article"), ("og:site_name", pub.outlet.name)],
            ),
            f'<link rel="canonical" href="{e(pub.url(story.path))}">',
        ]
    )
    main = block(
        [
            f'<article class="haber" itemscope itemtype="https://schema.org/{"NewsArticle" if story.paragraphs else "VideoObject"}">',
            f'<meta itemprop="mainEntityOfPage" content="{e(pub.url(story.path))}">',
            f'<meta itemprop="articleSection" content="{e(story.section)}">',
            f'<h1 class="haber-baslik" itemprop="headline">{e(story.title)}</h1>',
            f'<h2 class="haber-spot" itemprop="description">{e(story.standfirst)}</h2>' if story.standfirst else "",
            f'<div class="haber-kunye">{_dates(pub, story)}{_author(story)}</div>',
            figure(story, "haber-resim", 'itemprop="image"'),
            '<div class="haber-metin" itemprop="articleBody">',
            *_text(pub, story),
            "</div>",
            '<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">',
            f'<meta itemprop="name" content="{e(pub.outlet.name)}"></div>',
            "</article>",
            f'<div class="paylas"><span>{w.share}</span> <a href="#">{w.email}</a></div>',
            f'<div class="foto-galeri"><h3>{w.gallery}</h3><div class="kareler">{_gallery(pub, story)}</div></div>',
            f'<div class="ilgili"><h3>{w.related}</h3>{listed(pub, pub.others(story, 4))}</div>',
        ]
    )
    return _page(pub, f"{story.title} - {pub.outlet.name}", head, main)


def home(pub: Publication) -> str:
    """Render the front page: a headline slider without the slider."""
    cards = (
        f'<div class="manset"><h3>{anchor(pub, story)}</h3><span class="tarih">{turkish_date(story.published)}</span></div>'
        for story in pub.articles
    )
    head = metas("name", [("description", pub.outlet.tagline)])
    return _page(pub, f"{pub.outlet.name} - {pub.outlet.tagline}", head, block(cards))


def _dates(pub: Publication, story: Article) -> str:
    w = words(pub)
    published = time_tag(story.published, turkish_date(story.published), 'itemprop="datePublished"')
    line = f'<span class="tarih">{w.published} {published}</span>'
    if story.updated:
        updated = time_tag(story.updated, turkish_date(story.updated), 'itemprop="dateModified"')
        line += f'<span class="guncelleme">{w.updated} {updated}</span>'
    return line


def _author(story: Article) -> str:
    """Name the reporters, or the agency that the text came from."""
    names = [(name, "Person") for name in story.authors] or ([(story.agency, "Organization")] if story.agency else [])
    return "".join(
        f'<span class="muhabir" itemprop="author" itemscope itemtype="https://schema.org/{kind}">'
        f'<span itemprop="name">{e(name)}</span></span>'
        for name, kind in names
    )


def _text(pub: Publication, story: Article) -> list[str]:
    """Put an advertisement after every second paragraph, as portals do."""
    w = words(pub)
    lines: list[str] = []
    for number, text in enumerate(story.paragraphs, start=1):
        lines.append(f"<p>{e(text)}</p>")
        if number % 2 == 0 and number < len(story.paragraphs):
            lines.append(f'<div class="reklam ad-slot" id="reklam-{number}"><span>{w.advertisement}</span></div>')
    return lines or [player(story)]


def _gallery(pub: Publication, story: Article) -> str:
    """Show pictures of other items, each under its title."""
    return "".join(
        f'<a href="{e(pub.url(other.path))}"><img src="{e(other.image_path or "")}" alt="{e(other.title)}"></a>'
        for other in pub.others(story, 20)
        if other.image_path
    )


def _page(pub: Publication, title: str, head: str, main: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Verdana,sans-serif}.kareler img{width:120px}</style>",
            "</head>",
            "<body>",
            f'<div class="ust-reklam ad-slot"><span>{w.advertisement}</span></div>',
            f'<header class="ust"><a class="logo" href="/">{e(pub.outlet.name)}</a>',
            f'<span class="slogan">{e(pub.outlet.tagline)}</span></header>',
            f'<nav class="menu">{menu(pub, ("home", "politics", "economy", "world", "sport", "culture", "video", "gallery"))}</nav>',
            f'<div class="sol">{main}</div>',
            f'<div class="sag"><h3>{w.most_read}</h3>{listed(pub, pub.articles[:5])}',
            f'<form class="bulten"><label>{w.newsletter}</label><input type="email"><button>{w.subscribe}</button></form></div>',
            f'<footer class="alt"><p>{e(pub.outlet.notice)}</p><p>{w.copyright}</p></footer>',
            "</body>",
            "</html>",
        ]
    )
