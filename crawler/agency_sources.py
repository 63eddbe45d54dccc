"""Which news agency a source is, by its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.extraction.agencies import agency_code

_BRACKETS = re.compile(r"[()]")


def code_of_agency(names: Iterable[str | None]) -> str | None:
    """Return the code of the agency that goes by one of these names: `Kuwait News Agency (KUNA)`, `Sputnik Arabic`.

    `names` are those of a source that is known to be an agency, so that a name which is also a word counts. Returns: None for an agency
    whose name `crawler.extraction.agency_names` does not have; nobody's text can be told to come from it.
    """
    return next((code for name in names if name for form in _forms(name) if (code := agency_code(form, bracketed=True))), None)


def _forms(name: str) -> Iterator[str]:
    """Yield a name as it stands, what is before and in its brackets, and its begin without the word that may name an edition."""
    yield name
    yield from (part.strip() for part in _BRACKETS.split(name) if part.strip())
    yield name.rpartition(" ")[0]
