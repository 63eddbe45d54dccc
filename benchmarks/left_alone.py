"""Leave `dragoman schedule` alone on the demo outlets while one of them dies and comes back; see whether somebody is told.

`python benchmarks/left_alone.py [--minutes 40] [--dies 1.2] [--back 19.5]`. Everything is real and on loopback: the outlets over HTTP, the
scheduler and its crawls as processes, a mail server and a webhook that take the notices. Prints what arrived and when, the table of the
sources at the end, and one line of JSON. Every outlet is crawled every ten minutes, the shortest there is, so an alert (two failed crawls)
takes up to twenty; a host that failed five times in a row is then left alone for a quarter of an hour, so a recovery takes up to
twenty-five.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from crawler.demo.server import DemoSite
from tests.notice_takers import Arrived, Takers, taking_notices

OUTLET = "gulf-ledger"
PLAN = """maintenance: never
alerts:
  targets:
    - {{name: mail, url: "{mail}"}}
    - {{name: webhook, url: "{webhook}"}}
"""


def command(*words: str) -> list[str]:
    """Return the command line of dragoman."""
    return [sys.executable, "-m", "cli", *words]


def minute(began: float) -> float:
    """Return how many minutes have gone."""
    return round((time.monotonic() - began) / 60, 1)


def wait(began: float, until: float) -> None:
    """Wait for a minute."""
    time.sleep(max(0.0, began + until * 60 - time.monotonic()))


def live_and_die(site: DemoSite, began: float, given: argparse.Namespace) -> None:
    """Let the outlet die and come back at its minutes, and wait for the end."""
    server = next(server for server in site._servers if server.outlet.id == OUTLET)  # noqa: SLF001 - to kill one of them
    address = server.server_address
    wait(began, given.dies)
    print(f"minute {minute(began)}: {OUTLET} dies", flush=True)
    server.shutdown()
    server.hang_up()
    server.server_close()
    wait(began, given.back)
    again = type(server)(address, server.outlet, server.log, lambda: 1)
    threading.Thread(target=again.serve_forever, args=(0.05,), daemon=True).start()
    print(f"minute {minute(began)}: {OUTLET} is back", flush=True)
    wait(began, given.minutes)
    again.shutdown()
    again.server_close()


def leave_alone(folder: Path, takers: Takers, began: float, given: argparse.Namespace) -> dict[str, Any]:
    """Run the scheduler, and say how it went."""
    plan, catalog, database = folder / "plan.yml", folder / "catalog", f"sqlite:///{folder / 'left-alone.db'}"
    plan.write_text(PLAN.format(mail=takers.mail, webhook=takers.webhook), encoding="utf-8")
    with DemoSite(catalog) as site:
        for path in catalog.rglob("*.yml"):
            text = re.sub(r"^every: .*$", "every: 10m", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            path.write_text(text, encoding="utf-8")
        words = command("schedule", "--catalog", str(catalog), "--db", database, "--plan", str(plan), "--log-format", "json")
        words += ["--allow-private-hosts", "--delay", "0.05", "--revisit", "none"]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(words, stderr=log)  # noqa: S603 - our own program
            live_and_die(site, began, given)
            stopped = time.monotonic()
            running.send_signal(signal.SIGTERM)
            code = running.wait(60)
    took = round(time.monotonic() - stopped, 1)
    shown = subprocess.run(command("status", "--db", database), capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    print(shown.stdout)
    events = [json.loads(line) for line in (folder / "log").read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return {"exit_code": code, "stop_seconds": took, "crawls": sum(event["event"] == "crawl ended" for event in events)}


def main() -> int:
    """Run it. Returns: 0 when the illness and its end were told once by each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--dies", type=float, default=1.2, metavar="MINUTE")
    parser.add_argument("--back", type=float, default=19.5, metavar="MINUTE")
    given = parser.parse_args()
    began = time.monotonic()

    def heard(notice: Arrived) -> None:
        print(f"minute {minute(began)}: {notice.by}: {notice.title}: {' '.join(notice.text.split())}", flush=True)

    with tempfile.TemporaryDirectory() as folder, taking_notices(heard) as takers:
        result = leave_alone(Path(folder), takers, began, given)
        told = {
            by: {
                "alerts": sum(f"{OUTLET} is ill" in title for title in takers.titles(by)),
                "recoveries": sum(f"{OUTLET} has recovered" in title for title in takers.titles(by)),
            }
            for by in ("mail", "webhook")
        }
        print(json.dumps({"minutes": given.minutes, **result, "told": told, "arrived": len(takers.arrived)}))
    return 0 if result["exit_code"] == 0 and all(counts == {"alerts": 1, "recoveries": 1} for counts in told.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
