"""A page of every language of the region, in every encoding and under every label that its publishers use or misuse."""

from __future__ import annotations

import codecs

import pytest

from crawler.extraction.decode import decode

TEXTS = {
    "ar": "أعلنت إدارة ميناء أردال اليوم أن العبارات ستعود إلى العمل يوم الاثنين المقبل، بعد توقف ثلاثة أسابيع بسبب العواصف في المضيق.",
    "fa": "مدير بندر اردال امروز گفت كه كشتي هاي مسافربري از روز دوشنبه دوباره به راه مي افتند و پل چوبي نيز تا پايان هفته باز مي شود.",
    "ur": "بندرگاہ کے ترجمان نے کہا ہے کہ مسافر جہاز پیر کے روز سے دوبارہ چلیں گے اور ٹکٹوں کی فروخت ہفتے سے شروع ہوگی۔",
    "ckb": "بەڕێوەبەری بەندەرەکە ڕایگەیاند کە کەشتییەکان لە ڕۆژی دووشەممەوە دەست بە کار دەکەنەوە و پردەکەش دەکرێتەوە.",
    "he": "מנהל הנמל הודיע היום כי המעבורות ישובו לפעול ביום שני הקרוב, לאחר הפסקה של שלושה שבועות בשל הסערות במיצר.",
    "tr": "Liman müdürü, feribotların üç haftalık aradan sonra pazartesi günü yeniden çalışmaya başlayacağını açıkladı; fırtına dindi.",
    "az": "Liman müdiri bildirib ki, bərələr üç həftəlik fasilədən sonra bazar ertəsi yenidən işləməyə başlayacaq.",
    "kmr": "Rêveberê benderê îro ragihand ku keştî wê ji roja duşemê ve dîsa bixebitin û pira kevn jî wê were vekirin.",
    "fr": "Le directeur du port a annoncé que les traversées reprendront lundi, après trois semaines d'arrêt causées par la tempête.",
    "en": "The harbour master said ferries would sail again on Monday – after three weeks’ pause – and the “old bridge” would reopen too.",
}
# as it can be typed in the code page, which has no ی, ە, ێ, ۔ of its own
TEXTS["ur-1256"] = TEXTS["ur"].translate(str.maketrans("ی۔", "ى."))


def page(text: str, label: str) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<!DOCTYPE html>\n<html><head><title>{text[:40]}</title>{meta}</head>\n<body><h1>{text[:40]}</h1><p>{text}</p></body></html>"


def html(charset: str) -> str:
    return f"text/html; charset={charset}"


def doubled(text: str, codec: str) -> bytes:
    """Encode as a server does that takes UTF-8 for a code page and makes UTF-8 of it."""
    return "".join(bytes([byte]).decode(codec, "replace") if codec != "cp1252" else _western(byte) for byte in text.encode()).encode()


