"""Run the command `dragoman` with less patience, and say what memory it took: `python -m tests.integration.crawling WITH SECONDS FILE ...`.

`WITH` are the addresses (host and path, comma-separated) that have no more than `SECONDS` to answer. `FILE` gets the peak of the process's
resident memory in bytes; the workers have a limit of their own.
"""

from __future__ import annotations

import atexit
import re
import sys
from pathlib import Path

from cli import main
from crawler import settings
from tests.integration.impatience import MIDDLEWARES


def write_peak(file: Path) -> None:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    file.write_text(str(int(found[1]) * 1024 if found else 0), encoding="ascii")


if __name__ == "__main__":
    addresses, seconds, report = sys.argv.pop(1), float(sys.argv.pop(1)), Path(sys.argv.pop(1))
    vars(settings).update(
        DOWNLOADER_MIDDLEWARES=settings.DOWNLOADER_MIDDLEWARES | MIDDLEWARES, IMPATIENT_WITH=addresses, IMPATIENT_SECONDS=seconds
    )
    atexit.register(write_peak, report)
    main()
