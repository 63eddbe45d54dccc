"""Feeds, sitemaps and sections that go wrong. `outcome` is the status of the poll; `named` how many candidates it must have named."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from typing import ClassVar

from tests.integration.misbehaving_walls import CaptchaPage, CloudflareChallengeInPlace, ConsentToPay, LoginForm
from tests.integration.misbehaviours import HTML, Misbehaviour
from tests.integration.site import Plain, Resource, Wire

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Channel(Misbehaviour):
    """A channel that goes wrong; `{good}` in its body is the address of a good page of its host, `{self}` its own."""

    kind: ClassVar[str] = "feeds"
    status: ClassVar[int] = 200
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/rss+xml; charset=utf-8"}
    body: ClassVar[bytes] = b""
    named: ClassVar[int] = 0

    @classmethod
    def path(cls) -> str:
        return f"/{cls.name()}"

    async def answer(self, wire: Wire) -> None:
        home = f"http://{wire.writer.get_extra_info('sockname')[0]}:{wire.port}"
        body = self.body.replace(b"{good}", f"{home}/good-{self.name()}".encode()).replace(b"{self}", (home + self.path()).encode())
        await wire.answer(self.status, body, -1, **self.headers)


class Sitemap(Channel):
    """The same, of a sitemap."""

    kind: ClassVar[str] = "sitemaps"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/xml"}


def feed(*items: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel><title>Q</title>{"".join(items)}</channel></rss>'.encode()
    )


def item(link: str = "{good}", title: str = "A quiet day", date: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date or formatdate(usegmt=True)}</pubDate></item>"


# --- feeds ---


class FeedWithBadCharacters(Channel):
    """Has control characters, lone surrogates and a character beyond Unicode in its titles."""

    outcome, named = "ok", 1
    body = feed(item(title="A \x01quiet\x0b day &#x110000; &#xD800; \ufffe")).replace(b"quiet", b"qui\xff\xfeet")


class FeedWithBareAmpersands(Channel):
    """Has bare ampersands and entities of HTML."""

    outcome, named = "ok", 1
    body = feed(item(title="Bread & butter &nbsp; &eacute;"))


class FeedCutOff(Channel):
    """Ends in the middle of an item."""

    outcome, named = "ok", 1
    body = feed(item(), "<item><title>Half an it").partition(b"</channel>")[0]


class FeedThatIsHtml(Channel):
    """Is the front page."""

    outcome, reason, headers = "malformed", "", HTML
    body = b"<!doctype html><html><head><title>Qarnabad Post</title></head><body><p>We moved.</p></body></html>"


class FeedThatIsEmpty(Channel):
    """Is a feed without any item."""

    outcome = "empty"
    body = feed()


class FeedOfNothing(Channel):
    """Answers 200 with nothing."""

    outcome = "malformed"


class FeedOfBrokenJson(Channel):
    """Is half a JSON Feed."""

    outcome = "malformed"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/feed+json"}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "{good}"}]}).encode()[:-9]


class FeedOfHundredThousand(Channel):
    """Has 100,000 items."""

    outcome, named = "ok", 3
    body = feed(*(f"<item><link>{{good}}{'-' * (number % 3)}</link></item>" for number in range(100_000)))


class FeedFromTheFuture(Channel):
    """Dates its item in the year 2099."""

    outcome, named = "ok", 1
    body = feed(item(date=format_datetime(datetime(2099, 1, 1, tzinfo=UTC))))


class FeedWithEpochDates(Channel):
    """Dates its item 1704103200."""

    outcome, named = "ok", 1
    body = feed(item(date="1704103200"))


class FeedWithLongDates(Channel):
    """Dates its item with 20,000 commas."""

    outcome, named = "ok", 1
    body = feed(item(date="1," * 20_000))


class FeedWithUnsafeLinks(Channel):
    """Links to scripts, files, the metadata service and nowhere, and to two articles, one of which is not there."""

    outcome, named = "ok", 3
    body = feed(
        item(),
        *map(
            item, ("javascript:alert(1)", "file:///etc/passwd", "http://169.254.169.254/latest/", "", "https:///nowhere", "{good} {good}")
        ),
    )


class FeedOfEntities(Channel):
    """Defines entities that grow a billion-fold, and includes a file."""

    outcome, named = "ok", 1
    body = feed(
        item(title="&j; &file;"),
        head='<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY a "ha ha ha">'
        + "".join(f'<!ENTITY {chr(98 + step)} "{f"&{chr(97 + step)};" * 10}">' for step in range(9))
        + "]>",
    )


class FeedOfAttributes(Channel):
    """Has a tag of 200,000 attributes."""

    outcome, named = "ok", 1
    body = feed(item(), "<item " + " ".join(f'a{number}="1"' for number in range(200_000)) + "/>")


class FeedBomb(Channel):
    """Sends gzip that unpacks to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/rss+xml", "Content_Encoding": "gzip"}
    body = gzip.compress(b" " * (64 << 20))


