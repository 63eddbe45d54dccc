"""A process that writes: `python -m tests.contract.writer URL NAME COUNT`. Prints a line for each batch that was acknowledged."""

from __future__ import annotations

import sys

from storage import articles, runs
from storage.database import Database
from storage.records import RunKind
from tests.contract.builders import HARBOUR, NOON, draft, fetched

BATCH = 5


def write(url: str, name: str, count: int) -> None:
    """Save `count` articles of this writer's own, and with each batch one that all writers share."""
    with Database.open(url) as database:
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        for start in range(0, count, BATCH):
            own = [draft(f"{name}/{number}", text=f"{name} {number} {HARBOUR}") for number in range(start, start + BATCH)]
            shared = draft(f"shared/{start}", text=f"{start} {HARBOUR}")
            articles.save_batch(database, run_id, [fetched(made) for made in (*own, shared)])
            sys.stdout.write(f"{start + BATCH}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
