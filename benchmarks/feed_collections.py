"""Read the feeds that nobody here wrote: `.venv/bin/python benchmarks/feed_collections.py DIR…`.

DIR is an unpacked source distribution of a feed parser (feedparser, podcastparser, rss-parser, reader). Each feed goes through Dragoman's
parser, and what its authors expect of it is compared with what came out, as far as Dragoman keeps it: the feed's title, language, kind, ttl
and number of items; an item's address, title, dates, summary, full text and language. Texts are compared without their markup, because
none is kept: a file whose expectation has markup around its text counts as `text`, one without as `exact`, and one that is all markup does
not concern us. An item without an address is no candidate: it is given one here, so that the rest of it can be compared, and counted.
Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from benchmarks.feed_expectations import Case, Check, load_cases
from crawler.discovery import CONFIG, ParsedFeed
from crawler.discovery.feed_documents import RawFeed, read_document
from crawler.discovery.feeds import parse_feed, records_of
from crawler.discovery.markup import web_link
from crawler.discovery.scraps import plain_paragraphs, plain_text
from crawler.discovery.xml_text import read_text
from crawler.errors import FeedError

NOW = datetime(2030, 1, 1, tzinfo=UTC)  # so that a date is refused only for being too old
EXACT, TEXT, DIFFERS, BEYOND, NOT_OURS, SKIPPED = "exact", "text", "differs", "beyond", "not_ours", "skipped"
_TAG = re.compile(r"<[A-Za-z!/]")
_KINDS = {"rss090": "rdf", "rss10": "rdf", "rss": "rss", "atom": "atom", "json": "json"}
_TEXTS = {
    "title": "title",
    "title_detail.value": "title",
    "summary": "summary",
    "summary_detail.value": "summary",
    "description": "summary",
}
_DATES = frozenset({"published_parsed", "updated_parsed", "created_parsed", "issued_parsed", "modified_parsed", "date_parsed"})
_NO_FEED = (Check("version", None, ("",)), Check("bozo", None, (True,)))


@dataclass(frozen=True)
class Judgement:
    """What became of one feed: the verdict, the field or reason that decided, and how many of its items had no address."""

    case: Case
    verdict: str
    reason: str = ""
    without_address: int = 0
    seconds: float = 0.0


def judge(case: Case) -> Judgement:
    """Compare what comes out of one feed with what its authors expect."""
    if case.skip:
        return Judgement(case, SKIPPED, case.skip)
    started = time.perf_counter()
    try:
        whole = parse_feed(case.body, case.url, case.content_type, NOW)
        seconds = time.perf_counter() - started
        document = read_document(case.body, case.content_type, case.url)
    except FeedError as error:
        seconds = time.perf_counter() - started
        return Judgement(case, *_refused(case, str(error)), seconds=seconds)
    raws = list(document.items)
    without = 0
    items: list[ParsedFeed] = []
    for number, raw in enumerate(raws):
        if not any(text and web_link(raw.base, text) for text in raw.links):
            raw.links = [f"http://no-address.invalid/{number}"]
            without += 1
        items.append(records_of(RawFeed(document.kind, document.head, [raw]), case.url, NOW))
    findings = [_compare(check, case, whole, items) for check in case.checks]
    verdict, reason = _verdict(findings)
    return Judgement(case, verdict, reason, without, seconds)


def _refused(case: Case, error: str) -> tuple[str, str]:
    if error == "other XML, not a feed" and b"<channel" in case.body.lower():
        return NOT_OURS, "CDF, a format of 1997"
    if all(check in _NO_FEED or not check.expected for check in case.checks):
        return EXACT, "refused as no feed"
    return DIFFERS, f"refused: {error}"


def _verdict(findings: list[tuple[str, str]]) -> tuple[str, str]:
    """Sum up the findings of one feed: the worst that concerns us; what does not is told when nothing else is left."""
    for verdict in (DIFFERS, BEYOND):
        if reason := next((reason for found, reason in findings if found == verdict), ""):
            return verdict, reason
    ours = [found for found, reason in findings if found in {EXACT, TEXT} and reason != "bozo"]
    if not ours and (reason := next((reason for found, reason in findings if found == NOT_OURS), "")):
        return NOT_OURS, reason
    return (TEXT, "") if TEXT in ours else (EXACT, "")


def _compare(check: Check, case: Case, whole: ParsedFeed, items: list[ParsedFeed]) -> tuple[str, str]:
    """Judge one expectation."""
    if check.field == "bozo":
        return EXACT, "bozo"  # it was read, whether it is well-formed or not
    if "language" in check.field and "content-language" in case.headers:
        return NOT_OURS, "the header Content-Language"
    if not check.expected:
        return NOT_OURS, check.field
    if check.index is not None:
        if check.index >= len(items) or not items[check.index].items:
            return DIFFERS, f"item: {check.field}"
        return _compare_item(check, case, items[check.index])
    match check.field:
        case "count":
            return _found(check, len(items))
        case "version":
            kinds = [next((kind for name, kind in _KINDS.items() if str(value).startswith(name)), "") for value in check.expected]
            return _found(Check("version", None, tuple(kinds)), whole.kind)
        case "encoding":
            return _compare_encoding(check, case)
        case "feed.title" | "feed.title_detail.value":
            return _compare_text(check, whole.title, plain_text, CONFIG.max_title_characters)
        case "feed.language":
            return _found(Check(check.field, None, tuple(_primary(value) for value in check.expected)), whole.language)
        case "feed.ttl":
            return _found(check, str(int(whole.ttl.total_seconds() // 60)) if whole.ttl else None)
    return NOT_OURS, f"feed: {check.field.removeprefix('feed.').partition('.')[0]}"


def _compare_item(check: Check, case: Case, feed: ParsedFeed) -> tuple[str, str]:
    item = feed.items[0]
    name = check.field
    if name in _TEXTS:
        limit = CONFIG.max_title_characters if _TEXTS[name] == "title" else CONFIG.max_summary_characters
        return _compare_text(check, getattr(item.candidate, _TEXTS[name]), plain_text, limit)
    if name == "content.0.value":
        return _compare_text(check, item.content, plain_paragraphs, CONFIG.max_content_characters)
    if name in _DATES:
        return _compare_date(check, feed)
    if name in {"published", "created", "issued", "date"}:
        return _found(check, item.published_text)
    if name in {"language", "content.0.language", "title_detail.language", "summary_detail.language"}:
        return _found(Check(name, 0, tuple(_primary(value) for value in check.expected)), item.candidate.language)
    if name == "link" or (
        name in {"id", "guid"} and str(check.expected[0]).startswith("http") and "link" not in {c.field for c in case.checks}
    ):
        expected = tuple(urljoin(case.url, str(value)).strip() for value in check.expected)
        found, reason = _found(Check(name, 0, expected), item.candidate.url)
        if found == DIFFERS and (name != "link" or not str(check.expected[0]).startswith("http")):
            return NOT_OURS, "item: id"  # kept only where it is the address
        return found, reason
    return NOT_OURS, f"item: {name.partition('.')[0]}"


def _primary(value: object) -> object:
    return re.split("[-_]", value.lower())[0] or None if isinstance(value, str) else value


def _found(check: Check, value: object) -> tuple[str, str]:
    return (EXACT, "") if value in check.expected else (DIFFERS, f"{'item' if check.index is not None else 'feed'}: {check.field}")


def _compare_text(check: Check, value: str | None, reduce: Any, limit: int) -> tuple[str, str]:
    """Compare texts without markup, white space made one."""
    marked = any(isinstance(text, str) and _TAG.search(text) for text in check.expected)
    reduced = tuple(reduce(text, limit) if isinstance(text, str) else text for text in check.expected)
    found, reason = _found(Check(check.field, check.index, reduced), value)
    if found == EXACT and marked:
        return (TEXT, "") if value else (NOT_OURS, "markup without any text")  # whoever drops everything would be right
    return found, reason


def _compare_date(check: Check, feed: ParsedFeed) -> tuple[str, str]:
    expected = [value if isinstance(value, datetime) else _instant(value) for value in check.expected if value is not None]
    item = feed.items[0]
    if any(date in {item.candidate.published_at, item.updated_at} for date in expected):
        return EXACT, ""
    if not expected and item.candidate.published_at is None and item.updated_at is None:
        return EXACT, ""
    if any(date.year < CONFIG.earliest_year for date in expected) and any("cannot be right" in remark for remark in feed.skipped):
        return BEYOND, "a date before 1990"
    return DIFFERS, f"item: {check.field}"


def _instant(numbers: Sequence[int]) -> datetime:
    """Make an instant of a struct_time in UTC."""
    year, month, day, hour, minute, second = numbers[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _compare_encoding(check: Check, case: Case) -> tuple[str, str]:
    """Compare the text that the named encoding gives with ours: a name is not kept, and several name the same text."""
    ours = read_text(case.body, case.content_type).lstrip("\ufeff")
    for name in check.expected:
        try:
            theirs = case.body.decode(str(name), "replace").lstrip("\ufeff")
        except LookupError:
            continue
        if theirs == ours:
            return EXACT, ""
    return DIFFERS, "feed: encoding"


def summary(judgements: Iterable[Judgement]) -> dict[str, Any]:
    """Count the verdicts, in all and for each collection, with the reasons."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    without = slowest = 0.0
    for judgement in judgements:
        counts[judgement.case.collection][judgement.verdict] += 1
        if judgement.reason:
            reasons[judgement.verdict][judgement.reason] += 1
        without += judgement.without_address > 0
        slowest = max(slowest, judgement.seconds)
    total = sum(counts.values(), Counter())
    concerned = total[EXACT] + total[TEXT] + total[DIFFERS]
    return {
        "benchmark": "feed_collections",
        "files": total.total(),
        "concerned": concerned,
        "as_expected": total[EXACT] + total[TEXT],
        "share": round((total[EXACT] + total[TEXT]) / concerned, 4) if concerned else None,
        "collections": {name: dict(found) for name, found in sorted(counts.items())},
        "reasons": {verdict: dict(found.most_common()) for verdict, found in sorted(reasons.items())},
        "files_with_items_without_address": int(without),
        "slowest_seconds": round(slowest, 3),
    }


