"""The part of a text that says something: without the lines that a page prints around it and that change by themselves.

Extraction takes most of them away, but not all, and ingested texts never met it: a counter of readers, the date of the page, 'read
also' with
the headlines of the day, an advertisement. When only such a line changed, nobody edited the article. Judged are whole lines, by what is
left
of them when numbers, words of dates and counters are taken out: nothing. So a number in a sentence, in a heading, in a row of a table
is
never passed over. Pure.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from storage import textnorm


@dataclass(frozen=True, slots=True)
class WordingConfig:
    """How long a line may be to be looked at, in words.

    `max_label`: the longest honest label, 'Last updated: Monday, 5 October 2026 at 09:30 PM GMT+3, 1,204 views', has fifteen tokens.
    `max_pointer`: 'read also:' and a headline; the longest headlines of the region's press have some twenty-five words.
    `min_prose`: a line of as many words that ends without a full stop goes on in the next one of its paragraph, whatever that looks like:
    some agencies break lines after seventy letters. `max_headline` and `max_headlines`: after a line that only says 'read also', so many
    lines without a full stop are its headlines. `max_name`: the names of two authors, in words.
    Of 92,882 lines of 6,825 news texts 188 are passed over: dates, numbers of lists, heads of columns, and none that says anything.
    """

    max_label: int = 16
    max_pointer: int = 30
    max_headline: int = 25
    max_headlines: int = 6
    min_prose: int = 6
    max_name: int = 6


CONFIG = WordingConfig()

# Words of dates and hours: months of every calendar in use, days, parts of the day, zones, and what dates are introduced by.
_DATE_WORDS = """
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today yesterday
am pm gmt utc est edt cet cest ago at on the of in and to by h min mins minute minutes hour hours day days week weeks month months year
years
second seconds sec time ist eet trt st nd rd th just now
published posted updated update last modified edited first date created added issued
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche
le la a il y jour jours heure heures semaine semaines mois an ans er hier publie publiee publication mis mise jour modifie modifiee
derniere
dernier date du de des et
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik pazartesi sali carsamba persembe cuma cumartesi pazar saat
dakika gun
hafta ay yil once tarihi tarih yayinlanma yayin giris guncelleme guncellenme guncellendi son eklenme yayinlandi tsi
يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون الثاني الأول شباط آذار نيسان أيار حزيران تموز آب
أيلول
تشرين جانفي فيفري أفريل ماي جوان جويلية أوت غشت شتنبر نونبر دجنبر يوليوز محرم صفر ربيع الآخر جمادى الأولى الآخرة رجب شعبان رمضان شوال ذو
القعدة
الحجة الأحد الإثنين الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت يوم اليوم أمس صباحا مساء ظهرا ص م هـ ه منذ قبل ساعة ساعات ساعتين دقيقة
دقائق
دقيقتين يومين أيام أسبوع أسابيع أسبوعين شهر شهرين أشهر سنة سنوات الساعة بتوقيت غرينتش مكة بغداد القاهرة نشر نشرت تاريخ النشر في بتاريخ
آخر تحديث تم التحديث أضيف وقت الموافق ميلادي هجري توقيت
فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
شنبه یکشنبه دوشنبه سه سه‌شنبه چهارشنبه پنج‌شنبه پنجشنبه پنج جمعه چهار یک دو ساعت دقیقه روز هفته ماه سال پیش قبل امروز دیروز
تاریخ انتشار
به‌روزرسانی
آخرین بروزرسانی خبر گذشته از در
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר
באוקטובר בנובמבר בדצמבר יום ראשון שני שלישי רביעי חמישי שישי שבת לפני שעה שעות שעתיים דקה דקות ימים יומיים שבוע שבועות חודש פורסם פורסמה
עודכן
עודכנה עדכון אחרון בשעה תאריך היום אתמול
کانوونی دووەم یەکەم شوبات ئازار نیسان ئایار حوزەیران تەممووز ئاب ئەیلوول تشرینی کاتژمێر ڕۆژ خولەک پێش بەروار بڵاوکراوەتەوە نوێکردنەوە
دووشەممە سێشەممە چوارشەممە پێنجشەممە هەینی شەممە یەکشەممە
"""

# What is counted around an article, and the words that stand beside such counts.
_COUNTER_WORDS = """
view views viewed viewers read reads reader readers reading comment comments share shares shared like likes visit visits visitors hit
hits times
click clicks download downloads vote votes follower followers id code no number reactions minute min print k m
vue vues lecture lectures lu lue lecteur lecteurs fois commentaire commentaires partage partages temps minutes visites reactions
okunma okundu okuma goruntulenme goruntuleme izlenme yorum yorumlar paylasim begeni kez defa suresi haber kodu dk
مشاهدة مشاهدات المشاهدات قراءة قراءات القراءات القراء قارئ زيارة زيارات الزيارات تعليق تعليقات التعليقات مشاركة مشاركات المشاركات مرة
مرات عدد
إعجاب إعجابات مدة زمن شوهد قرئ قرأ كود رقم الخبر ألف مليون
بازدید بازدیدها نظر نظرات دیدگاه مشاهده تعداد کد مطلب شناسه لینک اشتراک پسند مطالعه زمان مدت بار هزار میلیون کدخبر
צפיות צפייה צפו תגובה תגובות שיתופים שיתוף קריאה קריאות זמן דקות גולשים לייקים פעמים
بینین بینەر خوێندنەوە لێدوان جار کۆد
"""

_POINTERS = """
read also|read more|also read|see also|watch also|related|related articles|related article|related news|related stories|related story
related topics
related posts|related content|more on this|more on this topic|more on this story|more from|more stories|you may also like
you might also like
recommended|recommended for you|most read|most viewed|latest news|trending|trending now|don t miss|must read|editor s pick|editors picks
read next
lire aussi|a lire aussi|lire egalement|a lire|voir aussi|a voir aussi|sur le meme sujet|sur le meme theme|articles lies
articles similaires
les plus lus
ayrica okuyun|bunu da okuyun|bunlari da okuyun|ilgili haber|ilgili haberler|benzer haberler|diger haberler|son haberler
one cikan haberler
cok okunanlar|en cok okunanlar
اقرأ أيضا|اقرأ أيضًا|إقرأ أيضا|اقرأ المزيد|اقرا ايضا|اقرؤوا أيضا|اقرأوا أيضا|شاهد أيضا|شاهد أيضًا|طالع أيضا|تابع أيضا|مواضيع ذات صلة
أخبار ذات صلة
مقالات ذات صلة|موضوعات ذات صلة|ذات صلة|موضوعات متعلقة|أخبار متعلقة|مواضيع متعلقة|قد يهمك|قد يهمك أيضا|قد يعجبك|قد يعجبك أيضا
الأكثر قراءة
الأكثر مشاهدة|المزيد من الأخبار|آخر الأخبار|للمزيد
بیشتر بخوانید|بیشتربخوانید|همچنین بخوانید|بخوانید|هم‌چنین بخوانید|ببینید|در همین رابطه|در همین زمینه|در همین باره|اخبار مرتبط
مطالب مرتبط
خبرهای مرتبط|مطالب پیشنهادی|پربازدیدترین‌ها|پربیننده‌ترین
קראו גם|קרא גם|קראו עוד|קרא עוד|ראו גם|צפו גם|לקריאה נוספת|עוד בנושא|כתבות נוספות|כתבות קשורות|כתבות מומלצות|אולי יעניין אותך
אולי יעניין אתכם|הנקראות ביותר
زیاتر بخوێنەوە|هەروەها بخوێنەوە|بابەتی پەیوەندیدار|هەواڵی پەیوەندیدار|زۆرترین خوێنراو
"""

_KEYWORD_LABELS = """
tags|tag|keywords|topics|filed under|mots cles|etiketler|anahtar kelimeler|الوسوم|وسوم|كلمات مفتاحية|الكلمات المفتاحية|كلمات دلالية
الكلمات الدلالية|برچسب|برچسب ها
برچسبها|کلیدواژه|کلیدواژه ها|کلمات کلیدی|תגיות|תגים|وشە سەرەکییەکان
"""

_ADVERTISEMENTS = """
advertisement|advertisment|advertising|ad|ads|sponsored|sponsored content|promoted|story continues below advertisement
article continues below advertisement|article continues after advertisement|publicite|annonce|la suite apres la publicite|reklam|ilan
reklam alani
إعلان|إعلانات|اعلان|مساحة إعلانية|إعلان ممول|آگهی|تبلیغات|تبلیغ|رپرتاژ آگهی|פרסומת|תוכן שיווקי|תוכן ממומן|ڕیکلام
share|share this|share this article|share this story|share on|print|email|copy link|follow us|partager|imprimer|paylas|yazdir|شارك
مشاركة|شارك الخبر|طباعة
نسخ الرابط|تابعونا|اشتراک گذاری|چاپ|کپی لینک|שתפו|הדפסה
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(textnorm.tokens(text))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(folded for phrase in re.split(r"[|\n]", text) if (folded := textnorm.normalize(phrase)))


