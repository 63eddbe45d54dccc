"""The errors of storage.

StorageError
├── BadDatabaseUrl       the --db URL is not one that SQLAlchemy and Dragoman understand
├── DatabaseUnavailable  the database cannot be opened, read or written
├── SchemaTooNew         it was written by a newer Dragoman
├── SchemaTooOld         it must be upgraded first
├── NotFound             no such article, source or run
├── BadPage              a page of a search cannot begin there
├── BadRecord            a record cannot be kept as it is (names the URL)
├── ExportError          an export cannot be written
├── SnapshotError        a snapshot cannot be made, found, read or built upon
├── SourceBusy           another process is crawling this source
└── AlreadyLeading       another scheduler holds this database
"""

from __future__ import annotations


class StorageError(Exception):
    """Base of all that storage raises; its text is one line that a user can act on."""

    def __init__(self, message: str, *, url: str | None = None, source_id: str | None = None) -> None:
        """Keep the message and, where known, the URL and source it concerns."""
        super().__init__(message)
        self.url = url
        self.source_id = source_id


class BadDatabaseUrl(StorageError):
    """The database URL cannot be understood."""


class DatabaseUnavailable(StorageError):
    """The database cannot be opened, read or written."""


class SchemaTooNew(StorageError):
    """The database was written by a newer Dragoman."""


class SchemaTooOld(StorageError):
    """The database was written by an older Dragoman and was not upgraded."""


class NotFound(StorageError):
    """There is no such article, source or run."""


class BadPage(StorageError):
    """A page of a search cannot begin there: the token is not one of this search's."""


class BadRecord(StorageError):
    """A record cannot be kept as it is."""


class ExportError(StorageError):
    """An export cannot be written."""


class SnapshotError(StorageError):
    """A snapshot cannot be made, found, read or built upon."""


class AlreadyLeading(StorageError):
    """Another scheduler holds this database."""


class SourceBusy(StorageError):
    """Another process is crawling this source into the same database."""
