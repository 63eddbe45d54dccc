from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select, update

from storage import articles, runs
from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from storage.errors import BadRecord, NotFound
from storage.models import ArticleRow, CandidateRow, ClusterRow, FetchRow, RevisionRow
from storage.records import ArticleDraft, Attempt, ClusterRole, Outcome, RunKind, Saved, Tag
from storage.search.records import ArticleFilter
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, entry, failed, fetched, minutes


def save(database: Database, run_id: int, *drafts: ArticleDraft) -> list[Saved]:
    return articles.save_batch(database, run_id, [fetched(made) for made in drafts])


def outcomes(saved: list[Saved]) -> list[Outcome]:
    return [item.outcome for item in saved]


def test_new_article_comes_back_as_it_was_given(database: Database, run_id: int, corpus: Corpus) -> None:
    given = draft(
        authors=("Ada Venn", "نور الدين"),
        modified_at=NOON,
        description="A harbour.",
        site_name="Courier",
        section="World",
        image_url="https://courier.example/a.jpg",
        paywalled=False,
        extra={"kept": {"nested": ["ز", 1, None, True]}},
    )

    (saved,) = save(database, run_id, given)

    assert saved == Saved(given.url, Outcome.NEW, article_id=saved.article_id, revision_number=1)
    article = corpus.get(saved.article_id or 0)
    names = set(ArticleDraft.__dataclass_fields__) - {"source_id"}
    assert {name: getattr(article, name) for name in names} == {name: getattr(given, name) for name in names}
    assert (article.source, article.first_seen_at, article.revisions, article.cluster, article.cluster_role) == (
        "courier",
        NOON,
        1,
        None,
        None,
    )


