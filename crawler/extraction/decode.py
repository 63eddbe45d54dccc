"""Bytes to text, the way a browser would read them, and better where the page's own label is wrong.

Order of belief: a byte order mark; valid UTF-8 (text in another encoding does not happen to be valid UTF-8 over any length); the labels of
the HTTP header and of the page; statistics. A label is believed only while the text it gives looks like text: more than 0.1 % of U+FFFD,
or a page of accented Latin capitals (`ÃáÓÈÊ`, Arabic read as Western), and the bytes are judged again.

Labels mean what the WHATWG Encoding Standard says they mean (iso-8859-1 is windows-1252, iso-8859-9 is windows-1254, gb2312 is gb18030 …);
a label outside its table, such as Python's own `idna` or `rot13`, is no label at all.

Source: WHATWG Encoding Standard, sections 4.2 (names and labels) and 6.1 (BOM sniffing); HTML Standard, 13.2.3.2 (prescan).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from charset_normalizer import from_bytes

from crawler.extraction.visual_order import is_visual, logical_order


@dataclass(frozen=True, slots=True)
class DecodingConfig:
    """Limits of decoding.

    `prescan_bytes`: the HTML Standard looks for `<meta charset>` in 1,024 bytes; real heads put scripts before it. `bad_share`: share of
    U+FFFD among all characters over which a label is doubted. `accented_share`: share of accented Latin letters among all letters over
    which single-byte text is doubted; Vietnamese, the most accented Latin orthography, has about 0.25 and Arabic read as Western 0.9.
    `accented_letters`: with fewer of them that share says nothing. `turkish_letters`: with more of ı, ş and ğ read as Western than this,
    and three times the other Icelandic ones, the text is Turkish. `doubled_runs`: so many pieces of text that read as UTF-8 encoded twice
    are no accident. `sample_bytes`: how much text, tags taken out, the statistics see.
    """

    prescan_bytes: int = 8192
    bad_share: float = 0.001
    accented_share: float = 0.5
    accented_letters: int = 20
    turkish_letters: int = 5
    doubled_runs: int = 3
    sample_bytes: int = 16_384


CONFIG = DecodingConfig()

# Python codec: labels of the WHATWG table that real pages carry.
_CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-sig utf8mb4",
    "utf-16-le": "utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "cp1252": "windows-1252 x-user-defined cp1252 x-cp1252 iso-8859-1 iso8859-1 iso_8859-1 iso88591 latin1 latin-1 l1 "
    "ascii us-ascii ansi_x3.4-1968 cp819",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso_8859-9 iso88599 latin5 l5",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 dos-874 iso-8859-11 iso8859-11 tis-620",
    "cp866": "ibm866 866 cp866 csibm866",
    "iso8859_2": "iso-8859-2 iso8859-2 iso_8859-2 iso88592 latin2 l2",
    "iso8859_3": "iso-8859-3 iso8859-3 latin3 l3",
    "iso8859_4": "iso-8859-4 iso8859-4 latin4 l4",
    "iso8859_5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859_6": "iso-8859-6 iso8859-6 iso_8859-6 iso-8859-6-e iso-8859-6-i asmo-708 ecma-114 arabic",
    "iso8859_7": "iso-8859-7 iso8859-7 greek greek8 elot_928",
    "iso8859_8": "iso-8859-8 iso8859-8 iso_8859-8 iso-8859-8-e iso-8859-8-i visual logical hebrew",
    "iso8859_10": "iso-8859-10 iso8859-10 latin6 l6",
    "iso8859_13": "iso-8859-13 iso8859-13",
    "iso8859_14": "iso-8859-14 iso8859-14",
    "iso8859_15": "iso-8859-15 iso8859-15 iso_8859-15 latin9 l9",
    "iso8859_16": "iso-8859-16",
    "koi8_r": "koi8-r koi8 koi koi8_r",
    "koi8_u": "koi8-u koi8-ru",
    "mac_roman": "macintosh mac x-mac-roman",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 x-gbk chinese",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms932 ms_kanji",
    "euc_jp": "euc-jp x-euc-jp",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949",
}  # fmt: skip
_LABELS = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
# both `<meta charset=…>` and `<meta http-equiv=… content="…; charset=…">`, and the XML declaration
_META_CHARSET = re.compile(rb"<(?:meta\b[^>]{0,500}?charset|\?xml\b[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
# possessive and stopping at the next `<`, so that hostile markup costs no more than honest markup
_MARKUP = re.compile(rb"<(script|style)\b[^<]*+(?:<(?!/\1)[^<]*+)*+|<[^<>]*+>", re.IGNORECASE)
_ACCENTED = re.compile("[\u0080-\u00ff]")
# ı, ş and ğ read as Western are letters of Icelandic, which comes with these others
_TURKISH_AS_WESTERN = re.compile("[ýþðÝÞÐ]")
_ICELANDIC = re.compile("[áíóæÁÍÓÆ]")
_TAG = re.compile(r"<[^<>]*+>")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the Python codec that gave it and why it was chosen: 'bom', 'utf-8', 'http', 'meta', 'statistics', 'forced'."""

    text: str
    encoding: str
    found_in: str


