"""Pages that go wrong on the wire, in their encoding, in where they lead, in their status, in their robots.txt, in what they hold."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Mapping
from typing import ClassVar

import brotli
from backports import zstd

from tests.integration.misbehaviours import HEAD, HTML, Leads, Misbehaviour, Says, article
from tests.integration.site import EndlessRobots, Plain, Redirect, Resource, Silent, Wire, robots
from tests.warcs import article_page

# --- on the wire ---


class SlowHeader(Misbehaviour):
    """Sends its header a letter at a time."""

    outcome, reason = "timeout", "no complete answer in time"

    async def answer(self, wire: Wire) -> None:
        for letter in HEAD * 100:
            await wire.send(bytes([letter]))
            await asyncio.sleep(0.1)


class SlowBody(Misbehaviour):
    """Sends its body a letter at a time."""

    outcome, reason = "timeout", "no complete answer in time"

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"Content-Length: 100000\r\n\r\n")
        for _ in range(1000):
            await wire.send(b"x")
            await asyncio.sleep(0.1)


class SilentSocket(Misbehaviour):
    """Takes the request and says nothing."""

    outcome, reason = "timeout", "no complete answer in time"

    async def answer(self, wire: Wire) -> None:
        await wire.reader.read()
        wire.keep_alive = False


class ResetAtOnce(Misbehaviour):
    """Resets the connection instead of an answer."""

    outcome, reason, most_requests = "network_error", "connection broke", 2

    async def answer(self, wire: Wire) -> None:
        wire.reset()


class ResetInBody(Misbehaviour):
    """Resets the connection in the middle of the body."""

    outcome, reason, most_requests = "network_error", "broke", 2

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(page) + page[: len(page) // 2])
        await asyncio.sleep(0.05)
        wire.reset()


class HungUpInHeader(Misbehaviour):
    """Closes the connection in the middle of the header."""

    outcome, reason, most_requests = "network_error", "connection broke", 2

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD)
        wire.keep_alive = False


class LengthTooLong(Misbehaviour):
    """Promises a thousand bytes more than come."""

    outcome, reason, most_requests = "network_error", "the answer broke off", 2

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.answer(200, page, length=len(page) + 1000, **HTML)
        wire.keep_alive = False


class LengthTooShort(Misbehaviour):
    """Promises fewer bytes than come: the footer is cut off."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.answer(200, page, length=page.index(b"<footer>"), **HTML)


class LengthNegative(Misbehaviour):
    """Says 'Content-Length: -5'."""

    outcome, reason = "malformed", "not HTTP"

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"Content-Length: -5\r\n\r\n" + article(self.name()))
        wire.keep_alive = False


