"""A small made-up corpus with everything that an export must carry: copies, versions, events, tags, lists, gaps, all scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from storage import articles, runs, sources
from storage.database import Database
from storage.records import ArchivePlace, ArticleDraft, ArticleForm, Attempt, ChannelKind, Outcome, RunKind, RunStatus, Tag
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, failed, fetched, source

SCRIPTS = (
    ("ar", "قال مجلس مدينة فاردا يوم الثلاثاء إنه سيعيد فتح الميناء القديم أمام السفن الأجنبية بعد أحد عشر عاما."),
    ("he", "מועצת העיר ורדה הצביעה ביום שלישי בעד פתיחת הנמל הישן לאוניות זרות לאחר אחת עשרה שנים."),
    ("fa", "شورای شهر واردا روز سه‌شنبه رأی داد که بندر قدیمی را پس از یازده سال به روی کشتی‌ها باز کند."),
    ("tr", "Varda kenti meclisi salı günü eski limanı on bir yıl sonra yabancı gemilere yeniden açmaya karar verdi."),
    ("en", '=1+1 is what the note in Port Varda said 😀, and "nothing" else;\n\n\tthe mayor laughed, a council member did not.'),
)  # fmt: skip


def drafts(count: int = 0) -> list[ArticleDraft]:
    """Return the articles as they are first seen, `count` plain ones more."""
    made = [
        draft("harbour", source_id="courier"),
        draft("harbour", source_id="herald", fetched_at=NOON + timedelta(hours=2), published_at=NOON + timedelta(hours=1)),
        draft("bridge", BRIDGE, published_at=None, published_from=None, published_confidence=None, title=None, tags=()),
        *(
            draft(
                f"script/{language}",
                text,
                language=language,
                title=f"{text[:20]}",
                published_at=NOON - timedelta(days=40 * place),
                authors=("Lina; Haddar", "[Omar]", f"كاتب {place}"),
                keywords=("ميناء", "harbour"),
                section=None if place % 2 else "Politics",
                paywalled=[None, True, False][place % 3],
                extra={"desk": "coast", "n": place, "deep": {"list": [1, 2.5, None, "ü"]}} if place else {},
                tags=(Tag("country", "IQ", 0.7, "فاردا"), Tag("country", "SY", 0.7, "x"), Tag("country", "AE", 0.9, "Varda")),
                form=ArticleForm.LIVE_BLOG if place == 2 else ArticleForm.ARTICLE,
                standfirst=text[:12] if place == 3 else None,
                agency="varda" if place == 1 else None,
                relevant=place != 4,
            )
            for place, (language, text) in enumerate(SCRIPTS)
        ),
    ]
    plain = [
        draft(f"plain/{number}", f"Report number {number} of the day. {BRIDGE} It was the {number}th of its kind.",
              title=f"Report {number}", published_at=NOON + timedelta(hours=number))
        for number in range(count)
    ]  # fmt: skip
    return made + plain


def fill(database: Database, count: int = 0) -> None:
    """Store the corpus: a crawl with its ledger, an edit, an article that is gone, one that was archived."""
    sources.sync(database, [source("courier", name="The كورير"), source("herald", country="IQ", agency=None)], NOON)
    run = runs.start(database, RunKind.CRAWL, "courier", NOON)
    other = runs.start(database, RunKind.CRAWL, "herald", NOON)
    of = {"courier": run, "herald": other}
    first = [fetched(made, channel=ChannelKind.FEED, requests=1) for made in drafts(count)]
    first[0] = replace(first[0], archived=ArchivePlace("pages.warc.gz", 712))
    save(database, of, first)
    save(database, of, [failed("lost", Outcome.HTTP_ERROR, http_status=502, channel=ChannelKind.FEED)])
    edited = draft("bridge", BRIDGE + "\n\nThe critics were wrong, it said.", fetched_at=NOON + timedelta(hours=3), title="Bridge done")
    gone = failed("script/tr", Outcome.GONE, fetched_at=NOON + timedelta(hours=6), http_status=404, channel=ChannelKind.REVISIT)
    save(database, of, [fetched(edited, channel=ChannelKind.REVISIT), gone])
    for number in (run, other):
        runs.finish(database, number, RunStatus.FINISHED, "", NOON + timedelta(hours=7))


def save(database: Database, run_of: dict[str, int], attempts: Sequence[Attempt]) -> None:
    articles.save_batch(database, run_of, attempts)


__all__ = ["HARBOUR", "SCRIPTS", "drafts", "fill", "save"]
