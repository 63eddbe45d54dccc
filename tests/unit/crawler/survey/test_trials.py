"""Stored pages, read by the rules of their source: what is told, what is compared, and the command that prints it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli
from crawler.errors import InputError
from crawler.survey.trials import Expected, StoredPage, Trial, differences, idle_rules, stored_page, stored_pages

SOURCE = """\
id: tigris-post
name: Tigris Post
homepage: https://tigris.example/
country: IQ
languages: [en]
kind: newspaper
time_zone: Asia/Baghdad
feeds:
  - url: https://tigris.example/rss
extraction:
  title: .real
  authors: [.nobody, {selector: .who, attribute: data-name}]
  body: .text
"""
PAGE = """<html lang=en><head><title>x</title></head><body><h1>City</h1><p class=real>North gate to be rebuilt</p><i class=who
data-name="Salma Haddawi">sh</i><div class=text><p>The council of Qasr al-Nahr voted on Wednesday to rebuild the north gate of the old town,
which fell in the storm of last March and has been lying in the road since then.</p><p>The work is to begin in spring, under the eyes of the
department for antiquities, and to cost as much as two school buses.</p></div></body></html>"""
CASE = """\
url: https://tigris.example/city/gate
fetched_at: 2026-10-08T06:00:00Z
expect:
  title: North gate to be rebuilt
  authors: Salma Haddawi
  text_has: the storm of last March
