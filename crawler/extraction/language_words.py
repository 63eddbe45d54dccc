"""Words that only one language of a script writes so: they tell a head of five words apart, where letters and letter statistics cannot.

Source: the closed classes (articles, prepositions, conjunctions, pronouns, auxiliaries) of each language's grammar; words that two of these
languages share are left out, or stand under the one that uses them far more.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[\u200c\u0300-\u036f][^\W\d_]+)*")
_ELISION = re.compile(r"\b(?:l|d|qu|n|s|j|c)['’](?=[^\W\d_]{2})", re.IGNORECASE)

_LATIN = {
    "en": """the of and to that for with said has have are from his her will not after who says were this its been their you your they which
        would could over about into than more when what against amid how why new is be by as if can or at an it was on""",
    "fr": """les des du une et est dans pour sur qui aux avec cette sont été ses ont leur leurs nous vous après être mais où plus pas selon
        contre ce ces elle ils au deux fait sans sous entre vers chez depuis le la un""",
    "de": "der die das und ist nicht von mit für auf den dem ein eine einen im zu sich auch wird nach bei aus sind hat werden wie über",
    "es": "el los las del por para con una que se su más como pero sus fue según sobre desde está este y",
    "it": "il gli di che della per nel sono dei delle alla dal più anche lo è e",
    "pt": "o os do da não uma para com em no na dos das ao pelo pela são mais",
    "nl": "het een van op niet zijn voor dat aan ook maar bij naar wordt uit hij",
    "tr": """ve bir bu için ile olarak olan sonra kadar çok daha gibi göre dedi ise değil var yok ya veya her şu mi mı tarafından ancak
        oldu etti yeni ilk nasıl hakkında değildir gün bin""",
    "az": """və üçün ilə deyil yox çox daxil edilib olub bildirib deyib görə digər həmin hər keçirilib yalnız yoxdur bilər
        edir istifadə""",
    "ku": """û li ji ku xwe jî yê yên kir ev hate hat bo dike dikin bi di hatin wan wê vê van bû bûn ne nav ser her heye nîne nikare
        dibe piştî gotin dê tê ye ew""",
}  # fmt: skip
_ARABIC = {
    "ar": """في من على إلى الى عن أن ان إن هذا هذه التي الذي الذين مع لا قال بين لم هو هي كان كانت قد بعد قبل خلال أو او ثم حول
        ضد عند عبر كل
        غير لن ليس يجب تم حتى منذ لدى لكن ولا أي اي""",
    "fa": """از به در که را است این با برای شد شده می های آن تا هم نیست شما خود یک کرد باید ها کند بر شود اند بود دو نیز هر اگر یا کنید
        ای خواهد دارد داد گفت ما او وی روی پس بین نمی کردن شدن نشود کردند گفتند شدند بودند هستند نیستند باشد باشند چه چرا چگونه کجا
        کنند کنم کنیم دهد دهند گیرد زیرا سپس ولی همه همین همان چند چنین دیگر پیش درباره علیه برابر میان نزد بدون توسط وقتی هنوز فقط را
        نشده نکرد ندارد""",
    "ur": """کے کی کا کو میں سے نے پر ہے ہیں اور یہ وہ کہ کیا نہیں ہو گیا کر لیے لئے ساتھ تھا تھی تھے ایک جا رہے رہا رہی گا گی گے بھی ہی
        اس پہ جو تو دیا گئی گئے کریں براہ ہوا ہوئی کوئی آپ اپنا اپنی اپنے والے والی والا سکتے سکتا سکتی دیے دے لی لیا گیا کرنے
        کرنا کرتا کرتے کرتی کیے کئے کیوں کہاں جب اب ابھی پھر مگر لیکن بلکہ اگرچہ جبکہ تاہم بارے پہلے اندر باہر
        ذریعے طرح کچھ سب ہم تم میرا ہمارا ان انہوں اسے انہیں جس جن جسے بھر تین ہوں ہوتا ہوتی ہوتے ہونے جائے جاتا رکھ
        چکا چکی""",
    "ckb": """لە بۆ بە ئەم کە لەگەڵ ئەو هەر نییە دەکات کرد بەڵام دەبێت پێش دوای هەیە لەسەر یان ناکرێت بکە نێوان ژێر هەموو لەلایەن ئەوە""",
    "ps": "د په او چې له ته سره کې دی ده دا هم شوي وو یې کړي وي نه",
    "ug": "ۋە بىلەن ئۈچۈن بىر بۇ دېگەن قىلىش",
}  # fmt: skip


# Turkish and Azerbaijani share half of their words: these are of one alone, in writing.
_ALONE = {
    "tr": """ve hangi için ile kadar çok gibi göre değil değildir yok ise her tarafından ancak nasıl hakkında şey kendi bazı hiç böyle şöyle
    birkaç herkes ekonomi dakika şu şimdi önce yalnızca sadece başka başkan olduğu olduğunu olduğunda ettiği ettiğini geçen yıl yılında açık
    bakan bakanı başbakan bin kişi kadın erkek dün pazartesi salı çarşamba perşembe cuma cumartesi pazar ediyor oluyor edecek
    olacak edildi yapıldı yapılan yaptı söyledi belirtti iken ya veya hâlâ mı mi mu mü""",
    "az": """və üçün ilə deyil yox çox artıq axı xalq vaxt baxış başqa yalnız yoxdur çıxış olunub olunan edilib edib olub deyib bildirib
    edir olmaq etmək niyə necə nazir nazirliyi ölkə şəhər ilin ildə bazar ertəsi çərşənbə cümə şənbə qadın kişilər sayt saytın fayl faylın
    haqqında barədə isə belə yaxud hansı hazırkı nömrə niyyət""",
}  # fmt: skip
_TURKISH_ALONE, _AZERBAIJANI_ALONE = (frozenset(_ALONE[name].split()) for name in ("tr", "az"))


def _index(languages: dict[str, str]) -> dict[str, str]:
    """Give the language of each word; a word under two of them tells nothing and is left out."""
    found: dict[str, str | None] = {}
    for language, words in languages.items():
        for word in words.split():
            found[word] = None if word in found else language
    return {word: language for word, language in found.items() if language}


_INDEX = _index(_LATIN) | _index(_ARABIC)


def word_points(text: str) -> dict[str, int]:
    """Count the words of a text that only one language writes, by language; `ku` stands for Kurmanji."""
    points: dict[str, int] = {}
    for word in _WORD.findall(text.replace("I\u0307", "i").replace("İ", "i").lower()):
        if language := _INDEX.get(word):
            points[language] = points.get(language, 0) + 1
    if elisions := len(_ELISION.findall(text)):
        points["fr"] = points.get("fr", 0) + elisions
    return points


def turkic_points(text: str) -> tuple[int, int]:
    """Count the words that only Turkish and only Azerbaijani write so, in a text of one of them."""
    turkish = azerbaijani = 0
    for word in _WORD.findall(text.replace("I", "ı").replace("İ", "i").lower()):
        if word in _TURKISH_ALONE:
            turkish += 1
        elif word in _AZERBAIJANI_ALONE:
            azerbaijani += 1
    return turkish, azerbaijani
