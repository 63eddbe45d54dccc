"""The path of an address in its one form. Pure.

Case is kept; dot segments are resolved; repeated slashes, a slash at the end and the name of a directory's index are dropped, because no
newsroom tells two articles apart by them; so are session ids and the steps that name a rendering of the same article: AMP, print, the
pages of its comments.
"""

from __future__ import annotations

import re

from crawler.url_text import UNRESERVED, Escapes, decode

_ESCAPED = Escapes("!$&'()*+,;=:@/")
_DECODABLE = UNRESERVED | set("!$'()*,:@")
# What keeps a path from being its own canonical form, but for a slash at its end.
_TROUBLE = re.compile(
    r"[^A-Za-z0-9._~!$'()*,:@=+/-]|//|/\.|/\(|/amp|\.amp|/print|/index\.|/default\.|/comment-page", re.ASCII | re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:amp;)+", re.ASCII | re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;]*", re.ASCII | re.IGNORECASE)
# ASP.NET keeps a session without cookies in a step of its own: /(S(lit3py55t21z5v55vlm25s55))/
_ASP_SESSION = re.compile(r"\((?:[A-Za-z]\([A-Za-z0-9_-]{8,}\))+\)")
_RENDERINGS = frozenset({"amp", "amphtml", "print"})
_LAST_RENDERINGS = frozenset({"printable", "printerfriendly", "printer-friendly"})
_COMMENTS = re.compile(r"comment-page-\d+")  # WordPress
# A tracker that was put on with the wrong mark: /vote&utm_source=rss, /vote%3Futm_source%3Drss
_MISPLACED = re.compile("(?:&|\udc3f)(?:utm_[a-z]+|fbclid)(?:=|\udc3d)")
_INDEX = re.compile(r"index\.(?:s?html?|xhtml|php\d?|aspx?|jsp|cfm)|default\.(?:html?|aspx?)")
_AMP_ENDING = re.compile(r"(.*)\.amp(\.(?:html?|php|aspx?))?", re.ASCII | re.DOTALL | re.IGNORECASE)
# After these a word is a subject, not a rendering: /tag/print
_SUBJECTS = frozenset(
    [
        "tag",
        "tags",
        "topic",
        "topics",
        "category",
        "categories",
        "section",
        "sections",
        "label",
        "labels",
        "search",
        "author",
        "authors",
        "keyword",
    ]
)


def canonical_path(path: str, *, renderings: bool = True) -> str:
    """Return a path in its one form; empty for the root.

    `renderings` false keeps AMP and print: in the address of a cache they are its own.

    Source: RFC 3986 sections 5.2.4 and 6.2.2; AMP and WordPress as their documents have them.
    """
    if not _TROUBLE.search(path):
        return path.removesuffix("/")
    text = _SESSION.sub("", _ENTITY.sub("&", decode(path, _DECODABLE)))
    kept: list[str] = []
    for step in text.split("/")[1:]:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    steps = _without_empty(kept)
    while renderings:
        fewer = _without_empty(_without_renderings(steps))
        if fewer == steps:
            break
        steps = fewer
    return "".join(f"/{step}" for step in map(_ESCAPED.encode, steps))


def _without_empty(steps: list[str]) -> list[str]:
    """Drop empty steps, but not the one in an address inside the path (`/proxy/https://…`)."""
    kept: list[str] = []
    for step in steps:
        if step or (kept and kept[-1].endswith(":")):
            kept.append(step)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _without_renderings(steps: list[str]) -> list[str]:
    """Drop what says how an article is shown. A path of nothing else stays: `/print` may well be a section."""
    kept = [step for step in steps if not _ASP_SESSION.fullmatch(step)]
    while kept and (end := _other_end(kept)) is not None:
        kept[-1:] = [end] if end else []
    subject = _is_subject(kept)
    shown = [step for number, step in enumerate(kept, start=1) if step.lower() not in _RENDERINGS or (subject and number == len(kept))]
    return shown or kept


def _other_end(steps: list[str]) -> str | None:
    """Return what the last step is without its rendering, empty when it is nothing else; None when it stays."""
    last, low = steps[-1], steps[-1].lower()
    if _INDEX.fullmatch(low):
        return ""
    if len(steps) > 1 and (_COMMENTS.fullmatch(low) or (low in _LAST_RENDERINGS and not _is_subject(steps))):
        return ""
    if found := _MISPLACED.search(last):
        rest = last[: found.start()]
        return rest if rest.strip(".") else ""
    if (found := _AMP_ENDING.fullmatch(last)) and found[1].strip("."):
        return found[1] + (found[2] or "")
    return None


def _is_subject(steps: list[str]) -> bool:
    return len(steps) > 1 and steps[-2].lower() in _SUBJECTS
