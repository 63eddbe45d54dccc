"""Serve the fictional outlets over real HTTP on loopback, each at an address of its own.

Standard library only, so that what a crawl does here owes nothing to the framework that crawls.
"""

from __future__ import annotations

import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, overload
from urllib.parse import urlsplit

from crawler.demo.outlets import BUNDLED, Outlet, Publication, encoded, load_outlets
from crawler.demo.pages import Resource, resources
from crawler.demo.sources import write_sources
from crawler.demo.truth import Truth, truths
from crawler.errors import CrawlerError

_FIRST_ADDRESS = 11
_STOP_POLL_SECONDS = 0.05
_JOIN_SECONDS = 5.0
# A client that says nothing for so long has gone; long enough for a crawl that pauses between two requests.
_IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request that was answered: `path` as it came (with its query), `at` in seconds of `time.monotonic()`."""

    outlet: str
    method: str
    path: str
    status: int
    at: float
    user_agent: str | None


class RequestLog(Sequence[ServedRequest]):
    """A list of requests in the order of their answers that all server threads share; iterating it sees the list as it was then."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._entries: list[ServedRequest] = []

    def append(self, entry: ServedRequest) -> None:
        """Add one request."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget all requests, to count anew."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> ServedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> list[ServedRequest]: ...

    def __getitem__(self, index: int | slice) -> ServedRequest | list[ServedRequest]:
        with self._lock:
            return self._entries[index]

    def __iter__(self) -> Iterator[ServedRequest]:
        with self._lock:
            return iter(self._entries.copy())


class DemoSite:
    """All bundled outlets on the air, from `with DemoSite(catalog) as site:` to its end.

    `catalog` is the folder that the source files are written to, `edition` what is served first (assign 2 to `site.edition` to let the
    second day begin), `port` the port of every outlet, 0 for any free one. Where a machine has only one loopback address (macOS), the
    outlets share 127.0.0.1 and differ by port: `port`, `port` + 1 and so on. `one_address` forces or forbids that; None finds out.
    `directory` holds the outlets' data.

    Raises: CrawlerError on entering when an address is taken, InputError when the data is wrong.
    """

    def __init__(
        self, catalog: Path, *, edition: int = 1, port: int = 0, one_address: bool | None = None, directory: Path = BUNDLED
    ) -> None:
        """Load the data; nothing listens yet."""
        self.catalog = catalog
        self.outlets: tuple[Outlet, ...] = load_outlets(directory)
        self.requests = RequestLog()
        self._port = port
        self._one_address = not has_loopback_range() if one_address is None else one_address
        self._edition = edition
        self._servers: list[_OutletServer] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Listen at every address, then write the catalog."""
        try:
            for number, outlet in enumerate(self.outlets):
                self._servers.append(_OutletServer(self._address(number), outlet, self.requests, lambda: self._edition))
            write_sources(self.publications(), self.catalog)
        except OSError as error:
            self._close()
            raise CrawlerError(
                f"cannot serve the demo: {error.strerror or error} ({error.filename or self._address(len(self._servers))})"
            ) from error
        for server in self._servers:
            thread = threading.Thread(target=server.serve_forever, args=(_STOP_POLL_SECONDS,), name=f"demo-{server.outlet.id}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening, hang up on clients that are still connected, and wait for every thread."""
        self._close()

    @property
    def edition(self) -> int:
        """The edition that is served now."""
        return self._edition

    @edition.setter
    def edition(self, number: int) -> None:
        self._edition = number

    def publications(self, edition: int | None = None) -> tuple[Publication, ...]:
        """Return the outlets with their addresses as they stand in an edition (default: the one served now)."""
        return tuple(Publication(server.outlet, server.base_url, edition or self._edition) for server in self._servers)

    def articles(self, edition: int | None = None) -> tuple[Truth, ...]:
        """Return the truth of every article of an edition (default: the one served now)."""
        return truths(self.publications(edition))

    def _address(self, number: int) -> tuple[str, int]:
        """Return where the outlet of that number (from 0) listens."""
        if self._one_address:
            return "127.0.0.1", self._port + number if self._port else 0
        return f"127.0.0.{_FIRST_ADDRESS + number}", self._port

    def _close(self) -> None:
        if self._threads:
            for server in self._servers:
                server.shutdown()
        for server in self._servers:
            server.hang_up()
            server.server_close()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        self._servers.clear()
        self._threads.clear()


def has_loopback_range(address: str = f"127.0.0.{_FIRST_ADDRESS}") -> bool:
    """Say whether this machine has more loopback addresses than 127.0.0.1 (Linux and Windows have, macOS has not)."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def is_unchanged(resource: Resource, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Say whether a client has this very version already, by the headers of its request.

    Source: RFC 9110, 13.1.2, 13.1.3 and 13.2.2: entity tags are compared weakly and win over the time; a time that is none is ignored.
    """
    if if_none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in tags or resource.etag in tags
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except ValueError:
        return False
    return resource.last_modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))


