"""A pool of worker processes that can be killed: hostile bytes hang or crash a worker, never the crawl.

Parsers written in C cannot be interrupted by a signal that Python handles, so a deadline needs a process to kill. Workers are never forked
from the crawl, which has threads and an event loop: on Linux they are forked from a server of multiprocessing's that has loaded the modules
once and does nothing else, elsewhere they are spawned. They are bounded in memory, and replaced after `max_tasks`.

The deadline is one of processor time, which the kernel counts: on a machine that is busy with other things an honest page is slow by the
clock, and would be lost to a deadline of the clock. That one is there too, six times as long, for what waits and never computes.

Work and results cross the boundary as bytes that are unpickled inside the task. pebble unpickles in its own loops, where an object that
does not survive the journey would break the pool or leave its future open for ever.

Either way a worker imports the main module of the program anew: a script that uses the pool needs `if __name__ == "__main__":`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.errors import CrawlerError, Malformed, PageError

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_CPU_SECONDS = 10.0  # the slowest honest page of 362 took under 2 s
DEFAULT_MAX_TASKS = 500
DEFAULT_MEMORY_BYTES = 1536 * 1024**2  # address space; an honest worker with all its models maps about a third of it
PRELOADED = ("crawler.processing", "crawler.discovery.feeds", "crawler.discovery.sitemaps", "crawler.extraction.ready")

# By the clock a task may take so many times its processor time: of 2 cores, 12 programs that compute leave each that much.
_WALL_FACTOR = 6
# The worker kills itself this much after its deadline, should nobody else have done it: a crawl that was killed leaves no busy orphans.
_GRACE_SECONDS = 5.0
# macOS has the server too, but its frameworks do not survive a fork without exec.
_START_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
_ALARMS = frozenset({signal.SIGPROF, signal.SIGALRM}) if hasattr(signal, "SIGALRM") else frozenset[signal.Signals]()  # none on Windows
# A pool that breaks this often without finishing a task in between has workers that cannot start.
_MAX_BREAKS = 3


class WorkerTimeout(Malformed):
    """A page took a worker longer than it may; the worker was killed."""


class WorkerDied(Malformed):
    """A worker crashed or ran out of memory over a page."""


@dataclass(slots=True, eq=False)
class _Task:
    """One call: what to run, what the caller holds, and what pebble holds for it now."""

    work: bytes
    outer: Future[Any]
    inner: Future[bytes] | None = None


class WorkersCannotStart(CrawlerError):
    """Worker processes end before they take any work: the fault is not the page's, and nothing can be processed."""


