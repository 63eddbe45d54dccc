"""A host is asked by one crawl at a time, whichever process it runs in, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.errors import CrawlerError
from crawler.host_turns import LOCK_DIRECTORY_VARIABLE, HostTurns, LastContact, Turn, TurnGivenUp, lock_directory

HOST = "qarnabad-post.example"
PATIENT_SECONDS = 60.0  # for what comes at once when nothing else runs
LONG_SECONDS = 600.0  # a pause that nobody here lives to see the end of


@pytest.fixture
def turns() -> HostTurns:
    return HostTurns(lock_directory())


async def exchange(turns: HostTurns, pause_seconds: float, host: str = HOST, lasting_seconds: float = 0.0) -> tuple[float, float]:
    """Have one turn; return when it was had and left."""
    with await turns.take(host, pause_seconds) as turn:
        began = time.time()
        turn.begin(pause_seconds)
        await asyncio.sleep(lasting_seconds)
        ended = time.time()
        turn.leave(pause_seconds)
    return began, ended


def test_first_turn_comes_at_once(turns: HostTurns) -> None:
    async def first() -> None:
        async with asyncio.timeout(PATIENT_SECONDS):
            await exchange(turns, LONG_SECONDS)

    asyncio.run(first())


def test_next_turn_comes_after_the_pause(turns: HostTurns) -> None:
    async def both() -> list[tuple[float, float]]:
        async with asyncio.timeout(PATIENT_SECONDS):
            return [await exchange(turns, 0.2), await exchange(turns, 0.2)]

    (_, ended), (later, _) = asyncio.run(both())
    assert later - ended >= 0.2


def test_longer_of_two_pauses_counts(turns: HostTurns) -> None:
    async def both() -> list[tuple[float, float]]:
        return [await exchange(turns, 0.3), await exchange(turns, 0.0), await exchange(turns, 0.2)]

    (_, first), (second, left), (third, _) = asyncio.run(both())
    assert second - first >= 0.3
    assert third - left >= 0.2


def test_exchanges_of_one_host_never_overlap_and_other_hosts_do_not_wait(turns: HostTurns) -> None:
    async def many() -> list[tuple[float, float]]:
        async with asyncio.timeout(PATIENT_SECONDS):
            crowd = [exchange(turns, 0.01, lasting_seconds=0.02) for _ in range(8)]
            others = [exchange(turns, LONG_SECONDS, f"{number}.example") for number in range(8)]
            return (await asyncio.gather(*crowd, *others))[:8]

    spans = sorted(asyncio.run(many()))
    assert all(later >= ended + 0.01 for (_, ended), (later, _) in pairwise(spans))


def test_names_of_hosts_do_not_run_into_each_other(turns: HostTurns) -> None:
    async def all_at_once() -> None:
        async with asyncio.timeout(PATIENT_SECONDS):
            names = ["a.b.example", "a_b.example", "A-b.example", "x" * 300, "../../etc", "[::1]"]
            for turn in [await turns.take(name, LONG_SECONDS) for name in names]:
                turn.leave(LONG_SECONDS)

    asyncio.run(all_at_once())


def test_spellings_of_one_host_share_its_turn(turns: HostTurns) -> None:
    async def second_waits() -> None:
        with await turns.take(HOST, 0.0), pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await turns.take(HOST.upper() + ".", 0.0)

    asyncio.run(second_waits())


def test_host_that_asked_for_peace_is_told_at_once(turns: HostTurns) -> None:
    async def run() -> LastContact | None:
        (await turns.take(HOST, LONG_SECONDS)).leave(LONG_SECONDS, time.time() + LONG_SECONDS, "HTTP 429")
        async with asyncio.timeout(PATIENT_SECONDS):
            with await turns.take(HOST, LONG_SECONDS) as turn:
                return turn.last

    last = asyncio.run(run())
    assert last is not None
    assert last.reason == "HTTP 429"
    assert last.quiet_until > time.time() + LONG_SECONDS / 2


def test_crawl_that_ends_waits_neither_for_the_lock_nor_for_the_pause(turns: HostTurns) -> None:
    async def run() -> None:
        async with asyncio.timeout(PATIENT_SECONDS):
            with await turns.take(HOST, LONG_SECONDS) as turn:
                with pytest.raises(TurnGivenUp):
                    await turns.take(HOST, LONG_SECONDS, stopped=lambda: True)
                turn.leave(LONG_SECONDS)
            with pytest.raises(TurnGivenUp):
                await turns.take(HOST, LONG_SECONDS, stopped=lambda: True)
            (await turns.take("other.example", LONG_SECONDS, stopped=lambda: True)).give_back()

    asyncio.run(run())


def test_clock_that_was_set_back_costs_one_pause(turns: HostTurns) -> None:
    ahead = HostTurns(lock_directory(), now=lambda: time.time() + 10_000)

    async def run() -> float:
        await exchange(ahead, 0.2)
        began = time.time()
        await exchange(turns, 0.2)
        return time.time() - began

    assert 0.2 <= asyncio.run(run()) < PATIENT_SECONDS


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b'{"ended_at": "x"}', b"\xff" * 2000])
def test_record_that_is_damaged_is_taken_for_a_contact_just_now(turns: HostTurns, content: bytes) -> None:
    asyncio.run(exchange(turns, 0.0))
    (record,) = lock_directory().glob("*.turn")
    record.write_bytes(content)
    began = time.time()
    asyncio.run(exchange(turns, 0.1))
    assert 0.1 <= time.time() - began < PATIENT_SECONDS


def test_lock_whose_file_was_cleaned_away_is_not_the_lock(turns: HostTurns) -> None:
    async def run() -> Turn:
        with await turns.take(HOST, 0.0):
            waiting = asyncio.create_task(turns.take(HOST, 0.0))
            await asyncio.sleep(0.05)
            for path in lock_directory().iterdir():
                path.unlink()
        return await waiting

    asyncio.run(run()).leave(0.0)
    assert [path.suffix for path in lock_directory().iterdir()] == [".turn"]


HOLDER = f"""
import asyncio
from crawler.host_turns import HostTurns, lock_directory