class _OutletServer(ThreadingHTTPServer):
    """The server of one outlet: a thread a connection, each of them known, so that all can be closed."""

    request_queue_size = 64

    def __init__(self, address: tuple[str, int], outlet: Outlet, log: RequestLog, edition: Callable[[], int]) -> None:
        """Bind and listen. Raises: OSError when the address is taken."""
        self.outlet = outlet
        self.log = log
        self._edition = edition
        self._made: dict[int, dict[str, Resource]] = {}
        self._making = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._connections_lock = threading.Lock()
        super().__init__(address, _Exchange)
        self.base_url = f"http://{address[0]}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without asking the name service what 127.0.0.11 is called, as `HTTPServer` would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def find(self, path: str) -> Resource | None:
        """Return what stands at a path of the edition served now; every edition is rendered once."""
        edition = self._edition()
        with self._making:
            if edition not in self._made:
                self._made[edition] = dict(resources(Publication(self.outlet, self.base_url, edition)))
            return self._made[edition].get(path)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection and remember both."""
        thread = threading.Thread(target=self._converse, args=(request, client_address), name=f"demo-{self.outlet.id}-client", daemon=True)
        with self._connections_lock:
            self._connections[request] = thread
        thread.start()

    def _converse(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                self._connections.pop(request, None)

    def hang_up(self) -> None:
        """Wake up every connection that waits for its client, and wait for its thread."""
        with self._connections_lock:
            open_now = dict(self._connections)
        for connection in open_now:
            with suppress(OSError):  # the client or its thread may have been faster
                connection.shutdown(socket.SHUT_RDWR)
        for thread in open_now.values():
            thread.join(_JOIN_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that hang up; say everything else."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Exchange(BaseHTTPRequestHandler):
    """The requests of one connection, answered one after the other."""

    server: _OutletServer
    protocol_version = "HTTP/1.1"
    server_version = "DragomanDemo"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one segment

    def do_GET(self) -> None:
        """Answer with a page and its validators, with 304, or with 404."""
        resource = self.server.find(encoded(_path_of(self.path)))
        if resource is None:
            self._send(HTTPStatus.NOT_FOUND, Resource("text/html; charset=utf-8", _NOT_FOUND, datetime.now(UTC)), validators=False)
        elif is_unchanged(resource, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self._send(HTTPStatus.NOT_MODIFIED, resource)
        else:
            self._send(HTTPStatus.OK, resource)

    def do_HEAD(self) -> None:
        """Answer like GET, without the body."""
        self.do_GET()

    def _send(self, status: HTTPStatus, resource: Resource, *, validators: bool = True) -> None:
        self.server.log.append(
            ServedRequest(self.server.outlet.id, self.command, self.path, int(status), time.monotonic(), self.headers.get("User-Agent"))
        )
        self.send_response(status)
        if validators:
            self.send_header("ETag", resource.etag)
            self.send_header("Last-Modified", format_datetime(resource.last_modified.astimezone(UTC), usegmt=True))
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.content_type)
            self.send_header("Content-Length", str(len(resource.body)))
        self.end_headers()
        if status is not HTTPStatus.NOT_MODIFIED and self.command != "HEAD":
            self.wfile.write(resource.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Say nothing; `DemoSite.requests` remembers."""


_NOT_FOUND = b"<!doctype html><html><head><title>404</title></head><body><h1>404</h1><p><a href='/'>&#8962;</a></p></body></html>\n"


def _path_of(target: str) -> str:
    """Return path and query of a request target, which may be in absolute form, as clients of proxies send it."""
    parts = urlsplit(target)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