def test_same_page_again_is_unchanged_and_adds_only_a_ledger_row(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = save(database, run_id, draft())
    (again,) = save(database, run_id, draft(fetched_at=NOON + minutes(5)))

    assert again.outcome is Outcome.UNCHANGED
    assert (again.article_id, again.revision_number) == (first.article_id, 1)
    assert len(corpus.revisions(first.article_id or 0)) == 1
    assert [fetch.outcome for fetch in runs.ledger(database, run_id)] == [Outcome.NEW, Outcome.UNCHANGED]


def test_spelling_that_no_reader_sees_is_unchanged(database: Database, run_id: int) -> None:
    save(database, run_id, draft(text="وزارة الخارجيّة قالت إن الوفد وصل إلى الميناء القديم", title="الوفد"))
    (again,) = save(database, run_id, draft(text="وزارة  الخارجية قالت ان الوفد وصل إلى الميناء القديم", title="الوفد "))

    assert again.outcome is Outcome.UNCHANGED


def test_revised_headline_creates_second_revision(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, draft())
    later = NOON + minutes(90)
    (saved,) = save(database, run_id, draft(title="Harbour stays open", fetched_at=later, section="Trade"))

    assert (saved.outcome, saved.revision_number, saved.reason) == (Outcome.REVISED, 2, "title changed")
    article = corpus.get(saved.article_id or 0)
    assert (article.title, article.section, article.revisions) == ("Harbour stays open", "Trade", 2)
    assert (article.first_seen_at, article.fetched_at) == (NOON, later)
    assert [(revision.number, revision.title) for revision in corpus.revisions(article.id)] == [
        (1, "Harbour opens again"),
        (2, "Harbour stays open"),
    ]


def test_changed_text_is_revised_and_its_old_words_are_no_longer_found(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, draft())
    (saved,) = save(database, run_id, draft(text=HARBOUR.replace("Lesk", "Marrow"), fetched_at=NOON + minutes(1)))

    assert saved.reason == "text changed"
    assert corpus.count(ArticleFilter(query="Lesk")) == 0
    assert corpus.count(ArticleFilter(query="Marrow")) == 1


def test_revision_replaces_what_the_page_says_and_keeps_what_it_no_longer_says(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, draft(authors=("Ada Venn",), section="World", extra={"a": 1}))
    moved = NOON - minutes(30)
    changed = draft(
        text=BRIDGE,
        fetched_at=NOON + minutes(1),
        published_at=moved,
        published_from="json-ld",
        published_confidence=None,
        section=None,
        tags=(Tag("country", "OM", 1.0, "Ombria"),),
        relevant=False,
        relevance=0.1,
        relevance_reasons=(),
    )
    (saved,) = save(database, run_id, changed)

    article = corpus.get(saved.article_id or 0)
    assert (article.authors, article.section, article.extra) == (("Ada Venn",), "World", {"a": 1})
    assert (article.published_at, article.published_from, article.published_confidence) == (moved, "json-ld", None)
    assert (article.relevant, article.relevance, article.relevance_reasons) == (False, 0.1, ())
    assert article.countries == ("OM",)


def test_unknown_date_in_a_revision_keeps_the_known_one_with_its_evidence(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, draft())
    gone = draft(
        text=BRIDGE, fetched_at=NOON + minutes(1), published_at=None, published_from=None, published_confidence=None, relevant=None
    )
    (saved,) = save(database, run_id, gone)

    article = corpus.get(saved.article_id or 0)
    assert (article.published_at, article.published_from, article.published_confidence) == (NOON - minutes(60), "meta", 0.9)
    assert (article.relevant, article.relevance) == (True, 0.8)


def test_headline_that_was_not_found_is_no_change_and_is_kept_when_the_text_changes(
    database: Database, run_id: int, corpus: Corpus
) -> None:
    save(database, run_id, draft())
    (same,) = save(database, run_id, draft(title=None, fetched_at=NOON + minutes(1)))
    (changed,) = save(database, run_id, draft(title=None, text=BRIDGE, fetched_at=NOON + minutes(2)))

    assert same.outcome is Outcome.UNCHANGED
    assert changed.outcome is Outcome.REVISED
    assert corpus.get(changed.article_id or 0).title == "Harbour opens again"


def test_text_hashed_by_an_older_normaliser_is_not_taken_for_a_change(database: Database, run_id: int) -> None:
    save(database, run_id, draft())
    with database.write() as connection:
        connection.execute(update(RevisionRow).values(text_hash="of another time"))
    (again,) = save(database, run_id, draft())

    assert again.outcome is Outcome.UNCHANGED


def test_same_text_elsewhere_is_a_copy_in_one_cluster(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = save(database, run_id, draft("a"))
    (second,) = save(database, run_id, draft("b", source_id="herald", title="Another headline", published_at=NOON + minutes(5)))

    assert (second.outcome, second.reason) == (Outcome.COPY, f"same text as article {first.article_id}")
    assert second.cluster_id is not None
    members = corpus.copies(second.article_id or 0)
    assert [(member.id, member.cluster_role) for member in members] == [
        (first.article_id, ClusterRole.ORIGIN),
        (second.article_id, ClusterRole.COPY),
    ]
    assert {member.cluster for member in members} == {second.cluster_id}


def test_reprint_with_another_dateline_and_credit_is_a_copy(database: Database, run_id: int) -> None:
    reprint = f"PORT VARDA (Lesk Wire) — {HARBOUR}\n\n(Reporting by Ada Venn)"
    saved = save(database, run_id, draft("a"), draft("b", text=reprint, source_id="herald"))

    assert outcomes(saved) == [Outcome.NEW, Outcome.COPY]
    assert saved[0].cluster_id == saved[1].cluster_id is not None


def test_few_words_are_never_a_copy(database: Database, run_id: int) -> None:
    notice = "This page is no longer available, please go to our start page."
    saved = save(database, run_id, draft("a", text=notice[:40]), draft("b", text=notice[:40]))

    assert outcomes(saved) == [Outcome.NEW, Outcome.NEW]


def test_earlier_publication_found_later_becomes_the_origin_and_the_cluster_keeps_its_id(
    database: Database, run_id: int, corpus: Corpus
) -> None:
    first, second = save(database, run_id, draft("a"), draft("b", published_at=NOON))
    (third,) = save(database, run_id, draft("c", source_id="herald", published_at=NOON - minutes(600)))

    assert third.cluster_id == second.cluster_id
    assert [member.id for member in corpus.copies(first.article_id or 0)] == [third.article_id, first.article_id, second.article_id]


def test_corrected_date_of_the_origin_moves_the_origin(database: Database, run_id: int, corpus: Corpus) -> None:
    first, second = save(database, run_id, draft("a"), draft("b", published_at=NOON))
    changed = draft("a", title="Harbour closed", published_at=NOON + minutes(600), fetched_at=NOON + minutes(700))
    (revised,) = save(database, run_id, changed)

    assert revised.cluster_id == second.cluster_id
    assert corpus.copies(first.article_id or 0)[0].id == second.article_id


def test_revision_that_becomes_the_text_of_another_joins_its_cluster(database: Database, run_id: int) -> None:
    save(database, run_id, draft("a"), draft("b", text=BRIDGE))
    (revised,) = save(database, run_id, draft("b", fetched_at=NOON + minutes(1)))

    assert revised.outcome is Outcome.REVISED
    assert revised.cluster_id is not None


def test_reprint_of_an_earlier_version_is_still_a_copy(database: Database, run_id: int) -> None:
    save(database, run_id, draft("a"))
    save(database, run_id, draft("a", text=BRIDGE, fetched_at=NOON + minutes(1)))
    (late,) = save(database, run_id, draft("b", source_id="herald"))

    assert late.outcome is Outcome.COPY


def test_bridge_between_two_clusters_joins_them_under_the_older_id(database: Database, run_id: int, corpus: Corpus) -> None:
    both = f"{HARBOUR}\n\n{BRIDGE}"
    first = save(database, run_id, draft("a"), draft("b"))
    second = save(database, run_id, draft("c", text=BRIDGE), draft("d", text=BRIDGE))
    assert first[1].cluster_id != second[1].cluster_id

    bridge, other = save(database, run_id, draft("e", text=both, source_id="herald"), draft("f", text=BRIDGE))

    assert (bridge.outcome, other.outcome) == (Outcome.COPY, Outcome.COPY)
    assert bridge.cluster_id == other.cluster_id == first[1].cluster_id
    assert len(corpus.copies(first[0].article_id or 0)) == 6
    assert database.check() == []
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ClusterRow)) == 1


