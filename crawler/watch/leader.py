"""The leader: the loop of the scheduler. It looks what is due, sends crews, hears how they ended, has chores done, and has people told."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType

from crawler.catalog import Source
from crawler.intervals import parse_span
from crawler.watch import chores as duties
from crawler.watch import notices, roster
from crawler.watch.agenda import Agenda
from crawler.watch.appointments import appoint
from crawler.watch.crews import STOP_SECONDS, CrawlCommand, Crew, Crews
from crawler.watch.journal import Journal, Level
from crawler.watch.metrics import Meters
from crawler.watch.notices import Send
from crawler.watch.plan_file import Plan
from crawler.watch.rhythm import shrunk_by_clock
from storage import runs, sources
from storage.database import Database
from storage.errors import DatabaseUnavailable, StorageError
from storage.health import chores, conditions, overview
from storage.records import RunStatus, SourceRecord

ROUND_SECONDS = 30.0  # between two looks at chores, notices and what an agenda may have missed
IDLE_SECONDS = 15.0  # the longest sleep: a clock that was set back is noticed by then
BUSY_SECONDS = 1.0  # the longest sleep while crews are at work, whose limits are watched
CLOCK_JUMP = timedelta(seconds=30)  # by which the wall clock may disagree with the monotonic one between two passes
BUSY_AGAIN = timedelta(minutes=1)  # a source that another process crawls is looked at again
TROUBLES = 20  # passes in a row without a database: five minutes
_ENDED_BY_ITSELF = frozenset({0, 1, 130})


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Surroundings:
    """Whom the leader works with.

    The plan, the journal, who sends notices by the name of a target, what counts, and two clocks: that of the wall, which may be set, and
    that of the machine (seconds), which may not.
    """

    plan: Plan = field(default_factory=Plan)
    journal: Journal = field(default_factory=Journal)
    senders: Mapping[str, Send] = field(default_factory=dict)
    meters: Meters = field(default_factory=Meters)
    clock: Callable[[], datetime] = utc_now
    ticks: Callable[[], float] = time.monotonic


class Leader:
    """Lead a database, until told to stop."""

    def __init__(
        self, database: Database, chosen: Sequence[Source], command: CrawlCommand, surroundings: Surroundings | None = None
    ) -> None:
        """Take an open database that nobody else leads, the sources to repeat, how to crawl them, and the surroundings."""
        self._database = database
        self._sources = {source.id: source for source in chosen}
        self._command = command
        around = surroundings or Surroundings()
        self._plan, self._journal = around.plan, around.journal
        self._senders, self._meters = around.senders, around.meters
        self._clock, self._ticks = around.clock, around.ticks
        self._stop, self._wake = threading.Event(), threading.Event()
        self._crews = Crews(around.plan.crawls, self._wake.set, self._heard)
        self._suspects: dict[str, int] = {}
        self._failed_before: set[str] = set()  # chores that are at work again after they failed
        self._began: dict[int, datetime] = {}
        self._look = True
        self._making_room = False
        self._troubles = 0
        self._round_at = float("-inf")
        self._messenger = ThreadPoolExecutor(max_workers=1, thread_name_prefix="messenger")
        self._message: Future[tuple[int, int]] | None = None
        self._clocks = (around.ticks(), around.clock())

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after the crews were asked to end (a signal handler)."""
        self._stop.set()
        self._wake.set()

    def once(self) -> int:
        """Crawl what is due now, once.

        Returns: the highest exit code of the crawls (that of a signal is 1), 0 when nothing was due.
        """
        records = [record for record in self._mine() if record.next_due_at is None or record.next_due_at <= self._clock()]
        waiting = roster.batches(records, (), self._failures(), {})
        codes = [0]
        while (waiting or self._crews.at_work) and not self._stop.is_set():
            while waiting and self._crews.crawling() < self._plan.crawls:
                self._send(waiting.pop(0))
            self._wake.wait(BUSY_SECONDS)
            self._wake.clear()
            codes += [self._settle(crew) for crew in self._crews.ended()]
        if self._stop.is_set():
            codes += self._hand_back()
        self._tell()
        self._close()
        return max(code if code >= 0 else 1 for code in codes)

    def forever(self) -> None:
        """Repeat until stopped."""
        agenda = Agenda(self._database)
        agenda.begin(self._mine(), self._clock())
        try:
            while not self._stop.is_set():
                self._wake.wait(max(0.0, self._pass_or_wait(agenda)))
                self._wake.clear()
        finally:
            self._hand_back()
            agenda.shutdown()
            self._close()

    def _pass_or_wait(self, agenda: Agenda) -> float:
        """Do a pass; wait when the database cannot be had for a while.

        Not on PostgreSQL: with its connection the lock is lost that makes us the one leader. Whatever restarts services starts us again.
        """
        try:
            self._database.ensure_leading()
            with self._database.translated():
                wait = self.one_pass(agenda)
        except DatabaseUnavailable as error:
            self._troubles += 1
            if self._troubles > TROUBLES or self._database.dialect.name == "postgresql":
                raise
            self._journal.say("database", f"{error}; tried again in {IDLE_SECONDS:.0f} s", Level.ERROR)
            self._look = True
            return IDLE_SECONDS
        self._troubles = 0
        return wait

    def one_pass(self, agenda: Agenda) -> float:
        """Do everything that there is to do now.

        Returns: after how many seconds to look again at the latest.
        """
        now = self._clock()
        self._meters.passes.set(now.timestamp())
        self._watch_clock(now)
        ended = self._crews.ended()
        for crew in ended:
            self._settle(crew)
        fallen, wait = agenda.tick()
        round_due = self._ticks() - self._round_at >= ROUND_SECONDS
        if fallen or ended or self._look or round_due:
            self._look = False
            self._send_due(self._mine(now + roster.CONFIG.ahead))
            if ended or round_due:
                agenda.mirror((record for record in self._mine() if record.id not in self._crews.busy and record.next_due_at), now)
        if round_due:
            self._round_at = self._ticks()
            self._do_chores(now)
        if round_due or ended:
            self._tell()
        self._meters.at_work.set(len(self._crews.at_work))
        longest = BUSY_SECONDS if self._crews.at_work else IDLE_SECONDS
        return min(wait if wait is not None else longest, longest)

    def _mine(self, due_by: datetime | None = None) -> list[SourceRecord]:
        return [record for record in sources.list_all(self._database, due_by) if record.id in self._sources]

    def _failures(self) -> dict[str, int]:
        return conditions.failures(self._database)

    def _send_due(self, mine: Sequence[SourceRecord]) -> None:
        if self._making_room or any(crew.chore == duties.MAINTENANCE for crew in self._crews.at_work):
            return
        free = self._plan.crawls - self._crews.crawling()
        if free <= 0:
            return
        busy = self._crews.busy
        gathered = roster.gather([record for record in mine if record.id not in busy], self._clock())
        if gathered:
            for batch in roster.batches(gathered, busy, self._failures(), self._suspects)[:free]:
                self._send(batch)

    def _send(self, batch: roster.Batch) -> None:
        now = self._clock()
        words = self._command.arguments(batch.source_ids, probe=batch.probe)
        crew = self._crews.start(words, batch.source_ids, limit=parse_span(self._plan.crawl_limit))
        self._began[crew.process.pid] = now
        what = "probing" if batch.probe else "crawling"
        many = _sources(len(batch.source_ids))
        self._journal.say("crawl began", f"{what} {many}", sources=batch.source_ids, probe=batch.probe, process=crew.process.pid)

    def _settle(self, crew: Crew) -> int:
        """Take note of a crew that has ended.

        Returns: its exit code.
        """
        code = crew.process.returncode
        if crew.chore is not None:
            self._chore_ended(crew, code)
            return code
        now = self._clock()
        seconds = self._ticks() - crew.started
        died = code < 0 and crew.told_to_stop is None
        if code not in _ENDED_BY_ITSELF:
            runs.close_orphans(self._database, now)
        for source_id in crew.source_ids:
            if died:
                self._suspects[source_id] = max(1, len(crew.source_ids) // 2)
            else:
                self._suspects.pop(source_id, None)
        if died and len(crew.source_ids) == 1:
            runs.blame(self._database, crew.source_ids[0], f"its crawl died (signal {-code})", now)
        if not self._stop.is_set():
            self._plan_again(crew, now)
        ended = "over its limit" if crew.over_limit else "died" if died else {0: "well", 1: "with failures"}.get(code, "badly")
        if crew.told_to_stop is not None and not crew.over_limit:
            ended = "stopped"
        self._meters.crawls.labels(ended).inc()
        self._meters.crawl_seconds.observe(seconds)
        level = Level.INFO if code in {0, 1} or ended == "stopped" else Level.ERROR
        text = f"crawled {_sources(len(crew.source_ids))} in {seconds:.0f} s: {ended} (exit code {code})"
        if level is Level.ERROR and crew.said:
            text += f": {crew.said[-1]}"
        facts = {"ended": ended, "exit_code": code, "seconds": round(seconds, 1), "sources": crew.source_ids}
        self._journal.say("crawl ended", text, level, **facts)
        return code

    def _plan_again(self, crew: Crew, now: datetime) -> None:
        """See to it that what a crew has not planned itself is not crawled again at once, and not forgotten."""
        began = self._began.pop(crew.process.pid, now)
        judged = conditions.by_source(self._database, crew.source_ids)
        latest = runs.latest_by_source(self._database)
        left: list[Source] = []
        for source_id in crew.source_ids:
            condition, run = judged.get(source_id), latest.get(source_id)
            if condition is not None and condition.judged_at >= began:
                continue
            if run is not None and run.status is RunStatus.RUNNING:  # another process is at work on it
                sources.set_next_due(self._database, source_id, now + BUSY_AGAIN)
            else:
                left.append(self._sources[source_id])
        appoint(self._database, left, now)

    def _hand_back(self) -> list[int]:
        """Ask the crews to end, and wait for them; what they have not done is due at the next start."""
        self._crews.stop_all()
        deadline = time.monotonic() + STOP_SECONDS + 3
        codes: list[int] = []
        while self._crews.at_work and time.monotonic() < deadline:
            codes += [self._settle(crew) for crew in self._crews.ended()]
            if self._crews.at_work:
                self._wake.clear()
                self._wake.wait(0.2)
        return codes

    def _watch_clock(self, now: datetime) -> None:
        """Notice that the clock was set: back, and everything would wait until it has caught up."""
        ticks, before = self._clocks
        self._clocks = (self._ticks(), now)
        elapsed = timedelta(seconds=self._clocks[0] - ticks)
        jump = (now - before) - elapsed
        if abs(jump) <= CLOCK_JUMP:
            return
        text = f"the clock was set {'forward' if jump > timedelta(0) else 'back'} by {abs(jump).total_seconds():.0f} s"
        self._journal.say("clock set", text, Level.WARNING, seconds=jump.total_seconds())
        self._look = True
        if jump < timedelta(0):
            self._bring_forward(now)

    def _bring_forward(self, now: datetime) -> None:
        for record in self._mine():
            if record.next_due_at is None or (record.rhythm or "").startswith("cron "):
                continue
            earlier = shrunk_by_clock(record.next_due_at, timedelta(minutes=record.interval_minutes), now)
            if earlier is not None:
                sources.set_next_due(self._database, record.id, earlier)

    def _do_chores(self, now: datetime) -> None:
        self._making_room = False
        at_work = {crew.chore for crew in self._crews.at_work if crew.chore is not None}
        records = chores.all_by_name(self._database)
        for chore in duties.due_chores(self._plan, records, now, self._command.db, self._command.catalog, self._command.backfill_options):
            if chore.name in at_work or duties.MAINTENANCE in at_work:
                continue
            if chore.name == duties.SNAPSHOT and not overview.has_articles(self._database):
                continue  # the first crawl is under way
            if chore.alone and self._crews.at_work:
                self._making_room = True  # no new crew is sent until those at work have ended, and it has had its turn
                return
            record = records.get(chore.name)
            if record is not None and record.status == "failed":
                self._failed_before.add(chore.name)
            chores.begin(self._database, chore.name, chore.slot, now)
            output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the crew has ended
            self._crews.start(chore.arguments(), chore=chore.name, limit=chore.limit, output=output)
            self._journal.say("chore began", f"{chore.name} for {chore.slot}", chore=chore.name, slot=chore.slot)
            at_work.add(chore.name)
            if chore.alone:
                return

    def _chore_ended(self, crew: Crew, code: int) -> None:
        name = crew.chore or ""
        printed = crew.printed()
        if crew.output is not None:
            crew.output.close()
        said = crew.said[-1].removeprefix("dragoman: ") if crew.said else ""
        status, reason = duties.outcome(name, code, printed, said, over_limit=crew.over_limit)
        if crew.told_to_stop is None or crew.over_limit:
            chores.end(self._database, name, status, reason, self._clock())
        self._meters.chores.labels(name.partition(" ")[0], status).inc()
        text = f"{name}: {status}" + (f" ({reason})" if reason else "")
        failed = status == "failed"
        self._journal.say("chore ended", text, Level.ERROR if failed else Level.INFO, chore=name, status=status, reason=reason)
        targets, again = tuple(self._senders), name in self._failed_before
        if failed:
            repeat = self._plan.alerts.repeat_after() if again else timedelta(0)
            conditions.tell_text(self._database, targets, f"the scheduler's chore failed: {text}", self._clock(), repeat=repeat)
        elif status == "done" and again:
            well = f"the scheduler's chore works again: {name}"
            conditions.tell_text(self._database, targets, well, self._clock(), repeat=timedelta(0), kind=conditions.NoticeKind.RECOVERY)
        if status != "stopped":
            self._failed_before.discard(name)
        self._look = True

    def _tell(self) -> None:
        """Put what is news into the outbox, and have the outbox emptied by a thread of its own: a mail server may be slow."""
        now = self._clock()
        for told in conditions.tell(self._database, tuple(self._senders), now, self._plan.alerts.repeat_after()):
            self._journal.say(str(told.kind), told.text, Level.WARNING if told.kind != conditions.NoticeKind.RECOVERY else Level.INFO)
        if not self._senders or (self._message is not None and not self._message.done()):
            return
        self._message = self._messenger.submit(self._deliver, now)

    def _deliver(self, now: datetime) -> tuple[int, int]:
        try:
            sent, unsent = notices.deliver(self._database, self._senders, now)
        except StorageError as error:
            self._journal.say("notices", f"the outbox could not be read or written: {error}", Level.ERROR)
            return 0, 0
        self._meters.notices.labels("delivered").inc(sent)
        self._meters.notices.labels("failed").inc(unsent)
        if sent:
            self._journal.say("notices", f"{sent} notices delivered", delivered=sent)
        if unsent:
            self._journal.say("notices", f"{unsent} notices could not be delivered; they are tried again", Level.WARNING, failed=unsent)
        return sent, unsent

    def _close(self) -> None:
        self._messenger.shutdown(wait=True)

    def _heard(self, line: str) -> None:
        self._journal.say("crawl says", line, text=line)


def _sources(count: int) -> str:
    return f"{count} source{'s' * (count != 1)}"
