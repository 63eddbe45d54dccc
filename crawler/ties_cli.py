"""The command about ties between countries and actors."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from crawler.options import GazetteerOption
from storage.search.records import ArticleFilter, Weight
from storage.terminal import (
    DEFAULT_DATABASE,
    DatabaseOption,
    FromFilter,
    JsonOption,
    LanguageFilter,
    SourceFilter,
    ToFilter,
    TopicFilter,
    UsageMistake,
    cell,
    day_end,
    day_start,
    out,
    print_json,
    table,
    visible,
    when,
)
from storage.ties.records import LEAST_WEIGHT, Member, Span, Tie, TiePoint, TieQuestion
from storage.ties.strength import Change, Direction, Strength

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.corpus import Corpus
    from storage.ties.records import Ties

app = typer.Typer()

_MOST_ARTICLES = 10  # of a point, for people
_ARROWS = {Direction.UP: ("▲", "green"), Direction.DOWN: ("▼", "red"), Direction.UNCLEAR: ("", "dim")}


class Kind(StrEnum):
    """What ties are between."""

    COUNTRIES = "countries"
    ACTORS = "actors"

    @property
    def tag(self) -> str:
        """The kind of the tag."""
        return {"countries": "country", "actors": "actor"}[self.value]


@app.command()
def ties(
    a: Annotated[
        str | None, typer.Argument(metavar="A", help="A country (IQ, Iraq) or an actor (id, Wikidata Q-id or name); none: all of them.")
    ] = None,
    b: Annotated[str | None, typer.Argument(metavar="B", help="The other one; none: everyone that A has ties with.")] = None,
    by: Annotated[Span, typer.Option("--by", help="What a point in time is.")] = Span.MONTH,
    among: Annotated[
        Kind | None, typer.Option("--among", help="What the other ends of the ties are (default: what A is, else countries).")
    ] = None,
    source: SourceFilter = None,
    language: LanguageFilter = None,
    topic: TopicFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    weight: Annotated[
        Weight, typer.Option("--weight", help="Count every text once, in however many copies it stands (clusters), or every article.")
    ] = Weight.CLUSTERS,
    salience: Annotated[
        float, typer.Option("--salience", metavar="X", min=0, max=1, help="How much a country or actor must weigh in an article to count.")
    ] = LEAST_WEIGHT,
    least: Annotated[int, typer.Option("--least", metavar="N", min=1, help="Only ties that share N texts or more.")] = 1,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="Show at most N ties.")] = 20,
    articles: Annotated[bool, typer.Option("--articles", help="Name the articles behind every point.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw it: .png, .svg or .pdf.")] = None,
    network: Annotated[
        Path | None, typer.Option("--network", metavar="FILE", help="Write all ties as a network: .graphml (Gephi) or .json.")
    ] = None,
    gazetteer: GazetteerOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Say who shares articles with whom, how much more often than by chance, and whether that changes."""
    from crawler.tagging.naming import namer, party, topic_id
    from storage.corpus import Corpus

    _check_files(plot, network)
    ends = [party(word, gazetteer) for word in (a, b) if word is not None]
    if len(set(ends)) < len(ends):
        raise UsageMistake(f"{a} and {b} are the same: {ends[0].name}")
    if b is not None and network is not None:
        raise UsageMistake("--network is of many ties: leave out B")
    members = [Member(end.kind, end.value) for end in ends]
    wanted = ArticleFilter(
        sources=tuple(source or ()),
        languages=tuple(code.lower() for code in language or ()),
        topics=tuple(map(topic_id, topic or ())),
        since=day_start(since, "--from"),
        until=day_end(until, "--to"),
        relevant=True,
    )
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise UsageMistake(f"--from {since} is after --to {until}")
    question = TieQuestion(
        a=members[0] if members else None,
        b=members[1] if len(members) > 1 else None,
        kind=among.tag if among else members[0].kind if members else "country",
        by=by,
        wanted=wanted,
        weight=weight,
        least_weight=salience,
        least_together=least,
        limit=limit,
        articles=articles or (as_json and len(members) > 1),
        series=as_json or articles or len(members) > 1,
    )
    name = namer(gazetteer)
    with Corpus.open(db) as corpus, corpus.unchanging():
        answer = corpus.ties(question)
        if plot is not None:
            from storage.ties.plot import draw

            draw(answer, plot, name)
        if network is not None:
            _write_network(corpus, question, network, name)
        if as_json:
            print_json(_object(answer, name))
        elif question.b is not None:
            _print_series(corpus, answer, name, articles=articles)
        else:
            _print_ranking(corpus, answer, name, articles=articles)
    for path in (plot, network):
        if path is not None and not as_json:
            out.print(f"{visible(path)} is written.")


