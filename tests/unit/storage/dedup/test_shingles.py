from __future__ import annotations

import pytest

from storage import textnorm
from storage.dedup.shingles import ShingleCache, Shingles, shingles

#: One sentence in each language of the region's press, and the same as another keyboard or another desk spells it.
SPELLINGS = {
    "ar": ("أعلنت وزارة الخارجيّة إنّ الوفد وصل إلى ميناء فاردة القديم", "اعلنت وزارة الخارجية ان الوفد وصل الى ميناء فارده القديم"),
    "fa": ("وزیر راه می‌گوید کشتی‌های تازه به بندر واردا رسیده‌اند", "وزير راه ميگويد كشتيهاي تازه به بندر واردا رسيدهاند"),
    "ckb": ("وەزیری گواستنەوە گوتی کەشتییەکان گەیشتنە بەندەری واردا", "وەزيري گواستنەوە گوتي كەشتييەكان گەيشتنە بەندەري واردا"),
    "he": ("שר התחבורה אמר כי האוניות הגיעו לנמל ורדה", "שַׂר הַתַּחְבּוּרָה אָמַר כִּי הָאוֹנִיּוֹת הִגִּיעוּ לִנְמַל ורדה"),
    "tr": ("Bakan, İlk gemilerin Varda limanına ulaştığını söyledi", "bakan ilk gemilerin VARDA limanina ulaştığını SÖYLEDİ"),
    "en": ("The minister’s ships reached the port of Varda on Tuesday", "THE MINISTER'S SHIPS REACHED THE PORT OF VARDA (ON TUESDAY)"),
    "fr": ("Le ministre a annoncé l’arrivée des navires à Port-Varda", "le ministre a annonce l'arrivee des navires a Port Varda."),
}
LONG = " ".join(f"word{number}" for number in range(100))


def of(text: str) -> Shingles:
    return shingles(textnorm.normalize(text))


@pytest.mark.parametrize("language", SPELLINGS)
def test_spellings_that_readers_do_not_tell_apart_have_the_same_shingles(language: str) -> None:
    one, other = map(of, SPELLINGS[language])

    assert len(one) >= 5
    assert one.distinct.tolist() == other.distinct.tolist()
    assert one.opening.tolist() == other.opening.tolist()


def test_languages_share_no_shingle() -> None:
    texts = [of(spellings[0]) for spellings in SPELLINGS.values()]

    assert sum(len(text) for text in texts) == len({value for text in texts for value in text.distinct.tolist()})


@pytest.mark.parametrize("text", ["", "one", "one two"])
def test_fewer_than_three_words_have_no_shingle(text: str) -> None:
    found = shingles(text)

    assert (len(found), found.sketch(20), found.opening_shared_with(of(LONG))) == (0, [], 0.0)
    assert of(LONG).shared_with(found).tolist() == [False] * 98


def test_order_of_words_matters_and_repetition_counts_once() -> None:
    assert len(shingles("a b c a b c")) == 3
    assert len(shingles("a b c a b c").opening) == 4
    assert set(shingles("a b c").distinct.tolist()).isdisjoint(shingles("c b a").distinct.tolist())


def test_lone_surrogates_are_words_like_others() -> None:
    assert len(shingles("a \ud800 b")) == 1


def test_opening_looks_at_the_first_words_only() -> None:
    text, end = of(LONG), of(" ".join(LONG.split()[50:]))

    assert text.opening_shared_with(end) == 0
    assert end.opening_shared_with(text) == 1
    assert of(" ".join(LONG.split()[30:])).opening_shared_with(end) == pytest.approx(20 / 40)


def test_text_without_its_template_keeps_the_rest() -> None:
    text, template = of(LONG), of(" ".join(LONG.split()[:50]))
    rest = text.without(template.distinct)

    assert rest.opening.tolist() == []
    assert rest.distinct.tolist() == sorted(of(" ".join(LONG.split()[48:])).distinct.tolist())
    assert text.without(Shingles.none().distinct) is text


def test_sketch_is_the_same_for_every_database() -> None:
    text = of(LONG)
    sketch = text.sketch(20)

    assert len(sketch) == len(set(sketch)) == 20
    assert all(-(2**31) <= value < 2**31 for value in sketch)
    assert {value & 0xFFFFFFFF for value in sketch} == {value & 0xFFFFFFFF for value in text.distinct.tolist()[:20]}
    # What stands in a database must be found by later versions too.
    assert shingles("of a kind").opening.tolist() == [5356203037759042675]
    assert len(shingles("a b c d").sketch(20)) == 2


def test_cache_gives_back_what_it_holds_and_forgets_the_oldest() -> None:
    cache = ShingleCache(2)
    made: list[str] = []

    def keep(name: str) -> Shingles:
        def make() -> Shingles:
            made.append(name)
            return of(name)

        return cache.keep(name, make)

    first = keep("a")
    keep("b")
    assert keep("a") is first
    assert cache.get("a") is first
    keep("c")
    assert cache.get("b") is None
    keep("b")
    assert made == ["a", "b", "c", "b"]
