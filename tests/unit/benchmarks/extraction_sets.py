"""A small fictional data set, laid out as the extraction benchmark wants it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.warcs import FOOTBALL, PARLIAMENT, Recorded, article_page, write_warc

HOST = "https://post.example"
PAGES = {f"{HOST}/parliament": ("Parliament votes", PARLIAMENT), f"{HOST}/cup": ("Cup final", FOOTBALL)}


def write_set(folder: Path, name: str = "small") -> Path:
    """Write pages and their truth; return the folder of the set."""
    place = folder / name
    place.mkdir(parents=True)
    write_warc(place / "dev-pages.warc.gz", [Recorded(url, article_page(title, lines)) for url, (title, lines) in PAGES.items()])
    rows = [
        {
            "url": url,
            "body": "\n".join(lines),
            "title": title,
            "date": "2026-10-01T10:00:00+03:00",
            "authors": None,
            "languages": ["en"],
        }
        for url, (title, lines) in PAGES.items()
    ]
    (place / "dev-truth.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    return place
