"""Pages that stand in the place of an article: bot walls, consent walls, login pages, teasers, 'not found' with status 200.

The markup is our own; of the real ones it has what they are recognised by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tests.integration.misbehaviours import HTML, Leads, Misbehaviour, Says, article, story
from tests.integration.site import Plain, Resource, Wire
from tests.warcs import article_page

FOUR_LINES = "Qarnabad's minister of calm said on Monday that nothing would happen this week either. " * 3


def page(title: str, body: str, head: str = "", lang: str = "en") -> bytes:
    top = f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    return f"{top}<body>{body}</body></html>".encode()


# --- bot walls ---


class CloudflareChallenge(Says):
    """Cloudflare's challenge, with 403."""

    outcome, reason, status = "blocked", "Cloudflare", 403
    headers: ClassVar[Mapping[str, str]] = {**HTML, "CF_Mitigated": "challenge"}
    body = page("Just a moment...", "<p>Verifying you are human.</p>")


class CloudflareChallengeInPlace(Says):
    """The same with status 200, a paragraph and no header that tells."""

    outcome, reason = "blocked", "Cloudflare"
    body = page(
        "Just a moment...",
        "<p>" + "Checking your browser before you can read qarnabad.example. " * 8 + "</p><script>window._cf_chl_opt={}</script>",
    )


class CloudflareBan(Says):
    """Cloudflare's refusal of a client, in one line of text."""

    outcome, reason, status = "blocked", "Cloudflare", 403
    headers: ClassVar[Mapping[str, str]] = {"Content_Type": "text/plain"}
    body = b"error code: 1020"


class AkamaiDenial(Says):
    """Akamai's 'Access Denied' with a reference number."""

    outcome, reason, status = "blocked", "Akamai", 403
    body = page("Access Denied", "<h1>Access Denied</h1><p>You may not read this.</p><p>Reference&#32;&#35;18&#46;2f3a</p>")


class DatadomeCaptcha(Says):
    """DataDome's captcha, with status 200."""

    outcome, reason = "blocked", "DataDome"
    body = page("qarnabad.example", "<p>Please enable JS.</p><script src='https://ct.captcha-delivery.com/c.js'></script>")


class HumanCaptcha(Says):
    """HUMAN's (PerimeterX) 'press and hold'."""

    outcome, reason, status = "blocked", "HUMAN", 403
    body = page("Access to this page has been denied", "<p>Press & hold.</p><div id='px-captcha'></div>")


class ImpervaIncident(Says):
    """Imperva's (Incapsula) incident page, with status 200."""

    outcome, reason = "blocked", "Imperva"
    body = page(
        "", "<iframe id='main-iframe' src='/_Incapsula_Resource?CWUDNSAI=1'>Request unsuccessful. Incapsula incident ID: 1-2</iframe>"
    )


class AwsChallenge(Says):
    """The challenge of AWS WAF, with status 202."""

    outcome, reason, status = "blocked", "AWS WAF", 202
    headers: ClassVar[Mapping[str, str]] = {**HTML, "X_Amzn_Waf_Action": "challenge"}
    body = page("", "<script>window.gokuProps = {}</script>")


class SucuriDenial(Says):
    """Sucuri's refusal."""

    outcome, reason, status = "blocked", "Sucuri", 403
    body = page("Sucuri WebSite Firewall - Access Denied", "<p>Block reason: bad bot.</p>")


class DdosGuardCheck(Says):
    """DDoS-Guard's check, with 503."""

    outcome, reason, status = "blocked", "DDoS-Guard", 503
    body = page("DDoS-Guard", "<p>Checking your browser.</p><script src='/.well-known/ddos-guard/js-challenge/index.js'></script>")


class ArvanTransfer(Says):
    """ArvanCloud's check, with status 200."""

    outcome, reason = "blocked", "ArvanCloud"
    body = page(
        "Transferring to the website...",
        "<p>در حال انتقال به سایت مورد نظر هستید</p><script>document.cookie='__arcsjs=1'</script>",
        lang="fa",
    )


