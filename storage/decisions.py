"""New, revised, unchanged or copy: the decision over what was fetched and what is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records import Outcome


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article, as far as it is compared.

    `title` is normalised, empty when the page gave none; `text_hash` is that of the normalised text (`storage.dedup.exact.text_hash`).
    """

    title: str
    text_hash: str
    fetched_at: datetime

    def change_to(self, other: Version) -> str:
        """Say in words what differs in `other`; empty when nothing does. A headline that was not found has not changed."""
        changed = []
        if other.text_hash != self.text_hash:
            changed.append("text")
        if other.title and other.title != self.title:
            changed.append("title")
        return " and ".join(changed)


@dataclass(frozen=True, slots=True)
class Known:
    """An article we have. `versions` are in the order of their numbers, which begin at 1; `current` is the number of the one shown."""

    article_id: int
    current: int
    versions: tuple[Version, ...]

    @property
    def shown(self) -> Version:
        """The current version."""
        return self.versions[self.current - 1]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a fetched article, and why.

    `number` is the revision that it is or will be. `becomes_current` is false for an older version that arrives late, from an archive.
    """

    outcome: Outcome
    reason: str
    number: int
    becomes_current: bool = True


def decide(fetched: Version, known: Known | None, twin: int | None) -> Decision:
    """Decide what a fetched article is.

    `known` is the article that has its address, None when the address is new. `twin` is another article that shares a fingerprint with it,
    if there is one. Returns UNCHANGED, REVISED, COPY or NEW.
    """
    if known is None:
        if twin is None:
            return Decision(Outcome.NEW, "", 1)
        return Decision(Outcome.COPY, f"same text as article {twin}", 1)
    shown = known.shown
    next_number = len(known.versions) + 1
    change = shown.change_to(fetched)
    if not change:
        return Decision(Outcome.UNCHANGED, "", known.current)
    if fetched.fetched_at >= shown.fetched_at:
        return Decision(Outcome.REVISED, f"{change} changed", next_number)
    # An archive is read after the live page: the past must neither replace the present nor be added twice.
    for number, version in enumerate(known.versions, start=1):
        if not version.change_to(fetched):
            return Decision(Outcome.UNCHANGED, f"an older version, known as revision {number}", number)
    return Decision(Outcome.REVISED, f"an older version: {change} differs", next_number, becomes_current=False)


def has_moved(fetched: Version, known: Known) -> bool:
    """Say whether an article whose own address now leads to an unknown one has moved there, rather than given way to another article.

    An editor who changes a headline often changes the address with it; a page that was taken down leads elsewhere. An article that moved
    kept its text or its headline.
    """
    return any(version.text_hash == fetched.text_hash or (version.title and version.title == fetched.title) for version in known.versions)
