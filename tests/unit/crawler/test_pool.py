"""Whatever a page does to its worker, the pool gives a typed answer and goes on."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path

import psutil
import pytest

from crawler.errors import Malformed, NoText
from crawler.pool import WorkerDied, WorkerPool, WorkersCannotStart, WorkerTimeout
from storage.records import Outcome

MIB = 1024 * 1024
PATIENT_SECONDS = 90.0


def add(one: int, two: int) -> int:
    return one + two


def worker_id() -> int:
    return os.getpid()


def hang_in_c() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def wait_for_ever() -> None:
    threading.Event().wait()


def be_stopped_for(seconds: float) -> float:
    """Have our process stopped as if others had the processor, and return how long it took."""
    began = time.monotonic()
    go_on = f"import os, signal, time; time.sleep({seconds}); os.kill({os.getpid()}, signal.SIGCONT)"
    with subprocess.Popen([sys.executable, "-S", "-c", go_on]):  # noqa: S603 - our own program
        os.kill(os.getpid(), signal.SIGSTOP)
        return time.monotonic() - began


def crash() -> None:
    ctypes.string_at(0)


def hog() -> int:
    return len(bytearray(4096 * MIB))


def leave() -> None:
    sys.exit(3)


def refuse() -> None:
    raise NoText("nothing here", url="http://x.example/")


def stumble() -> None:
    raise ValueError("a bug")


class Awkward(Exception):
    """An exception that cannot be made anew on the other side."""

    def __init__(self, one: str, two: str) -> None:
        """Take more than its text."""
        super().__init__(one + two)


def raise_awkward() -> None:
    raise Awkward("one", "two")


def give_what_cannot_travel() -> object:
    return lambda: None


def ignores_interrupt() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """Give a pool whose deadline no task meets that does not hang, however busy the machine is."""
    with WorkerPool(2, cpu_seconds=PATIENT_SECONDS, memory_bytes=1024 * MIB, preload=()) as pool:
        yield pool


def test_results_come_back_in_any_number(pool: WorkerPool) -> None:
    futures = [pool.submit(add, number, 1) for number in range(50)]
    assert [future.result(PATIENT_SECONDS) for future in futures] == list(range(1, 51))


@pytest.mark.parametrize(("hang", "least_seconds"), [(hang_in_c, 0.7), (wait_for_ever, 6 * 0.7)])
def test_hang_is_killed_in_time(hang: Callable[[], None], least_seconds: float) -> None:
    with WorkerPool(1, cpu_seconds=0.7, preload=()) as pool:
        began = time.monotonic()
        with pytest.raises(WorkerTimeout, match=r"took longer than 0\.7 s and was killed") as lost:
            pool.submit(hang).result(PATIENT_SECONDS)
        assert time.monotonic() - began >= least_seconds
    assert lost.value.outcome is Outcome.MALFORMED


def test_task_that_has_to_wait_for_the_processor_is_not_late() -> None:
    with WorkerPool(1, cpu_seconds=0.7, preload=()) as pool:
        assert pool.submit(be_stopped_for, 1.5).result(PATIENT_SECONDS) >= 1.5


def test_crash_is_named(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="SIGSEGV"):
        pool.submit(crash).result(PATIENT_SECONDS)


def test_memory_is_bounded(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="ran out of memory"):
        pool.submit(hog).result(PATIENT_SECONDS)


def test_exit_of_a_task_does_not_travel(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="SystemExit"):
        pool.submit(leave).result(PATIENT_SECONDS)


def test_others_are_served_while_some_crash(pool: WorkerPool) -> None:
    bad = [pool.submit(crash) for _ in range(4)]
    good = [pool.submit(add, number, 1) for number in range(4)]
    assert [future.result(PATIENT_SECONDS) for future in good] == [1, 2, 3, 4]
    assert all(isinstance(future.exception(PATIENT_SECONDS), WorkerDied) for future in bad)


def test_exception_of_a_task_is_its_own(pool: WorkerPool) -> None:
    with pytest.raises(NoText) as refused:
        pool.submit(refuse).result(PATIENT_SECONDS)
    assert refused.value.url == "http://x.example/"
    with pytest.raises(ValueError, match="a bug") as bug:
        pool.submit(stumble).result(PATIENT_SECONDS)
    assert "in stumble" in "".join(bug.value.__notes__)


def test_exception_that_cannot_travel_is_described(pool: WorkerPool) -> None:
    with pytest.raises(Malformed, match="Awkward: onetwo"):
        pool.submit(raise_awkward).result(PATIENT_SECONDS)
    with pytest.raises((Malformed, AttributeError, pickle.PicklingError), match="lambda"):
        pool.submit(give_what_cannot_travel).result(PATIENT_SECONDS)


def test_arguments_that_cannot_travel_are_refused_at_once(pool: WorkerPool) -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pool.submit(add, lambda: None, 1)  # type: ignore[arg-type]


def test_results_can_be_awaited(pool: WorkerPool) -> None:
    async def many() -> list[int | BaseException]:
        return await asyncio.gather(*(pool.run(add, number, 1) for number in range(5)), pool.run(refuse), return_exceptions=True)  # type: ignore[arg-type]

    *sums, refused = asyncio.run(many())
    assert sums == [1, 2, 3, 4, 5]
    assert isinstance(refused, NoText)


def test_others_are_served_while_one_hangs(pool: WorkerPool) -> None:
    hanging = pool.submit(hang_in_c)
    assert [pool.submit(add, number, 1).result(PATIENT_SECONDS) for number in range(4)] == [1, 2, 3, 4]
    assert not hanging.done()
    hanging.cancel()


def test_task_that_nobody_waits_for_any_more_is_killed() -> None:
    async def give_up(pool: WorkerPool) -> float:
        task = asyncio.create_task(pool.run(hang_in_c))
        await asyncio.sleep(0.5)
        task.cancel()
        started = time.monotonic()
        assert await pool.run(add, 1, 1) == 2
        return time.monotonic() - started

    with WorkerPool(1, cpu_seconds=2 * PATIENT_SECONDS, preload=()) as pool:
        assert asyncio.run(give_up(pool)) < PATIENT_SECONDS, "its worker was killed, not waited for"


def test_ctrl_c_is_for_the_parent(pool: WorkerPool) -> None:
    assert pool.submit(ignores_interrupt).result(PATIENT_SECONDS)


def test_workers_are_replaced_after_their_share() -> None:
    with WorkerPool(1, max_tasks=2, preload=()) as pool:
        workers = [pool.submit(worker_id).result(PATIENT_SECONDS) for _ in range(4)]
    assert len(set(workers)) == 2


def test_death_of_an_idle_worker_is_survived() -> None:
    with WorkerPool(1, preload=()) as pool:
        psutil.Process(pool.submit(worker_id).result(PATIENT_SECONDS)).kill()
        assert pool.submit(add, 1, 1).result(PATIENT_SECONDS) == 2
        psutil.Process(pool.submit(worker_id).result(PATIENT_SECONDS)).kill()
        time.sleep(0.5)  # long enough for pebble to declare the pool broken
        assert pool.submit(add, 1, 1).result(PATIENT_SECONDS) == 2


def test_workers_that_cannot_start_are_not_started_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL), WorkerPool(1, preload=("no_such_module_anywhere",)) as pool:
        futures = [pool.submit(add, 1, 1) for _ in range(3)]
        for future in futures:
            with pytest.raises(WorkersCannotStart):
                future.result(PATIENT_SECONDS)


def test_stop_kills_what_runs_and_cancels_what_waits() -> None:
    pool = WorkerPool(1, cpu_seconds=2 * PATIENT_SECONDS, preload=())
    worker = psutil.Process(pool.submit(worker_id).result(PATIENT_SECONDS))
    running, waiting = pool.submit(hang_in_c), pool.submit(add, 1, 1)
    time.sleep(0.3)
    started = time.monotonic()
    pool.stop()
    assert time.monotonic() - started < PATIENT_SECONDS, "what ran was killed, not waited for"
    for future in (running, waiting):
        with pytest.raises(CancelledError):
            future.result(PATIENT_SECONDS)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    with pytest.raises(RuntimeError, match="was stopped"):
        pool.submit(add, 1, 1)
    pool.stop()


def test_number_of_workers_is_known_and_defaults_to_the_cores() -> None:
    assert WorkerPool(3).workers == 3
    assert WorkerPool().workers >= 1


SCRIPT = """
import sys
from crawler.pool import WorkerPool
from crawler.errors import NoText

