"""The plan: read strictly, mistakes said in one line, secrets nowhere but in the address itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.watch.chores import due_chores, outcome
from crawler.watch.notices import targets_of
from crawler.watch.plan_file import HowOften, PlanMistake, load_plan
from storage.health.chores import ChoreRecord

SECRET = "hunter2-of-port-varda"  # noqa: S105 - of nobody


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.yml"
    path.write_text(text, encoding="utf-8")
    return path


FULL = f"""
quiet_hours: {{from: 23:30, to: "05:00", time_zone: Asia/Beirut}}
maintenance: daily
snapshot: daily
snapshot_name: lebanon-{{date}}
snapshot_options: [--tier, metadata, --title, "The corpus on {{date}}"]
backfills:
  - {{source: tigris-post, from: 2026-01-01, to: 2026-02-01}}
crawls: 3
crawl_limit: 20m
alerts:
  repeat: 3d
  targets:
    - {{name: desk, url: "json://user:{SECRET}@127.0.0.1:9/"}}
"""


def test_plan_is_read(tmp_path: Path) -> None:
    plan = load_plan(written(tmp_path, FULL))
    assert (plan.maintenance, plan.crawls, plan.alerts.repeat_after()) == (HowOften.DAILY, 3, timedelta(days=3))
    window = plan.quiet_hours.window()
    assert (window.begin.hour, window.begin.minute, window.end.hour) == (23, 30, 5)
    assert plan.backfills[0].name == "backfill tigris-post 2026-01-01 2026-02-01"


def test_no_plan_is_a_plan() -> None:
    plan = load_plan(None)
    assert (plan.snapshot, plan.maintenance, plan.alerts.targets) == (HowOften.NEVER, HowOften.WEEKLY, ())


def test_secret_is_not_in_what_a_plan_prints(tmp_path: Path) -> None:
    plan = load_plan(written(tmp_path, FULL))
    assert SECRET not in repr(plan)
    assert SECRET not in plan.model_dump_json()
    assert plan.alerts.targets[0].address() == f"json://user:{SECRET}@127.0.0.1:9/"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("snapshot: hourly", r"plan.yml:1: snapshot: Input should be 'never', 'daily' or 'weekly'"),
        ("snapshots: daily", r"plan.yml:1: snapshots: is not a field of a plan"),
        ("crawls: 0", r"crawls: .*greater than or equal to 1"),
        ("crawl_limit: soon", r"crawl_limit: 'soon' is not a span of time"),
        ("quiet_hours: {from: 9pm}", r"quiet_hours.from: .*time of day"),
        ("quiet_hours: {time_zone: Atlantis}", r"time_zone: is not an IANA time zone"),
        ('quiet_hours: {from: "03:00", to: "03:00"}', r"the same time"),
        ("alerts: {repeat: often}", r"not a span of time"),
        ("alerts: {targets: [{name: desk}]}", r"needs exactly one of url, url_env and url_file"),
        ("alerts: {targets: [{name: desk, url_env: A}, {name: desk, url_env: B}]}", r"two targets have the same name"),
        ("- a list", r"plan.yml:1: a plan file is a mapping"),
        ("snapshot: [", r"broken YAML"),
        ("snapshot_name: daily", r"plan.yml:1: snapshot_name: has no {date} in it: each snapshot needs a name of its own"),
        ("snapshot_name: ../{date}", r"plan.yml:1: snapshot_name: '../2026-01-31' is no name for a snapshot"),
    ],
)
def test_mistake_in_a_plan_is_one_line_that_says_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PlanMistake, match=says) as caught:
        load_plan(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_plan_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanMistake, match=r"nowhere.yml: No such file"):
        load_plan(tmp_path / "nowhere.yml")


def test_address_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("json://127.0.0.1:9/b\n", encoding="utf-8")
    text = f"alerts: {{targets: [{{name: a, url_env: ALERTS_OF_LESK}}, {{name: b, url_file: {tmp_path / 'secret'}}}]}}"
    first, second = load_plan(written(tmp_path, text)).alerts.targets
    with pytest.raises(PlanMistake, match="environment variable ALERTS_OF_LESK is not set"):
        first.address()
    monkeypatch.setenv("ALERTS_OF_LESK", "json://127.0.0.1:9/a")
    assert (first.address(), second.address()) == ("json://127.0.0.1:9/a", "json://127.0.0.1:9/b")
    (tmp_path / "secret").unlink()
    with pytest.raises(PlanMistake, match="secret cannot be read"):
        second.address()


def test_address_that_nobody_understands_is_refused_without_being_printed(tmp_path: Path) -> None:
    text = f"alerts: {{targets: [{{name: desk, url: 'nonsense://{SECRET}'}}]}}"
    with pytest.raises(PlanMistake, match="'desk': its address is none that Apprise understands") as caught:
        targets_of(load_plan(written(tmp_path, text)).alerts.targets)
    assert SECRET not in str(caught.value)


def chores(tmp_path: Path, now: datetime, **records: ChoreRecord) -> list[str]:
    plan = load_plan(written(tmp_path, FULL))
    return [chore.name for chore in due_chores(plan, records, now, "sqlite:///x.db", None, ("--delay=2.0",))]


NIGHT = datetime(2026, 5, 6, 22, tzinfo=UTC)  # one in the morning of the 7th in Beirut: the night of the 6th
DAY = datetime(2026, 5, 7, 9, tzinfo=UTC)
BACKFILL = "backfill tigris-post 2026-01-01 2026-02-01"


def record(name: str, slot: str, status: str = "done", *, ended: bool = True) -> ChoreRecord:
    return ChoreRecord(name, slot, NIGHT, NIGHT if ended else None, status, "")


def test_chores_of_a_night(tmp_path: Path) -> None:
    assert chores(tmp_path, NIGHT) == ["snapshot", "maintenance", BACKFILL]


def test_missed_snapshot_is_made_by_day_and_the_rest_waits_for_the_night(tmp_path: Path) -> None:
    assert chores(tmp_path, DAY) == ["snapshot"]


def test_what_was_done_in_this_night_is_not_done_again(tmp_path: Path) -> None:
    done = {"snapshot": record("snapshot", "2026-05-06"), "maintenance": record("maintenance", "2026-05-06", "failed")}
    assert chores(tmp_path, NIGHT, **done, **{BACKFILL: record(BACKFILL, "2026-05-06", "stopped")}) == []
    assert chores(tmp_path, NIGHT + timedelta(days=1), **done, **{BACKFILL: record(BACKFILL, "2026-05-06", "stopped")}) == [
        "snapshot",
        "maintenance",
        BACKFILL,
    ]


def test_what_a_kill_cut_off_is_begun_again_and_a_finished_backfill_never(tmp_path: Path) -> None:
    cut = {"snapshot": record("snapshot", "2026-05-06", "running", ended=False), "maintenance": record("maintenance", "2026-05-06")}
    assert chores(tmp_path, NIGHT, **cut, **{BACKFILL: record(BACKFILL, "2026-04-01")}) == ["snapshot"]


def test_command_lines_of_chores(tmp_path: Path) -> None:
    plan = load_plan(written(tmp_path, FULL))
    snapshot, maintenance, backfill = due_chores(plan, {}, NIGHT, "sqlite:///x.db", Path("c"), ("--delay=2.0",))
    called = ("snapshot", "create", "lebanon-2026-05-06", "--if-missing", "--db", "sqlite:///x.db", "--catalog", "c")
    assert snapshot.words == (*called, "--tier", "metadata", "--title", "The corpus on 2026-05-06")
    assert maintenance.words == ("db", "vacuum", "--db", "sqlite:///x.db")
    assert backfill.words[:6] == ("backfill", "tigris-post", "--from", "2026-01-01", "--to", "2026-02-01")
    assert backfill.limit == timedelta(hours=4)
    assert HowOften.WEEKLY.slot(date(2026, 1, 1)) == "2026-W01"


@pytest.mark.parametrize(
    ("name", "code", "printed", "over", "status"),
    [
        ("maintenance", 0, b"", False, "done"),
        ("maintenance", 2, b"", False, "failed"),
        (BACKFILL, 0, b'{"finished": true}', False, "done"),
        (BACKFILL, 0, b'{"finished": false}', False, "stopped"),
        (BACKFILL, 1, b"", False, "stopped"),
        (BACKFILL, 2, b"", False, "failed"),
        (BACKFILL, 130, b"", True, "stopped"),
    ],
)
def test_how_a_chore_ended(name: str, code: int, printed: bytes, over: bool, status: str) -> None:
    assert outcome(name, code, printed, "a word", over_limit=over)[0] == status
