"""How far a long command is: bars on stderr for people, nothing when stderr is no terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
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
