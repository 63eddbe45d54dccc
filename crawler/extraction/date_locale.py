"""Decide what is assumed of the dates of a page that do not say: the zone and the language."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from crawler.extraction.date_evidence import CONFIG, Reading
from crawler.extraction.structured import Facts
from crawler.records import PageContext
from crawler.written_dates.date_zones import named_zone

# Countries of the region and its neighbours with one civil time, by their top-level domain and ISO 3166 code (IANA time zone database,
# zone1970.tab).
_COUNTRY_ZONES = {
    "ae": "Asia/Dubai", "af": "Asia/Kabul", "am": "Asia/Yerevan", "az": "Asia/Baku", "bh": "Asia/Bahrain", "cy": "Asia/Nicosia",
    "dz": "Africa/Algiers", "eg": "Africa/Cairo", "ge": "Asia/Tbilisi", "gr": "Europe/Athens", "il": "Asia/Jerusalem", "iq": "Asia/Baghdad",
    "ir": "Asia/Tehran", "jo": "Asia/Amman", "kw": "Asia/Kuwait", "lb": "Asia/Beirut", "ly": "Africa/Tripoli", "ma": "Africa/Casablanca",
    "om": "Asia/Muscat", "pk": "Asia/Karachi", "ps": "Asia/Hebron", "qa": "Asia/Qatar", "sa": "Asia/Riyadh", "sd": "Africa/Khartoum",
    "sy": "Asia/Damascus", "tn": "Africa/Tunis", "tr": "Europe/Istanbul", "ye": "Asia/Aden",
}  # fmt: skip
# Languages that are written for one country almost only.
_LANGUAGE_ZONES = {
    "he": "Asia/Jerusalem", "iw": "Asia/Jerusalem", "fa": "Asia/Tehran", "tr": "Europe/Istanbul", "ckb": "Asia/Baghdad", "az": "Asia/Baku",
}  # fmt: skip
_HEBREW = re.compile("[\u05d0-\u05ea]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06af\u06cc\u06a9]")  # letters that Arabic does not have
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")  # letters that Persian does not have
_KURDISH = re.compile("[\u06d5\u06ce\u06c6\u06b5\u0695]")


def reading_of(facts: Facts, url: str, context: PageContext, fetched_at: datetime) -> Reading:
    """Decide what is assumed: the zone of the source, else of the country of its domain or locale, else of the only one of its language."""
    language, region = _locale(facts, context)
    if context.time_zone and (zone := named_zone(context.time_zone)):
        return Reading(zone, CONFIG.assumed_zone, language, fetched_at)
    host = urlsplit(url).hostname or ""
    for country in (context.country, host.rpartition(".")[2], region):
        if country and (zone := named_zone(_COUNTRY_ZONES.get(country.lower(), ""))):
            return Reading(zone, CONFIG.assumed_zone, language, fetched_at)
    zone = named_zone(_LANGUAGE_ZONES.get(language or "", ""))
    return Reading(zone, CONFIG.assumed_language, language, fetched_at)


def _locale(facts: Facts, context: PageContext) -> tuple[str | None, str | None]:
    """Return the language and the country that the page says it is written for; the script of the headline speaks before a template."""
    stated = facts.first_meta("og:locale") or ""
    language, region = None, None
    for value in (facts.html_language or "", stated):
        parts = re.split("[-_]", value.strip().lower())
        language = language or parts[0][:3] or None
        region = region or (parts[-1] if len(parts) > 1 and len(parts[-1]) == 2 else None)
    if language in (None, "en") and len(context.languages) == 1:
        language = context.languages[0].lower()
    headline = (facts.first_meta("og:title") or facts.title_tag or (facts.headings or [""])[0])[:200]
    if _HEBREW.search(headline):
        return "he", region
    if language in (None, "en", "ar", "ku") and _KURDISH.search(headline):
        return "ckb", region
    if language in (None, "en", "ar") and len(_PERSIAN.findall(headline)) > 1 and not _URDU.search(headline):
        return "fa", region
    return language, region
