"""The query of an address in its one form: what tells articles apart is kept, what tells readers apart is dropped. Pure.

A parameter is dropped when its name belongs to a known tracker or session (`_DROPPED`, `_DROPPED_FAMILIES`), or when a name that could mean
anything has a value that means only 'shared by', 'printed' or 'on a phone'. Everything else is kept, unknown names first of all: an article
too many is found again as a copy, two articles taken for one are lost.

The names are those that trackers document for themselves, compared with the public lists of ClearURLs, AdGuard (general_url) and Mozilla
(query stripping). Own, because courlan, which trafilatura brings, drops every name that holds `source`, `ref`, `session`, `medium` or
`uid`, keeps AMP, print and host variants apart, and has no NFC; and w3lib and url-normalize know no trackers.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

from crawler.url_text import UNRESERVED, Escapes, decode

_NAME = Escapes("!$'()*,;:@/?")
_VALUE = Escapes("!$'()*,;:@/?=")
_DECODABLE_NAME = UNRESERVED | set("!$'()*,:@/?")
_DECODABLE_VALUE = _DECODABLE_NAME | {"="}
_TROUBLE = re.compile(r"[^A-Za-z0-9._~!$'()*,:@/?=&-]")

_DROPPED_TEXT = """
    fbclid gclid gclsrc dclid gbraid wbraid gad srsltid gs_l gs_lcp usqp aoh ampshare msclkid cvid yclid ysclid ymclid yadclid
    _openstat twclid ttclid li_fat_id epik rdt_cid qclid sccid dicbo obclid tblci taboolaclickid irclickid irgwc awc zanpid
    rb_clickid clickid click_id wickedid igshid igsh ig_rid ig_mid mibextid sfnsn sfns __tn__ fref hc_ref hc_location _rdc _rdr
    __twitter_impression ref_src ref_url refsrc ref_ spref sr_share share_id shareid share_token shared referringsource
    isappinstalled nsukey zarsrc is_copy_url is_from_webapp sender_device mc_cid mc_eid mc_tc mkt_tok mkwid pcrid ef_id s_kwcid
    s_cid sc_cid ml_subscriber ml_subscriber_hash vero_id vero_conv ck_subscriber_id _kx _ke dm_i dm_t cm_me cm_cr bbeml spmailingid
    spuserid spjobid spreportid elq elqtrack elqtrackid elqaid elqat elqcampaignid vgo_ee __s mrkid nr_email_referer oprtrack trk
    trkcampaign tracking_source trackingid tracking_id traffic_source spm ceneo_spo os_ehash otc _branch_match_id _branch_referrer
    wtrid wtmc wt_mc wt_zmc wt_mc_o xtor xtref xtcr xtnp xtloc xts xtmc cmp cmpid cmpgn icid ncid ocid ex_cid int_cmp intcmp intcid
    cid_source icmp iref eref ftag fsrc tsrc tpcc taid maca mbid cndid bxid esrc smid smtyp smprod emc regi_id segment_id
    instance_id unlocked_article_code reflink leadsource srnd sref wpisrc wpmm wprss itid __source guccounter guce_referrer
    guce_referrer_sig soc_src soc_trk ito ico feedtype feedname echobox campaignid campaign_id replytocom showcomment fb_comment_id
    noredirect no_redirect nocache no_cache phpsessid jsessionid sessionid session_id sessid cftoken cfid _ga _gl _gac _gid
    hsctatracking
"""
_DROPPED = frozenset(_DROPPED_TEXT.split())
_DROPPED_FAMILIES = re.compile(
    r"""utm(?:_.*)?|stm_\w+|mtm_\w+|matomo_\w+|piwik_\w+|pk_\w+|hsa_\w+|hmb_\w+|itm_\w+|otm_\w+|ga_\w+|gad_\w+|gaa_\w+|_gcl_\w+|at_\w+|oly_\w+|vn_\w+
    |ns_(?:mchannel|source|campaign|linkname|fee|mail_\w+)|wt\.\w+|_hs(?:enc|mi)|__hs\w+|fb_(?:action_\w+|source|ref|aggregation_id)
    |action_(?:object|type|ref)_map|bsft_\w+|cm_(?:mmc|ven|cat|pla|ite|lm|sp|re)\w*|int_(?:source|medium|campaign|content|term)|trk_\w+
    |share_(?:from|medium|source|type|url|name)|sf\d{6,}|_sgm_\w+|adjust_\w+|dpg_\w+|cx_\w+|s_campaign|s_src|hootpostid|amp_\w+|aspsessionid\w*|sc_(?:src|lid|uid|llid|eh)
    |sc_(?:campaign|channel|content|medium|publisher|segment|funnel)|__cft__.*""",
    re.ASCII | re.VERBOSE,
)
# Names with a meaning of their own, unless their value is a place where links are shared.
_PLACES_NAMES_TEXT = """
    source src from via origin medium partner platform r fr share sharedfrom referal refer feature mod ref_source ref_medium
"""
_PLACES_NAMES = frozenset(_PLACES_NAMES_TEXT.split())
_PLACES_TEXT = """
    rss rss2 rssfeed rss_feed feed feeds atom feedburner twitter tw twtr x facebook fb instagram ig insta telegram tg whatsapp wa
    wapp viber signal linkedin youtube yt tiktok pinterest reddit tumblr threads messenger wechat timeline singlemessage
    groupmessage line vk ok odnoklassniki email e-mail mail newsletter newsletters push notification notifications webpush
    googlenews google_news google-news google bing yandex yahoo flipboard hootsuite buffer socialflow dlvr.it dlvrit ifttt social
    socialmedia social-media share sharing sharebutton copylink copy-link copy_link homepage home-page hp print
