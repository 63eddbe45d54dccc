"""Keep what a batch of attempts gave: articles, revisions, copies, tags, index, ledger and frontier in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, overload

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage import events, runs, textnorm
from storage.changes import Wrote, kind_of
from storage.copies.finding import Changes, Copies
from storage.copies.neighbours import Placed, keep_shingles
from storage.crawls import frontier, visits
from storage.database import Database
from storage.decisions import Decision, Known, Version, as_copy, decide, has_moved
from storage.dedup import exact
from storage.dialects.base import DatabaseDialect
from storage.errors import NotFound
from storage.models import ArticleRow, ArticleUrlRow, RevisionRow, RunRow, SourceRow, TagRow, url_key
from storage.preparation import Prepared, PreparedDraft, prepare
from storage.records import ArticleDraft, Attempt, ChannelKind, Event, EventKind, Outcome, RevisionKind, Saved
from storage.search.fulltext import Written, document
from storage.search.indexing import IndexChanges
from storage.wording import wording_hash

# Made once, because building a statement costs more than running it.
_INSERT_ARTICLE = insert(ArticleRow).returning(ArticleRow.id)
_INSERT_REVISION = insert(RevisionRow)
_SOURCES = select(SourceRow.id).where(SourceRow.id.in_(bindparam("wanted", expanding=True)))
_RUNS = select(RunRow.id).where(RunRow.id.in_(bindparam("wanted", expanding=True)))
_OF_URLS = select(ArticleUrlRow.url_key, ArticleUrlRow.article_id).where(ArticleUrlRow.url_key.in_(bindparam("keys", expanding=True)))


def save_batch(database: Database, run_id: int | Mapping[str, int], attempts: Sequence[Attempt]) -> list[Saved]:
    """Write a batch of attempts in one transaction, in their order: all of it is kept, or nothing.

    `run_id` is the run they belong to, or the run of each source. Each attempt gets exactly one row in the ledger, and its candidate is
    settled, or due again at `retry_at`, in the same transaction. Cleaning and hashing are done before the database is locked.
    Returns: one `Saved` for each attempt, in order. Raises: NotFound for an unknown run or source, BadRecord for an attempt without an
    address or with a time without zone, DatabaseUnavailable; nothing is written then.
    """
    if not attempts:
        return []
    prepared = [prepare(attempt) for attempt in attempts]
    run_of = run_id if isinstance(run_id, Mapping) else {attempt.source_id: run_id for attempt in attempts}
    with database.write() as connection:
        _require(connection, run_of, attempts)
        batch = _Batch(connection, database.dialect, prepared)
        for item in prepared:
            batch.take(item)
        return batch.flush(run_of)


def _require(connection: Connection, run_of: Mapping[str, int], attempts: Sequence[Attempt]) -> None:
    """Refuse a batch for a source or run that is not there, before anything is written."""
    wanted = {attempt.source_id: attempt for attempt in attempts}
    known = set(connection.scalars(_SOURCES, {"wanted": list(wanted)}))
    for source_id in {attempt.draft.source_id for attempt in attempts if attempt.draft} - wanted.keys():
        raise NotFound(f"a draft is of the source {source_id}, its attempt is not", source_id=source_id)
    for source_id in wanted:
        if source_id not in known:
            raise NotFound(f"there is no source {source_id}", source_id=source_id)
        if source_id not in run_of:
            raise NotFound(f"there is no run for the source {source_id}", source_id=source_id)
    numbers = {run_of[source_id] for source_id in wanted}
    for number in numbers - set(connection.scalars(_RUNS, {"wanted": list(numbers)})):
        raise NotFound(f"there is no run {number}")


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one attempt; its cluster is looked up at the end, because a later attempt may have made or joined it."""

    item: Prepared
    outcome: Outcome
    reason: str
    article_id: int | None = None
    number: int | None = None


