from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.backfill import EARLIEST, plan_backfill, read_range
from crawler.catalog import Source
from crawler.plan import Tally
from crawler.progress import BackfillProgress, in_time, seconds_each
from crawler.walks import Channel
from storage import runs
from storage.crawls import channels
from storage.crawls.channels import Answer
from storage.crawls.records import BackfillStep, Poll
from storage.database import Database
from storage.errors import SourceBusy
from storage.records import ChannelKind, RunKind, RunStatus

NOW = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)  # the 11th in Baghdad


@pytest.mark.parametrize(
    ("first", "last", "since", "until"),
    [
        ("2026-03-01", "2026-03-02", "2026-02-28T21:00", "2026-03-02T21:00"),
        ("2026-03-01", "2026-03-01", "2026-02-28T21:00", "2026-03-01T21:00"),
        ("2026-03-11", "2026-03-11", "2026-03-10T21:00", "2026-03-11T21:00"),
        ("2026-03-01T12:00", "2026-03-01T13:00", "2026-03-01T09:00", "2026-03-01T10:00"),
        ("2026-03-01T12:00Z", "2026-03-10T22:30+00:00", "2026-03-01T12:00", "2026-03-10T22:30"),
        ("1900-01-01", "2026-03-01", EARLIEST.isoformat(), "2026-03-01T21:00"),
    ],
)
def test_range_is_read_in_the_zone_of_the_source(first: str, last: str, since: str, until: str) -> None:
    expected = tuple(datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (since, until))
    assert read_range(first, last, "Asia/Baghdad", NOW) == expected


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-02", "2026-03-01", "--from 2026-03-02 is not before --to 2026-03-01"),
        ("2026-03-12", "2026-03-13", "--from 2026-03-12 lies in the future"),
        ("2026-03-01", "2026-03-12", "--to 2026-03-12 lies in the future"),
        ("2026-03-01", "2026-03-10T22:31Z", "--to 2026-03-10T22:31Z lies in the future"),
        ("1900-01-01", "1901-01-01", "--to 1901-01-01 is before 1990, when there was no news on the web"),
        ("March", "2026-03-01", "--from 'March' is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+03:00)"),
        ("2026-03-01", "9999-12-31", "--to '9999-12-31' is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+03:00)"),
        ("2026-03-01", "2026-02-30", "--to '2026-02-30' is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+03:00)"),
    ],
)
def test_range_that_cannot_be_walked_is_refused_in_one_line(first: str, last: str, said: str) -> None:
    with pytest.raises(ValueError, match="--") as refused:
        read_range(first, last, "Asia/Baghdad", NOW)
    assert str(refused.value) == said


def test_time_left_follows_the_pause_until_the_measured_pace_is_slower() -> None:
    assert seconds_each(1.0, 0, 0) == 1.0
    assert seconds_each(1.0, 4, 100) == 1.0, "too few to say"
    assert seconds_each(1.0, 10, 50) == 5.0
    assert seconds_each(1.0, 10, 5) == 1.0, "the pause is kept whatever the burst"
    assert [in_time(seconds) for seconds in (0, 89, 90, 5300, 5400, 12_000, 190_000)] == [
        "0 s",
        "89 s",
        "2 min",
        "88 min",
        "1 h 30 min",
        "3 h 20 min",
        "2 d 4 h",
    ]


def test_progress_counts_sitemaps_then_pages_and_says_once_how_long_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter(range(0, 1000, 10))
    tally = Tally(sources=1, channels=6, open_channels=4)
    with BackfillProgress(30, 34, 1.0, clock=lambda: next(seconds)) as progress:
        (task,) = progress.bar.tasks
        assert task.description == "sitemaps 30/34"
        progress.update(tally)
        assert task.description == "sitemaps 36/40"
        assert (task.completed, task.total, task.fields["left"]) == (6, 10, "7 s left")
        tally.channels, tally.open_channels, tally.waiting = 10, 0, 100
        progress.update(tally)
        assert task.description.startswith("sitemaps 40/40  new 0")
        assert (task.completed, task.total, task.fields["left"]) == (0, 100, "2 min left")
        assert progress.bar.make_tasks_table([task]).row_count == 1
        progress.update(tally)
    assert capsys.readouterr().err == "100 pages wait: about 3 min at one page every 2.0 s.\n"


def test_plan_goes_on_with_the_steps_that_are_open_and_knows_what_was_only_guessed(tmp_path: Path) -> None:
    home = "https://tigris.example"
    fixed = {"id": "tigris", "name": "Tigris", "homepage": home, "country": "IQ", "languages": ["en"], "kind": "newspaper"}
    source = Source.model_validate(fixed | {"sections": [{"url": f"{home}/news/", "language": "ar"}]})
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        first = plan_backfill(database, source, since, until, NOW)
        assert (first.backfill.resumed, first.before.steps_read) == (False, 0)
        assert first.plan.channels()[0] == Channel(f"{home}/robots.txt", ChannelKind.SITEMAP, guessed=True)
        assert first.plan.channels()[-1] == Channel(f"{home}/news/", ChannelKind.SECTION, "ar")
        assert runs.get(database, first.plan.run_id).kind is RunKind.BACKFILL
        with pytest.raises(SourceBusy, match="another backfill is at work on it"):
            plan_backfill(database, source, since, until, NOW)

        for channel in first.plan.channels()[:-1]:
            steps = [BackfillStep(f"{home}/2026.xml", ChannelKind.SITEMAP, 1)] if channel.url.endswith("robots.txt") else []
            poll = Poll(first.plan.run_id, "tigris", channel.url, channel.kind, "ok", NOW)
            channels.note(database, Answer(poll, backfill_id=first.backfill.id, steps=steps))
        runs.finish(database, first.plan.run_id, RunStatus.STOPPED, "", NOW)
        again = plan_backfill(database, source, since, until, NOW)
        assert again.backfill.resumed
        assert again.plan.channels() == (
            Channel(f"{home}/news/", ChannelKind.SECTION, "ar"),
            Channel(f"{home}/2026.xml", ChannelKind.SITEMAP, depth=1),
        )
        assert again.before.steps_known == len(first.plan.channels()) + 1