class KasadaCheck(Says):
    """Kasada's check, with 429."""

    outcome, reason, status = "blocked", "Kasada", 429
    body = page("", "<script>window.KPSDK={};</script><script src='/149e9513-01fa-4fb0-aad4-566afd725d1b/ips.js'></script>")


class F5Rejection(Says):
    """F5's refusal with a support number, with status 200."""

    outcome, reason = "blocked", "F5"
    body = page("Request Rejected", "<p>The requested URL was rejected. Please consult with your administrator. Your support ID is: 18</p>")


class DistilInterruption(Says):
    """Distil's 'Pardon Our Interruption', with status 200 and words enough for an article."""

    outcome, reason = "blocked", "Distil"
    body = page(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption</h1><p>" + "Something about your browser made us think you were a bot. " * 6 + "</p>",
    )


class CaptchaPage(Says):
    """A captcha of Google's in the place of the page."""

    outcome, reason = "blocked", "reCAPTCHA"
    body = page(
        "Are you human?",
        "<p>Solve this, please.</p><div class='g-recaptcha'></div><script src='https://www.google.com/recaptcha/api.js'></script>",
    )


class HcaptchaPage(Says):
    """The same of hCaptcha's, with 403."""

    outcome, reason, status = "blocked", "hCaptcha", 403
    body = page("One more step", "<div class='h-captcha'></div><script src='https://js.hcaptcha.com/1/api.js'></script>")


class CaptchaInComments(Misbehaviour):
    """An article that loads a captcha and Cloudflare's script for its comments."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        more = b"<script src='https://www.google.com/recaptcha/api.js'></script>"
        more += b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
        await wire.answer(200, article(self.name()).replace(b"<footer>", more + b"<footer>"), -1, **HTML)


# --- consent ---


class ConsentByRedirect(Leads):
    """Redirects to a consent page."""

    outcome, reason, location = "consent_wall", "redirected to a consent page", "/consent/collect?return=1"
    more: ClassVar[Mapping[str, Resource]] = {
        "/consent/collect": Plain(200, page("Qarnabad Post", "<p>" + "We and our partners ask you. " * 30 + "</p>"))
    }


class ConsentToPay(Says):
    """Asks, in German, for consent or a subscription, in the place of the page."""

    outcome, reason = "consent_wall", "asks for consent"
    body = page(
        "Post aus Qarnabad",
        "<h1>Mit Werbung weiterlesen</h1><p>Wir und unsere Partner verarbeiten personenbezogene Daten, um Werbung zu zeigen. Ihre "
        "Einwilligung können Sie jederzeit widerrufen.</p><p>Oder lesen Sie ohne Werbung und Tracking im Pur-Abo.</p>"
        "<button>Alle akzeptieren</button>",
        lang="de",
    )


class ConsentInFrench(Says):
    """Asks for consent in French, with the script of a consent tool."""

    outcome, reason = "consent_wall", "asks for consent"
    body = page(
        "Le Courrier de Qarnabad",
        "<p>Nous et nos partenaires déposons des cookies et traitons des données personnelles, comme votre adresse, pour la publicité.</p>"
        "<a href=/ok>Tout accepter</a> <a href=/no>Continuer sans accepter</a>",
        "<script src='https://sdk.privacy-center.example/didomi.js'></script>",
        "fr",
    )


class ConsentInTurkish(Says):
    """Shows the Turkish notice on cookies (KVKK) in the place of the page."""

    outcome, reason = "consent_wall", "asks for consent"
    body = page(
        "Karnabad Postası",
        "<h1>Çerez Aydınlatma Metni</h1><p>KVKK kapsamında çerez kullanıyoruz; kişisel verileriniz için açık rızanız gerekir. "
        "Sitemize girmek için çerezleri kabul et düğmesine basın ya da çerez ayarları sayfasını açın.</p><button>Tümünü kabul et</button>",
        lang="tr",
    )


class ConsentBanner(Misbehaviour):
    """An article that carries a consent banner in its own markup."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        banner = (
            b"<div id=onetrust-banner-sdk><h2>We value your privacy</h2><p>We and our partners store cookies to show personalised ads. "
            b"You may manage options.</p><button>Accept all</button><button>Reject all</button></div><script src=https://cdn.cookielaw.org/x.js></script>"
        )
        await wire.answer(200, article(self.name()).replace(b"<nav>", banner + b"<nav>"), -1, **HTML)


