"""Extractors are compared in one run, and none is left out in silence."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import extraction
from benchmarks.extraction import Row, behind, compare, losses
from benchmarks.extraction_peers import PEERS
from benchmarks.extraction_readers import Dragoman, Peer, Reader, Reading, Trafilatura, no_context
from benchmarks.extraction_scores import PageScore, Prediction
from tests.unit.benchmarks.extraction_sets import HOST, PAGES, write_set
from tests.warcs import Recorded, write_warc

FAKE_READABILITY = """
import socket

class Document:
    def __init__(self, html, url=None):
        print("chatter that must not reach the answers")
        self.html = html
        if "Cup" in html:
            socket.create_connection(("127.0.0.1", 9))

    def summary(self):
        return "<div><p>One<br>two</p><p>three</p></div>"

    def short_title(self):
        return "A title"

    def author(self):
        return "[no-author]"
"""


@pytest.fixture
def fake_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package of that name where the worker finds it before any other."""
    folder = tmp_path / "packages"
    (folder / "readability").mkdir(parents=True)
    (folder / "readability" / "__init__.py").write_text(FAKE_READABILITY, "utf-8")
    (folder / "readability_lxml-9.9.dist-info").mkdir()
    (folder / "readability_lxml-9.9.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: readability-lxml\nVersion: 9.9\n", "utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_what_is_not_installed_is_said_not_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extraction.main(["compare", str(write_set(tmp_path))]) == 0
    out = capsys.readouterr().out
    table = json.loads(out.splitlines()[-1])["sets"]["small"]
    assert out.count("not installed (no --peers-python)") == 2 * len(PEERS)  # in the table and in the JSON line
    assert all("missing" in table[name] for name in PEERS)
    assert table["dragoman"]["body_f1"] == 1
    assert table["dragoman"]["authors"] is None
    assert table["trafilatura"]["language"] is None
    assert "dragoman leads every column" in out


def test_an_interpreter_without_the_package_says_which(tmp_path: Path) -> None:
    peer = Peer("newspaper4k", (), sys.executable)
    peer.close()
    assert peer.missing == "not installed (No module named 'newspaper')"
    assert Peer("newspaper4k", (), str(tmp_path / "python")).missing == f"not installed ({tmp_path / 'python'}: No such file or directory)"


@pytest.mark.usefixtures("fake_peer")
def test_a_peer_answers_from_its_own_interpreter(tmp_path: Path) -> None:
    (_, samples, _) = next(extraction.read_sets(write_set(tmp_path)))
    peer = Peer("readability-lxml", ("title",), sys.executable)
    good, bad, good_again = (peer.read(sample) for sample in (*samples, samples[0]))
    peer.close()
    assert (peer.missing, peer.version) == (None, "9.9")
    assert good.said.text.split() == ["One", "two", "three"]
    assert good.said.title == "A title"
    assert good.said.authors == ()
    assert good.error is None
    assert bad.error == "OSError: no network in a benchmark"
    assert good_again.said == good.said


@pytest.mark.usefixtures("fake_peer")
def test_errors_of_a_peer_are_counted_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    losses_file, said = tmp_path / "losses.txt", tmp_path / "said"
    arguments = ["compare", str(write_set(tmp_path)), "--peers-python", sys.executable, "--losses", str(losses_file), "--write", str(said)]
    assert extraction.main(arguments) == 0
    out = capsys.readouterr().out
    row = json.loads(out.splitlines()[-1])["sets"]["small"]["readability-lxml"]
    assert row["errors"] == {"OSError": 1}
    assert "1 OSError" in out
    assert losses_file.read_text("utf-8").strip() == ""
    written = [json.loads(line) for line in (said / "small.dragoman.jsonl").read_text("utf-8").splitlines()]
    assert [line["url"] for line in written] == list(PAGES)
    assert written[0]["published_at"] == "2026-10-01T07:00:00+00:00"


@pytest.mark.usefixtures("fake_peer")
def test_a_worker_that_ended_is_an_error_for_each_page(tmp_path: Path) -> None:
    (_, samples, _) = next(extraction.read_sets(write_set(tmp_path)))
    peer = Peer("readability-lxml", (), sys.executable)
    process = peer._process
    assert process is not None
    process.kill()
    process.wait()
    assert {peer.read(sample).error for sample in samples} == {"the process of this extractor ended"}
    peer.close()
    assert Peer("readability-lxml", (), None).read(samples[0]).error == "not running"


def test_a_page_that_is_refused_is_an_error_and_reads_as_empty(tmp_path: Path) -> None:
    write_warc(tmp_path / "x-pages.warc.gz", [Recorded(f"{HOST}/nothing", b"<html><body></body></html>")])
    truth = {"url": f"{HOST}/nothing", "body": "a text that nobody sees"}
    (tmp_path / "x-truth.jsonl").write_text(json.dumps(truth), "utf-8")
    (_, samples, truths) = next(extraction.read_sets(tmp_path))
    rows = compare([Dragoman("dragoman", no_context), Trafilatura("trafilatura")], samples, truths)
    assert [dict(row.errors) for row in rows] == [{"NoText": 1}, {"no text": 1}]
    assert [row.scores["page_f1"] for row in rows] == [0, 0]


class Invented(Reader):
    """An extractor that was never run."""

    def read(self, sample: object) -> Reading:
        raise NotImplementedError


def row(name: str, page_f1: float, title: float, gives: tuple[str, ...] = ("title",)) -> Row:
    url = f"{HOST}/cup"
    page = PageScore(url, page_f1, page_f1, page_f1, title, None, None, None, None)
    scores: dict[str, float | None] = {"body_f1": page_f1, "page_f1": page_f1, "title": title}
    return Row(Invented(name, "1", gives), {url: Reading(Prediction(title=name), 0.1)}, scores, [page])


def test_columns_that_others_lead_are_named() -> None:
    rows = [row("dragoman", 0.9, 0.5), row("other", 0.95, 0.5)]
    assert behind(rows) == ["body_f1: other 0.950, dragoman 0.900", "page_f1: other 0.950, dragoman 0.900"]
    assert behind([row("dragoman", 0.9501, 0.5), row("other", 0.9504, 0.5)]) == []


def test_a_field_that_an_extractor_does_not_give_is_not_scored() -> None:
    assert behind([row("dragoman", 0.9, 0.5), row("other", 0.9, 1.0, gives=())]) == []


def test_losses_name_page_and_winner() -> None:
    body, title = losses([row("dragoman", 0.9, 0.0), row("near", 0.91, 0.0), row("other", 0.95, 1.0)])
    assert body.split() == ["body", "0.900", "0.950", "other", f"{HOST}/cup"]
    assert title.startswith(f"title  0.00  other  {HOST}/cup")
    assert title.endswith("ours 'dragoman'  theirs 'other'")
    assert losses([row("dragoman", 0.9, 1.0), row("near", 0.91, 0.0)]) == []
