"""Where an outlet is at home, as far as its address and its language tell. Pure; facts from CLDR by way of Babel.

Source: ISO 3166-1 and the IANA root zone (country-code domains are ISO codes, `uk` aside); Unicode CLDR, territories and time zones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import idna
from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

# Country-code domains that registrars sell to everybody as words: they tell nothing of a country.
_SOLD = frozenset(
    re.findall(r"\w+", "ac ai am bz cc cd cf cm co eu fm ga gg gl gq im in io is je la li me ml ms mu nu pw sc sh st su tk to tv vc vg ws")
)
_ARABIC_DOMAINS = {
    "امارات": "AE",
    "الجزائر": "DZ",
    "مصر": "EG",
    "ישראל": "IL",
    "عراق": "IQ",
    "ایران": "IR",
    "الاردن": "JO",
    "المغرب": "MA",
    "عمان": "OM",
    "فلسطين": "PS",
    "قطر": "QA",
    "السعودية": "SA",
    "سودان": "SD",
    "سورية": "SY",
    "تونس": "TN",
}
# Languages whose news is nearly all made in one country; Arabic, Persian, Kurdish and the languages of empires are not among them.
_HOMES = {"he": "IL", "tr": "TR"}
# What people call them in lists, where CLDR's English name is another.
_ALIASES = {"turkey": "TR", "palestine": "PS", "uae": "AE", "emirates": "AE", "uk": "GB", "usa": "US"}
# CLDR names English first for Sudan, and nothing for the United States.
_NEWS_LANGUAGES = {"SD": "ar", "US": "en"}
# The zone of the capital, where CLDR knows several.
_CAPITALS = {
    "AU": "Australia/Sydney",
    "CA": "America/Toronto",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}


def territory_of(homepage: str, languages: Sequence[str]) -> tuple[str | None, str]:
    """Infer the country of an outlet.

    Args: its home page; its languages, the main one first.
    Returns: an ISO 3166-1 code with the reason in words, or None.
    """
    label = (urlsplit(homepage).hostname or "").rpartition(".")[2]
    code = _domains().get(label)
    if code is not None:
        return code, f"by the domain .{label}"
    home = _HOMES.get(languages[0]) if languages else None
    return (home, f"by its language {languages[0]}") if home else (None, "")


@lru_cache(maxsize=1)
def _domains() -> dict[str, str]:
    known = {code.lower(): code for code in territories() if code.lower() not in _SOLD}
    known["uk"] = "GB"
    for label, code in _ARABIC_DOMAINS.items():
        known[label] = known[idna.encode(label).decode("ascii")] = code
    return known


@lru_cache(maxsize=1)
def territories() -> frozenset[str]:
    """Return the ISO 3166-1 codes of countries and territories."""
    return frozenset(get_global("zone_territories").values()) - {"001", "ZZ"}


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    names = Locale("en").territories
    return {str(name).casefold(): code for code, name in names.items() if code in territories()} | _ALIASES


def territory_named(text: str) -> str | None:
    """Return the code of a country that is written as code or by its English name ('IQ', 'Iraq'); XX is one here, too."""
    text = text.strip()
    if text.upper() in territories() or text.upper() == "XX":
        return text.upper()
    return _codes_by_name().get(text.casefold())


def territory_name(code: str) -> str:
    """Return the English name of a country; the code where there is none."""
    return "Pan-regional and international" if code == "XX" else str(Locale("en").territories.get(code, code))


def main_language(country: str) -> str | None:
    """Return the language in which most of a country's news is written: its first official one."""
    if country in _NEWS_LANGUAGES:
        return _NEWS_LANGUAGES[country]
    official = get_official_languages(country)
    return official[0] if official else None


def zone_of(country: str, offset_minutes: int | None, now: datetime) -> tuple[str, bool]:
    """Infer the time zone of a country's outlets.

    Args: ISO 3166-1 code; the distance from UTC that their dates state, if any; the present.
    Returns: an IANA zone, UTC when nothing tells, and whether it is the country's only one.
    """
    zones = sorted(zone for zone, code in get_global("zone_territories").items() if code == country and zone in _known_zones())
    if len(zones) == 1:
        return zones[0], True
    if offset_minutes is not None:
        fitting = [zone for zone in zones if ZoneInfo(zone).utcoffset(now) == timedelta(minutes=offset_minutes)]
        if fitting:
            return (_CAPITALS[country] if _CAPITALS.get(country) in fitting else fitting[0]), False
    return _CAPITALS.get(country, "UTC"), False


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())
