from __future__ import annotations

from storage.fulltext import CONFIG, Indexed, indexed, shorten_token
from storage.textnorm import normalize


def of(title: str, text: str) -> Indexed:
    return indexed(normalize(title), normalize(text))


def test_short_article_is_indexed_whole() -> None:
    tokens = of("The Harbour", "وزارة الخارجيّة, again")

    assert (tokens.title, tokens.text) == ("the harbour", "وزاره خارجيه again")
    assert of("", "").title == ""


def test_only_the_first_tokens_of_a_long_text_are_of() -> None:
    tokens = of("t " * 1_000, "w " * 20_000)

    assert tokens.title.split() == ["t"] * CONFIG.max_title_tokens
    assert tokens.text.split() == ["w"] * CONFIG.max_text_tokens


def test_long_tokens_are_cut_as_those_of_a_query_are() -> None:
    token = "ع" * 1_000

    assert of("", f"a {token} b").text.split() == ["a", shorten_token(token), "b"]
    assert len(shorten_token(token)) == CONFIG.max_token_chars


def test_bytes_are_limited_between_tokens() -> None:
    text = of("", " ".join(f"{number}{'ع' * 120}" for number in range(10_000))).text

    assert len(text.encode()) <= CONFIG.max_text_bytes
    assert {len(token.lstrip("0123456789")) for token in text.split()} == {120}
