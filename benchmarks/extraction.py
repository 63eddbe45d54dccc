"""Measure extraction on pages with hand-made truth: `.venv/bin/python benchmarks/extraction.py compare|ablation|cost|floors DATA`.

DATA is a folder with `NAME-pages.warc.gz` beside `NAME-truth.jsonl` (see `extraction_scores.py`), or a folder of such folders. Each command
prints tables and one JSON line.

`compare` runs Dragoman, trafilatura and, in an interpreter of their own, the extractors whose packages conflict with ours:

    python -m venv peers
    peers/bin/pip install news-please 'newspaper4k[all]' readability-lxml resiliparse
    .venv/bin/python benchmarks/extraction.py compare DATA --peers-python peers/bin/python

All see the same pages in turns, and nobody sees the network. Peers get the decoded text of the page and its address, newspaper4k also the
language that truth names; Dragoman gets the bytes and nothing else, in a second row also what its catalog knows of the source. The first
page is read once before, so that the loading of models is not counted. CPU seconds are those of the process; `x` is their ratio to
trafilatura's default with metadata. `*` marks the best of a column, `-` what an extractor does not give.
`--losses FILE` writes the pages on which others do better, `--write FOLDER` what each one said, a file for each set and extractor.

`ablation` extracts every set anew for each step around trafilatura, without that step: a loss (a negative difference) is what it is worth.

`cost` measures the CPU time of Dragoman, all metadata included, as a multiple of trafilatura's default with metadata, in pairs, round after
round, and shows where the time goes.

`floors` pins what is reached in `tests/quality/extraction_floors.json`, with a hash of the data. It raises floors; what would lower one is
refused, with exit code 1, unless `--allow-regression` is said.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.extraction_floors import data_hash, load_floors, new_floors, reached, save_floors
from benchmarks.extraction_peers import PEERS
from benchmarks.extraction_readers import Dragoman, Peer, Reader, Reading, Sample, Trafilatura, catalog_context, no_context, read_samples
from benchmarks.extraction_scores import COLUMNS, PageScore, Truth, find_sets, read_truth, score
from benchmarks.extraction_steps import ablation, cost, profile

OURS, BASE = "dragoman", "trafilatura"
LOSS = 0.02  # of a page's F1: less than that is a matter of a line


@dataclass
class Row:
    """An extractor on a set."""

    reader: Reader
    readings: dict[str, Reading] = field(default_factory=dict)
    scores: dict[str, float | None] = field(default_factory=dict)
    pages: list[PageScore] = field(default_factory=list)

    @property
    def cpu_seconds(self) -> float:
        """The CPU time of all pages."""
        return sum(reading.cpu_seconds for reading in self.readings.values())

    @property
    def errors(self) -> Counter[str]:
        """How often which error was met; the same one with other details counts as one."""
        return Counter(reading.error.split(":")[0] if reading.error else "" for reading in self.readings.values() if reading.error)

    def column(self, name: str) -> float | None:
        """Return a score, None where the extractor does not give what is scored."""
        return self.scores.get(name) if name in ("body_f1", "page_f1", *self.reader.gives) else None


def make_readers(peers_python: str | None) -> list[Reader]:
    """Make all that are compared; what is not installed is among them, and says so."""
    return [
        Dragoman(OURS, no_context),
        Dragoman(f"{OURS} + catalog", catalog_context()),
        Trafilatura(BASE),
        Trafilatura(f"{BASE} precision", favor_precision=True),
        Trafilatura(f"{BASE} fast", fast=True),
        *(Peer(name, gives, peers_python) for name, (_, gives) in PEERS.items()),
    ]


def compare(readers: Sequence[Reader], samples: Sequence[Sample], truths: Sequence[Truth]) -> list[Row]:
    """Let every extractor read every page, in turns, and score what they say."""
    rows = [Row(reader) for reader in readers]
    present = [row for row in rows if row.reader.missing is None]
    for row in present:
        row.reader.read(samples[0])
    for number, sample in enumerate(samples):
        turn = number % len(present)
        for row in present[turn:] + present[:turn]:
            row.readings[sample.page.url] = row.reader.read(sample)
    for row in present:
        row.scores, row.pages = score(truths, {url: reading.said for url, reading in row.readings.items()})
    return rows


def print_comparison(name: str, rows: Sequence[Row], count: int) -> dict[str, object]:
    """Print the table of a set; return it for the JSON line."""
    best = {column: max((row.column(column) or 0.0 for row in rows), default=0.0) for column in COLUMNS}
    base = next((row.cpu_seconds for row in rows if row.reader.name == BASE), 0.0)
    print(f"\n{name}: {count} pages")
    print(f"{'':24}{'version':>9}" + "".join(f"{column:>10}" for column in COLUMNS) + f"{'ms/page':>9}{'x':>7}  without an article")
    table: dict[str, object] = {}
    for row in rows:
        if row.reader.missing is not None:
            print(f"{row.reader.name:24}{row.reader.missing}")
            table[row.reader.name] = {"missing": row.reader.missing}
            continue
        cells = ""
        for column in COLUMNS:
            value = row.column(column)
            cells += f"{'-':>10}" if value is None else f"{value:>9.3f}{'*' if round(value, 3) == round(best[column], 3) else ' '}"
        errors = ", ".join(f"{times} {error}" for error, times in sorted(row.errors.items()))
        ratio = row.cpu_seconds / base if base else 0.0
        print(f"{row.reader.name:24}{row.reader.version:>9}{cells}{1000 * row.cpu_seconds / count:>9.1f}{ratio:>7.2f}  {errors}")
        table[row.reader.name] = {
            "version": row.reader.version,
            **{column: None if (value := row.column(column)) is None else round(value, 4) for column in COLUMNS},
            "cpu_seconds": round(row.cpu_seconds, 3),
            "ratio": round(ratio, 3),
            "errors": dict(row.errors),
        }
    return table


def behind(rows: Sequence[Row]) -> list[str]:
    """Name the columns that another extractor leads, to three decimals, with who does."""
    ours = next(row for row in rows if row.reader.name == OURS)
    found = []
    for column in COLUMNS:
        leader = max(rows, key=lambda row: -1.0 if row.reader.name.startswith(OURS) else row.column(column) or 0.0)
        theirs, own = leader.column(column), ours.column(column)
        if theirs is not None and own is not None and round(theirs, 3) > round(own, 3):
            found.append(f"{column}: {leader.reader.name} {theirs:.3f}, {OURS} {own:.3f}")
    return found


def losses(rows: Sequence[Row]) -> list[str]:
    """List the pages on which another extractor does better: the body first, by how much; then each field."""
    ours = next(row for row in rows if row.reader.name == OURS)
    others = [row for row in rows if not row.reader.name.startswith(OURS) and row.pages]
    lines = []
    bodies = []
    for number, page in enumerate(ours.pages):
        leader = max(others, key=lambda row: row.pages[number].page_f1)
        gain = leader.pages[number].page_f1 - page.page_f1
        if gain > LOSS:
            bodies.append((gain, f"body  {page.page_f1:.3f}  {leader.pages[number].page_f1:.3f} {leader.reader.name:22} {page.url}"))
    lines += [line for _, line in sorted(bodies, reverse=True)]
    for column in COLUMNS[2:]:
        for number, page in enumerate(ours.pages):
            own = getattr(page, column)
            if own is None or own == 1:
                continue
            better = [row for row in others if column in row.reader.gives and getattr(row.pages[number], column) > own]
            if better:
                names = ", ".join(row.reader.name for row in better)
                lines.append(
                    f"{column}  {own:.2f}  {names}  {page.url}\n"
                    f"      ours {_shown(ours, page, column)}  theirs {_shown(better[0], page, column)}"
                )
    return lines


def _shown(row: Row, page: PageScore, column: str) -> str:
    """Show what an extractor said in a field."""
    said = row.readings[page.url].said
    return repr({"title": said.title, "authors": said.authors, "language": said.language}.get(column, said.published))


def write_rows(rows: Sequence[Row], folder: Path, name: str) -> None:
    """Write what each extractor said, one JSON object a page, in the form of `dragoman extract`."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        if row.readings:
            path = folder / f"{name}.{row.reader.name}.jsonl".replace("/", "-").replace(" ", "-")
            with path.open("w", encoding="utf-8") as file:
                for url, reading in row.readings.items():
                    said = asdict(reading.said)
                    said["published_at"] = said.pop("published")
                    file.write(json.dumps({"url": url, **said}, ensure_ascii=False) + "\n")


