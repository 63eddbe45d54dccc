"""The datasheet of an export: how it was collected, what is missing, what is known to be skewed, and whose it is. Every number is counted.

Source: Gebru et al., "Datasheets for Datasets", Communications of the ACM 64 (12), 2021: the questions that its sections answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from storage.export.facts import Facts, ranked
from storage.export.manifest import Manifest
from storage.export.subject import Subject, country_name, language_name, listed
from storage.export.tables import Table

_MOST = 25
_NO_COUNTRY = "XX"
_WITH_TEXTS = frozenset({"articles", "revisions"})
_TIERS = {
    "full": "It holds the texts of the articles.",
    "metadata": (
        "It holds no texts: of each article address, headline, dates, tags, length and hashes. "
        "`dragoman rehydrate` fetches the pages again and says which are still the same."
    ),
    "ngrams": "It holds no texts: only how often words and word pairs occur by day, source and language, rare ones left out.",
}


def datasheet(manifest: Manifest, facts: Facts, subject: Subject, tables: Sequence[Table]) -> str:
    """Return the content of `DATASHEET.md`."""
    parts = [
        f"# {subject.title}", "", subject.description, "", _texts(manifest, subject), "",
        *_composition(manifest, facts, tables), *_collection(manifest, facts), *_missing(manifest, facts), *_biases(manifest, facts),
        *_rights(subject, facts), *_files(manifest),
    ]  # fmt: skip
    return "\n".join(parts)


def _texts(manifest: Manifest, subject: Subject) -> str:
    """Say whether it holds texts."""
    return "It holds no texts." if subject.tier == "full" and not _WITH_TEXTS & manifest.tables.keys() else _TIERS[subject.tier]


def _composition(manifest: Manifest, facts: Facts, tables: Sequence[Table]) -> Iterator[str]:
    yield "## What it holds"
    yield ""
    asked = ", ".join(f"{name}: {value}" for name, value in manifest.query.items())
    yield f"The selection: {asked}." if asked else "The selection: everything in the corpus."
    yield ""
    for table in tables:
        yield f"- `{table.name}` ({facts.rows[table.name]:,} rows): {table.meaning}"
    yield ""
    yield from _counts("source", {_named(name, facts): count for name, count in ranked(facts.by_source).items()})
    yield from _counts("language", {f"{language_name(code)} ({code})": count for code, count in ranked(facts.by_language).items()})
    yield from _counts("country that it is about", {f"{country_name(code)} ({code})": n for code, n in ranked(facts.by_country).items()})
    yield from _counts("month", dict(sorted(facts.by_month.items())))


def _named(source: str, facts: Facts) -> str:
    known = facts.sources.get(source)
    return f"{known['name']} ({source})" if known else source


def _counts(what: str, counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield f"| {what} | articles |"
    yield "|---|---:|"
    shown = list(counts.items())
    for name, count in shown[:_MOST] if what != "month" else shown:
        yield f"| {' '.join(name.split()).replace('|', ' ')} | {count:,} |"
    if what != "month" and len(shown) > _MOST:
        yield f"| {len(shown) - _MOST} more | {sum(count for _, count in shown[_MOST:]):,} |"
    yield ""


def _collection(manifest: Manifest, facts: Facts) -> Iterator[str]:
    yield "## How it was collected"
    yield ""
    yield (
        "Feeds, sitemaps and sections of the sources named addresses; their pages were fetched under robots.txt and at a limited pace, "
        "or read from archives. Text and metadata were extracted, copies of one text found, countries tagged, relevance judged."
    )
    yield ""
    if facts.extractors:
        yield f"- Extractors: {', '.join(f'{name} ({count:,})' for name, count in ranked(facts.extractors).items())}."
    for name, value in manifest.versions.items():
        yield f"- {name.replace('_', ' ').capitalize()}: {value}."
    if facts.by_date_evidence:
        evidence = ", ".join(f"{name} ({count:,})" for name, count in ranked(facts.by_date_evidence).items())
        yield f"- Publication dates were found in: {evidence}."
    tried = sum(facts.outcomes.values())
    if tried:
        yield f"- Of {tried:,} candidates tried: {', '.join(f'{count:,} {name}' for name, count in ranked(facts.outcomes).items())}."
    yield ""


def _missing(manifest: Manifest, facts: Facts) -> Iterator[str]:
    yield "## What is missing"
    yield ""
    if facts.states:
        days = sum(facts.states.values())
        yield f"- Days of sources: {days:,}; {', '.join(f'{count:,} {state}' for state, count in ranked(facts.states).items())}."
        yield "  On `down` days nobody looked, on `failed` and `partial` days not everything could be read; `coverage` names each day."
    else:
        yield "- The ledger holds no crawl of these sources on these days, so what was missed is not known."
    estimate = manifest.coverage.get("estimate")
    if estimate:
        yield (
            f"- By capture and recapture between kinds of channels, {estimate['total']:,.0f} articles were there to be found where "
            f"{estimate['seen']:,} were seen "
            "(a lower bound, see the manifest)."
        )  # fmt: skip
    for column, what in (("published_at", "publication date"), ("language", "language"), ("authors", "author"), ("title", "headline")):
        share = facts.null_share("articles", column)
        if share is not None:
            yield f"- Without {what}: {100 * share:.1f} % of the articles."
    yield f"- Gone from their addresses: {facts.gone:,}. Behind a paywall by their own word: {facts.paywalled:,}."
    yield f"- Edited since first seen: {facts.revised:,}."
    yield ""


def _biases(manifest: Manifest, facts: Facts) -> Iterator[str]:
    yield "## Known biases"
    yield ""
    total = manifest.rows
    if total:
        source, most = next(iter(ranked(facts.by_source).items()))
        yield f"- The largest source, {_named(source, facts)}, gives {100 * most / total:.1f} % of the articles; sources are not weighted."
        language, spoken = next(iter(ranked(facts.by_language).items()))
        yield f"- {100 * spoken / total:.1f} % of the articles are in {language_name(language)}."
        yield f"- Copies of another article: {facts.copies:,} ({100 * facts.copies / total:.1f} %); `weight` lets every text count once."
    days = {month: count for month, count in facts.by_month.items() if count}
    if len(days) > 1:
        low, high = min(days, key=lambda month: (days[month], month)), max(days, key=lambda month: (days[month], month))
        yield f"- Months differ: {days[low]:,} articles in {low}, {days[high]:,} in {high}."
        yield "  Look into `coverage` before reading a change as news."
    homes = Counter(str(row.get("country") or _NO_COUNTRY) for row in facts.sources.values())
    if homes:
        told = [f"{country_name(code) if code != _NO_COUNTRY else 'no one country'} ({count})" for code, count in ranked(homes).items()]
        yield f"- The sources by country: {listed(told)}. They are those that publish on the web and let a machine read them."
    owned = sum(bool(row.get("state_owned")) for row in facts.sources.values())
    if owned:
        yield f"- Of the sources, {owned:,} belong to a state by what the catalog says."
    yield "- Countries and relevance are judged by word lists and rules; they miss what is said in other words."
    yield ""


def _rights(subject: Subject, facts: Facts) -> Iterator[str]:
    yield "## Licence and take-down"
    yield ""
    yield (
        f"Terms: <{subject.license}>. Texts and headlines belong to their publishers; `sources` names them. "
        "Collecting them gives no right to publish them."
    )
    yield ""
    whom = (
        f"Write to {subject.contact}"
        if subject.contact
        else "A publisher or a person named in a text may ask whoever gives this dataset away"
    )
    yield (
        f"{whom} to have an article removed: name its address. "
        f"`gone_at` tells which of the {sum(facts.by_source.values()):,} articles their publishers have taken down."
    )
    yield ""


def _files(manifest: Manifest) -> Iterator[str]:
    yield "## Files"
    yield ""
    yield "| file | rows | bytes | SHA-256 |"
    yield "|---|---:|---:|---|"
    for file in manifest.files:
        yield f"| `{file.name}` | {'' if file.rows is None else f'{file.rows:,}'} | {file.bytes:,} | `{file.sha256}` |"
    yield ""