class _Batch:
    """The state of one batch: what is known of its addresses, kept up to date as its attempts are decided in turn."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect, prepared: Sequence[Prepared]) -> None:
        """Read everything the decisions need, in a handful of queries."""
        self._connection = connection
        self._dialect = dialect
        self._results: list[_Result] = []
        self._tags: dict[int, list[dict[str, Any]]] = {}
        self._urls: dict[str, dict[str, Any]] = {}
        self._visits: dict[int, dict[str, Any]] = {}
        self._told: list[Event] = []
        self._found: set[int] = set()
        self._gone: set[int] = set()
        drafts = [item.draft for item in prepared if item.draft is not None]
        coming = {(draft.draft.published_at or draft.draft.fetched_at, draft.url_key) for draft in drafts}
        self._index = IndexChanges(connection, dialect, coming)
        keys = {item.url_key for item in prepared if item.draft is not None or _concerns_article(item)}
        keys.update(draft.url_key for draft in drafts)
        keys.update(
            url_key(url) for item in prepared if item.draft is not None for url in (item.attempt.candidate_url, *item.attempt.also_at)
        )
        self._article_of_url = _articles_of_urls(connection, keys)
        ids = set(self._article_of_url.values())
        self._known, self._own_key, self._first_seen, self._placed = _known_articles(connection, ids)
        self._changes = Changes()

    def take(self, item: Prepared) -> None:
        """Decide one attempt and write what has an id; the rest waits for `flush`."""
        draft = item.draft
        if draft is None:
            self._no_article(item, item.outcome or Outcome.MALFORMED)
            return
        known = self._find(item, draft)
        draft, known = self._with_wording(draft, known)
        decision = decide(draft.version, known)
        if known is None:
            article_id = self._insert_article(draft, decision)
        else:
            article_id = known.article_id
            if decision.outcome is Outcome.REVISED:
                self._revise(draft, known, decision)
        if decision.outcome is not Outcome.UNCHANGED:
            # Those of earlier versions stay: somebody may have reprinted those.
            self._changes.fingerprints.setdefault(article_id, set()).update(draft.fingerprints)
            if decision.becomes_current:
                self._place(article_id, draft)
        self._note_place(item, draft, article_id)
        attempt = item.attempt
        for url in (attempt.canonical_url, draft.draft.canonical_url, attempt.candidate_url, draft.draft.url, *attempt.also_at):
            self._alias(url, article_id)
        self._note_visit(item.attempt, decision.outcome, article_id)
        reason = "; ".join(part for part in (decision.reason, item.reason) if part)
        self._results.append(_Result(item, decision.outcome, reason, article_id, decision.number))

    def _place(self, article_id: int, draft: PreparedDraft) -> None:
        """Note the text that an article shows now, and once how it stood before this batch."""
        stood = self._placed.get(article_id)
        if stood is not None and article_id not in self._changes.placed:
            shown = select(RevisionRow.text).where(RevisionRow.article_id == article_id, RevisionRow.text_hash == stood.text_hash)
            text = textnorm.normalize(self._connection.scalars(shown.limit(1)).one())
            self._changes.before[article_id] = (stood, keep_shingles(stood.text_hash, text))
        dated_at = draft.draft.published_at or (stood.dated_at if stood else draft.draft.fetched_at)
        source_id = stood.source_id if stood else draft.draft.source_id
        placed = Placed(article_id, source_id, dated_at, self._own_key[article_id], draft.version.text_hash)
        self._changes.placed[article_id] = self._placed[article_id] = placed

    def _no_article(self, item: Prepared, outcome: Outcome) -> None:
        """Note a try that gave no text; a visit to an article that we have still concerns it."""
        article_id = self._article_of_url.get(item.url_key) if _concerns_article(item) else None
        if article_id is not None:
            self._note_visit(item.attempt, outcome, article_id)
        self._results.append(_Result(item, outcome, item.reason, article_id))

    def _note_visit(self, attempt: Attempt, outcome: Outcome, article_id: int) -> None:
        """Plan the next visit. What came from a file says nothing of what the web says now."""
        if not _is_visit(attempt):
            return
        known = self._known[article_id]
        values = visits.after(attempt, outcome, self._first_seen[article_id], known.seen_at)
        self._visits.setdefault(article_id, {}).update(values)
        if outcome is Outcome.GONE:
            self._gone.add(article_id)
        elif outcome in visits.FOUND:
            self._found.add(article_id)
            self._known[article_id] = replace(known, seen_at=values.get("visited_at", known.seen_at))

    def _note_place(self, item: Prepared, draft: PreparedDraft, article_id: int) -> None:
        """Note that the own address of an article leads elsewhere: it has moved, or another article stands in its place.

        An address that led to it before is no news: a page may only have ceased to name its canonical one.
        """
        owner = self._article_of_url.get(item.url_key)
        if owner is None or self._own_key[owner] != item.url_key or draft.url_key == item.url_key or not _is_visit(item.attempt):
            return
        address, at, status = draft.draft.canonical_url, item.attempt.fetched_at, item.attempt.http_status
        if owner == article_id:
            if draft.url_key in self._article_of_url:
                return
            self._told.append(Event(owner, EventKind.MOVED, at, status, url=address))
            return
        here = has_moved(draft.version, self._known[owner]) or events.has_moved_to(self._connection, owner, address, self._told)
        moved = Event(owner, EventKind.MOVED, at, status, "it stands there as an article of its own", address)
        gave_way = Event(owner, EventKind.GONE, at, status, f"its address leads to {address}")
        self._told.append(moved if here else gave_way)
        self._note_visit(item.attempt, Outcome.UNCHANGED if here else Outcome.GONE, owner)

    def _find(self, item: Prepared, draft: PreparedDraft) -> Known | None:
        """Find the article that a draft belongs to: by its canonical URL, else by an address it moved from.

        That may be the candidate's, the one that answered, or, when the form of canonical URLs has changed since, the address as found.
        """
        article_id = self._article_of_url.get(draft.url_key)
        if article_id is not None:
            return self._known[article_id]
        own = [
            key for key in (item.url_key, *map(url_key, item.attempt.also_at)) if self._own_key.get(self._article_of_url.get(key, 0)) == key
        ]
        raw_key = url_key(item.attempt.candidate_url)
        if not own and item.url_key not in self._article_of_url and raw_key in self._article_of_url:
            own = [raw_key]
        for key in own:
            seen, known = self._with_wording(draft, self._known[self._article_of_url[key]])
            if has_moved(seen.version, known):
                return known
        return None

    @overload
    def _with_wording(self, draft: PreparedDraft, known: Known) -> tuple[PreparedDraft, Known]: ...

    @overload
    def _with_wording(self, draft: PreparedDraft, known: Known | None) -> tuple[PreparedDraft, Known | None]: ...

    def _with_wording(self, draft: PreparedDraft, known: Known | None) -> tuple[PreparedDraft, Known | None]:
        """Look closer when the text seems to have changed: only a counter or a date may have.

        The stored texts are hashed anew, because they may have been hashed by an older normaliser. A version that is later than the shown
        one is compared with that alone, an earlier one with all.
        """
        if known is None or known.shown.text_hash == draft.version.text_hash:
            return draft, known
        numbers = {known.current}
        if draft.version.fetched_at < max(known.shown.fetched_at, known.seen_at or known.shown.fetched_at):
            numbers = set(range(1, len(known.versions) + 1))
        versions = list(known.versions)
        for number, wrote in self._wrote(known.article_id, numbers).items():
            text_hash, said = exact.text_hash(wrote.text), wording_hash(wrote.text)
            versions[number - 1] = replace(versions[number - 1], text_hash=text_hash, wording_hash=said)
        version = replace(draft.version, wording_hash=wording_hash(draft.draft.text))
        return replace(draft, version=version), replace(known, versions=tuple(versions))

    def _wrote(self, article_id: int, numbers: Collection[int]) -> dict[int, Wrote]:
        """Read versions of an article, by their numbers."""
        wanted = select(RevisionRow.number, RevisionRow.title, RevisionRow.text)
        rows = self._connection.execute(wanted.where(RevisionRow.article_id == article_id, RevisionRow.number.in_(numbers)))
        return {row.number: Wrote(row.title, row.text) for row in rows}

    def _insert_article(self, draft: PreparedDraft, decision: Decision) -> int:
        dated_at = draft.draft.published_at or draft.draft.fetched_at
        place = self._index.free_place(dated_at, draft.url_key)
        values = _said_by_page(draft.draft) | {
            "url_key": draft.url_key,
            "canonical_url": draft.draft.canonical_url,
            "url": draft.draft.url,
            "source_id": draft.draft.source_id,
            "first_seen_at": draft.draft.fetched_at,
            "dated_at": dated_at,
            "place": place,
            "current_revision": decision.number,
            "revisions": decision.number,
        }
        article_id = self._connection.execute(_INSERT_ARTICLE, values).scalar_one()
        self._known[article_id] = Known(article_id, decision.number, (draft.version,))
        self._own_key[article_id] = draft.url_key
        self._first_seen[article_id] = draft.draft.fetched_at
        self._index.add(article_id, place, draft.tokens)
        self._insert_revision(article_id, draft, decision, draft.draft.title, None)
        self._keep_tags(article_id, draft.draft)
        return article_id

    def _revise(self, draft: PreparedDraft, known: Known, decision: Decision) -> None:
        """Add a revision; when it becomes the current one, what the page now says of itself replaces what it said."""
        article_id = known.article_id
        title = draft.draft.title
        if title is None and decision.becomes_current:
            current = select(RevisionRow.title).where(RevisionRow.article_id == article_id, RevisionRow.number == known.current)
            title = self._connection.scalars(current).one()
        self._insert_revision(article_id, draft, decision, title, self._kind(draft, known, title))
        version = replace(draft.version, title=textnorm.normalize(title or ""))
        shown = decision.number if decision.becomes_current else known.current
        self._known[article_id] = replace(known, current=shown, versions=(*known.versions, version))
        values: dict[str, Any] = {"revisions": decision.number, "current_revision": shown}
        if decision.becomes_current:
            tokens = draft.tokens if title == draft.draft.title else document(Written.of(title, draft.draft.text))
            dated_at = draft.draft.published_at or self._placed[article_id].dated_at
            values |= _newly_said_by_page(draft.draft)
            values["place"] = self._index.change(article_id, dated_at, self._own_key[article_id], tokens)
            self._connection.execute(delete(TagRow).where(TagRow.article_id == article_id))
            self._keep_tags(article_id, draft.draft)
        self._connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(values))
        self._changes.redated.add(article_id)

    def _kind(self, draft: PreparedDraft, known: Known, title: str | None) -> RevisionKind | None:
        """Name what a version changed in the one before it; the one after it, if it comes late, has now changed something else."""
        before, after = known.around(draft.version.fetched_at)
        wrote = self._wrote(known.article_id, {number for number in (before, after) if number is not None})
        this = Wrote(title, draft.draft.text)
        if after is not None:
            changed = update(RevisionRow).where(RevisionRow.article_id == known.article_id, RevisionRow.number == after)
            self._connection.execute(changed.values(kind=kind_of(this, wrote[after]).value))
        return None if before is None else kind_of(wrote[before], this)

    def _insert_revision(
        self, article_id: int, draft: PreparedDraft, decision: Decision, title: str | None, kind: RevisionKind | None
    ) -> None:
        values = {
            "article_id": article_id,
            "number": decision.number,
            "title": title,
            "standfirst": draft.draft.standfirst,
            "text": draft.draft.text,
            "text_hash": draft.version.text_hash,
            "fetched_at": draft.draft.fetched_at,
            "extractor": draft.draft.extractor,
            "kind": None if kind is None else kind.value,
            "archive_file": draft.archived.file if draft.archived else None,
            "archive_offset": draft.archived.offset if draft.archived else None,
        }
        self._connection.execute(_INSERT_REVISION, values)

    def _keep_tags(self, article_id: int, draft: ArticleDraft) -> None:
        self._tags[article_id] = [{"article_id": article_id, **asdict(tag)} for tag in draft.tags]

    def _alias(self, url: str, article_id: int) -> None:
        """Remember an address of an article; one that leads to another article already keeps doing so."""
        key = url_key(url)
        self._article_of_url.setdefault(key, article_id)
        self._urls.setdefault(key, {"url_key": key, "url": url, "article_id": article_id})

    def flush(self, run_of: Mapping[str, int]) -> list[Saved]:
        """Write everything that needs no id back, and say what became of each attempt."""
        if self._urls:
            insert_urls = self._dialect.kept("addresses", lambda: self._dialect.insert(ArticleUrlRow).on_conflict_do_nothing())
            self._connection.execute(insert_urls, list(self._urls.values()))
        if tags := [tag for kept in self._tags.values() for tag in kept]:
            self._connection.execute(insert(TagRow), tags)
        self._index.write()
        copies = self._find_copies()
        visits.write(self._connection, self._visits)
        runs.record(
            self._connection, run_of, [(result.item.attempt, result.outcome, result.reason, result.article_id) for result in self._results]
        )
        events.write(self._connection, self._dialect, told=self._told, gone=self._gone, found=self._found)
        frontier.settle(
            self._connection, self._dialect, [(result.item.attempt, result.item.url_key, result.outcome) for result in self._results]
        )
        return [
            Saved(
                candidate_url=result.item.attempt.candidate_url,
                outcome=result.outcome,
                article_id=result.article_id,
                revision_number=result.number,
                cluster_id=None if result.article_id is None else copies.get(result.article_id),
                reason=result.reason,
            )
            for result in self._results
        ]

    def _find_copies(self) -> Mapping[int, int]:
        """Find the copies of what changed, and call a new article one where it is; return the clusters of articles of this batch."""
        if not (self._changes.placed or self._changes.fingerprints or self._changes.redated):
            return {}
        latest = max(result.item.attempt.fetched_at for result in self._results)
        found = Copies(self._connection, self._dialect)
        clusters = found.take(self._changes, latest)
        new = [result.article_id for result in self._results if result.outcome is Outcome.NEW and result.article_id in clusters]
        similarities = found.similarities([id_ for id_ in new if id_ is not None])
        for place, result in enumerate(self._results):
            if result.outcome is Outcome.NEW and result.article_id in similarities:
                outcome, reason = as_copy(result.article_id, similarities[result.article_id])
                self._results[place] = replace(result, outcome=outcome, reason="; ".join(part for part in (reason, result.reason) if part))
        # An article that is fetched again is one of this batch too, whether its text changed or not.
        unchanged = {result.article_id for result in self._results if result.article_id is not None} - clusters.keys()
        return {**clusters, **found.clusters_of(unchanged)}


def _is_visit(attempt: Attempt) -> bool:
    """Tell what the web answered from what a file holds."""
    return attempt.channel not in {None, ChannelKind.FILE}


def _concerns_article(item: Prepared) -> bool:
    """Tell a try without a text that says something of an article that we may have: a visit, or word that it is gone or not modified."""
    return item.attempt.channel is ChannelKind.REVISIT or item.outcome in {Outcome.GONE, Outcome.NOT_MODIFIED}


def _articles_of_urls(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """Return the articles that these addresses lead to."""
    rows = connection.execute(_OF_URLS, {"keys": list(keys)})
    return {row.url_key: row.article_id for row in rows}


def _known_articles(
    connection: Connection, ids: Collection[int]
) -> tuple[dict[int, Known], dict[int, str], dict[int, datetime], dict[int, Placed]]:
    """Return what is known of these articles, the key of each one's canonical URL, when each was first seen, and where it stands."""
    versions: dict[int, list[Version]] = {article_id: [] for article_id in ids}
    of_versions = select(RevisionRow.article_id, RevisionRow.title, RevisionRow.text_hash, RevisionRow.fetched_at)
    for row in connection.execute(of_versions.where(RevisionRow.article_id.in_(ids)).order_by(RevisionRow.article_id, RevisionRow.number)):
        versions[row.article_id].append(Version(textnorm.normalize(row.title or ""), row.text_hash, row.fetched_at))
    columns = (ArticleRow.id, ArticleRow.url_key, ArticleRow.current_revision, ArticleRow.first_seen_at, ArticleRow.visited_at)
    of_articles = select(*columns, ArticleRow.source_id, ArticleRow.dated_at).where(ArticleRow.id.in_(ids))
    articles = connection.execute(of_articles).all()
    known = {row.id: Known(row.id, row.current_revision, tuple(versions[row.id]), row.visited_at) for row in articles}
    placed = {row.id: Placed(row.id, row.source_id, row.dated_at, row.url_key, known[row.id].shown.text_hash) for row in articles}
    return known, {row.id: row.url_key for row in articles}, {row.id: row.first_seen_at for row in articles}, placed