def read_sets(data: Path) -> Iterator[tuple[str, list[Sample], list[Truth]]]:
    """Read the sets of a folder, one after the other."""
    for name, (archive, truth_path) in find_sets(data).items():
        truths = read_truth(truth_path)
        languages = {truth.url: truth.languages[0] for truth in truths if truth.languages}
        yield name, read_samples(archive, languages), truths


def run_compare(data: Path, peers_python: str | None, losses_file: Path | None, folder: Path | None) -> int:
    """Compare on every set of a folder and print."""
    tables: dict[str, object] = {}
    lost: list[str] = []
    with ExitStack() as running:
        readers = make_readers(peers_python)
        for reader in readers:
            running.callback(reader.close)
        for name, samples, truths in read_sets(data):
            rows = compare(readers, samples, truths)
            tables[name] = print_comparison(name, rows, len(truths))
            others_lead = behind(rows)
            print(f"{OURS} leads every column" if not others_lead else "not led by us: " + "; ".join(others_lead))
            if folder is not None:
                write_rows(rows, folder, name)
            lost += [f"{name}: {line}" for line in (*others_lead, *losses(rows))]
    if losses_file is not None:
        losses_file.write_text("\n".join(lost) + "\n", "utf-8")
    print(json.dumps({"benchmark": "extraction", "mode": "compare", "sets": tables}))
    return 0


