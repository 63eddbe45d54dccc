"""Judge healthy made-up sources for two months, again and again, and count how often one is called ill.

`python benchmarks/false_alarms.py [--seeds 12]`. The sources are those of `tests/unit/storage/health/test_judging.py` (dailies, an agency,
a weekly, a monthly, days of rest, bursts, videos, undated articles), judged every 17 hours over 66 days. Prints the alarms and one line of
JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import timedelta

from crawler.watch.lulls import lulls
from storage.health.judging import judge
from tests.unit.storage.health.staged_health import BEGIN, Life
from tests.unit.storage.health.test_judging import HEALTHY


def main() -> int:
    """Judge. Returns: 0 when there was no alarm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    given = parser.parse_args()
    judgements = alarms = 0
    end = BEGIN + timedelta(days=66)
    for seed in range(2, 2 + given.seeds):
        for press in HEALTHY:
            life = Life(press, end, seed=seed)
            resting = lulls("EG", BEGIN.date(), end.date()) if press.name == "rests at feasts" else {}
            expected = replace(press.expected, lulls=resting)
            now = BEGIN + timedelta(hours=3)
            while now < end:
                judgements += 1
                health = judge(life.history(now), expected, now)
                if health.ill:
                    alarms += 1
                    print(seed, press.name, now, health)
                now += timedelta(hours=17)
    print(json.dumps({"sources": len(HEALTHY) * given.seeds, "judgements": judgements, "alarms": alarms}))
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