# With these a line begins that names its author, and these say that a date is that of the page.
_BYLINE_WORDS = _words("by par de بقلم كتب كتبت نوشته نویسنده מאת כתב yazan haber muhabir نووسەر")
_PAGE_DATE_WORDS = _words(
    "published posted updated modified publié publiée modifié modifiée jour نشر نشرت النشر تحديث التحديث انتشار به‌روزرسانی פורסם עודכן"
    " עדכון yayınlanma güncelleme güncellenme بڵاوکراوەتەوە نوێکردنەوە"
)
_LABEL_WORDS = _words(_DATE_WORDS) | _words(_COUNTER_WORDS)
_POINTER_PHRASES, _KEYWORD_PHRASES, _AD_PHRASES = _phrases(_POINTERS), _phrases(_KEYWORD_LABELS), _phrases(_ADVERTISEMENTS)
_MOST_POINTER_TOKENS = max(phrase.count(" ") + 1 for phrase in _POINTER_PHRASES | _KEYWORD_PHRASES)
# A number, alone or with what clings to it: 12, 5k, 9h05, 21st, 1er.
_NUMBER = re.compile(r"\d+(?:k|m|h\d*|st|nd|rd|th|er|e|min|d|s)?")
# What stands between 'read also' and the headline that it points to; a sentence that begins with these words goes on without a sign.
_LEAD_IN = re.compile(r"^[^:：؛>»›|–—\-\[«\"“…]{1,60}(?:[:：؛>»›|–—\[«\"“…]|\s-|\.{3})")
_SENTENCE_END = re.compile(r"[.!?؟۔।。…](?:[\"”»’')\]]|\s|$)")
# The cells of a row of a table stand side by side: what changed there was said.
_CELLS = re.compile(r"\||\t|\S {2,}\S")


