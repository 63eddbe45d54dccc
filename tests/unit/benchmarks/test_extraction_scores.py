"""The scores of the extraction benchmark mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.extraction_scores import Prediction, Truth, find_sets, read_truth, score, score_page, shingles, tokens
from tests.unit.benchmarks.extraction_sets import PAGES, write_set

URL = "https://post.example/1"


def test_words_that_read_alike_are_one_token() -> None:
    assert tokens("The ﬁrst—Straße, 2ND!") == ["the", "first", "strasse", "2nd"]
    assert tokens("日本 news") == ["日", "本", "news"]
    assert tokens(None) == []


def test_a_text_shorter_than_a_shingle_is_one() -> None:
    assert shingles("two words").total() == 1
    assert shingles("one two three four five").total() == 2
    assert not shingles("")


def test_body_counts_shared_runs_of_four_words() -> None:
    # 3 runs of truth, 4 runs said, 2 of them shared
    page = score_page(Truth(URL, "a b c d e f"), Prediction("a b c d e x y"))
    assert page.precision == pytest.approx(2 / 4)
    assert page.recall == pytest.approx(2 / 3)
    assert page.page_f1 == pytest.approx(4 / 7)


def test_repeated_text_costs_precision() -> None:
    page = score_page(Truth(URL, "a b c d"), Prediction("a b c d a b c d"))
    assert page.recall == 1
    assert page.precision == pytest.approx(1 / 5)


def test_nothing_said_of_an_empty_page_is_right() -> None:
    page = score_page(Truth(URL, ""), Prediction())
    assert (page.page_f1, page.precision, page.recall) == (1, None, None)


@pytest.mark.parametrize(
    ("wanted", "said", "day", "minute"),
    [
        ("2026-10-01T00:30:00+03:00", "2026-09-30T21:30:20+00:00", 1, 1),
        ("2026-10-01T00:30:00+03:00", "2026-09-30T21:31:01+00:00", 1, 0),
        ("2026-10-01T00:30:00+03:00", "2026-09-30", 0, 0),
        ("2026-10-01T00:30:00+03:00", "2026-10-01", 1, 0),
        ("2026-10-01T10:00:00Z", "2026-10-01 10:00:00", 1, 1),
        ("2026-10-01", "2026-10-01T23:00:00+00:00", 1, None),
        ("2026-10-01T10:00:00Z", None, 0, 0),
        ("2026-10-01T10:00:00Z", "yesterday", 0, 0),
        (None, "2026-10-01", None, None),
    ],
)
def test_days_are_those_of_the_zone_of_truth(wanted: str | None, said: str | None, day: float | None, minute: float | None) -> None:
    page = score_page(Truth(URL, "", published=wanted), Prediction(published=said))
    assert (page.day, page.minute) == (day, minute)


def test_titles_are_equal_in_letters_and_digits() -> None:
    truth = Truth(URL, "", title="Calm day — in “Qarnabad”")
    assert score_page(truth, Prediction(title="calm day in Qarnabad")).title == 1
    assert score_page(truth, Prediction(title="Calm day in Qarnabad | Post")).title == 0
    assert score_page(Truth(URL, ""), Prediction(title="x")).title is None


def test_authors_are_sets() -> None:
    truth = Truth(URL, "", authors=("Nour Haddad", "Dana Sabri"))
    assert score_page(truth, Prediction(authors=("DANA SABRI", "Nour Haddad"))).authors == 1
    assert score_page(truth, Prediction(authors=("Dana Sabri",))).authors == pytest.approx(2 / 3)
    assert score_page(truth, Prediction()).authors == 0
    assert score_page(Truth(URL, ""), Prediction(authors=("x",))).authors is None


def test_language_counts_where_truth_names_one() -> None:
    assert score_page(Truth(URL, "", languages=("fa",)), Prediction(language="fa-IR")).language == 1
    assert score_page(Truth(URL, "", languages=("fa",)), Prediction()).language == 0
    assert score_page(Truth(URL, "", languages=("fa", "en")), Prediction(language="fa")).language is None


def test_lost_pages_cost_recall_and_page_f1_but_not_precision() -> None:
    truths = [Truth(URL, "a b c d"), Truth(URL + "2", "e f g h")]
    scores, pages = score(truths, {URL: Prediction("a b c d")})
    assert (scores["precision"], scores["recall"], scores["page_f1"]) == (1, 0.5, 0.5)
    assert scores["body_f1"] == pytest.approx(2 / 3)
    assert scores["title"] is None
    assert [page.page_f1 for page in pages] == [1, 0]


def test_a_set_without_any_text_scores_nothing() -> None:
    assert score([Truth(URL, "a b c d")], {})[0]["body_f1"] == 0


def test_sets_are_found_in_a_folder_and_in_folders_of_it(tmp_path: Path) -> None:
    one, two = write_set(tmp_path, "one"), write_set(tmp_path, "two")
    assert set(find_sets(tmp_path)) == {"one", "two"}
    archive, truth = find_sets(one)["one"]
    assert archive.parent == one
    assert [row.url for row in read_truth(truth)] == list(PAGES)
    for name in ("pages.warc.gz", "truth.jsonl"):
        (two / f"dev-{name}").rename(one / f"held-{name}")
    assert set(find_sets(one)) == {"one", "one/held"}


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev-truth.jsonl").write_text("", "utf-8")
    with pytest.raises(FileNotFoundError, match="beside"):
        find_sets(tmp_path)