def _western(byte: int) -> str:
    """Read a byte as windows-1252, whose five unassigned bytes stand for themselves."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


# text, Python codec of the bytes, label in the page, Content-Type
CASES: list[tuple[str, str, str, str]] = [
    # each language in UTF-8, said so, not said, and said wrongly
    *((language, "utf-8", "utf-8", html("utf-8")) for language in ("ar", "fa", "ur", "ckb", "he", "tr", "az", "kmr", "fr", "en")),
    *((language, "utf-8", "", "") for language in ("ar", "fa", "he", "tr")),
    ("ar", "utf-8", "windows-1256", html("windows-1256")),
    ("fa", "utf-8", "windows-1256", ""),
    ("he", "utf-8", "iso-8859-8-i", html("windows-1255")),
    ("tr", "utf-8", "iso-8859-9", html("iso-8859-9")),
    ("fr", "utf-8", "iso-8859-1", html("iso-8859-1")),
    ("ckb", "utf-8", "x-user-defined", ""),
    # the code pages under their many names
    ("ar", "cp1256", "windows-1256", html("windows-1256")),
    ("ar", "cp1256", "cp1256", ""),
    ("ar", "cp1256", "", html("X-CP1256")),
    ("fa", "cp1256", "windows-1256", ""),
    ("ur-1256", "cp1256", "windows-1256", ""),
    ("ar", "iso8859_6", "iso-8859-6", ""),
    ("ar", "iso8859_6", "", html("asmo-708")),
    ("ar", "iso8859_6", "arabic", ""),
    ("ar", "iso8859_6", "iso-8859-6-i", ""),
    ("he", "cp1255", "windows-1255", ""),
    ("he", "cp1255", "", html("cp1255")),
    ("he", "iso8859_8", "iso-8859-8-i", ""),
    ("he", "iso8859_8", "logical", ""),
    ("he", "iso8859_8", "iso-8859-8-e", html("iso-8859-8-e")),
    ("tr", "cp1254", "windows-1254", ""),
    ("tr", "iso8859_9", "iso-8859-9", ""),
    ("tr", "iso8859_9", "latin5", ""),
    ("tr", "cp1254", "", html("l5")),
    ("fr", "cp1252", "windows-1252", ""),
    ("fr", "iso8859_15", "iso-8859-15", ""),
    ("en", "cp1252", "us-ascii", ""),
    ("kmr", "cp1254", "windows-1254", ""),
    # header and page say different things, or the wrong one
    ("ar", "cp1256", "windows-1256", html("iso-8859-1")),
    ("ar", "cp1256", "windows-1256", html("utf-8")),
    ("ar", "cp1256", "utf-8", html("windows-1256")),
    ("ar", "cp1256", "utf-8", html("utf-8")),
    ("ar", "cp1256", "iso-8859-1", html("iso-8859-1")),
    ("ar", "cp1256", "x-user-defined", ""),
    ("ar", "cp1256", "", ""),
    ("fa", "cp1256", "utf-8", html("utf-8")),
    ("he", "cp1255", "iso-8859-1", ""),
    ("he", "cp1255", "utf-8", html("utf-8")),
    ("he", "cp1255", "", ""),
    ("tr", "cp1254", "iso-8859-1", html("iso-8859-1")),
    ("tr", "cp1254", "windows-1252", ""),
    ("tr", "cp1254", "utf-8", html("utf-8")),
    ("fr", "cp1252", "utf-8", html("utf-8")),
    ("fr", "cp1252", "nonsense", html("none")),
    # UTF-16 with and without its mark; a label that can be read in ASCII does not mean it
    *((language, "utf-16-le-bom", "", "") for language in ("ar", "he", "tr")),
    ("fa", "utf-16-be-bom", "", html("utf-8")),
    ("ar", "utf-16-le", "", html("utf-16")),
    ("he", "utf-16-be", "", html("utf-16be")),
    ("ar", "utf-16-le", "utf-16", ""),
    ("en", "utf-16-le", "", ""),
    ("tr", "utf-8", "utf-16", ""),
    ("ar", "utf-8-sig", "windows-1256", html("windows-1256")),
    # encoded twice
    *((language, "doubled cp1252", "utf-8", html("utf-8")) for language in ("ar", "fa", "he", "tr", "fr", "ckb")),
    *((language, "doubled cp1256", "utf-8", html("utf-8")) for language in ("ar", "fa", "ur")),
]


def encoded(text: str, codec: str) -> bytes:
    if codec.startswith("doubled "):
        return doubled(text, codec.removeprefix("doubled "))
    if codec.endswith("-bom"):
        mark = codecs.BOM_UTF16_LE if "-le" in codec else codecs.BOM_UTF16_BE
        return mark + text.encode(codec.removesuffix("-bom"))
    return text.encode(codec)


@pytest.mark.parametrize(("language", "codec", "label", "content_type"), CASES)
def test_page_reads_as_it_was_written(language: str, codec: str, label: str, content_type: str) -> None:
    source = page(TEXTS[language], label)
    assert decode(encoded(source, codec), content_type).text == source


def test_the_table_is_long_enough() -> None:
    assert len({(language, codec, label, content_type) for language, codec, label, content_type in CASES}) == len(CASES) >= 70
