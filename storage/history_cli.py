"""What `dragoman show` prints of an article's past and of its copies: a timeline, a comparison word by word, a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text
from typer.core import TyperCommand

from storage.errors import NotFound
from storage.records import ClusterRole, Event, EventKind, Revision
from storage.revisions import Comparison, Paragraph, PieceKind, compare, is_changed
from storage.terminal import UsageMistake, cell, out, table, visible, when

if TYPE_CHECKING:
    from storage.records import Article

#: What `--diff` alone means: the last two versions.
LAST_TWO = ".."
_SPAN = re.compile(r"(\d*)\.\.(\d*)")
_CONTEXT_WORDS = 6  # words shown beside a change in a timeline
_STYLES = {PieceKind.SAME: "", PieceKind.REMOVED: "red strike", PieceKind.ADDED: "green"}
# Where no colour can tell them apart, as `git diff --word-diff` marks them.
_MARKS = {PieceKind.SAME: ("", ""), PieceKind.REMOVED: ("[-", "-]"), PieceKind.ADDED: ("{+", "+}")}
_WHAT = {
    EventKind.GONE: ("gone", "red"),
    EventKind.BACK: ("back again", "green"),
    EventKind.MOVED: ("moved to", "yellow"),
    EventKind.REPUBLISHED: ("published again as", "yellow"),
}


class ShowCommand(TyperCommand):
    """A command whose `--diff` may stand alone."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give `--diff` its value where none follows: what follows may be the article."""
        whole = [
            f"--diff={LAST_TWO}" if word == "--diff" and not _SPAN.fullmatch("".join(args[place + 1 : place + 2])) else word
            for place, word in enumerate(args)
        ]
        return super().parse_args(ctx, whole)


def chosen(history: Sequence[Revision | Event], span: str) -> tuple[Revision, Revision]:
    """Return the two versions that a span names: 1..3, 1.. (to the last), ..3 (from the first), .. (the last two).

    Raises: UsageMistake when it is none, or there is only one version; NotFound when one of them is not there.
    """
    match = _SPAN.fullmatch(span)
    if match is None:
        raise UsageMistake(f"--diff {span!r} names no versions; write it as 1..3, 1.., ..3, or --diff alone for the last two")
    revisions = [entry for entry in history if isinstance(entry, Revision)]
    by_number = {revision.number: revision for revision in revisions}
    if len(revisions) < 2:
        raise UsageMistake("there is nothing to compare: the article has one version")
    for number in filter(None, match.groups()):
        if int(number) not in by_number:
            raise NotFound(f"there is no revision {number}; the article has {len(revisions)}")
    if span == LAST_TWO:
        return revisions[-2], revisions[-1]
    first = by_number[int(match[1])] if match[1] else revisions[0]
    last = by_number[int(match[2])] if match[2] else revisions[-1]
    return first, last


def print_comparison(before: Revision, after: Revision) -> None:
    """Print the later of two versions with what was taken out of the earlier one and what was put in."""
    compared = compare(before, after)
    out.print(cell(f"Revision {before.number} ({when(before.fetched_at)} UTC) → {after.number} ({when(after.fetched_at)} UTC)", "dim"))
    for paragraph in (compared.headline, *compared.paragraphs):
        if paragraph:
            out.print(_marked(paragraph))
            out.print()
    if not is_changed(compared.headline) and not compared.changed_paragraphs:
        out.print("No word differs.")


def comparison_row(before: Revision, after: Revision) -> dict[str, Any]:
    """Write a comparison for JSON: each paragraph is a list of pieces, the same, removed, added."""
    compared = compare(before, after)
    return {
        "from": before.number,
        "to": after.number,
        "from_fetched_at": before.fetched_at,
        "to_fetched_at": after.fetched_at,
        "headline": compared.headline,
        "paragraphs": compared.paragraphs,
    }


