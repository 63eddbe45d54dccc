"""Type many commands without loading the libraries for each: `python -m tests.e2e.preloaded` forks a process of its own for every line.

A line on stdin is a JSON object with the `words` of a command and the file for its `stderr` and `stdout`; the answers are the process's id
when it has begun, and its return code when it has ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    import cli  # noqa: PLC0415 - workers that a command spawns load this module too, and must not wait for all of it
    import crawler.backfill  # noqa: PLC0415
    import crawler.progress  # noqa: F401, PLC0415

    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])  # one core, so one worker: more take longer to start than they save
            for name, number in (("stdout", 1), ("stderr", 2)):
                os.dup2(os.open(Path(job[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            raise SystemExit(cli.main(job["words"]))
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
