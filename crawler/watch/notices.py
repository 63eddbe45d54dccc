"""Tell people: the outbox of the database goes out through Apprise, which knows mail, Slack, Telegram, webhooks and a hundred more.

What waits for a target goes in one message, so that a cut line does not make three hundred. A message that could not be sent is tried
again, later each time; the outbox is in the database, so a restart loses none. A message may come twice when the process dies between the
sending and the remark that it was sent; never not at all.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from crawler.watch.plan_file import PlanMistake, Target
from storage.database import Database
from storage.health import conditions
from storage.health.conditions import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeConfig:
    """`retries`.

    The waits after a failure, the last one again and again until `given_up` has passed. `shown`: notices told in one message.
    """

    retries: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
    given_up: timedelta = timedelta(days=3)
    shown: int = 30


CONFIG = NoticeConfig()

Send = Callable[[str, str], bool]


def targets_of(targets: Sequence[Target]) -> dict[str, Send]:
    """Return for each target by name what sends a title and a text to it.

    Raises: PlanMistake for an address that Apprise does not understand; the address is not in the message, for it holds secrets.
    """
    if not targets:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its plug-ins ask the standard library for what leaves it in 3.13
        import apprise  # noqa: PLC0415 - a second of importing, for those who are told only

        # it logs addresses at its own levels; what we say of a target is its name
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        made: dict[str, Send] = {}
        for target in targets:
            sender = apprise.Apprise()
            if not sender.add(target.address()):
                raise PlanMistake(
                    f"alerts: target {target.name!r}: its address is none that Apprise understands (for example mailto://… or json://…)"
                )
            made[target.name] = _sender(sender)
    return made


def _sender(sender: object) -> Send:
    def send(title: str, text: str) -> bool:
        return bool(sender.notify(title=title, body=text))  # type: ignore[attr-defined] # the library has no types

    return send


def message_of(notices: Sequence[Notice], config: NoticeConfig = CONFIG) -> tuple[str, str]:
    """Write title and text of one message. Pure."""
    if len(notices) == 1:
        (notice,) = notices
        if notice.source_id is None:
            return f"Dragoman: the scheduler {'is well again' if notice.kind is NoticeKind.RECOVERY else 'has trouble'}", notice.text
        word = {NoticeKind.ALERT: "is ill", NoticeKind.REMINDER: "is still ill", NoticeKind.RECOVERY: "has recovered"}[notice.kind]
        return f"Dragoman: {notice.source_id} {word}", notice.text
    counts = {kind: sum(1 for notice in notices if notice.kind is kind) for kind in NoticeKind}
    words = {NoticeKind.ALERT: "alerts", NoticeKind.REMINDER: "reminders", NoticeKind.RECOVERY: "recoveries"}
    title = "Dragoman: " + ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count)
    lines = [f"- {notice.text}" for notice in notices[: config.shown]]
    if len(notices) > config.shown:
        lines.append(f"and {len(notices) - config.shown} more; 'dragoman status --ill' has them all")
    return title, "\n".join(lines)


def deliver(
    database: Database, senders: Mapping[str, Send], now: datetime, config: NoticeConfig = CONFIG, *, only_new: bool = False
) -> tuple[int, int]:
    """Send what waits in the outbox, one message a target.

    Args: also whether what has failed before is left alone.
    Returns: how many notices were delivered, and how many were not.
    """
    waiting = sorted(conditions.undelivered(database, now), key=lambda notice: (notice.target, notice.id))
    sent = unsent = 0
    for target, group in groupby(waiting, key=lambda notice: notice.target):
        notices = [notice for notice in group if not only_new or notice.attempts == 0]
        if not notices:
            continue
        ids = [notice.id for notice in notices]
        send = senders.get(target)
        if send is None:
            conditions.not_delivered(database, ids, "the plan names no such target any more", now, now)
        elif _tried(send, *message_of(notices, config)):
            conditions.delivered(database, ids, now)
            sent += len(ids)
            continue
        else:
            oldest = min(notice.created_at for notice in notices)
            attempts = max(notice.attempts for notice in notices)
            wait = config.retries[min(attempts, len(config.retries) - 1)]
            given_up = now if now - oldest > config.given_up else None
            conditions.not_delivered(database, ids, "it could not be delivered", now + wait, given_up)
        unsent += len(ids)
    return sent, unsent


def _tried(send: Send, title: str, text: str) -> bool:
    try:
        return send(title, text)
    except Exception:  # noqa: BLE001 - a plug-in of a library with a hundred of them; what it says may hold the address
        return False