def print_history(history: Sequence[Revision | Event]) -> None:
    """Print revisions and events as one timeline, each revision with the places that it changed."""
    before: Revision | None = None
    for entry in history:
        out.print()
        if isinstance(entry, Event):
            words, style = _WHAT[entry.kind]
            said = " · ".join(part for part in (entry.reason, f"HTTP {entry.status}" if entry.status and not entry.reason else "") if part)
            line = f"{when(entry.at)}  {words}" + (f" {entry.url}" if entry.url else "") + (f": {said}" if said else "")
            out.print(cell(line, style, limit=500))
            continue
        kind = f" ({entry.kind})" if entry.kind else ""
        out.print(cell(f"{when(entry.fetched_at)}  Revision {entry.number}{kind}: {entry.title or '(no title)'}", "bold", limit=500))
        if before is None:
            out.print(Padding("first version seen", (0, 0, 0, 18)))
        else:
            _print_changes(compare(before, entry))
        before = entry


def history_rows(history: Sequence[Revision | Event]) -> list[dict[str, Any]]:
    """Write a timeline for JSON: each entry says at `at` and by `entry` ('revision' or 'event') when and what it is."""
    from storage.terminal import plain

    return [{"entry": "event" if isinstance(entry, Event) else "revision", "at": plain(_time(entry)), **plain(entry)} for entry in history]


def _time(entry: Revision | Event) -> Any:
    return entry.at if isinstance(entry, Event) else entry.fetched_at


def _print_changes(compared: Comparison) -> None:
    for name, paragraph in (("headline", compared.headline), *(("text", changed) for changed in compared.changed_paragraphs)):
        if is_changed(paragraph):
            out.print(Padding(Text.assemble((f"{name}  ", "dim"), _marked(paragraph, context=_CONTEXT_WORDS)), (0, 0, 0, 18)))


def _marked(paragraph: Paragraph, *, context: int | None = None) -> Text:
    """Set a paragraph in colours, or in marks where there are none; `context` leaves out what stands further from any change."""
    made = Text()
    for place, piece in enumerate(paragraph):
        begin, end = _MARKS[piece.kind] if out.color_system is None else ("", "")
        words = piece.text
        if context is not None and piece.kind is PieceKind.SAME:
            words = _shortened(words, context, first=place == 0, last=place == len(paragraph) - 1)
        bare = words.strip()
        lead, tail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        made.append(f"{lead}{begin}{visible(bare, limit=1_000_000)}{end}{tail}", style=_STYLES[piece.kind])
    return made


def _shortened(words: str, context: int, *, first: bool, last: bool) -> str:
    """Leave out the words in the middle; of the first piece those before, of the last one those behind."""
    parts = re.findall(r"\s*\S+\s*", words)
    head, tail = (0 if first else context), (0 if last else context)
    if len(parts) <= head + tail + 1:
        return words
    return "".join(parts[:head]) + ("… " if not last else "…") + ("".join(parts[len(parts) - tail :]) if tail else "")


def print_copies(members: Sequence[Article]) -> None:
    """Print what the copies of one text are to each other, the origin first."""
    if not members:
        out.print("No copy of it is known.")
        return
    columns = ("number", "role", "source", "published (UTC)", "similarity", "changed", "agency", "headline")
    made = table(None, *columns, numbers=("similarity",))
    for member in members:
        own = None if member.similarity is None else f"{member.similarity:.0%}"
        changed = ", ".join(member.changes) or ("–" if member.cluster_role is ClusterRole.ORIGIN else "nothing")
        style = "bold" if member.cluster_role is ClusterRole.ORIGIN else ""
        facts = (member.id, member.cluster_role, member.source, when(member.published_at), own, changed, member.agency, member.title)
        made.add_row(*(cell(fact, style) for fact in facts))
    out.print(made)
    agency = f" from the agency {members[0].cluster_agency}" if members[0].cluster_agency else ""
    out.print(f"{len(members)} articles with one text{agency}; similarity and changes are to the member that stands for it.")


def copy_rows(members: Sequence[Article]) -> list[dict[str, Any]]:
    """Write the copies of one text for JSON, the origin first."""
    return [
        {
            "id": member.key,
            "number": member.id,
            "role": member.cluster_role,
            "source": member.source,
            "url": member.url,
            "published_at": member.published_at,
            "first_seen_at": member.first_seen_at,
            "similarity": member.similarity,
            "changes": list(member.changes),
            "agency": member.agency,
            "title": member.title,
        }
        for member in members
    ]
