"""The tour that `dragoman demo` gives: the main job once, for real, with every command it types."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.text import Text

from crawler.demo.briefs import write_briefs
from crawler.demo.server import DemoSite
from crawler.errors import CrawlerError
from storage import runs
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import ExportError
from storage.records import Article, Outcome
from storage.terminal import cell, err, out, table

PORT = 8470  # the outlets keep their addresses from one demo to the next, so that what was stored can be crawled again
DELAY_SECONDS = 0.02  # the outlets are ours; a real host is asked once a second
OURS = (
    "catalog",
    "export",
    "briefs.jsonl",
    "ties.png",
    "dragoman.db",
    "dragoman.db-wal",
    "dragoman.db-shm",
    "dragoman.db.lock",
    "dragoman.db.writer",
)
SEARCH = "العراق"  # finds والعراق and للعراق too
NEXT_EDITION = 2


def run_tour(folder: Path) -> int:
    """Crawl the outlets twice, then search, show copies and a revision, draw a tie, export, and name what to type next.

    Args: the folder for database, catalog and export; what an earlier demo left there is replaced.
    Returns: the exit code.
    """
    started = time.monotonic()
    _clear(folder)
    catalog, database = folder / "catalog", folder / "dragoman.db"
    db = f"sqlite:///{database}"
    crawl = ("crawl", "--catalog", str(catalog), "--db", db, "--delay", str(DELAY_SECONDS), "--allow-private-hosts")
    with _site(catalog) as site:
        names = ", ".join(sorted({language for outlet in site.outlets for language in outlet.languages}))
        _heading(f"{len(site.outlets)} fictional outlets ({names}) are on the air at 127.0.0.x. First crawl:")
        code = _type(crawl)
        _ledger(db)
        site.edition = NEXT_EDITION
        _heading("Time has passed: a headline was changed, and there are new articles. Second crawl:")
        code = max(code, _type(crawl))
        _ledger(db)
    _heading("Ask it. One search, in Arabic; the prefixes of the script do not hide a word:")
    code = max(code, _type(("search", SEARCH, "--limit", "3", "--db", db)))
    with Corpus.open(db) as corpus:
        _copies(corpus)
        revised = _revised(corpus)
    if revised is not None:
        _heading("One article that was edited between the crawls:")
        code = max(code, _type(("show", str(revised.id), "--revisions", "--db", db), most_lines=40))
    rows = write_briefs(folder / "briefs.jsonl")
    _heading(f"A tie needs time. {rows} short reports of the year before, by fictional agencies, are read from a file:")
    code = max(code, _type(("ingest", str(folder / "briefs.jsonl"), "--db", db)))
    _heading("How Iraq and Syria drew together, in numbers and as a picture:")
    code = max(code, _type(("ties", "Iraq", "SY", "--plot", str(folder / "ties.png"), "--db", db)))
    _heading("Hand it over:")
    code = max(code, _type(("export", str(folder / "export"), "--format", "parquet", "--db", db)))
    _heading(f"That took {time.monotonic() - started:.0f} s. Type next:")
    for words in (("search", "Baghdad", "--language", "en", "--db", db), ("stats", "--db", db), ("status", "--db", db)):
        out.print(Text(f"  {_program()} {_quoted(words)}", "bold"))
    out.print(cell(f"'{_program()} demo --serve' puts the outlets on the air again, to be crawled by hand.", "dim"))
    return code


def serve(folder: Path) -> int:
    """Keep the outlets on the air, as the second crawl saw them, until Ctrl-C."""
    catalog = folder / "catalog"
    with _site(catalog, edition=NEXT_EDITION) as site:
        out.print(f"{len(site.outlets)} fictional outlets are on the air; Ctrl-C ends it. In another terminal:")
        db = f"sqlite:///{folder / 'dragoman.db'}"
        out.print(Text(f"  {_program()} crawl --catalog {catalog} --db {db} --allow-private-hosts", "bold"))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            err.print("Off the air.")
    return 0


@contextmanager
def _site(catalog: Path, edition: int = 1) -> Iterator[DemoSite]:
    """Serve on the usual port, or on a free one where that is taken."""
    with ExitStack() as stack:
        try:
            site = stack.enter_context(DemoSite(catalog, edition=edition, port=PORT))
        except CrawlerError:  # whatever else it was is raised again
            site = stack.enter_context(DemoSite(catalog, edition=edition, port=0))
        yield site


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in OURS:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"cannot write to {folder}: {error.strerror}") from error


def _type(words: Sequence[str], *, most_lines: int | None = None) -> int:
    """Type a command as a user would, in a process of its own, and show what it prints."""
    out.print(cell(f"$ dragoman {_quoted(words)}", "bold green", limit=400))
    arguments = [sys.executable, "-P", "-m", "cli", *words]
    if most_lines is None:
        return subprocess.run(arguments, check=False).returncode  # noqa: S603 - our own program, no shell
    done = subprocess.run(arguments, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    lines = done.stdout.splitlines()
    for line in lines[:most_lines]:
        out.print(Text(line))  # as the command laid it out; it has cleaned it already
    if len(lines) > most_lines:
        out.print(cell(f"… {len(lines) - most_lines} more lines", "dim"))
    return done.returncode


def _program() -> str:
    """Return how this program is typed here: by its name where it is on the path, else by where it stands."""
    if shutil.which("dragoman"):
        return "dragoman"
    beside = Path(sys.executable).with_name("dragoman")
    return str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)


def _quoted(words: Sequence[str]) -> str:
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def _heading(text: str) -> None:
    out.print()
    out.print(cell(text, "bold yellow"))


_STYLES = {Outcome.NEW: "green", Outcome.REVISED: "cyan", Outcome.COPY: "magenta", Outcome.IRRELEVANT: "dim"}


def _ledger(db: str) -> None:
    """Print what came of every candidate of the last run of each source, in the order of outcomes."""
    with Database.open(db) as database:
        last = {run.id for run in runs.latest_by_source(database).values()}
        rows = [fetch for run_id in sorted(last) for fetch in runs.ledger(database, run_id)]
    made = table(f"What came of every candidate ({len(rows)}):", "outcome", "source", "address", "why")
    for column in made.columns:  # one line each: sixty of them are to be run through, not read
        column.no_wrap, column.overflow = True, "ellipsis"
    made.columns[0].min_width = max(len(outcome) for outcome in Outcome)
    made.columns[1].min_width = max((len(fetch.source_id) for fetch in rows), default=0)
    order = {outcome: position for position, outcome in enumerate(Outcome)}
    for fetch in sorted(rows, key=lambda row: (order[row.outcome], row.source_id, row.candidate_url)):
        path = "/" + fetch.candidate_url.split("/", 3)[-1]
        style = _STYLES.get(fetch.outcome, "yellow")
        made.add_row(cell(fetch.outcome, style), cell(fetch.source_id), cell(path, limit=44), cell(fetch.reason, "dim", limit=110))
    out.print()
    out.print(made)


def _copies(corpus: Corpus) -> None:
    """Print the largest cluster of copies."""
    clusters: dict[int, list[Article]] = {}
    for article in corpus.articles():
        if article.cluster is not None:
            clusters.setdefault(article.cluster, []).append(article)
    if not clusters:
        return
    largest = max(clusters.values(), key=len)
    _heading(f"{len(clusters)} texts were printed by more than one outlet. One cluster of copies:")
    made = table(None, "id", "role", "source", "published (UTC)", "headline", "begins")
    for article in corpus.copies(largest[0].id):
        published = article.published_at.strftime("%Y-%m-%d %H:%M") if article.published_at else None
        made.add_row(
            cell(article.id),
            cell(article.cluster_role),
            cell(article.source),
            cell(published),
            cell(article.title),
            cell(article.text, "dim", limit=60),
        )
    out.print(made)


def _revised(corpus: Corpus) -> Article | None:
    return next((article for article in corpus.articles() if article.revisions > 1), None)