"""
_PLACES = frozenset(_PLACES_TEXT.split())
_WORDS_NAMES_TEXT = """
    ref referrer referer referral campaign pfrom
"""
_WORDS_NAMES = frozenset(_WORDS_NAMES_TEXT.split())
_WORDS = re.compile(r"[a-z_.-]*|https?:.*", re.ASCII | re.IGNORECASE)
_FLAG_NAMES_TEXT = """
    amp isamp is_amp _amp noamp nonamp amphtml print printable printpage print_page printview print_view printer printer_friendly
    printerfriendly printer-friendly print-friendly printfriendly forprint for_print _r mobile ismobile is_mobile mobileview
    nomobile desktop
"""
_FLAG_NAMES = frozenset(_FLAG_NAMES_TEXT.split())
_FLAGS = frozenset({"", "0", "1", "true", "false", "yes", "no", "y", "n", "on", "off", "available", "mobile"})
_VIEW_NAMES_TEXT = """
    view format mode output outputtype layout style theme template tmpl display device version action viewmode
"""
_VIEW_NAMES = frozenset(_VIEW_NAMES_TEXT.split())
_VIEWS_TEXT = """
    amp print printable printer printer-friendly printpage print-page mobile
"""
_VIEWS = frozenset(_VIEWS_TEXT.split())
_JOOMLA_ARTICLES = {("com_content", "article"), ("com_k2", "item")}
_JOOMLA_NUMBER = re.compile(r"\A([0-9]+):.*", re.DOTALL)
_MISPLACED = re.compile(r"\?+(?:utm_[a-z]+|fbclid)$")  # a tracker put on with a second question mark: ?id=7?utm_source=rss
_MISPLACED_VALUE = re.compile(r"\?+(?:utm_[a-z]+|fbclid)=.*", re.DOTALL)
_BUSTER = re.compile(r"\d{10,16}")


class _Kind(Enum):
    """What a parameter's name says of it."""

    KEPT = auto()
    DROPPED = auto()
    PLACE = auto()
    WORDS = auto()
    FLAG = auto()
    VIEW = auto()
    BLOGGER = auto()
    BUSTER = auto()


def canonical_query(query: str, *, blogger: bool = False, renderings: bool = True) -> str:
    """Return a query in its one form: normal escapes, sorted by name; parameters of one name keep their order, because the last may win.

    `blogger`: the address is of a blog of Blogger, where `m=1` is the mobile page. `renderings` false keeps everything: it is the query of
    a cache.
    """
    if not query:
        return ""
    odd = _TROUBLE.search(query) is not None
    kept: list[tuple[str, str]] = []
    shared = False
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if odd:
            name = _NAME.encode(decode(name.replace("+", "%20"), _DECODABLE_NAME))
            value = _VALUE.encode(decode(value.replace("+", "%20"), _DECODABLE_VALUE))
            while name[:4].lower() == "amp;":  # an ampersand that was escaped for HTML, once or more often
                name = name[4:]
        if renderings and ("?" in name or "?" in value):
            name, value = (_MISPLACED.sub("", name), "") if _MISPLACED.search(name) else (name, _MISPLACED_VALUE.sub("", value))
        shared = shared or name == "share"
        if (name or value) and not (renderings and _is_dropped(name, value, blogger)):
            kept.append((name, value))
    if shared and renderings:
        kept = [pair for pair in kept if pair != ("nb", "1")]  # WordPress's sharing buttons have it behind them
    if len(kept) > 1:
        kept = _joomla(kept) if renderings else kept
        kept.sort(key=lambda pair: pair[0])
        kept = [pair for number, pair in enumerate(kept) if not number or pair != kept[number - 1]]
    return "&".join([f"{name}={value}" if value or not name else name for name, value in kept])


@lru_cache(maxsize=8_192)
def _kind(name: str) -> _Kind:
    """Look a name up, however it is capitalised (`CMP`, `feedType`)."""
    low = name.lower()
    if low in _DROPPED or _DROPPED_FAMILIES.fullmatch(low):
        return _Kind.DROPPED
    for names, kind in ((_PLACES_NAMES, _Kind.PLACE), (_WORDS_NAMES, _Kind.WORDS), (_FLAG_NAMES, _Kind.FLAG), (_VIEW_NAMES, _Kind.VIEW)):
        if low in names:
            return kind
    return {"m": _Kind.BLOGGER, "_": _Kind.BUSTER}.get(low, _Kind.KEPT)


def _is_dropped(name: str, value: str, blogger: bool) -> bool:
    kind = _kind(name)
    if kind is _Kind.KEPT:
        return False
    if kind is _Kind.DROPPED:
        return True
    low = value.lower()
    if kind is _Kind.PLACE:
        return low in _PLACES
    if kind is _Kind.WORDS:
        return _WORDS.fullmatch(value) is not None
    if kind is _Kind.FLAG:
        return low in _FLAGS
    if kind is _Kind.VIEW:
        return low in _VIEWS or (low == "component" and name.lower() == "tmpl")
    if kind is _Kind.BLOGGER:
        return blogger and low in ("0", "1")
    return _BUSTER.fullmatch(value) is not None


def _joomla(kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Name an article of Joomla by its number alone: menu item, category and the alias behind the colon say where it was clicked.

    Source: Joomla's routing; `id=7:alias` is read as 7.
    """
    values = dict(kept)
    if (values.get("option"), values.get("view")) not in _JOOMLA_ARTICLES or not values.get("id"):
        return kept
    return [(name, _JOOMLA_NUMBER.sub(r"\1", value) if name == "id" else value) for name, value in kept if name not in ("Itemid", "catid")]
