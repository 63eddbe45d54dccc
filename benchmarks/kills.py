"""Kill the scheduler and its crawls at random moments, again and again; then see what is in the database.

`python benchmarks/kills.py [--kills 50] [--round 10]`. The demo outlets on loopback, `dragoman schedule` as a process with its crawls,
SIGKILL to the one or the other (or both) after a random time while a crawl is at work. Whenever nothing is left to be found, the outlets
are made due again. At the end: every article of the sites is stored once, none that robots.txt forbids was asked for, no run is left
'running', the database is sound. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from crawler.demo.server import DemoSite
from crawler.urls import canonical_url
from storage import sources
from storage.database import Database

POLITE = ("--allow-private-hosts", "--delay", "0.4", "--revisit", "none", "--keep-irrelevant")


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Start the scheduler."""
    words = [
        sys.executable,
        "-m",
        "cli",
        "schedule",
        "--catalog",
        str(folder / "catalog"),
        "--db",
        f"sqlite:///{folder / 'kills.db'}",
        *POLITE,
    ]
    with (folder / "kills.log").open("ab") as log:
        return subprocess.Popen(words, stderr=log, stdout=log, env=os.environ | {"PYTHONWARNINGS": ""})  # noqa: S603 - our own program


def make_due(folder: Path, outlets: Collection[str]) -> None:
    """Make every outlet due, as if its interval were over."""
    with Database.open(f"sqlite:///{folder / 'kills.db'}") as database:
        known = {record.id for record in sources.list_all(database)}
        for name in known & set(outlets):
            sources.set_next_due(database, name, datetime.now(UTC) - timedelta(seconds=1))


def kill_and_check(
    folder: Path, site: DemoSite, *, kills: int, outlets: Collection[str], rng: random.Random, within: float = 12.0
) -> dict[str, Any]:
    """Kill so many times while something is being done, let it end its work, and look. Returns: whom it killed, and what is wrong."""
    killed: list[str] = []
    running = started(folder)
    while len(killed) < kills:
        children = _at_work(folder, running, outlets)
        time.sleep(rng.uniform(0.0, within))
        victim = rng.choice(["scheduler", "crawl", "both"])
        if victim != "scheduler":
            children = psutil.Process(running.pid).children()
            for child in children:
                child.kill()
            if not children:  # it had ended
                continue
        if victim != "crawl":
            running.kill()
            running.wait()
            running = started(folder)
        killed.append(victim)
    _let_it_finish(folder, running, outlets)
    return {"killed": killed, "problems": problems(folder, site, outlets)}


def _at_work(folder: Path, running: subprocess.Popen[bytes], outlets: Collection[str]) -> list[psutil.Process]:
    """Wait until a crawl is at work."""
    deadline = time.monotonic() + 60
    while not (children := psutil.Process(running.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.5)
        if time.monotonic() > deadline - 50 and (folder / "kills.db").exists():
            make_due(folder, outlets)
    return children


def _let_it_finish(folder: Path, running: subprocess.Popen[bytes], outlets: Collection[str]) -> None:
    """Wait until every outlet was crawled to its end after the last kill, then stop the scheduler by its signal."""
    since = datetime.now(UTC)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        time.sleep(0.5)
        with Database.open(f"sqlite:///{folder / 'kills.db'}") as database, database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT source_id, max(ended_at) FROM runs WHERE status = 'finished' GROUP BY source_id"
            ).all()
            waiting = connection.exec_driver_sql("SELECT count(*) FROM candidates WHERE settled_at IS NULL").scalar_one()
        done = {name for name, at in found if datetime.fromisoformat(str(at)).replace(tzinfo=UTC) > since}
        if set(outlets) <= done and not waiting:
            break
        if not psutil.Process(running.pid).children():
            make_due(folder, set(outlets) - done)
    running.send_signal(signal.SIGTERM)
    running.wait(60)


def problems(folder: Path, site: DemoSite, outlets: Collection[str]) -> list[str]:
    """Compare what is stored with the sites."""
    wrong: list[str] = []
    expected = Counter(canonical_url(truth.url) for truth in site.articles() if truth.outlet in outlets and truth.kind == "article")
    with Database.open(f"sqlite:///{folder / 'kills.db'}") as database:
        with database.read() as connection:
            stored = Counter(connection.exec_driver_sql("SELECT canonical_url FROM articles").scalars())
            running = connection.exec_driver_sql("SELECT count(*) FROM runs WHERE status = 'running'").scalar_one()
            doubled = connection.exec_driver_sql("SELECT count(*) FROM revisions WHERE number > 1").scalar_one()
        wrong += database.check()
    wrong += [f"not stored: {url}" for url in expected if not stored[url]]
    wrong += [f"stored {count} times: {url}" for url, count in stored.items() if count > 1]
    wrong += [f"{running} runs are left running"] if running else []
    wrong += [f"{doubled} second revisions of texts that never changed"] if doubled else []
    closed = {outlet.id: tuple(outlet.disallow) for outlet in site.outlets}
    for request in site.requests:
        if urlsplit(request.path).path.startswith(closed[request.outlet]) and closed[request.outlet]:
            wrong.append(f"robots.txt forbids {request.outlet}{request.path}")
    return wrong


def main() -> int:
    """Run it. Returns: 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--round", type=int, default=10, help="kills of one database")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    rng = random.Random(given.seed)  # noqa: S311 - the same kills each time
    killed: Counter[str] = Counter()
    wrong: list[str] = []
    requests = 0
    while killed.total() < given.kills:  # each round begins with nothing stored, so that there is something to lose
        with tempfile.TemporaryDirectory() as name, DemoSite(Path(name) / "catalog") as site:
            outlets = {outlet.id for outlet in site.outlets}
            result = kill_and_check(Path(name), site, kills=min(given.round, given.kills - killed.total()), outlets=outlets, rng=rng)
            killed.update(result["killed"])
            wrong += result["problems"]
            requests += len(site.requests)
            print(f"{killed.total()} kills, {len(wrong)} problems, {round(time.monotonic() - began)} s", file=sys.stderr, flush=True)
    facts = {"kills": dict(killed), "requests": requests, "seconds": round(time.monotonic() - began)}
    print(json.dumps(facts | {"problems": wrong}))
    return 0 if not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
