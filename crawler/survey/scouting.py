"""Scout a site for its feeds and sitemaps: the home page and robots.txt first, then what they name, then where such things usually are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from crawler.discovery.sites import WELL_KNOWN_FEEDS, WELL_KNOWN_SITEMAPS, SitePlaces, read_home_page, sitemaps_in_robots
from crawler.errors import FeedError, PageError
from crawler.middlewares.guard import Expected
from crawler.pool import WorkerPool
from crawler.spiders.probe import Ask
from crawler.survey.drafting import Site
from crawler.survey.probing import ProbeStatus, Reply, Sounding, judge
from crawler.survey.prospecting import Find, is_comment_address
from crawler.survey.source_files import identity
from storage.records import ChannelKind


@dataclass(frozen=True, slots=True)
class ScoutConfig:
    """How much is asked of a site: at one request a second, at most a minute and a half."""

    max_feeds: int = 40
    max_sitemaps: int = 15


CONFIG = ScoutConfig()
HOME, ROBOTS = "home", "robots"
GUESSED = "at a well-known path"


@dataclass(slots=True)
class _Place:
    """A channel that is being sounded, and how it was found."""

    sounding: Sounding
    found: str


class ScoutErrand:
    """Find what a site offers. `refusal` says why it offers nothing, when its home page cannot be read."""

    def __init__(self, url: str, pool: WorkerPool, watcher: Callable[[str], None] | None = None, config: ScoutConfig = CONFIG) -> None:
        """Take an address of the site, who parses, and who is told what is being asked."""
        self.site = Site(url)
        self.refusal = ""
        self._pool, self._config = pool, config
        self._watch = watcher or (lambda _what: None)
        self._places: dict[str, _Place] = {}
        self._comments: list[Find] = []
        self._guesses = {ChannelKind.FEED: list(WELL_KNOWN_FEEDS), ChannelKind.SITEMAP: list(WELL_KNOWN_SITEMAPS)}
        self._open = 0

    def first(self) -> Sequence[Ask]:
        """Begin at the address that was given."""
        return self._asked([Ask(self.site.homepage, Expected.FEED, HOME)])

    async def answered(self, ask: Ask, reply: Reply) -> Sequence[Ask]:
        """Take an answer; once everything that was named has answered, try the usual places of what is still missing."""
        if ask.about == HOME:
            following = await self._home_answered(reply)
        elif ask.about == ROBOTS:
            named = sitemaps_in_robots(reply.body, reply.final_url) if reply.outcome is None else ()
            following = self._take_up(named, ChannelKind.SITEMAP, "named by robots.txt")
        else:
            place: _Place = ask.about
            below = await place.sounding.take(reply, self._pool, datetime.now(UTC))
            following = [] if below is None else [Ask(below, Expected.SITEMAP, place)]
        self._open -= 1  # not before it was read: another answer may have come meanwhile
        if not following and self._open == 0 and not self.refusal:
            following = self._usual_places()
        return self._asked(following)

    async def _home_answered(self, reply: Reply) -> list[Ask]:
        if reply.outcome is not None and self._places:  # the feed that was given is there, whatever its home page says
            self.site = Site(_origin(reply.url))
            return []
        if reply.outcome is not None:
            status, reason = judge(reply, None, "", datetime.now(UTC))
            self.refusal = ("it does not let itself be read: " if status is ProbeStatus.BLOCKED else "it cannot be read: ") + reason
            return []
        origin = _origin(reply.final_url)
        if b"<html" not in reply.body[:10_000].lower() and await self._is_feed(reply):
            return [Ask(origin, Expected.FEED, HOME)]  # the user gave a feed; its site may have more
        places = SitePlaces()
        try:
            places = await self._pool.run(read_home_page, reply.body, reply.final_url, reply.content_type)
        except (FeedError, PageError) as error:
            if not self._places:
                self.refusal = f"its home page cannot be read: {error}"
                return []
        self.site = Site(reply.final_url, places.name, places.language)
        robots = [Ask(f"{origin}robots.txt", Expected.ROBOTS, ROBOTS)]
        feeds = self._take_up([feed.url for feed in places.feeds], ChannelKind.FEED, "named by the home page")
        return robots + feeds + self._take_up(places.sitemaps, ChannelKind.SITEMAP, "named by the home page")

    async def _is_feed(self, reply: Reply) -> bool:
        sounding = Sounding(reply.url, ChannelKind.FEED)
        await sounding.take(reply, self._pool, datetime.now(UTC))
        if sounding.reading is None or identity(reply.url) in self._places:
            return False
        self._places[identity(reply.url)] = _Place(sounding, "given")
        return True

    def _take_up(self, urls: Sequence[str], kind: ChannelKind, found: str) -> list[Ask]:
        """Ask for places that are new, as many as the site is troubled with."""
        most = self._config.max_feeds if kind is ChannelKind.FEED else self._config.max_sitemaps
        asks: list[Ask] = []
        for url in urls:
            known = sum(place.sounding.kind is kind for place in self._places.values())
            if identity(url) in self._places or known >= most or len(url.split()) != 1:
                continue
            if kind is ChannelKind.FEED and is_comment_address(url):
                if all(find.url != url for find in self._comments):
                    self._comments.append(Find(url, kind, found, ProbeStatus.EMPTY, "not asked for"))
                continue
            place = self._places[identity(url)] = _Place(Sounding(url, kind), found)
            asks.append(Ask(url, Expected(str(kind)), place))
        return asks

    def _usual_places(self) -> list[Ask]:
        """Try the next well-known path for each kind of place of which nothing good was found yet, one at a time."""
        asks: list[Ask] = []
        for kind, paths in self._guesses.items():
            while paths and not self._has(kind):
                guess = self._take_up([urljoin(_origin(self.site.homepage), paths.pop(0))], kind, GUESSED)
                if guess:
                    asks += guess
                    break
        return asks

    def _has(self, kind: ChannelKind) -> bool:
        """Tell whether enough of a kind was found; where sitemaps must be guessed, one for news is looked for beyond others."""
        good = [place for place in self._places.values() if place.sounding.kind is kind and _is_good(place)]
        if kind is ChannelKind.FEED or any(place.found != GUESSED for place in good):
            return bool(good)
        return any(place.sounding.reading is not None and place.sounding.reading.form == "news" for place in good)

    def _asked(self, asks: Sequence[Ask]) -> Sequence[Ask]:
        self._open += len(asks)
        for ask in asks[:1]:
            self._watch(ask.url)
        return asks

    def finds(self, now: datetime) -> list[Find]:
        """Return every place that was looked at, in the order in which it was found; a guess that led nowhere is no place."""
        found: list[Find] = []
        for place in self._places.values():
            status, reason = place.sounding.judged(now)
            if place.found == GUESSED and status in {ProbeStatus.DEAD, ProbeStatus.EMPTY}:
                continue
            reply = place.sounding.reply
            moved = reply.moved_to if reply else None
            found.append(Find(place.sounding.url, place.sounding.kind, place.found, status, reason, place.sounding.reading, moved))
        return found + self._comments


def _is_good(place: _Place) -> bool:
    return place.sounding.reading is not None and place.sounding.reading.items > 0


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
