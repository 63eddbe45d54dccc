"""The command that asks the ledger: coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from storage.coverage.records import Axis, CandidateCounts, CoverageDay, CoverageRow, State, key_of
from storage.records import Outcome
from storage.terminal import (
    DEFAULT_DATABASE,
    DatabaseOption,
    JsonOption,
    Outside,
    UsageMistake,
    cell,
    day_start,
    out,
    print_json,
    table,
    visible,
)

if TYPE_CHECKING:
    from storage.coverage.recapture import Recapture
    from storage.coverage.report import Coverage
    from storage.coverage.sightings import ChannelComparison

app = typer.Typer()

# Columns of the table that together are the candidates tried: each outcome stands in one of them.
_GROUPS: Mapping[str, frozenset[Outcome]] = {
    "kept": frozenset({Outcome.NEW, Outcome.COPY, Outcome.REVISED}),
    "same": frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED}),
    "unfit": frozenset({Outcome.IRRELEVANT, Outcome.NO_TEXT, Outcome.LISTING, Outcome.NOT_HTML, Outcome.TOO_LARGE, Outcome.GONE}),
    "barred": frozenset({Outcome.PAYWALLED, Outcome.CONSENT_WALL, Outcome.ROBOTS_DENIED, Outcome.BLOCKED, Outcome.UNSAFE_URL}),
    "failed": frozenset({Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.TIMEOUT, Outcome.MALFORMED}),
}
_STATE_STYLES = {State.DOWN: "red", State.FAILED: "red", State.PARTIAL: "yellow", State.SILENT: "yellow", State.OK: "green"}
_MOST_GAPS = 12
_MOST_COMPARISONS = 20


@app.command()
def coverage(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Ids of sources; none means all.")] = None,
    by: Annotated[Axis, typer.Option("--by", help="What a row is.")] = Axis.SOURCE,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Up to this day.")] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", metavar="ZONE", help="Whose days: an IANA name, as Asia/Baghdad.")] = "UTC",
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Say for each source and day what was found, what came of it, and what was missed."""
    from storage.coverage.report import CoverageQuestion, ReasonsOf
    from storage.coverage.report import coverage as ask
    from storage.database import Database

    first, last = _day(since, "--since"), _day(until, "--until")
    if first and last and first > last:
        raise UsageMistake(f"--since {since} is after --until {until}")
    reasons_of = ReasonsOf.ROWS if as_json else ReasonsOf.ALL
    question = CoverageQuestion(tuple(dict.fromkeys(source or ())), first, last, time_zone, by, reasons_of)
    with Database.open(db, create=False) as database:
        answer = ask(database, question, now=datetime.now(UTC), expected_low=Outside.of(context).expected_low())
    if as_json:
        _print_json(answer, by, time_zone)
    else:
        _print_rows(answer, by)
        _print_outcomes(answer.total)
        _print_gaps(answer)
        _print_estimates(answer)


def _day(value: str | None, option: str) -> date | None:
    start = day_start(value, option)
    return None if start is None else start.date()


def _print_json(answer: Coverage, by: Axis, time_zone: str) -> None:
    """Print an object for each row, then one for all."""
    comparisons = {made.source: made for made in answer.comparisons}
    days: dict[str, list[dict[str, Any]]] = {}
    for item in answer.days:
        days.setdefault(key_of(item, by), []).append(_day_object(item))
    for row in answer.rows:
        line = {"by": by.value, "key": row.key, **_row_object(row), "reasons": row.reasons, "days": days.get(row.key, [])}
        if by is Axis.SOURCE:
            line["estimate"] = _comparison_object(comparisons.get(row.key))
        print_json(line)
    listed = sorted(item.day.isoformat() for item in answer.days)
    bounds = {"since": listed[0], "until": listed[-1]} if listed else {"since": None, "until": None}
    whole = {"by": "all", "key": "all", **bounds, "time_zone": time_zone, **_row_object(answer.total)}
    estimates = [_comparison_object(made) for made in answer.comparisons]
    print_json(whole | {"estimate": _estimate_object(answer.estimate), "estimates": estimates})


def _row_object(row: CoverageRow) -> dict[str, Any]:
    looking = {item.name: getattr(row.looking, item.name) for item in fields(row.looking)}
    return {"states": row.states, **_counts_object(row.candidates), **looking}


def _counts_object(counts: CandidateCounts) -> dict[str, Any]:
    return {
        "discovered": counts.discovered,
        "attempted": counts.attempted,
        "outcomes": counts.outcomes,
        "stored": counts.stored,
        "waiting": counts.waiting,
        "revisits": counts.revisits,
        "from_files": counts.from_files,
        "requests": counts.requests,
        "page_bytes": counts.page_bytes,
    }


def _day_object(item: CoverageDay) -> dict[str, Any]:
    return {
        "source": item.source,
        "day": item.day.isoformat(),
        "state": item.verdict.state,
        "why": item.verdict.why,
        "silence_probability": item.verdict.silence_probability,
        "expected_low": item.expected_low,
        "discovered": item.candidates.discovered,
        "attempted": item.candidates.attempted,
        "waiting": item.candidates.waiting,
    }


def _estimate_object(made: Recapture | None) -> dict[str, Any] | None:
    if made is None:
        return None
    known = {item.name: getattr(made, item.name) for item in fields(made)}
    return known | {"missed": made.missed}


