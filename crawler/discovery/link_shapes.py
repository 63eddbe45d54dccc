"""What the address of a link says of its target: an article, a list of articles, or something else.

Pure functions on addresses. A shape is a small number of facts; what they weigh together with the place of the link on the page is decided
in `sections`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.discovery.dated_urls import date_in_url

_MAX_CHARACTERS = 2_048

# Steps of a path that stand before lists and services, in the languages of the region's newsrooms.
_LISTING = """
    tag tags topic topics category categories cat section sections author authors writer writers columnist columnists profile profiles
    user users member members page pages search login log-in signin sign-in signup sign-up register registration account subscribe
    subscription newsletter newsletters about about-us aboutus contact contact-us contactus contacts privacy privacy-policy terms
    terms-of-use terms-of-service terms-and-conditions cookie cookies cookie-policy policy policies legal disclaimer imprint advertise
    advertising careers jobs rss feed feeds sitemap print share cart shop store apps app podcasts wp-login.php wp-admin cdn-cgi live
    livestream live-stream schedule weather horoscope hashtag keyword keywords label labels comment comments cdn static assets wp-content
    donate support help faq etiket etiketler kategori kategoriler yazar yazarlar ara arama giris uyelik kunye iletisim hakkimizda
    gizlilik-politikasi foto-galeri galeri video-galeri canli-yayin rubrique rubriques mot-cle mots-cles auteur auteurs recherche
    connexion inscription abonnement a-propos qui-sommes-nous mentions-legales وسم وسوم تصنيف تصنيفات كاتب كتاب بحث من-نحن اتصل-بنا اتصل
    سياسة-الخصوصية الشروط-والأحكام تسجيل-الدخول أعلن-معنا وظائف بث-مباشر برچسب دسته نویسنده جستجو درباره-ما تماس-با-ما ورود תגית תגיות
    קטגוריה מחבר חיפוש אודות צור-קשר תנאי-שימוש
"""
_LISTING_WORDS = frozenset(_LISTING.split())
_FILES = """
    jpg jpeg png gif webp svg ico bmp avif mp3 mp4 m4a m4v m3u8 webm ogg wav mov avi pdf doc docx xls xlsx ppt pptx zip rar gz 7z apk exe
    xml rss atom json css js txt ics epub woff woff2
"""
_FILE_ENDINGS = frozenset(_FILES.split())
_PAGE_ENDINGS = frozenset({"html", "htm", "shtml", "php", "asp", "aspx", "jsp", "cms", "amp", "do"})
_ID_NAMES = frozenset(
    {"id", "p", "nid", "aid", "newsid", "news_id", "articleid", "article_id", "artid", "postid", "storyid", "sid", "nn", "haber", "item"}
)
_WORDS = re.compile(r"[-_+.\s،]+")
_LETTERS = re.compile(r"[^\W\d_]")
_HASH = re.compile(r"(?=[a-z]*\d+[a-z])[a-z0-9]{7,40}", re.IGNORECASE)  # c4gz5x1p; the digits of covid19 come last


@dataclass(frozen=True, slots=True)
class LinkShape:
    """What an address looks like.

    `template` is its pattern: digits '#', words of a slug '*', one word 'w'. `words` counts the words of its longest slug, `has_id` and
    `has_date` say what stands in path or query, `depth` counts the steps of the path. `listing`: it leads to a list or a service;
    `file`: to no page.
    """

    template: str
    words: int
    slug_characters: int
    has_id: bool
    has_date: bool
    depth: int
    listing: bool
    file: bool


def link_shape(url: str) -> LinkShape:
    """Describe an absolute address; never fails."""
    try:
        parts = urlsplit(url[:_MAX_CHARACTERS])
        pairs = parse_qsl(parts.query, max_num_fields=50)
    except ValueError:
        return LinkShape("", 0, 0, has_id=False, has_date=False, depth=0, listing=True, file=False)
    steps = [step for step in unquote(parts.path).lower().split("/") if step]
    name, _, ending = steps[-1].rpartition(".") if steps else ("", "", "")
    ending = ending if name and len(ending) <= 5 and ending.isalnum() and ending.isascii() and not ending.isdecimal() else ""
    if ending in _PAGE_ENDINGS:
        steps[-1] = name
    slugs = [_slug_words(step) for step in steps[-2:]]
    longest = max(slugs, key=len, default=[])
    has_date = date_in_url(url) is not None
    return LinkShape(
        template="/".join(
            [*(_step_template(step) for step in steps), *([f".{ending}"] if ending else []), *sorted({name.lower() for name, _ in pairs})]
        ),
        words=len(longest),
        slug_characters=sum(map(len, longest)),
        has_id=any(_has_id(step) for step in steps[-2:]) or any(name.lower() in _ID_NAMES and _is_id(value) for name, value in pairs),
        has_date=has_date,
        depth=len(steps),
        listing=not has_date and any(step in _LISTING_WORDS for step in (*steps, f"{steps[-1]}.{ending}" if steps else "")),
        file=ending in _FILE_ENDINGS,
    )


def _slug_words(step: str) -> list[str]:
    """Return the words of a slug: parts with a letter in them."""
    return [word for word in _WORDS.split(step) if _LETTERS.search(word) and not _HASH.fullmatch(word)]


def _has_id(step: str) -> bool:
    """Say whether a step of a path holds a number of four digits and more that is no year, or a mixture of letters and digits."""
    numbers = re.findall(r"(?<![^\W_])\d{4,}(?![^\W_])", step)
    return any(not (len(number) == 4 and number.startswith(("19", "20"))) for number in numbers) or any(
        _HASH.fullmatch(word) for word in step.split("-") if not word.isdecimal()
    )


def _is_id(value: str) -> bool:
    return len(value) <= 40 and ((value.isdecimal() and len(value) >= 2) or bool(_HASH.fullmatch(value)))


def _step_template(step: str) -> str:
    """Reduce a step of a path to its pattern: a long slug is '*' whatever its words, a short one 'w', a number '#'."""
    if step.isdecimal():
        return "#"
    words = _slug_words(step)
    number = "#" if _has_id(step) else ""
    if len(words) >= 3 or sum(map(len, words)) >= 20:
        return f"*{number}"
    return number or "w"
