"""The headline of a page: what its title, its first heading and its machine-readable copies agree on.

Each source writes the headline its own way: search titles end in the site's name or the section, the heading may carry a kicker, JSON-LD
may hold an older or shorter wording. So affixes are cut off where they are recognised, and the sources vote.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class HeadlineConfig:
    """Weights of the vote.

    og:title and the first heading are written by editors, the others are often copies made for search engines. On 149 real pages the
    heading alone was right on .79, og:title on .68 as it stands and .88 without affixes; every weighting with og:title at 1.5 … 2.4 times
    the heading and JSON-LD at most .7 scores within .02 of the best. Where og:title stood alone against heading, JSON-LD and title tag it
    was right in 5 of 7 pages, so nothing outvotes it.

    The confidences are shares of right ones, (right + 1) / (found + 2), on the same pages, by how much of the vote the headline has: all of
    it (91 of 95 pages), most (33 of 39), or less than `clear_share` (10 of 15). A `single` source is right as often as a majority; what is
    `doubtful` may be the site's name (no page of these).
    """

    og: float = 2.1
    heading: float = 1.0
    json_ld: float = 0.5
    twitter: float = 0.3
    title_tag: float = 0.2
    feed: float = 0.5
    core_chars: int = 20
    core_words: int = 5
    clear_share: float = 0.6
    agreed: float = 0.95
    majority: float = 0.83
    contested: float = 0.65
    single: float = 0.83
    doubtful: float = 0.5


CONFIG = HeadlineConfig()

_SEPARATOR = re.compile(r"\s+[-–—|:•·»«›‹/~*]+\s+|\s*(?:[|｜：ㅣ│]|::)\s*|\s+[–—-]{1,2}(?=\S)|(?<=\S)[–—]\s+|-(?=\S+[ㅣ|])")
_MIN_CHARS, _MIN_SECTIONED = 3, 10
_WORD = re.compile(r"[^\W_]+")
_LIVE = re.compile(
    r"^[\s(\[]*(?:live(?:\s?blog|\s?updates?)?|en direct|direct|canlı(?:\s(?:anlatım|blog|yayın))?|liveticker|ticker"
    r"|(?:بث\s)?مباشر|مباشرة|تغطية (?:مباشرة|مستمرة|حية)|لحظة بلحظة"
    r"|گزارش زنده|پخش زنده|لحظه به لحظه|زنده|שידור חי|עדכונים שוטפים|לייב"
    r")\s*[\])]?\s*[:;؛|–—-]",
    re.IGNORECASE,
)
_DATED_END = re.compile(r"[\s–—|-]+(?:\d{1,4}|[٠-٩۰-۹]{1,4})[/.-](?:\d{1,2}|[٠-٩۰-۹]{1,2})[/.-](?:\d{2,4}|[٠-٩۰-۹]{2,4})\s*$")
_KICKED_QUOTE = re.compile(r"^[^«»„“”\"]{5,60}\s?[:–—-]\s+([«„“\"].{20,}[»“”\"])$")


def site_names(facts: Facts, url: str, source_name: str | None) -> tuple[str, ...]:
    """Collect the comparable forms of every name the site goes by: its own, its publisher's, the source's, its host's."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    labels = host.split(".")
    publisher = facts.article.get("publisher")
    names: list[object] = [
        facts.first_meta("og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title", "publisher")
    ]
    names += [entry.get("name") for entry in _listed(publisher) if isinstance(entry, dict)]
    names += [node.get("name") for node in facts.nodes if node.get("@type") in ("WebSite", "NewsMediaOrganization", "Organization")]
    names += [facts.first_meta("dc.publisher", "cre", "copyright"), source_name, host, max(labels, key=len, default="")]
    if len(labels) > 1:
        names.append(labels[-2])
    found = (comparable(line) for name in names if (line := clean_line(name, 120)))
    return tuple(dict.fromkeys(name for name in found if len(name) >= 2))


