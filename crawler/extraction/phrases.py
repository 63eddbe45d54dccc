"""What pages say that stand in the place of an article, in the languages of the region and of its readers abroad.

All phrases are folded as `folded` does it: lower case, apostrophes straight, white space single.
"""

from __future__ import annotations

import re

#: By these a teaser ends: the rest is for subscribers. Nobody writes them into an article.
TEASERS = (
    "subscribe to continue reading", "subscribe to read the full", "subscribe to keep reading", "subscribe to read this article",
    "sign in or subscribe to continue", "log in or subscribe to continue", "to continue reading this article, subscribe",
    "this article is for subscribers only", "this content is for subscribers only", "this story is for subscribers only",
    "this article is reserved for subscribers", "become a subscriber to read", "register to continue reading",
    "already a subscriber? log in to continue", "the rest of this article is available to subscribers",
    "abonnez-vous pour lire la suite", "la suite est réservée aux abonnés", "il vous reste à lire", "cet article est réservé aux abonnés",
    "article réservé aux abonnés", "contenu réservé aux abonnés", "pour lire la suite, abonnez-vous", "lisez la suite en vous abonnant",
    "devamını okumak için abone ol", "okumaya devam etmek için abone ol", "bu içerik abonelere özeldir", "bu yazı abonelere özeldir",
    "haberin devamı aboneler için", "devamını okumak için üye ol", "devamını okumak için giriş yap",
    "للمشتركين فقط", "هذا المحتوى مخصص للمشتركين", "هذا المقال مخصص للمشتركين", "اشترك لمتابعة القراءة", "اشترك لقراءة المقال كاملا",
    "اشترك لإكمال القراءة", "لمتابعة القراءة اشترك", "المحتوى متاح للمشتركين",
    "ادامه برای مشترکان", "این مطلب ویژه مشترکان", "ویژه مشترکین", "برای خواندن ادامه مطلب مشترک شوید", "برای ادامه مطالعه اشتراک",
    "متن کامل برای مشترکان", "تەنها بۆ بەشداربووان", "تەنیا بۆ بەشداربووان", "بۆ خوێندنەوەی درێژەی بابەتەکە بەشداری بکە",
    "ئەم بابەتە تایبەتە بە بەشداربووان",
    "למנויים בלבד", "הכתבה המלאה למנויים", "כתבה זו למנויים", "להמשך קריאה הירשמו", "להמשך קריאת הכתבה הצטרפו",
    "לקריאת הכתבה המלאה הירשמו", "weiterlesen mit abo", "dieser artikel ist nur für abonnenten", "jetzt abonnieren und weiterlesen",
    "suscríbete para seguir leyendo", "contenido exclusivo para suscriptores", "abbonati per continuare a leggere",
)  # fmt: skip