def test_texts_that_are_equal_but_for_the_signs_around_the_dateline_are_copies(database: Database, run_id: int) -> None:
    framed = f"PORT VARDA (Lesk Wire) - {HARBOUR}"
    # Equal to `framed` as a whole, but not once the dateline is taken away.
    unframed = f"Port Varda, Lesk Wire. {HARBOUR}"
    saved = save(database, run_id, draft("a", text=unframed), draft("b", text=framed, published_at=NOON - minutes(60 * 24 * 30)))

    assert outcomes(saved) == [Outcome.NEW, Outcome.COPY]
    assert saved[0].cluster_id == saved[1].cluster_id is not None


def test_order_of_attempts_is_the_order_of_decisions_within_a_batch(database: Database, run_id: int, corpus: Corpus) -> None:
    saved = save(
        database,
        run_id,
        draft("a"),
        draft("a"),
        draft("a", text=BRIDGE, tags=(Tag("country", "OM", 0.5, "Ombria"),)),
        draft("b"),
        draft("b", text=BRIDGE),
    )

    assert outcomes(saved) == [Outcome.NEW, Outcome.UNCHANGED, Outcome.REVISED, Outcome.COPY, Outcome.REVISED]
    assert {item.article_id for item in saved[:3]} == {saved[0].article_id}
    assert len({item.cluster_id for item in saved}) == 1
    assert corpus.get(saved[0].article_id or 0).countries == ("OM",)
    assert database.check() == []