def _comparison_object(made: ChannelComparison | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {item.name: getattr(made, item.name) for item in fields(made)} | {"recapture": _estimate_object(made.recapture)}


def _print_rows(answer: Coverage, by: Axis) -> None:
    numbers = ("found", "known", "tried", *_GROUPS, "wait")
    made = table(None, by.value, "state", *numbers, numbers=numbers)
    made.columns[1].min_width = len("partial,")  # what is too wide folds here, between words
    for column in made.columns[2:]:
        column.no_wrap = True
    for row in (*answer.rows, answer.total):
        style = "bold" if row is answer.total else ""
        outcomes = row.candidates.outcomes
        counts = [row.candidates.discovered, row.looking.known, row.candidates.attempted]
        counts += [sum(outcomes.get(outcome, 0) for outcome in group) for group in _GROUPS.values()]
        made.add_row(cell(row.key, style), cell(_states(row), style), *(cell(count, style) for count in [*counts, row.candidates.waiting]))
    out.print(made)


def _states(row: CoverageRow) -> str:
    """Write how many days of sources were in which state; of a single one only the state."""
    if sum(row.states.values()) == 1:
        return str(next(iter(row.states)))
    return ", ".join(f"{count} {state}" for state, count in row.states.items()) or "–"


def _print_outcomes(total: CoverageRow) -> None:
    """Print each outcome with its most frequent reasons; the counts add up to the candidates tried."""
    if not total.candidates.outcomes:
        return
    made = table(None, "outcome", "count", "most frequent reasons", numbers=("count",))
    for outcome, count in total.candidates.outcomes.items():
        said = "; ".join(f"{visible(reason.text, limit=60)} ({reason.count})" for reason in total.reasons.get(outcome, ()))
        made.add_row(cell(outcome), cell(count), cell(said, "dim"))
    made.add_row(cell("tried", "bold"), cell(total.candidates.attempted, "bold"), cell(""))
    out.print()
    out.print(made)
    counts, looking = total.candidates, total.looking
    out.print()
    out.print(f"{counts.requests} requests for {counts.attempted} tries, {counts.page_bytes:,} bytes of pages.")
    if counts.revisits or counts.from_files:
        out.print(f"{counts.revisits} of the tries were visits of stored articles, {counts.from_files} read a file.")
    statuses = ", ".join(f"{count} {status}" for status, count in looking.polls.items()) or "none"
    out.print(f"{sum(looking.polls.values())} looks at channels: {statuses}; {looking.channel_bytes:,} bytes.")


def _print_gaps(answer: Coverage) -> None:
    """Print the latest days that are not as they should be."""
    gaps = [item for item in answer.days if item.verdict.state is not State.OK]
    if not gaps:
        return
    gaps.sort(key=lambda item: (item.day, item.source), reverse=True)
    made = table("Not fully covered, the latest first", "source", "day", "state", "why")
    for item in gaps[:_MOST_GAPS]:
        verdict = item.verdict
        odds = "" if verdict.silence_probability is None else f" (chance of that: {verdict.silence_probability:.2g})"
        made.add_row(
            cell(item.source), cell(item.day), cell(verdict.state, _STATE_STYLES[verdict.state]), cell(verdict.why + odds, limit=160)
        )
    if len(gaps) > _MOST_GAPS:
        made.add_row(cell(f"… {len(gaps) - _MOST_GAPS} more", "dim"), cell(""), cell(""), cell("--json names them all", "dim"))
    out.print()
    out.print(made)


def _print_estimates(answer: Coverage) -> None:
    """Print what capture-recapture says, the sources with the largest share missed first."""
    if not answer.comparisons:
        return
    numbers = ("first", "second", "both", "seen", "estimate")
    made = table("What was missed, by capture-recapture", "source", "channels", *numbers, "95 %", numbers=numbers)
    compared = [item for item in answer.comparisons if len(item.kinds) > 1]
    compared.sort(key=lambda item: (-_share_missed(item.recapture), item.source))
    for item in compared[:_MOST_COMPARISONS]:
        counts = (item.first, item.second, item.both, item.first + item.second - item.both)
        last = _estimate_cells(item.recapture) if item.recapture else (cell(None), cell(item.why_not, "dim"))
        made.add_row(cell(item.source), cell(" + ".join(item.kinds)), *map(cell, counts), *last)
    if len(compared) > _MOST_COMPARISONS:
        made.add_row(cell(f"… {len(compared) - _MOST_COMPARISONS} more", "dim"))
    if answer.estimate:
        whole = answer.estimate
        counts = (whole.first, whole.second, whole.both, whole.seen)
        made.add_row(cell("all", "bold"), cell(""), *map(cell, counts), *_estimate_cells(whole))
    out.print()
    if compared:
        out.print(made)
        out.print("A lower bound: what one channel of a site leaves out, the others tend to leave out, too.")
    if alone := len(answer.comparisons) - len(compared):
        out.print(f"No estimate for {alone} source{'s' * (alone != 1)} with one kind of channel: there is nothing to compare it with.")


def _share_missed(made: Recapture | None) -> float:
    return -1.0 if made is None else made.missed / made.total


def _estimate_cells(made: Recapture) -> tuple[Text, Text]:
    return cell(round(made.total)), cell(f"{made.low} … {made.high}")