def run_ablation(data: Path) -> int:
    """Switch off step by step on every set of a folder and print."""
    tables: dict[str, dict[str, object]] = {}
    names: list[str] = []
    lines: dict[str, str] = {}
    for name, samples, truths in read_sets(data):
        names.append(f"{name} ({len(truths)})")
        tables[name] = {}
        for step, effect in ablation(samples, truths):
            label = step.name if step else "everything"
            form = ">+10.4f" if step else ">10.4f"
            changed = "" if step is None else f"{effect.changed}" if effect.calls else "never taken"
            lines[label] = lines.get(label, f"{label:26}") + f"{effect.body_f1:{form}}{effect.page_f1:{form}}{changed:>13}"
            tables[name][label.strip()] = {
                "body_f1": round(effect.body_f1, 5),
                "page_f1": round(effect.page_f1, 5),
                "pages": effect.changed,
            }
    print(f"{'without':26}" + "".join(f"{name:>33}" for name in names))
    print(f"{'':26}" + f"{'body F1':>10}{'page F1':>10}{'pages':>13}" * len(names))
    print("\n".join(lines.values()))
    print(json.dumps({"benchmark": "extraction", "mode": "ablation", "sets": tables}))
    return 0


def run_cost(data: Path, rounds: int) -> int:
    """Measure the cost of every set of a folder and print."""
    tables: dict[str, dict[str, object]] = {}
    for name, samples, _ in read_sets(data):
        measured = cost(samples, rounds)
        least, middle, most = measured.spread()
        ours, theirs = measured.rounds[0]
        per_page = 1000 / len(samples)
        print(f"\n{name}: {len(samples)} pages, {measured.refused} of them without an article, {rounds} rounds")
        print(f"CPU time / {BASE}'s: min {least:.2f}, median {middle:.2f}, max {most:.2f}")
        print(f"first round: {OURS} {ours * per_page:.1f} ms a page, {BASE} {theirs * per_page:.1f}")
        whole, spent = profile(samples)
        print(f"{'profiled':42}{'calls/page':>12}{'ms/page':>9}{'own':>7}{'share':>7}")
        for entry in spent:
            cells = f"{entry.calls / len(samples):>12.1f}{entry.total_seconds * per_page:>9.2f}{entry.own_seconds * per_page:>7.2f}"
            print(f"{entry.function:42}{cells}{entry.total_seconds / whole:>7.0%}")
        tables[name] = {"ratios": [round(ratio, 3) for ratio in measured.ratios], "min": least, "median": middle, "max": most}
        tables[name] |= {"refused": measured.refused}
    print(json.dumps({"benchmark": "extraction", "mode": "cost", "sets": tables}))
    return 0


def run_floors(data: Path, *, allow_regression: bool) -> int:
    """Pin what is reached on every set of a folder; return 1 when a floor would have fallen and was kept."""
    pinned = load_floors()
    refused = False
    for name, (archive, truth) in find_sets(data).items():
        pinned[name], objections = new_floors(
            pinned.get(name), data_hash(archive, truth), reached(archive, truth), allow_regression=allow_regression
        )
        refused |= bool(objections) and not allow_regression
        for objection in objections:
            print(f"{name}: {objection}", file=sys.stderr)
        print(f"{name:12}" + "  ".join(f"{column} {least:g}" for column, least in pinned[name].floors.items()))
    save_floors(pinned)
    if refused:
        print("Those floors stay as they were. To lower them, say --allow-regression.", file=sys.stderr)
    print(json.dumps({"benchmark": "extraction", "mode": "floors", "sets": {name: dict(entry.floors) for name, entry in pinned.items()}}))
    return int(refused)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="mode", required=True)
    comparing = commands.add_parser("compare", help="Dragoman beside other extractors, all columns")
    comparing.add_argument("--peers-python", metavar="PATH", help="the interpreter in which the other extractors are installed")
    comparing.add_argument("--losses", type=Path, metavar="FILE", help="write the pages on which others do better")
    comparing.add_argument("--write", type=Path, metavar="FOLDER", help="write what each extractor said")
    commands.add_parser("ablation", help="the score without each step around trafilatura")
    costing = commands.add_parser("cost", help="CPU time, as a multiple of trafilatura's")
    costing.add_argument("--rounds", type=int, default=5)
    pinning = commands.add_parser("floors", help="raise the pinned floors to what is reached")
    pinning.add_argument("--allow-regression", action="store_true", help="lower them too")
    for command in commands.choices.values():
        command.add_argument("data", type=Path, metavar="DATA")
    given = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    if given.mode == "ablation":
        return run_ablation(given.data)
    if given.mode == "cost":
        return run_cost(given.data, given.rounds)
    if given.mode == "floors":
        return run_floors(given.data, allow_regression=given.allow_regression)
    return run_compare(given.data, given.peers_python, given.losses, given.write)


if __name__ == "__main__":
    sys.exit(main())
