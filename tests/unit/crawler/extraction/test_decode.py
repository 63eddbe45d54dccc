from __future__ import annotations

import pytest

from crawler.extraction.decode import codec_for, decode

ARABIC = "أعلنت وزارة الخارجية اليوم أن الوفد سيزور العاصمة الأسبوع المقبل لبحث العلاقات بين البلدين وسبل تطويرها في مختلف المجالات"
HEBREW = "שר החוץ הודיע היום כי המשלחת תבקר בבירה בשבוע הבא כדי לדון ביחסים בין שתי המדינות ובשיתוף הפעולה ביניהן"
TURKISH = "Dışişleri Bakanlığı bugün heyetin önümüzdeki hafta başkenti ziyaret edeceğini açıkladı. Sözcü, ziyaretin iki ülke arasındaki"
FRENCH = "Le ministère des Affaires étrangères a annoncé aujourd’hui que la délégation se rendra à l’été dans la capitale"
ICELANDIC = (
    "Þjóðþingið kom saman í dag og ræddi frumvarpið sem ráðherrann lagði fram í síðustu viku, en þá höfðu þingmenn þegar lýst andstöðu"
)


def page(text: str, label: str = "") -> str:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "label", "content_type", "found_in"),
    [
        (ARABIC, "utf-8", "utf-8", "text/html; charset=utf-8", "utf-8"),
        (ARABIC, "utf-8", "windows-1256", "text/html; charset=iso-8859-1", "utf-8"),
        (ARABIC, "cp1256", "windows-1256", "", "meta"),
        (ARABIC, "cp1256", "", "text/html; charset=windows-1256", "http"),
        (ARABIC, "cp1256", "windows-1256", "text/html; charset=iso-8859-1", "meta"),
        (ARABIC, "cp1256", "utf-8", "text/html; charset=utf-8", "statistics"),
        (ARABIC, "cp1256", "", "text/html; charset=iso-8859-1", "statistics"),
        (ARABIC, "cp1256", "", "", "statistics"),
        (ARABIC, "iso8859_6", "iso-8859-6", "", "meta"),
        (HEBREW, "cp1255", "windows-1255", "", "meta"),
        (HEBREW, "iso8859_8", "iso-8859-8-i", "", "meta"),
        (HEBREW, "cp1255", "utf-8", "", "statistics"),
        (TURKISH, "cp1254", "iso-8859-9", "", "meta"),
        (TURKISH, "cp1254", "", "text/html; charset=iso-8859-1", "statistics"),
        (FRENCH, "cp1252", "iso-8859-1", "", "meta"),
        (FRENCH, "cp1252", "idna", "text/html; charset=idna", "statistics"),
        (FRENCH, "cp1252", "rot13", "text/html; charset=unicode_escape", "statistics"),
        (ICELANDIC, "cp1252", "", "text/html; charset=ISO-8859-1", "http"),
        (ARABIC, "utf-16-le", "utf-16", "", "statistics"),
        (ARABIC, "utf-16-be", "", "text/html; charset=utf-16be", "http"),
        (ARABIC, "utf-8-sig", "windows-1256", "", "bom"),
        (ARABIC, "utf-16", "", "", "bom"),
    ],
)
def test_page_comes_out_right_whatever_it_calls_itself(text: str, encoding: str, label: str, content_type: str, found_in: str) -> None:
    decoded = decode(page(text, label).encode(encoding), content_type)
    assert text in decoded.text
    assert decoded.found_in == found_in


def test_japanese_in_escape_sequences_needs_its_label() -> None:
    text = page("外務省は本日、代表団が来週首都を訪問すると発表した", "iso-2022-jp")
    assert "外務省" in decode(text.encode("iso2022_jp")).text
    assert "外務省" not in decode(text.replace("iso-2022-jp", "utf-8").encode("iso2022_jp")).text


def test_some_broken_bytes_do_not_make_utf_8_something_else() -> None:
    body = page(ARABIC * 3).encode() + b"\xff\xfe\xfa broken \xc3"
    decoded = decode(body)
    assert (decoded.encoding, decoded.found_in) == ("utf-8", "forced")
    assert ARABIC in decoded.text


def test_noise_is_read_as_utf_8_with_replacement_characters() -> None:
    decoded = decode(bytes(range(128, 256)) * 3)
    assert isinstance(decoded.text, str)


@pytest.mark.parametrize(
    ("label", "codec"),
    [("ISO-8859-1", "cp1252"), (" Latin5 ", "cp1254"), ("GB2312", "gb18030"), ("idna", None), ("base64", None), ("", None), (None, None)],
)
def test_labels_mean_what_the_web_means_by_them(label: str | None, codec: str | None) -> None:
    assert codec_for(label) == codec
