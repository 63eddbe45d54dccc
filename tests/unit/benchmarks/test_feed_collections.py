"""The benchmark of feed collections compares honestly and executes nothing that it reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.feed_collections import BEYOND, DIFFERS, EXACT, NOT_OURS, SKIPPED, TEXT, Judgement, judge, print_table, summary
from benchmarks.feed_expectations import load_cases

ITEM = "<item><title>Ships</title><description>&lt;b&gt;Two&lt;/b&gt; ships</description><pubDate>10 Jun 2025</pubDate></item>"


def judged(folder: Path, expect: str, body: str = f"<rss><channel><title>Post</title>{ITEM}</channel></rss>", head: str = "") -> Judgement:
    path = folder / "tests" / "wellformed" / "rss" / "case.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<!--\n{head}Description: invented\nExpect: {expect}\n-->\n{body}", "utf-8")
    (case,) = load_cases(folder)
    return judge(case)


@pytest.mark.parametrize(
    ("expect", "verdict"),
    [
        ("not bozo and entries[0]['title'] == 'Ships'", EXACT),
        ("entries[0].title == 'Boats'", DIFFERS),
        ("entries[0]['title'] == 'Boats' or entries[0]['title'] == 'Ships'", EXACT),
        ("entries[0]['description'] == '<b>Two</b> ships'", TEXT),
        ("entries[0]['content'][0]['value'] == '<img />'", NOT_OURS),
        ("entries[0]['published_parsed'] == (2025, 6, 10, 0, 0, 0, 1, 161, 0)", EXACT),
        ("entries[0]['published_parsed'] == (2025, 6, 11, 0, 0, 0, 1, 161, 0)", DIFFERS),
        ("entries[0]['published'] == '10 Jun 2025'", EXACT),
        ("entries[1]['title'] == 'Ships'", DIFFERS),
        ("len(entries) == 1 and feed['title'] == 'Post'", EXACT),
        ("version == 'rss20'", EXACT),
        ("version == 'atom10'", DIFFERS),
        ("encoding == 'utf-8'", EXACT),
        ("encoding == 'utf-16'", DIFFERS),
        ("entries[0]['link'] == 'http://x.example/'", DIFFERS),
        ("feed['copyright'] == 'x'", NOT_OURS),
        ("entries[0]['author'] == 'x'", NOT_OURS),
        ("feed['title'] == 'Post' and entries[0]['author'] == 'x'", EXACT),
        ("feed['title'] > 'Post'", NOT_OURS),
        ("feed['title'] == other['title']", NOT_OURS),
        ("1", EXACT),
        ("bozo", EXACT),
        ("print 'Python 2'", NOT_OURS),
    ],
)
def test_expectation_is_judged(tmp_path: Path, expect: str, verdict: str) -> None:
    assert judged(tmp_path, expect).verdict == verdict


def test_expectation_is_not_executed(tmp_path: Path) -> None:
    trap = tmp_path / "executed"
    assert judged(tmp_path, f"__import__('pathlib').Path('{trap}').touch() or 1").verdict == NOT_OURS
    assert not trap.exists()


def test_old_dates_are_beyond_our_limits(tmp_path: Path) -> None:
    body = "<rss><channel><item><link>/a</link><pubDate>10 Jun 1985</pubDate></item></channel></rss>"
    judgement = judged(tmp_path, "entries[0]['published_parsed'] == (1985, 6, 10, 0, 0, 0, 0, 161, 0)", body)
    assert (judgement.verdict, judgement.without_address) == (BEYOND, 0)


def test_feed_that_is_refused_differs_unless_none_was_expected(tmp_path: Path) -> None:
    assert judged(tmp_path, "feed['title'] == 'x'", "<opml/>").verdict == DIFFERS
    assert judged(tmp_path, "version == ''", "<opml/>").verdict == EXACT
    assert judged(tmp_path, "feed['title'] == 'x'", "<channel/>").verdict == NOT_OURS


def test_headers_and_skips_of_a_case_are_obeyed(tmp_path: Path) -> None:
    item = "<rss><channel><item><link>b</link></item></channel></rss>"
    assert (
        judged(tmp_path, "entries[0]['link'] == 'http://x.example/a/b'", item, "Header: Content-Location: http://x.example/a/\n").verdict
        == EXACT
    )
    assert judged(tmp_path, "feed['language'] == 'en'", item, "Header: Content-Language: en\n").verdict == NOT_OURS
    assert judged(tmp_path, "1", item, "SkipUnless: __import__('codecs').lookup('no-such')\n").verdict == SKIPPED


def test_other_layouts_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = f"<rss><channel><title>Post</title>{ITEM.replace('</item>', '<link>http://x.example/1</link></item>')}</channel></rss>"
    episode = {"title": "Ships", "link": "http://x.example/1", "published": 1749513600}
    files = {
        "podcast/a.rss": feed,
        "podcast/a.json": json.dumps({"title": "Post", "episodes": [episode]}),
        "podcast/b.rss": feed,
        "podcast/b.json": json.dumps({"title": "b", "episodes": []}),
        "corpus/data.xml": feed,
        "corpus/expect.json": json.dumps({"title": "Post", "items": 1, "first_item_title": "Ships"}),
        "sample/data.xml": feed,
        "sample/result.json": json.dumps(
            {
                "channel": {
                    "content": {"title": {"content": "Post"}, "item": [{"content": {"title": "Boats", "pubDate": "2025-06-10T00:00:00"}}]}
                }
            }
        ),
        "reader/c.rss": feed,
        "reader/c.rss.py": """import datetime
feed = FeedData(url=f'{url_base}c.rss', title='Post')
entries = [EntryData(title='Ships', link='http://x.example/1', published=datetime.datetime(2025, 6, 10, tzinfo=datetime.UTC), x=f())]""",
        "reader/d.rss": "<rss><channel/></rss>",
        "reader/d.rss.py": "feed = FeedData(version='rss20')\nentries = [EntryData(title='x')]",
        "notes.txt": "no feed",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    verdicts = {judgement.case.name: judgement.verdict for judgement in map(judge, load_cases(tmp_path))}
    assert verdicts == {
        "podcast/a.rss": EXACT,
        "podcast/b.rss": NOT_OURS,
        "corpus/data.xml": EXACT,
        "sample/data.xml": DIFFERS,
        "reader/c.rss": EXACT,
        "reader/d.rss": EXACT,
    }
    row = summary(map(judge, load_cases(tmp_path)))
    assert (row["files"], row["concerned"], row["as_expected"]) == (6, 5, 4)
    print_table(row)
    assert "as expected: 4 of 5" in capsys.readouterr().out