#: What only a request for consent says, in the first person or on its buttons.
CONSENTS = (
    "we and our partners", "we value your privacy", "your privacy choices", "before you continue", "accept all cookies", "accept all",
    "reject all", "i accept cookies", "manage options", "manage preferences", "manage settings", "cookie settings", "we use cookies",
    "continue without accepting", "continue without agreeing", "with ads and tracking", "legitimate interest", "vendors list",
    "store and/or access information on a device", "consent or pay", "agree and continue", "give your consent",
    "nous et nos partenaires", "nous respectons votre vie privée", "tout accepter", "tout refuser", "continuer sans accepter",
    "paramétrer les cookies", "accepter et continuer", "accepter les cookies", "gérer mes choix", "nous utilisons des cookies",
    "votre consentement", "s'abonner et refuser", "refuser et s'abonner", "accéder au site gratuitement",
    "wir und unsere partner", "alle akzeptieren", "alle cookies akzeptieren", "alles akzeptieren", "akzeptieren und weiter",
    "einwilligen und weiter", "mit werbung weiterlesen", "mit werbung und tracking", "ohne werbung und tracking", "pur-abo",
    "ihre einwilligung", "wir verwenden cookies", "datenschutzeinstellungen", "zustimmen und weiter", "einstellungen verwalten",
    "tümünü kabul et", "hepsini kabul et", "çerezleri kabul et", "tüm çerezleri kabul", "çerez ayarları", "çerez tercihleri",
    "çerezleri yönet", "kişisel verilerin korunması kanunu", "kvkk aydınlatma metni", "çerez aydınlatma metni", "çerez politikası",
    "açık rızanız", "çerez kullanıyoruz", "kabul et ve devam et", "tümünü reddet",
    "قبول الكل", "قبول جميع ملفات", "رفض الكل", "نحن وشركاؤنا", "نستخدم ملفات تعريف الارتباط", "نستخدم ملفات الارتباط", "إدارة التفضيلات",
    "إعدادات ملفات تعريف الارتباط", "نهتم بخصوصيتك", "أوافق على ملفات",
    "پذیرش همه", "رد همه", "ما و شرکای ما", "ما از کوکی", "تنظیمات کوکی", "پذیرش کوکی", "حریم خصوصی شما برای ما",
    "אישור כל העוגיות", "אנו משתמשים בעוגיות", "אנו משתמשים בקבצי cookie", "אנחנו והשותפים שלנו", "קבל הכל", "אשר הכל", "דחה הכל",
    "הגדרות עוגיות", "הפרטיות שלך חשובה לנו",
    "هەموویان قبوڵ بکە", "قبوڵکردنی هەموو", "هەموویان ڕەت بکەوە", "ئێمە و هاوبەشەکانمان", "کووکی بەکار دەهێنین", "ڕێکخستنی کووکی",
    "تایبەتمەندیت بۆ ئێمە گرنگە", "تایبەتمەندێتیت لامان گرنگە",
    "aceptar todo", "aceptar y continuar", "nosotros y nuestros socios", "rechazar todo", "accetta tutto", "noi e i nostri partner",
    "alles accepteren", "wij en onze partners", "accepteren en doorgaan", "принять все", "мы и наши партнеры",
)  # fmt: skip

#: What a paragraph is about that belongs to a request for consent.
CONSENT_WORDS = re.compile(
    r"cookie|consent|privacy|vendor|personal data|legitimate interest|tracking|personali[sz]ed|geolocation|advertis|subscri"
    r"|vie privée|consentement|partenaire|traceur|données|publicité|abonne"
    r"|datenschutz|einwillig|werbung|partner|abo\b|zustimm|personenbezogen"
    r"|çerez|kvkk|kişisel veri|aydınlatma|rıza|gizlilik"
    r"|ملفات تعريف|ملفات الارتباط|الخصوصية|خصوصيت|شركاؤنا|بيانات|کوکی|حریم خصوصی|شرکای|داده|עוגיות|פרטיות|שותפים|מידע אישי"
    r"|کووکی|تایبەتمەند|هاوبەش|ڕیکلام|privacidad|socios|datos personales|dati personali|gegevens|данн|партнер"
)

#: A headline or title that is nothing but a request for consent.
CONSENT_TITLES = re.compile(
    r"(?:.{0,20}\b)?(?:cookies?|privacy|consent|gdpr|data protection|vie privée|consentement|datenschutz|einwilligung"
    r"|çerez(?:ler)?|kvkk|gizlilik)"
    r"(?:\b.{0,30})?|before you continue.{0,30}|(?:.{0,15} )?(?:الخصوصية|ملفات تعريف الارتباط|حریم خصوصی|کوکی|کووکی"
    r"|تایبەتمەندی|עוגיות|פרטיות)(?: .{0,20})?"
)

