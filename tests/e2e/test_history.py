"""The past of an article and its copies on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import articles, runs, sources
from storage.database import Database
from storage.records import ArticleDraft, Attempt, ChannelKind, Outcome, RunKind, SourceRecord
from tests.e2e.conftest import Run
from tests.warcs import PARLIAMENT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_show_compares_versions_and_lists_copies_and_events(dragoman: Run, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'history.db'}"
    url = "https://tigris.example/1"
    edited = (PARLIAMENT[0].replace("Monday", "Tuesday"), *PARLIAMENT[1:])
    copy = replace(ArticleDraft("", "", "", "Border talks", "", NOON, "plain 1"), text="\n\n".join(PARLIAMENT), fetched_at=NOON)
    with Database.open(db) as database:
        sources.sync(database, [SourceRecord(name, name, f"https://{name}.example/") for name in ("tigris", "herald")], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)

        def visited(hours: int, text: tuple[str, ...], source: str = "tigris") -> Attempt:
            at, where = NOON + timedelta(hours=hours), url.replace("tigris", source)
            made = replace(copy, url=where, canonical_url=where, source_id=source, text="\n\n".join(text), fetched_at=at)
            return Attempt(where, where, source, at, draft=made, http_status=200, channel=ChannelKind.REVISIT)

        gone = Attempt(url, url, "tigris", NOON + timedelta(hours=3), outcome=Outcome.GONE, http_status=410, channel=ChannelKind.REVISIT)
        seen = [
            visited(0, PARLIAMENT),
            visited(1, edited),
            visited(2, (*edited, "A vote follows.")),
            gone,
            visited(1, PARLIAMENT, "herald"),
        ]
        articles.save_batch(database, run_id, seen)

    shown: tuple[tuple[tuple[str, ...], str], ...] = (
        (("--diff", "1..2"), "voted on [-Monday-] {+Tuesday+} to send"),
        (("--diff",), "{+A vote follows.+}"),
        (("--diff", "1.."), "{+A vote follows.+}"),
        (("--diff=..2",), "Revision 1 (2026-03-01 12:00 UTC) → 2"),
        (("--revisions",), "2026-03-01 15:00 gone: HTTP 410"),
        (("--revisions",), "Revision 2 (text): Border talks"),
        (("--copies",), "2 articles with one text"),
    )
    for words, expected in shown:
        assert expected in dragoman("show", "1", *words, "--db", db).stdout, words
    assert "{+A vote follows.+}" in dragoman("show", "--diff", "1", "--db", db).stdout
    row = json.loads(dragoman("show", "1", "--diff", "1..3", "--copies", "--revisions", "--json", "--db", db).stdout)
    assert (row["diff"]["from"], row["diff"]["to"]) == (1, 3)
    assert {"kind": "added", "text": "Tuesday "} in row["diff"]["paragraphs"][0]
    assert [(entry["entry"], entry["kind"]) for entry in row["history"]] == [
        ("revision", None),
        ("revision", "text"),
        ("revision", "text"),
        ("event", "gone"),
    ]
    assert [copy["role"] for copy in row["copies"]] == ["origin", "copy"]
    assert dragoman("search", "--gone", "--revised", "--db", db).stdout.startswith("[1] ")
    wrong: tuple[tuple[tuple[str, ...], str], ...] = (
        (("1", "--diff", "1..9"), "no revision 9"),
        (("1", "--diff=x"), "'x'"),
        (("2", "--diff"), "one version"),
    )
    for words, said in wrong:
        done = dragoman("show", *words, "--db", db)
        assert (done.returncode, done.stderr.count("\n"), said in done.stderr) == (2, 1, True), done.stderr
