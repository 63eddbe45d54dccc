"""What every test needs: host locks of its own, so that no test waits for another's host, nor for a crawl of whoever runs the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import commands

_LOCKS = "DRAGOMAN_LOCK_DIR"


@pytest.fixture(scope="session", autouse=True)
def forked_programs() -> Iterator[None]:
    """End the process from which programs are forked with the tests."""
    yield
    commands.stop()


@pytest.fixture(scope="session")
def locks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("locks")


@pytest.fixture(scope="module", autouse=True)
def module_locks(locks: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Serve the fixtures that are shared by the tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_LOCKS, str(locks / request.node.name.replace("/", "_")))
        yield


@pytest.fixture(autouse=True)
def test_locks(module_locks: None, locks: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve one test."""
    del module_locks
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
    monkeypatch.setenv(_LOCKS, str(locks / name))
