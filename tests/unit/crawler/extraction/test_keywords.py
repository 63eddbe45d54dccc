from __future__ import annotations

import json

import pytest

from crawler.extraction.keywords import CONFIG, keywords
from crawler.extraction.structured import Facts, read_facts
from crawler.extraction.tree import parse

URL = "https://www.review.example/labour/3"
TITLE = "Ferries sail again on Monday"
TEXT = "The harbour master of Ardal said the ferries would sail on Monday. The bridge opens too, and فتح الجسر."


def page(head: str = "", body: str = "<p>x</p>", json_ld: object = None) -> Facts:
    if json_ld is not None:
        node = json.dumps({"@type": "NewsArticle", "headline": TITLE, "keywords": json_ld})
        head += f'<script type="application/ld+json">{node}</script>'
    return read_facts(parse(f"<html><head>{head}</head><body>{body}</body></html>", URL))


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def found(facts: Facts, names: tuple[str, ...] = ("thereview",)) -> list[str]:
    told = keywords(facts, names, TITLE, TEXT)
    return list(told.value) if told else []


@pytest.mark.parametrize(
    ("facts", "words", "found_in"),
    [
        (page(meta("news_keywords", "Ardal, Ferries;Harbour|Sea · Wind")), ["Ardal", "Ferries", "Harbour", "Sea", "Wind"], "news_keywords"),
        (page('<meta property="article:tag" content="Spain,Europe">'), ["Spain", "Europe"], "article:tag"),
        (
            page("".join(f'<meta property="article:tag" content="{word}">' for word in ("Ardal, East", "Ferries", "Sea"))),
            ["Ardal, East", "Ferries", "Sea"],
            "article:tag",
        ),
        (page(json_ld="Ardal,Ferries"), ["Ardal", "Ferries"], "json-ld"),
        (page(json_ld=["Ardal", {"@type": "DefinedTerm", "name": "Ferries"}, {"@id": "x"}, None, 7]), ["Ardal", "Ferries"], "json-ld"),
        (page(json_ld='["Ardal", "Ferries"]'), ["Ardal", "Ferries"], "json-ld"),
        (page(body='<p><a rel="tag" href="/t/1">Ardal</a> <a rel="category tag" href="/t/2">#FerryStrike</a></p>'),
         ["Ardal", "Ferry Strike"], "links"),
        (page(meta("parsely-tags", "ardal,ferries")), ["ardal", "ferries"], "vendor"),
        (page(meta("sailthru.tags", "port-of-ardal,ferries")), ["port of ardal", "ferries"], "vendor"),
        (page(body='<span itemprop="keywords">Ardal, Ferries</span>'), ["Ardal", "Ferries"], "microdata"),
        (page(body='<span property="schema:keywords" content="Ardal"></span>'), ["Ardal"], "microdata"),
        (page(body='<div class="article-tags"><a>Ardal</a><a>Ferries</a></div><div class="tags"><a>Other</a></div>'),
         ["Ardal", "Ferries"], "tags"),
        (page(meta("keywords", "ferries, strikes, Ardal")), ["ferries", "strikes", "Ardal"], "meta"),
        (page(meta("keywords", "قاچاق کالا،استان یزد، مواد مخدر")), ["قاچاق کالا", "استان یزد", "مواد مخدر"], "meta"),
        (page(meta("keywords", "الميناء ، العبارات ؛ الجسر")), ["الميناء", "العبارات", "الجسر"], "meta"),
        (page(meta("keywords", "נמל, מעבורות | גשר")), ["נמל", "מעבורות", "גשר"], "meta"),
        (page(meta("keywords", "بندر - کشتی - پل")), ["بندر", "کشتی", "پل"], "meta"),
        (page(meta("keywords", "بندرگاہ، جہاز")), ["بندرگاہ", "جہاز"], "meta"),
        (page(meta("keywords", "بەندەر، کەشتی")), ["بەندەر", "کەشتی"], "meta"),
        (page(meta("news_keywords", "الوسوم: #قطاع_الموانئ, أردال")), ["قطاع الموانئ", "أردال"], "news_keywords"),
        (page(meta("news_keywords", "Ministère (DPP, Ardal), Traversées")), ["Ministère (DPP, Ardal)", "Traversées"], "news_keywords"),
        (page(meta("news_keywords", "Ardal), Ferries (unclosed, East")), ["Ardal)", "Ferries (unclosed, East"], "news_keywords"),
        (page(), [], None),
    ],
)  # fmt: skip
def test_keywords_are_split_in_every_script(facts: Facts, words: list[str], found_in: str | None) -> None:
    told = keywords(facts, (), TITLE, TEXT)
    assert (list(told.value) if told else []) == words
    assert (told and told.found_in) == found_in


def test_spellings_of_one_keyword_are_kept_once() -> None:
    words = "Erdoğan, ERDOGAN, erdoğan, إيران, ايران, ایران, می‌شود, میشود, Covid-19, covid 19"
    assert found(page(meta("news_keywords", words))) == ["Erdoğan", "إيران", "می‌شود", "Covid-19"]


def test_places_are_joined_and_the_general_ones_used_only_where_there_are_no_others() -> None:
    head = meta("news_keywords", "Ardal") + meta("keywords", "Elsewhere") + meta("parsely-tags", "Nowhere")
    assert found(page(head, json_ld=["ardal", "Ferries"])) == ["Ardal", "Ferries"]


@pytest.mark.parametrize(
    "word",
    ["The Review", "News", "Son Dakika", "أخبار", "خبر", "חדשות", "_commerce", "type_news", "Prio_3", "channel:world",
     "Section: World", "12345", "8f507083-bac4-423a-9015-2eb31e1bce50", "topic/football", "www.review.example",
     "a@review.example", "x" * 81, "a b c d e f g h i", "p", "—"],
)  # fmt: skip
def test_what_is_no_keyword_is_dropped(word: str) -> None:
    assert found(page(json_ld=[word, "Ferries", "Ardal"])) == ["Ferries", "Ardal"]


def test_lists_of_subject_codes_are_dropped_and_lone_acronyms_kept() -> None:
    assert found(page(json_ld=["AIR", "AIRS08", "DIS", "GEN", "INDG", "Nepal"])) == ["Nepal"]
    assert found(page(json_ld=["EU", "NATO", "Nepal"])) == ["EU", "NATO", "Nepal"]
    assert found(page(meta("news_keywords", "Ann Roe SPORTS_FIGURE, &quot, Ardal"))) == ["Ann Roe", "Ardal"]


def test_keywords_of_the_whole_site_are_not_those_of_the_article() -> None:
    assert found(page(meta("keywords", "football, cinema, weather, horoscope, recipes"))) == []
    assert found(page(meta("keywords", "football, cinema, weather, horoscope, ferries"))) != []
    assert found(page(meta("news_keywords", "football, cinema, weather, horoscope, recipes"))) != []


def test_the_headline_cut_into_words_is_no_keywords() -> None:
    assert found(page(meta("keywords", "ferries, sail, again, on, monday"))) == []


def test_there_is_a_limit() -> None:
    assert len(found(page(json_ld=[f"topic {number}" for number in range(200)]))) == CONFIG.max_keywords
    assert found(page(json_ld="a," * 20_000)) == []
