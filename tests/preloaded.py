"""The other side of `tests.commands`: has the libraries loaded, and forks a process of its own for every program that is to be run.

It is told on a socket (its number is the argument), a byte a program, with five open files: a JSON object of what to run (`module`,
`words`, `cwd`, `env`), the program's stdin, stdout and stderr, and where its number and then its return code are to be written.

Programs that use worker processes share one server of multiprocessing's, which has the libraries loaded too: a worker is forked from it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import threading
import time
import traceback
from multiprocessing import forkserver
from typing import Any, NoReturn

from crawler.pool import PRELOADED
from crawler.processing import Policy, tagging_ready

#: What commands import when they run. Nothing here may install Twisted's reactor: each program has its own.
LIBRARIES = (
    "aiohttp.web",  # Scrapy's remote control, which we have switched off, is loaded all the same
    "apscheduler.executors.debug",
    "apscheduler.executors.pool",
    "apscheduler.jobstores.sqlalchemy",
    "apscheduler.schedulers.background",
    "cli",
    "crawler.backfill",
    "crawler.crawl",
    "crawler.demo.tour",
    "crawler.explanation",
    "crawler.extraction.ready",
    "crawler.ingest",
    "crawler.inspection",
    "crawler.middlewares.politeness",
    "crawler.middlewares.resolver",
    "crawler.pipelines",
    "crawler.progress",
    "crawler.shutdown",
    "crawler.survey.checking",
    "crawler.survey.cli",
    "crawler.survey.inquiry",
    "crawler.transport",
    "crawler.warc.replay",
    "crawler.watch.leader",
    "crawler.watch.status",
    "crawler.watchdog",
    "networkx",
    "numpy.ma",
    "psycopg",
    "scheduler",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.telnet",
    "scrapy.squeues",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "storage.cli",
    "storage.corpus",
    "storage.export",
    "storage.export.describing",
    "storage.migrations",
    "storage.snapshots.writing",
    "storage.terminal",
)
WORKER_LIBRARIES = ("cli", "crawler.pool", *PRELOADED)


def main() -> None:
    told = socket.socket(fileno=int(sys.argv[1]))
    for name in LIBRARIES:
        importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules
    tagging_ready(Policy())  # reads the bundled lists, which is most of what a small crawl or ingest would do
    forkserver.set_forkserver_preload(list(WORKER_LIBRARIES))
    forkserver.ensure_running()
    gc.freeze()  # what is loaded stays shared: no collection in a program touches it
    # Ctrl-C is for pytest, which ends us by closing the socket; those who mind a program end by themselves and leave nothing to wait for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        byte, files, _, _ = socket.recv_fds(told, 1, 5)
        if not byte:
            return
        if os.fork() == 0:
            told.close()
            mind(*files)
        for file in files:
            os.close(file)


def mind(job: int, stdin: int, stdout: int, stderr: int, status: int) -> NoReturn:
    """Fork the program, wait for it and tell of it."""
    with open(job, encoding="utf-8") as file:
        described = json.load(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(status)
        become(described, stdin, stdout, stderr)
    for file_number in (stdin, stdout, stderr):
        os.close(file_number)
    os.write(status, b"%d\n" % pid)
    _, ended = os.waitpid(pid, 0)
    os.write(status, b"%d\n" % os.waitstatus_to_exitcode(ended))
    os._exit(0)


def become(job: dict[str, Any], *standard: int) -> NoReturn:
    """Be the program as far as it can tell: its session, folder, environment, files and words."""
    os.setsid()
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = [job["module"], *job["words"]]
    terminal = importlib.import_module("storage.terminal")
    terminal.out.width = terminal.err.width = int(job["env"].get("COLUMNS", terminal.out.width))
    # The server of workers is our grandparent's child: it cannot be waited for from here, and needs no starting.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    code: object = 0
    try:
        runpy.run_module(job["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - the program's own, shown as Python shows it
        traceback.print_exc()
        code = 1
    # As an interpreter ends, without taking to pieces all that was loaded: that takes half a second.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
