"""A small web site on loopback that misbehaves on purpose: one class a misbehaviour, real HTTP over real sockets.

A site listens on one port of several loopback addresses; each address is a host of its own, with its own robots.txt. Every request is noted
with the moment in which it arrived, as the server sees it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gzip
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Self

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PATIENT_SECONDS = 60.0  # for what takes a moment
_PORTS_TRIED = 10

PAGE = b"<!doctype html><title>Quiet day in Qarnabad</title><p>Nothing happened in Qarnabad, the ministry of calm said.</p>"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as the server saw it: host and path, when it was complete (monotonic seconds), and its headers."""

    host: str
    path: str
    at: float
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer: when the last part of the answer was about to be sent (monotonic seconds)."""

    hit: Hit
    ended_at: float


@dataclass(slots=True)
class Wire:
    """One connection, for a resource to answer on as it likes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    port: int
    keep_alive: bool = True
    sent_at: float = 0.0

    async def send(self, data: bytes) -> None:
        self.sent_at = time.monotonic()
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, status: int, body: bytes = b"", length: int = -1, **headers: str) -> None:
        """Send one well-formed answer; underscores in header names stand for hyphens."""
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length < 0 else length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def reset(self) -> None:
        """Cut the connection with a RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()
        self.keep_alive = False


class Resource:
    """What one address answers."""

    async def answer(self, wire: Wire) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Plain(Resource):
    """A well-behaved answer."""

    status: int = 200
    body: bytes = PAGE
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content_Type": "text/html; charset=utf-8"})

    async def answer(self, wire: Wire) -> None:
        await wire.answer(self.status, self.body, -1, **self.headers)


@dataclass(frozen=True)
class Redirect(Resource):
    location: str
    status: int = 302

    async def answer(self, wire: Wire) -> None:
        await wire.answer(self.status, Location=self.location.replace("{port}", str(wire.port)))


class RedirectWithoutLocation(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.answer(302)


class Silent(Resource):
    """Take the request and say nothing."""

    async def answer(self, wire: Wire) -> None:
        await wire.reader.read()  # until the client gives up
        wire.keep_alive = False


class Drip(Resource):
    """Send a byte now and then, for ever."""

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(1000):
            await wire.send(b"x")
            await asyncio.sleep(0.1)


class Reset(Resource):
    async def answer(self, wire: Wire) -> None:
        wire.reset()


class Truncated(Resource):
    """Promise more than comes."""

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, PAGE, length=len(PAGE) + 1000, Content_Type="text/html")
        wire.keep_alive = False


class NotHttp(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.send(b"220 mail.example ESMTP ready when you are\r\n")
        wire.keep_alive = False


class HeaderFlood(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\n")
        for start in range(0, 100_000, 1000):
            await wire.send(b"".join(b"X-Flood-%d: 1\r\n" % number for number in range(start, start + 1000)))


class HugeAnnounced(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, b"x" * 1000, length=1 << 33, Content_Type="text/html")
        await asyncio.sleep(5)


class HugeUnannounced(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            await wire.send(b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n")


class GzipBomb(Resource):
    body = gzip.compress(gzip.compress(b"\0" * (64 << 20)))

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, self.body, Content_Type="text/html", Content_Encoding="gzip, gzip")


class BrotliBomb(Resource):
    body = brotli.compress(b"\0" * (64 << 20), quality=5)

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, self.body, Content_Type="text/html", Content_Encoding="br")


class StackedEncodings(Resource):
    async def answer(self, wire: Wire) -> None:
        body = PAGE
        for _ in range(20):
            body = gzip.compress(body)
        await wire.answer(200, body, Content_Type="text/html", Content_Encoding=", ".join(["gzip"] * 20))


class BrokenEncoding(Resource):
    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, b"\x00\x01 no gzip at all", Content_Type="text/html", Content_Encoding="gzip")


@dataclass
class LargeFile(Resource):
    """A file of another type, of which not much must be fetched; `sent` counts the bytes that went out."""

    content_type: str
    sent: int = 0

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, length=9 << 20, Content_Type=self.content_type)
        with contextlib.suppress(ConnectionError):
            for _ in range(9 * 16):
                await wire.send(b"x" * (1 << 16))
                self.sent += 1 << 16
        wire.keep_alive = False


class EndlessRobots(Resource):
    """A robots.txt whose rules for everybody stand at its beginning and which never ends."""

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, b"User-agent: *\nDisallow: /closed\n", length=1 << 33, Content_Type="text/plain")
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                await wire.send(b"# nothing more to say, and at length\n" * 30_000)


def self_signed(folder: Path, address: str) -> ssl.SSLContext:
    """Make a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Qarnabad Post")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def robots(text: str) -> Plain:
    return Plain(200, text.encode(), {"Content_Type": "text/plain"})


