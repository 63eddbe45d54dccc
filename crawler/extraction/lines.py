"""Which lines of an extracted text are not the article: the headline again, dates, bylines, pointers to other pages, credits.

Each rule is a small function over blocks, so that each can be measured alone. Lines are judged by their beginning, in the languages of the
region and its neighbours; a long line is a sentence of the article whatever it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.strings import comparable


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list or table of a text; `kind` is trafilatura's tag (`p`, `head`, `list`, `table`, `quote` …)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LinesConfig:
    """How far from the edges and how long the lines may be that rules look at (characters)."""

    head_blocks: int = 8
    edge_blocks: int = 4
    kicker_chars: int = 80
    before_headline_chars: int = 220
    pointer_chars: int = 240
    credit_chars: int = 300
    label_chars: int = 60
    byline_lines: int = 4


CONFIG = LinesConfig()

_DIRECTIONS = "\u200e\u200f\u061c"

_POINTER = re.compile(
    r"""^[\s>»›→▶►▸•*\[(–—|-]*(?:
    (?:read|see|watch|listen)\s*(?:also|more|next|too|now)\b|read\s*(?:full|the\s+full)\b|also\s*(?:read|see|watch|on)\b|more\s*(?:on|from|about|to\s+read|stories|in)\b.{0,60}$
    |related\b\s*(?:$|:|\W*(?:stor(?:y|ies)|articles?|posts?|news|content|links?|coverage|topics?|reading)\b)|recommended\s*(?:for|stories|reading|:|$)
    |(?:you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested)|don[’']t\s+miss|must\s+read|editor[’']?s?[’']?\s+(?:pick|choice)s?|trending(?:\s+now)?|most\s+(?:read|popular|viewed))\b.{0,80}$
    |up\s+next\b|story\s+continues|article\s+continues|advertise?ment\b|sponsored\b|click\s+(?:here|to)\b|(?:watch|listen)\s*:|photos?\s*:|videos?\s*:|(?:in\s+pictures|gallery)\s*:
    |(?:sign\s*up|subscribe|register|log\s*in|sign\s*in)\b(?=.{0,80}(?:newsletter|inbox|e-?mail|access|channel|alerts?|account|read|free|today|updates|here|now|unlimited|$))
    |(?:get|receive)\s+(?:the\s+(?:latest|day|best|top)|our|more|daily|breaking|updates|access|real-time|instant|stories|news)\b|stay\s+(?:informed|up\s+to\s+date|tuned|connected)\b
    |(?:follow|like|join|find)\s+(?:us|me|him|her|them)\b|follow\s+\S+(?:\s+\S+){0,4}\s+on\s+(?:x|twitter|facebook|instagram|telegram|whatsapp|google)|join\s+(?:our|the)\b.{0,60}(?:channel|newsletter|group|whatsapp|telegram|community)
    |share\s+(?:this|on|via|the)\b.{0,60}$|(?:have|got)\s+a\s+(?:tip|story|news)\b|(?:like|enjoyed?)\s+this\s+(?:story|article)|support\s+(?:our|independent|us)\b|download\s+(?:our|the)\b
    |(?:for|check\s+out|check)\s+(?:more|all|the\s+latest|our)\b.{0,120}(?:news|stories|page|here|app|newsletter|coverage|section|channel)|(?:leave|post)\s+a\s+(?:comment|reply)|comments?\s*(?:\(\d*\)|:)?$|no\s+comments?\b
    |filed\s+under|posted\s+in|tags?\s*:|tagged\b|categor(?:y|ies)\s*:|copyright\b|©|all\s+rights\s+reserved|loading\b|swipe\b|skip\s+to\b
    |lesen?\s+sie\s+(?:auch|hier|mehr|dazu)|lies\s+auch|mehr\s+(?:zum\s+thema|dazu|themen|aus|zu|über|lesen)\b.{0,80}$|(?:auch|das\s+könnte\s+sie\s+auch)\s+interess|weiterlesen|zum\s+thema\s*:?$|siehe\s+auch|lesetipps?
    |newsletter\b|jetzt\s+(?:abonnieren|anmelden|lesen)|hier\s+finden\s+sie|abonnieren\b|anzeige\b.{0,10}$|werbung\b.{0,10}$|fehler\s+gefunden|empfohlener\s+(?:externer\s+)?inhalt
    |(?:à\s+)?lire\s+(?:aussi|également|la\s+suite|plus)\b|(?:à\s+)?voir\s+(?:aussi|également)|à\s+lire\b|sur\s+le\s+même\s+(?:sujet|thème)|abonnez-vous|inscrivez-vous|(?:la\s+suite\s+)?après\s+(?:la|cette)\s+publicité|passer\s+la\s+pub|partagez?\b.{0,40}$|publicité$
    |leggi\s+(?:anche|tutto|di\s+più)|(?:lea|leer)\s+(?:también|además|más)|lee\s+(?:también|además|más)|ver\s+más|te\s+puede\s+interesar|más\s+información\b.{0,60}$|suscríbete|leia\s+(?:também|mais)|veja\s+(?:também|mais)|baca\s+juga|selengkapnya
    |czytaj\s+(?:więcej|też|także|również)|zobacz\s+(?:też|także|również)|les\s+(?:også|mer|hele|saken)|læs\s+også|läs\s+(?:också|även|mer)|lees\s+(?:ook|meer)|čtěte\s+(?:také|též|více)|читайте\s+(?:также|ещё|еще)|смотрите\s+также
    |(?:daha\s+fazla|tüm)\s+haber|(?:ilgili|benzer|diğer|öne\s+çıkan|son)\s+haber(?:ler)?\b.{0,30}$|(?:bunu|şunu)\s+da\s+oku|ayrıca\s+(?:oku|bkz)|haberin\s+devamı|etiketler\b|abone\s+ol|bizi\s+takip|reklam\b.{0,10}$|yorum(?:lar|\s+yap)\b.{0,20}$
    |(?:[إا]قر[أا]|شاهد|طالع|تابع)(?:وا)?\s+(?:أيض[اً]+|ايض[اً]+|المزيد|كذلك|[إا]لى|جميع|كل|آخر)|قد\s+يهمك|قد\s+يعجبك|(?:مواضيع|أخبار|مقالات|موضوعات)\s+(?:ذات\s+صلة|متعلقة|مشابهة|مرتبطة)|ذات\s+صلة|المزيد\s+(?:من|عن|في|حول)\b.{0,60}$
    |تابعونا|تابعنا|اشترك|للاشتراك|للمزيد\b|شارك(?:\s+(?:الخبر|المقال|على|هذا))|الأكثر\s+(?:قراءة|مشاهدة|تداولا|شعبية)|[إا]علان$|كلمات\s+(?:مفتاحية|دلالية)|الوسوم|حقوق\s+النشر|جميع\s+الحقوق|انضم\s+[إا]لى|اضغط\s+هنا
    |بیشتر\s+بخوانید|(?:بخوانید|ببینید)\s*[:؛]|(?:همچنین|در\s+همین\s+(?:رابطه|زمینه|باره))\s*(?:بخوانید|ببینید)?\s*[:؛]?$|(?:اخبار|مطالب|خبرهای)\s+(?:مرتبط|مرتبطه)|مطالب\s+پیشنهادی|انتهای\s+(?:پیام|خبر)|پایان\s+(?:پیام|خبر)|برچسب|کلیدواژه|کد\s+(?:خبر|مطلب)|منتخب|نظرات\b.{0,10}$
    |لینک\s+کوتاه|آگهی$|تبلیغات$|هم‌?چنین\s+بخوانید
    |(?:קראו|קרא|ראו|צפו|לקריאה)\s+(?:גם|עוד|נוספת)|עוד\s+(?:בנושא|באתר|כתבות|ב)|כתבות\s+(?:נוספות|קשורות|מומלצות)|לכתבה\s+המלאה|(?:הצטרפו|הירשמו|הרשמו|עקבו)\s|אולי\s+יעניין|מומלצים|תגיות|פרסומת|שתפו\b
    |مزید\s+(?:پڑھیں|پڑھیے)|یہ\s+بھی\s+پڑھیں|زیاتر\s+بخوێنەوە|بابەتی\s+پەیوەندیدار
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""(?:^[\s(\[–—-]*(?:source|sources|quelle|quellen|المصدر|مصدر|منبع|kaynak|מקור|fuente|fonte|via)\s*[:：]
    |^[\s(\[–—-]*(?:(?:additional\s+)?reporting\s+by|with\s+(?:additional\s+)?reporting|additional\s+reporting|editing\s+by|compiled\s+(?:by|from)|edited\s+by|with\s+(?:files|inputs?|reporting|agencies|wires?)\b|aus\s+dem\s+\w+\s+von|mit\s+(?:material|informationen)\s+(?:der|von))
    |contributed\s+to\s+this\s+(?:report|story|article)|(?:was|is)\s+(?:first|originally)\s+published|ist\s+zuerst\b.{0,60}erschienen|^\s*\(?(?:updated|last\s+updated)\b.{0,40}$
    |^[\s(\[]*(?:[a-zäöü]{2,4}|(?:afp|ap|dpa|reuters|upi|aa|dha|iha|anka|efe|ansa|sid|apa|mti|ria|tass|wam|spa|qna|kuna|bna|irna|isna)(?:[\s/,.;&–-]+[\w./]+){0,4})[\s)\].]*$)""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|يناير|فبراير|مارس|[أا]بريل|مايو|يونيو|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر|كانون|شباط|آذار|اذار|نيسان|أيار|ايار|حزيران|تموز|آب|[أا]يلول|تشرين|جانفي|فيفري|أفريل|ماي|جوان|جويلية|أوت"
    "|فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند|ژانویه|فوریه|آوریل|مه|ژوئن|ژوئیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر"
    "|ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר|תשרי|חשון|כסלו|טבת|שבט|אדר|ניסן|אייר|סיון|תמוז|אב|אלול"
)
_DATE_WORDS = re.compile(
    rf"""\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)
    |(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)|(?:pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)
    |(?:ال)?(?:أحد|احد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت)|(?:یک|دو|سه|چهار|پنج)?‌?شنبه|جمعه|יום|(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת)
    |am|pm|a\.m|p\.m|et|est|edt|gmt|utc|bst|cet|ist|jst|ago|at|on|um|uhr|à|h|min|minutes?|hours?|read|saat|ص|م|ه|هـ|الساعة|ساعت|في|ה|ב
    |published|updated?|posted|last|modified|date|stand|aktualisiert|veröffentlicht|am|publié|mis|jour|le|modifié|yayın(?:lanma)?|güncelleme|tarihi?|نشر|تاريخ|النشر|آخر|تحديث|منذ|انتشار|تاریخ|פורסם|עודכן|בתאריך|שעה)\b
    |\d+|[٠-٩۰-۹]+""",
    re.IGNORECASE | re.VERBOSE,
)
_BYLINE = re.compile(
    r"^\s*(?:(?:by|von|par|por|di|av|af)\s+(?=[A-ZÀ-Þ])|بقلم|كتبت?\s*[:\-–]|إعداد|תמונה|מאת|yazan\s*:|haber\s*:|author\s*,|written\s+by|posted\s+by)",
    re.IGNORECASE,
)


def clean_blocks(blocks: Sequence[Block], headlines: Sequence[str], names: Sequence[str] = ()) -> list[Block]:
    """Apply every rule, in the order of the text.

    `headlines` are the wordings of the headline, `names` the authors.
    """
    kept = after_headline(blocks, headlines)
    kept = without_pointers(kept)
    kept = without_edge_labels(kept, names)
    kept = without_credits(kept)
    return without_loose_headings(kept)


def after_headline(blocks: Sequence[Block], headlines: Sequence[str]) -> list[Block]:
    """Drop the headline in the first blocks, and the breadcrumbs and kickers before it; what is long before it is article."""
    wordings = {key for line in headlines if (key := comparable(line))}
    keys = {key for key in wordings if len(key) >= 8}
    start = 0
    for at, block in enumerate(blocks[: CONFIG.head_blocks]):
        key = comparable(block.text)
        if key in wordings or any(len(other) >= 20 and (other in key) and len(key) - len(other) <= CONFIG.kicker_chars for other in keys):
            start = at + 1
        elif len(block.text) > CONFIG.before_headline_chars:
            break
    return list(blocks[start:])


def without_pointers(blocks: Sequence[Block]) -> list[Block]:
    """Drop lines that point to other pages, letters, channels and comments; in lists, each such line by itself."""
    kept = []
    for block in blocks:
        if block.kind == "list":
            lines = [line for line in block.text.split("\n") if not _is_pointer(line.lstrip("-•* "))]
            if lines:
                kept.append(Block(block.kind, "\n".join(lines)))
        elif block.kind == "table" or not _is_pointer(block.text):
            kept.append(block)
    return kept


def _is_pointer(line: str) -> bool:
    """Say whether a line only points elsewhere."""
    return len(line) <= CONFIG.pointer_chars and _POINTER.match(line.lstrip(_DIRECTIONS)) is not None


def without_edge_labels(blocks: Sequence[Block], names: Sequence[str]) -> list[Block]:
    """Drop dates and bylines from the first and last lines."""
    keys = {comparable(name) for name in names}
    start, end = 0, len(blocks)
    for at, block in enumerate(blocks[: CONFIG.edge_blocks]):
        if _is_label(block, keys):
            start = at + 1
    while end > start and end > len(blocks) - CONFIG.edge_blocks and _is_label(blocks[end - 1], keys):
        end -= 1
    return [block for at, block in enumerate(blocks[:end]) if at >= start or not _is_label(block, keys)]


def _is_label(block: Block, names: set[str]) -> bool:
    """Say whether a line is nothing but a date, an author or both; or a short list that names an author (`Author, … / Role, …`)."""
    text = block.text
    if block.kind == "list":
        lines = text.split("\n")
        short = len(lines) <= CONFIG.byline_lines and all(len(line) <= CONFIG.label_chars for line in lines)
        return short and any(name in comparable(line) for line in lines for name in names)
    if block.kind == "table" or len(text) > CONFIG.label_chars + 40:
        return False
    key = comparable(text)
    if key in names or (_BYLINE.match(text) and len(text) <= CONFIG.label_chars and not text.rstrip().endswith((".", "!", "?", "؟"))):
        return True
    if not any(char.isdigit() for char in text) or len(text) > CONFIG.label_chars:
        return False
    return sum(char.isalpha() for char in _DATE_WORDS.sub(" ", text)) <= 3


def without_credits(blocks: Sequence[Block]) -> list[Block]:
    """Drop sources, credits and initials from the last lines."""
    end = len(blocks)
    while (
        end > 1
        and blocks[end - 1].kind != "table"
        and len(blocks[end - 1].text) <= CONFIG.credit_chars
        and _CREDIT.search(blocks[end - 1].text)
    ):
        end -= 1
    return list(blocks[:end])


def without_loose_headings(blocks: Sequence[Block]) -> list[Block]:
    """Drop headings and introductions (`More on this:`) after which nothing comes."""
    end = len(blocks)
    while end > 1 and (
        blocks[end - 1].kind == "head" or (blocks[end - 1].text.endswith((":", "：")) and len(blocks[end - 1].text) <= CONFIG.label_chars)
    ):
        end -= 1
    return list(blocks[:end])
