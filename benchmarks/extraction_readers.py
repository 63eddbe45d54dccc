"""The extractors that `extraction.py` compares: Dragoman and trafilatura in this process, the others in an interpreter of their own."""

from __future__ import annotations

import json
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction

from benchmarks.extraction_scores import NOTHING, Prediction
from crawler.archives import ArchivedResponse, open_archive
from crawler.catalog import load_catalog
from crawler.encodings import decode_body
from crawler.errors import PageError
from crawler.extraction import extract
from crawler.extraction.decode import decode
from crawler.records import ExtractedArticle, Page, PageContext
from crawler.sourcebook import SourceBook

WORKER = Path(__file__).with_name("extraction_peers.py")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page of a set: its bytes for Dragoman, its text for those that take text, `language` as truth has it for those that ask."""

    page: Page
    html: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor made of a page, the CPU time that it took, and why it failed if it did."""

    said: Prediction
    cpu_seconds: float
    error: str | None = None


class Reader(ABC):
    """An extractor. `missing` says why it cannot run; `gives` names the columns besides the body that it can score in."""

    def __init__(self, name: str, version_text: str, gives: tuple[str, ...]) -> None:
        """Take the name of the row."""
        self.name, self.version, self.gives = name, version_text, gives
        self.missing: str | None = None

    @abstractmethod
    def read(self, sample: Sample) -> Reading:
        """Extract one page."""

    def close(self) -> None:  # noqa: B027 - most have started nothing
        """End what was started for it."""


def read_samples(archive: Path, languages: dict[str, str]) -> list[Sample]:
    """Read the pages of an archive; `languages` by address."""
    samples = []
    for record in open_archive(archive)(lambda _bytes: None):
        if isinstance(record, ArchivedResponse):
            headers = record.headers
            body = decode_body(record.body, headers.get("content-encoding", ""), headers.get("transfer-encoding", ""))
            kind = headers.get("content-type", "")
            page = Page(record.url, record.url, body, record.fetched_at, record.status, kind, headers)
            samples.append(Sample(page, decode(body, kind).text, languages.get(record.url)))
    return samples


ALL_FIELDS = ("title", "day", "minute", "authors", "language")


class Dragoman(Reader):
    """Our own extraction, from bytes; `context_of` tells what the catalog knows of a page's source."""

    def __init__(self, name: str, context_of: Callable[[str], PageContext]) -> None:
        """Take the name of the row."""
        super().__init__(name, version("dragoman"), ALL_FIELDS)
        self._context_of = context_of

    def read(self, sample: Sample) -> Reading:
        """Extract one page; a page that is refused is an error."""
        context = self._context_of(sample.page.url)
        started = time.process_time()
        try:
            article = extract(sample.page, context)
        except PageError as error:
            return Reading(NOTHING, time.process_time() - started, f"{type(error).__name__}: {error}")
        cpu_seconds = time.process_time() - started
        return Reading(predicted(article), cpu_seconds)


def predicted(article: ExtractedArticle) -> Prediction:
    """Put an article of ours in the words of the scorer; a day without clock time is its midnight, as `dragoman extract` writes it.

    The instant of a day is midnight in the zone assumed, which lies between UTC-12 and UTC+12 wherever news is made.
    """
    dated = article.published
    published = None
    if dated is not None:
        published = f"{(dated.at + timedelta(hours=12)).date().isoformat()}T00:00:00" if dated.day_only else dated.at.isoformat()
    return Prediction(article.text, article.title, published, article.authors, article.language)


class Trafilatura(Reader):
    """trafilatura on the decoded page, metadata included."""

    def __init__(self, name: str, **options: Any) -> None:
        """Take the name of the row and the options of `bare_extraction`."""
        # dates are days, and there is no language unless one is asked for
        super().__init__(name, version("trafilatura"), ("title", "day", "minute", "authors"))
        self._options = options

    def read(self, sample: Sample) -> Reading:
        """Extract one page."""
        started = time.process_time()
        try:
            document: Any = bare_extraction(sample.html, url=sample.page.url, with_metadata=True, **self._options)
        except Exception as error:  # noqa: BLE001 - whatever it raises is its answer for this page: counted and shown
            return Reading(NOTHING, time.process_time() - started, f"{type(error).__name__}: {error}")
        cpu_seconds = time.process_time() - started
        if document is None:
            return Reading(NOTHING, cpu_seconds, "no text")
        authors = tuple(name.strip() for name in (document.author or "").split(";") if name.strip())
        return Reading(Prediction(document.text or "", document.title, document.date, authors, document.language), cpu_seconds)


class Peer(Reader):
    """An extractor of another interpreter, fed a page a line."""

    def __init__(self, name: str, gives: tuple[str, ...], python: str | None) -> None:
        """Start it, when there is an interpreter for it; it may be missing there."""
        super().__init__(name, "", gives)
        self.missing = "not installed (no --peers-python)"
        self._process: subprocess.Popen[str] | None = None
        if python is None:
            return
        command = [python, "-W", "ignore", str(WORKER), name]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the interpreter that the user names, on our own script
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
            )
        except OSError as error:
            self.missing = f"not installed ({python}: {error.strerror})"
            return
        hello = self._answer()
        self.version = str(hello.get("version", ""))
        self.missing = None if self.version else f"not installed ({hello.get('missing') or hello.get('error')})"

    def read(self, sample: Sample) -> Reading:
        """Extract one page."""
        process = self._process
        if process is None or process.stdin is None:
            return Reading(NOTHING, 0.0, "not running")
        page = {"url": sample.page.url, "html": sample.html, "language": sample.language}
        with suppress(BrokenPipeError):  # what ended is told apart by its silence
            process.stdin.write(json.dumps(page) + "\n")
            process.stdin.flush()
        row = self._answer()
        cpu_seconds = float(row.get("cpu_seconds", 0.0))
        if "error" in row:
            return Reading(NOTHING, cpu_seconds, str(row["error"]))
        authors = tuple(str(name) for name in row.get("authors") or ())
        said = Prediction(row.get("text") or "", row.get("title"), row.get("published"), authors, row.get("language"))
        return Reading(said, cpu_seconds, None if said.text.strip() else "no text")

    def _answer(self) -> dict[str, Any]:
        """Read a line of the worker; an error stands for the line of a worker that ended."""
        stdout = self._process.stdout if self._process is not None else None
        line = stdout.readline() if stdout is not None else ""
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process of this extractor ended"}
        return answer

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.communicate()


def no_context(_url: str) -> PageContext:
    """Know nothing of any source."""
    return PageContext()


def catalog_context() -> Callable[[str], PageContext]:
    """Return what tells the source of a page as `dragoman extract` does."""
    book = SourceBook(load_catalog(None))
    return lambda url: book.find(url)[1]
