"""What stands in the place of an article is named; an article that carries a banner, a box or a captcha is an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.errors import ConsentWall, NoText, PageError, Paywalled, Walled
from crawler.extraction import extract
from crawler.records import ExtractedArticle, Page

URL = "https://post.example/world/1-treaty"
LINES = [
    "The envoys of Qarnabad signed the treaty on water after eleven days of talks, the ministry of calm said on Monday.",
    "Both sides had asked for more; neither of them got it, a member of the delegation told reporters at the bridge.",
    "The rivers will be measured every spring, and whoever takes too much will have to explain it before a commission.",
    "Farmers on the eastern bank said that they had heard such promises before and would wait for the first dry summer.",
]
BANNER = (
    "<div class='box'><h3>We value your privacy</h3><p>We and our partners store cookies.</p><button>Accept all</button>"
    "<button>Reject all</button><button>Manage options</button></div><script src='https://cdn.cookielaw.org/x.js'></script>"
)
LOGIN = "<form><input name='who'><input type='password' name='word'><button>Log in</button></form>"
NAVIGATION = "<nav>" + "".join(f"<a href='/s/{number}'>§</a> " for number in range(30)) + "</nav>"


def read(body: str, *, title: str = "Post", head: str = "", url: str = URL, headers: dict[str, str] | None = None) -> ExtractedArticle:
    html = f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>"
    page = Page(URL, url, html.encode(), datetime(2026, 3, 1, tzinfo=UTC), content_type="text/html", headers=headers or {})
    return extract(page)


def paragraphs(count: int) -> str:
    return "<article><h1>A treaty on water</h1>" + "".join(f"<p>{LINES[at % 4]}</p>" for at in range(count)) + "</article>"


def named(body: str, title: str = "Post", head: str = "", url: str = URL) -> PageError:
    with pytest.raises(PageError) as caught:
        read(body, title=title, head=head, url=url)
    assert caught.value.url == url
    return caught.value


ARTICLE = "<meta property='og:type' content='article'>"


# --- consent ---


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Before you continue</h1><p>We and our 842 partners use cookies to show advertising.</p><button>Accept all</button>",
        "<p>Nous et nos partenaires utilisons des cookies et vos données.</p><a>Tout accepter</a><a>Continuer sans accepter</a>",
        "<h1>Mit Werbung weiterlesen</h1><p>Wir und unsere Partner verarbeiten personenbezogene Daten.</p><a>Alle akzeptieren</a>",
        "<h1>Çerez Politikası</h1><p>Sitemizde çerez kullanıyoruz. KVKK aydınlatma metni uyarınca açık rızanız gerekir.</p>",
        "<h1>نهتم بخصوصيتك</h1><p>نحن وشركاؤنا نستخدم ملفات تعريف الارتباط لعرض الإعلانات.</p><button>قبول الكل</button>",
        "<p>ما و شرکای ما از کوکی برای تبلیغات استفاده می‌کنیم.</p><button>پذیرش همه</button><h1>حریم خصوصی</h1>",
        "<h1>تایبەتمەندیت بۆ ئێمە گرنگە</h1><p>ئێمە و هاوبەشەکانمان کووکی بەکار دەهێنین.</p><button>هەموویان قبوڵ بکە</button>",
        "<h1>הפרטיות שלך חשובה לנו</h1><p>אנחנו והשותפים שלנו משתמשים בעוגיות.</p><button>אישור כל העוגיות</button>",
    ],
)
@pytest.mark.parametrize("repeated", [1, 8])
def test_page_that_asks_for_consent_is_a_consent_wall(body: str, repeated: int) -> None:
    assert isinstance(named(body * repeated), ConsentWall)


def test_redirect_to_a_consent_page_is_a_consent_wall_whatever_it_says() -> None:
    error = named(paragraphs(4), url="https://consent.post.example/collect")
    assert isinstance(error, ConsentWall)
    assert read(paragraphs(4), head=ARTICLE, url="https://consent.post.example/world/1-treaty").text


@pytest.mark.parametrize("head", ["", ARTICLE])
def test_article_with_a_consent_banner_is_an_article(head: str) -> None:
    assert LINES[1] in read(BANNER + paragraphs(4), head=head).text
    assert LINES[1] in read(paragraphs(4) + BANNER, head=head).text


@pytest.mark.parametrize("head", ["", ARTICLE])
def test_article_about_consent_is_an_article(head: str) -> None:
    text = " ".join(
        f"The court ruled on cookies and consent for the {number}th time; vendors must ask 'accept all'." for number in range(9)
    )
    assert (
        "9th"
        not in read(f"<article><h1>Privacy before the court</h1><p>{text}</p><p>{' '.join(LINES * 2)}</p></article>", head=head).text[:50]
    )


def test_film_with_a_banner_holds_no_text() -> None:
    film = "<meta property='og:type' content='video.other'>"
    assert isinstance(named(BANNER + "<video src='x.mp4'></video>", head=film), NoText)
    assert isinstance(named(NAVIGATION * 4 + BANNER + "<video src='x.mp4'></video>"), NoText)


# --- login ---


@pytest.mark.parametrize(
    "title",
    [
        "Log in - Post",
        "Sign in to your account",
        "Connexion | Le Post",
        "Giriş Yap",
        "تسجيل الدخول",
        "ورود کاربران",
        "התחברות",
        "چوونەژوورەوە",
    ],
)
def test_page_with_a_login_form_alone_is_a_wall(title: str) -> None:
    error = named(NAVIGATION + LOGIN, title=title)
    assert isinstance(error, Walled)
    assert "login required" in str(error)


def test_redirect_to_a_login_page_is_a_wall() -> None:
    assert "login required" in str(named("<p>" + "Members read more. " * 30 + "</p>", url="https://post.example/login?next=1"))


def test_article_with_a_login_box_is_an_article() -> None:
    assert LINES[1] in read(LOGIN + paragraphs(4), head=ARTICLE).text
    assert LINES[1] in read(NAVIGATION + LOGIN + paragraphs(8)).text


def test_page_without_text_on_a_site_with_a_login_box_holds_no_text() -> None:
    assert isinstance(named(NAVIGATION + LOGIN + "<img src='x.jpg'>", title="The bridge in pictures - Post"), NoText)


# --- bot walls ---


def test_captcha_in_the_place_of_a_page_is_a_wall_and_beside_an_article_is_not() -> None:
    captcha = "<div class='g-recaptcha'></div>"
    error = named(f"<p>Please tick the box so that we know you are human, and then go on reading what you came for here.</p>{captcha}")
    assert isinstance(error, Walled)
    assert "reCAPTCHA" in str(error)
    assert read(paragraphs(4) + captcha, head=ARTICLE).text
    assert isinstance(named(NAVIGATION + captcha), NoText)


# --- not there ---


@pytest.mark.parametrize(
    "title",
    [
        "Page not found | Post", "404 - Post", "Error 404", "404 Not Found", "Post – The page you're looking for doesn't exist",
        "Page introuvable - Le Post", "Oups, cette page n'existe plus", "Seite nicht gefunden", "Aradığınız sayfa bulunamadı | Posta",
        "الصفحة غير موجودة | بوست", "عذراً، الصفحة المطلوبة غير موجودة", "صفحه مورد نظر یافت نشد", "העמוד לא נמצא | פוסט",
        "پەڕەکە نەدۆزرایەوە",
        "Página no encontrada",
    ],
)  # fmt: skip
def test_page_that_says_there_is_none_holds_no_text(title: str) -> None:
    error = named("<main>" + "".join(f"<p>{line}</p>" for line in LINES) + "</main>", title=title)
    assert isinstance(error, NoText)
    assert "soft 404" in str(error)


@pytest.mark.parametrize(
    "title", ["404 days without water", "Witness not found, court says", "Why the page was not found in the archive", "404: a film"]
)
def test_headline_with_such_words_is_a_headline(title: str) -> None:
    assert read(paragraphs(4), title=title).text


def test_article_under_a_title_that_says_there_is_none_is_an_article() -> None:
    assert read(paragraphs(4), title="Page not found", head=ARTICLE).text


def test_front_page_in_the_place_of_an_article_holds_no_text() -> None:
    assert "front page" in str(named(paragraphs(4), url="https://post.example/"))


# --- payment ---

MARKS = [
    "Subscribe to continue reading",
    "Abonnez-vous pour lire la suite",
    "Devamını okumak için abone ol",
    "للمشتركين فقط",
    "ادامه برای مشترکان",
    "הכתבה המלאה למנויים בלבד",
    "ئەم بابەتە تەنها بۆ بەشداربووانە",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("head", ["", ARTICLE, ARTICLE + "<meta property='article:content_tier' content='metered'>"])
def test_short_text_that_sends_its_reader_to_subscribe_is_a_teaser(mark: str, head: str) -> None:
    assert isinstance(named(f"{paragraphs(4)}<div>{mark}</div>", head=head), Paywalled)


@pytest.mark.parametrize("mark", MARKS)
def test_whole_text_beside_such_words_is_kept_and_marked(mark: str) -> None:
    assert read(f"{paragraphs(20)}<div>{mark}</div>", head=ARTICLE).paywalled is True


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>var words = {more: 'Subscribe to continue reading'}</script>",
        "<div style='display: none'>Subscribe to continue reading</div>",
        "<template><p>Subscribe to continue reading</p></template>",
        "<div hidden><p>Subscribe to continue reading</p></div>",
    ],
)
def test_words_that_nobody_sees_say_nothing(unseen: str) -> None:
    assert read(paragraphs(4) + unseen, head=ARTICLE).paywalled is None


@pytest.mark.parametrize(
    "mark", ["SUBSCRIBE\n  to&nbsp;continue reading", "S&rsquo;abonner &middot; La suite est r&eacute;serv&eacute;e aux abonn&eacute;s"]
)
def test_such_words_count_however_they_are_written(mark: str) -> None:
    assert isinstance(named(f"{paragraphs(4)}<script>0</script>{mark}", head=ARTICLE), Paywalled)


def test_what_calls_itself_free_is_free() -> None:
    free = "<meta property='article:content_tier' content='free'>"
    assert read(f"{paragraphs(4)}<div>Subscribe to continue reading</div>", head=ARTICLE + free).paywalled is False


def test_short_news_of_a_metered_site_are_whole() -> None:
    head = ARTICLE + "<meta property='article:content_tier' content='metered'>"
    assert read(paragraphs(3), head=head).paywalled is True
