"""Whose page is this? The source of a URL that no feed of ours named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.catalog import Source
from crawler.records import PageContext
from crawler.urls import canonical_url, host_of, registered_domain
from storage.records import SourceRecord


class SourceBook:
    """Find the source of a record: the one it names, the catalog's for that place, or one made from the host's registered domain."""

    def __init__(self, catalog: Iterable[Source] | None) -> None:
        """Index the catalog by where its sources live: a host and the path that their pages begin with."""
        self._known: dict[str, SourceRecord] = {}
        self._contexts: dict[str, PageContext] = {}
        self._homes: dict[str, list[tuple[str, str]]] = {}
        for source in catalog or ():
            self._known[source.id] = source.record()
            self._contexts[source.id] = source.context()
            path = urlsplit(source.homepage).path.rstrip("/") + "/"
            self._homes.setdefault(_bare_host(source.homepage), []).append((path, source.id))
        self._of_catalog = frozenset(self._known)
        for homes in self._homes.values():
            homes.sort(key=lambda home: -len(home[0]))  # the longest path is the closest home

    def find(self, url: str, named: str | None = None) -> tuple[SourceRecord, PageContext]:
        """Return the source of a URL and what is known of its pages.

        Raises: UrlError when the source is not named and the URL is not a web address.
        """
        identity = self._identify(url, named)
        if identity not in self._known:
            domain = identity if named is None else registered_domain(url)
            self._known[identity] = SourceRecord(identity, named or domain, f"https://{domain}/", from_catalog=False)
            self._contexts[identity] = PageContext(source_id=identity, source_name=named or domain)
        return self._known[identity], self._contexts[identity]

    def adopt(self, record: SourceRecord, context: PageContext) -> tuple[SourceRecord, PageContext]:
        """Return what the catalog knows of a source by its id; of one that it does not have, what is said here (rules change in time)."""
        if record.id not in self._of_catalog:
            self._known.setdefault(record.id, record)
            self._contexts[record.id] = context
        return self._known[record.id], self._contexts[record.id]

    def _identify(self, url: str, named: str | None) -> str:
        if named and (identity := _slug(named)):
            return identity
        path = urlsplit(canonical_url(url)).path + "/"  # a web address, or UrlError
        domain = registered_domain(url)
        for host in (_bare_host(url), domain):
            for home, source_id in self._homes.get(host, ()):
                if path.startswith(home):
                    return source_id
        return domain


def _bare_host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _slug(name: str) -> str:
    """Make an id of a name: letters and digits of any script, the rest one hyphen, at most 64 characters."""
    return re.sub(r"[^\w.]+|_", "-", name.strip().casefold()).strip("-.")[:64]
