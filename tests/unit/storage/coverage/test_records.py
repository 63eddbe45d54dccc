"""How a day is judged, and how days add up."""

from __future__ import annotations

from datetime import date

import pytest

from storage.coverage.records import Axis, CandidateCounts, CoverageDay, LookingCounts, Reason, State, Verdict, add_up, judge, summed
from storage.records import Outcome, RunStatus

ONE = {RunStatus.FINISHED: 1}


@pytest.mark.parametrize(
    ("looking", "candidates", "state", "why"),
    [
        (LookingCounts(), CandidateCounts(), State.DOWN, "no crawl"),
        (LookingCounts(backfills=2), CandidateCounts(from_files=1), State.DOWN, "no crawl; 2 backfills and 1 page from files"),
        (LookingCounts({RunStatus.LOST: 1}), CandidateCounts(), State.FAILED, "1 crawl asked no channel"),
        (
            LookingCounts(ONE, polls={"gone": 2, "skipped": 1}, channels=3, unread=2), CandidateCounts(),
            State.FAILED, "none of 3 channels could be read",
        ),
        (
            LookingCounts(ONE, polls={"ok": 1, "gone": 1}, channels=2, unread=1), CandidateCounts(),
            State.PARTIAL, "1 of 2 channels could not be read",
        ),
        (LookingCounts({RunStatus.STOPPED: 2, **ONE}, polls={"ok": 1}), CandidateCounts(), State.PARTIAL, "2 crawls stopped"),
        (LookingCounts(ONE, polls={"ok": 1}), CandidateCounts(discovered=2, waiting=1), State.PARTIAL, "1 candidate waiting"),
        (LookingCounts(ONE, polls={"not_modified": 3}), CandidateCounts(), State.SILENT, "nothing new was named"),
        (LookingCounts(ONE, polls={"skipped": 3}), CandidateCounts(), State.SILENT, "the channels asked not to be polled"),
        (LookingCounts({RunStatus.FAILED: 1, **ONE}, polls={"gone": 1, "ok": 1}), CandidateCounts(discovered=1), State.OK, ""),
        (LookingCounts(ONE), CandidateCounts(discovered=1), State.OK, ""),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_decides(looking: LookingCounts, candidates: CandidateCounts, state: State, why: str) -> None:
    assert judge(looking, candidates) == Verdict(state, why)


def test_several_gaps_are_all_named() -> None:
    looking = LookingCounts({RunStatus.LOST: 1}, polls={"ok": 1, "timeout": 1}, channels=2, unread=1)
    verdict = judge(looking, CandidateCounts(waiting=3), failures=[Reason("timeout (no answer)", 1)])
    assert verdict.why == "1 of 2 channels could not be read: timeout (no answer), 1 crawl lost, 3 candidates waiting"


def test_silence_is_weighed_against_what_is_expected_once_the_day_is_over() -> None:
    quiet = LookingCounts(ONE, polls={"ok": 1})
    verdict = judge(quiet, CandidateCounts(), expected_low=20)
    assert verdict.why == "nothing new was named; at least 20 a day are expected"
    assert verdict.silence_probability == pytest.approx(2.06e-9, rel=0.01)
    assert judge(quiet, CandidateCounts(), expected_low=20, whole_day=False) == Verdict(State.SILENT, "nothing new was named")
    assert judge(quiet, CandidateCounts(), expected_low=0).silence_probability is None


def test_fewer_than_expected_is_remarked_and_no_gap() -> None:
    busy = LookingCounts(ONE, polls={"ok": 1})
    assert judge(busy, CandidateCounts(discovered=3), expected_low=20) == Verdict(State.OK, "3 named; at least 20 a day are expected")
    assert judge(busy, CandidateCounts(discovered=3), expected_low=20, whole_day=False) == Verdict(State.OK)
    assert judge(busy, CandidateCounts(discovered=20), expected_low=20) == Verdict(State.OK)


def day(source: str, number: int, state: State, **counts: int) -> CoverageDay:
    outcomes = {Outcome.NEW: counts.pop("new", 0), Outcome.COPY: counts.pop("copy", 0)}
    found = CandidateCounts(outcomes=outcomes, **counts)
    country, language = {"a": ("IQ", "ar"), "b": ("TR", "tr")}.get(source, (None, None))
    return CoverageDay(source, date(2026, 3, number), country, language, Verdict(state), LookingCounts(ONE, known=1), found)


DAYS = [
    day("a", 1, State.OK, new=2, discovered=2),
    day("a", 2, State.DOWN),
    day("b", 1, State.OK, new=1, copy=3, discovered=4),
    day("c", 1, State.SILENT),
]


@pytest.mark.parametrize(
    ("axis", "keys"),
    [
        (Axis.SOURCE, {"a": 2, "b": 4, "c": 0}),
        (Axis.COUNTRY, {"??": 0, "IQ": 2, "TR": 4}),
        (Axis.LANGUAGE, {"ar": 2, "tr": 4, "und": 0}),
        (Axis.DAY, {"2026-03-01": 6, "2026-03-02": 0}),
    ],
)
def test_days_add_up_along_every_axis(axis: Axis, keys: dict[str, int]) -> None:
    rows = add_up(DAYS, axis)
    assert {row.key: row.candidates.attempted for row in rows} == keys
    assert [row.key for row in rows] == sorted(keys)
    assert sum(row.looking.known for row in rows) == 4


def test_a_sum_counts_states_and_leaves_out_what_is_nought() -> None:
    whole = summed("all", DAYS)
    assert list(whole.states.items()) == [(State.DOWN, 1), (State.SILENT, 1), (State.OK, 2)]
    assert dict(whole.candidates.outcomes) == {Outcome.NEW: 3, Outcome.COPY: 3}
    assert (whole.candidates.stored, whole.candidates.attempted, whole.looking.crawls) == (6, 6, {RunStatus.FINISHED: 4})
    assert summed("nothing", []).states == {}