class FeedWithoutEnd(Channel):
    """Sends items without end."""

    outcome, reason = "too_large", "larger than is read"

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
        for _ in range(1000):
            await wire.send(b"<item><title>again</title></item>" * 10_000)


class FeedThatIsSilent(Channel):
    """Says nothing."""

    outcome, reason = "timeout", "no complete answer in time"

    async def answer(self, wire: Wire) -> None:
        await wire.reader.read()
        wire.keep_alive = False


class FeedThatBreaksOff(Channel):
    """Hangs up in the middle."""

    outcome, reason, most_requests = "network_error", "broke off", 2

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, feed(item()), length=100_000, **self.headers)
        wire.keep_alive = False


class FeedThatIsGone(Channel):
    """Answers 410."""

    outcome, reason, status = "gone", "HTTP 410", 410


class FeedThatIsForbidden(Channel):
    """Answers 403."""

    outcome, reason, status = "blocked", "HTTP 403", 403


class FeedThatAsksForPeace(Channel):
    """Answers 429 with Retry-After."""

    outcome, reason, status = "blocked", "HTTP 429", 429
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "text/plain", "Retry_After": "3600"}


class FeedThatFails(Channel):
    """Answers 500."""

    outcome, reason, status = "http_error", "HTTP 500", 500


class FeedNotModifiedUnasked(Channel):
    """Answers 304 to a request that was not conditional: believed, it would never name anything again."""

    outcome, reason, status = "http_error", "not conditional", 304


class FeedBehindWall(Channel):
    """Answers with a bot wall and status 200."""

    outcome, reason, headers = "blocked", "Cloudflare", HTML
    body = CloudflareChallengeInPlace.body


class FeedBehindConsent(Channel):
    """Answers with a request for consent and status 200: no feed, whatever it is."""

    outcome, headers = "malformed", HTML
    body = ConsentToPay.body


class FeedToConsent(Channel):
    """Redirects to a consent page."""

    outcome, reason, status = "consent_wall", "redirected to a consent page", 302
    headers: ClassVar[Mapping[str, str]] = {"Location": "/consent/collect"}
    more: ClassVar[Mapping[str, Resource]] = {"/consent/collect": Plain(200, ConsentToPay.body, HTML)}


class FeedToLogin(Channel):
    """Redirects to a login page."""

    outcome, reason, status = "blocked", "login required", 302
    headers: ClassVar[Mapping[str, str]] = {"Location": "/login"}
    more: ClassVar[Mapping[str, Resource]] = {"/login": Plain(200, LoginForm.body, HTML)}


class FeedToMetadata(Channel):
    """Redirects to the metadata service of a cloud."""

    outcome, reason, status = "unsafe_url", "not an address of the public internet", 302
    headers: ClassVar[Mapping[str, str]] = {"Location": "http://169.254.169.254/feed"}


class FeedInCircles(Channel):
    """Redirects to itself."""

    outcome, reason, status = "http_error", "in a circle", 302
    headers: ClassVar[Mapping[str, str]] = {"Location": "/feed-in-circles"}


class FeedThatIsImage(Channel):
    """Is an image."""

    outcome, reason = "not_html", "image/png"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "image/png"}
    body = b"\x89PNG\r\n\x1a\n"


class FeedThatIsForbiddenByRobots(Channel):
    """Is forbidden in robots.txt."""

    outcome, reason, most_requests = "robots_denied", "forbidden by robots.txt", 0
    more: ClassVar[Mapping[str, Resource]] = {
        "/robots.txt": Plain(200, b"User-agent: *\nDisallow: /feed\n", {"Content_Type": "text/plain"})
    }


class FeedInUtf16(Channel):
    """Is UTF-16 and calls itself UTF-8."""

    outcome, named = "ok", 1

    async def answer(self, wire: Wire) -> None:
        home = f"http://{wire.writer.get_extra_info('sockname')[0]}:{wire.port}"
        text = feed(item(f"{home}/good-{self.name()}")).decode().encode("utf-16")
        await wire.answer(200, text, -1, Content_Type="application/rss+xml; charset=utf-8")