def _said_by_page(draft: ArticleDraft) -> dict[str, Any]:
    """Return the columns that hold what a page says of itself, and what we think of it."""
    return {
        "published_at": draft.published_at,
        "published_from": draft.published_from,
        "published_confidence": draft.published_confidence,
        "modified_at": draft.modified_at,
        "language": draft.language,
        "relevant": draft.relevant,
        "relevance": draft.relevance,
        "relevance_reasons": list(draft.relevance_reasons),
        "tagging": draft.tagging,
        "paywalled": draft.paywalled,
        "section": draft.section,
        "site_name": draft.site_name,
        "image_url": draft.image_url,
        "description": draft.description,
        "authors": list(draft.authors),
        "extra": dict(draft.extra),
        "agency": draft.agency,
        "keywords": list(draft.keywords),
        "form": draft.form.value,
        "next_page_url": draft.next_page_url,
        "languages": dict(draft.languages),
        "evidence": {name: [evidence.found_in, evidence.confidence] for name, evidence in draft.evidence.items()},
    }


def _newly_said_by_page(draft: ArticleDraft) -> dict[str, Any]:
    """Return the columns that a revision renews: what the page no longer says stays, because not found is not untrue."""
    values = _said_by_page(draft)
    evidence = {"published_at": ("published_from", "published_confidence"), "relevant": ("relevance", "relevance_reasons", "tagging")}
    bound = {name for names in evidence.values() for name in names}
    renewed = {name: value for name, value in values.items() if name not in bound and value not in (None, [], {})}
    for fact, names in evidence.items():
        if fact in renewed:
            renewed |= {name: values[name] for name in names}
    if draft.published_at is not None:
        renewed["dated_at"] = draft.published_at
    return renewed
