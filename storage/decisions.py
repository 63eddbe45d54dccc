"""New, revised, unchanged or copy: the decision over what was fetched and what is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.records import Outcome


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article, as far as it is compared.

    `title` is normalised, empty when the page gave none; `text_hash` is that of the normalised text (`storage.dedup.exact.text_hash`).
    `wording_hash` is that of the lines which say something (`storage.wording`), None where it was not needed: of two versions with other
    texts both have one.
    """

    title: str
    text_hash: str
    fetched_at: datetime
    wording_hash: str | None = None

    def says_the_same(self, other: Version) -> bool:
        """Say whether the texts are the same, but for counters, dates and the like in lines of their own."""
        return self.text_hash == other.text_hash or (self.wording_hash is not None and self.wording_hash == other.wording_hash)

    def change_to(self, other: Version) -> str:
        """Say in words what differs in `other`; empty when nothing does. A headline that was not found has not changed."""
        changed = []
        if not self.says_the_same(other):
            changed.append("text")
        if other.title and other.title != self.title:
            changed.append("title")
        return " and ".join(changed)


@dataclass(frozen=True, slots=True)
class Known:
    """An article we have.

    `versions` are in the order of their numbers, which begin at 1; `current` is the number of the one shown, and `seen_at` when a visit
    last found it, if one did.
    """

    article_id: int
    current: int
    versions: tuple[Version, ...]
    seen_at: datetime | None = None

    @property
    def shown(self) -> Version:
        """The current version."""
        return self.versions[self.current - 1]

    def around(self, at: datetime) -> tuple[int | None, int | None]:
        """Return the numbers of the versions that were fetched last before (or at) an instant, and first after it."""
        times = sorted((version.fetched_at, number) for number, version in enumerate(self.versions, start=1))
        before = [number for fetched_at, number in times if fetched_at <= at]
        after = [number for fetched_at, number in times if fetched_at > at]
        return (before[-1] if before else None), (after[0] if after else None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a fetched article, and why.

    `number` is the revision that it is or will be. `becomes_current` is false for an older version that arrives late, from an archive.
    """

    outcome: Outcome
    reason: str
    number: int
    becomes_current: bool = True


def decide(fetched: Version, known: Known | None) -> Decision:
    """Decide what a fetched article is.

    `known` is the article that has its address, None when the address is new. Returns UNCHANGED, REVISED or NEW; whether a new one is a
    copy is found when all of its batch are stored (`as_copy`).
    """
    if known is None:
        return Decision(Outcome.NEW, "", 1)
    shown = known.shown
    next_number = len(known.versions) + 1
    change = shown.change_to(fetched)
    if not change:
        return Decision(Outcome.UNCHANGED, "", known.current)
    if fetched.fetched_at >= max(shown.fetched_at, known.seen_at or shown.fetched_at):
        return Decision(Outcome.REVISED, f"{change} changed", next_number)
    # An archive is read after the live page: the past must neither replace the present nor be added twice.
    for number, version in enumerate(known.versions, start=1):
        if not version.change_to(fetched):
            return Decision(Outcome.UNCHANGED, f"an older version, known as revision {number}", number)
    return Decision(Outcome.REVISED, f"an older version: {change} differs", next_number, becomes_current=False)


def as_copy(article_id: int, similarities: Mapping[int, float]) -> tuple[Outcome, str]:
    """Say whether a new article is a copy of one that was stored before it, and why.

    `similarities` are those of its copies, the Jaccard similarity of each by id.
    """
    before = {other: similarity for other, similarity in similarities.items() if other < article_id}
    if not before:
        return Outcome.NEW, ""
    closest = min(before, key=lambda other: (-before[other], other))
    if before[closest] == 1:
        return Outcome.COPY, f"same text as article {closest}"
    return Outcome.COPY, f"{before[closest]:.0%} of the text is that of article {closest}"


def has_moved(fetched: Version, known: Known) -> bool:
    """Say whether an article whose own address now leads to an unknown one has moved there, rather than given way to another article.

    An editor who changes a headline often changes the address with it; a page that was taken down leads elsewhere. An article that moved
    kept its text or its headline.
    """
    return any(version.says_the_same(fetched) or (version.title and version.title == fetched.title) for version in known.versions)
