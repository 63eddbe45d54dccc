"""The language of a text, by the text.

The script decides first: Hebrew, Greek, Korean … letters leave one language or few, and the letters that only some languages write tell the
Arabic-script ones apart even in five words. What is left is decided by py3langid's bundled model among the languages of that script. The
page's own claim only breaks a tie.

Source: letters by Unicode Standard chapter 9.2 and CLDR exemplar sets; py3langid (Barbaresi), a fork of langid.py (Lui & Baldwin 2012).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.extraction.language_words import turkic_points, word_points


@dataclass(frozen=True, slots=True)
class LanguageConfig:
    """How much of a text is read, and when the model is doubted.

    `max_chars`, and `model_chars` of the model: more text changes no verdict and costs up to 0.2 ms a thousand. `min_letters`: with
    fewer letters nothing is said. `sure`: the model's own probability under which the page's claim, when it is among the likely ones,
    is believed. `script_share`: share of the letters that a script needs to be the text's script; names and quotations in Latin letters
    stand in every text. `word_factor`: how much likelier each word among the first `word_chars` characters that only one language
    writes makes it; with `plain_words` of one and next to none of the others the model is not asked. `rare`: weight of a language that
    no page of the region is expected in; it decides heads of a few words only, as the model is sure of whole sentences. `english`: its
    weight, as a head of mostly names is likelier English than anything else. `azeri_share`: points for Azerbaijani that a character of
    a text in Turkish letters must give; without ə, which every third word of it has, hardly a text is Azerbaijani.
    """

    max_chars: int = 4_000
    model_chars: int = 2_000
    min_letters: int = 6
    sure: float = 0.6
    script_share: float = 0.35
    word_chars: int = 400
    word_factor: float = 12.0
    plain_words: int = 12
    rare: float = 0.1
    azeri_share: float = 0.006
    english: float = 3.0


CONFIG = LanguageConfig()

# Languages that the model knows and news is written in. Its rarer ones (Latin, Volapük, Walloon …) only ever take texts from these.
_LATIN = [
    "en",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "tr",
    "az",
    "ku",
    "sv",
    "no",
    "da",
    "fi",
    "is",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "hr",
    "bs",
    "sl",
    "sq",
    "lt",
    "lv",
    "et",
    "ca",
    "eu",
    "gl",
    "ga",
    "cy",
    "mt",
    "id",
    "ms",
    "jv",
    "tl",
    "vi",
    "sw",
    "so",
    "ha",
    "yo",
    "zu",
    "xh",
    "af",
    "uz",
    "tk",
]
_ARABIC = ["ar", "fa", "ur", "ku", "ckb", "sdh", "ug", "ps", "az"]
_CYRILLIC = ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "uz"]
_MACRO = {"bs": "bs", "sdh": "ckb", "hbo": "he", "arz": "ar", "ary": "ar", "nn": "no", "nb": "no"}

_SCRIPTS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "arabic": re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdfb\ufe70-\ufefc]"),
    "hebrew": re.compile("[\u05d0-\u05ea\ufb1d-\ufb4f]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "armenian": re.compile("[\u0531-\u0587]"),
    "georgian": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]"),
    "devanagari": re.compile("[\u0904-\u0939\u0958-\u0961]"),
    "bengali": re.compile("[\u0985-\u09b9]"),
    "gurmukhi": re.compile("[\u0a05-\u0a39]"),
    "gujarati": re.compile("[\u0a85-\u0ab9]"),
    "tamil": re.compile("[\u0b85-\u0bb9]"),
    "telugu": re.compile("[\u0c05-\u0c39]"),
    "kannada": re.compile("[\u0c85-\u0cb9]"),
    "malayalam": re.compile("[\u0d05-\u0d39]"),
    "sinhala": re.compile("[\u0d85-\u0dc6]"),
    "thai": re.compile("[\u0e01-\u0e2e]"),
    "lao": re.compile("[\u0e81-\u0eae]"),
    "burmese": re.compile("[\u1000-\u102a]"),
    "khmer": re.compile("[\u1780-\u17a2]"),
    "ethiopic": re.compile("[\u1200-\u135a]"),
    "hangul": re.compile("[\uac00-\ud7a3]"),
    "kana": re.compile("[\u3041-\u30ff]"),
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
}
_ONE_LANGUAGE = {
    "hebrew": "he", "greek": "el", "armenian": "hy", "georgian": "ka", "bengali": "bn", "gurmukhi": "pa", "gujarati": "gu", "tamil": "ta",
    "telugu": "te", "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th", "lao": "lo", "burmese": "my", "khmer": "km",
    "hangul": "ko", "kana": "ja", "han": "zh", "ethiopic": "am",
}  # fmt: skip

# Letters that only these languages write, among those of the Arabic script.
_KURDISH = re.compile("[ڕڵێۆە]")  # Sorani vowels and the heavy r and l
_URDU = re.compile("[ٹڈڑںہےۓۂ۔]")
_ASPIRATES = re.compile("[بپتٹجچدڈڑکگ]ھ")  # bh, ph, th …: two letters in Urdu alone
_PERSIAN_JOINERS = re.compile(r"\bن?می\u200c|\u200cها|ۀ|[^\W\d_]{2}\u200c(?:ای|اند|تر|شان)\b")
_PASHTO = re.compile("[ټډړښڼځڅېۍ]")
_PERSIAN = re.compile("[پچژگ]")
_FARSI_FORMS = re.compile("[یک]")  # Persian keyboards; Arabic ones write ي and ك
_ARABIC_ONLY = re.compile("[ةيىكؤإ]")
_ARABIC_ARTICLE = re.compile(r"\b[وبفكل]?ال\w\w")
_TURKISH = re.compile("[ğışĞİŞ]")
_UYGHUR = re.compile("[ۈڭۇۋ]")
_AZERI_WORD = re.compile(r"\b[^\W\d_xqXQ]{0,40}[xqXQ][^\W\d_]{1,40}|\b[^\W\d_xqXQ]{1,40}[xqXQ]\b")  # letters that Turkish has not
_TURKIC_LETTER = re.compile("[çğıöşüÇĞİÖŞÜ]")
_EXPECTED = frozenset({"en", "fr", "tr", "ar", "he", "fa", "ur", "ckb", "ku", "az", "de", "es", "it", "ru", "hi"})
_PLAIN = frozenset({"en", "fr", "tr", "ar", "fa"})  # no language of the lists below shares most of their commonest words
_AZERBAIJANI = re.compile("[əƏ]")


class _Model(Protocol):
    """What is used of py3langid, which comes without types."""

    def rank(self, text: str) -> list[tuple[str, float]]: ...


def detect_language(text: str, claimed: str | None = None) -> str | None:
    """Name the language of a text as an ISO 639 code: two letters where there are two, `ckb` and `kmr` for Sorani and Kurmanji.

    `claimed` is what the page says of itself (`ar-EG`), used only where the text leaves it open. None for a text of hardly any letters.
    """
    sample = text[: CONFIG.max_chars]
    counts = _script_counts(sample)
    letters = counts.total()
    claim = base_language(claimed)
    if letters < CONFIG.min_letters:
        return claim if letters else None
    script = _script(counts, letters)
    if script == "latin":
        return _latin(sample, claim)
    if script == "arabic":
        return _arabic(sample, counts["arabic"], claim)
    if script == "cyrillic":
        return _ranked(sample, _CYRILLIC, claim)
    if script == "devanagari":
        return _ranked(sample, ("hi", "mr", "ne", "sa"), claim)
    if script == "ethiopic":
        return claim if claim in ("am", "ti") else "am"
    return _ONE_LANGUAGE[script]


def script_of(text: str) -> str | None:
    """Name the script of a text (`latin`, `arabic` …), None when it has no letters; the first characters of a long text tell it."""
    counts = _script_counts(text[: CONFIG.max_chars])
    letters = counts.total()
    return _script(counts, letters) if letters else None


def _script_counts(sample: str) -> Counter[str]:
    """Count the letters of each script, one look-up for each distinct character."""
    counts: Counter[str] = Counter()
    for char, count in Counter(sample).items():
        if script := _char_script(char):
            counts[script] += count
    return counts


@lru_cache(maxsize=4096)
def _char_script(char: str) -> str | None:
    """Name the script of a letter, None for what is none or shared."""
    return next((name for name, pattern in _SCRIPTS.items() if pattern.match(char)), None)


def _script(counts: Counter[str], letters: int) -> str:
    """Choose the script: the commonest, but a script other than Latin with a fair share wins over Latin."""
    if counts["kana"] >= 0.05 * letters:  # Japanese mixes kana into Chinese characters, and nobody else does
        return "kana"
    ranked = counts.most_common()
    others = [(name, count) for name, count in ranked if name != "latin"]
    if others and others[0][1] >= CONFIG.script_share * letters:
        return others[0][0]
    return ranked[0][0]


def base_language(claimed: str | None) -> str | None:
    """Reduce a language tag to its first subtag: `ar-EG`, `ar_EG` to `ar`; None for what is no tag."""
    found = re.match(r"[a-z]{2,3}(?=$|[-_])", (claimed or "").strip().lower())
    if not found:
        return None
    return {"iw": "he", "nb": "no", "nn": "no", "in": "id", "per": "fa", "ara": "ar", "tur": "tr", "heb": "he", "eng": "en"}.get(
        found[0], found[0]
    )


def _arabic(sample: str, letters: int, claim: str | None) -> str | None:
    """Tell the languages of the Arabic script apart by their own letters and words, then by the model."""
    points = word_points(sample[: CONFIG.word_chars])
    urdu, kurdish, pashto, uyghur = (len(pattern.findall(sample)) for pattern in (_URDU, _KURDISH, _PASHTO, _UYGHUR))
    persian, forms = len(_PERSIAN.findall(sample)), len(_FARSI_FORMS.findall(sample))
    arabic = len(_ARABIC_ONLY.findall(sample)) + 2 * len(_ARABIC_ARTICLE.findall(sample)) + 2 * points.get("ar", 0)
    few = max(1, 0.02 * letters)
    if uyghur > few and kurdish + uyghur > urdu:
        return "ug"
    if kurdish > few and kurdish > urdu:
        return "ug" if claim == "ug" else "ckb"
    if pashto > few and pashto > urdu:
        return "ps"
    # Urdu and Persian share letters and keyboards, which tell them from Arabic; from each other their own letters and words tell them
    own_urdu = 3 * urdu + 2 * len(_ASPIRATES.findall(sample)) + 2 * points.get("ur", 0)
    own_persian = 2 * points.get("fa", 0) + len(_PERSIAN_JOINERS.findall(sample))
    shared = persian + forms
    weights = {
        "ur": own_urdu + (shared if own_urdu > own_persian else 0),
        "ckb": 2 * kurdish + 2 * points.get("ckb", 0),
        "fa": own_persian + (shared if own_urdu <= own_persian else 0),
        "ar": arabic,
    }
    best, second = sorted(weights, key=lambda name: weights[name], reverse=True)[:2]
    if weights[best] > 1.5 * weights[second] and weights[best] > 0.04 * letters:
        return claim if claim == "ur" and best == "fa" and not own_persian else best
    return _ranked(sample, _ARABIC, claim)


def _latin(sample: str, claim: str | None) -> str | None:
    """Tell the languages of the Latin script apart by the letters of Turkish and Azerbaijani, then by the model and by words."""
    letters = max(1, len(sample))
    if len(_AZERBAIJANI.findall(sample)) > 0.01 * letters:
        return "az"
    if len(_TURKISH.findall(sample)) > 0.02 * letters and not re.search("[êîûÊÎÛ]", sample):
        return "az" if _is_azerbaijani(sample, claim) else "tr"
    found = _ranked(sample, _LATIN, claim)
    return "kmr" if found == "ku" else found


def _is_azerbaijani(sample: str, claim: str | None) -> bool:
    """Say whether a text in the letters of Turkish is Azerbaijani: by x and q in words, endings, and words that only one of them has."""
    turkish, azerbaijani = turkic_points(sample)
    schwas = len(_AZERBAIJANI.findall(sample))
    # foreign names are written with a capital, and have none of the letters that both languages add to the Latin ones
    spelled = sum(2 if _TURKIC_LETTER.search(word) else int(word[0].islower()) for word in _AZERI_WORD.findall(sample))
    azeri = 2 * azerbaijani + spelled + 3 * schwas
    if not azeri and not turkish:
        return claim == "az"
    return azeri > 2 * turkish and azeri > CONFIG.azeri_share * len(sample)


def _ranked(sample: str, languages: Collection[str], claim: str | None) -> str | None:
    """Ask the model, among some languages, and weigh its answer by the words that only one of them writes.

    Where words leave no doubt the model, most of the cost, is not asked.
    """
    points = word_points(sample[: CONFIG.word_chars])
    if points:
        best, *others = sorted(points, key=lambda name: points[name], reverse=True)
        if best in _PLAIN and best in languages and points[best] >= CONFIG.plain_words + 4 * sum(points[name] for name in others):
            return best
    known = sample[: CONFIG.model_chars]
    weighed = [
        (name, likely * CONFIG.word_factor ** points.get(name, 0) * _weight(name, claim))
        for name, likely in _model().rank(known.lower() if known.isupper() else known)
        if name in languages
    ]
    ranked = sorted(weighed, key=lambda pair: pair[1], reverse=True)
    best, likely = ranked[0]
    total = sum(share for _, share in ranked)
    if claim and likely < CONFIG.sure * total and any(name == claim and share > likely / 4 for name, share in ranked[:4]):
        return claim
    return _MACRO.get(best, best)


def _weight(language: str, claim: str | None) -> float:
    """Weigh how likely a page is in a language before its text is read."""
    if language == "en":
        return CONFIG.english
    return 1.0 if language in _EXPECTED or language == claim else CONFIG.rare


def load() -> None:
    """Load the bundled model now."""
    _model()


@lru_cache(maxsize=1)
def _model() -> _Model:
    """Load the bundled model, at the first text that needs it: 0.8 s."""
    return cast("_Model", LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
