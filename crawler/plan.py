"""What a crawl sets out to do and how far it is: one plan a source, and the count of everything."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.catalog import Source
from crawler.walks import Channel, Walk
from storage.crawls.records import Backfill, FeedState
from storage.records import Outcome, RunStatus

MAX_SAID = 50  # failures or remarks that the reason of a run names
MAX_ARTICLES_PER_RUN = 2000  # of one source: the rest waits in the frontier for the next run


@dataclass(slots=True)
class SourcePlan:
    """One source in one crawl: what is open, what failed, what was counted.

    `walk` says what of a channel's answer is followed. `asked` are the channels so far (an index that names itself is read once), `named`
    the canonical URLs that they have named, `in_flight` those that are being fetched, `visited` the articles fetched again on purpose.
    `allowance` is how many more pages may be asked for, None until the budget was asked; `exhausted` says that nothing more is due.
    `missing` counts channels that were looked for and are not there.
    """

    source: Source
    run_id: int
    states: Mapping[str, FeedState]
    walk: Walk
    backfill: Backfill | None = None
    open_channels: int = 0
    polled: int = 0
    unmodified: int = 0
    not_due: int = 0
    missing: int = 0
    failures: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    known: int = 0
    requested: int = 0
    unanswered: int = 0
    allowance: int | None = None
    exhausted: bool = False
    in_flight: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def discovered(self) -> int:
        """How many different candidates its channels named."""
        return len(self.named)

    def channels(self) -> tuple[Channel, ...]:
        """Return where the source's candidates are looked for first."""
        return self.walk.start

    @property
    def done(self) -> bool:
        """Tell whether every candidate that was asked for has its outcome and no more are due."""
        return self.exhausted and not self.open_channels and self.outcomes.total() >= self.requested

    def verdict(self, *, interrupted: bool) -> tuple[RunStatus, str]:
        """Say how the run ended.

        Stopped when it was interrupted before all was done; failed when no channel could be read, or when a fault of ours left something
        without an outcome.
        """
        attempted = self.outcomes.total()
        if not self.done:
            if interrupted:
                return RunStatus.STOPPED, f"stopped after {attempted} of {self.requested} candidates"
            return RunStatus.FAILED, f"only {attempted} of {self.requested} candidates have an outcome; the log says why"
        unmodified = [f"{_channels(self.unmodified)} unchanged"] if self.unmodified else []
        not_due = [f"{_channels(self.not_due)} not polled, as asked for"] if self.not_due else []
        missing = [f"{self.missing} looked for and not there"] if self.missing else []
        said = "; ".join([*_first(self.failures), *_first(self.remarks), *missing, *unmodified, *not_due])
        if self.polled and len(self.failures) + self.missing == self.polled:
            return RunStatus.FAILED, said
        return RunStatus.FINISHED, said


def _first(texts: Sequence[str]) -> list[str]:
    """Cut a list that nobody would read to its end; the ledger of channels has it all."""
    return [*texts[:MAX_SAID], f"and {len(texts) - MAX_SAID} more"] if len(texts) > MAX_SAID else list(texts)


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


@dataclass(slots=True)
class Tally:
    """The whole crawl in numbers, for the progress bar and the summary.

    `waiting` is how many pages a backfill will ask for, None until its sitemaps are read.
    """

    sources: int = 0
    sources_done: int = 0
    channels: int = 0
    open_channels: int = 0
    requested: int = 0
    waiting: int | None = None
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    errors: int = 0

    @property
    def pages(self) -> int:
        """Candidates attempted so far."""
        return self.outcomes.total()


_ERRORS = frozenset(
    {
        Outcome.HTTP_ERROR,
        Outcome.NETWORK_ERROR,
        Outcome.TIMEOUT,
        Outcome.BLOCKED,
        Outcome.CONSENT_WALL,
        Outcome.MALFORMED,
        Outcome.TOO_LARGE,
    }
)


def is_error(outcome: Outcome) -> bool:
    """Tell what a person should look at from what is a plain answer."""
    return outcome in _ERRORS


class Budget:
    """Share a limit on article pages among the sources, each getting its part as it comes: nobody takes all, nothing is lost."""

    def __init__(self, limit: int | None, sources: int) -> None:
        """Take the limit of the whole crawl (None: none) and the number of sources."""
        self._left = limit
        self._waiting = sources

    def reserve(self, *, unlimited: bool = False) -> int:
        """Set aside how many pages the next source may ask for, and return it; `unlimited` lifts the limit of a single run."""
        waiting, self._waiting = max(1, self._waiting), self._waiting - 1
        most = sys.maxsize if unlimited else MAX_ARTICLES_PER_RUN
        if self._left is None:
            return most
        share = min(most, -(-self._left // waiting))
        self._left -= share
        return share

    def give_back(self, pages: int) -> None:
        """Return what a source did not need, for those that come later."""
        if self._left is not None:
            self._left += pages