def _listed(value: object) -> list[object]:
    """Wrap a lone value in a list."""
    return value if isinstance(value, list) else [value]


def headline(facts: Facts, names: Sequence[str], feed_title: str | None = None) -> Told[str] | None:
    """Choose the headline.

    `names` are those of `site_names`; `feed_title` is what the feed called the article. None when the page names nothing.
    """
    json_ld = facts.article.get("headline") or facts.article.get("name")
    sources = (
        ("og", facts.first_meta("og:title"), CONFIG.og),
        ("heading", _chosen_heading(facts), CONFIG.heading),
        ("json-ld", clean_line(json_ld, 500), CONFIG.json_ld),
        ("twitter", facts.first_meta("twitter:title", "twitter:text:title"), CONFIG.twitter),
        ("title tag", facts.title_tag, CONFIG.title_tag),
        ("feed", clean_line(feed_title, 500), CONFIG.feed),
    )
    given = [
        (found_in, line, weight)
        for found_in, line, weight in sources
        if line and len(comparable(line)) >= _MIN_CHARS and comparable(line) not in names
    ]
    if not given:
        return next((Told(line, found_in, CONFIG.doubtful) for found_in, line, _ in sources if line), None)
    lines = _as_shown([line for _, line, _ in given], _chosen_heading(facts))
    core, sections = _core(lines), _sections(facts)
    votes: dict[str, float] = {}
    wording: dict[str, Told[str]] = {}
    for (found_in, _, weight), line in zip(given, lines, strict=True):
        short = core if core and comparable(line).endswith(comparable(core)) else _without_affixes(line, names, lines, sections)
        key = comparable(short)
        votes[key] = votes.get(key, 0) + weight
        wording.setdefault(key, Told(short, found_in, 0))
    chosen = max(votes, key=lambda key: votes[key])
    return replace(wording[chosen], confidence=_confidence(votes[chosen] / sum(votes.values()), len(given)))


def _confidence(share: float, sources: int) -> float:
    """Say how sure a headline is that has this share of the votes."""
    if sources == 1:
        return CONFIG.single
    return CONFIG.agreed if share == 1 else CONFIG.majority if share > CONFIG.clear_share else CONFIG.contested


def _sections(facts: Facts) -> set[str]:
    """Collect the comparable names of the sections that the article stands in."""
    named = facts.article.get("articleSection")
    values = [facts.first_meta("article:section", "section"), *(named if isinstance(named, list) else [named])[:10], *facts.crumbs]
    return {comparable(line) for value in values if (line := clean_line(value, 100))}


def _as_shown(lines: list[str], heading: str | None) -> list[str]:
    """Give the heading's wording to the sources that only hold it in the wording of a search engine or of an hour ago.

    Four such wordings are known: the same words with the name moved to the front (`Name: …`), the whole heading between kicker and
    section, the heading cut short (`…`), and the template of a live page (`Live: …`, or a date at its end) of which the heading is the
    present line.
    """
    if not heading or len(comparable(heading)) < CONFIG.core_chars:
        return lines
    return [heading if _rewords(line, heading) else line for line in lines]


def _rewords(line: str, heading: str) -> bool:
    """Say whether a line is the heading in other order, or the template of a live page."""
    if comparable(line) == comparable(heading):
        return False
    if (_LIVE.match(line) and not _LIVE.match(heading)) or (_DATED_END.search(line) and not _DATED_END.search(heading)):
        return True
    if heading.startswith(line) and heading[len(line) :].lstrip()[:1] in ('"', "'", "“", "״"):  # an attribute that a quotation mark ended
        return True
    if line.endswith(("…", "...")) and len(comparable(line)) >= CONFIG.core_chars and comparable(heading).startswith(comparable(line)):
        return True
    words, bare = ([word for word in _WORD.findall(text.casefold()) if word] for text in (line, heading))
    if len(bare) >= CONFIG.core_words and Counter(bare) == Counter(words[: len(bare)]) and words[: len(bare)] != bare:
        return True
    pieces = _SEPARATOR.split(line)
    return len(pieces) > 1 and comparable(pieces[0]).endswith(comparable(heading)) and ":" in pieces[0]


