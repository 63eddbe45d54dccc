"""Write the catalog of the running demo: one source file an outlet, with the address it has this time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from crawler.demo.feeds import NEWS_SITEMAP_PATH
from crawler.demo.outlets import Publication

_COMMENT = """\
# A fictional outlet of the Dragoman demo; nothing that it reports ever happened.
# The address is that of a running demo and holds no longer than it. Written anew at each start: changes here are lost.
"""


def write_sources(publications: Iterable[Publication], directory: Path) -> tuple[Path, ...]:
    """Write `<directory>/<cc>/<id>.yml` for each outlet and return the paths; what else is there stays."""
    paths = []
    for pub in publications:
        path = directory / pub.outlet.country.lower() / f"{pub.outlet.id}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_COMMENT + yaml.safe_dump(_source(pub), allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _source(pub: Publication) -> dict[str, Any]:
    """Return the fields of the source file in their usual order."""
    outlet = pub.outlet
    source: dict[str, Any] = {
        "id": outlet.id,
        "name": outlet.name,
        "homepage": pub.url("/"),
        "country": outlet.country,
        "languages": list(outlet.languages),
        "kind": outlet.kind,
        "state_owned": outlet.state_owned,
        "time_zone": outlet.time_zone,
        "feeds": [{"url": pub.url(path), "language": language} for language, path in outlet.feed_paths.items()],
    }
    if outlet.news_sitemap:
        source["sitemaps"] = [pub.url(NEWS_SITEMAP_PATH)]
    return source | {"every": outlet.every, "expected": dict(outlet.expected), "enabled": True, "notes": outlet.notice}
