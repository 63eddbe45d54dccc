"""Show why an article was judged and tagged as it was: every tag with the words of the original that speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from crawler.tagging.actor_tags import describe
from crawler.tagging.countries import TITLE, Mentions
from crawler.tagging.judging import Judgement
from crawler.tagging.topics import topics
from crawler.tagging.zone import Place
from storage.records import Tag

_CONTEXT_TOKENS = 6
_TERRITORIES = Locale.parse("en").territories


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the original: characters `start` … `end` (half open) of the title or the text, and these with their surroundings, marked."""

    zone: str
    start: int
    end: int
    marked: str


@dataclass(frozen=True, slots=True)
class ExplainedTag:
    """A tag, the name that people know its value by, the offices held on the article's day, and every passage that speaks for it."""

    tag: Tag
    name: str
    offices: tuple[str, ...]
    passages: tuple[Passage, ...]


def explain_tags(judgement: Judgement) -> tuple[ExplainedTag, ...]:
    """Return the tags of a judged article with the passages that they rest on, in the order of the tags."""
    actors = {mention.actor.id: mention for mention in judgement.actors}
    subjects = {mention.topic: mention for mention in judgement.topics}
    explained = []
    for tag in judgement.tags:
        if tag.kind == "actor":
            actor = actors[tag.value]
            offices = tuple(describe(office) for office in actor.offices)
            explained.append(ExplainedTag(tag, actor.actor.label, offices, _passages(actor.places, judgement.mentions)))
        elif tag.kind == "topic":
            explained.append(ExplainedTag(tag, topics()[tag.value].name, (), _passages(subjects[tag.value].places, judgement.mentions)))
        else:
            country = judgement.mentions.by_country.get(tag.value)  # none: it comes from the outlet's country alone
            passages = _passages(country.places, judgement.mentions) if country else ()
            explained.append(ExplainedTag(tag, _TERRITORIES.get(tag.value, tag.value), (), passages))
    return tuple(explained)


def _passages(places: Sequence[Place], mentions: Mentions) -> tuple[Passage, ...]:
    """Cut the places out of the original, with the words around them, matches between [[ and ]] as search shows them."""
    passages = []
    for place in places:
        zone = mentions.title if place.zone == TITLE else mentions.text
        start, end = zone.place(place.start, place.end)
        begin, finish = zone.around(place.start, place.end, _CONTEXT_TOKENS)
        marked = f"{zone.text[begin:start]}[[{zone.text[start:end]}]]{zone.text[end:finish]}"
        passages.append(Passage(place.zone, start, end, " ".join(marked.split())))
    return tuple(passages)
