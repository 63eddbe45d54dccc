"""How far a long command is: bars on stderr for people, nothing when stderr is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler.plan import Tally
from storage.records import Outcome, Saved
from storage.terminal import err


class _Rate(ProgressColumn):
    """Pages a second."""

    def render(self, task: Task) -> Text:
        """Write the rate of the last half minute."""
        speed = task.finished_speed or task.speed
        return Text("–/s" if speed is None else f"{speed:.1f}/s", style="cyan")


class _Bar:
    def __init__(self, *columns: str | ProgressColumn) -> None:
        self.bar = Progress(SpinnerColumn(), *columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal clean."""
        self.bar.stop()


class CrawlProgress(_Bar):
    """Sources, pages, new, copies, errors and rate of a crawl."""

    def __init__(self, sources: int) -> None:
        """Begin with the number of sources."""
        super().__init__(TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), _Rate())
        self._task = self.bar.add_task(_crawl_line(Tally(sources=sources)), total=None)

    def update(self, tally: Tally) -> None:
        """Show the present count."""
        total = tally.requested or None
        self.bar.update(self._task, description=_crawl_line(tally), completed=tally.pages, total=total)


def _crawl_line(tally: Tally) -> str:
    counts = tally.outcomes
    return (
        f"sources {tally.sources_done}/{tally.sources}  new {counts[Outcome.NEW]}  revised {counts[Outcome.REVISED]}  "
        f"copies {counts[Outcome.COPY]}  errors {tally.errors}  pages"
    )


_FEW = 5  # measurements that say less of the pace than what was asked for


def seconds_each(delay_seconds: float, done: int, elapsed_seconds: float) -> float:
    """Estimate how long one fetch takes: the pause that was asked for, or what was measured where that is longer.

    Crawl-delay, slow servers and waits for the host show in the measured pace only.
    """
    return delay_seconds if done < _FEW else max(delay_seconds, elapsed_seconds / done)


def in_time(seconds: float) -> str:
    """Write a span as people estimate: '40 s', '12 min', '3 h 20 min', '2 d 4 h'."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


class BackfillProgress(_Bar):
    """Sitemaps and pages of a backfill, the rate, and an estimate of the time that is left."""

    def __init__(self, steps_read: int, steps_known: int, delay_seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """Begin with how many sitemaps and archive pages earlier calls have read and know of, and the least pause between two requests."""
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", style="cyan"),
            TextColumn("{task.fields[left]}"),
        )
        self._steps_read, self._steps_known = steps_read, steps_known
        self._delay, self._clock = delay_seconds, clock
        self._since = clock()
        self._task = self.bar.add_task(self._line(Tally()), total=None, rate="", left="")

    def update(self, tally: Tally) -> None:
        """Show the present count; once all sitemaps are read, say how long the pages will take."""
        if self.bar.tasks[0].fields.get("pages") is None and tally.waiting is not None:
            each = seconds_each(self._delay, tally.channels, self._clock() - self._since)
            self._since = self._clock()
            self.bar.reset(self._task, total=tally.waiting, pages=True, rate="", left="")
            if tally.waiting:
                said = f"{tally.waiting:,} pages wait: about {in_time(tally.waiting * each)} at one page every {each:.1f} s."
                self.bar.console.print(said)
        elapsed = self._clock() - self._since
        if tally.waiting is None:
            done, total = tally.channels, tally.channels + tally.open_channels
        else:
            done, total = tally.pages, tally.waiting
        left = max(0, total - done) * seconds_each(self._delay, done, elapsed)
        self.bar.update(
            self._task,
            description=self._line(tally),
            completed=done,
            total=total or None,
            rate=f"{done / elapsed:.1f}/s" if done and elapsed else "",
            left=f"{in_time(left)} left" if left else "",
        )

    def _line(self, tally: Tally) -> str:
        read = self._steps_read + tally.channels
        steps = f"sitemaps {read}/{max(self._steps_known, read + tally.open_channels)}"
        if tally.waiting is None:
            return steps
        return f"{steps}  new {tally.outcomes[Outcome.NEW]}  copies {tally.outcomes[Outcome.COPY]}  errors {tally.errors}  pages"


class FileProgress(_Bar):
    """Bytes read and articles saved of an ingest."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Take the files; their sizes make the total."""
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
        )
        self._done_bytes = 0
        self._sizes = iter([path.stat().st_size for path in files])
        self._counts: dict[Outcome, int] = {}
        self._task = self.bar.add_task("reading", total=sum(path.stat().st_size for path in files) or None, rate="")

    def next_file(self) -> None:
        """Note that a file is finished."""
        self._done_bytes += next(self._sizes, 0)

    def read(self, position: int) -> None:
        """Note how many bytes of the present file were read."""
        self.bar.update(self._task, completed=self._done_bytes + position)

    def saved(self, batch: Sequence[Saved]) -> None:
        """Note what was stored."""
        for item in batch:
            self._counts[item.outcome] = self._counts.get(item.outcome, 0) + 1
        done = sum(self._counts.values())
        elapsed = self.bar.tasks[0].elapsed or 0
        stored = sum(self._counts.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.REVISED, Outcome.COPY))
        rate = f"{done / elapsed:.1f}/s" if elapsed else ""
        self.bar.update(self._task, description=f"records {done}  stored {stored}", rate=rate)
