from __future__ import annotations

import pytest

from crawler.extraction.agencies import agency_code, agency_of, of_authors
from crawler.extraction.agency_names import AGENCY_NAMES
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told

# whole lines: what stands in a byline, a source line, a credit
LINES = [
    ("Reuters", "reuters"),
    ("رويترز", "reuters"),
    ("رویترز", "reuters"),
    ("רויטרס", "reuters"),
    ("ڕۆیتەرز", "reuters"),
    ("The Associated Press", "ap"),
    ("Associated Press in Ardal", "ap"),
    ("By The Associated Press", "ap"),
    ("AP", "ap"),
    ("AP Technology Writers", "ap"),
    ("أسوشيتد برس", "ap"),
    ("آسوشیتدپرس", "ap"),
    ("AP News", None),
    ("AFP", "afp"),
    ("Agence France-Presse", "afp"),
    ("ا ف ب", "afp"),
    ("أ.ف.ب", "afp"),
    ("وكالة فرانس برس", "afp"),
    ("خبرگزاری فرانسه", "afp"),
    ("avec AFP", "afp"),
    ("AFP, Reuters", "afp"),
    ("Reuters/AFP", "reuters"),
    ("via AFP", "afp"),
    ("סוכנות", None),
    ("وكالة الأناضول", "aa"),
    ("Anadolu Ajansı", "aa"),
    ("Anadolu Agency", "aa"),
    ("AA", "aa"),
    ("خبرگزاری آناتولی", "aa"),
    ("Ajansa Anadoluyê", "aa"),
    ("İHA", "iha"),
    ("İhlas Haber Ajansı", "iha"),
    ("DHA", "dha"),
    ("Haber: DHA", "dha"),
    ("Kaynak: AA", "aa"),
    ("ANKA", "anka"),
    ("Mezopotamya Ajansı", "ma"),
    ("وكالة أنباء هاوار", "anha"),
    ("ANHA", "anha"),
    ("Rûdaw", "rudaw"),
    ("dpa", "dpa"),
    ("DPA", "dpa"),
    ("د ب أ", "dpa"),
    ("د.ب.أ", "dpa"),
    ("Deutsche Presse-Agentur", "dpa"),
    ("شينخوا", "xinhua"),
    ("Xinhua News Agency", "xinhua"),
    ("شینهوا", "xinhua"),
    ("新华社", "xinhua"),
    ("TASS", "tass"),
    ("وكالة تاس", "tass"),
    ("ТАСС", "tass"),
    ("Sputnik", None),
    ("وكالة سبوتنيك", "sputnik"),
    ("ایرنا", "irna"),
    ("إرنا", "irna"),
    ("Islamic Republic News Agency", "irna"),
    ("خبرگزاری جمهوری اسلامی", "irna"),
    ("ایسنا", "isna"),
    ("منبع: ایسنا", "isna"),
    ("خبرگزاری مهر", "mehr"),
    ("Mehr News Agency", "mehr"),
    ("منبع: مهر", "mehr"),
    ("تسنیم", "tasnim"),
    ("خبرگزاری تسنیم", "tasnim"),
    ("خبرگزاری فارس", "fars"),
    ("Fars News", "fars"),
    ("ایلنا", "ilna"),
    ("سانا", "sana"),
    ("المصدر: سانا", "sana"),
    ("SANA", "sana"),
    ("الوكالة العربية السورية للأنباء", "sana"),
    ("WAFA", "wafa"),
    ("وكالة وفا", "wafa"),
    ("المصدر: وفا", "wafa"),
    ("وكالة معا", "maan"),
    ("أ ش أ", "mena"),
    ("وكالة أنباء الشرق الأوسط", "mena"),
    ("MENA", "mena"),
    ("واس", "spa"),
    ("SPA", "spa"),
    ("Saudi Press Agency", "spa"),
    ("وام", None),
    ("المصدر: وام", "wam"),
    ("WAM", "wam"),
    ("وكالة أنباء الإمارات", "wam"),
    ("قنا", None),
    ("وكالة الأنباء القطرية", "qna"),
    ("QNA", "qna"),
    ("كونا", "kuna"),
    ("KUNA", "kuna"),
    ("وكالة أنباء البحرين", "bna"),
    ("BNA", "bna"),
    ("وكالة الأنباء العمانية", "ona"),
    ("الوكالة الوطنية للإعلام", "nna"),
    ("National News Agency", "nna"),
    ("NNA", "nna"),
    ("بترا", "petra"),
    ("Jordan News Agency", "petra"),
    ("PETRA", "petra"),
    ("وكالة الأنباء العراقية", "ina"),
    ("المصدر: واع", "ina"),
    ("و م ع", "map"),
    ("Agence marocaine de presse", "map"),
    ("Source : APS", "aps"),
    ("وكالة الأنباء الجزائرية", "aps"),
    ("Algérie Presse Service", "aps"),
    ("TAP", "tap"),
    ("Tunis Afrique Presse", "tap"),
    ("وكالة الأنباء الليبية", "lana"),
    ("SUNA", "suna"),
    ("وكالة السودان للأنباء", "suna"),
    ("سبأ", None),
    ("المصدر: سبأ", "saba"),
    ("سبأنت", "saba"),
    ("Saba News Agency", "saba"),
    ("מקור: רויטרס", "reuters"),
    ("מקור: איי-פי", "ap"),
    ("סוכנות רויטרס", "reuters"),
    ("Azərbaycan Dövlət İnformasiya Agentliyi", "azertac"),
    # people, words and places that an agency is called like, and newsrooms
    ("Petra Lund", None),
    ("Petra", None),
    ("Saba", None),
    ("Saba Karim", None),
    ("Mehr", None),
    ("مهر", None),
    ("Ina", None),
    ("ap", None),
    ("map", None),
    ("Map", None),
    ("tap", None),
    ("معا", None),
    ("وفا", None),
    ("Ann Lee", None),
    ("AFP, Ann Lee", None),
    ("وكالات", None),
    ("المصدر: وكالات", None),
    ("סוכנויות הידיעות", None),
    ("Photo: AFP", None),
    ("INA Lund", None),
    ("MENA region", None),
    ("", None),
    ("Reuters Institute", None),
    ("Bloomberg Terminal users", None),
    ("A" * 400, None),
]

