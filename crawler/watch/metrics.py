"""What Prometheus is told: read from the database when it asks, and counted by the scheduler as it goes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, Histogram, start_http_server
from prometheus_client import Counter as Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from storage import sources
from storage.database import Database
from storage.health import conditions, overview
from storage.health.records import HealthState
from storage.terminal import UsageMistake

_FRESH_SECONDS = 30.0  # an answer from the database serves every question within this time
_BUCKETS = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)


class Meters:
    """What the scheduler counts as it goes."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        kwargs: dict[str, Any] = {"registry": self.registry}
        self.crawls = Count("dragoman_crawls", "Crawl processes by how they ended", ["ended"], **kwargs)
        self.crawl_seconds = Histogram("dragoman_crawl_seconds", "Duration of crawl processes", buckets=_BUCKETS, **kwargs)
        self.at_work = Gauge("dragoman_crews", "Crawl processes and chores at work", **kwargs)
        self.notices = Count("dragoman_notices", "Notices by what became of them", ["result"], **kwargs)
        self.chores = Count("dragoman_chores", "Chores by how they ended", ["chore", "ended"], **kwargs)
        self.passes = Gauge("dragoman_scheduler_last_pass_timestamp_seconds", "When the scheduler last looked for work", **kwargs)

    def serve(self, database: Database, source_ids: Collection[str], port: int, address: str) -> Callable[[], None]:
        """Answer Prometheus, about these sources, until the function that is returned is called.

        Raises: UsageMistake when the port cannot be had.
        """
        self.registry.register(_Stored(database, source_ids))
        try:
            server, thread = start_http_server(port, address, self.registry)
        except OSError as error:
            raise UsageMistake(f"--metrics-port: {address}:{port} cannot be used: {error.strerror or error}") from error

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join(5)

        return stop


class _Stored:
    """What the database says."""

    def __init__(self, database: Database, source_ids: Collection[str]) -> None:
        self._database, self._ids = database, frozenset(source_ids)
        self._asked_at = float("-inf")
        self._answer: list[Any] = []

    def collect(self) -> Iterator[Any]:
        """Yield the families."""
        if time.monotonic() - self._asked_at > _FRESH_SECONDS:
            self._answer = list(self._read())
            self._asked_at = time.monotonic()
        yield from self._answer

    def _read(self) -> Iterator[Any]:
        now = datetime.now(UTC)
        known = [source for source in sources.list_all(self._database) if source.id in self._ids]
        judged = conditions.by_source(self._database)
        states = Counter(judged[source.id].health.state for source in known if source.id in judged)
        ill = sum(1 for source in known if source.id in judged and judged[source.id].health.ill)
        family = GaugeMetricFamily("dragoman_sources", "Sources by health", labels=["state"])
        for state in HealthState:
            family.add_metric([state.value], states[state])
        yield family
        yield GaugeMetricFamily("dragoman_sources_ill", "Sources somebody should look at", value=ill)
        late = [(now - source.next_due_at).total_seconds() for source in known if source.next_due_at and source.next_due_at <= now]
        yield GaugeMetricFamily("dragoman_sources_due", "Sources that are due", value=len(late))
        yield GaugeMetricFamily("dragoman_lateness_seconds", "How long the longest overdue source is due", value=max(late, default=0.0))
        per_source = GaugeMetricFamily("dragoman_source_ill", "1 when somebody should look at a source", labels=["source", "state"])
        for source in known:
            if source.id in judged:
                health = judged[source.id].health
                per_source.add_metric([source.id, health.state.value], float(health.ill))
        yield per_source
        totals = overview.totals(self._database)
        yield CounterMetricFamily("dragoman_articles", "Articles stored", value=totals.articles)
        fetched = CounterMetricFamily("dragoman_fetches", "Candidates attempted by outcome", labels=["outcome"])
        for outcome, count in totals.outcomes.items():
            fetched.add_metric([outcome.value], count)
        yield fetched
        yield GaugeMetricFamily("dragoman_frontier", "Candidates that wait to be fetched", value=totals.waiting)
        yield GaugeMetricFamily("dragoman_notices_waiting", "Notices that were not delivered yet", value=totals.notices)
        yield GaugeMetricFamily("dragoman_database_bytes", "Size of the database", value=totals.size_bytes)
        last = GaugeMetricFamily("dragoman_last_article_timestamp_seconds", "When the last article was found")
        if totals.last_article_at is not None:
            last.add_metric([], totals.last_article_at.timestamp())
        yield last
