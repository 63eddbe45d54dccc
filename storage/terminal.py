"""What every command shares with its user: where things are printed, and how options are read.

People get rich tables on stdout, programs get JSON (`--json`), progress and remarks go to stderr. Text that comes from the web is never
read as markup and never reaches the terminal with its control characters.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from storage.records import Outcome

DEFAULT_DATABASE = "sqlite:///dragoman.db"
_MAX_CELL = 200

# A pipe or a file has no width: tables are set wide there, so that a line stays a line.
_PIPE_WIDTH = 180


def _width(stream: TextIO) -> int | None:
    return None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH


out = Console(highlight=False, soft_wrap=True, width=_width(sys.stdout))
err = Console(stderr=True, highlight=False, soft_wrap=True, width=_width(sys.stderr))

DatabaseOption = Annotated[
    str, typer.Option("--db", envvar="DRAGOMAN_DB", metavar="URL", help="The database: sqlite:///FILE or postgresql://USER@HOST/NAME.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout instead of tables.")]
QueryFilter = Annotated[str, typer.Option("--query", metavar="WORDS", help="Only what 'dragoman search WORDS' finds.")]
SourceFilter = Annotated[list[str] | None, typer.Option("--source", metavar="ID", help="Only this source (may be repeated).")]
CountryFilter = Annotated[
    list[str] | None,
    typer.Option("--country", metavar="CC", help="Only articles about this country, ISO 3166-1; repeated, about all of them together."),
]
ActorFilter = Annotated[
    list[str] | None,
    typer.Option("--actor", metavar="ACTOR", help="Only articles that name this actor (id, Wikidata Q-id or name); repeated, all of them."),
]
TopicFilter = Annotated[
    list[str] | None,
    typer.Option("--topic", metavar="TOPIC", help="Only articles on this topic, as sanctions; repeated, on all of them."),
]
LanguageFilter = Annotated[
    list[str] | None, typer.Option("--language", metavar="CODE", help="Only this language, ISO 639-1 (may be repeated).")
]
FromFilter = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Published on or after this day (UTC); first seen, where that is unknown.")
]
ToFilter = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Published on or before this day (UTC).")]


@dataclass(frozen=True, slots=True)
class Outside:
    """What storage cannot know and is told by the command line (`obj` of a context): catalog and gazetteers are no part of it.

    `expected_low` gives the fewest articles a day that are expected of each source; `actor_id` and `topic_id` turn what a user writes into
    the value of a tag and raise with one line when there is none.
    """

    expected_low: Callable[[], Mapping[str, float]] = dict
    actor_id: Callable[[str], str] = str
    topic_id: Callable[[str], str] = str

    @classmethod
    def of(cls, context: typer.Context) -> Outside:
        """Return what a command was told, or what says nothing."""
        return context.obj if isinstance(context.obj, Outside) else cls()


class UsageMistake(Exception):
    """What the user asked for cannot be done as asked; the text is one line that says what to do."""


def day_start(value: str | None, option: str) -> datetime | None:
    """Read the day of an option as the instant it begins (UTC); None stays None.

    Raises: UsageMistake when it is not an ISO 8601 date.
    """
    if value is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(value), time.min, UTC)
    except ValueError as error:
        raise UsageMistake(f"{option} {value!r} is not a day; write it as 2026-03-31") from error


def day_end(value: str | None, option: str) -> datetime | None:
    """Read the day of an option as the instant after it ends (UTC); None stays None."""
    start = day_start(value, option)
    return None if start is None else start + timedelta(days=1)


def plain(value: Any) -> Any:
    """Turn records, times, paths and enums into what JSON can hold; times become ISO 8601 with zone."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return value


def print_json(value: Any) -> None:
    """Print one JSON object on one line of stdout, as UTF-8 whatever the terminal's locale says."""
    line = json.dumps(plain(value), ensure_ascii=False, default=str)
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def visible(value: object, *, limit: int = _MAX_CELL) -> str:
    """Make scraped text safe to print on one line: control and bidi override characters dropped, white space collapsed, length capped."""
    text = " ".join(str(value).split())
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"} and char not in _BIDI_OVERRIDES)
    return text if len(text) <= limit else text[: limit - 1] + "…"


_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cell(value: object, style: str = "", *, limit: int = _MAX_CELL) -> Text:
    """Wrap a value for a table: no markup is read in it, None is a dash."""
    return Text("–" if value is None else visible(value, limit=limit), style=style)


def table(title: str | None, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """Begin a table in the house style; columns named in `numbers` are set to the right."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        first = not made.columns  # the name of the row: it is looked for, and typed
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold", no_wrap=first)
    return made


def outcome_counts(counts: Mapping[Outcome, int]) -> str:
    """Write counts for people, the most frequent first: '12 new, 3 copy'."""
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))) or "nothing"


def when(value: datetime | None) -> str:
    """Write an instant for people: minutes, in UTC."""
    return "–" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