class Site:
    """Serve resources from a thread, until the `with` block ends."""

    common: ClassVar[dict[str, Resource]] = {
        "/ok": Plain(),
        "/moved": Redirect("/ok", 301),
        "/gzipped": Plain(200, gzip.compress(PAGE), {"Content_Type": "text/html", "Content_Encoding": "gzip"}),
        "/404": Plain(404),
        "/410": Plain(410),
        "/401": Plain(401),
        "/403": Plain(403),
        "/451": Plain(451),
        "/500": Plain(500),
        "/502": Plain(502),
        "/503": Plain(503),
        "/400": Plain(400),
        "/204": Plain(204, b""),
        "/304": Plain(304, b""),
        "/wall": Plain(403, b"<title>Just a moment...</title>", {"Content_Type": "text/html", "CF_Mitigated": "challenge"}),
        "/soft-wall": Plain(200, b"<script src=https://geo.captcha-delivery.com/c.js></script>"),
        "/429": Plain(429, b"slow down", {"Content_Type": "text/plain", "Retry_After": "3600"}),
        "/silent": Silent(),
        "/drip": Drip(),
        "/reset": Reset(),
        "/truncated": Truncated(),
        "/not-http": NotHttp(),
        "/header-flood": HeaderFlood(),
        "/huge-announced": HugeAnnounced(),
        "/huge-unannounced": HugeUnannounced(),
        "/gzip-bomb": GzipBomb(),
        "/brotli-bomb": BrotliBomb(),
        "/stacked": StackedEncodings(),
        "/broken-encoding": BrokenEncoding(),
        "/pdf": LargeFile("application/pdf"),
        "/video": LargeFile("video/mp4"),
        "/download": LargeFile("application/octet-stream"),
        "/loop": Redirect("/loop"),
        "/ring": Redirect("/ring-2"),
        "/ring-2": Redirect("/ring"),
        **{f"/chain-{number}": Redirect(f"/chain-{number + 1}") for number in range(12)},
        "/chain-12": Plain(),
        "/nowhere": RedirectWithoutLocation(),
        "/to-metadata": Redirect("http://169.254.169.254/latest/meta-data/"),
        "/to-decimal": Redirect("http://2852039166/latest/meta-data/"),
        "/to-file": Redirect("file:///etc/passwd"),
        "/to-mailto": Redirect("mailto:nobody@qarnabad.example"),
    }

    def __init__(self, hosts: Mapping[str, Mapping[str, Resource]], tls: ssl.SSLContext | None = None) -> None:
        """Take the resources of each loopback address, besides the common ones; with a context, speak TLS."""
        self._hosts = hosts
        self._tls = tls
        self.hits: list[Hit] = []
        self.exchanges: list[Exchange] = []  # those that came to their end
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(_PATIENT_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_PATIENT_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENT_SECONDS)
        self._loop.close()

    def url(self, host: str, path: str) -> str:
        return f"http{'s' if self._tls else ''}://{host}:{self.port}{path}"

    def hits_of(self, host: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.host == host]

    async def _open(self) -> None:
        """Listen at a port that is free on every host: the system looks for one on the first only, and other tests listen too."""
        for _ in range(_PORTS_TRIED):
            try:
                for host in self._hosts:
                    server = await asyncio.start_server(self._serve, host, self.port, ssl=self._tls)
                    self._servers.append(server)
                    self.port = self.port or server.sockets[0].getsockname()[1]
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                while self._servers:
                    self._servers.pop().close()
                self.port = 0
            else:
                return
        raise AssertionError("no port is free on every host")

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        wire = Wire(reader, writer, self.port)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while wire.keep_alive:
                await self._exchange(wire)
        with contextlib.suppress(ConnectionError):
            writer.close()

    async def _exchange(self, wire: Wire) -> None:
        head = (await wire.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        path = first.split(" ")[1]
        host = wire.writer.get_extra_info("sockname")[0]
        hit = Hit(host, path, time.monotonic(), headers)
        self.hits.append(hit)
        resource = self._hosts[host].get(bare := path.partition("?")[0]) or self.common.get(bare) or Plain(404)
        await resource.answer(wire)
        self.exchanges.append(Exchange(hit, wire.sent_at))
