"""What a feed says of its schedule is obeyed within reason, and named where it makes none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.discovery import ParsedFeed
from crawler.discovery.feeds import parse_feed

URL = "https://qarnabad-post.example/feeds/all.xml"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


def feed(head: str, root: str = f'<rss version="2.0" {SY}>') -> ParsedFeed:
    return parse_feed(f"{root}<channel>{head}</channel></rss>".encode(), URL, "", NOW)


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("", None),
        ("<ttl>60</ttl>", 60),
        ("<ttl> 5\n</ttl>", 5),
        ("<ttl>100000</ttl>", 360),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", 60),
        ("<sy:updatePeriod> hourly\n</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>8</sy:updateFrequency>", 180),
        ("<sy:updatePeriod>Weekly</sy:updatePeriod>", 360),
        ("<ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 30),
    ],
)
def test_feed_says_how_long_to_leave_it_alone(head: str, minutes: int | None) -> None:
    parsed = feed(head)
    assert parsed.ttl == (timedelta(minutes=minutes) if minutes else None)
    assert parsed.skipped == ()


@pytest.mark.parametrize(
    ("head", "remark"),
    [
        ("<ttl>soon</ttl>", "a ttl of 'soon' minutes"),
        ("<ttl>0</ttl>", "a ttl of '0' minutes"),
        ("<ttl>-5</ttl>", "a ttl of '-5' minutes"),
        (f"<ttl>{'9' * 5000}</ttl>", f"a ttl of '{'9' * 40}' minutes"),
        ("<sy:updatePeriod>often</sy:updatePeriod>", "an update period of 'often', '1' times"),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            "an update period of 'hourly', '0' times",
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>999999</sy:updateFrequency>",
            "an update period of 'hourly', '999999' times",
        ),
    ],
)
def test_schedule_that_makes_no_sense_is_named_and_ignored(head: str, remark: str) -> None:
    parsed = feed(head)
    assert parsed.ttl is None
    assert parsed.skipped == (remark,)


def test_rss_1_feed_has_its_schedule_in_the_channel() -> None:
    parsed = parse_feed(
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {SY}>
        <channel><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel></rdf:RDF>""".encode(),
        URL,
        "",
        NOW,
    )
    assert parsed.ttl == timedelta(minutes=30)


def test_hours_and_days_to_skip_are_read() -> None:
    parsed = feed(
        """<skipHours><hour>1</hour><hour> 05 </hour><hour>24</hour><hour>0</hour><note>7</note></skipHours>
        <skipDays><day>Friday</day><day>saturday </day></skipDays>"""
    )
    assert parsed.skip_hours == {0, 1, 5}
    assert parsed.skip_days == {4, 5}
    assert parsed.skipped == ()


def test_hours_and_days_that_are_none_are_named() -> None:
    parsed = feed("<skipHours><hour>25</hour><hour>x</hour></skipHours><skipDays><day>Someday</day></skipDays>")
    assert parsed.skip_hours == parsed.skip_days == frozenset()
    assert parsed.skipped == ("'25' is no hour to skip", "'x' is no hour to skip", "'Someday' is no day to skip")


def test_feed_that_forbids_every_hour_is_not_obeyed() -> None:
    parsed = feed(f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>")
    assert parsed.skip_hours == frozenset()
    assert parsed.skipped == ("every hour is to be skipped",)


def test_endless_list_of_hours_is_not_read_to_its_end() -> None:
    assert len(feed(f"<skipHours>{'<hour>99</hour>' * 10_000}</skipHours>").skipped) == 50