"""
ROW = {
    "title": "T",
    "standfirst": None,
    "authors": ["A", "B"],
    "agency": None,
    "published_at": "2026-10-07T21:40:00+00:00",
    "section": None,
    "language": "en",
    "text": "One.\n\nTwo.",
}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def dragoman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line beside a catalog with one stored page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DRAGOMAN_CATALOG", raising=False)
    folder = tmp_path / "catalog" / "iq"
    (folder / "pages" / "tigris-post").mkdir(parents=True)
    (folder / "tigris-post.yml").write_text(SOURCE, encoding="utf-8")
    (folder / "pages" / "tigris-post" / "gate.html").write_text(PAGE, encoding="utf-8")
    (folder / "pages" / "tigris-post" / "gate.yml").write_text(CASE, encoding="utf-8")

    def run(*words: str) -> Done:
        capfd.readouterr()
        code = cli.main(["sources", "try", "--catalog", "catalog", *words])
        return Done(code, *capfd.readouterr())

    return run


def test_stored_page_is_tried_and_told_field_by_field(dragoman: Run) -> None:
    done = dragoman("tigris-post")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "North gate to be rebuilt" in done.stdout
    assert "1 page read, 0 not as expected." in done.stdout
    rules = [line.split() for line in done.stdout.splitlines() if ".nobody" in line or ".who" in line]
    assert rules == [["authors", ".nobody", "none"], ["authors", ".who", "→", "data-name", "1"]]


def test_json_names_article_rules_and_problems(dragoman: Run, tmp_path: Path) -> None:
    case = tmp_path / "catalog/iq/pages/tigris-post/gate.yml"
    case.write_text(CASE.replace("North gate", "South gate"), encoding="utf-8")
    done = dragoman("--json")
    assert done.returncode == 1
    row = json.loads(done.stdout)
    assert row["article"]["evidence"]["title"]["found_in"] == "selector"
    assert row["article"]["url"] == "https://tigris.example/city/gate"
    assert [rule["elements"] for rule in row["rules"]] == [1, 0, 1, 1]
    assert row["problems"] == ["title: expected 'South gate to be rebuilt', found 'North gate to be rebuilt'"]


def test_page_named_by_hand_shows_rules_that_no_longer_match(dragoman: Run, tmp_path: Path) -> None:
    (tmp_path / "new.html").write_text(PAGE.replace("class=real", "class=unreal").replace("class=who", ""), encoding="utf-8")
    done = dragoman("tigris-post", "--page", "new.html", "--url", "https://tigris.example/new")
    assert done.returncode == 1
    assert "the selectors of authors, title gave nothing on any page" in done.stderr
    assert "1 page read, 0 not as expected." in done.stdout


def test_page_without_an_article_is_said(dragoman: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("<html><body><p>Nothing.</p></body></html>", encoding="utf-8")
    done = dragoman("tigris-post", "--page", "empty.html")
    assert done.returncode == 1
    assert "- no article: no_text" in done.stdout
    (tmp_path / "empty.yml").write_text("expect: {outcome: no_text}", encoding="utf-8")
    assert dragoman("tigris-post", "--page", "empty.html").returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--page", "a.html"), "--page goes with the id of the one source"),
        (("tigris-post", "--url", "https://a.example/"), "--url goes with a single --page"),
        (("tigris-pots",), "unknown source 'tigris-pots'"),
        (("tigris-post", "--page", "none.html"), "none.html: No such file"),
    ],
)
def test_mistake_is_one_line(dragoman: Run, words: tuple[str, ...], message: str) -> None:
    done = dragoman(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_catalog_without_stored_pages_says_where_they_go(dragoman: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog/iq/pages/tigris-post/gate.html").unlink()
    done = dragoman()
    assert done.returncode == 2
    assert "put it into pages/<id>/ beside the source's file" in done.stderr


def test_pages_of_other_sources_and_other_files_are_left_out(tmp_path: Path) -> None:
    for name in ("a/1.html", "a/1.yml", "a/notes.txt", "b/2.html"):
        (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pages" / name).write_text("", encoding="utf-8")
    assert stored_pages(tmp_path / "a.yml") == [StoredPage(tmp_path / "pages/a/1.html")]


@pytest.mark.parametrize(
    ("beside", "message"),
    [
        (b"expect: {colour: red}", r"page\.yml: expect\.colour: is not known"),
        (b"url: gate", r"page\.yml: url: is not a web address"),
        (b"fetched_at: yesterday", r"page\.yml: fetched_at: "),
        (b"- a", r"page\.yml: : Input should be"),
        (b"a: [", r"page\.yml: broken YAML"),
        (b"a: \xff", r"page\.yml: not UTF-8"),
        (b"#" * 300_000, r"page\.yml: larger than 256 KiB"),
    ],
)
def test_fault_beside_a_page_is_named(tmp_path: Path, beside: bytes, message: str) -> None:
    (tmp_path / "page.yml").write_bytes(beside)
    with pytest.raises(InputError, match=message) as caught:
        stored_page(tmp_path / "page.html")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "expect",
    [
        {},
        {"title": "T", "authors": ["A", "B"], "language": "en", "text_begins": "One", "text_ends": "Two.", "text_has": "One.\n\nTwo"},
        {"published_at": "2026-10-08T00:40:00+03:00"},
        {"published_at": "2026-10-08T00:40:00"},
        {"published_at": "2026-10-08"},
    ],
)
def test_what_is_as_expected_is_no_difference(expect: dict[str, object]) -> None:
    assert differences(ROW, Expected.model_validate(expect), "Asia/Baghdad") == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"title": "U"}, "title: expected 'U', found 'T'"),
        ({"authors": ["B", "A"]}, "authors: expected ['B', 'A'], found ['A', 'B']"),
        ({"standfirst": "S"}, "standfirst: expected 'S', found None"),
        ({"published_at": "2026-10-07"}, "published_at: expected 2026-10-07, found 2026-10-07T21:40:00+00:00"),
        (
            {"published_at": "2026-10-08T00:41:00+03:00"},
            "published_at: expected 2026-10-08T00:41:00+03:00, found 2026-10-07T21:40:00+00:00",
        ),
        ({"text_begins": "Two"}, "text: expected to begin 'Two', found 'One'"),
        ({"text_ends": "One."}, "text: expected to end 'One.', found 'Two.'"),
        ({"text_has": ["One", "Three"]}, "text: lacks 'Three'"),
        ({"text_lacks": "Two"}, "text: holds 'Two'"),
        ({"outcome": "paywalled"}, "outcome: expected 'paywalled', found an article"),
    ],
)
def test_what_differs_is_said(expect: dict[str, object], said: str) -> None:
    assert differences(ROW, Expected.model_validate(expect), "Asia/Baghdad") == [said]


@pytest.mark.parametrize(("found", "right"), [("2026-10-07T00:00:00", True), ("2026-10-08T00:00:00", False), (None, False)])
def test_day_without_a_clock_is_compared_as_a_day(found: str | None, right: bool) -> None:
    made = differences(ROW | {"published_at": found}, Expected.model_validate({"published_at": "2026-10-07"}), "Asia/Baghdad")
    assert (made == []) is right


def test_rule_that_gives_something_on_one_page_is_not_idle() -> None:
    def trial(ruled: set[str], gave: set[str], row: dict[str, str]) -> Trial:
        return Trial("s", Path("p"), row, (), frozenset(ruled), frozenset(gave), ())

    row = {"title": "T"}
    assert idle_rules([trial({"title", "body"}, {"title"}, row), trial({"title", "body"}, {"body"}, row)]) == {}
    assert idle_rules([trial({"title", "body"}, {"title"}, row), trial({"title", "body"}, set(), row)]) == {"s": ["body"]}
    assert idle_rules([trial({"title"}, set(), {})]) == {}
