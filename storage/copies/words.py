"""The place of an article among the copies of its text, in words."""

from __future__ import annotations

from storage.records import Article, ClusterRole, CopyChange

_CHANGES = {
    CopyChange.CUT: "cut",
    CopyChange.ADDED: "text added",
    CopyChange.REWORDED: "reworded",
    CopyChange.HEADLINE: "new headline",
}
_SHORT = 4  # an agency's code of so many letters is its abbreviation


def agency_in_words(code: str) -> str:
    """Write the code of a news agency as people know it: AFP, Reuters."""
    return code.upper() if len(code) <= _SHORT else code.capitalize()


def copies_in_words(article: Article) -> str:
    """Count the other copies of an article's text: '3 copies'; an article that has none has no such words."""
    others = (article.cluster_members or 1) - 1
    return f"{others} {'copy' if others == 1 else 'copies'}" if others else ""


def origin_in_words(article: Article) -> str:
    """Say where the text of an article comes from: the publisher of the origin, and the agency, if one is known."""
    agency = agency_in_words(article.cluster_agency) if article.cluster_agency else None
    return ", ".join(name for name in (article.origin_source, agency) if name)


def place_in_words(article: Article, origin: str) -> str:
    """Say what an article is among the copies of its text: 'copy of … (Reuters): cut, new headline; 62 % alike'.

    `origin` names the origin. What a copy changed, and how alike it is, was compared with the text that represents the cluster; where that
    is neither the origin nor the article itself, its number is said. Returns: nothing for an article without copies.
    """
    match article.cluster_role:
        case None:
            return ""
        case ClusterRole.ORIGIN:
            return f"origin of {copies_in_words(article)}"
        case ClusterRole.COPY:
            place = f"copy of {origin}"
        case ClusterRole.PARTIAL:
            place = f"in part a copy of {origin}"
    if article.id == article.representative:
        return f"{place}; the other copies are compared with it"
    changes = ", ".join(_CHANGES[change] for change in sorted(article.changes, key=list(CopyChange).index))
    alike = f"{_percent(article.similarity)} alike" if article.similarity is not None else ""
    with_which = f", compared with [{article.representative}]" if alike and article.representative != article.origin else ""
    return f"{place}: {'; '.join(part for part in (changes or 'unchanged', alike) if part)}{with_which}"


def _percent(share: float) -> str:
    """Write a share; only all of it is 100 %."""
    return f"{100 if share >= 1 else min(99, round(share * 100))} %"