async def hold():
    turn = await HostTurns(lock_directory()).take({HOST!r}, 0.0)
    turn.begin(0.3)
    print("held", flush=True)
    await asyncio.sleep(600)

asyncio.run(hold())
"""


def test_crawl_that_is_killed_frees_its_host_and_the_pause_is_kept_from_then(turns: HostTurns) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 - our own program
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        async def wait() -> tuple[float, float]:
            taking = asyncio.create_task(turns.take(HOST, 0.0))
            await asyncio.sleep(0.3)
            assert not taking.done(), "two processes had the turn"
            killed = time.time()
            os.kill(holder.pid, signal.SIGKILL)
            async with asyncio.timeout(PATIENT_SECONDS):
                (await taking).leave(0.0)
            return killed, time.time()

        killed, had = asyncio.run(wait())
    assert had - killed >= 0.3


COMPETITOR = """
import asyncio, sys, time
from pathlib import Path
from crawler.host_turns import HostTurns, lock_directory

async def compete(had_enough, other_had_enough):
    turns, had = HostTurns(lock_directory()), 0
    while had < 30 or not other_had_enough.exists():
        turn = await turns.take("contended.example", 0.01)
        began = time.time()
        turn.begin(0.01)
        await asyncio.sleep(0.005)
        print(f"{began} {time.time()}")
        turn.leave(0.01)
        had += 1
        if had == 30:
            had_enough.touch()

asyncio.run(compete(*map(Path, sys.argv[1:])))
"""


def test_two_processes_take_turns_and_neither_starves(tmp_path: Path) -> None:
    """Each goes on until the other has had thirty turns: who does not line up behind the other has the host for itself."""
    one, other = tmp_path / "one", tmp_path / "other"
    command = [sys.executable, "-c", COMPETITOR]
    rivals = [
        subprocess.Popen([*command, *files], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        for files in ((one, other), (other, one))
    ]
    spans: list[tuple[float, float]] = []
    try:
        for rival in rivals:
            out, _ = rival.communicate(timeout=PATIENT_SECONDS)
            spans += [(float(began), float(ended)) for began, ended in (line.split() for line in out.splitlines())]
    finally:
        for rival in rivals:
            rival.kill()
    spans.sort()
    assert 60 <= len(spans) < 1000, "fair is about sixty; one that does not line up has thousands while the other gets its thirty"
    assert all(later[0] >= earlier[1] + 0.01 for earlier, later in pairwise(spans))


def test_turn_costs_next_to_nothing(turns: HostTurns) -> None:
    async def many() -> None:
        for _ in range(300):
            turn = await turns.take(HOST, 0.0)
            turn.begin(0.0)
            turn.leave(0.0)

    began = time.process_time()
    asyncio.run(many())
    assert (time.process_time() - began) / 300 < 0.002


# --- where the locks are ---


def test_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOCK_DIRECTORY_VARIABLE, str(tmp_path / "a" / "locks"))
    assert lock_directory() == tmp_path / "a" / "locks"
    assert lock_directory().stat().st_mode & 0o777 == 0o700


def test_folder_is_in_the_cache_of_the_user_unless_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LOCK_DIRECTORY_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert lock_directory() == tmp_path / ".cache" / "dragoman" / "host-turns"


def test_user_without_a_home_has_the_folder_among_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.delenv(LOCK_DIRECTORY_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert lock_directory() == tmp_path / f"dragoman-{os.getuid()}"


def test_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv(LOCK_DIRECTORY_VARIABLE, str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(CrawlerError, match="belongs to another user"):
        lock_directory()


def test_folder_that_others_may_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv(LOCK_DIRECTORY_VARIABLE, str(tmp_path))
    with pytest.raises(CrawlerError, match="by its owner alone"):
        lock_directory()


def test_link_and_file_are_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.setenv(LOCK_DIRECTORY_VARIABLE, str(tmp_path / "link"))
    with pytest.raises(CrawlerError, match="no folder of its own"):
        lock_directory()
    (tmp_path / "file").touch()
    monkeypatch.setenv(LOCK_DIRECTORY_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(CrawlerError, match="cannot be made"):
        lock_directory()
