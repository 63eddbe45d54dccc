from __future__ import annotations

import json

import pytest

from crawler.extraction.embedded import embedded_paragraphs
from crawler.extraction.structured import Facts

LINE = "Harbour pilots in Varnia walked out on Monday over unpaid night shifts, leaving eleven ships at anchor outside the port of Ardal."
HTML = f"<p>{LINE}</p><h3>Delays</h3><p>{LINE} Talks &amp; more.</p><ul><li><p>one</p></li></ul>"
PARAGRAPHS = [LINE, "Delays", f"{LINE} Talks & more.", "one"]


def escaped(text: str) -> str:
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e")


@pytest.mark.parametrize(
    "script",
    [
        f"window.state = {{'a': {escaped(HTML)}}}",
        json.dumps({"props": {"body": HTML, "teaser": "<p>x</p>"}}).replace("</", "<\\/"),
        f"push([1, {escaped(json.dumps({'body': HTML}))}])",
        f"push([1, {escaped(json.dumps({'state': json.dumps({'body': HTML})}))}])",
    ],
    ids=["string", "object", "object in a string", "object in a string in an object"],
)
def test_an_article_is_found_in_the_strings_of_scripts(script: str) -> None:
    assert embedded_paragraphs(f"<html><script>{script}</script></html>", Facts()) == PARAGRAPHS


def test_json_ld_may_hold_the_body_plain_or_as_html() -> None:
    plain = Facts(article={"articleBody": f"{LINE}\n\n{LINE} Talks."})
    assert embedded_paragraphs("", plain) == [LINE, f"{LINE} Talks."]
    assert embedded_paragraphs("", Facts(nodes=[{"articleBody": HTML}, {"articleBody": 7}])) == PARAGRAPHS
    assert embedded_paragraphs("", Facts(nodes=[{"articleBody": f"<b>{LINE}</b> {LINE}"}])) == [f"{LINE} {LINE}"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        f"<p>{LINE}</p>" * 3,
        f"<script>{escaped('<p>short</p>')}</script>",
        f'<script>"{"a" * 300} <p>\\q</p>"</script>',
        f'<script>"{"<p " * 200}"</script>',
        f'<script>"{"&lt;p&gt;" * 100}"</script>',
    ],
    ids=["nothing", "no script", "short", "no JSON escape", "no text", "entities"],
)
def test_nothing_is_made_of_nothing(source: str) -> None:
    assert embedded_paragraphs(source, Facts()) == []
