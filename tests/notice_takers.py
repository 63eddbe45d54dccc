"""Who takes notices in tests and benchmarks: a mail server and a webhook, real ones on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Arrived:
    """A notice: by which way it came, its title and text, and when (monotonic seconds)."""

    by: str
    title: str
    text: str
    at: float


@dataclass
class Takers:
    """What arrived, and the addresses (as Apprise writes them) at which it is taken; `refusing` makes the webhook say 503."""

    arrived: list[Arrived] = field(default_factory=list)
    mail: str = ""
    webhook: str = ""
    refusing: bool = False
    heard: Callable[[Arrived], None] = lambda _notice: None

    def take(self, by: str, title: str, text: str) -> None:
        """Keep a notice."""
        notice = Arrived(by, title, text, time.monotonic())
        self.arrived.append(notice)
        self.heard(notice)

    def titles(self, by: str) -> list[str]:
        """Return what arrived by a way."""
        return [notice.title for notice in self.arrived if notice.by == by]


class _Mailbox:
    def __init__(self, takers: Takers) -> None:
        self._takers = takers

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content)
        part = next((part for part in message.walk() if part.get_content_type().startswith("text/")), message)
        text = bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
        self._takers.take("mail", str(make_header(decode_header(message["Subject"]))), text)
        return "250 OK"


@contextmanager
def taking_notices(heard: Callable[[Arrived], None] = lambda _notice: None) -> Iterator[Takers]:
    """Run both servers inside a `with` block."""
    takers = Takers(heard=heard)

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not takers.refusing:
                takers.take("webhook", body["title"], body["message"])
            self.send_response(503 if takers.refusing else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    hook = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=hook.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    port = _free_port()
    mail = Controller(_Mailbox(takers), hostname="127.0.0.1", port=port, ready_timeout=60)
    mail.start()
    takers.mail = f"mailto://127.0.0.1:{port}?from=dragoman@watch.example&to=desk@watch.example&mode=insecure"
    takers.webhook = f"json://127.0.0.1:{hook.server_port}/"
    try:
        yield takers
    finally:
        mail.stop()
        hook.shutdown()
        hook.server_close()
        thread.join(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
