"""A WordPress-like blog: `entry-*` classes, sharing and like boxes, related posts, reader comments, a comment form, a sidebar."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, e, feed_link, listed, menu, metas, player, summary, time_tag, words
from crawler.demo.visible_dates import english_date

# What two readers of each post say, in turn. They are noise on purpose: no line of them belongs to the post.
_READERS = (
    ("marsh_reed", "I grew up not far from there and my uncles still argue about it every Friday. Thanks for writing this up."),
    ("K. Halloran", "Good piece, but I think you are too kind to the ministry. Will there be a second part?"),
    ("teahouse_regular", "Shared this with my reading group, we spent the whole evening on it."),
    ("Old Cartographer", "The map in your last post was wrong by a whole district, this one is much better."),
    ("dilnaz", "Do you have a link for the figures? I could not find them on the official site."),
)


def article(pub: Publication, story: Article) -> str:
    """Render one post."""
    url = e(pub.url(story.path))
    number = story.key.partition("-")[0]
    head = block(
        [
            f'<link rel="canonical" href="{url}" />',
            metas(
                "property",
                [
                    ("og:type", "article"),
                    ("og:title", story.title),
                    ("og:url", pub.url(story.path)),
                    ("og:description", summary(story)),
                    ("og:site_name", pub.outlet.name),
                    ("article:published_time", story.published.isoformat()),
                    ("article:modified_time", story.changed_at.isoformat()),
                ],
            ),
        ]
    )
    post = block(
        [
            f'<article id="post-{number}" class="post post-{number} type-post status-publish format-standard hentry">',
            '<header class="entry-header">',
            f'<h1 class="entry-title">{e(story.title)}</h1>',
            f'<div class="entry-meta">{_posted(pub, story)}</div>',
            "</header>",
            '<div class="entry-content">',
            *([f"<p>{e(text)}</p>" for text in story.paragraphs] or [player(story)]),
            _flair(pub, story),
            "</div>",
            f'<footer class="entry-meta"><span class="cat-links">{e(story.section)}</span></footer>',
            "</article>",
            _neighbours(pub, story),
            _discussion(pub, story, int(number)),
        ]
    )
    return _page(pub, "single single-post", f"{story.title} | {pub.outlet.name}", head, post)


def home(pub: Publication) -> str:
    """Render the list of posts with their first words."""
    w = words(pub)
    posts = (
        block(
            [
                '<article class="post hentry">',
                f'<header class="entry-header"><h2 class="entry-title">{anchor(pub, story)}</h2>',
                f'<div class="entry-meta">{_posted(pub, story)}</div></header>',
                f'<div class="entry-summary"><p>{e(summary(story))} <a href="{e(pub.url(story.path))}">{w.read_more}</a></p></div>',
                "</article>",
            ]
        )
        for story in pub.articles
    )
    return _page(
        pub, "home blog", f"{pub.outlet.name} | {pub.outlet.tagline}", metas("name", [("description", pub.outlet.tagline)]), block(posts)
    )


def _posted(pub: Publication, story: Article) -> str:
    """Write date and author as the theme does."""
    w = words(pub)
    at = story.published
    stamp = time_tag(at, english_date(at), 'class="entry-date published"')
    by = "".join(
        f' <span class="by-author">{w.by} <span class="author vcard">'
        f'<a class="url fn n" rel="author" href="/author/">{e(name)}</a></span></span>'
        for name in story.authors or ([story.agency] if story.agency else [])
    )
    return f'<span class="posted-on">{w.published} <a href="{e(pub.url(story.path))}" rel="bookmark">{stamp}</a></span>{by}'


def _flair(pub: Publication, story: Article) -> str:
    """Write the sharing, like and related boxes that a plugin puts inside the entry."""
    w = words(pub)
    return block(
        [
            '<div id="jp-post-flair" class="sharedaddy sd-like-enabled sd-sharing-enabled">',
            f'<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">{w.share}</h3><div class="sd-content"><ul>',
            '<li class="share-email"><a rel="nofollow" href="#">Email</a></li>',
            '<li class="share-print"><a rel="nofollow" href="#">Print</a></li>',
            "</ul></div></div>",
            '<div class="sharedaddy sd-block sd-like"><h3 class="sd-title">Like this:</h3>',
            '<span class="button">Like</span> <span class="loading">Loading...</span></div>',
            f'<div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>{w.related}</em></h3>',
            listed(pub, pub.others(story, 3)),
            "</div></div>",
        ]
    )


def _neighbours(pub: Publication, story: Article) -> str:
    """Link the posts before and after."""
    near = pub.others(story, 2)
    links = (f'<div class="nav-{place}">{anchor(pub, other)}</div>' for place, other in zip(("previous", "next"), near, strict=False))
    return block(['<nav class="navigation post-navigation" role="navigation">', *links, "</nav>"])


def _discussion(pub: Publication, story: Article, number: int) -> str:
    """Write two readers' comments and the form for another."""
    w = words(pub)
    comments = (
        _comment(*_READERS[(number + turn) % len(_READERS)], story.published + timedelta(hours=3 + 5 * turn), number * 10 + turn)
        for turn in (0, 1)
    )
    fields = (
        f'<p class="comment-form-{name}"><label>{getattr(w, name)}</label> <input name="{name}" size="30"></p>'
        for name in ("name", "email")
    )
    return block(
        [
            f'<div id="comments" class="comments-area"><h2 class="comments-title">2 {w.comments}</h2>',
            '<ol class="comment-list">',
            *comments,
            "</ol>",
            f'<div id="respond" class="comment-respond"><h3 id="reply-title" class="comment-reply-title">{w.leave_a_reply}</h3>',
            '<form action="/wp-comments-post.php" method="post" id="commentform" class="comment-form">',
            f'<p class="comment-form-comment"><label>{w.comment}</label> <textarea name="comment" cols="45" rows="8"></textarea></p>',
            *fields,
            f'<p class="form-submit"><input type="submit" value="{w.send}"></p></form></div>',
            "</div>",
        ]
    )


