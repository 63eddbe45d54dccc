"""What a crawl sets out to do and how far it is: one plan a source, and the count of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.catalog import Source
from storage.records import FeedState, Outcome, RunStatus

MAX_ARTICLES_PER_RUN = 2000  # of one source: the rest waits in the frontier for the next run


class ChannelKind(StrEnum):
    """How the URLs of a source are found."""

    FEED = "feed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Channel:
    """One place that names candidates. `depth` counts the sitemap indexes above it."""

    url: str
    kind: ChannelKind
    language: str | None = None
    depth: int = 0


@dataclass(slots=True)
class SourcePlan:
    """One source in one crawl: what is open, what failed, what was counted."""

    source: Source
    run_id: int
    states: Mapping[str, FeedState]
    open_channels: int = 0
    polled: int = 0
    unmodified: int = 0
    failures: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    known: int = 0
    requested: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def discovered(self) -> int:
        """How many different candidates its channels named."""
        return len(self.named)

    def channels(self) -> tuple[Channel, ...]:
        """Return where the source's candidates are found."""
        feeds = tuple(Channel(feed.url, ChannelKind.FEED, feed.language) for feed in self.source.feeds)
        return feeds + tuple(Channel(url, ChannelKind.SITEMAP) for url in self.source.sitemaps)

    def verdict(self, *, interrupted: bool) -> tuple[RunStatus, str]:
        """Say how the run ended.

        Stopped when it was interrupted before all was done; failed when no channel could be read, or when a fault of ours left something
        without an outcome.
        """
        attempted = self.outcomes.total()
        if self.open_channels or attempted < self.requested:
            if interrupted:
                return RunStatus.STOPPED, f"stopped after {attempted} of {self.requested} candidates"
            return RunStatus.FAILED, f"only {attempted} of {self.requested} candidates have an outcome; the log says why"
        feeds = "feed" if self.unmodified == 1 else f"{self.unmodified} feeds"
        unmodified = [f"{feeds} unchanged"] if self.unmodified else []
        said = "; ".join([*self.failures, *self.remarks, *unmodified])
        if self.polled and len(self.failures) == self.polled:
            return RunStatus.FAILED, said
        return RunStatus.FINISHED, said


@dataclass(slots=True)
class Tally:
    """The whole crawl in numbers, for the progress bar and the summary."""

    sources: int = 0
    sources_done: int = 0
    channels: int = 0
    requested: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    errors: int = 0

    @property
    def pages(self) -> int:
        """Candidates attempted so far."""
        return self.outcomes.total()


_ERRORS = frozenset({Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.TIMEOUT, Outcome.BLOCKED, Outcome.MALFORMED, Outcome.TOO_LARGE})


def is_error(outcome: Outcome) -> bool:
    """Tell what a person should look at from what is a plain answer."""
    return outcome in _ERRORS


class Budget:
    """Share a limit on article pages among the sources, each getting its part as it comes: nobody takes all, nothing is lost."""

    def __init__(self, limit: int | None, sources: int) -> None:
        """Take the limit of the whole crawl (None: none) and the number of sources."""
        self._left = limit
        self._waiting = sources

    def reserve(self) -> int:
        """Set aside how many pages the next source may ask for, and return it."""
        waiting, self._waiting = max(1, self._waiting), self._waiting - 1
        if self._left is None:
            return MAX_ARTICLES_PER_RUN
        share = min(MAX_ARTICLES_PER_RUN, -(-self._left // waiting))
        self._left -= share
        return share

    def give_back(self, pages: int) -> None:
        """Return what a source did not need, for those that come later."""
        if self._left is not None:
            self._left += pages
