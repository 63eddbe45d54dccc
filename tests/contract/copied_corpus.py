"""A made-up press of a few weeks in which texts are copied, cut, reworded, embedded, followed up, revised: what copies must be found in.

Words are made of syllables, in Latin and in Arabic letters; nobody ever printed these texts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.records import Attempt, RunKind, SourceRecord
from tests.contract.builders import NOON, draft, fetched

_LATIN = "ba be bo da de do ka ke lo la mi mo na ne ri ro sa se ta to va vi zu pra gri sto"
_ARABIC = "با بو تا تي جا دا دي را رو سا سي شا عا فا في قا كا لو ما مي نا نو ها يا زا حا"
#: The agency, which nobody else is, and papers that reprint it.
WIRE = "wire"
PAPERS = ("courier", "herald", "gazette", "mirror", "tribune", "post")

#: What the copies of an article are: the cluster by the address of its origin, and the article's place in it.
Place = tuple[str | None, str | None, float | None, tuple[str, ...], int | None, str | None]


def words(rng: random.Random, count: int, syllables: str = _LATIN) -> list[str]:
    """Make a text of so many words."""
    parts = syllables.split()
    return ["".join(rng.choice(parts) for _ in range(rng.randint(2, 3))) for _ in range(count)]


@dataclass
class Press:
    """The articles of the made-up press, and the way to print one more."""

    rng: random.Random
    attempts: list[Attempt] = field(default_factory=list)
    printed: int = 0

    def print(self, source: str, at: datetime, text: Sequence[str], *, title: str | None = None, agency: str | None = None) -> str:
        """Print a new article; return its path."""
        self.printed += 1
        path = f"{self.rng.getrandbits(32):08x}-{self.printed}"
        self.again(path, source, at, text, title=title or " ".join(text[:5]), agency=agency)
        return path

    def again(
        self, path: str, source: str, at: datetime, text: Sequence[str], *, title: str, agency: str | None = None, after_hours: int = 0
    ) -> None:
        """Print a version of an article that is fetched `after_hours` after its date."""
        made = draft(
            path,
            " ".join(text),
            source_id=source,
            title=title,
            agency=agency,
            published_at=at,
            fetched_at=at + timedelta(hours=after_hours),
        )
        self.attempts.append(fetched(made))


def generate(seed: int, stories: int = 6) -> list[Attempt]:
    """Make the articles of three weeks, in the order of their dates."""
    rng = random.Random(seed)
    press = Press(rng)
    for number in range(stories):
        at = NOON + timedelta(hours=rng.randint(0, 400), minutes=rng.randint(0, 59))
        _wire_story(press, at, _ARABIC if number % 2 else _LATIN)
    for make in (_revisions, _own_template, _shared_template, _quoting_digest, _frames_learned_late):
        make(press, NOON + timedelta(hours=rng.randint(0, 300)))
    return sorted(press.attempts, key=lambda attempt: attempt.fetched_at)


def _wire_story(press: Press, at: datetime, syllables: str) -> None:
    """Print a wire text and what papers make of it: each paper does something else, within two days."""
    rng = press.rng
    text = words(rng, rng.randint(90, 160), syllables)
    press.print(WIRE, at, text, agency="Lesk Wire")
    edits: list[Callable[[], list[str]]] = [
        lambda: text[: int(len(text) * 0.6)],
        lambda: [*words(rng, 3, syllables), "(Lesk", "Wire)", "-", *text],
        lambda: [rng.choice(text) if rng.random() < 0.06 else word for word in text],
        lambda: [*words(rng, 50, syllables), *text, *words(rng, 30, syllables)],
        lambda: [*text, *words(rng, 40, syllables)],
        lambda: list(text),
    ]
    rng.shuffle(edits)
    for paper, edit in zip(rng.sample(PAPERS, 5), edits, strict=False):
        later = at + timedelta(minutes=rng.randint(10, 2_800))
        title = None if rng.random() < 0.5 else " ".join(words(rng, 4, syllables))
        press.print(paper, later, edit(), title=title, agency="Lesk Wire" if rng.random() < 0.7 else None)
    # The same words on an anniversary, and a follow-up that repeats them as background.
    press.print(rng.choice(PAPERS), at + timedelta(days=9), text)
    press.print(rng.choice(PAPERS), at + timedelta(hours=30), [*words(rng, 60, syllables), *text[20:80]])


def _revisions(press: Press, at: datetime) -> None:
    """Print articles that become copies, cease to be copies, and get another date."""
    rng = press.rng
    wire, other = words(rng, 100), words(rng, 100)
    press.print(WIRE, at, wire)
    press.print("herald", at + timedelta(hours=3), wire[:70])
    for paper, first, second in (("courier", other, wire[:80]), ("gazette", wire, [*other[:10], *words(rng, 90)])):
        path = press.print(paper, at + timedelta(hours=5), first, title="A first headline")
        press.again(path, paper, at + timedelta(hours=5), second, title="Another headline", after_hours=9)
    path = press.print("mirror", at + timedelta(hours=2), wire[5:90], title="A date that was wrong")
    press.again(path, "mirror", at + timedelta(days=12), wire[5:90], title="A date that is right", after_hours=30)


def _own_template(press: Press, at: datetime) -> None:
    """Print a series of one paper that is mostly the same frame, and wire copy within that frame."""
    rng = press.rng
    frame, wire = words(rng, 70), words(rng, 100)
    for day in range(12):
        press.print("tribune", at + timedelta(days=day), [*frame[:35], *words(rng, 40), *frame[35:]])
    press.print(WIRE, at + timedelta(days=7, hours=1), wire)
    press.print("tribune", at + timedelta(days=7, hours=4), [*frame[:35], *wire, *frame[35:]])


def _shared_template(press: Press, at: datetime) -> None:
    """Print a bulletin that several papers take every day: the same frame with other numbers."""
    rng = press.rng
    frame = words(rng, 90)
    for day in range(9):
        numbers = words(rng, 25)
        for paper in rng.sample(PAPERS, 3):
            press.print(paper, at + timedelta(days=day, hours=rng.randint(0, 6)), [*frame[:45], *numbers, *frame[45:], *words(rng, 6)])


def _quoting_digest(press: Press, at: datetime) -> None:
    """Print stories and one page that quotes the begin of each: it must not make one story of them."""
    rng = press.rng
    told = [words(rng, 80) for _ in range(4)]
    for text in told:
        press.print(WIRE, at + timedelta(minutes=rng.randint(0, 300)), text)
        press.print(rng.choice(PAPERS[:3]), at + timedelta(hours=6), [*text[:60], *words(rng, 10)])
    press.print("post", at + timedelta(hours=9), [word for text in told for word in text[:45]])


def _frames_learned_late(press: Press, at: datetime) -> None:
    """Print what is doubtful: much frame and little news, of which older pages teach the one part and still older ones the other."""
    rng = press.rng
    frames = [words(rng, 40) for _ in range(3)]
    for day in range(10):
        some = rng.sample(frames, rng.randint(1, 3))
        for paper in rng.sample(PAPERS, 2):
            text = [word for frame in some for word in frame]
            cut = rng.randint(0, len(text) - 30)
            press.print(
                paper, at + timedelta(days=day * 2, hours=rng.randint(0, 30)), [*text[cut:], *words(rng, rng.randint(5, 60)), *text[:cut]]
            )


def prepare_sources(database: Database) -> int:
    """Make the sources and a run over files; return the run."""
    outlets = [SourceRecord(WIRE, "Lesk Wire", "https://wire.example/", agency="Lesk Wire")]
    sources.sync(database, [*outlets, *(SourceRecord(name, name, f"https://{name}.example/") for name in PAPERS)], NOON)
    return runs.start(database, RunKind.INGEST, None, NOON)


def store(database: Database, run_id: int, attempts: Sequence[Attempt], batch: int) -> None:
    """Save attempts in batches."""
    for start in range(0, len(attempts), batch):
        articles.save_batch(database, run_id, attempts[start : start + batch])


def places(database: Database) -> dict[str, Place]:
    """Return what every article is among its copies, by address; nothing of it may depend on numbers."""
    by_key = {article.key: article.canonical_url for article in Corpus(database).articles()}
    return {
        article.canonical_url: (
            None if article.cluster_key is None else by_key[article.cluster_key],
            article.cluster_role and article.cluster_role.value,
            article.similarity,
            tuple(change.value for change in article.changes),
            article.cluster_members,
            article.cluster_agency,
        )
        for article in Corpus(database).articles()
    }
