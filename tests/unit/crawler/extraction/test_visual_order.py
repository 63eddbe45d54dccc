from __future__ import annotations

from crawler.extraction.decode import decode
from crawler.extraction.visual_order import is_visual, logical_order

READ = "מנהל הנמל הודיע היום כי שלושים ספינות יפליגו למחרת, ואין ספק שהן יגיעו בשלום אל המים השקטים"
SEEN = READ[::-1]


def test_hebrew_in_the_order_of_the_eye_is_recognised_by_its_final_letters() -> None:
    assert is_visual(SEEN)
    assert not is_visual(READ)
    assert not is_visual("אין")


def test_numbers_latin_words_entities_and_brackets_keep_their_sense() -> None:
    seen = '<p class="a">Star of Ardal (1998) םילגמ ונא</p>\n<b>Radio 12.5</b> <i>&quot;םולש&quot;</i>'
    assert logical_order(seen) == '<p class="a">אנו מגלים (1998) Star of Ardal</p>\n<b>Radio 12.5</b> <i>&quot;שלום&quot;</i>'


def test_a_page_of_old_is_read_in_the_order_of_reading() -> None:
    page = f"<html><head><meta charset=iso-8859-8><title>x</title></head><body><p>{SEEN}</p></body></html>".encode("iso8859_8")
    assert f"<p>{READ}</p>" in decode(page).text
    page = f"<html><head><meta charset=iso-8859-8-i><title>x</title></head><body><p>{READ}</p></body></html>".encode("iso8859_8")
    assert f"<p>{READ}</p>" in decode(page).text
