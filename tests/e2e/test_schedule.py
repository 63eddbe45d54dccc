"""`dragoman schedule` and `status` as a user types them: one outlet that dies and comes back, signals, kills, metrics and mistakes."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.demo.server import DemoSite
from storage import sources
from storage.database import Database
from storage.health import chores
from tests.e2e.conftest import Run
from tests.notice_takers import taking_notices

POLITE = ("--allow-private-hosts", "--delay", "0.02", "--revisit", "none")


def only(folder: Path, *names: str) -> None:
    """Leave these outlets in the catalog, each due every ten minutes."""
    for path in (folder / "catalog").rglob("*.yml"):
        if path.stem not in names:
            path.unlink()
        else:
            text = re.sub(r"^every: .*$", "every: 10m", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            path.write_text(text, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DemoSite]:
    """Serve the demo outlets, with a catalog of two of them."""
    with DemoSite(tmp_path / "catalog") as running:
        only(tmp_path, "gulf-ledger", "hashaar")
        yield running


def due_now(folder: Path, *names: str) -> None:
    with Database.open(f"sqlite:///{folder / 'dragoman.db'}") as database:
        for name in names:
            sources.set_next_due(database, name, datetime.now(UTC) - timedelta(seconds=1))


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
    line = [sys.executable, "-m", "cli", "schedule", "--catalog", "catalog", "--log-format", "json", *POLITE, *words]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(line, cwd=folder, stderr=log, stdout=log, env=clean | {"PYTHONWARNINGS": ""})  # noqa: S603 - our own program


def events(folder: Path) -> list[dict[str, object]]:
    whole, _, _ = (folder / "log").read_text(encoding="utf-8").rpartition("\n")  # what is being written is not looked at
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def wait_for(folder: Path, event: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not any(found["event"] == event for found in events(folder)):
        assert time.monotonic() < deadline, (folder / "log").read_text(encoding="utf-8")
        time.sleep(0.1)


@pytest.mark.slow  # two crawls of the scheduler, each a process, and two by hand
@pytest.mark.timeout(300)
def test_outlet_that_dies_and_comes_back_is_told_by_mail_and_webhook(dragoman: Run, site: DemoSite, tmp_path: Path) -> None:
    only(tmp_path, "gulf-ledger")
    server = next(server for server in site._servers if server.outlet.id == "gulf-ledger")
    with taking_notices() as takers:
        targets = f'[{{name: mail, url: "{takers.mail}"}}, {{name: hook, url: "{takers.webhook}"}}]'
        plan = f"maintenance: never\nalerts: {{targets: {targets}}}\n"
        (tmp_path / "plan.yml").write_text(plan, encoding="utf-8")
        once = ("schedule", "--once", "--catalog", "catalog", "--plan", "plan.yml", *POLITE)
        by_hand = ("crawl", "--catalog", "catalog", *POLITE)  # judged as the scheduler's are
        first = dragoman(*by_hand)
        assert first.returncode == 0, first.stderr
        address = server.server_address
        server.shutdown()
        server.hang_up()
        server.server_close()
        assert dragoman(*by_hand).returncode == 1
        assert dragoman(*once).returncode == 0  # nothing is due, and one failure is no illness
        assert takers.arrived == []
        due_now(tmp_path, "gulf-ledger")
        assert dragoman(*once).returncode == 1
        assert len(takers.arrived) == 2
        assert takers.titles("mail") == takers.titles("webhook") == ["Dragoman: gulf-ledger is ill"]
        assert "the connection was refused" in takers.arrived[0].text
        ill = dragoman("status", "--ill", "--json")
        (found,) = [json.loads(line) for line in ill.stdout.splitlines()]
        assert (found["source"]["id"], found["health"]["state"], found["health"]["failures"]) == ("gulf-ledger", "dead", 2)

        again = type(server)(address, server.outlet, server.log, lambda: 1)  # type: ignore[arg-type] # an address of its own
        import threading  # noqa: PLC0415 - here alone

        thread = threading.Thread(target=again.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            with Database.open(f"sqlite:///{tmp_path / 'dragoman.db'}") as database, database.write() as connection:
                connection.exec_driver_sql("DELETE FROM hosts")  # it was left alone for a quarter of an hour: that is over
            due_now(tmp_path, "gulf-ledger")
            back = dragoman(*once)
            assert back.returncode == 0, back.stderr
        finally:
            again.shutdown()
            again.hang_up()
            again.server_close()
            thread.join(60)
        assert takers.titles("mail")[1:] == takers.titles("webhook")[1:] == ["Dragoman: gulf-ledger has recovered"]
    detail = dragoman("status", "gulf-ledger")
    for shown in ("Gulf Ledger", "failures", "Notices, the newest first", "recovery", "every 10m", "Channels"):
        assert shown in detail.stdout, detail.stdout


@pytest.mark.timeout(200)
def test_sigterm_ends_it_within_half_a_minute_and_a_second_scheduler_is_refused(dragoman: Run, site: DemoSite, tmp_path: Path) -> None:
    assert site.outlets
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    running = start(tmp_path, "--metrics-port", port)
    try:
        wait_for(tmp_path, "crawl began")
        second = dragoman("schedule", "--catalog", "catalog")
        assert (second.returncode, second.stderr.count("\n")) == (2, 1)
        assert "another scheduler works on" in second.stderr
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            metrics = answer.read().decode()
        for name in (
            "dragoman_sources{state=",
            "dragoman_articles_total",
            "dragoman_lateness_seconds",
            "dragoman_crews",
            "dragoman_database_bytes",
        ):
            assert name in metrics, name
        busy = dragoman("schedule", "--catalog", "catalog", "--db", "sqlite:///other.db", "--metrics-port", port)
        assert (busy.returncode, "--metrics-port: 127.0.0.1:" in busy.stderr) == (2, True), busy.stderr
    finally:
        stopped = time.monotonic()
        running.send_signal(signal.SIGTERM)
        code = running.wait(60)
    assert code == 0
    assert time.monotonic() - stopped < 30
    assert [found["event"] for found in events(tmp_path)][-1] == "stopped"
    with Database.open(f"sqlite:///{tmp_path / 'dragoman.db'}") as database, database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM runs WHERE status = 'running'").scalar_one() == 0


@pytest.mark.slow  # kills, and waits for what was killed
@pytest.mark.timeout(300)
def test_kills_of_scheduler_and_crawl_lose_nothing_and_double_nothing(site: DemoSite, tmp_path: Path) -> None:
    """Two of the fifty kills of `benchmarks/kills.py`."""
    from benchmarks.kills import kill_and_check  # noqa: PLC0415 - a script

    result = kill_and_check(tmp_path, site, kills=2, outlets={"gulf-ledger", "hashaar"}, rng=random.Random(5), within=4.0)
    assert result["problems"] == []
    assert Counter(result["killed"]).total() == 2


def test_mistakes_are_said_in_one_line_before_anything_starts(dragoman: Run, site: DemoSite, tmp_path: Path) -> None:
    assert site.outlets
    for text, says in (
        ("snapshot: sometimes", "plan.yml:1: snapshot:"),
        ("{snapshot: daily, snapshot_options: [--name, x]}", "snapshot_options: No such option: --name"),
        ("backfills: [{source: nobody, from: 2026-01-01, to: 2026-01-02}]", "unknown source 'nobody'"),
        ("alerts: {targets: [{name: desk, url_env: NOT_SET_ANYWHERE}]}", "NOT_SET_ANYWHERE is not set"),
    ):
        (tmp_path / "plan.yml").write_text(text, encoding="utf-8")
        done = dragoman("schedule", "--catalog", "catalog", "--plan", "plan.yml")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert says in done.stderr
    assert not (tmp_path / "dragoman.db").exists()
    assert dragoman("status", "nobody").returncode == 2


def test_snapshot_is_made_once_a_day_and_can_be_listed_and_verified(dragoman: Run, site: DemoSite, tmp_path: Path) -> None:
    assert site.outlets
    once = ("crawl", "--catalog", "catalog", *POLITE, "gulf-ledger")
    assert dragoman(*once).returncode == 0
    only(tmp_path, "gulf-ledger")  # which is not due for a while
    (tmp_path / "plan.yml").write_text("{snapshot: daily, maintenance: never, snapshot_name: 'day-{date}'}", encoding="utf-8")
    running = start(tmp_path, "--plan", "plan.yml")
    try:
        wait_for(tmp_path, "chore ended")
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    (made,) = [json.loads(line) for line in dragoman("snapshot", "list", "--json").stdout.splitlines()]
    assert re.fullmatch(r"day-20\d\d-\d\d-\d\d", made["name"])
    assert (made["there"], made["articles"] > 0) == (True, True)
    verified = dragoman("snapshot", "verify", made["name"], "--digest", made["digest"])
    assert verified.returncode == 0, verified.stderr
    with Database.open(f"sqlite:///{tmp_path / 'dragoman.db'}") as database:
        chore = chores.all_by_name(database)["snapshot"]
    assert (chore.status, chore.reason) == ("done", "")
    # as after a power cut that came before the scheduler could note it
    again = dragoman("snapshot", "create", made["name"], "--if-missing")
    assert (again.returncode, again.stderr.count("\n")) == (0, 1), again.stderr
    assert len(dragoman("snapshot", "list", "--json").stdout.splitlines()) == 1


def test_targets_can_be_tried_before_they_are_needed(dragoman: Run, site: DemoSite, tmp_path: Path) -> None:
    assert site.outlets
    with taking_notices() as takers:
        (tmp_path / "plan.yml").write_text(f'alerts: {{targets: [{{name: hook, url: "{takers.webhook}"}}]}}', encoding="utf-8")
        done = dragoman("schedule", "--catalog", "catalog", "--plan", "plan.yml", "--test-alert")
        assert (done.returncode, done.stderr) == (0, "hook: delivered\n")
        assert takers.titles("webhook") == ["Dragoman: a test"]
        takers.refusing = True
        assert dragoman("schedule", "--catalog", "catalog", "--plan", "plan.yml", "--test-alert").returncode == 1
