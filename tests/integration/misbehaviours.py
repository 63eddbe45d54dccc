"""What a web site can do wrong: one class a misbehaviour, its docstring what the server does, and the outcome that it must have.

`python -m tests.integration.misbehaviours` writes the table of docs/misbehaviours.md.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Mapping
from typing import ClassVar

from tests.integration.site import Resource, Wire
from tests.warcs import article_page

HTML = {"Content_Type": "text/html; charset=utf-8"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

_WHO = ("The foreign minister", "A deputy", "The speaker", "An adviser of the president", "The ambassador", "A member of the committee")
_DID = ("rejected", "defended", "postponed", "signed", "explained", "criticised", "presented", "withdrew")
_WHAT = ("the treaty on water", "the budget", "the border agreement", "the oil contract", "the election law", "the list of envoys")
_WHERE = ("in Baghdad", "in Basra", "in Erbil", "in Damascus", "in Amman", "before parliament", "at the summit", "in Mosul")
_WHEN = ("on Monday", "after midnight", "before the vote", "for the third time", "in a letter", "without a word of regret")


def story(name: str, sentences: int = 8) -> tuple[str, list[str]]:
    """Make up an article about the politics of Iraq that no other name gives: its title and paragraphs."""
    chance = random.Random(name)
    title = f"Iraq's parliament votes on {name.replace('-', ' ')}"
    lines = [f"BAGHDAD - The parliament of Iraq debated case {chance.randrange(10**9)} of its foreign policy, called {name}."]
    lines += [" ".join(chance.choice(part) for part in (_WHO, _DID, _WHAT, _WHERE, _WHEN)) + "." for _ in range(sentences)]
    return title, [" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3)]


def article(name: str, head: str = "") -> bytes:
    """Write that article as a page, with more in its head."""
    return article_page(*story(name)).replace(b"</head>", head.encode() + b"</head>", 1)


class Misbehaviour(Resource):
    """A page that goes wrong in one way.

    `outcome` is what the ledger must say of it and `reason` a part of why; `more` are further resources of its host, its robots.txt
    among them; `most_requests` bounds how often the page itself is asked for.
    """

    outcome: ClassVar[str]
    reason: ClassVar[str] = ""
    more: ClassVar[Mapping[str, Resource]] = {}
    most_requests: ClassVar[int] = 1

    @classmethod
    def name(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()


class Says(Misbehaviour):
    """A misbehaviour that lies in what is said, not in how."""

    status: ClassVar[int] = 200
    headers: ClassVar[Mapping[str, str]] = HTML
    body: ClassVar[bytes] = b""

    async def answer(self, wire: Wire) -> None:
        await wire.answer(self.status, self.body or article(self.name()), -1, **self.headers)


class Leads(Misbehaviour):
    """A misbehaviour that lies in where the page leads."""

    location: ClassVar[str]
    status: ClassVar[int] = 302

    async def answer(self, wire: Wire) -> None:
        await wire.answer(self.status, Location=self.location.replace("{port}", str(wire.port)))


def concrete(module: str) -> list[type[Misbehaviour]]:
    """Return the misbehaviours that a module defines, in its order."""
    found = [kind for name, kind in vars(sys.modules[module]).items() if isinstance(kind, type) and not name.startswith("_")]
    return [kind for kind in found if issubclass(kind, Misbehaviour) and kind.__module__ == module and hasattr(kind, "outcome")]


def table() -> str:
    """Write the page of the docs."""
    from tests.integration import misbehaving_channels, misbehaving_pages, misbehaving_walls  # noqa: PLC0415 - they import this module

    lines = [
        "# Misbehaviours",
        "",
        "What a web site can do wrong, and what then stands in the ledger. The local test site has one class for each row; one crawl meets",
        "them all, each on a host of its own, and every candidate must end with exactly this outcome while the good pages are kept.",
        "To repeat it: `pytest tests/integration/test_misbehaviours.py`. This table is written from the same list by",
        "`python -m tests.integration.misbehaviours > docs/misbehaviours.md`.",
        "",
        "Nothing is circumvented: a wall is named, counted, and left alone.",
    ]
    for title, module in (
        ("Pages", misbehaving_pages),
        ("Walls", misbehaving_walls),
        ("Feeds, sitemaps and sections", misbehaving_channels),
    ):
        column = "Status" if module is misbehaving_channels else "Outcome"
        lines += ["", f"## {title}", "", f"| Name | What the server does | {column} | Reason |", "|---|---|---|---|"]
        for kind in concrete(module.__name__):
            does = " ".join((kind.__doc__ or "").split()).replace("|", "\\|")
            lines.append(f"| {kind.name()} | {does} | `{kind.outcome}` | {f'… {kind.reason} …' if kind.reason else ''} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    from tests.integration import misbehaviours  # as the others know it: here it is called __main__

    sys.stdout.write(misbehaviours.table())
