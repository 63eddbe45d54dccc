"""How far a long reading of the corpus is: a bar with a rate on stderr for people, nothing when stderr is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from storage.terminal import err


class _Rate(ProgressColumn):
    """Articles a second."""

    def render(self, task: Task) -> Text:
        """Write the rate of the last half minute."""
        speed = task.finished_speed or task.speed
        return Text("–/s" if speed is None else f"{speed:,.0f}/s", style="cyan")


class ArticleProgress:
    """Articles, rate and remaining time of an export or a snapshot."""

    def __init__(self, what: str, total: int) -> None:
        """Begin with the number of articles that there are to do."""
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task(what, total=total)

    def update(self, done: int) -> None:
        """Show how many are done."""
        self._bar.update(self._task, completed=done)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal clean."""
        self._bar.stop()
