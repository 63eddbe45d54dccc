"""Scrapy's settings for every crawl: one name a line, each that differs from Scrapy's default with its reason.

A run changes them through `Settings.set(..., priority="cmdline")`; what a user may change is documented in docs/settings.md.
Measured reasons are those of Scrapy 2.19.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

from crawler import encodings


def user_agent(contact: str | None = None) -> str:
    """Return the honest name under which pages are fetched.

    Args: an e-mail address or a URL where a webmaster reaches whoever runs this crawl.
    Returns: `Dragoman/<version> (+<contact>)`, or `Dragoman/<version>` without a contact.
    Raises: ValueError when the contact cannot stand in an HTTP header.
    """
    try:
        name = f"Dragoman/{version('dragoman')}"
    except PackageNotFoundError:  # run from a folder that was never installed
        name = "Dragoman"
    if not contact:
        return name
    if not re.fullmatch(r"[!-'*-~]{1,200}", contact):
        raise ValueError(f"the contact {contact!r:.60} must be one word of ASCII, such as an e-mail address or a URL")
    return f"{name} (+{contact})"


BOT_NAME = "dragoman"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = user_agent()

# --- our own, with their defaults ---
DRAGOMAN_ALLOW_PRIVATE_HOSTS = False  # loopback and private networks; only the demo and the tests open them
DRAGOMAN_HOST_DELAY_SECONDS = 1.0  # pause between the end of one exchange with a host and the start of the next
DRAGOMAN_MAX_RSS_BYTES = 2 * 1024**3  # resident memory of the crawl itself at which it stops in good order

# --- engine ---
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # the default, said aloud: the middlewares await asyncio futures
TWISTED_DNS_RESOLVER = "crawler.middlewares.resolver.GuardedResolver"  # no name leads off the public internet
REACTOR_THREADPOOL_MAXSIZE = 20  # names are resolved in threads; ten dead name servers must not hold up the rest
CONCURRENT_REQUESTS = 32  # over all hosts; most of them wait for their host's delay
CONCURRENT_ITEMS = 4  # of one answer, which has one item at most; Scrapy starts so many tasks for each answer, by default 100
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one at a time, so that the delay means something
DOWNLOAD_DELAY = DRAGOMAN_HOST_DELAY_SECONDS  # `Politeness` sets it for each host; this holds for whatever slips by
DOWNLOAD_DELAY_JITTER = 0  # a delay that was asked for is not to be halved at random
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # the default asks for the last first; what is handed over comes newest first
AUTOTHROTTLE_ENABLED = False  # two masters of one delay

# --- what is fetched, and how much of it ---
DOWNLOAD_HANDLERS = {
    "http": "crawler.transport.GuardedTransport",
    "https": "crawler.transport.GuardedTransport",
    # a feed must not be able to name a file of this machine (`file:///etc/passwd` works by default)
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_MAXSIZE = encodings.MAX_BODY_BYTES  # 1.4 KB of brotli became 900 MB of body under the default of 1 GiB
DOWNLOAD_WARNSIZE = 0  # a large page is not worth a log line
DOWNLOAD_TIMEOUT = 30  # the default, with two retries, spends nine minutes on a silent server
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default
RETRY_TIMES = 1  # later tries belong to the frontier in the database
RETRY_HTTP_CODES = [502, 504]  # a gateway's hiccup; 429 and 503 ask to be left alone, 500 does not pass in seconds
RETRY_EXCEPTIONS = [  # broken connections; not timeouts, unknown names and refusals, which do not pass in seconds either
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the ledger says it
REDIRECT_MAX_TIMES = 10  # the default of 20 is for browsers with cookies
METAREFRESH_ENABLED = False  # parses every page on the reactor
COOKIES_ENABLED = False  # we are nobody's returning visitor
HTTPPROXY_ENABLED = False  # a proxy from the environment would connect, unguarded, for us
HTTPERROR_ALLOW_ALL = True  # every status is an outcome, so the spider must see it
ROBOTSTXT_OBEY = False  # obeyed by `RobotsMiddleware`: Scrapy's own crawls on when robots.txt cannot be read
URLLENGTH_LIMIT = (
    0  # would drop long addresses in silence; percent-encoded Arabic gets long, and the guard has its own limit, with a reason
)
REFERRER_POLICY = "no-referrer"  # nobody needs to know which feed named a page
DEFAULT_REQUEST_HEADERS = {  # without the default 'Accept-Language: en', by which a bilingual site would hide its other half
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8",
}
DUPEFILTER_CLASS = (
    "scrapy.dupefilters.BaseDupeFilter"  # filters nothing: the frontier is in the database, and a dropped request has no outcome
)

# --- the way of a request from the spider (low numbers) to the network (high numbers), and of its answer back ---
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.guard.AddressGuard": 10,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops in silence
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.politeness.Politeness": 110,  # behind robots.txt, whose Crawl-delay it obeys
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.middlewares.guard.ContentEncoding": 590,  # in the place of Scrapy's HttpCompressionMiddleware
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.guard.BodyGuard": 595,  # between redirects and decoding: sees what is left of an answer
    "crawler.middlewares.guard.CheckedRedirects": 600,  # in the place of Scrapy's RedirectMiddleware
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.ExtractPipeline": 100,
    "crawler.pipelines.StorePipeline": 200,
}
EXTENSIONS = {
    "crawler.watchdog.Watchdog": 0,
    "crawler.shutdown.PromptStop": 0,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.memusage.MemoryUsage": None,  # looks at the peak, which never falls; the watchdog looks at now
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
TELNETCONSOLE_ENABLED = False  # a console on a port
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens a port that executes code
MEMUSAGE_ENABLED = False
JOBDIR = None  # 12 of 12 runs that were killed with one lost URLs; the frontier in the database lost none

# --- logs: the ledger and the summary speak; Scrapy speaks when something is wrong ---
LOG_LEVEL = "WARNING"
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # the reason why the crawl ended is said once, not for each page that was on its way
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
