"""What `dragoman explain` says of an article: it is judged anew, by what the lists say today, and every tag shows its words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crawler.archives import BadRecord, JsonRow, open_archive
from crawler.catalog import Catalog
from crawler.errors import InputError
from crawler.extraction.language import detect_language
from crawler.inspection import MAX_PAGE_BYTES, extract_saved_page
from crawler.pool import WorkerPool
from crawler.processing import read_row
from crawler.records import PageContext
from crawler.sourcebook import SourceBook
from crawler.tagging.actors import load_actors
from crawler.tagging.explaining import ExplainedTag, explain_tags
from crawler.tagging.judging import judge_article
from crawler.tagging.linear_model import Contribution, load_model
from crawler.tagging.region import RegionProfile
from crawler.tagging.version import tagging_version
from crawler.urls import UrlError
from storage.corpus import Corpus

_ROW_NAMES = (".jsonl", ".jsonl.gz")
_PAGE_NAMES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Subject:
    """An article to be explained, wherever it came from; `name` is how its user called it."""

    name: str
    title: str | None
    text: str
    language: str | None
    published: date | None
    url: str = ""
    section: str | None = None
    source_country: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an article is relevant and why, what each feature did, its tags with the words that speak for them, and the versions.

    `bias` is the log-odds without any feature; the score is the logistic function of its sum with the effects of the contributions, or 0
    where there is no sign of the region. `gazetteer` is the version of the actors' lists, `version` that of all that decides.
    """

    subject: Subject
    relevant: bool
    score: float
    threshold: float
    reasons: tuple[str, ...]
    tags: tuple[ExplainedTag, ...]
    gazetteer: str
    version: str
    bias: float
    contributions: tuple[Contribution, ...]


def explain_article(subject: Subject, region: RegionProfile, gazetteer: Path | None = None) -> Explanation:
    """Judge an article by today's lists and say why.

    Raises: CatalogError when a gazetteer is wrong.
    """
    judgement = judge_article(
        subject.title,
        subject.text,
        subject.language,
        region=region,
        source_country=subject.source_country,
        url=subject.url,
        section=subject.section,
        published=subject.published,
        gazetteer=gazetteer,
    )
    verdict = judgement.relevance
    return Explanation(
        subject,
        verdict.relevant,
        verdict.score,
        region.relevance_threshold,
        verdict.reasons,
        explain_tags(judgement),
        load_actors(gazetteer).version,
        tagging_version(region, gazetteer),
        load_model().relevance.bias,
        verdict.contributions,
    )


def is_file(argument: str) -> bool:
    """Say whether what a user named is a file, or is meant to be one."""
    return ("://" not in argument and argument.lower().endswith((*_ROW_NAMES, *_PAGE_NAMES))) or Path(argument).is_file()


def stored_subject(corpus: Corpus, id_or_url: str, catalog: Catalog) -> Subject:
    """Take an article of the corpus.

    Raises: NotFound.
    """
    article = corpus.get(id_or_url)
    source = catalog.sources.get(article.source)
    return Subject(
        name=article.url,
        title=article.title,
        text=article.text,
        language=article.language,
        published=article.published_at.date() if article.published_at else None,
        url=article.url,
        section=article.section,
        source_country=source.context().country if source else None,
    )


def file_subjects(path: Path, catalog: Catalog) -> Iterator[Subject]:
    """Take the page of an HTML file, or the texts of a file of rows.

    Raises: InputError when it cannot be read or is neither; PageError when the page has no article.
    """
    name = path.name.lower()
    book = SourceBook(catalog)
    if name.endswith(_ROW_NAMES):
        for record in open_archive(path)(lambda _bytes: None):
            if isinstance(record, BadRecord):
                raise InputError(f"{record.where}: {record.reason}")
            if isinstance(record, JsonRow):
                yield _row_subject(path, record, book)
    elif name.endswith(_PAGE_NAMES):
        yield _page_subject(path, book)
    else:
        raise InputError(f"{path}: neither a page (.html) nor rows (.jsonl); archives are ingested first, and explained by their addresses")


def _row_subject(path: Path, record: JsonRow, book: SourceBook) -> Subject:
    try:
        row = read_row(record.data, datetime.now(UTC))
    except ValueError as error:
        raise InputError(f"{path}:{record.line}: {error}") from error
    return Subject(
        name=row.url,
        title=row.title,
        text=row.text,
        language=row.language or detect_language(f"{row.title or ''}\n{row.text}"),
        published=row.published_at.date() if row.published_at else None,
        url=row.url,
        source_country=_country(book, row.url),
    )


def _page_subject(path: Path, book: SourceBook) -> Subject:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_PAGE_BYTES)
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error
    with WorkerPool(1) as pool:  # a page that hangs the parser hangs a process that can be killed
        row: dict[str, Any] = json.loads(pool.submit(extract_saved_page, (body, None, PageContext())).result())
    published = row["published_at"]
    return Subject(
        name=str(path),
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=date.fromisoformat(published[:10]) if published else None,
        url=row["url"] or "",
        section=row["section"],
        source_country=_country(book, row["url"]) if row["url"] else None,
    )


def _country(book: SourceBook, url: str) -> str | None:
    """Return where the outlet of an address is at home, as far as the catalog knows."""
    try:
        return book.find(url)[1].country
    except UrlError:
        return None