def main():
    with WorkerPool(1, preload=()) as pool:
        print(pool.submit(str.upper, "calm").result(80))

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("way", ["script", "module", "console script", "code"])
def test_pool_works_however_the_program_is_started(tmp_path: Path, way: str) -> None:
    (tmp_path / "harmless_program.py").write_text(SCRIPT)
    (tmp_path / "harmless").write_text("from harmless_program import main\nif __name__ == '__main__':\n    main()\n")
    command = {
        "script": [str(tmp_path / "harmless_program.py")],
        "module": ["-m", "harmless_program"],
        "console script": [str(tmp_path / "harmless")],
        "code": ["-c", "import harmless_program; harmless_program.main()"],
    }[way]
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False)  # noqa: S603
    assert (done.stdout, done.stderr, done.returncode) == ("CALM\n", "", 0)


def test_program_that_is_killed_leaves_no_worker(tmp_path: Path) -> None:
    (tmp_path / "killed_program.py").write_text(SCRIPT.replace('str.upper, "calm"', "os.getpid").replace("import sys", "import os, time")
                                                .replace(".result(80))", ".result(60), flush=True)\n        time.sleep(600)"))  # fmt: skip
    with subprocess.Popen([sys.executable, "killed_program.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        worker = psutil.Process(int(program.stdout.readline()))
        program.kill()
    worker.wait(PATIENT_SECONDS)


def test_workers_are_prepared_before_their_first_task() -> None:
    with WorkerPool(1, preload=(), prepare=partial(sys.setrecursionlimit, 4321)) as pool:
        assert pool.submit(sys.getrecursionlimit).result(PATIENT_SECONDS) == 4321
    assert sys.getrecursionlimit() != 4321