def _core(lines: Sequence[str]) -> str | None:
    """Find the quotation that two wordings share behind kickers of their own: `Kicker: «…»` and `Other kicker - «…»`."""
    quoted = {
        comparable(found[1]): found[1]
        for line in lines
        if (found := _KICKED_QUOTE.match(line)) and len(comparable(found[1])) >= CONFIG.core_chars
    }
    for key, core in quoted.items():
        kickers = {comparable(line)[: -len(key)] for line in lines if comparable(line).endswith(key)}
        if len(kickers - {""}) > 1:
            return core
    return None


def _chosen_heading(facts: Facts) -> str | None:
    """Choose among several first-level headings the one that the other sources repeat, else the first."""
    others = [
        comparable(line) for line in (facts.first_meta("og:title"), clean_line(facts.article.get("headline")), facts.title_tag) if line
    ]
    for line in facts.headings:
        key = comparable(line)
        if len(key) >= 10 and any(key in other or other in key for other in others if len(other) >= 10):
            return _unglued(line, facts.title_tag)
    return _unglued(facts.headings[0], facts.title_tag) if facts.headings else None


def _unglued(heading: str, title_tag: str | None) -> str:
    """Cut the site's name off a heading that it is glued to, where the title tag shows the two apart: `TitleSite`, `Title » … » Site`."""
    pieces = _SEPARATOR.split(title_tag or "")
    glued = len(pieces) > 1 and len(comparable(pieces[0])) >= _MIN_SECTIONED and heading.startswith(pieces[0])
    rest = heading[len(pieces[0]) :] if glued else ""
    return pieces[0] if rest[:1].isalnum() and comparable(rest) == comparable(pieces[-1]) else heading


def _without_affixes(line: str, names: Sequence[str], others: Iterable[str], sections: Collection[str] = ()) -> str:
    """Cut off the site's name, the section before it, and what else a separator divides from a headline that another source gives bare."""
    bare = {comparable(other) for other in others}
    pieces = list(_SEPARATOR.finditer(line))
    for cut in pieces:
        for side in (line[: cut.start()], line[cut.end() :]):
            if len(comparable(side)) >= 10 and comparable(side) in bare and comparable(side) != comparable(line):
                return side.strip()
    while pieces:
        last, first = pieces[-1], pieces[0]
        if _is_name(line[last.end() :], names) and len(comparable(line[: last.start()])) >= _MIN_CHARS:
            line = _without_section(line[: last.start()].strip(), sections, glued=line[last.start() : last.end()].strip() in ("ㅣ", "|"))
        elif _is_name(line[: first.start()], names) and len(comparable(line[first.end() :])) >= _MIN_CHARS:
            line = line[first.end() :].strip()
        else:
            break
        pieces = list(_SEPARATOR.finditer(line))
    return line


def _without_section(line: str, sections: Collection[str], *, glued: bool) -> str:
    """Cut off the section before the site's name: one that the page names, or a Korean word glued on by a hyphen (`Title-Section|Site`)."""
    pieces = list(_SEPARATOR.finditer(line))
    if pieces and comparable(line[pieces[-1].end() :]) in sections and len(comparable(line[: pieces[-1].start()])) >= _MIN_SECTIONED:
        return line[: pieces[-1].start()].strip()
    front, hyphen, section = line.rpartition("-")
    if glued and hyphen and len(comparable(front)) >= _MIN_SECTIONED and re.fullmatch(r"[가-힣·]{2,6}", section):
        return front.strip()
    return line


def _is_name(piece: str, names: Sequence[str]) -> bool:
    """Say whether a piece of a title is the site's name, or a part or an extension of it."""
    key = comparable(piece)
    if not key:
        return True
    return any(
        key == name or (len(key) >= 4 and key in name) or (len(name) >= 4 and name in key and len(key) <= len(name) + 12) for name in names
    )
