"""What a source file may say under `extraction:`, checked when the catalog is loaded."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from crawler.css import BadSelector, parse_selector
from crawler.records import SelectorRule, SelectorRules

#: How many selectors a source may name, all fields together.
MAX_RULES = 40
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_:.-]{0,63}")


def _rule(value: object) -> SelectorRule:
    """Accept a selector, alone or with the attribute that holds the value."""
    if isinstance(value, SelectorRule):
        value = {"selector": value.selector, "attribute": value.attribute}
    if isinstance(value, str):
        value = {"selector": value}
    if not isinstance(value, dict):
        raise ValueError("is neither a selector nor {selector: …, attribute: …}")  # noqa: TRY004 - pydantic reports ValueError only
    if unknown := [name for name in value if name not in ("selector", "attribute")]:
        raise ValueError(f"has the unknown key {unknown[0]!r:.60} (known: selector, attribute)")
    selector, attribute = value.get("selector"), value.get("attribute")
    if not isinstance(selector, str) or not selector.strip():
        raise ValueError("names no selector")
    if attribute is not None and not (isinstance(attribute, str) and _ATTRIBUTE.fullmatch(attribute)):
        raise ValueError(f"{attribute!r:.60} is not the name of an attribute")
    try:
        parse_selector(selector.strip())
    except BadSelector as error:
        raise ValueError(str(error)) from error
    return SelectorRule(selector.strip(), attribute)


Rules = Annotated[
    tuple[Annotated[SelectorRule, BeforeValidator(_rule)], ...],
    BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value]),
]


class Extraction(BaseModel):
    """How to read the pages of a source where the generic reading gets them wrong: CSS selectors, for the fields that need it.

    Of each field one or several, tried in order; each alone or with the `attribute` that holds the value. A field whose selectors find
    nothing on a page is read as if it had none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: Rules = ()
    standfirst: Rules = ()
    authors: Rules = ()
    date: Rules = ()
    body: Rules = ()
    prune: Rules = ()

    @model_validator(mode="after")
    def _few_and_of_use(self) -> Self:
        rules = self.rules()
        count = sum(len(getattr(rules, name)) for name in type(self).model_fields)
        if count > MAX_RULES:
            raise ValueError(f"names {count} selectors, and {MAX_RULES} are allowed")
        for name in ("body", "prune"):
            if any(rule.attribute for rule in getattr(rules, name)):
                raise ValueError(f"{name} takes elements as they are, and no attribute of them")
        return self

    def rules(self) -> SelectorRules:
        """Return the rules as the extraction takes them."""
        return SelectorRules(**{name: getattr(self, name) for name in type(self).model_fields})
