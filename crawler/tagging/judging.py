"""All that is said of an article from its words, in one go: whether it is politics of the region, which countries, actors and topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.tagging.actor_tags import ActorMention, actor_book, actor_tags, find_actors
from crawler.tagging.countries import Mentions, count_mentions, language_of
from crawler.tagging.region import RegionProfile
from crawler.tagging.relevance import Relevance, assess_mentions
from crawler.tagging.standing import with_actors
from crawler.tagging.topics import TopicMention, find_topics, topic_tags
from storage.records import Tag


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on relevance, all tags (countries, actors, topics, each heaviest first), and what they rest on."""

    relevance: Relevance
    tags: tuple[Tag, ...]
    mentions: Mentions
    actors: tuple[ActorMention, ...]
    topics: tuple[TopicMention, ...]


def judge_article(
    title: str | None,
    text: str,
    language: str | None,
    *,
    region: RegionProfile,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    published: date | None = None,
    gazetteer: Path | None = None,
) -> Judgement:
    """Judge and tag an article.

    Args: as for `assess`; the day it was published, by which offices are told; a folder of actors of one's own besides the bundled ones.
    Raises: CatalogError when a gazetteer is wrong.
    """
    code = language_of(language, f"{title or ''} {text[:1_000]}")
    named = count_mentions(title, text, code)
    actors = find_actors(named, code, published=published, source_country=source_country, book=actor_book(gazetteer))
    mentions = with_actors(named, actors)
    relevance = assess_mentions(mentions, code, actors, source_country=source_country, url=url, section=section, region=region)
    subjects = find_topics(mentions, code)
    tags = (*relevance.tags, *actor_tags(actors, mentions), *topic_tags(subjects, mentions))
    return Judgement(relevance, tags, mentions, actors, subjects)