# texts: where they begin and end
TEXTS = [
    ("ARDAL (Reuters) - The port opened.", "reuters"),
    ("ARDAL (AP) — The port opened.", "ap"),
    ("ARDAL, 3 May (Petra) - The port opened.", "petra"),
    ("ARDAL (AFP) The port opened.", "afp"),
    ("Ardal, May 3 (Xinhua) -- The port opened.", "xinhua"),
    ("TEHRAN, Aug. 3 (MNA) – The port opened.", "mehr"),
    ("TEHRAN, Aug. 3 (IRNA) – The port opened.", "irna"),
    ("AMMAN, (Petra) -- The port opened.", "petra"),
    ("(AA) ARDAL – The port opened.", "aa"),
    ("أردال - رويترز: فتح الميناء.", "reuters"),
    ("أردال (رويترز) فتح الميناء أبوابه.", "reuters"),
    ("أردال (رويتـرز) - فتح الميناء.", "reuters"),
    ("أردال، 3 مايو (أ ش أ) - فتح الميناء.", "mena"),
    ("أردال/ الأناضول/ فتح الميناء.", "aa"),
    ("أردال / الأناضول", "aa"),
    ("(ا ف ب) - فتح الميناء.", "afp"),
    ("أردال ـ (د ب أ) ـ فتح الميناء.", "dpa"),
    ("أردال-سانا", "sana"),
    ("أردال - واس: فتح الميناء.", "spa"),
    ("أردال (وأج) - فتح الميناء.", "aps"),
    ("أردال في 3 مايو (كونا) -- فتح الميناء.", "kuna"),
    ("أردال - 3 - 5 (كونا) -- فتح الميناء.", "kuna"),
    ("أردال (و م ع) فتح الميناء.", "map"),
    ("أردال – بترا – فتح الميناء.", "petra"),
    ("أردال 3 مايو/ أيار (وفا)- فتح الميناء.", "wafa"),
    ("رويترز - فتح الميناء.", "reuters"),
    ("العمانية: فتح الميناء.", None),
    ("بنا - فتح الميناء.", None),
    ("أردال (بنا) - فتح الميناء.", "bna"),
    ("به گزارش ایرنا، بندر اردال باز شد.", "irna"),
    ("به گزارش خبرنگار مهر، بندر اردال باز شد.", "mehr"),
    ("به گزارش مهر، بندر باز شد.", "mehr"),
    ("به گزارش خبرگزاری مهر، بندر اردال باز شد.", "mehr"),
    ("به گزارش گروه سیاسی خبرگزاری فارس، بندر باز شد.", "fars"),
    ("به گزارش خبرنگار سیاسی ایسنا، بندر باز شد.", "isna"),
    ("اردال - ایرنا - بندر باز شد.", "irna"),
    ("اردال (رویترز) – بندر باز شد.", "reuters"),
    ("به گزارش همشهریان فارس، بندر باز شد.", None),
    ("به گزارش پلیس، بندر باز شد.", None),
    ("وزیر گفت بندر به گزارش رسانه‌ها باز شد.", None),
    ("ARDAL (AA) - Liman açıldı.", "aa"),
    ("ARDAL - AA", "aa"),
    ("ARDAL, (DHA)- Liman açıldı.", "dha"),
    ("AA / Ardal", "aa"),
    ("Liman müdürü, AA muhabirine yaptığı açıklamada limanın açıldığını söyledi.", "aa"),
    ("ARDAL (İHA) - Liman açıldı.", "iha"),
    ("ARDAL (AFP) - Le port a ouvert.", "afp"),
    ("Ardal (APS) - Le port a ouvert.", "aps"),
    ("ARDAL - APS - Le port a ouvert.", "aps"),
    ("Tunis/TAP", "tap"),
    ("Ardal, 3 mai (MAP) – Le port a ouvert.", "map"),
    ("ארדל (רויטרס) - הנמל נפתח.", "reuters"),
    ("ארדל (AP) - הנמל נפתח.", "ap"),
    ("ARDAL (ANF) - Bender vebû.", None),
    ("ARDAL (AA) - Bender vebû.", "aa"),
    ("AFP - The port opened.", "afp"),
    ("REUTERS — The port opened.", "reuters"),
    # the ends
    ("The port opened.\n\nIt was busy. (AFP)", "afp"),
    ("The port opened.\n\nSource: AFP", "afp"),
    ("The port opened.\n\nAFP", "afp"),
    ("The port opened.\n\n© 2024 AFP", "afp"),
    ("The port opened.\n\nCopyright 2024 The Associated Press. All rights reserved.", "ap"),
    ("The port opened.\n\n(Reporting by Ann Lee in Ardal; Editing by Omar Said)", "reuters"),
    ("The port opened.\n\n___ Associated Press writer Ann Lee in Lesk contributed to this report.", "ap"),
    ("فتح الميناء.\n\nوكان مزدحما (أ ف ب)", "afp"),
    ("فتح الميناء.\n\nع.م/ر.س (د ب أ، رويترز)", "dpa"),
    ("فتح الميناء.\n\nالمصدر: الأناضول", "aa"),
    ("بندر باز شد.\n\nمنبع: ایسنا", "isna"),
    ("Liman açıldı.\n\nKaynak: DHA", "dha"),
    ("הנמל נפתח.\n\nמקור: רויטרס", "reuters"),
    # agencies that a text merely speaks of, and what only looks like one
    ("The port opened (Reuters said so) again.\n\nThe end.", None),
    ("Petra: a city of stone.\n\nThe end.", None),
    ("Petra – the rose city.\n\nEnd.", None),
    ("The Middle East and North Africa (MENA) - a region of ports.\n\nThe end.", None),
    ("The MENA region opened its ports.\n\nThe end.", None),
    ("Middle East and North Africa (MENA) ports opened.\n\nThe end.", None),
    ("Alcoholics Anonymous (AA) - a fellowship in Ardal.\n\nEnd.", None),
    ("Members of the club (AA) met in Ardal.\n\nThe end.", None),
    ("MAP: where the ports are\n\nThe end.", None),
    ("INA said the port opened.\n\nEnd.", None),
    ("Saba, 23, opened the port.\n\nThe end.", None),
    ("The AP reported that the port opened.\n\nThe end.", None),
    ("SANA – old houses.\n\nEnd.", None),
    ("Reuters reported on Friday that the port opened.\n\nThe end.", None),
    ("قالت رويترز إن الميناء فتح.\n\nالنهاية.", None),
    ("قالت وكالة الأنباء القطرية (قنا) إن الميناء فتح.\n\nالنهاية.", None),
    ("معا - نفتح الميناء كل يوم.\n\nالنهاية.", None),
    ("Anadolu Ajansı (AA) limanı yazdı.\n\nSon.", None),
    ("The port opened.\n\nPhoto: AFP", None),
    ("فتح الميناء.\n\nصورة: رويترز", None),
    ("The port opened.\n\nThe Associated Press contributed to this report.", None),
    ("Map\n\nThe port opened.", None),
    ("", None),
    ("We walked together: AP and I.\n\nThe end.", None),
    ("Reuters: how a company grew old.\n\nThe end.", None),
]


