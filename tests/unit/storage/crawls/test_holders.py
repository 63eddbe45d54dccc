"""Whose run it is, and whether that process still lives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from storage.crawls import holders

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_present_process_is_alive() -> None:
    assert holders.is_alive(holders.present(), NOON, NOON + timedelta(days=300))


def test_process_that_ended_is_dead() -> None:
    code = "from storage.crawls import holders; print(holders.present())"
    holder = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own words
    assert holder.startswith(f"{socket.gethostname()}:")
    assert not holders.is_alive(holder, NOON, NOON)


def test_later_namesake_is_not_the_process() -> None:
    assert not holders.is_alive(f"{socket.gethostname()}:{os.getpid()}:1000000", NOON, NOON)


@pytest.mark.parametrize("holder", [None, "", "x", "host:1", "host:one:2", "host:1:two", ":1:2"])
def test_nonsense_is_dead(holder: str | None) -> None:
    assert not holders.is_alive(holder, NOON, NOON)


def test_process_of_another_machine_is_taken_for_alive_for_a_while() -> None:
    assert holders.is_alive("elsewhere.example:1:1", NOON, NOON + timedelta(hours=11))
    assert not holders.is_alive("elsewhere.example:1:1", NOON, NOON + timedelta(hours=13))


def test_host_with_colons_in_its_name_is_read() -> None:
    assert holders.is_alive("fe80::1:17:1000", NOON, NOON)