def codec_for(label: str | None) -> str | None:
    """Translate an encoding label of the web to a Python codec.

    Returns: the codec's name, or None for a label that is not one of the Encoding Standard's.
    """
    return _LABELS.get(label.strip().lower()) if label else None


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Read the bytes of a page as text.

    `content_type` is the HTTP header as it came. Never fails: at worst the bytes are read as UTF-8 with U+FFFD for what is wrong.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, "replace"), codec, "bom")
    labels = _labels(body, content_type)
    if wide := _wide_codec(body, labels):
        return Decoded(body.decode(wide[0], "replace"), *wide)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\x1b" in text and labels.get("iso2022_jp"):  # the one encoding in use whose bytes are all ASCII
            return Decoded(body.decode("iso2022_jp", "replace"), "iso2022_jp", labels["iso2022_jp"])
        return Decoded(_without_double_encoding(text, body), "utf-8", "utf-8")
    for codec, found_in in labels.items():
        text = body.decode(codec, "replace")
        if _is_credible(text):
            if codec == "iso8859_8" and is_visual(text):
                text = logical_order(text)
            return Decoded(text, codec, found_in)
    return _guess(body)


def _without_double_encoding(text: str, body: bytes) -> str:
    """Undo UTF-8 that was taken for windows-1252 or windows-1256 and encoded to UTF-8 again (`Ø§Ù„`, `ط§ظ„`, `Ã©`).

    Only runs of characters that are the image of valid UTF-8 are replaced, and only where there are several: text that was encoded
    once is no such image over more than one letter.
    """
    for codec, signs, runs in _DOUBLED:
        if len(signs.findall(body)) < CONFIG.doubled_runs:
            continue
        found = 0

        def restored(match: re.Match[str], codec: str = codec) -> str:
            nonlocal found
            whole = _once_encoded(match.group(), codec)
            found += whole is not None
            return match.group() if whole is None else whole

        undone = runs.sub(restored, text)
        if found >= CONFIG.doubled_runs:
            return undone
    return text


def _once_encoded(run: str, codec: str) -> str | None:
    """Take one layer of UTF-8 off a run of characters; None when there is none."""
    try:
        return b"".join(_byte_of(char, codec) for char in run).decode("utf-8")
    except UnicodeError:
        return None


@lru_cache(maxsize=1024)
def _byte_of(char: str, codec: str) -> bytes:
    """Give the byte that a browser shows as this character; those that a code page leaves unassigned stand for themselves."""
    if "\x80" <= char <= "\x9f":
        return char.encode("latin-1")
    return char.encode(codec)


def _high_characters(codec: str) -> str:
    """List what a code page shows for the bytes that make up UTF-8 beyond ASCII, for use in a character class."""
    assigned = bytes(range(0x80, 0xF5)).decode(codec, "ignore")
    return re.escape("".join(sorted({*assigned, *map(chr, range(0x80, 0xA0))})))


