"""A made-up archive of any size: texts of 4,000 characters in Arabic and Latin letters, a third of them copies with edits.

Article number n is the same for everybody with the same seed, whoever makes it and in whichever order, so that an archive can be continued.
Words follow the Zipf-Mandelbrot law (Mandelbrot, "An informational theory of the statistical structure of language", 1953), with which
unrelated texts share as many word triples as those of a newspaper do ("in a statement").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

_ALPHABETS = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإةى", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class PressConfig:
    """What the archive is like.

    `weekly`: articles a week, of `sources` together. `copies`: the share of articles that copy one of the last days, half of them within
    `copied_within` hours. One source in `framed` prints `frame_words` of its own under every text.
    """

    weekly: int = 20_000
    sources: int = 120
    copies: float = 0.3
    copied_within: float = 5.0
    framed: int = 4
    frame_words: int = 30
    vocabulary: int = 50_000
    words: tuple[int, int] = (480, 545)
    begins: datetime = datetime(2025, 1, 1, tzinfo=UTC)


CONFIG = PressConfig()


@dataclass(frozen=True, slots=True)
class Printed:
    """One article. `copy_of` is the number of the article that it copies."""

    number: int
    source_id: str
    at: datetime
    title: str
    text: str
    copy_of: int | None

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"https://{self.source_id}.example/{self.number}"


class Press:
    """The archive that a seed gives."""

    def __init__(self, seed: int = 5) -> None:
        """Make the vocabularies and the frames of the sources."""
        self._seed = seed
        rng = np.random.default_rng(seed)
        self.vocabularies = [_vocabulary(rng, alphabet) for alphabet in _ALPHABETS]
        weights = 1 / (np.arange(CONFIG.vocabulary) + 2.7)
        self._ranks = np.cumsum(weights / weights.sum())
        weights = 1 / (np.arange(CONFIG.sources) + 5)
        self._sources = np.cumsum(weights / weights.sum())
        self._frames = [self._some(rng, CONFIG.frame_words) for _ in range(CONFIG.sources)]

    def article(self, number: int) -> Printed:
        """Make an article, numbered from 0 in the order of their dates."""
        rng = self._rng(number)
        base = self._copied(number, rng)
        script = (base if base is not None else number) % 2
        if base is None:
            ranks = self._told(rng)
        else:
            original = self._rng(base)
            self._copied(base, original)
            ranks = self._edited(self._told(original), rng)
        source = int(np.searchsorted(self._sources, rng.random()))
        if source % CONFIG.framed == 0:
            ranks = np.concatenate([ranks, self._frames[source]])
        words = self.vocabularies[script][ranks].tolist()
        at = CONFIG.begins + timedelta(weeks=number / CONFIG.weekly)
        return Printed(number, f"outlet{source}", at, " ".join(words[:8]), _punctuated(words), base)

    def _rng(self, number: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64((self._seed, number)))

    def _some(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        return np.searchsorted(self._ranks, rng.random(count))

    def _told(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the words of an article that copies nothing."""
        return self._some(rng, int(rng.integers(*CONFIG.words)))

    def _copied(self, number: int, rng: np.random.Generator) -> int | None:
        """Choose the article that this one copies; None when it tells something new."""
        if not self._copies(number, float(rng.random())):
            return None
        hours = rng.exponential(CONFIG.copied_within / np.log(2))
        base = number - 1 - int(min(hours, 60) * CONFIG.weekly / 168)
        while base >= 0 and self._copies(base, float(self._rng(base).random())):
            base -= 1
        return base if base >= 0 else None

    def _copies(self, number: int, chance: float) -> bool:
        return number > 0 and chance < CONFIG.copies

    def _edited(self, ranks: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Do to a text what desks do: nothing, cut it, put other words here and there, add a paragraph."""
        edit = rng.integers(4)
        if edit == 1:
            return ranks[: int(len(ranks) * rng.uniform(0.5, 0.95))]
        if edit == 2:
            return np.where(rng.random(len(ranks)) < 0.05, self._some(rng, len(ranks)), ranks)
        if edit == 3:
            return np.concatenate([ranks, self._some(rng, int(rng.integers(40, 120)))])
        return ranks


def _vocabulary(rng: np.random.Generator, alphabet: str) -> NDArray[np.object_]:
    """Make words, frequent ones short (Zipf's law of abbreviation)."""
    letters = np.array(list(alphabet))
    lengths = rng.integers(2, 5, CONFIG.vocabulary) + np.minimum(np.log10(np.arange(CONFIG.vocabulary) + 1) * 1.7, 7).astype(int)
    return np.array(["".join(rng.choice(letters, length)) for length in lengths], dtype=object)


def _punctuated(words: list[str]) -> str:
    """Set sentences and paragraphs."""
    sentences = [" ".join(words[start : start + 17]) + "." for start in range(0, len(words), 17)]
    return "\n\n".join(" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4))
