"""The settings hold what the hazards ask for, and every name in them leads somewhere."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler import settings as module
from crawler.settings import user_agent


@pytest.fixture(scope="module")
def settings() -> Settings:
    settings = Settings()
    settings.setmodule(module)
    return settings


def test_user_agent_is_honest_and_names_a_contact() -> None:
    assert user_agent("https://lab.example/crawl").startswith("Dragoman/")
    assert user_agent("crawl@lab.example").endswith(" (+crawl@lab.example)")
    assert "(" not in user_agent(None)


@pytest.mark.parametrize("contact", ["two words", "a\r\nX: y", "ج@lab.example", "x" * 300, "a(b)"])
def test_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="one word of ASCII"):
        user_agent(contact)


def test_every_component_can_be_loaded(settings: Settings) -> None:
    names = [settings["TWISTED_DNS_RESOLVER"], settings["DUPEFILTER_CLASS"], *settings["RETRY_EXCEPTIONS"]]
    for table in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS"):
        names += list(settings.getdict(table))
    names += [name for name in settings.getdict("DOWNLOAD_HANDLERS").values() if name]
    for name in names:
        assert load_object(name)


def test_nothing_but_the_web_can_be_fetched(settings: Settings) -> None:
    schemes = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in schemes.items() if handler} == {"http", "https"}


def test_every_setting_is_one_that_scrapy_or_dragoman_knows(settings: Settings) -> None:
    known = set(Settings())
    ours = [name for name in vars(module) if name.isupper()]
    assert [name for name in ours if name not in known and not name.startswith("DRAGOMAN_")] == []
    assert settings.getint("DOWNLOAD_MAXSIZE") == 10 * 1024 * 1024
