"""The headline of a page: what its title, its first heading and its machine-readable copies agree on.

Each source writes the headline its own way: search titles end in the site's name or the section, the heading may carry a kicker, JSON-LD
may hold an older or shorter wording. So affixes are cut off where they are recognised, and the sources vote.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts


@dataclass(frozen=True, slots=True)
class HeadlineConfig:
    """Weights of the vote.

    og:title and the first heading are written by editors, the others are often copies made for search engines. On 149 real pages the
    heading alone was right on .79, og:title on .68 as it stands and .88 without affixes; every weighting with og:title at 1.5 … 2 times
    the heading and JSON-LD at most .7 scores within .01 of the best. og:title is outvoted when heading, JSON-LD and title tag agree.
    """

    og: float = 1.6
    heading: float = 1.0
    json_ld: float = 0.5
    twitter: float = 0.3
    title_tag: float = 0.2
    feed: float = 0.5
    core_chars: int = 20
    core_words: int = 5


CONFIG = HeadlineConfig()

_SEPARATOR = re.compile(r"\s+[-–—|:•·»«›‹/~*]+\s+|\s*(?:[|｜：ㅣ│]|::)\s*|\s+[–—-]{1,2}(?=\S)|(?<=\S)[–—]\s+|-(?=\S+[ㅣ|])")
_MIN_CHARS = 3
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


def headline(facts: Facts, names: Sequence[str], feed_title: str | None = None) -> str | None:
    """Choose the headline.

    `names` are those of `site_names`; `feed_title` is what the feed called the article. None when the page names nothing.
    """
    json_ld = facts.article.get("headline") or facts.article.get("name")
    sources = (
        (facts.first_meta("og:title"), CONFIG.og),
        (_chosen_heading(facts), CONFIG.heading),
        (clean_line(json_ld, 500), CONFIG.json_ld),
        (facts.first_meta("twitter:title", "twitter:text:title"), CONFIG.twitter),
        (facts.title_tag, CONFIG.title_tag),
        (clean_line(feed_title, 500), CONFIG.feed),
    )
    given = [(line, weight) for line, weight in sources if line and len(comparable(line)) >= _MIN_CHARS and comparable(line) not in names]
    if not given:
        return next((line for line, _ in sources if line), None)
    given = _as_shown(given, _chosen_heading(facts))
    lines = [line for line, _ in given]
    core = _core(lines)
    votes: dict[str, float] = {}
    wording: dict[str, str] = {}
    for line, weight in given:
        short = core if core and comparable(line).endswith(comparable(core)) else _without_affixes(line, names, lines)
        key = comparable(short)
        votes[key] = votes.get(key, 0) + weight
        wording.setdefault(key, short)
    return wording[max(votes, key=lambda key: votes[key])]


def _as_shown(given: list[tuple[str, float]], heading: str | None) -> list[tuple[str, float]]:
    """Give the heading's wording to the sources that only hold it in the wording of a search engine or of an hour ago.

    Three such wordings are known: the same words with the name moved to the front (`Name: …`), the whole heading between kicker and
    section, and the template of a live page (`Live: …`, or a date at its end) of which the heading is the present line.
    """
    if not heading or len(comparable(heading)) < CONFIG.core_chars:
        return given
    return [(heading if _rewords(line, heading) else line, weight) for line, weight in given]


def _rewords(line: str, heading: str) -> bool:
    """Say whether a line is the heading in other order, or the template of a live page."""
    if comparable(line) == comparable(heading):
        return False
    if (_LIVE.match(line) and not _LIVE.match(heading)) or (_DATED_END.search(line) and not _DATED_END.search(heading)):
        return True
    if heading.startswith(line) and heading[len(line) :].lstrip()[:1] in ('"', "'", "“", "״"):  # an attribute that a quotation mark ended
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
            return line
    return facts.headings[0] if facts.headings else None


def _without_affixes(line: str, names: Sequence[str], others: Iterable[str]) -> str:
    """Cut off the site's name, and whatever else a separator divides from a headline that another source gives bare."""
    bare = {comparable(other) for other in others}
    pieces = list(_SEPARATOR.finditer(line))
    for cut in pieces:
        for side in (line[: cut.start()], line[cut.end() :]):
            if len(comparable(side)) >= 10 and comparable(side) in bare and comparable(side) != comparable(line):
                return side.strip()
    while pieces:
        last, first = pieces[-1], pieces[0]
        if _is_name(line[last.end() :], names) and len(comparable(line[: last.start()])) >= _MIN_CHARS:
            line = line[: last.start()].strip()
        elif _is_name(line[: first.start()], names) and len(comparable(line[first.end() :])) >= _MIN_CHARS:
            line = line[first.end() :].strip()
        else:
            break
        pieces = list(_SEPARATOR.finditer(line))
    return line


def _is_name(piece: str, names: Sequence[str]) -> bool:
    """Say whether a piece of a title is the site's name, or a part or an extension of it."""
    key = comparable(piece)
    if not key:
        return True
    return any(
        key == name or (len(key) >= 4 and key in name) or (len(name) >= 4 and name in key and len(key) <= len(name) + 12) for name in names
    )