LOGIN_TITLES = re.compile(
    r"(?:please )?(?:log ?-?in|sign ?-?in|login required|member login|subscriber login)(?: (?:or|to|and|/) .{0,40}| page| required)?"
    r"|(?:se )?connexion|connectez-vous(?: .{0,40})?|identifiez-vous|identification|anmelden|anmeldung|einloggen|login"
    r"|giriş(?: yap(?:ın)?)?|üye girişi|üye giriş|oturum aç(?:ın)?|تسجيل الدخول|سجل الدخول|دخول الأعضاء|ورود(?: کاربران| به .{0,30})?"
    r"|چوونەژوورەوە|چوونە ژوورەوە|داخڵبوون|התחברות|כניסה(?: למנויים| למערכת)?|iniciar sesión|accedi|inloggen|вход"
)

NOT_FOUND_TITLES = re.compile(
    r"(?:(?:error|erreur|fehler|hata|خطأ|خطای|שגיאה)[ :-]*)?404(?:[ :!.-]*(?:error|erreur|fehler|hatası|hata|خطأ|שגיאה|page|not found"
    r"|page not found|page introuvable|seite nicht gefunden|sayfa bulunamadı|الصفحة غير موجودة|صفحه یافت نشد|הדף לא נמצא|העמוד לא נמצא))?"
    r"|(?:sorry,? |oops[!.,]? |ooops[!.,]? )?(?:the |this )?(?:page|article|story|content|post)"
    r"(?: you(?: a|')re looking for| you requested)?"
    r" (?:was not found|not found|could not be found|cannot be found|can't be found|does not exist|doesn't exist|no longer exists"
    r"|is no longer available|is not available|isn't available|has been removed|unavailable)"
    r"|we can't find (?:that|the|this) page.{0,30}|nothing (?:was )?found"
    r"|(?:oups[!.,]? )?(?:la |cette )?(?:page|article)(?: demandée?| recherchée?)?"
    r" (?:introuvable|non trouvée?|n'existe pas|n'existe plus|est introuvable)|article introuvable|(?:die )?seite(?: wurde)? nicht gefunden"
    r"|(?:aradığınız |üzgünüz,? (?:aradığınız )?)?(?:sayfa|haber|içerik)(?:yı)? (?:bulunamadı|mevcut değil|bulunamıyor|kaldırılmış)"
    r"|(?:عذرا[ًً]?[،,!]? )?(?:الصفحة|المقال|الخبر|المحتوى)(?: المطلوبة?| التي تبحث عنها)?"
    r" (?:غير موجودة?|غير متوفرة?|غير متاحة?|لم يتم العثور عليها?)"
    r"|لم يتم العثور على (?:الصفحة|المقال|الخبر)(?: المطلوبة?)?"
    r"|(?:متاسفانه )?(?:صفحه|مطلب|خبر)(?: مورد نظر| درخواستی)?(?: شما)? (?:یافت نشد|پیدا نشد|وجود ندارد|موجود نیست)"
    r"|(?:אופס[!.,]? )?(?:הדף|העמוד|הכתבה|הכתבה המבוקשת|הדף המבוקש|העמוד המבוקש)(?: שחיפשת[ם]?)?"
    r" (?:לא נמצאה?|אינו קיים|אינה קיימת|לא קיימת?)"
    r"|(?:ببوورە[،,]? )?(?:پەڕە|لاپەڕە|بابەت|هەواڵ)(?:کە|ەکە|ی داواکراو)? (?:نەدۆزرایەوە|بوونی نییە|نییە)"
    r"|página no encontrada|la página no existe|pagina non trovata|pagina niet gevonden|страница не найдена"
)

_SEPARATOR = re.compile(r"\s+[-–—|·»«:•/]+\s+|\s*[|»«•]\s*")


def folded(text: str) -> str:
    """Fold a text for comparison with the phrases: lower case (Turkish İ is i), straight apostrophes, single spaces, no joiners."""
    return " ".join(text.replace("İ", "i").lower().replace("’", "'").replace("\u200c", " ").replace("\xad", "").split())


def parts_of(title: str) -> list[str]:
    """Divide a title into the headline and the names of site and section around it, folded."""
    return [part.strip(" .!?…:،") for part in (folded(title), *_SEPARATOR.split(folded(title))) if part]