@pytest.mark.parametrize(("line", "code"), LINES)
def test_a_line_that_is_an_agency_gives_its_code(line: str, code: str | None) -> None:
    assert agency_code(line) == code


@pytest.mark.parametrize(("text", "code"), TEXTS)
def test_datelines_and_credits_show_the_agency(text: str, code: str | None) -> None:
    told = agency_of(None, text)
    assert (told.value if told else None) == code


def test_a_standfirst_may_stand_before_the_dateline() -> None:
    assert agency_of(None, "A standfirst of the page\n\nARDAL, 3 May (Petra) - The port opened.\n\nMore.") == Told(
        "petra", "dateline", 0.99
    )


def test_a_word_is_an_agency_in_brackets_only() -> None:
    assert agency_code("Petra", bracketed=True) == "petra"
    assert agency_code("معا", bracketed=True) == "maan"


def test_agencies_are_told_from_people() -> None:
    assert of_authors(("Ann Lee", "AP", "Omar Said")) == ("ap", ("Ann Lee", "Omar Said"))
    assert of_authors(("AFP",)) == ("afp", ())
    assert of_authors(("Le Port avec AFP",)) == ("afp", ("Le Port avec AFP",))
    assert of_authors(("Ann Lee",)) == (None, ("Ann Lee",))


