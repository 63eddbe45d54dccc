from __future__ import annotations

import pytest

from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse

LINE = "قال المتحدث إن السفينة{mark} وصلت إلى الميناء في الموعد المحدد وإن الركاب جميعا بخير بعد رحلة طويلة استمرت ثلاثة أيام في البحر"


def text(mark: str) -> str:
    line = LINE.format(mark=mark)
    return text_and_blocks(parse(f"<html><body><article><p>{line}.</p><p>{line}؟</p></article></body></html>", "u"), ())[0]


@pytest.mark.parametrize("mark", ["\u200c", "\u200d", "\u200e", "\u200f", "\u061c"])
def test_marks_that_mean_something_survive(mark: str) -> None:
    line = LINE.format(mark=mark)
    assert text(mark) == f"{line}.\n\n{line}؟"


@pytest.mark.parametrize(
    "mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\xad", "\u200b", "\u2060"]
)
def test_marks_that_reorder_or_only_break_lines_are_dropped(mark: str) -> None:
    assert text(mark) == text("")


def test_a_pointer_is_one_behind_a_mark_of_direction_and_with_joiners() -> None:
    line = LINE.format(mark="")
    body = f"<p>{line}.</p><p>\u200fاقرأ أيضا: خبر آخر من المدينة</p><p>هم\u200cچنین بخوانید: خبر دیگر از شهر</p><p>{line}؟</p>"
    assert text_and_blocks(parse(f"<html><body><article>{body}</article></body></html>", "u"), ())[0] == f"{line}.\n\n{line}؟"