def wording(text: str) -> str:
    """Return the normalised text without the lines that say nothing; all of it when every line is of that kind.

    `text` has one paragraph, item or row a line. Returns what `textnorm.normalize` gives of the lines that are kept, joined by newlines, so
    that paragraphs stay apart.
    """
    kept: list[str] = []
    every: list[str] = []
    pointed, unfinished = 0, False
    for line in text.split("\n"):
        tokens = textnorm.tokens(line)
        if not tokens:
            unfinished = unfinished and bool(line.strip())
            continue
        every.append(" ".join(tokens))
        ends = bool(_SENTENCE_END.search(line))
        if pointed and len(tokens) <= CONFIG.max_headline and not ends:
            pointed -= 1
            continue
        pointed = CONFIG.max_headlines if every[-1] in _POINTER_PHRASES else 0
        if unfinished or not (pointed or _says_nothing(line, tokens)):
            kept.append(every[-1])
            unfinished, pointed = len(tokens) >= CONFIG.min_prose and not _SENTENCE_END.search(line[-4:]), 0
        else:
            unfinished = False
    return "\n".join(kept or every)


def wording_hash(text: str) -> str:
    """Return the SHA-256 of the wording, in hex: equal when two texts say the same, however they are divided into paragraphs."""
    return hashlib.sha256(wording(text).replace("\n", " ").encode("utf-8", "surrogatepass")).hexdigest()


def _says_nothing(line: str, tokens: list[str]) -> bool:
    """Say whether a line is only a counter or a date, points elsewhere, lists keywords or announces an advertisement."""
    if _CELLS.search(line.strip()) and not _is_label(tokens, need_words=True):
        return False
    return _is_label(tokens) or _is_dated_byline(tokens) or _points_elsewhere(line, tokens) or " ".join(tokens) in _AD_PHRASES


def _is_label(tokens: list[str], *, need_words: bool = False) -> bool:
    """Say whether nothing is left of a line but numbers and the words of dates and counters; at least one number is there.

    `need_words` asks for such a word too: numbers alone in a row are a row of a table.
    """
    if len(tokens) > CONFIG.max_label:
        return False
    numbers = [token for token in tokens if _NUMBER.fullmatch(token)]
    rest = [token for token in tokens if not _NUMBER.fullmatch(token)]
    return bool(numbers) and (bool(rest) or not need_words) and all(token in _LABEL_WORDS for token in rest)


def _is_dated_byline(tokens: list[str]) -> bool:
    """Say whether a line names an author and when the page was published or changed: 'By Ada Venn — updated 5 October 2026 at 11:40'."""
    if len(tokens) > CONFIG.max_label + CONFIG.max_name or tokens[0] not in _BYLINE_WORDS or not _PAGE_DATE_WORDS & set(tokens):
        return False
    rest = [token for token in tokens[1:] if not _NUMBER.fullmatch(token) and token not in _LABEL_WORDS]
    return len(rest) <= CONFIG.max_name and any(_NUMBER.fullmatch(token) for token in tokens)


def _points_elsewhere(line: str, tokens: list[str]) -> bool:
    if len(tokens) > CONFIG.max_pointer:
        return False
    led = _LEAD_IN.match(line.lstrip(" \t•*>»›-–—|"))
    if led is None:
        return False
    begin = textnorm.tokens(led[0])
    return len(begin) <= _MOST_POINTER_TOKENS and (" ".join(begin) in _POINTER_PHRASES or " ".join(begin) in _KEYWORD_PHRASES)