# --- sitemaps ---


class SitemapNamingItself(Sitemap):
    """Is an index that names itself."""

    outcome = "index"
    body = f'<sitemapindex xmlns="{SITEMAP}"><sitemap><loc>{{self}}</loc></sitemap></sitemapindex>'.encode()


class SitemapRing(Sitemap):
    """Is an index that names an index that names the first."""

    outcome = "index"
    body = (
        f'<sitemapindex xmlns="{SITEMAP}"><sitemap><loc>{{self}}?2</loc></sitemap><sitemap><loc>{{self}}</loc></sitemap></sitemapindex>'
    ).encode()
    most_requests = 2


class SitemapWithoutBottom(Sitemap):
    """Is an index of an index of an index, each with a new address."""

    outcome, most_requests = "index", 3

    def __init__(self) -> None:  # noqa: D107
        self.level = 0

    async def answer(self, wire: Wire) -> None:
        self.level += 1
        loc = f"http://{wire.writer.get_extra_info('sockname')[0]}:{wire.port}/sitemap-without-bottom?{self.level}"
        body = f'<sitemapindex xmlns="{SITEMAP}"><sitemap><loc>{loc}</loc></sitemap></sitemapindex>'.encode()
        await wire.answer(200, body, -1, Content_Type="application/xml")


class SitemapBomb(Sitemap):
    """Is a gzip file that unpacks to 64 MB."""

    outcome, reason = "malformed", "larger than"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/gzip"}
    body = gzip.compress(b" " * (64 << 20))


class SitemapThatIsHtml(Sitemap):
    """Is the front page."""

    outcome, headers = "malformed", HTML
    body = FeedThatIsHtml.body


class SitemapThatIsFeed(Sitemap):
    """Is a feed."""

    outcome, reason = "malformed", "a feed, not a sitemap"
    body = feed(item())


class SitemapOfTheFuture(Sitemap):
    """Dates its entry in the year 2099."""

    outcome, named = "ok", 1
    body = f'<urlset xmlns="{SITEMAP}"><url><loc>{{good}}</loc><lastmod>2099-01-01</lastmod></url></urlset>'.encode()


class SitemapInText(Sitemap):
    """Is a list of addresses in plain text, with remarks between them."""

    outcome, named = "ok", 1
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "text/plain"}
    body = b"{good}\nnothing of note\n\x00\n"


class _Elsewhere(SitemapOfTheFuture):
    @classmethod
    def name(cls) -> str:
        return "sitemap-moved"


class SitemapMoved(Sitemap):
    """Redirects to another sitemap, as it may."""

    outcome, named, status = "ok", 1, 301
    headers: ClassVar[Mapping[str, str]] = {"Location": "/elsewhere.xml"}
    more: ClassVar[Mapping[str, Resource]] = {"/elsewhere.xml": _Elsewhere()}


# --- sections ---


class Section(Channel):
    """A page that lists articles."""

    kind: ClassVar[str] = "sections"
    headers: ClassVar[Mapping[str, str]] = HTML

    @staticmethod
    def listing(*more: str) -> bytes:
        first = f"<article><h2><a href='{{good}}'>{HEADLINE}</a></h2></article>"
        return f"<!doctype html><title>News</title><main>{first}</main>{''.join(more)}".encode()


HEADLINE = "The parliament of Iraq votes on the treaty of the two rivers after eleven days of talks"


class EndlessCalendarSection(Section):
    """Has a next page for every day there will be; the catalog wants three."""

    outcome, named, most_requests = "ok", 1, 3

    def __init__(self) -> None:  # noqa: D107
        self.day = 0

    async def answer(self, wire: Wire) -> None:
        self.day += 1
        home = f"http://{wire.writer.get_extra_info('sockname')[0]}:{wire.port}/"
        page = self.listing(f"<a rel=next href='{home}{self.name()}?day={self.day}'>next</a>")
        await wire.answer(200, page.replace(b"{good}", f"{home}good-{self.name()}".encode()), -1, **HTML)


class SectionBehindWall(Section):
    """Answers with a captcha and status 200."""

    outcome, reason = "blocked", "reCAPTCHA"
    body = CaptchaPage.body


class SectionWithoutArticles(Section):
    """Links to nothing that looks like an article."""

    outcome = "empty"
    body = b"<!doctype html><title>News</title><main><p>There is no news today.</p><a href='/about'>About</a></main>"
