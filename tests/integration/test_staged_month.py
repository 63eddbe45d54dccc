"""Thirty days on the demo outlets, crawled twelve times: every staged event is found on its day, and none is invented."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crawler.demo.outlets import encoded
from crawler.urls import canonical_url
from storage.corpus import Corpus
from storage.database import Database
from storage.models import Base, UtcDateTime
from storage.records import Article, ClusterRole, Event, EventKind, Revision
from tests import commands
from tests.integration.staged_month import AGES, DAYS, Month, Scene, on_the_air

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # twelve crawls

SCRIPT = (
    # edits of the text, seven languages
    Scene(1, "levant-wire/01-iraq-budget-vote", swap=("187 of 329", "189 of 329"), kind="text"),
    Scene(3, "gulf-ledger/04-kuwait-interpellation", swap=("ten members of parliament", "twelve members of parliament"), kind="text"),
    Scene(2, "sawt-al-furat/02-jordan-power-link", swap=("200 ميغاواط", "250 ميغاواط"), kind="text"),
    Scene(6, "rooznegar/02-majlis-border-markets", swap=("۱۶۸ رأی", "۱۶۹ رأی"), kind="text"),
    Scene(9, "bogaz-postasi/02-meclis-sinir-kapilari", swap=("ortalama 19 saat", "ortalama 21 saat"), kind="text"),
    Scene(11, "hashaar/05-knesset-water-committee", swap=("90 מיליון", "95 מיליון"), kind="text"),
    Scene(4, "la-depeche-du-maghreb/01-tunis-motion-de-censure", swap=("Cent députés", "Quatre-vingt-dix députés"), kind="text"),
    # an edit that is taken back, and one after the other in the same article
    Scene(5, "two-rivers-notes/01-what-the-budget-hides", swap=("one hundred and sixty", "two hundred"), kind="text"),
    Scene(14, "two-rivers-notes/01-what-the-budget-hides", swap=("two hundred", "one hundred and sixty"), kind="text"),
    # slips of the pen, made or mended
    Scene(2, "levant-wire/03-lebanon-judges", swap=("appointments", "apointments"), kind="minor"),
    Scene(6, "levant-wire/03-lebanon-judges", swap=("apointments", "appointments"), kind="minor"),
    Scene(8, "sawt-al-furat/01-parliament-local-administration", swap=("المجالس المنتخبة", "المجالس المنتخبه المنتخبة"), kind="minor"),
    Scene(8, "bogaz-postasi/01-irak-su-protokolu", swap=("protokolü iki", "protkolü iki"), kind="minor"),
    Scene(18, "la-depeche-du-maghreb/02-alger-rabat-frontiere", swap=("communiqués", "comuniqués"), kind="minor"),
    Scene(11, "hashaar/01-jordan-water-deal", swap=("התקדמו", "התדקמו"), kind="minor"),
    Scene(4, "gulf-ledger/01-customs-protocol", title="Gulf states sign customs protcol after two years of haggling", kind="minor"),
    # other headlines
    Scene(1, "gulf-ledger/06-bahrain-qatar-causeway", title="Manama and Doha to build their causeway at last", kind="headline"),
    Scene(13, "gulf-ledger/06-bahrain-qatar-causeway", title="Causeway: the treaty is ready, officials say", kind="headline"),
    Scene(2, "levant-wire/08-iraq-syria-crossing", title="بغداد ودمشق تفتحان المعبر الحدودي أمام التجارة", kind="headline"),
    Scene(7, "rooznegar/04-gas-talks-ankara", title="آنکارا و تهران دربارهٔ قیمت گاز به نتیجه نرسیدند", kind="headline"),
    Scene(22, "hashaar/02-egypt-crossing-talks", title="קהיר מציעה: פיקוח משותף על המעבר בדרום", kind="headline"),
    Scene(
        11,
        "levant-wire/06-egypt-sudan-border",
        title="Cairo and Khartoum agree on two crossings",
        swap=("from 1 November", "from 15 November"),
        kind="text and headline",
    ),
    # taken down, and some put back
    Scene(4, "sawt-al-furat/04-refugee-return-lebanon", status=404),
    Scene(14, "sawt-al-furat/04-refugee-return-lebanon", status=200),
    Scene(8, "gulf-ledger/09-federal-council", status=410),
    Scene(2, "bogaz-postasi/04-libya-enerji-anlasmasi", status=410),
    Scene(6, "bogaz-postasi/04-libya-enerji-anlasmasi", status=200),
    Scene(18, "bogaz-postasi/04-libya-enerji-anlasmasi", status=404),
    Scene(22, "rooznegar/01-tehran-baghdad-dust-water", status=404),
    Scene(26, "rooznegar/01-tehran-baghdad-dust-water", status=200),
    Scene(26, "rooznegar/01-tehran-baghdad-dust-water", swap=("در بغداد آغاز", "در تهران و بغداد آغاز"), kind="text"),
    # an error of the server and a day between two crawls: nothing to be seen
    Scene(6, "la-depeche-du-maghreb/06-maroc-loi-presse", status=500),
    Scene(8, "la-depeche-du-maghreb/06-maroc-loi-presse", status=200),
    Scene(15, "gulf-ledger/02-iraq-election-date", status=404),
    Scene(17, "gulf-ledger/02-iraq-election-date", status=200),
    # other addresses: with a redirect, and edited there; without; beside the old one; given way to another story
    Scene(6, "la-depeche-du-maghreb/04-libye-budget-unifie", path="/maghreb/2026/libye-le-budget-unique"),
    Scene(14, "la-depeche-du-maghreb/04-libye-budget-unifie", swap=("signé mardi", "signé mercredi"), kind="text"),
    Scene(11, "levant-wire/10-libya-election-talks", path="/ar/2026/10/24/libya-elections-timetable"),
    Scene(8, "sawt-al-furat/05-oil-pipeline-baniyas", path="/akhbar/2026/10/18/921.html", leaves=404),
    Scene(4, "two-rivers-notes/03-iran-gas-leverage", path="/2026/10/09/gas-again/", leaves=200),
    Scene(14, "sawt-al-furat/07-detainee-exchange", gives_way="sawt-al-furat/01-parliament-local-administration"),
)
COPIES = {
    "gulf-ledger/40-judges-from-the-wire": ("levant-wire/03-lebanon-judges", 1),
    "two-rivers-notes/41-border-from-the-wire": ("levant-wire/06-egypt-sudan-border", 4),
    "sawt-al-furat/42-libya-from-the-wire": ("levant-wire/10-libya-election-talks", 6),
}
LATE_DAY = 11

Told = tuple[int, str]


def seen_on(day: int) -> int:
    """Return the day of the first crawl that could see what happened on a day."""
    return next(crawled for crawled in DAYS if crawled >= day)


def truth(script: tuple[Scene, ...], story: str, base: str) -> list[Told]:
    """Return what the history of a story must tell after its first version, from the script alone."""
    told: list[Told] = []
    scenes = [scene for scene in script if scene.story == story]
    for number, scene in enumerate(scenes):
        day = seen_on(scene.day)
        undone = [later for later in scenes[number + 1 :] if later.status == 200 and seen_on(later.day) == day]
        if scene.status == 500 or (scene.status and undone) or (scene.status == 200 and not _was_gone(told)):
            continue
        if scene.status:
            told.append((day, "back" if scene.status == 200 else f"gone {scene.status}"))
        if scene.gives_way:
            told.append((day, "gone 200"))
        if scene.path:
            if scene.leaves == 404:
                told.append((day, "gone 404"))
            told.append((day, f"{'moved' if scene.leaves is None else 'republished'} {canonical_url(base + encoded(scene.path))}"))
        if scene.kind:
            told.append((day, scene.kind))
    return sorted(told)


def _was_gone(told: list[Told]) -> bool:
    states = [what for _, what in told if what.startswith(("gone", "back"))]
    return bool(states) and states[-1].startswith("gone")


def crawl(folder: Path, database: str) -> Counter[str]:
    """Crawl everything once, as a user does; return how many candidates had each outcome."""
    command = ["crawl", "--catalog", str(folder / "catalog"), "--db", database, "--allow-private-hosts", "--delay", "0", "--json"]
    done = commands.run([*command, "--revisit", AGES], timeout=200)
    assert done.returncode == 0, done.stderr
    outcomes: Counter[str] = Counter()
    for line in done.stdout.splitlines():
        outcomes.update(json.loads(line)["outcomes"])
    return outcomes


def let_days_pass(database: str, days: int) -> None:
    """Move everything that is known of the past into the past: to the next crawl it is `days` later. What pages say of dates stays."""
    said_by_pages = {"published_at", "modified_at", "dated_at", "hinted_at"}
    with Database.open(database) as opened, opened.write() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime) and column.name not in said_by_pages:
                    earlier = f"strftime('%Y-%m-%d %H:%M:%S', substr({column.name}, 1, 19), '-{days} days') || substr({column.name}, 20)"
                    connection.execute(text(f"UPDATE {table.name} SET {column.name} = {earlier} WHERE {column.name} IS NOT NULL"))  # noqa: S608


def told_by(corpus: Corpus, article: Article, now: datetime) -> list[Told]:
    """Return the history of an article after its first version, each entry on its day."""
    told = []
    for entry in corpus.history(article.id):
        day = DAYS[-1] - round((now - (entry.at if isinstance(entry, Event) else entry.fetched_at)) / timedelta(days=1))
        if isinstance(entry, Revision):
            told += [(day, str(entry.kind))] if entry.number > 1 else []
        else:
            detail = {EventKind.GONE: f" {entry.status}", EventKind.BACK: ""}.get(entry.kind, f" {entry.url}")
            told.append((day, f"{entry.kind}{detail}"))
    return sorted(told)


def test_every_event_of_a_staged_month_is_found_and_none_is_invented(tmp_path: Path) -> None:
    month = Month(SCRIPT, LATE_DAY, COPIES)
    database = f"sqlite:///{tmp_path / 'month.db'}"
    outcomes: Counter[str] = Counter()
    with on_the_air(month, tmp_path / "catalog") as addresses:
        for day, following in zip(DAYS, [*DAYS[1:], None], strict=True):
            month.day = day
            outcomes += crawl(tmp_path, database)
            if following is not None:
                let_days_pass(database, following - day)
    now = datetime.now(UTC)
    stories = {f"{outlet.id}/{article.key}": article for outlet in month.outlets.values() for article in outlet.articles}
    expected: dict[str, list[Told]] = {}
    found: dict[str, list[Told]] = {}
    with Corpus.open(database) as corpus:
        known = {article.url: article for article in corpus.articles()}
        named = set()
        for story, article in stories.items():
            if not article.relevant or article.kind != "article":
                continue
            base = addresses[article.outlet]
            kept = known[base + encoded(article.path)]
            named.add(kept.id)
            expected[story], found[story] = truth(SCRIPT, story, base), told_by(corpus, kept, now)
            for scene in SCRIPT:
                # What is edited at the new address is told of the article there, if the feed named it before the redirect was seen.
                if scene.story == story and scene.path and (there := corpus.get(base + encoded(scene.path))).id != kept.id:
                    named.add(there.id)
                    found[story] = sorted(found[story] + told_by(corpus, there, now))
        for story in COPIES:
            outlet, key = story.split("/")
            copy = known[f"{addresses[outlet]}/copied/{key}"]
            named.add(copy.id)
            expected[story], found[story] = [], told_by(corpus, copy, now)
            assert copy.cluster_role is not ClusterRole.ORIGIN
            assert corpus.copies(copy.id)[0].source == "levant-wire"
        gone = {article.url for article in known.values() if article.gone_at}
        gone_now = {story for story, article in stories.items() if addresses[article.outlet] + encoded(article.path) in gone}
        assert {article.id for article in known.values()} == named, "articles that nobody published"
    assert found == expected
    assert gone_now == {
        "gulf-ledger/09-federal-council",
        "bogaz-postasi/04-libya-enerji-anlasmasi",
        "sawt-al-furat/05-oil-pipeline-baniyas",
        "sawt-al-furat/07-detainee-exchange",
    }
    staged = Counter(what.split(" http")[0].split(" ")[0] for told in expected.values() for _, what in told)
    assert {"gone": 7, "back": 3, "moved": 2, "republished": 2, "minor": 7}.items() <= staged.items()
    assert outcomes["unchanged"] > 300, "every page changes every day around what it says"