def _comment(reader: str, remark: str, at: datetime, number: int) -> str:
    return block(
        [
            f'<li id="comment-{number}" class="comment"><article class="comment-body">',
            f'<footer class="comment-meta"><b class="fn">{e(reader)}</b> {time_tag(at, f"{english_date(at)} at {at:%H:%M}")}</footer>',
            f'<div class="comment-content"><p>{e(remark)}</p></div>',
            "</article></li>",
        ]
    )


def _page(pub: Publication, css: str, title: str, head: str, content: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    return block(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}" prefix="og: http://ogp.me/ns#">',
            "<head>",
            '<meta charset="UTF-8" />',
            '<meta name="viewport" content="width=device-width" />',
            f"<title>{e(title)}</title>",
            head,
            feed_link(pub, language),
            "<style>body{font-family:Georgia,serif}#secondary{float:right;width:22%}#primary{width:70%}</style>",
            "</head>",
            f'<body class="{css}">',
            '<div id="page" class="hfeed site">',
            '<header id="masthead" class="site-header" role="banner">',
            f'<p class="site-title"><a href="/" rel="home">{e(pub.outlet.name)}</a></p>',
            f'<p class="site-description">{e(pub.outlet.tagline)}</p>',
            '<nav id="site-navigation" class="main-navigation" role="navigation">',
            menu(pub, ("home", "politics", "culture", "about", "contact")),
            "</nav></header>",
            '<div id="main" class="site-main">',
            f'<div id="primary" class="content-area"><div id="content" class="site-content" role="main">{content}</div></div>',
            '<div id="secondary" class="widget-area" role="complementary">',
            f'<aside class="widget widget_search"><form role="search" action="/"><input name="s" placeholder="{w.search}"></form></aside>',
            f'<aside class="widget widget_recent_entries"><h3 class="widget-title">{w.latest}</h3>{listed(pub, pub.articles[:5])}</aside>',
            f'<aside class="widget widget_blog_subscription"><h3 class="widget-title">{w.newsletter}</h3>',
            f'<form action="#"><input name="email"><button>{w.subscribe}</button></form></aside>',
            "</div></div>",
            f'<footer id="colophon" class="site-footer" role="contentinfo"><p>{e(pub.outlet.notice)}</p><p>{w.copyright}</p></footer>',
            "</div>",
            "</body>",
            "</html>",
        ]
    )
