"""What an archive must say of a candidate besides its bytes, so that the archive alone gives the same article again.

A WARC keeps what the server sent. Which source the page belongs to, under which address it was found, and what the feed said of it are
facts of the crawl. They stand in a `metadata` record of their own, written when the candidate's outcome is stored and in that order: a
replay that follows the notes stores the same things in the same order as the crawl.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from crawler.catalog import Source
from crawler.records import Candidate, PageContext, SelectorRules
from crawler.selector_rules import Extraction
from storage.crawls.records import FrontierEntry
from storage.records import ArchivePlace, ChannelKind, Outcome, SourceRecord

#: Type of the block of such a record.
CONTENT_TYPE = "application/x-dragoman-candidate+json"
#: Field of the warcinfo record that says that candidates have notes, and its value: the version of their form.
WARCINFO_FIELD = "dragoman-candidate-notes"
VERSION = "1"


class BadNote(ValueError):
    """A note that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it was written: its id and place, and the place of the record that holds its payload, when that is an earlier one.

    `url` is the address that answered, `fetched_at` when it was asked.
    """

    record_id: str
    url: str
    fetched_at: datetime
    place: ArchivePlace
    payload: ArchivePlace | None = None

    @property
    def bytes_at(self) -> ArchivePlace:
        """Where the bytes stand that were received."""
        return self.payload or self.place


@dataclass(frozen=True, slots=True)
class NotedSource:
    """The source of a candidate, as far as the making of an article depends on it."""

    id: str
    name: str
    homepage: str
    country: str | None = None
    languages: tuple[str, ...] = ()
    time_zone: str | None = None
    rules: SelectorRules | None = None

    def record(self) -> SourceRecord:
        """Return the source for a database that has none of that id."""
        return SourceRecord(self.id, self.name, self.homepage, self.country, self.languages, from_catalog=False)

    def context(self) -> PageContext:
        """Return what is known of the source's pages; an international source claims no country."""
        return PageContext(
            source_id=self.id,
            source_name=self.name,
            country=self.country if self.country != "XX" else None,
            languages=self.languages,
            time_zone=self.time_zone,
            rules=self.rules,
        )


@dataclass(frozen=True, slots=True)
class CandidateNote:
    """One answer to a candidate: which record it is, and what the crawl knew of it.

    `url` is the candidate as it was found; the address that answered is in `written`. `outcome` and `reason` are set when the answer
    was judged by its status and headers alone; a page is judged anew from its bytes. `known` says that its article was in the corpus.
    """

    source: NotedSource
    url: str
    canonical_url: str
    channel: ChannelKind
    found_in: str
    found_at: datetime
    written: Written
    hints: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    reason: str = ""
    known: bool = False

    def candidate(self) -> Candidate:
        """Return the candidate as the extraction saw it."""
        return candidate_of(self.url, self.found_in, self.hints)


def candidate_of(url: str, found_in: str, hints: Mapping[str, Any]) -> Candidate:
    """Give to the extraction what the place that named an address said of it."""
    published = hints.get("published_at")
    return Candidate(
        url=url,
        found_in=found_in,
        title=hints.get("title"),
        published_at=datetime.fromisoformat(published) if published else None,
        language=hints.get("language"),
        summary=hints.get("summary"),
    )


def to_json(note: CandidateNote) -> bytes:
    """Write a note as the block of its record; the record's own headers say which record it is about and when that was fetched."""
    value: dict[str, Any] = {
        "source": {
            "id": note.source.id,
            "name": note.source.name,
            "homepage": note.source.homepage,
            "country": note.source.country,
            "languages": list(note.source.languages),
            "time_zone": note.source.time_zone,
        },
        "url": note.url,
        "canonical_url": note.canonical_url,
        "channel": note.channel.value,
        "found_in": note.found_in,
        "found_at": note.found_at.isoformat(),
        "hints": dict(note.hints),
        "record": _place(note.written.place),
    }
    if note.source.rules is not None:
        value["source"]["extraction"] = asdict(note.source.rules)
    if note.written.payload is not None:
        value["payload"] = _place(note.written.payload)
    if note.known:
        value["known"] = True
    if note.outcome is not None:
        value |= {"outcome": note.outcome.value, "reason": note.reason}
    # ASCII only: a lone surrogate in a feed's title must not keep the note from being written
    return json.dumps(value).encode("ascii")


def note_of(source: Source, entry: FrontierEntry, written: Written, outcome: Outcome | None = None, reason: str = "") -> CandidateNote:
    """Note a candidate and its answer; `outcome` when the answer is not to be read."""
    return CandidateNote(
        source=NotedSource(
            source.id, source.name, source.homepage, source.country, tuple(source.languages), source.time_zone, source.context().rules
        ),
        url=entry.url,
        canonical_url=entry.canonical_url,
        channel=entry.channel,
        found_in=entry.found_in,
        found_at=entry.found_at,
        written=written,
        hints=entry.hints,
        outcome=outcome,
        reason=reason,
        known=entry.known,
    )


def from_json(block: bytes, *, record_id: str, url: str, fetched_at: str) -> CandidateNote:
    """Read a note from the block of its record and from that record's headers. Raises: BadNote."""
    try:
        value = json.loads(block)
        source = value["source"]
        outcome = value.get("outcome")
        return CandidateNote(
            source=NotedSource(
                _text(source["id"]),
                _text(source["name"]),
                _text(source["homepage"]),
                source.get("country"),
                tuple(source.get("languages") or ()),
                source.get("time_zone"),
                Extraction.model_validate(source["extraction"]).rules() if source.get("extraction") else None,
            ),
            url=_text(value["url"]),
            canonical_url=_text(value["canonical_url"]),
            channel=ChannelKind(value["channel"]),
            found_in=str(value["found_in"]),
            found_at=datetime.fromisoformat(value["found_at"]),
            written=Written(
                record_id,
                url,
                datetime.fromisoformat(fetched_at).astimezone(UTC),
                _read_place(value["record"]),
                _read_place(value["payload"]) if "payload" in value else None,
            ),
            hints=dict(value.get("hints") or {}),
            outcome=Outcome(outcome) if outcome else None,
            reason=str(value.get("reason") or ""),
            known=value.get("known") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = " ".join(str(error).split())
        raise BadNote(f"its note of a candidate cannot be read ({type(error).__name__}: {why:.80})") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an empty field")
    return value


def _place(place: ArchivePlace) -> dict[str, Any]:
    return {"file": place.file, "offset": place.offset}


def _read_place(value: Mapping[str, Any]) -> ArchivePlace:
    """Read a place; a name with a folder in it is none, because notes come from files that anybody may have written."""
    file, offset = _text(value["file"]), value["offset"]
    if "/" in file or "\\" in file or file in {".", ".."} or type(offset) is not int or offset < 0:
        raise ValueError("a place that is none")
    return ArchivePlace(file, offset)
