"""How fast articles are tagged: matching alone, tags and relevance together, and what it takes to have the actors ready.

Texts are made here: each of 4,000 characters, sentences of everyday words with names of actors strewn in, one in twelve sentences, as often
as a political report has them, and words of topics, one in eight. Times are those of the processor, the best of fifteen rounds: whatever
else a machine does makes them longer and never shorter.

Run: PYTHONPATH=. python benchmarks/tagging.py
"""

from __future__ import annotations

import json
import pickle
import random
import sys
import time
from collections.abc import Callable
from datetime import date

from crawler.tagging.actor_tags import ActorBook, actor_book
from crawler.tagging.actors import BUNDLED, collector_paused, load_actors, read_folders
from crawler.tagging.countries import count_mentions
from crawler.tagging.judging import judge_article
from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes
from crawler.tagging.region import load_region
from crawler.tagging.relevance import assess
from crawler.tagging.topics import find_topics, load_topics, topic_index, topic_tags
from crawler.tagging.zone import Zone
from storage.textnorm import normalize

TEXT_CHARS, TEXTS, ROUNDS = 4_000, 30, 15
LANGUAGES = ("en", "ar", "fa", "tr", "fr", "he")
# everyday words that are no names and no politics
WORDS = {
    "en": "the and of to in for with on that was said from after before year week people town road water school house work day",
    "ar": "في من على إلى عن قال كان هذا التي الذي بعد قبل يوم عام أسبوع ناس مدينة طريق ماء مدرسة بيت عمل أول بين حيث أن كما",
    "fa": "در از به با که این آن را برای بود گفت پس پیش سال هفته مردم شهر راه آب مدرسه خانه کار روز نخست میان است",
    "tr": "ve bir bu için ile olarak dedi sonra önce yıl hafta halk kent yol su okul ev iş gün ilk arasında daha çok da de",
    "fr": "le la et de à pour avec sur que était dit depuis après avant année semaine gens ville route eau école maison travail jour",
    "he": "של את על עם כי זה היה אמר אחרי לפני שנה שבוע אנשים עיר דרך מים בית עבודה יום ראשון בין גם לא יותר",
}


def texts(language: str, seed: int = 6) -> list[str]:
    """Make texts with names in them."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    names = [name for actor in load_actors() for name in actor.names.get(language, ())]
    listed = (getattr(topic, language) for topic in load_topics().values())
    subjects = [word.rstrip("*") for words in listed for word in words.says]
    made = []
    for _ in range(TEXTS):
        words: list[str] = []
        while sum(map(len, words)) + len(words) < TEXT_CHARS:
            words += chance.choices(WORDS[language].split(), k=chance.randint(8, 20))
            if chance.random() < 1 / 8:
                words.append(chance.choice(subjects))
            if chance.random() < 1 / 12:
                words.append(chance.choice(names))
            words[-1] += "."
        made.append(" ".join(words)[:TEXT_CHARS])
    return made


def best_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the fastest of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def measure(language: str, book: ActorBook) -> dict[str, float | str]:
    """Measure one language."""
    region, articles = load_region(), texts(language)
    title, day = articles[0][:60], date(2012, 1, 1)
    zones = [Zone(text) for text in articles]
    match = best_seconds(lambda: [book.index.find(zone, language) for zone in zones])
    tokens = PhraseIndex(
        [
            Phrase(tuple(normalize(name).split()), actor.id)
            for actor in load_actors()
            for name in (*actor.names.get(language, ()), *actor.short.get(language, ()))
        ],
        Prefixes.of_language(language),
    )
    per_token = best_seconds(lambda: [list(tokens.find(zone.tokens)) for zone in zones])
    fold = best_seconds(lambda: [Zone(text) for text in articles])
    countries = best_seconds(lambda: [assess(title, text, language, region=region) for text in articles])
    whole = best_seconds(lambda: [judge_article(title, text, language, region=region, published=day) for text in articles])
    counted = [count_mentions(title, text, language) for text in articles]
    topics = best_seconds(lambda: [topic_tags(find_topics(mentions, language), mentions) for mentions in counted])
    found = sum(len(book.index.find(zone, language)) for zone in zones)
    return {
        "language": language,
        "names_an_article": round(found / TEXTS, 1),
        "articles_a_second_matching": round(TEXTS / match),
        "articles_a_second_token_index": round(TEXTS / per_token),
        "fold_ms": round(fold / TEXTS * 1000, 3),
        "countries_and_relevance_ms": round(countries / TEXTS * 1000, 3),
        "topics_ms": round(topics / TEXTS * 1000, 3),
        "tags_and_relevance_ms": round(whole / TEXTS * 1000, 3),
    }


def main() -> int:
    """Print a table, and a JSON line for machines."""
    reading = best_seconds(lambda: read_folders([BUNDLED]))
    gazetteer = load_actors()
    with collector_paused():  # as `actor_book` does
        making = best_seconds(lambda: ActorBook.of(gazetteer))
    book = actor_book()
    packed = pickle.dumps(book, protocol=pickle.HIGHEST_PROTOCOL)
    with collector_paused():
        unpacking = best_seconds(lambda: pickle.loads(packed))  # noqa: S301 - made above
    topics = best_seconds(load_topics)
    topic_index("ar")
    indexing = best_seconds(lambda: topic_index.__wrapped__("ar"))
    rows = [measure(language, book) for language in LANGUAGES]
    print(f"{len(gazetteer)} actors, {len(book.index)} spellings, version {gazetteer.version}")
    print(f"read and check {reading:.3f} s, build {making:.3f} s; handed to a worker: {len(packed) / 1e6:.1f} MB, {unpacking:.3f} s")
    print(f"topics: read and check {topics:.3f} s, index of a language {indexing:.3f} s")
    print("language  names  matching/s  token index/s  fold ms  countries+relevance ms  topics ms  all ms")
    for row in rows:
        print("{:8}  {:5}  {:10}  {:13}  {:7}  {:22}  {:9}  {:6}".format(*row.values()))
    print(
        json.dumps(
            {"actors": len(gazetteer), "read_s": reading, "build_s": making, "worker_s": unpacking, "topics_s": topics, "rows": rows}
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