def test_same_address_from_another_source_belongs_to_the_known_article(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = save(database, run_id, draft("a"))
    (again,) = save(database, run_id, replace(draft("a", text=BRIDGE), source_id="herald"))

    assert (again.article_id, again.outcome) == (first.article_id, Outcome.REVISED)
    assert corpus.get(first.article_id or 0).source == "courier"


def test_every_address_leads_to_the_article_afterwards(database: Database, run_id: int, corpus: Corpus) -> None:
    made = draft("final", url="https://www.courier.example/final?utm=x")
    attempt = fetched(made, candidate_url="http://courier.example/short?utm=x", canonical_url="https://courier.example/short")
    (saved,) = articles.save_batch(database, run_id, [attempt])

    addresses = {attempt.candidate_url, attempt.canonical_url, made.url, made.canonical_url}
    assert {corpus.get(address).id for address in addresses} == {saved.article_id}
    assert frontier.known(database, addresses) == addresses


def test_article_that_moved_with_a_redirect_is_the_same_article(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = save(database, run_id, draft("old-headline"))
    moved = draft("new-headline", title="Harbour opened", fetched_at=NOON + minutes(1))
    old = "https://courier.example/old-headline"
    (again,) = articles.save_batch(database, run_id, [fetched(moved, candidate_url=old, canonical_url=old)])

    assert (again.article_id, again.outcome) == (first.article_id, Outcome.REVISED)
    assert corpus.get("https://courier.example/new-headline").id == first.article_id


def test_address_that_now_leads_to_another_article_does_not_overwrite_the_first(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = save(database, run_id, draft("gone"))
    other = draft("other", text=BRIDGE, title="A bridge", fetched_at=NOON + minutes(1))
    old = "https://courier.example/gone"
    (saved,) = articles.save_batch(database, run_id, [fetched(other, candidate_url=old, canonical_url=old)])

    assert saved.outcome is Outcome.NEW
    assert corpus.get(old).id == first.article_id
    assert corpus.get(first.article_id or 0).text == HARBOUR


def test_alias_that_leads_elsewhere_follows_the_page(database: Database, run_id: int) -> None:
    short = "https://courier.example/latest"
    (first,) = articles.save_batch(database, run_id, [fetched(draft("a"), candidate_url=short, canonical_url=short)])
    (second,) = articles.save_batch(database, run_id, [fetched(draft("b", text=BRIDGE), candidate_url=short, canonical_url=short)])

    assert (second.outcome, second.article_id != first.article_id) == (Outcome.NEW, True)


def test_older_version_from_an_archive_is_kept_without_replacing_the_present(database: Database, run_id: int, corpus: Corpus) -> None:
    past = NOON - minutes(10_000)
    (live,) = save(database, run_id, draft())
    (old,) = save(database, run_id, draft(text=BRIDGE, title=None, fetched_at=past))
    (again,) = save(database, run_id, draft(text=BRIDGE, title=None, fetched_at=past))

    assert (old.outcome, old.revision_number) == (Outcome.REVISED, 2)
    assert (again.outcome, again.revision_number) == (Outcome.UNCHANGED, 2)
    article = corpus.get(live.article_id or 0)
    assert (article.text, article.revisions, article.fetched_at) == (HARBOUR, 2, NOON)
    assert [revision.title for revision in corpus.revisions(article.id)] == ["Harbour opens again", None]
    assert database.check() == []


def test_ingesting_the_same_versions_twice_adds_nothing(database: Database, run_id: int) -> None:
    versions = [draft(), draft(text=BRIDGE, fetched_at=NOON + minutes(5))]
    save(database, run_id, *versions)

    assert outcomes(save(database, run_id, *versions)) == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_every_attempt_has_exactly_one_ledger_row_and_the_run_counts_them(database: Database, run_id: int) -> None:
    attempts = [fetched(draft("a")), failed("b", Outcome.NO_TEXT), failed("c", Outcome.HTTP_ERROR, http_status=503), fetched(draft("d"))]
    saved = articles.save_batch(database, run_id, attempts)

    rows = list(runs.ledger(database, run_id))
    assert [(row.candidate_url, row.outcome, row.article_id) for row in rows] == [
        (item.candidate_url, item.outcome, item.article_id) for item in saved
    ]
    assert rows[0].http_status == 200
    assert (rows[0].size_bytes, rows[0].elapsed_ms) == (1234, 56)
    assert (rows[1].reason, rows[2].http_status) == ("because", 503)
    counted = runs.get(database, run_id).outcomes
    assert counted == {Outcome.NEW: 1, Outcome.NO_TEXT: 1, Outcome.HTTP_ERROR: 1, Outcome.COPY: 1}


def test_result_and_done_are_one_transaction(database: Database, run_id: int) -> None:
    frontier.add(database, run_id, [entry("a"), entry("b")])
    attempts = [fetched(draft("a")), failed("b", Outcome.TIMEOUT, retry_at=NOON + minutes(10))]
    articles.save_batch(database, run_id, attempts)

    assert frontier.take(database, "courier", limit=None, now=NOON) == []
    (waiting,) = frontier.take(database, "courier", limit=None, now=NOON + minutes(10))
    assert (waiting.canonical_url, waiting.attempts) == ("https://courier.example/b", 1)


def test_page_that_was_never_a_candidate_enters_the_frontier_settled(database: Database, run_id: int) -> None:
    save(database, run_id, draft("a"))

    assert frontier.add(database, run_id, [entry("a")]).known == 1
    with database.read() as connection:
        row = connection.execute(select(CandidateRow.found_in, CandidateRow.settled_at, CandidateRow.last_outcome)).one()
    assert tuple(row) == ("", NOON, "new")


def test_runs_may_be_given_for_each_source(database: Database) -> None:
    of = {name: runs.start(database, RunKind.CRAWL, name, NOON) for name in ("courier", "herald")}
    articles.save_batch(database, of, [fetched(draft("a")), fetched(draft("b", source_id="herald"))])

    assert {name: dict(runs.get(database, number).outcomes) for name, number in of.items()} == {
        "courier": {Outcome.NEW: 1},
        "herald": {Outcome.COPY: 1},
    }


def test_bad_drafts_are_skipped_counted_and_named(database: Database, run_id: int, corpus: Corpus) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - that is the mistake
    bad = [
        draft("empty", text=" \x00\u202e "),
        draft("naive", published_at=naive),
        draft("odd", extra={"at": object()}),
        replace(draft("nowhere"), canonical_url="\x00"),
    ]
    saved = articles.save_batch(
        database,
        run_id,
        [fetched(made, canonical_url=f"{made.url}#{number}") for number, made in enumerate(bad)] + [fetched(draft("good"))],
    )

    assert outcomes(saved) == [Outcome.NO_TEXT, Outcome.MALFORMED, Outcome.MALFORMED, Outcome.MALFORMED, Outcome.NEW]
    assert [item.reason for item in saved] == [
        "nothing is left of the text after cleaning",
        "published_at has no time zone",
        "a value of type object has no form in JSON",
        "the article has no canonical URL",
        "",
    ]
    assert corpus.stats().articles == 1


@pytest.mark.parametrize(
    "broken",
    [
        failed("a", Outcome.GONE, source_id="nobody"),
        failed("a", Outcome.GONE, candidate_url=" "),
        failed("a", Outcome.GONE, fetched_at=NOON.replace(tzinfo=None)),
        failed("a", Outcome.GONE, retry_at=NOON.replace(tzinfo=None)),
        fetched(draft("a", source_id="herald"), source_id="courier"),
    ],
)
def test_attempt_that_cannot_be_written_leaves_the_whole_batch_unwritten(database: Database, run_id: int, broken: Attempt) -> None:
    with pytest.raises((NotFound, BadRecord)):
        articles.save_batch(database, run_id, [fetched(draft("fine")), broken])

    with database.read() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) for table in (ArticleRow, FetchRow, CandidateRow)]
    assert counts == [0, 0, 0]


@pytest.mark.parametrize("run", [4711, {"herald": 1}])
def test_batch_of_an_unknown_run_is_refused(database: Database, run: int | dict[str, int]) -> None:
    with pytest.raises(NotFound):
        articles.save_batch(database, run, [fetched(draft())])


def test_empty_batch_does_nothing(database: Database, run_id: int) -> None:
    assert articles.save_batch(database, run_id, []) == []


def test_what_no_database_bears_is_taken_out_of_every_text(database: Database, run_id: int, corpus: Corpus) -> None:
    dirty = "\x00\ud800\u202e\ufeff"
    made = draft(
        "a",
        text=f"{dirty}{HARBOUR}{dirty} می\u200cشود",
        title=f"{dirty}Title",
        authors=(f"{dirty}Ada", dirty),
        description=dirty,
        extra={f"{dirty}key": [f"{dirty}value", float("nan")]},
        tags=(Tag("country", "LK", 0.2, f"{dirty}Lesk"), Tag("country", f"{dirty}LK", 0.9, "Lesk again")),
        relevance_reasons=(f"{dirty}reason",),
    )
    (saved,) = articles.save_batch(
        database, run_id, [fetched(made, reason=f"{dirty}slow", candidate_url=f"https://courier.example/{dirty}a")]
    )

    article = corpus.get(saved.article_id or 0)
    assert article.text == f"{HARBOUR} می\u200cشود"
    assert (article.title, article.authors, article.description) == ("Title", ("Ada",), None)
    assert article.extra == {"key": ["value", "nan"]}
    assert article.tags == (Tag("country", "LK", 0.9, "Lesk again"),)
    assert article.relevance_reasons == ("reason",)
    assert (saved.candidate_url, saved.reason) == ("https://courier.example/a", "slow")


def test_very_long_text_and_hostile_tokens_are_kept_whole(database: Database, run_id: int, corpus: Corpus) -> None:
    long = " ".join(["م" * 3_000, *(f"كلمة{number}" for number in range(40_000)), "x" * 200_000])
    url = "https://courier.example/" + "a" * 20_000
    (saved,) = save(database, run_id, draft("a", text=long, title="ط" * 10_000, url=url, canonical_url=url))

    article = corpus.get(saved.article_id or 0)
    assert (article.text, article.canonical_url) == (long, url)