# --- login and payment ---


class LoginByRedirect(Leads):
    """Redirects to a login page."""

    outcome, reason, location = "blocked", "login required", "/account/login?next=1"
    more: ClassVar[Mapping[str, Resource]] = {
        "/account/login": Plain(200, page("Qarnabad Post", "<p>" + "Members read more. " * 30 + "</p>"))
    }


class LoginForm(Says):
    """Shows a login form in the place of the page."""

    outcome, reason = "blocked", "login required"
    body = page(
        "Üye Girişi | Karnabad Postası", "<form><input name=user><input type=password name=word><button>Giriş</button></form>", lang="tr"
    )


class PaidTeaser(Says):
    """Shows three sentences of an article that its JSON-LD calls not free."""

    outcome, reason = "paywalled", "calls itself paid content"
    body = page(
        "Calm in Qarnabad",
        f"<article><h1>Calm in Qarnabad</h1><p>{FOUR_LINES}</p></article>",
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
    )


class LockedTeaser(Says):
    """Shows three sentences of an article whose content tier is 'locked'."""

    outcome, reason = "paywalled", "calls itself paid content"
    body = page(
        "More calm in Qarnabad",
        f"<article><h1>More calm in Qarnabad</h1><p>{FOUR_LINES}</p></article>",
        '<meta property="article:content_tier" content="locked"><meta property="og:type" content="article">',
    )


class MarkedTeaser(Says):
    """Shows the beginning of an article and sends its reader to subscribe."""

    outcome, reason = "paywalled", "to subscribe"
    body = page(
        "Le calme à Qarnabad",
        f"<article><h1>Le calme à Qarnabad</h1><p>{FOUR_LINES * 3}</p></article><div>Abonnez-vous pour lire la suite</div>",
        '<meta property="og:type" content="article">',
        "fr",
    )


class ArabicTeaser(Says):
    """The same in Arabic."""

    outcome, reason = "paywalled", "to subscribe"
    body = page(
        "هدوء في قرناباد",
        "<article><h1>هدوء في قرناباد</h1><p>"
        + "قال وزير الهدوء يوم الاثنين إن شيئا لن يحدث هذا الأسبوع أيضا. " * 6
        + "</p></article><p>للمشتركين فقط</p>",
        lang="ar",
    )


class PaidInFull(Misbehaviour):
    """Calls itself paid content and shows all of it."""

    outcome = "new"

    async def answer(self, wire: Wire) -> None:
        tag = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
        await wire.answer(200, article_page(*story(self.name(), 20)).replace(b"</head>", tag.encode() + b"</head>"), -1, **HTML)


# --- not there ---


class SoftNotFound(Says):
    """Says 'page not found' with status 200, and more words than some articles have."""

    outcome, reason = "no_text", "soft 404"
    body = page("Page not found | Qarnabad Post", f"<h1>Sorry, this page was not found</h1><p>{FOUR_LINES * 2}</p><p>{FOUR_LINES}</p>")


class SoftNotFoundInArabic(Says):
    """The same in Arabic."""

    outcome, reason = "no_text", "soft 404"
    body = page(
        "قرناباد بوست - الصفحة غير موجودة",
        "<h1>404</h1><p>" + "يمكنكم قراءة أخبار أخرى من قرناباد في الصفحة الأولى للموقع. " * 6 + "</p>",
        lang="ar",
    )
