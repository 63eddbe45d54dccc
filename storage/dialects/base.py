"""The interface behind which the two databases differ."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, Executable, FromClause, Subquery, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from storage.dialects.sketches import Probe, SharingConfig, SharingRow
from storage.search.ranking import Expression


@dataclass(frozen=True, slots=True)
class WaitConfig:
    """How long a database may keep us waiting.

    `lock_seconds`: a writer waits for the other one's transaction; a batch takes under a second, an upgrade of a big database may take
    more. `connect_seconds`: a server that does not answer by then is called unreachable.
    """

    lock_seconds: int = 30
    connect_seconds: int = 10


WAIT = WaitConfig()

KEPT_STATEMENTS = 200  # a few shapes for each filter in use


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the full-text index knows of an article: its place (`storage.search.places`) and its document (`storage.search.fulltext`)."""

    place: int
    document: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the full-text index finds, as parts of a SELECT: from `index` where `condition`.

    `place` is its column of places, by which it can be read from either end and cut to a range. `joined` is the same value for whoever
    joins or compares it with something else: in an expression that keeps the index the one that is asked first.
    """

    index: FromClause
    condition: ColumnElement[bool]
    place: ColumnElement[int]
    joined: ColumnElement[int]


class DatabaseDialect(ABC):
    """One database, seen through its own engines: `writer` for transactions that write, `reader` for those that must not.

    `label` names the database in messages, without its password.
    """

    name: str
    label: str
    writer: Engine
    reader: Engine

    def __init__(self) -> None:
        """Begin with no statements kept."""
        self._kept: dict[Hashable, Executable] = {}

    @abstractmethod
    def ensure_reachable(self, *, create: bool) -> bool:
        """Look whether there is a database to connect to; return False when it is still to be created, which `create` allows.

        Raises: DatabaseUnavailable with one line on what to do.
        """

    @abstractmethod
    def ensure_ours(self, connection: Connection, tables: Sequence[str]) -> None:
        """Refuse a database without a schema of ours that we should not put one into. `tables` are those it has.

        Raises: DatabaseUnavailable.
        """

    @abstractmethod
    def discard_created(self) -> None:
        """Remove what a failed creation left behind."""

    @abstractmethod
    def begin_write(self, connection: Connection) -> None:
        """Make a transaction that just began the only one that writes."""

    @abstractmethod
    def insert(self, table: Any) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT."""

    @abstractmethod
    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Add articles to the full-text index; their places are free."""

    @abstractmethod
    def take_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Take articles out of the full-text index. The entries are exactly those that were added."""

    def found(self, expression: Expression) -> Found:
        """Return what matches an expression."""
        return self.asked(bindparam("wanted", self.written(expression), unique=True))

    @abstractmethod
    def asked(self, expression: BindParameter[str]) -> Found:
        """Return what matches an expression that is given when the statement is executed, as `written` writes it."""

    @abstractmethod
    def written(self, expression: Expression) -> str:
        """Write an expression in the language of the full-text index."""

    @abstractmethod
    def among(self, column: Any, name: str) -> ColumnElement[bool]:
        """Say that a column has one of some integers, which are given under a name when the statement is executed (`packed`)."""

    @contextmanager
    def read_once(self, connection: Connection) -> Iterator[None]:  # noqa: ARG002 - PostgreSQL remembers for all connections together
        """Say that what is read inside the `with` block is read once, so that remembering it is of no use."""
        yield

    @abstractmethod
    def packed(self, numbers: Iterable[int]) -> Any:
        """Return integers as `among` takes them: one value, so that a statement is the same for any number of them."""

    def kept(self, key: Hashable, make: Callable[[], Executable]) -> Executable:
        """Return the statement of a key, made when it is asked for first: to build one takes longer than to execute it.

        What differs from one execution to the next must be a parameter with a name. The key says the rest.
        """
        try:
            return self._kept[key]
        except KeyError:
            if len(self._kept) >= KEPT_STATEMENTS:
                self._kept.clear()
            return self._kept.setdefault(key, make())
        except TypeError:  # a filter with a list in it
            return make()

    @abstractmethod
    def begin_search(self, connection: Connection) -> None:
        """Make a transaction ready for questions to the full-text index; every search does so first."""

    @abstractmethod
    def unknown(self, connection: Connection, tokens: Collection[str]) -> set[str]:
        """Return some of the tokens that no article has: those that are worth leaving out of an expression."""

    @abstractmethod
    def indexed_places(self) -> Subquery:
        """Return the places that the full-text index knows: column `place`."""

    @abstractmethod
    def month(self, place: ColumnElement[int]) -> ColumnElement[str]:
        """Return the month (UTC) of a column of places as YYYY-MM."""

    @abstractmethod
    def add_sketches(self, connection: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
        """Keep hashes of sketches: `rows` are (week, hash, article id), at least one. Those that are there already stay."""

    @abstractmethod
    def sharing(self, connection: Connection, probes: Mapping[int, Probe], worth: SharingConfig) -> Iterable[SharingRow]:
        """Look up sketches; each probe has a number, from 0 to 2^18 - 1.

        Returns: what `sharing_statement` does.
        """

    @abstractmethod
    def day(self, instant: Any, offset_minutes: ColumnElement[int] | None = None) -> ColumnElement[str]:
        """Return the day of a column of instants as YYYY-MM-DD: in UTC, or so many minutes east of it."""

    @abstractmethod
    def facts(self, connection: Connection) -> Mapping[str, str]:
        """Tell what the database is: version, path, size, and a `warning` where there is one."""

    @abstractmethod
    def damage(self, connection: Connection) -> list[str]:
        """Ask the database for damage of its own; one line each."""

    @abstractmethod
    def compact(self) -> None:
        """Give back unused space and renew the planner's statistics."""

    @abstractmethod
    def lead(self) -> AbstractContextManager[None]:
        """Hold the one leader's lock. Raises: AlreadyLeading when another process holds it."""

    def ensure_leading(self) -> None:  # noqa: B027 - where the system holds the lock, it lasts as long as the process
        """Do nothing while the lock that `lead` holds is held. Raises what the database says when it was lost."""

    def close(self) -> None:
        """Close all connections, the writer's last: it folds SQLite's write-ahead log into the file."""
        self.reader.dispose()
        self.writer.dispose()


def to_json(value: Any) -> str:
    """Write a JSON column so that Arabic stays readable to whoever opens the database."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