class LengthTwice(Misbehaviour):
    """Names two lengths that differ."""

    outcome, reason = "malformed", "not HTTP"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.send(HEAD + b"Content-Length: 7\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        wire.keep_alive = False


class LengthMissing(Misbehaviour):
    """Names no length and hangs up at the end."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"Connection: close\r\n\r\n" + article(self.name()))
        wire.keep_alive = False


class BrokenChunks(Misbehaviour):
    """Sends a chunk whose size is no number."""

    outcome, reason, most_requests = "network_error", "broke", 2

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + article(self.name()) + b"\r\n0\r\n\r\n")
        wire.keep_alive = False


class ChunksWithoutEnd(Misbehaviour):
    """Hangs up before the last chunk."""

    outcome, reason, most_requests = "network_error", "broke", 2

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(page) + page + b"\r\n")
        wire.keep_alive = False


class TrailingData(Misbehaviour):
    """Sends a second answer that nobody asked for after the page."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, article(self.name()), -1, **HTML)
        await wire.answer(200, b"<title>poison</title>", -1, **HTML)


class EndlessBody(Misbehaviour):
    """Sends chunks without end."""

    outcome, reason = "too_large", "larger than is read"

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(1000):
            await wire.send(b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n")


class HugeBody(Misbehaviour):
    """Announces 8 GB."""

    outcome, reason = "too_large", "larger than is read"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, b"x" * 1000, length=1 << 33, **HTML)
        await asyncio.sleep(5)


class LargePage(Says):
    """Sends a page of 6 MB."""

    outcome, reason = "too_large", "more than 5000000"
    body = b"<html><body>" + b"<p>word</p>" * 550_000


class EndlessHeaders(Misbehaviour):
    """Sends header lines without end."""

    outcome, reason = "malformed", "header lines"

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\n")
        for start in range(0, 100_000, 1000):
            await wire.send(b"".join(b"X-Flood-%d: 1\r\n" % number for number in range(start, start + 1000)))


class EndlessHeaderLine(Misbehaviour):
    """Sends one header line of a megabyte."""

    outcome, reason = "malformed", "header line"

    async def answer(self, wire: Wire) -> None:
        await wire.send(HEAD + b"X-Long: " + b"x" * (1 << 20) + b"\r\n\r\n")


class EndlessContinue(Misbehaviour):
    """Says '100 Continue' without end."""

    outcome, reason = "malformed", "header lines"

    async def answer(self, wire: Wire) -> None:
        for _ in range(20_000):
            await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")


class EarlyHints(Misbehaviour):
    """Sends '103 Early Hints' before the page."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
        await wire.answer(200, article(self.name()), -1, **HTML)


class ControlInHeader(Misbehaviour):
    """Has control characters and half an UTF-8 letter in its header."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.send(HEAD + b'X-Bell: \x07\x1b[31m\xc3\r\nETag: "\x01"\r\nContent-Length: %d\r\n\r\n' % len(page) + page)


class HeadersTwice(Misbehaviour):
    """Sends its headers twice, the first with another content type."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n" + HEAD[17:] + b"Content-Length: %d\r\n\r\n" % len(page) + page)


class OldHttp(Misbehaviour):
    """Answers as HTTP/0.9 did, without any header."""

    outcome, reason = "malformed", "not HTTP"

    async def answer(self, wire: Wire) -> None:
        await wire.send(article(self.name()))
        wire.keep_alive = False


class OtherProtocol(Misbehaviour):
    """Is a mail server."""

    outcome, reason = "malformed", "not HTTP"

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"220 mail.example ESMTP ready when you are\r\n")
        wire.keep_alive = False


# --- in its encoding ---


class GzipBomb(Says):
    """Sends 64 KB of gzip that unpack to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "gzip"}
    body = gzip.compress(b"\0" * (64 << 20))


class DoubleGzipBomb(Says):
    """Sends gzip in gzip, 300 bytes that unpack to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "gzip, gzip"}
    body = gzip.compress(GzipBomb.body)


class DeflateBomb(Says):
    """Sends deflate that unpacks to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "deflate"}
    body = zlib.compress(b"\0" * (64 << 20))


class BrotliBomb(Says):
    """Sends brotli that unpacks to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "br"}
    body = brotli.compress(b"\0" * (64 << 20), quality=5)


class ZstdBomb(Says):
    """Sends zstd that unpacks to 64 MB."""

    outcome, reason = "too_large", "unpacks to more than"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "zstd"}
    body = zstd.compress(b"\0" * (64 << 20))


class StackedEncodings(Misbehaviour):
    """Packs the page twenty times."""

    outcome, reason = "malformed", "20 stacked content encodings"

    async def answer(self, wire: Wire) -> None:
        body = article(self.name())
        for _ in range(20):
            body = gzip.compress(body)
        await wire.answer(200, body, Content_Type="text/html", Content_Encoding=", ".join(["gzip"] * 20))


class WrongEncoding(Says):
    """Calls gzip what is none."""

    outcome, reason = "malformed", "the body is not gzip"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "gzip"}
    body = b"\x00\x01 no gzip at all"


class PlainCalledGzip(Says):
    """Calls gzip what is plain HTML; browsers read on."""

    outcome = "new"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "gzip"}


class UnknownEncoding(Says):
    """Names an encoding that does not exist; the page is plain."""

    outcome = "new"
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Content_Encoding": "utf-8"}


class CutGzip(Misbehaviour):
    """Sends the first half of a gzip stream as if it were all."""

    outcome, reason = "malformed", "cut short"

    async def answer(self, wire: Wire) -> None:
        packed = gzip.compress(article(self.name()))
        await wire.answer(200, packed[: len(packed) // 2], -1, **HTML, Content_Encoding="gzip")


# --- in where it leads ---


class RedirectToItself(Leads):
    """Redirects to itself."""

    outcome, reason, location = "http_error", "in a circle", "/redirect-to-itself"


class RedirectRing(Leads):
    """Redirects to a page that redirects back."""

    outcome, reason, location = "http_error", "in a circle", "/there"
    more: ClassVar[Mapping[str, Resource]] = {"/there": Redirect("/redirect-ring")}


class RedirectWithCookie(Misbehaviour):
    """Sets a cookie and redirects to itself until it comes back."""

    outcome, reason = "http_error", "in a circle"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(302, Location="/redirect-with-cookie", Set_Cookie="seen=1; Path=/")


class RedirectChain(Leads):
    """Redirects eleven times."""

    outcome, reason, location = "http_error", "too many redirects", "/hop-1"
    more: ClassVar[Mapping[str, Resource]] = {
        **{f"/hop-{number}": Redirect(f"/hop-{number + 1}") for number in range(1, 11)},
        "/hop-11": Plain(200, article("hop")),
    }


class RedirectToFile(Leads):
    """Redirects to file:///etc/passwd."""

    outcome, reason, location = "unsafe_url", "scheme 'file'", "file:///etc/passwd"


