"""Judge and tag stored articles anew, by the lists and rules of today, without fetching anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from crawler.errors import PageError
from crawler.pool import WorkerPool
from crawler.processing import Policy, tagging_ready, version_of
from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region
from storage.database import Database
from storage.retagging import Judged, Outdated, Rejudged, count_outdated, keep_rejudged, ordered, outdated

#: So many articles are one task and one transaction: a writer that waits for it waits well under a second.
BATCH_SIZE = 50
IN_FLIGHT_PER_WORKER = 2


@dataclass(slots=True)
class Retagged:
    """What a retagging did: articles judged, those of which something changed, and what became of their relevance.

    `version` is what they were judged by. `failed` lost their worker and stay as they were, as do those `revised` meanwhile.
    """

    version: str
    judged: int = 0
    changed: int = 0
    now_relevant: int = 0
    no_longer_relevant: int = 0
    revised: int = 0
    failed: int = 0


def judge_batch(batch: Sequence[Outdated], policy: Policy) -> list[Rejudged]:
    """Judge some articles by today's lists; runs in a worker."""
    region = load_region(policy.region)
    made = []
    for article in batch:
        verdict = judge_article(
            article.title,
            article.text,
            article.language,
            region=region,
            source_country=article.source_country,
            url=article.url,
            section=article.section,
            published=article.published_at.date() if article.published_at else None,
            gazetteer=policy.gazetteer,
        )
        relevance = verdict.relevance
        judged = Judged(relevance.relevant, relevance.score, relevance.reasons, ordered(verdict.tags))
        made.append(Rejudged(article.article_id, article.revision, judged, judged != article.judged))
    return made


def retag(
    database: Database, policy: Policy, *, workers: int | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Retagged:
    """Judge every article anew whose tags are of another version than today's.

    Args: an open database; region and actors to judge by (`keep_irrelevant` has no meaning here: nothing is taken out of the corpus);
    processes, as many as there are cores for None; who is told how many of how many are done.
    Raises: CatalogError when a list is wrong, before anything is written. What was done is kept, however this ends.
    """
    version = version_of(policy)
    report = Retagged(version)
    total = count_outdated(database, version)
    progress(0, total)
    if not total:
        return report
    with WorkerPool(workers, prepare=tagging_ready(policy)) as pool:
        line = _Line(database, pool, policy, report, lambda: progress(report.judged + report.failed, total))
        after_id = 0
        while batch := outdated(database, version, after_id, BATCH_SIZE):
            after_id = batch[-1].article_id
            line.take(batch)
        line.drain()
    return report


class _Line:
    """The assembly line: batches go to the workers, and back in the same order to the database."""

    def __init__(self, database: Database, pool: WorkerPool, policy: Policy, report: Retagged, told: Callable[[], None]) -> None:
        self._database, self._pool, self._policy, self._report, self._told = database, pool, policy, report, told
        self._pending: deque[tuple[Future[list[Rejudged]], list[Outdated]]] = deque()

    def take(self, batch: list[Outdated]) -> None:
        self._pending.append((self._pool.submit(judge_batch, batch, self._policy), batch))
        while len(self._pending) > self._pool.workers * IN_FLIGHT_PER_WORKER:
            self._collect()

    def drain(self) -> None:
        while self._pending:
            self._collect()

    def _collect(self) -> None:
        future, batch = self._pending.popleft()
        try:
            made = future.result()
        except PageError:
            made = self._one_by_one(batch)
        before = {article.article_id: article.judged for article in batch}
        report = self._report
        kept = keep_rejudged(self._database, report.version, made)
        report.judged += len(made)
        report.revised += len(made) - kept
        for item in made:
            was, now = before[item.article_id].relevant, item.judged.relevant
            report.changed += item.changed
            report.now_relevant += bool(now and not was)
            report.no_longer_relevant += bool(was and not now)
        self._told()

    def _one_by_one(self, batch: list[Outdated]) -> list[Rejudged]:
        """Judge the articles of a batch that lost its worker, each by itself, and count those that lose theirs again."""
        made: list[Rejudged] = []
        for article in batch:
            try:
                made += self._pool.submit(judge_batch, [article], self._policy).result()
            except PageError:
                self._report.failed += 1
        return made
