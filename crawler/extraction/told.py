"""A fact with where it was found and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.records import Evidence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A value that a page told: `found_in` names the place ('json-ld', 'og', 'heading' …), `confidence` is 0 … 1."""

    value: T
    found_in: str
    confidence: float

    @property
    def evidence(self) -> Evidence:
        """Where the value was found, without it."""
        return Evidence(self.found_in, self.confidence)