def print_table(row: dict[str, Any]) -> None:
    """Print the verdicts of each collection, then why feeds differ or do not concern us."""
    verdicts = (EXACT, TEXT, DIFFERS, BEYOND, NOT_OURS, SKIPPED)
    print(f"{'collection':16}" + "".join(f"{verdict:>10}" for verdict in verdicts))
    for name, counts in row["collections"].items():
        print(f"{name:16}" + "".join(f"{counts.get(verdict, 0):>10}" for verdict in verdicts))
    for verdict, reasons in row["reasons"].items():
        print(f"{verdict}: " + ", ".join(f"{reason} {count}" for reason, count in list(reasons.items())[:12]))
    print(f"as expected: {row['as_expected']} of {row['concerned']} that concern us ({row['files']} files)")


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--show", action="store_true", help="name the feeds that differ")
    arguments = parser.parse_args()
    judgements = [judge(case) for directory in arguments.directories for case in load_cases(directory)]
    if arguments.show:
        for judgement in judgements:
            if judgement.verdict == DIFFERS:
                print(judgement.case.name, judgement.reason, sep="\t")
    if not judgements:
        sys.exit("no feeds with expectations in there")
    row = summary(judgements)
    print_table(row)
    print(json.dumps(row))


if __name__ == "__main__":
    main()
