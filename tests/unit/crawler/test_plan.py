"""What a crawl sets out to do, and how its end is judged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.catalog import Feed, Source, SourceKind
from crawler.plan import MAX_ARTICLES_PER_RUN, Budget, SourcePlan, Tally, is_error
from crawler.walks import Channel, NewsWalk
from storage.records import ChannelKind, Outcome, RunStatus

SOURCE = Source(
    id="tigris-post",
    name="Tigris Post",
    homepage="https://tigris.example/",
    country="IQ",
    languages=("en",),
    kind=SourceKind.NEWSPAPER,
    feeds=(Feed(url="https://tigris.example/rss", language="en"),),
    sitemaps=("https://tigris.example/news.xml",),
)


def plan() -> SourcePlan:
    return SourcePlan(SOURCE, run_id=1, states={}, walk=NewsWalk(SOURCE), exhausted=True)


def test_feeds_and_sitemaps_are_channels() -> None:
    assert plan().channels() == (
        Channel("https://tigris.example/rss", ChannelKind.FEED, "en"),
        Channel("https://tigris.example/news.xml", ChannelKind.SITEMAP),
    )


def test_context_of_an_international_source_claims_no_country() -> None:
    assert SOURCE.context().country == "IQ"
    assert SOURCE.model_copy(update={"country": "XX"}).context().country is None


def test_run_fails_only_when_every_channel_failed() -> None:
    one_of_two = plan()
    one_of_two.polled, one_of_two.failures = 2, ["rss: HTTP 500"]
    assert one_of_two.verdict(interrupted=False) == (RunStatus.FINISHED, "rss: HTTP 500")
    both = plan()
    both.polled, both.failures = 2, ["rss: HTTP 500", "news.xml: timeout"]
    assert both.verdict(interrupted=False) == (RunStatus.FAILED, "rss: HTTP 500; news.xml: timeout")


def test_run_that_nobody_began_to_poll_has_not_finished() -> None:
    begun = plan()
    begun.open_channels = 2
    assert begun.verdict(interrupted=True) == (RunStatus.STOPPED, "stopped after 0 of 0 candidates")


def test_interrupted_run_is_stopped_unless_it_was_done_already() -> None:
    half = plan()
    half.polled, half.requested = 2, 3
    half.outcomes.update([Outcome.NEW])
    assert half.verdict(interrupted=True) == (RunStatus.STOPPED, "stopped after 1 of 3 candidates")
    half.outcomes.update([Outcome.NEW, Outcome.GONE])
    assert half.verdict(interrupted=True)[0] is RunStatus.FINISHED


def test_empty_feed_is_remarked_though_the_run_finished() -> None:
    empty = plan()
    empty.polled, empty.remarks = 2, ["https://tigris.example/rss names no article"]
    assert empty.verdict(interrupted=False) == (RunStatus.FINISHED, "https://tigris.example/rss names no article")


def test_errors_are_told_from_plain_answers() -> None:
    assert is_error(Outcome.TIMEOUT)
    assert not is_error(Outcome.GONE)
    assert not is_error(Outcome.IRRELEVANT)


def test_pages_are_the_candidates_attempted() -> None:
    tally = Tally()
    tally.outcomes.update([Outcome.NEW, Outcome.COPY])
    assert tally.pages == 2


def test_no_limit_gives_every_source_the_cap() -> None:
    budget = Budget(None, 2)
    assert budget.reserve() == MAX_ARTICLES_PER_RUN
    budget.give_back(7)
    assert budget.reserve() == MAX_ARTICLES_PER_RUN


@given(st.integers(0, 500), st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_limit_is_never_exceeded_and_never_wasted(limit: int, waiting: list[int]) -> None:
    budget = Budget(limit, len(waiting))
    taken = 0
    for available in waiting:
        share = budget.reserve()
        pages = min(available, share)
        budget.give_back(share - pages)
        taken += pages
    assert taken <= limit
    if all(available >= limit for available in waiting):
        assert taken == limit


def test_sources_that_ask_at_the_same_time_share_the_limit() -> None:
    budget = Budget(10, 8)
    assert sum(budget.reserve() for _ in range(8)) == 10


def test_candidate_without_an_outcome_fails_the_run() -> None:
    broken = plan()
    broken.polled, broken.requested = 2, 3
    broken.outcomes.update([Outcome.NEW])
    assert broken.verdict(interrupted=False) == (RunStatus.FAILED, "only 1 of 3 candidates have an outcome; the log says why")
