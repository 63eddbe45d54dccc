"""Can the address that a page declares for itself (`rel=canonical`, `og:url`) be believed? Pure functions on canonical URLs.

RFC 6596 lets a publisher point at the preferred address of the same content. In newsrooms' templates it points as often at the home page,
at the section, at the first page, at the other language, or at whatever article was there when the template was tried. Believing such a
claim takes many articles for one; not believing a true one costs a duplicate, which is found as a copy. So a claim must not contradict
the address.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|ashx|jsp|jsf|cfm|cgi|do|pl)$", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?|1[34]\d\d")  # or a year of the Islamic or Iranian era
_SURE_DIGITS = 5  # shorter numbers in a path are years, days, sections, counts
_WORDS = re.compile(r"[^\W_]+")
_SLUG_WORDS = 3  # names of sections have one or two words
_PAGES = frozenset(["page", "p_no", "pageno", "page_no", "pagenum", "pg", "start", "offset", "limitstart", "seite", "sayfa"])
_LANGUAGE_NAMES = frozenset(["lang", "language", "locale", "lng", "hl", "l"])
_CODES = "ar fa ku ckb tr he en fr de es ru ur zh az hy"
_NAMES = """
    arabic=ar persian=fa farsi=fa kurdish=ku turkish=tr turkce=tr hebrew=he iw=he english=en eng=en french=fr francais=fr german=de
    spanish=es russian=ru urdu=ur ara=ar
"""
_LANGUAGES = {code: code for code in _CODES.split()} | dict(pair.split("=") for pair in _NAMES.split())


def contradiction(declared: str, page: str) -> str | None:
    """Say in words why a page cannot have this address; None when nothing speaks against it.

    Args: two canonical URLs of one site, the one declared and the one that answered.
    """
    if declared == page:
        return None
    told, shown = _Facts(declared), _Facts(page)
    if told.home and not shown.home:
        return "it is the home page"
    if shown.language and told.language != shown.language:
        return "it is another language edition"
    if told.is_list_above(shown):
        return "it is a section"
    if shown.page != told.page and shown.page:
        return "it is another page of the article"
    if told.numbers and shown.numbers and not told.numbers & shown.numbers:
        return "it has the number of another article"
    if shown.lost_in(told):
        return "it lacks the number of the article"
    return None


class _Facts:
    """What a canonical URL says of its target."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.path = parts.path
        self.steps = [unquote(step) for step in parts.path.split("/") if step]
        self.query = dict(unquote(pair).partition("=")[::2] for pair in parts.query.split("&") if pair)
        self.language = self._language(parts.hostname or "")
        self.home = not parts.fragment and not parts.query and self._is_home()
        pages = [value for name, value in self.query.items() if name.lower() in _PAGES]
        if len(self.steps) > 1 and self.steps[-2].lower() in ("page", "sayfa", "seite"):
            pages.append(self.steps[-1])
        self.page = next((value for value in pages if value.isdecimal() and value not in ("0", "1")), "")
        self.numbers = self._numbers()

    def _language(self, host: str) -> str | None:
        """Find the language edition, from the most to the least explicit place."""
        told = [value for name, value in self.query.items() if name.lower() in _LANGUAGE_NAMES]
        for word in (*told, *self.steps[:1], *host.split(".")[:-2]):
            code = word.lower().replace("_", "-")
            if found := _LANGUAGES.get(code) or _LANGUAGES.get(code.partition("-")[0] if len(code) == 5 else ""):
                return found
        return None

    def _is_home(self) -> bool:
        steps = [step.lower() for step in self.steps]
        return not steps or (len(steps) == 1 and (steps[0] in ("home", "home.html", "main") or steps[0] in _LANGUAGES))

    def _numbers(self) -> frozenset[str]:
        """Return what may be the number of the article: long numbers, else a short one where a number must be one."""
        values = [value for name, value in self.query.items() if name.lower() not in _PAGES and name.lower() not in _LANGUAGE_NAMES]
        long = {
            number.lstrip("0")
            for text in (*self.steps, *values)
            for number in _NUMBER.findall(text)
            if len(number) >= _SURE_DIGITS and not _DATE.fullmatch(number)
        }
        if long:
            return frozenset(long)
        short = {value for value in values if value.isdecimal()}
        if self.steps and self.steps[-1].isdecimal() and not self.page:
            short.add(self.steps[-1])
        elif len(self.steps) > 1 and self.steps[-2].isdecimal() and not _DATE.fullmatch(self.steps[-2]) and len(self.steps[-2]) > 2:
            short.add(self.steps[-2])  # /news/7142/slug
        return frozenset(number.lstrip("0") for number in short)

    def is_list_above(self, other: _Facts) -> bool:
        """Say whether this looks like a list in which the other stands: no number, no slug, and fewer steps."""
        if self.query or not self.steps or self.path == other.path or len(self.steps) > len(other.steps) + bool(other.query):
            return False
        last = self.steps[-1]
        if any(char.isdigit() for char in last) or len(_WORDS.findall(last)) >= _SLUG_WORDS:
            return False
        above = other.steps[: len(self.steps)] == self.steps
        return above or (len(self.steps) == 1 and len(_WORDS.findall(last)) == 1)

    def lost_in(self, other: _Facts) -> bool:
        """Say whether this is a script that shows many articles, and the other has not what tells them apart."""
        if self.path != other.path or (self.steps and not _SCRIPT.search(self.steps[-1]) and other.is_article_path()):
            return False
        missing = {name: value for name, value in self.query.items() if other.query.get(name) != value}
        return any(char.isdigit() for value in missing.values() for char in value)

    def is_article_path(self) -> bool:
        """Say whether the path alone names an article."""
        return any(
            len(_WORDS.findall(step)) >= _SLUG_WORDS or any(len(n) >= _SURE_DIGITS for n in _NUMBER.findall(step)) for step in self.steps
        )