def test_a_byline_outweighs_what_the_page_credits_elsewhere() -> None:
    facts = Facts(article={"provider": {"name": "Reuters"}})
    told = agency_of(Told(("Ann Lee", "AFP"), "json-ld", 0.9), "ARDAL (AP) - The port opened.", facts)
    assert told is not None
    assert (told.value, told.found_in) == ("afp", "json-ld")


@pytest.mark.parametrize(
    ("facts", "code", "found_in"),
    [
        (Facts(article={"sourceOrganization": {"@type": "Organization", "name": "وكالة الأناضول"}}), "aa", "json-ld"),
        (Facts(article={"provider": [{"name": "Reuters"}]}), "reuters", "json-ld"),
        (Facts(article={"creditText": "AFP"}), "afp", "json-ld"),
        (Facts(article={"author": {"@type": "Organization", "name": "The Associated Press"}}), "ap", "json-ld"),
        (Facts(meta={"source": ["خبرگزاری مهر"]}), "mehr", "meta"),
        (Facts(meta={"article:author": ["Associated Press in Ardal"]}), "ap", "meta"),
        (Facts(meta={"og:site_name": ["Anadolu Ajansı"]}), "aa", "site"),
        (Facts(meta={"og:site_name": ["وكالة وفا | أخبار"]}), "wafa", "site"),
        (Facts(article={"publisher": {"name": "Saudi Press Agency"}}), "spa", "site"),
        (Facts(meta={"og:site_name": ["MAP"]}), None, None),
        (Facts(meta={"og:site_name": ["Petra"]}), None, None),
        (Facts(article={"provider": 3}, meta={"source": ["https://port.example/"]}), None, None),
    ],
)
def test_machine_readable_credits_name_the_agency(facts: Facts, code: str | None, found_in: str | None) -> None:
    told = agency_of(None, "The port opened.\n\nThe end.", facts)
    assert (told and told.value, told and told.found_in) == (code, found_in)


def test_bylines_outside_the_text_count() -> None:
    assert agency_of(None, "The port opened.\n\nThe end.", None, ["12 May 2024", "وكالة وفا"]) == Told("wafa", "byline", 0.88)


def test_names_are_told_apart() -> None:
    """No spelling may belong to two agencies: the later one would win in silence."""
    spelled = [(name, code) for code, columns in AGENCY_NAMES.items() for name in "|".join(filter(None, columns)).split("|")]
    assert len({name for name, _ in spelled}) == len(spelled)
    assert len(LINES) + len(TEXTS) >= 120