class RedirectToMail(Leads):
    """Redirects to a mail address."""

    outcome, reason, location = "unsafe_url", "scheme 'mailto'", "mailto:nobody@qarnabad.example"


class RedirectToScript(Leads):
    """Redirects to a script."""

    outcome, reason, location = "unsafe_url", "scheme 'javascript'", "javascript:alert(1)"


class RedirectToMetadata(Leads):
    """Redirects to the metadata service of a cloud."""

    outcome, reason, location = "unsafe_url", "not an address of the public internet", "http://169.254.169.254/latest/meta-data/"


class RedirectToDecimal(Leads):
    """Redirects there with the address in one number."""

    outcome, reason, location = "unsafe_url", "unusual spelling", "http://2852039166/latest/meta-data/"


class RedirectToMapped(Leads):
    """Redirects there with the address inside an IPv6 address."""

    outcome, reason, location = "unsafe_url", "not an address of the public internet", "http://[::ffff:169.254.169.254]/"


class RedirectToMailPort(Leads):
    """Redirects to port 25 of another machine."""

    outcome, reason, location = "unsafe_url", "port 25", "http://192.0.2.1:25/"


class RedirectToLocalName(Leads):
    """Redirects to a name of a local network."""

    outcome, reason, location = "unsafe_url", "name of a local network", "http://printer.local/"


class RedirectToNowhere(Misbehaviour):
    """Redirects without saying where to."""

    outcome, reason = "http_error", "leads nowhere"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(302)


class RedirectToNonsense(Leads):
    """Redirects to what is no address."""

    outcome, reason, location = "http_error", "no address", "http://[not-an-address/"


class RedirectToFront(Leads):
    """Redirects from an article that it no longer has to its front page."""

    outcome, reason, location = "no_text", "the front page", "/"
    more: ClassVar[Mapping[str, Resource]] = {
        "/": Plain(200, article_page("Qarnabad Post", ["The ministry of calm said so. " * 30], published=""))
    }


class MetaRefresh(Says):
    """Holds nothing but a meta refresh to another page."""

    outcome, reason = "no_text", "no text"
    body = b"<html><head><meta http-equiv=refresh content='0; url=/other'></head><body></body></html>"


# --- in its status ---


class NotModifiedUnasked(Says):
    """Answers 304 to a request that was not conditional."""

    outcome, reason, status = "http_error", "not conditional", 304