class WorkerPool:
    """Run functions of importable modules in killable processes, at most `workers` at a time, the rest in a queue."""

    def __init__(
        self,
        workers: int | None = None,
        cpu_seconds: float = DEFAULT_CPU_SECONDS,
        max_tasks: int = DEFAULT_MAX_TASKS,
        memory_bytes: int = DEFAULT_MEMORY_BYTES,
        preload: Sequence[str] = PRELOADED,
        prepare: Callable[[], object] | None = None,
    ) -> None:
        """Describe the pool; processes start with the first task.

        Args: processes, as many as there are cores for None; processor time that one task may take; tasks after which a worker is replaced;
        address space of a worker in bytes, where the platform can limit it; modules that a worker imports before its first task, so that
        the deadline measures the task; what else it calls then (picklable: a function of a module, or a partial of one with what the
        workers need not work out for themselves).
        """
        self.workers = workers or _cores()
        self.cpu_seconds = cpu_seconds
        self._max_tasks = max_tasks
        self._preload = tuple(preload)
        self._initargs = (memory_bytes, self._preload, prepare)
        self._lock = threading.RLock()
        self._pool: ProcessPool | None = None
        self._open: set[_Task] = set()
        self._breaks = 0
        self._stopped = False
        self._loader: threading.Thread | None = None
        self._loaded = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call.

        Args: a function of a module, and arguments that can be pickled.
        Returns: a future with the function's result or exception. It gets WorkerTimeout or WorkerDied when the worker was lost over it, and
        Malformed for an exception that cannot be pickled. Cancelling it kills a worker that is already at it.
        Raises: RuntimeError when the pool was stopped; whatever pickling the arguments raises.
        """
        task = _Task(pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL), Future())
        with self._lock:
            if self._stopped:
                raise RuntimeError("the worker pool was stopped")
            self._open.add(task)
            if self._loaded:
                self._start(task)
            elif self._loader is None:
                self._loader = threading.Thread(target=self._load, daemon=True)
                self._loader.start()
        task.outer.add_done_callback(lambda _: self._close(task))
        return task.outer

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a call on the event loop; see `submit`."""
        return await asyncio.wrap_future(self.submit(function, *args, **kwargs))

    def stop(self) -> None:
        """Kill what runs, cancel what waits, and end the workers. A stopped pool stays stopped."""
        with self._lock:
            self._stopped = True
            pool, self._pool = self._pool, None
            waiting = list(self._open)
        for task in waiting:
            task.outer.cancel()
        if pool is not None:
            _bury(pool)

    def _load(self) -> None:
        """Wait for the server of workers to have its modules, then start what was submitted meanwhile: nobody's event loop stands still."""
        try:
            if _START_METHOD == "forkserver":
                first = self._context().Process(target=_nothing)
                first.start()
                first.join()
        finally:  # whatever is wrong with it is wrong with the workers too, and is said of the tasks
            with self._lock:
                self._loaded = True
                for task in list(self._open):
                    if not self._stopped and task.inner is None:
                        self._start(task)

    def _context(self) -> Any:
        context = get_context(_START_METHOD)
        context.set_forkserver_preload(list(self._preload))  # heeded by the first pool of a process, where there is a server at all
        return context

    def _start(self, task: _Task) -> None:
        """Hand a task to the live pool; the lock is held."""
        if self._pool is not None and not self._pool.active:
            self._replace_pool()
        if task.outer.done():
            return
        if self._pool is None:
            self._pool = ProcessPool(self.workers, self._max_tasks, _prepare, self._initargs, self._context())
        wall_seconds = self.cpu_seconds * _WALL_FACTOR
        alarms = Alarms(self.cpu_seconds, wall_seconds + _GRACE_SECONDS)
        task.inner = self._pool.schedule(_call, args=(task.work, alarms), timeout=wall_seconds)
        task.inner.add_done_callback(lambda inner: self._finish(task, inner))

    def _replace_pool(self) -> None:
        """Give the tasks of a broken pool to a new one; the lock is held.

        pebble declares the whole pool broken when an idle worker dies, for instance at the hands of the kernel; the tasks are not to blame.
        """
        broken, self._pool = self._pool, None
        threading.Thread(target=_bury, args=(broken,), daemon=True).start()
        self._breaks += 1
        for task in list(self._open):
            if task.inner is None:
                continue
            task.inner = None
            if self._breaks > _MAX_BREAKS:
                _settle(task.outer, error=WorkersCannotStart("worker processes end as soon as they start; their error was logged"))
            else:
                self._start(task)

    def _close(self, task: _Task) -> None:
        """Let go of a task whose caller has its answer, or wants none."""
        with self._lock:
            self._open.discard(task)
        if task.outer.cancelled() and task.inner is not None:
            task.inner.cancel()

    def _finish(self, task: _Task, inner: Future[bytes]) -> None:
        """Translate what pebble says of a task."""
        if inner is not task.inner or task.outer.done():
            return
        try:
            kind, value = pickle.loads(inner.result())  # noqa: S301 - made by our own worker
        except CancelledError:
            task.outer.cancel()
            return
        except BrokenProcessPool:
            with self._lock:
                if not self._stopped and inner is task.inner and self._pool is not None:
                    self._replace_pool()
            return
        except TimeoutError:
            kind, value = "error", self._late()
        except ProcessExpired as expired:
            late = -expired.exitcode in _ALARMS
            kind, value = "error", self._late() if late else WorkerDied(f"killed its worker ({_death(expired.exitcode)})")
        except Exception as error:  # noqa: BLE001 - pebble passes on whatever it stumbled over, and somebody waits for this future
            kind, value = "error", WorkerDied(f"lost between processes: {type(error).__name__}: {error!s:.200}")
        self._breaks = 0
        if kind == "error":
            _settle(task.outer, error=value)
        else:
            _settle(task.outer, value=value)

    def _late(self) -> WorkerTimeout:
        return WorkerTimeout(f"took longer than {self.cpu_seconds:g} s and was killed")


def _settle(future: Future[Any], value: object = None, error: BaseException | None = None) -> None:
    """Answer the caller, unless it has stopped listening."""
    with contextlib.suppress(InvalidStateError):
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)


def _bury(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _nothing() -> None:
    """Be a worker's process, to no other end."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _death(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit code {exit_code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-exit_code).name
    return f"signal {-exit_code}"


def _prepare(memory_bytes: int, preload: Sequence[str], prepare: Callable[[], object] | None) -> None:
    """Make a worker ready: killable at once, bounded, deaf to Ctrl-C, and with its modules imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers in good order
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for the parser that hangs
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses it
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for module in preload:
        importlib.import_module(module)
    if prepare is not None:
        prepare()


class Alarms(NamedTuple):
    """After how many seconds of processor time, and by the clock, a task's process ends itself."""

    cpu_seconds: float
    wall_seconds: float

    def set(self) -> None:
        """Wind the timers up, or with nought seconds down. No handler is set: the signals end the process, even from inside C code."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, self.cpu_seconds)
            signal.setitimer(signal.ITIMER_REAL, self.wall_seconds)


def _call(work: bytes, alarms: Alarms) -> bytes:
    """Run one task inside a worker and pack what came of it."""
    alarms.set()
    try:
        function, args, kwargs = pickle.loads(work)  # noqa: S301 - made by our own parent
        return pickle.dumps(("value", function(*args, **kwargs)), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("error", WorkerDied("ran out of memory")))
    except Exception as error:  # noqa: BLE001 - the caller gets it, whatever it is
        return _packed(error)
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like must not travel on
        return pickle.dumps(("error", WorkerDied(f"ended its worker with {type(error).__name__}")))
    finally:
        Alarms(0, 0).set()


def _packed(error: Exception) -> bytes:
    """Pickle an exception, with its traceback as a note; one that does not survive that is described."""
    if not isinstance(error, PageError):
        error.add_note("in a worker process:\n" + traceback.format_exc())
    try:
        packed = pickle.dumps(("error", error))
        pickle.loads(packed)  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - an exception class may do anything when it is unpickled
        return pickle.dumps(("error", Malformed(f"{type(error).__name__}: {error!s:.500}")))
    return packed
