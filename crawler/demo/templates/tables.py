"""A page of the old web: nested tables, `font` and `bgcolor`, a charset that only a meta element names, a date for human eyes alone."""

from __future__ import annotations

from crawler.demo.outlets import Article, Publication
from crawler.demo.templates.markup import anchor, block, direction, e, menu, player, words
from crawler.demo.visible_dates import arabic_date

_TABLE = '<table width="100%" border="0" cellspacing="0" cellpadding="4">'


def article(pub: Publication, story: Article) -> str:
    """Render one news item."""
    w = words(pub)
    by = ", ".join(story.authors) or story.agency
    text = [f'<p align="justify"><font size="4">{e(words)}</font></p>' for words in story.paragraphs] or [player(story)]
    cell = block(
        [
            _TABLE,
            f'<tr><td bgcolor="#dfe8d8"><font size="2"><b>{e(story.section)}</b></font></td></tr>',
            f'<tr><td><h1 align="center"><font size="5" color="#7a0000">{e(story.title)}</font></h1></td></tr>',
            f'<tr><td align="center"><font size="2" color="#666666">{w.published} {arabic_date(story.published)}</font></td></tr>',
            f'<tr><td align="center"><font size="2">{w.by} {e(by)}</font></td></tr>' if by else "",
            _picture(story),
            '<tr><td><div id="article-body">',
            f'<p align="justify"><font size="4"><b>{e(story.standfirst)}</b></font></p>' if story.standfirst else "",
            *text,
            "</div></td></tr>",
            '<tr><td bgcolor="#eeeeee" align="center"><font size="2">',
            f'<a href="#">{w.print}</a> | <a href="#">{w.send_to_friend}</a></font></td></tr>',
            "</table>",
            _TABLE,
            f'<tr><td bgcolor="#dfe8d8"><b>{w.see_also}</b></td></tr>',
            *(f'<tr><td><font size="3">{anchor(pub, other)}</font></td></tr>' for other in pub.others(story, 4)),
            "</table>",
        ]
    )
    return _page(pub, f"{story.title} - {pub.outlet.name}", cell)


def home(pub: Publication) -> str:
    """Render the front page: a row a news item."""
    rows = (f'<tr><td>{anchor(pub, story)} <font size="2">({arabic_date(story.published)})</font></td></tr>' for story in pub.articles)
    return _page(pub, f"{pub.outlet.name} - {pub.outlet.tagline}", block([_TABLE, *rows, "</table>"]))


def _picture(story: Article) -> str:
    if not story.image_path or not story.caption:
        return ""
    image = f'<img src="{e(story.image_path)}" width="400" height="260" border="1" alt="">'
    return f'<tr><td align="center">{image}<br><font size="2">{e(story.caption)}</font></td></tr>'


def _page(pub: Publication, title: str, cell: str) -> str:
    w = words(pub)
    language = pub.outlet.languages[0]
    latest = (f'<tr><td><font size="2">{anchor(pub, story)}</font></td></tr>' for story in pub.articles[:6])
    return block(
        [
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">',
            f'<html dir="{direction(language)}" lang="{language}">',
            "<head>",
            f'<meta http-equiv="Content-Type" content="text/html; charset={e(pub.outlet.encoding)}">',
            f"<title>{e(title)}</title>",
            "</head>",
            '<body bgcolor="#ffffff" topmargin="0">',
            '<table width="960" align="center" border="0" cellspacing="0" cellpadding="0">',
            f'<tr><td colspan="2" bgcolor="#2f4f2f" align="center"><font size="6" color="#ffffff"><b>{e(pub.outlet.name)}</b></font><br>',
            f'<font size="2" color="#ffffff">{e(pub.outlet.tagline)}</font></td></tr>',
            f'<tr><td colspan="2" bgcolor="#dfe8d8">{menu(pub, ("home", "politics", "economy", "sport", "culture", "contact"))}</td></tr>',
            '<tr valign="top"><td width="700">',
            cell,
            '</td><td width="260" bgcolor="#f4f4ec">',
            _TABLE,
            f'<tr><td bgcolor="#2f4f2f"><font color="#ffffff"><b>{w.latest}</b></font></td></tr>',
            *latest,
            f'<tr><td align="center" height="200">{w.advertisement}</td></tr>',
            "</table>",
            "</td></tr>",
            '<tr><td colspan="2" bgcolor="#2f4f2f" align="center">',
            f'<font size="2" color="#ffffff">{w.copyright}<br>{e(pub.outlet.notice)}</font></td></tr>',
            "</table>",
            "</body>",
            "</html>",
        ]
    )
