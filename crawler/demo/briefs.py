"""A year of short reports by a fictional agency, for what needs time to be seen: ties. Every report is made up and says so.

The reports follow a timetable: Iraq and Syria stand in as many of them in every month, at first in different ones, from spring on more and
more in the same. So a tie grows, and the corpus does not. One report is reprinted by five outlets, which is one text and six articles.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SOURCE = "crossroads-briefs"
BEGIN_YEAR, BEGIN_MONTH = 2025, 10
MOST_WORDS = 25  # shorter than what could be taken for a near copy of another report
_SEED = 6

NAMES = {
    "IQ": "Iraq", "SY": "Syria", "TR": "Turkey", "IR": "Iran", "KW": "Kuwait", "SA": "Saudi Arabia", "LB": "Lebanon", "JO": "Jordan",
    "EG": "Egypt", "LY": "Libya", "SD": "Sudan", "TN": "Tunisia", "DZ": "Algeria", "MA": "Morocco", "YE": "Yemen", "OM": "Oman",
    "QA": "Qatar", "AE": "the Emirates", "IL": "Israel", "BH": "Bahrain",
}  # fmt: skip
# Reports that name Iraq and Syria together, from October 2025 to September 2026, of nine about Iraq and eight about Syria in each month.
TOGETHER = (1, 0, 1, 1, 0, 1, 3, 4, 4, 6, 5, 6)
OF_IRAQ, OF_SYRIA = 9, 8
BESIDE_IRAQ = ("TR", "IR", "KW", "IR", "TR", "SA", "", "", "TR")
BESIDE_SYRIA = ("TR", "LB", "JO", "", "TR", "LB", "", "")
ELSEWHERE = (
    ("EG", "LY"), ("EG", "SD"), ("EG", ""), ("TN", "DZ"), ("TN", ""), ("MA", "DZ"), ("MA", ""), ("SA", "YE"), ("OM", "YE"), ("SA", "IR"),
    ("QA", "AE"), ("QA", "EG"), ("IL", "JO"), ("IL", "EG"), ("LB", ""), ("BH", "SA"), ("LY", "TN"), ("KW", ""), ("JO", ""), ("SD", ""),
)  # fmt: skip
REPRINTED_IN, REPRINTED_BY = 6, ("harbour-herald", "plateau-post", "delta-daily", "oasis-observer", "ridge-review")

_MATTERS = (
    "a railway", "border gates", "river water", "a power line", "customs papers", "wheat prices", "a school exchange", "visas for traders",
    "a gas pipeline", "missing travellers", "lorry permits", "old debts", "a joint bank", "radio frequencies", "air routes", "a dam",
    "fishing rights", "pilgrims' buses", "refugee returns", "stolen statues", "locust control", "a free zone", "desert patrols",
)  # fmt: skip
_AGREED = (
    "sign a protocol on",
    "reopen talks on",
    "agree on",
    "quarrel over",
    "name envoys for",
    "postpone a meeting on",
    "set up a committee on",
)
_ALONE = (
    "parliament debates",
    "cabinet postpones a decision on",
    "court rules on",
    "ministers disagree over",
    "voters ask about",
    "government reviews",
)
_SPEAKERS = ("an official", "a deputy minister", "the spokesman", "a member of parliament", "the delegation's head", "a border officer")
_ADDED = (
    "Details were promised by spring.",
    "No date was given.",
    "The opposition was not asked.",
    "A second round will follow.",
    "Traders had waited for years.",
)


def write_briefs(path: Path) -> int:
    """Write the reports as rows that `dragoman ingest` reads; return how many there are."""
    rows = list(briefs())
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


def briefs() -> Iterator[dict[str, Any]]:
    """Make the reports, month by month; always the same ones."""
    chance = random.Random(_SEED)  # noqa: S311 - a timetable, not a secret
    told: set[str] = set()
    for month, together in enumerate(TOGETHER):
        year, number = BEGIN_YEAR + (BEGIN_MONTH - 1 + month) // 12, (BEGIN_MONTH - 1 + month) % 12 + 1
        subjects = [("IQ", "SY")] * together
        subjects += [("IQ", other) for other in BESIDE_IRAQ[: OF_IRAQ - together]]
        subjects += [("SY", other) for other in BESIDE_SYRIA[: OF_SYRIA - together]]
        subjects += ELSEWHERE
        for place, (first, second) in enumerate(subjects):
            at = datetime(year, number, 1, 8, tzinfo=UTC) + timedelta(days=chance.randrange(28), minutes=chance.randrange(600))
            title, text = _report(chance, NAMES[first], NAMES.get(second))
            while title in told:  # two equal reports would be copies
                title, text = _report(chance, NAMES[first], NAMES.get(second))
            told.add(title)
            row = _row(SOURCE, f"{at:%Y/%m}/{month * 100 + place}", title, text, at)
            yield row
            if month == REPRINTED_IN and place == 0:
                for hours, outlet in enumerate(REPRINTED_BY, start=1):
                    yield _row(outlet, f"{at:%Y/%m}/reprint", title, text, at + timedelta(hours=hours))


def _report(chance: random.Random, first: str, second: str | None) -> tuple[str, str]:
    """Make one report."""
    matter = chance.choice(_MATTERS)
    alone, agreed = f"{first}'s {chance.choice(_ALONE)}", f"{first} and {second} {chance.choice(_AGREED)}"
    event = f"{agreed if second else alone} {matter}"
    said = f"{event[0].upper()}{event[1:]}, {chance.choice(_SPEAKERS)} said. {chance.choice(_ADDED)} This report is fictional."
    return event[0].upper() + event[1:], said


def _row(source: str, path: str, title: str, text: str, at: datetime) -> dict[str, Any]:
    return {
        "url": f"https://{source}.example/{path}",
        "source": source,
        "title": title,
        "text": text,
        "language": "en",
        "published_at": at.isoformat(),
        "note": "fictional, made for the demo of Dragoman",
    }
