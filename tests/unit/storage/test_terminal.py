"""What is printed is safe to print, and options are read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records import Outcome, Tag
from storage.terminal import UsageMistake, cell, day_end, day_start, outcome_counts, plain, print_json, visible, when


def test_days_become_the_instants_between_which_they_lie() -> None:
    assert day_start("2026-03-31", "--from") == datetime(2026, 3, 31, tzinfo=UTC)
    assert day_end("2026-03-31", "--to") == datetime(2026, 4, 1, tzinfo=UTC)
    assert day_start(None, "--from") is None
    assert day_end(None, "--to") is None


@pytest.mark.parametrize("text", ["31.3.2026", "2026-02-30", "", "now"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageMistake, match=r"--from .* is not a day"):
        day_start(text, "--from")


def test_escape_sequences_and_bidi_overrides_do_not_reach_the_terminal() -> None:
    assert visible("a\x1b[31mred\x07 \u202eevil\u2069 \n line\x00") == "a[31mred evil line"
    assert visible("می‌شود") == "می‌شود"
    assert visible("x" * 300, limit=10) == "x" * 9 + "…"


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    line = visible(text)
    assert len(line) <= 200
    assert not any(char in line for char in "\n\r\x1b\x00\u202e")
    assert cell(text).plain == line


def test_markup_in_a_headline_is_text() -> None:
    assert cell("[red]sale[/red]").plain == "[red]sale[/red]"
    assert cell(None).plain == "–"


def test_records_become_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    value = {
        "tag": Tag("country", "IQ", 0.5, "العراق"),
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        Outcome.NEW: {Outcome.COPY},
        "path": Path("x"),
    }
    assert plain(value) == {
        "tag": {"kind": "country", "value": "IQ", "weight": 0.5, "evidence": "العراق"},
        "at": "2026-01-01T00:00:00+00:00",
        "new": ["copy"],
        "path": "x",
    }
    print_json(value)
    printed = capfdbinary.readouterr().out
    assert "العراق".encode() in printed
    assert json.loads(printed)["tag"]["value"] == "IQ"


def test_lone_surrogate_does_not_break_json_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json({"title": "a\ud800b"})
    assert json.loads(capfdbinary.readouterr().out) == {"title": "a?b"}


def test_counts_name_the_most_frequent_first() -> None:
    assert outcome_counts({Outcome.COPY: 3, Outcome.NEW: 12}) == "12 new, 3 copy"
    assert outcome_counts({}) == "nothing"


def test_instants_are_written_in_utc() -> None:
    assert when(datetime.fromisoformat("2026-10-01T10:00:00+03:00")) == "2026-10-01 07:00"
    assert when(None) == "–"
