"""The bundled outlets, loaded once, and each as it stands in an edition."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.demo.outlets import Outlet, Publication, load_outlets

Publish = Callable[[str, int], Publication]


@pytest.fixture(scope="session")
def outlets() -> tuple[Outlet, ...]:
    return load_outlets()


@pytest.fixture(scope="session")
def publish(outlets: tuple[Outlet, ...]) -> Publish:
    """Return an outlet by its id, as it stands in an edition at a made-up address."""
    by_id = {outlet.id: outlet for outlet in outlets}
    return lambda name, edition: Publication(by_id[name], "http://127.0.0.99:8080", edition)
