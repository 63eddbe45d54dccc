"""Check the channels of sources live: which are ok, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.catalog import Source
from crawler.middlewares.guard import Expected
from crawler.pool import WorkerPool
from crawler.spiders.probe import Ask
from crawler.survey.probing import ProbeStatus, Reply, Sounding, fresh_span
from storage.records import ChannelKind


@dataclass(frozen=True, slots=True)
class Checked:
    """How one channel of a source is. `moved_to` is where permanent redirects lead, `form` its dialect ('rss', 'news', 'index' …)."""

    source: str
    enabled: bool
    url: str
    kind: ChannelKind
    status: ProbeStatus
    reason: str
    items: int | None
    newest_at: datetime | None
    moved_to: str | None
    form: str | None
    http_status: int | None
    elapsed_ms: int | None


def channels_of(source: Source) -> Iterator[tuple[str, ChannelKind]]:
    """Yield what a crawl of a source would read first."""
    yield from ((feed.url, ChannelKind.FEED) for feed in source.feeds)
    yield from ((url, ChannelKind.SITEMAP) for url in source.sitemaps)
    yield from ((section.url, ChannelKind.SECTION) for section in source.sections)


class CheckErrand:
    """Ask for every channel of the sources once; an index of sitemaps is followed to its newest child."""

    def __init__(self, sources: Sequence[Source], pool: WorkerPool, watcher: Callable[[int, int], None] | None = None) -> None:
        """Take the sources, who parses, and who is told how many channels of how many are done."""
        self._soundings = [(source, Sounding(url, kind, source.time_zone)) for source in sources for url, kind in channels_of(source)]
        self._pool = pool
        self._watch = watcher or (lambda _done, _total: None)
        self._done = 0

    def first(self) -> Sequence[Ask]:
        """Name every channel, the first of each source before the second of any: so no host has to wait for another."""
        self._watch(0, len(self._soundings))
        return [_ask(sounding.url, sounding) for _, sounding in _in_turns(self._soundings)]

    async def answered(self, ask: Ask, reply: Reply) -> Sequence[Ask]:
        """Take an answer; ask for the newest child of an index."""
        sounding: Sounding = ask.about
        below = await sounding.take(reply, self._pool, datetime.now(UTC))
        if below is not None:
            return [_ask(below, sounding)]
        self._done += 1
        self._watch(self._done, len(self._soundings))
        return []

    def results(self, now: datetime) -> list[Checked]:
        """Return how each channel is, in the order of the catalog; one that was never answered is left out."""
        return [_checked(source, sounding, now) for source, sounding in self._soundings if sounding.reply is not None]


def sources_without_ok(sources: Iterable[Source], results: Iterable[Checked]) -> list[str]:
    """Name the enabled sources of which no channel is ok."""
    fine = {result.source for result in results if result.status is ProbeStatus.OK}
    return [source.id for source in sources if source.enabled and source.id not in fine]


def _ask(url: str, sounding: Sounding) -> Ask:
    return Ask(url, Expected(str(sounding.kind)), sounding)


def _in_turns(soundings: Sequence[tuple[Source, Sounding]]) -> list[tuple[Source, Sounding]]:
    turn: dict[str, int] = {}
    ranked = []
    for source, sounding in soundings:
        turn[source.id] = turn.get(source.id, 0) + 1
        ranked.append((turn[source.id], (source, sounding)))
    return [pair for _, pair in sorted(ranked, key=lambda entry: entry[0])]


def _checked(source: Source, sounding: Sounding, now: datetime) -> Checked:
    status, reason = sounding.judged(now, fresh_span(source.expected))
    reading, reply = sounding.reading, sounding.reply
    return Checked(
        source=source.id,
        enabled=source.enabled,
        url=sounding.url,
        kind=sounding.kind,
        status=status,
        reason=reason,
        items=reading.items if reading else None,
        newest_at=reading.newest_at if reading else None,
        moved_to=reply.moved_to if reply else None,
        form=reading.form if reading else None,
        http_status=reply.http_status if reply else None,
        elapsed_ms=reply.elapsed_ms if reply else None,
    )
