"""Is a source ill? A pure function from its history to one state with the evidence in a sentence.

The questions are asked in the order in which one illness hides another: a host that does not answer has no layout, a channel that names
nothing has no pages. What a single crawl shows may be a glitch: an illness of channels or pages is called after `cycles` crawls that show
it. An illness of volume is called when chance does not explain it: the days of a source are compared with its own days of the same weekday,
without the days on which the press of its country rests, and with the bounds that its file expects. A lull is `quiet`, which is no illness;
but it is said.

Numbers with a chance in them are tails of the binomial and of the Poisson distribution, with a small limit (`chance`). The pages of a
newspaper are not independent, so no tail alone is believed: there is a floor for each share, and more than one crawl must show it. Over
healthy made-up sources `benchmarks/false_alarms.py` counts the alarms.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from storage.health.records import CrawlFacts, Expectations, HealthState, SourceHealth, SourceHistory
from storage.health.volume import Volume, decline, flood, gap, lull, scarcity, volume_of
from storage.records import Outcome


@dataclass(frozen=True, slots=True)
class HealthConfig:
    """The limits of the judgement.

    `cycles`: crawls in a row that must show an illness. `chance`: how improbable a share of bad pages must be under the usual share.
    `bad_share`: the share of bad pages from which a layout counts as broken. `few_pages`: pages that must be there to judge them;
    `many_pages` of them are looked at. `usual_pages`: pages of the past from which the usual share is learned, which begins at one in
    `prior_pages`. `blocked_statuses`, `gone_statuses`: what the answers of channels mean.
    """

    cycles: int = 2
    chance: float = 3e-6
    bad_share: float = 0.5
    few_pages: int = 3
    many_pages: int = 20
    usual_pages: int = 400
    prior_pages: float = 25.0
    blocked_statuses: frozenset[str] = frozenset({Outcome.BLOCKED, Outcome.CONSENT_WALL, Outcome.ROBOTS_DENIED})
    gone_statuses: frozenset[str] = frozenset({Outcome.GONE})


CONFIG = HealthConfig()
_READ = frozenset({"ok", "empty", "not_modified", "index"})
#: What a page is when it was fetched and no article was found in it.
_NO_ARTICLE = frozenset({Outcome.NO_TEXT, Outcome.LISTING, Outcome.MALFORMED, Outcome.NOT_HTML})
_READ_PAGES = frozenset({Outcome.NEW, Outcome.REVISED, Outcome.UNCHANGED, Outcome.COPY, Outcome.IRRELEVANT, Outcome.PAYWALLED})
_REFUSED = frozenset({Outcome.BLOCKED, Outcome.CONSENT_WALL, Outcome.ROBOTS_DENIED})
_UNREACHED = frozenset({Outcome.NETWORK_ERROR, Outcome.TIMEOUT, Outcome.HTTP_ERROR})


def judge(history: SourceHistory, expected: Expectations, now: datetime, config: HealthConfig = CONFIG) -> SourceHealth:
    """Judge a source.

    Args: what happened to it; what is expected of it; the present.
    Returns: its health; the first illness found, in the order of the module's docstring.
    """
    crawls = [crawl for crawl in history.crawls if crawl.tells]
    if not crawls:
        return SourceHealth(HealthState.QUIET, "it was not crawled yet", ill=False)
    failures = _failures(crawls)
    last = crawls[-config.cycles :]
    volume = volume_of(history, expected, now)
    for question in (_channels_ill, _empty, _pages_ill):
        found = question(crawls, last, expected, config)
        if found is not None:
            return SourceHealth(found[0], found[1], ill=True, failures=failures)
    return _remarks(_volume_ill(volume, expected, failures), last, config)


def _remarks(health: SourceHealth, last: Sequence[CrawlFacts], config: HealthConfig) -> SourceHealth:
    """Say what is no illness of the source and is to be mended in its file.

    A channel of several that fails, or that moved within the site.
    """
    if health.ill:
        return health
    if health.failures:
        reason = next(iter(last[-1].failing), "the crawl process died")
        return replace(health, evidence=f"its last crawl read no channel ({reason}); {health.evidence}")
    if len(last) < config.cycles:
        return health
    elsewhere = set.intersection(*(set(crawl.moved_within) for crawl in last))
    if elsewhere:
        return replace(health, state=HealthState.MOVED, evidence=f"a channel redirects to {min(elsewhere)} for good; {health.evidence}")
    failing = set.intersection(*(set(crawl.failing) for crawl in last))
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        return replace(health, evidence=f"{health.evidence}; a channel fails: {min(failing)}{more}")
    return health


def failed(crawl: CrawlFacts) -> bool:
    """Tell whether a crawl read no channel at all."""
    return not any(crawl.channels.get(status) for status in _READ)


def _failures(crawls: Sequence[CrawlFacts]) -> int:
    count = 0
    for crawl in reversed(crawls):
        if not failed(crawl):
            break
        count += 1
    return count


Found = tuple[HealthState, str] | None


def _channels_ill(crawls: Sequence[CrawlFacts], last: Sequence[CrawlFacts], expected: Expectations, config: HealthConfig) -> Found:  # noqa: ARG001 - one signature
    """Look at what the channels answered: all of them failed, in each of the last crawls."""
    if len(last) < config.cycles:
        return None
    moved = set.intersection(*(set(crawl.moved_to) for crawl in last))
    if moved:
        return (
            HealthState.MOVED,
            f"its channel redirects to {min(moved)} for good since {_since(crawls, lambda crawl: bool(crawl.moved_to))}",
        )
    if not all(failed(crawl) for crawl in last):
        return None
    since = _since(crawls, failed)
    statuses: Counter[str] = Counter()
    for crawl in last:
        statuses.update({status: count for status, count in crawl.channels.items() if status != "skipped"})
    reason = next((text for crawl in reversed(last) for text in crawl.failing), "the crawl process died")
    total = statuses.total()
    for state, meant in (
        (HealthState.BLOCKED, config.blocked_statuses),
        (HealthState.MOVED, config.gone_statuses),
        (HealthState.BROKEN_LAYOUT, frozenset({Outcome.MALFORMED, Outcome.NOT_HTML, Outcome.TOO_LARGE})),
    ):
        if total and sum(statuses[status] for status in meant) * 2 >= total:
            return state, f"no channel could be read since {since}: {reason}"
    return HealthState.DEAD, f"no channel answered since {since}: {reason}"


def _empty(crawls: Sequence[CrawlFacts], last: Sequence[CrawlFacts], expected: Expectations, config: HealthConfig) -> Found:  # noqa: ARG001 - one signature
    """Look for channels that are read and name nothing."""
    if len(last) < config.cycles or not all(_names_nothing(crawl) for crawl in last):
        return None
    return HealthState.EMPTY, f"its channels answer and name no article since {_since(crawls, _names_nothing)}"


def _names_nothing(crawl: CrawlFacts) -> bool:
    """Tell whether what was read was empty; 'not modified' is as empty as what came before it, which the crawl before says."""
    return bool(crawl.channels.get("empty")) and not crawl.channels.get("ok") and not crawl.channels.get("not_modified")


def _pages_ill(crawls: Sequence[CrawlFacts], last: Sequence[CrawlFacts], expected: Expectations, config: HealthConfig) -> Found:
    """Look at the newest pages: refused, unreachable, without text, without date, in another language."""
    recent, past = _split(crawls, last, config.few_pages)
    for state, outcomes, what in (
        (HealthState.BLOCKED, _REFUSED, "were refused"),
        (HealthState.DEAD, _UNREACHED, "could not be fetched"),
        (HealthState.MOVED, frozenset({Outcome.GONE}), "are gone as soon as they are named"),
    ):
        counts = [(_count(crawl.pages, outcomes), sum(crawl.pages.values())) for crawl in recent]
        if _unusual(counts, _usual(past, outcomes, None, config), config):
            bad, total = _added(counts)
            return state, f"{bad} of the last {total} pages {what} since {_since_pages(crawls, outcomes)}"
    counts = [(_count(crawl.pages, _NO_ARTICLE), _count(crawl.pages, _NO_ARTICLE | _READ_PAGES)) for crawl in recent]
    if _unusual(counts, _usual(past, _NO_ARTICLE, _NO_ARTICLE | _READ_PAGES, config), config):
        bad, total = _added(counts)
        return HealthState.BROKEN_LAYOUT, f"{bad} of the last {total} pages that were read have no text; usual is {_percent(past)}"
    return _articles_ill(recent, past, expected, config) or _main_language_missing(crawls, last, expected, config)


def _articles_ill(recent: Sequence[CrawlFacts], past: Sequence[CrawlFacts], expected: Expectations, config: HealthConfig) -> Found:
    """Look at the newest articles: their dates and their languages."""
    counts = [(crawl.undated, crawl.articles) for crawl in recent]
    before, undated_before = sum(crawl.articles for crawl in past), sum(crawl.undated for crawl in past)
    if _unusual(counts, (undated_before + 1) / (before + config.prior_pages), config):
        bad, total = _added(counts)
        return HealthState.BROKEN_LAYOUT, f"{bad} of the last {total} articles have no date; of those before {undated_before} of {before}"
    spoken: Counter[str] = Counter()
    for crawl in recent:
        spoken.update(crawl.languages)
    known: Counter[str] = Counter()
    for crawl in past:
        known.update(crawl.languages)
    usual = (known.total() - sum(known[language] for language in expected.languages) + 1) / (known.total() + config.prior_pages)
    counts = [_besides(crawl, expected.languages) for crawl in recent]
    if expected.languages and _unusual(counts, usual, config):
        bad, total = _added(counts)
        other = max(spoken, key=lambda language: (language not in expected.languages, spoken[language]))
        usually = ", ".join(expected.languages)
        return HealthState.BROKEN_LAYOUT, f"{bad} of the last {total} articles are in {other}, and it publishes in {usually}"
    return None


def _main_language_missing(crawls: Sequence[CrawlFacts], last: Sequence[CrawlFacts], expected: Expectations, config: HealthConfig) -> Found:
    """Look whether a source of several languages has lost the one it mostly publishes in; many pages, for the mixture varies."""
    if len(expected.languages) < 2:
        return None
    recent, past = _split(crawls, last, config.many_pages)
    known: Counter[str] = Counter()
    for crawl in past:
        known.update(crawl.languages)
    if not known:
        return None
    main, count = known.most_common(1)[0]
    counts = [_besides(crawl, (main,)) for crawl in recent]
    if not _unusual(counts, 1 - (count - 1) / (known.total() + config.prior_pages), config):
        return None
    bad, total = _added(counts)
    return HealthState.BROKEN_LAYOUT, f"its articles in {main} are missing: {bad} of the last {total} are in other languages"


def _besides(crawl: CrawlFacts, languages: Sequence[str]) -> tuple[int, int]:
    """Return how many articles of a crawl are in other languages than these, of how many."""
    total = sum(crawl.languages.values())
    return total - sum(crawl.languages.get(language, 0) for language in languages), total


def _added(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(bad for bad, _ in counts), sum(total for _, total in counts)


def _volume_ill(volume: Volume, expected: Expectations, failures: int) -> SourceHealth:
    """Look at how much it publishes."""
    if (said := flood(volume, expected)) is not None:
        return SourceHealth(HealthState.BROKEN_LAYOUT, said, ill=True, failures=failures)
    if (said := gap(volume, expected)) is not None:
        return SourceHealth(HealthState.STALE, said, ill=True, failures=failures)
    if (said := decline(volume) or scarcity(volume, expected)) is not None:
        return SourceHealth(HealthState.QUIET, said, ill=True, failures=failures)
    if (said := lull(volume, expected)) is not None:
        return SourceHealth(HealthState.QUIET, said, ill=False, failures=failures)
    return SourceHealth(HealthState.OK, volume.sentence(), ill=False, failures=failures)


def _split(crawls: Sequence[CrawlFacts], last: Sequence[CrawlFacts], least: int) -> tuple[Sequence[CrawlFacts], Sequence[CrawlFacts]]:
    """Part the crawls into the newest and those before.

    The newest are those up to the last two that fetched pages, and as many before them as it takes to have `least` pages.
    """
    begin, pages, with_pages = len(crawls), 0, 0
    while begin > 0 and (with_pages < len(last) or pages < least):
        begin -= 1
        count = sum(crawls[begin].pages.values())
        pages += count
        with_pages += bool(count)
    return crawls[begin:], crawls[:begin]


def _sum(crawls: Sequence[CrawlFacts]) -> Counter[Outcome]:
    total: Counter[Outcome] = Counter()
    for crawl in crawls:
        total.update(crawl.pages)
    return total


def _count(pages: Mapping[Outcome, int], outcomes: frozenset[Outcome]) -> int:
    return sum(count for outcome, count in pages.items() if outcome in outcomes)


def _usual(past: Sequence[CrawlFacts], outcomes: frozenset[Outcome], among: frozenset[Outcome] | None, config: HealthConfig) -> float:
    """Return the usual share of some outcomes, by the newest of the pages before."""
    bad = total = 0
    for crawl in reversed(past):
        if total >= config.usual_pages:
            break
        counted = {outcome: count for outcome, count in crawl.pages.items() if among is None or outcome in among}
        bad += _count(counted, outcomes)
        total += sum(counted.values())
    return (bad + 1) / (total + config.prior_pages)


def _percent(past: Sequence[CrawlFacts]) -> str:
    pages = _sum(past)
    total = _count(pages, _NO_ARTICLE | _READ_PAGES)
    return f"{100 * _count(pages, _NO_ARTICLE) / total:.0f} %" if total else "not known yet"


def _unusual(counts: Sequence[tuple[int, int]], usual: float, config: HealthConfig) -> bool:
    """Tell whether so many of so many, crawl by crawl, are bad by more than chance, are many, and are so in more than one crawl."""
    bad, total = _added(counts)
    if bad < config.few_pages or bad < config.bad_share * total or sum(1 for found, _ in counts if found) < config.cycles:
        return False
    return binomial_tail(bad, total, min(usual, 1.0)) < config.chance


def binomial_tail(least: int, trials: int, probability: float) -> float:
    """Return the probability of at least so many successes in so many trials."""
    if least <= 0:
        return 1.0
    return min(1.0, sum(math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(least, trials + 1)))


def _since(crawls: Sequence[CrawlFacts], holds: Callable[[CrawlFacts], bool]) -> str:
    """Return since when something holds without a break, for people."""
    first = crawls[-1]
    for crawl in reversed(crawls):
        if not holds(crawl):
            break
        first = crawl
    return _written(first.started_at)


def _since_pages(crawls: Sequence[CrawlFacts], outcomes: frozenset[Outcome]) -> str:
    first = crawls[-1]
    for crawl in reversed(crawls):
        total = sum(crawl.pages.values())
        if total and _count(crawl.pages, outcomes) * 2 < total:
            break
        first = crawl if total else first
    return _written(first.started_at)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%d %b %H:%M UTC")


#: How far back a history is looked at: ten weeks, so that a decline over two months shows.
LOOKED_BACK = timedelta(days=70)
