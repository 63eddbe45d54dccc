from __future__ import annotations

from storage.search.fulltext import BREAK, CONFIG, HEAD, TITLE, Written, document, shorten_token


def parts(title: str, text: str) -> list[list[str]]:
    """Index an article and return the parts of its stream."""
    return [part.split() for part in document(Written.of(title, text)).split(f" {BREAK} ")]


def test_headline_and_first_words_are_indexed_as_such_too() -> None:
    assert parts("The Harbour", "وزارة الخارجيّة, again") == [
        ["=the", "=harbour"],
        ["+the", "+harbour"],
        ["+وزاره", "+خارجيه", "+again"],
        ["the", "harbour"],
        ["وزاره", "خارجيه", "again"],
    ]


def test_only_the_first_words_of_a_text_are_its_head() -> None:
    tokens = document(Written.of(None, " ".join(f"w{number}" for number in range(100)))).split()

    assert f"{HEAD}w{CONFIG.lead_tokens - 1}" in tokens
    assert f"{HEAD}w{CONFIG.lead_tokens}" not in tokens
    assert "w99" in tokens


def test_article_without_a_word_has_a_document() -> None:
    assert document(Written.of("", "?!")) == BREAK


def test_words_that_are_also_written_as_one_stand_at_the_end() -> None:
    assert parts("", "An e-mail from Sana'a")[-1] == ["email", "sanaa"]


def test_limits_of_a_long_article_stay_under_what_a_tsvector_holds() -> None:
    title, text = " ".join(f"t-{number}" for number in range(500)), " ".join(f"w-{number}" for number in range(20_000))
    tokens = document(Written.of(title, text)).split()

    assert len(tokens) < 16_383
    assert sum(token.startswith(TITLE) for token in tokens) == CONFIG.max_title_tokens + CONFIG.max_head_compounds


def test_long_tokens_are_cut_as_those_of_a_query_are() -> None:
    token = "ع" * 1_000

    assert parts("", f"a {token} b")[-1] == ["a", shorten_token(token), "b"]
    assert len(shorten_token(token)) == CONFIG.max_token_chars


def test_bytes_are_limited_between_tokens() -> None:
    text = max(parts("", " ".join(f"{number}{'ع' * 120}" for number in range(10_000))), key=len)

    assert len(" ".join(text).encode()) <= CONFIG.max_text_bytes
    assert {len(token.lstrip("0123456789")) for token in text} == {120}
