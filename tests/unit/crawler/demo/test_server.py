"""The server's own decisions, without a client: what counts as unchanged, and a log that many threads share."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from crawler.demo.pages import Resource
from crawler.demo.server import RequestLog, ServedRequest, is_unchanged

RESOURCE = Resource("text/plain", b"words", datetime(2026, 10, 5, 9, 0, tzinfo=UTC))
SAME = "Mon, 05 Oct 2026 09:00:00 GMT"
EARLIER = "Mon, 05 Oct 2026 08:59:59 GMT"


@pytest.mark.parametrize(
    ("if_none_match", "if_modified_since", "expected"),
    [
        (None, None, False),
        (RESOURCE.etag, None, True),
        (f"W/{RESOURCE.etag}", None, True),
        (f'"other", {RESOURCE.etag}', None, True),
        ("*", None, True),
        ('"other"', None, False),
        ('"other"', SAME, False),
        (RESOURCE.etag, EARLIER, True),
        (None, SAME, True),
        (None, "Mon, 05 Oct 2026 09:00:00 -0000", True),
        (None, EARLIER, False),
        (None, "yesterday", False),
    ],
)
def test_entity_tag_wins_over_time_and_nonsense_is_ignored(
    if_none_match: str | None, if_modified_since: str | None, *, expected: bool
) -> None:
    assert is_unchanged(RESOURCE, if_none_match, if_modified_since) is expected


def test_log_keeps_every_request_of_every_thread() -> None:
    log = RequestLog()

    def serve(name: str) -> None:
        for number in range(200):
            log.append(ServedRequest(name, "GET", f"/{number}", 200, float(number), None))
            for _ in log:
                break

    threads = [threading.Thread(target=serve, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log) == 1600
    assert len({(entry.outlet, entry.path) for entry in log}) == 1600
    assert log[0].path == "/0"
    assert [entry.outlet for entry in log[-2:]] == [log[-2].outlet, log[-1].outlet]
    log.clear()
    assert list(log) == []
