"""The names that news agencies go by, in the languages that print them.

Source: the agencies' own names for themselves in the languages they publish in, and the abbreviations that newspapers sign them with.
"""

from __future__ import annotations

#: By code: names that mean nothing but the agency, and names that are also words, people, places or other bodies. These count only where an
#: agency must stand: in the brackets of a dateline, or after the word for agency.
AGENCY_NAMES: dict[str, tuple[str, str]] = {
    "afp": (
        (
            "AFP|A.F.P.|Agence France-Presse|Agence France Presse|France-Presse|فرانس برس|فرانس پرس|ا ف ب|أ ف ب|أ.ف.ب|"
            "אי-אף-פי|איי אף פי|סוכנות הידיעות הצרפתית|خبرگزاری فرانسه|الصحافة الفرنسية|Fransa Haber Ajansı"
        ),
        "الفرنسية|ئەی ئێف پی",
    ),
    "reuters": ("Reuters|Thomson Reuters|رويترز|رویترز|רויטרס|ڕۆیتەرز|ڕۆیتەرس|رۆیتەرز", ""),
    "ap": (
        (
            "Associated Press|The Associated Press|أسوشيتد برس|أسوشييتد برس|اسوشيتد برس|الأسوشيتد برس|آسوشیتدپرس|اسوشیتدپرس|"
            "آسوشیتد پرس|أ ب|أ.ب|איי-פי|ئەسۆشیەیتد پرێس"
        ),
        "AP|A.P.|אי-פי|איי פי",
    ),
    "upi": ("UPI|United Press International|يونايتد برس إنترناشونال|يونايتد برس إنترناشيونال|یونایتدپرس", ""),
    "aa": (
        (
            "Anadolu|Anadolu Agency|Anadolu Ajansı|Anadolu Ajansi|Agence Anadolu|الأناضول|الاناضول|آناتولی|آناتولي|אנדולו|"
            "אנאדולו|Ajansa Anadolu|Ajansa Anadoluyê|ئاژانسی ئەنادۆڵو|ئەنادۆڵو|ئانادۆڵو|آناطولی"
        ),
        "AA|A.A.",
    ),
    "dha": ("DHA|Demirören Haber Ajansı|Doğan Haber Ajansı|Demirören News Agency", ""),
    "iha": ("İHA|İhlas Haber Ajansı|Ihlas News Agency|İhlas News Agency|وكالة إخلاص", "IHA"),
    "anka": ("ANKA Haber Ajansı", "ANKA"),
    "ma": ("Mezopotamya Ajansı|Mezopotamya Agency|Mesopotamia Agency|Ajansa Mezopotamyayê|وكالة ميزوبوتاميا", ""),
    "anha": ("Hawar News|Hawar News Agency|وكالة هاوار|أنباء هاوار|هاوار|Ajansa Nûçeyan a Hawarê|ئاژانسی هاوار", "ANHA"),
    "wam": ("WAM|وكالة أنباء الإمارات|أنباء الإمارات|Emirates News Agency|Agence de presse des Émirats|خبرگزاری امارات", "وام"),
    "spa": ("واس|وكالة الأنباء السعودية|الأنباء السعودية|Saudi Press Agency|Agence de presse saoudienne|خبرگزاری عربستان", "SPA"),
    "qna": ("QNA|وكالة الأنباء القطرية|الأنباء القطرية|Qatar News Agency|Agence de presse du Qatar|خبرگزاری قطر", "قنا"),
    "kuna": ("KUNA|وكالة الأنباء الكويتية|الأنباء الكويتية|Kuwait News Agency|کونا|خبرگزاری کویت|كونا|Agence de presse koweïtienne", ""),
    "bna": ("وكالة أنباء البحرين|أنباء البحرين|Bahrain News Agency|خبرگزاری بحرین", "BNA|بنا"),
    "ona": ("وكالة الأنباء العمانية|الأنباء العمانية|Oman News Agency|خبرگزاری عمان", "ONA|العمانية"),
    "irna": (
        (
            "IRNA|ایرنا|إيرنا|ايرنا|إرنا|ارنا|אירנ״א|אירנא|خبرگزاری جمهوری اسلامی|خبرگزاری جمهوری اسلامی ایران|"
            "Islamic Republic News Agency|وكالة الجمهورية الإسلامية للأنباء|وكالة الأنباء الإيرانية"
        ),
        "",
    ),
    "isna": ("ISNA|ایسنا|إيسنا|ايسنا|إسنا|خبرگزاری دانشجویان ایران|Iranian Students' News Agency|Iranian Students News Agency", ""),
    "iqna": ("IQNA|ایکنا|خبرگزاری قرآن|International Quran News Agency", ""),
    "mehr": ("Mehr News Agency|خبرگزاری مهر|مهرنیوز|وكالة مهر للأنباء|Mehr Haber Ajansı", "Mehr|Mehr News|MNA|مهر"),
    "tasnim": ("Tasnim|Tasnim News|Tasnim News Agency|تسنیم|تسنيم|خبرگزاری تسنیم|תסנים", ""),
    "fars": ("Fars News|Fars News Agency|خبرگزاری فارس|فارس نيوز|فارس نیوز|وكالة أنباء فارس", "Fars|FNA|فارس"),
    "ilna": ("ILNA|ایلنا|خبرگزاری کار ایران|Iranian Labour News Agency|Iranian Labor News Agency", ""),
    "yjc": ("YJC|باشگاه خبرنگاران جوان|Young Journalists Club", ""),
    "iribnews": ("IRIB News|IRIB News Agency|خبرگزاری صداوسیما|خبرگزاری صدا و سیما", ""),
    "mizan": ("Mizan News Agency|خبرگزاری میزان", "میزان|Mizan"),
    "iana": ("خبرگزاری ایانا|ایانا", ""),
    "mena": (
        (
            "أ ش أ|أ.ش.أ|ا ش ا|ا.ش.ا|وكالة أنباء الشرق الأوسط|أنباء الشرق الأوسط|Middle East News Agency|"
            "Agence de presse du Moyen-Orient"
        ),
        "MENA",
    ),
    "sana": (
        (
            "سانا|الوكالة العربية السورية للأنباء|العربية السورية للأنباء|Syrian Arab News Agency|"
            "Agence arabe syrienne d'information|خبرگزاری سانا|סאנ״א"
        ),
        "SANA",
    ),
    "nna": (
        (
            "الوكالة الوطنية للإعلام|الوطنية للإعلام|الوكالة الوطنية للاعلام|الوطنية للاعلام|National News Agency|"
            "Agence nationale de l'information|Agence nationale d'information"
        ),
        "NNA|وطنية",
    ),
    "wafa": (
        (
            "WAFA|وكالة وفا|وكالة الأنباء الفلسطينية|وكالة الأنباء والمعلومات الفلسطينية|Palestinian News Agency|"
            "Palestine News Agency|Palestine News and Information Agency|Palestine News & Information Agency"
        ),
        "وفا",
    ),
    "maan": ("Maan News|Ma'an News|Ma'an News Agency|Maan News Agency|وكالة معا|وكالة معا الإخبارية", "معا|Ma'an"),
    "safa": ("Safa Press Agency|وكالة صفا|وكالة الصحافة الفلسطينية", "صفا|SAFA"),
    "petra": (
        "بترا|وكالة الأنباء الأردنية|الأنباء الأردنية|Jordan News Agency|Agence de presse jordanienne|Petra News Agency",
        "Petra",
    ),
    "ina": ("وكالة الأنباء العراقية|الأنباء العراقية|Iraqi News Agency|Iraq News Agency|Agence de presse irakienne", "INA|واع"),
    "nina": ("National Iraqi News Agency|الوكالة الوطنية العراقية للأنباء", "NINA|نينا"),
    "shafaq": ("Shafaq News|Shafaq News Agency|شفق نيوز|شەفەق نیوز", ""),
    "rudaw": ("Rudaw|روداو|رووداو|Rûdaw", ""),
    "tap": (
        (
            "وكالة تونس إفريقيا للأنباء|وكالة تونس افريقيا للأنباء|تونس إفريقيا للأنباء|Tunis Afrique Presse|"
            "Agence Tunis Afrique Presse"
        ),
        "TAP|وات",
    ),
    "aps": ("وأج|وكالة الأنباء الجزائرية|الأنباء الجزائرية|Algérie Presse Service|Algeria Press Service|Algérie Presse", "APS|واج"),
    "map": (
        (
            "و م ع|و.م.ع|وكالة المغرب العربي للأنباء|المغرب العربي للأنباء|Maghreb Arabe Presse|Maghreb Arab Press|"
            "Agence marocaine de presse|Agence Maghreb Arabe Presse|Moroccan News Agency|MAP-Maroc"
        ),
        "MAP|ومع|لاماب",
    ),
    "lana": ("وكالة الأنباء الليبية|الأنباء الليبية|Libyan News Agency|Agence de presse libyenne", "LANA|وال"),
    "suna": ("SUNA|وكالة السودان للأنباء|السودان للأنباء|وكالة الأنباء السودانية|Sudan News Agency|Agence de presse soudanaise", "سونا"),
    "saba": (
        (
            "SabaNet|سبأنت|سبأ نت|وكالة الأنباء اليمنية|الأنباء اليمنية|Yemen News Agency|Yemeni News Agency|"
            "Saba News Agency"
        ),
        "SABA|Saba|سبأ",
    ),
    "ami": ("الوكالة الموريتانية للأنباء|Agence Mauritanienne d'Information", "AMI|وم أ"),
    "sonna": ("SONNA|Somali National News Agency|وكالة الأنباء الصومالية|Somali News Agency", "صونا"),
    "una": ("Union of OIC News Agencies|اتحاد وكالات أنباء دول منظمة التعاون الإسلامي", "UNA|يونا"),
    "azertac": ("AZERTAC|AZƏRTAC|AZERTAG|Azərbaycan Dövlət İnformasiya Agentliyi|آذرتاج", ""),
    "azeri_press": ("Azeri Press Agency|Azəri-Press Agentliyi|Azeri-Press", ""),
    "trend": ("Trend News Agency", ""),
    "kabar": ("Kabar News Agency|Кабар", ""),
    "apa": ("Austria Presse Agentur", "APA"),
    "app": ("Associated Press of Pakistan|ایسوسی ایٹڈ پریس آف پاکستان|اے پی پی", "APP"),
    "pajhwok": ("Pajhwok|Pajhwok Afghan News|پژواک", ""),
    "bakhtar": ("Bakhtar News Agency|خبرگزاری باختر|باختر آژانس", "باختر"),
    "xinhua": ("Xinhua|Xinhua News Agency|شينخوا|شینهوا|新华社|新華社|שינחואה|Şinhua|Agence Xinhua|Chine nouvelle|شینخوا", ""),
    "sputnik": ("Sputnik News|Sputnik News Agency|وكالة سبوتنيك|خبرگزاری اسپوتنیک|Спутник", "Sputnik|سبوتنيك|اسپوتنیک|ספוטניק"),
    "tass": ("ITAR-TASS|وكالة تاس|ТАСС|خبرگزاری تاس|סוכנות טאס|Itar-Tass", "TASS|Tass|تاس|טאס"),
    "ria": ("RIA Novosti|ريا نوفوستي|نوفوستي|РИА Новости|ریانووستی|ריה נובוסטי", ""),
    "interfax": ("Interfax|إنترفاكس|انترفاكس|Интерфакс|اینترفاکس|אינטרפקס|Interfax-Ukraine", ""),
    "ukrinform": ("Ukrinform|Укрінформ|أوكرينفورم", ""),
    "dpa": (
        (
            "dpa|DPA|dpa-AFX|dpa/lby|Deutsche Presse-Agentur|German Press Agency|د ب أ|د.ب.أ|د ب ا|د.ب.ا|"
            "وكالة الأنباء الألمانية|الأنباء الألمانية|الألمانية د ب أ|خبرگزاری آلمان|دویچه پرسه آگنتور|"
            "סוכנות הידיעות הגרמנית|Alman Haber Ajansı"
        ),
        "الألمانية",
    ),
    "efe": ("EFE|Agencia EFE|Agence EFE|إفي|خبرگزاری افه", "افه"),
    "ansa": ("ANSA|Agenzia ANSA|أنسا|آنسا|انسا", ""),
    "aki": ("Adnkronos|Aki Adnkronos|وكالة آكي|آكي", ""),
    "lusa": ("Agência Lusa|Agencia Lusa", "Lusa|LUSA"),
    "belga": ("Belga News Agency|Agence Belga", "Belga|BELGA"),
    "sda": ("Keystone-SDA|Keystone-ATS|Schweizerische Depeschenagentur", "SDA|ATS"),
    "sid": ("Sport-Informations-Dienst|AFP/SID", "SID"),
    "epd": ("Evangelischer Pressedienst", "epd"),
    "kna": ("Katholische Nachrichten-Agentur", "KNA"),
    "ntb": ("Norsk Telegrambyrå|NTB", ""),
    "ritzau": ("Ritzau", ""),
    "kyodo": ("Kyodo|Kyodo News|共同通信|共同通信社|كيودو|کیودو", ""),
    "jiji": ("Jiji Press|時事通信|時事通信社", "Jiji"),
    "yonhap": ("Yonhap|Yonhap News|Yonhap News Agency|يونهاب|یونهاپ|연합뉴스", ""),
    "pti": ("Press Trust of India", "PTI"),
    "ians": ("Indo-Asian News Service", "IANS"),
    "ani": ("Asian News International", "ANI"),
    "antara": ("ANTARA News|Antara News Agency", "Antara|ANTARA"),
    "bernama": ("Bernama|برناما", ""),
    "bloomberg": ("Bloomberg|Bloomberg News|بلومبرغ|بلومبيرغ|بلومبرج|بلومبرگ|בלומברג", ""),
    "pa": ("PA Media|Press Association|PA News Agency", "PA"),
    "cana": ("The Canadian Press|Canadian Press|La Presse canadienne", ""),
    "aap": ("Australian Associated Press", "AAP"),
    "cna": ("Central News Agency|中央社", ""),
    "jta": ("Jewish Telegraphic Agency", "JTA"),
    "tps": ("Tazpit Press Service|TPS-IL|תצפית|TPS News Agency", "TPS"),
}  # fmt: skip