class NoContent(Says):
    """Answers 204."""

    outcome, reason, status = "no_text", "HTTP 204", 204

    async def answer(self, wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 204 No Content\r\n\r\n")


class BadRequest(Says):
    """Answers 400 to everything."""

    outcome, reason, status = "http_error", "HTTP 400", 400


class Unauthorized(Says):
    """Answers 401."""

    outcome, reason, status = "blocked", "HTTP 401", 401


class PaymentRequired(Says):
    """Answers 402."""

    outcome, reason, status = "paywalled", "HTTP 402", 402


class Forbidden(Says):
    """Answers 403."""

    outcome, reason, status = "blocked", "HTTP 403", 403


class NotFound(Says):
    """Answers 404 with a page full of text."""

    outcome, reason, status = "gone", "HTTP 404", 404


class ProxyWanted(Says):
    """Answers 407."""

    outcome, reason, status = "blocked", "HTTP 407", 407


class Gone(Says):
    """Answers 410."""

    outcome, reason, status = "gone", "HTTP 410", 410


class TooMany(Says):
    """Answers 429 with Retry-After: 3600."""

    outcome, reason, status = "blocked", "HTTP 429", 429
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Retry_After": "3600"}


class LegalReasons(Says):
    """Answers 451."""

    outcome, reason, status = "blocked", "HTTP 451", 451


class ServerError(Says):
    """Answers 500."""

    outcome, reason, status = "http_error", "HTTP 500", 500


class BadGatewayOnce(Misbehaviour):
    """Answers 502 once, then the page."""

    outcome, most_requests = "new", 2

    def __init__(self) -> None:  # noqa: D107
        self.asked = 0

    async def answer(self, wire: Wire) -> None:
        self.asked += 1
        await wire.answer(502 if self.asked == 1 else 200, article(self.name()), -1, **HTML)


class UnavailableUntil(Says):
    """Answers 503 with a date in Retry-After."""

    outcome, reason, status = "http_error", "HTTP 503", 503
    headers: ClassVar[Mapping[str, str]] = {**HTML, "Retry_After": "Fri, 31 Dec 2100 23:59:59 GMT"}


class OwnStatus(Says):
    """Answers with the status 999."""

    outcome, reason, status = "http_error", "HTTP 999", 999


# --- in its robots.txt ---


class RobotsForbid(Says):
    """Forbids the page in robots.txt."""

    outcome, reason, most_requests = "robots_denied", "forbidden by robots.txt", 0
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": robots("User-agent: *\nDisallow: /\n")}


class RobotsFail(Says):
    """Answers 500 for robots.txt."""

    outcome, reason, most_requests = "robots_denied", "robots.txt cannot be read: HTTP 500", 0
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": Plain(500)}


class RobotsSilent(Says):
    """Says nothing when asked for robots.txt."""

    outcome, reason, most_requests = "timeout", "robots.txt cannot be read", 0
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": Silent()}


class RobotsEndless(Says):
    """Sends a robots.txt without end, whose rules stand at its beginning."""

    outcome = "new"
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": EndlessRobots()}


class RobotsHtml(Says):
    """Sends an HTML page as robots.txt."""

    outcome = "new"
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": Plain()}


class RobotsForbidden(Says):
    """Answers 403 for robots.txt, which RFC 9309 reads as 'no rules'."""

    outcome = "new"
    more: ClassVar[Mapping[str, Resource]] = {"/robots.txt": Plain(403)}


# --- in what it holds ---


class CharsetLie(Says):
    """Calls UTF-8 what is windows-1256."""

    outcome = "new"
    body = (
        article_page(
            "برلمان العراق يصوت على اتفاق المياه",
            [
                "بغداد - صوت برلمان العراق يوم الاثنين على اتفاق المياه مع سوريا، وقالت وزارة الخارجية إن الوفد سيزور دمشق قبل الانتخابات. "
                * 2
            ],
            lang="ar",
        )
        .decode()
        .encode("cp1256")
    )


class CharsetThatRaises(Says):
    """Says 'charset=idna', a codec that raises."""

    outcome = "new"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "text/html; charset=idna"}


class Utf16WithoutMark(Misbehaviour):
    """Sends UTF-16 without a byte order mark, and says so."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name()).decode().replace('<meta charset="utf-8">', "").encode("utf-16-le")
        await wire.answer(200, page, -1, Content_Type="text/html; charset=utf-16le")


class NullBytes(Misbehaviour):
    """Has a NUL between any two words."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, article(self.name()).replace(b" the ", b" \0the\0 "), -1, **HTML)


class BinaryCalledHtml(Says):
    """Calls HTML what is a JPEG image."""

    outcome, reason = "not_html", "JPEG"
    body = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 200


class NoiseCalledHtml(Says):
    """Calls HTML what is noise."""

    outcome, reason = "not_html", "no HTML"
    body = bytes((37 * number * number + 11 * number) % 255 + 1 for number in range(50_000)).replace(b"<", b"")


class PdfFile(Says):
    """Is a PDF."""

    outcome, reason = "not_html", "application/pdf"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/pdf"}
    body = b"%PDF-1.7 " + b"x" * 100_000


class PdfCalledHtml(Says):
    """Calls HTML what is a PDF."""

    outcome, reason = "not_html", "PDF"
    body = b"%PDF-1.7 " + b"x" * 100_000


class ImageFile(Says):
    """Is an image."""

    outcome, reason = "not_html", "image/png"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "image/png"}
    body = b"\x89PNG\r\n\x1a\n" + b"x" * 1000


class JsonFile(Says):
    """Is JSON."""

    outcome, reason = "not_html", "application/json"
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "application/json"}
    body = b'{"title": "Quiet day in Qarnabad", "text": "Nothing happened."}'


