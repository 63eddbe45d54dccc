from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadRecord
from storage.textgate import CONFIG, clean, clean_optional, clean_value


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\x00b", "ab"),
        ("a\x07\x1b[31mb\x7f\x9f", "a[31mb"),
        ("a\ud800b\udfff", "ab"),
        ("\ufeffa\ufeff", "a"),
        ("a\u202eb\u202c \u2066c\u2069", "ab c"),
        ("می\u200cشود \u200dه\u200e (\u200f)", "می\u200cشود \u200dه\u200e (\u200f)"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_what_no_database_bears_goes_and_what_has_meaning_stays(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


def test_endless_run_of_marks_is_cut_before_it_is_sorted() -> None:
    started = time.process_time()
    cleaned = clean("a" + "\u0301\u0316" * 100_000 + " b" + "\u0301" * 40 + "-" * 40)

    assert time.process_time() - started < 2
    assert len(cleaned) < 2 * CONFIG.max_marks + 50
    assert cleaned.endswith("-" * 40)


@given(st.text(st.characters()))
def test_clean_text_is_clean_and_can_be_encoded(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize(("text", "expected"), [(None, None), ("", None), (" \x00\u202e\n", None), (" a ", "a")])
def test_text_of_which_nothing_is_left_is_unknown(text: str | None, expected: str | None) -> None:
    assert clean_optional(text) == expected


def test_every_text_in_a_value_is_cleaned() -> None:
    value = {"a\x00": ["b\x00", ("c\x00", 1, 1.5, True, None)], 7: MappingProxyType({"d": "\ud800"}), "n": [float("nan"), float("-inf")]}

    assert clean_value(value) == {"a": ["b", ["c", 1, 1.5, True, None]], "7": {"d": ""}, "n": ["nan", "-inf"]}


def nested(depth: int) -> Mapping[str, object]:
    value: Mapping[str, object] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, {"a": [object()]}, nested(51), nested(100_000)])
def test_value_that_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(BadRecord):
        clean_value(value)


def test_value_nested_as_deep_as_allowed_is_kept() -> None:
    assert clean_value(nested(50)) == nested(50)