# code page; its signs, the letters as which it shows the first bytes of UTF-8 before what it shows the others as; runs of its characters
_DOUBLED = tuple(
    (codec, signs, re.compile(f"[{_high_characters(codec)}]{{2,}}"))
    for codec, signs in (
        ("cp1252", re.compile(rb"\xc3[\x82-\x8a\x97-\x9c\xa2](?:[\xc2\xc5\xc6\xcb]|\xe2[\x80\x82\x84])")),
        ("cp1256", re.compile(rb"\xd8[\xb7\xb8\xba](?:[\xc2\xc5\xc6\xcb]|\xe2[\x80\x82\x84]|\xd9[\xb9\xbe])")),
    )
)


def _labels(body: bytes, content_type: str) -> dict[str, str]:
    """Name the codecs that header and page declare, in the order of belief, with the place that declared each."""
    found: dict[str, str] = {}
    header = _HEADER_CHARSET.search(content_type[:500])
    if header and (codec := codec_for(header.group(1))):
        found[codec] = "http"
    for meta in _META_CHARSET.finditer(body[: CONFIG.prescan_bytes]):
        codec = codec_for(meta.group(1).decode("ascii", "replace"))
        if codec and not codec.startswith("utf-16"):  # a label that could be read as ASCII is not UTF-16 (HTML Standard, 13.2.3.2)
            found.setdefault(codec, "meta")
    # servers send iso-8859-1 by default; a page that says otherwise knows better
    if list(found)[:1] == ["cp1252"] and len(found) > 1:
        found["cp1252"] = found.pop("cp1252")
    return found


def _wide_codec(body: bytes, labels: dict[str, str]) -> tuple[str, str] | None:
    """Recognise UTF-16 without a byte order mark by where the zero bytes of ASCII markup stand."""
    head = body[:2048]
    zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
    few, many = sorted((zeros_even, zeros_odd))
    if many < 8 or few > many * 0.1:  # text has no zero bytes; binary has them at odd and even places
        return None
    codec = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
    return codec, labels.get(codec, "statistics")


def _is_credible(text: str) -> bool:
    """Say whether decoded text reads like text and not like another encoding's bytes."""
    if text.count("\ufffd") > len(text) * CONFIG.bad_share:
        return False
    accents = len(_ACCENTED.findall(text))
    if accents < CONFIG.turkish_letters:
        return True
    visible = _TAG.sub(" ", text)
    if _is_turkish_as_western(visible):
        return False
    if accents < CONFIG.accented_letters:  # too little to judge by
        return True
    accented = len(_ACCENTED.findall(visible))
    return accented <= len(_LETTER.findall(visible)) * CONFIG.accented_share


def _is_turkish_as_western(visible: str) -> bool:
    """Say whether text that was read as Western is Turkish."""
    return len(_TURKISH_AS_WESTERN.findall(visible)) > 3 * len(_ICELANDIC.findall(visible)) + CONFIG.turkish_letters


def _guess(body: bytes) -> Decoded:
    """Choose an encoding by statistics, or keep UTF-8 when only some of its bytes are broken."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text if char > "\x7f") - bad
    if good > 4 * bad:
        return Decoded(text, "utf-8", "forced")
    # statistics over letter pairs take Turkish for Polish or Latvian; two of its letters stand where hardly another encoding has any
    if _is_turkish_as_western(_TAG.sub(" ", body.decode("cp1252", "replace"))):
        return Decoded(body.decode("cp1254", "replace"), "cp1254", "statistics")
    sample = b" ".join(_MARKUP.sub(b" ", body).split())[: CONFIG.sample_bytes]
    matches = list(from_bytes(sample or body[: CONFIG.sample_bytes]))
    # Latin code pages tie on short texts; Western is the commonest by far
    ties = [match for match in matches if (match.chaos, match.coherence) == (matches[0].chaos, matches[0].coherence)]
    best = next((match for match in ties if match.encoding == "cp1252"), next(iter(ties), None))
    codec = codec_for(best.encoding.replace("_", "-")) or _LABELS.get(best.encoding, best.encoding) if best else None
    if codec is None or codec == "utf-8":
        return Decoded(text, "utf-8", "forced")
    return Decoded(body.decode(codec, "replace"), codec, "statistics")