class FeedAsPage(Says):
    """Sends a feed where an article should be."""

    outcome, reason = "not_html", "feed or sitemap"
    body = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Qarnabad Post</title></channel></rss>'


class EmptyBody(Misbehaviour):
    """Answers 200 with nothing."""

    outcome, reason = "not_html", "the body is empty"

    async def answer(self, wire: Wire) -> None:
        await wire.answer(200, b"", -1, **HTML)


class OnlyScripts(Says):
    """Holds scripts and no word."""

    outcome, reason = "no_text", "no text"
    body = b"<!doctype html><html><head><title>Qarnabad Post</title></head><body><div id=app></div>" + b"<script>run();</script>" * 50


class SectionPage(Says):
    """Lists a dozen articles with a teaser each, and calls itself an article."""

    outcome, reason = "listing", "names 12 others"
    body = (
        b'<!doctype html><html><head><title>Iraq</title><meta property="og:type" content="article"></head><body><h1>Iraq</h1>'
        + b"".join(
            b"<div><h2><a href=/story-%d>The parliament of Iraq votes for the %dth time</a></h2>"
            b"<p>The parliament of Iraq put off the vote on its foreign policy once more, and nobody knew until when.</p></div>" % (n, n)
            for n in range(12)
        )
        + b"</body></html>"
    )


class MenuAlone(Says):
    """Holds the names of forty places, each a link, and no sentence."""

    outcome, reason = "listing", "no prose"
    body = (
        b"<!doctype html><html><head><title>Iraq</title></head><body><main><div>"
        + b"".join(b"<a href=/place/%d>Governorate %d</a> " % (n, n) for n in range(40))
        + b"</div></main></body></html>"
    )


class AppendedArticles(Says):
    """Appends two other articles to its own, as pages do that never end."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name())
        end = page.index(b"</article>") + len(b"</article>")
        later = b"".join(
            b"<article><h1>Another story, number %d</h1><p class=byline>By Nobody</p>" % n
            + b"<p>Of the stories that come later not one word belongs to the article that was asked for.</p>" * 4
            + b"</article>"
            for n in range(2)
        )
        await wire.answer(200, page[:end] + later + page[end:], -1, **HTML)


class DeepNesting(Says):
    """Nests its text 300 levels deep."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = (
            article(self.name())
            .replace(b"<article>", b"<div>" * 300 + b"<article>")
            .replace(b"</article>", b"</article>" + b"</div>" * 300)
        )
        await wire.answer(200, page, -1, **HTML)


class BottomlessNesting(Says):
    """Opens 50,000 elements inside each other."""

    outcome = "malformed"
    body = b"<html><body>" + b"<div>" * 50_000 + b"<p>Deep down.</p>"


class LongDoctype(Says):
    """Has a DOCTYPE of 79 KB, over which a parser sits for 21 s."""

    outcome, reason = "malformed", "the DOCTYPE has"
    body = b"<!doctype " + b"/" * 79_000 + b"><html><body><p>word</p></body></html>"


class JsonLdBomb(Says):
    """Has 300 KB of escaped quotes in its JSON-LD."""

    outcome, reason = "malformed", "a JSON-LD script has"
    body = (
        b'<html><head><script type="application/ld+json">{"a": "' + b'\\"' * 150_000 + b'"}</script></head><body><p>word</p></body></html>'
    )


class ManyAttributes(Says):
    """Has a tag of 40,000 attributes."""

    outcome, reason = "malformed", "attributes"
    body = b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(40_000)) + b">word</p></body></html>"


class EntityBomb(Says):
    """Defines entities that grow a billion-fold."""

    outcome, reason = "no_text", "no article"
    body = (
        b'<!DOCTYPE html [<!ENTITY a "ha ha ha ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9))
        + b"]><html><body><p>&j;</p></body></html>"
    )


class HiddenScript(Says):
    """Has markup, scripts and bidi overrides in its headline."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        page = article(self.name()).replace(b"<h1>", "<h1><script>alert(1)</script>\u202e".encode())
        await wire.answer(200, page, -1, **HTML)


class EndlessCalendar(Misbehaviour):
    """Links to a page for every day there will be; an article's links are not followed."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        days = b"".join(b"<a href=/endless-calendar?day=%d rel=next>next day</a>" % day for day in range(1000))
        await wire.answer(200, article(self.name()).replace(b"<footer>", days + b"<footer>"), -1, **HTML)