def _check_files(plot: Path | None, network: Path | None) -> None:
    """Say what is wrong with a file's name before anything is counted."""
    from storage.ties.network import NETWORK_SUFFIXES
    from storage.ties.plot import PICTURE_SUFFIXES

    for option, path, suffixes in (("--plot", plot, PICTURE_SUFFIXES), ("--network", network, NETWORK_SUFFIXES)):
        if path is not None and path.suffix.lower() not in suffixes:
            raise UsageMistake(f"{option} {path}: the name must end in {', '.join(suffixes[:-1])} or {suffixes[-1]}")
        if path is not None and not path.parent.is_dir():
            raise UsageMistake(f"{option} {path}: there is no folder {path.parent}")


def _write_network(corpus: Corpus, question: TieQuestion, path: Path, name: Callable[[str, str], str]) -> None:
    """Write all ties that were asked for, not only those that are shown."""
    from dataclasses import replace

    from storage.ties.network import network_of, write_network

    everything = replace(question, limit=None, articles=False, series=False, trend=False)
    write_network(network_of(corpus.ties(everything), name), path)


def _object(answer: Ties, name: Callable[[str, str], str]) -> dict[str, Any]:
    """Put an answer as one JSON object."""
    question = answer.question
    return {
        "by": question.by,
        "weight": question.weight,
        "salience": question.least_weight,
        "texts": answer.texts,
        "from": question.wanted.since,
        "to": question.wanted.until,
        "found": answer.found,
        "ties": [_tie_object(tie, question, name) for tie in answer.ties],
    }


def _tie_object(tie: Tie, question: TieQuestion, name: Callable[[str, str], str]) -> dict[str, Any]:
    return {
        "a": _member_object(tie.a, tie.of_a, name),
        "b": _member_object(tie.b, tie.of_b, name),
        **_strength_object(tie.strength),
        "trend": tie.trend,
        "points": [_point_object(point, question) for point in tie.points],
    }


def _member_object(member: Member, texts: int, name: Callable[[str, str], str]) -> dict[str, Any]:
    return {"kind": member.kind, "value": member.value, "name": name(*member), "texts": texts}


def _strength_object(strength: Strength) -> dict[str, Any]:
    return {
        "together": strength.together,
        "expected": strength.expected,
        "strength": strength.strength,
        "low": strength.low,
        "high": strength.high,
        "npmi": strength.npmi,
    }


def _point_object(point: TiePoint, question: TieQuestion) -> dict[str, Any]:
    made = {
        "span": question.by.written(point.begin),
        "begin": point.begin.isoformat(),
        "texts": point.texts,
        "of_a": point.of_a,
        "of_b": point.of_b,
        **_strength_object(point.strength),
        "change": point.change,
    }
    return made | ({"articles": point.articles} if question.articles else {})


def _counted(answer: Ties) -> str:
    noun = "text" if answer.question.weight is Weight.CLUSTERS else "article"
    return f"{answer.texts} {noun}{'s' * (answer.texts != 1)}"


