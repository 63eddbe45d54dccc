"""Run the command `dragoman` with shorter timeouts, and say what memory it took: `python -m tests.integration.crawling SECONDS FILE ...`.

`FILE` gets the peak of the process's resident memory in bytes; the workers have a limit of their own.
"""

from __future__ import annotations

import atexit
import re
import sys
from pathlib import Path

from cli import main
from crawler import settings


def write_peak(file: Path) -> None:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    file.write_text(str(int(found[1]) * 1024 if found else 0), encoding="ascii")


if __name__ == "__main__":
    seconds, report = float(sys.argv.pop(1)), Path(sys.argv.pop(1))
    settings.DOWNLOAD_TIMEOUT = seconds  # type: ignore[assignment]
    atexit.register(write_peak, report)
    main()