def _print_series(corpus: Corpus, answer: Ties, name: Callable[[str, str], str], *, articles: bool) -> None:
    """Print one tie over time."""
    tie, by = answer.ties[0], answer.question.by
    a, b = visible(name(*tie.a)), visible(name(*tie.b))
    out.print(Text(f"{a} – {b}", "bold"))
    out.print(
        f"Together in {tie.strength.together} of {_counted(answer)}; {a} is in {tie.of_a}, {b} in {tie.of_b}: {_in_words(tie.strength)}."
    )
    if tie.trend is not None:
        out.print(f"Later half against the earlier one: {_change_in_words(tie.trend)}.")
    made = table(
        None,
        by.value,
        "texts",
        a,
        b,
        "both",
        "expected",
        "strength",
        "95 %",
        "change",
        "",
        numbers=("texts", a, b, "both", "expected", "strength"),
    )
    most = max((point.strength.together for point in tie.points), default=0)
    for point in tie.points:
        strength = point.strength
        arrow, style = _ARROWS[point.change.direction] if point.change else ("", "dim")
        ratio = "" if point.change is None or point.change.ratio is None else f"×{point.change.ratio:.2g}"
        made.add_row(
            cell(by.written(point.begin)), cell(point.texts), cell(point.of_a), cell(point.of_b), cell(strength.together),
            cell(f"{strength.expected:.1f}"), cell(_number(strength.strength)), cell(_interval(strength), "dim"),
            cell(f"{arrow} {ratio}".strip(), style), cell("█" * round(16 * strength.together / most) if most else "", "cyan"),
        )  # fmt: skip
        if articles:
            for line in _articles(corpus, point.articles):
                made.add_row(cell(""), *[cell("")] * 8, line)
    out.print()
    out.print(made)
    out.print(cell("▲▼ a change that is more than noise (p < 0.05, adjusted for the number of spans); the others may be chance.", "dim"))


def _print_ranking(corpus: Corpus, answer: Ties, name: Callable[[str, str], str], *, articles: bool) -> None:
    """Print many ties, the strongest first."""
    shown = len(answer.ties)
    more = "" if shown == answer.found else f", {shown} shown (--limit)"
    out.print(f"{answer.found} ties in {_counted(answer)}{more}. Strength is how many times more often than by chance.")
    if not answer.ties:
        return
    made = table(None, "", " ", "both", "expected", "strength", "95 %", "later half", numbers=("both", "expected", "strength"))
    for tie in answer.ties:
        trend = tie.trend
        arrow, style = _ARROWS[trend.direction] if trend else ("", "dim")
        ratio = "" if trend is None or trend.ratio is None else f"×{trend.ratio:.2g}"
        made.add_row(
            cell(name(*tie.a)), cell(name(*tie.b)), cell(tie.strength.together), cell(f"{tie.strength.expected:.1f}"),
            cell(_number(tie.strength.strength)), cell(_interval(tie.strength), "dim"), cell(f"{arrow} {ratio}".strip(), style),
        )  # fmt: skip
        if articles:
            for line in _articles(corpus, [key for point in tie.points for key in point.articles]):
                made.add_row(cell(""), line, *[cell("")] * 5)
    out.print()
    out.print(made)
    out.print(cell("▲▼ the later half of the time is stronger or weaker by more than noise (p < 0.05).", "dim"))


def _articles(corpus: Corpus, keys: tuple[str, ...] | list[str]) -> list[Text]:
    """Write articles, a line each."""
    lines = []
    for key in keys[:_MOST_ARTICLES]:
        article = corpus.get(key)
        lines.append(cell(f"[{article.id}] {when(article.published_at)[:10]} {article.source}: {article.title or '(no title)'}", limit=120))
    if len(keys) > _MOST_ARTICLES:
        lines.append(cell(f"… {len(keys) - _MOST_ARTICLES} more (--json)", "dim"))
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _interval(strength: Strength) -> str:
    return "" if strength.low is None else f"{_number(strength.low)} … {_number(strength.high)}"


def _in_words(strength: Strength) -> str:
    """Say how strong a tie is."""
    if strength.strength is None:
        return "nothing can be said of a tie"
    return f"{strength.strength:.2f} times what chance would give (95 %: {_interval(strength)})"


def _change_in_words(change: Change) -> str:
    """Say how a tie changed, and whether that is more than noise."""
    ratio = "from never together" if change.ratio is None else f"×{change.ratio:.2f}"
    high = "∞" if change.high is None else f"{change.high:.2f}"
    verdict = {Direction.UP: "stronger", Direction.DOWN: "weaker", Direction.UNCLEAR: "may be noise"}[change.direction]
    return f"{ratio} (95 %: {change.low:.2f} … {high}, p = {change.p_value:.2g}): {verdict}"
