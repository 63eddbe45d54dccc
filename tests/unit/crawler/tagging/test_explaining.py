"""Tags with the passages that they rest on."""

from __future__ import annotations

from datetime import date

from crawler.tagging.explaining import explain_tags
from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region

REGION = load_region()


def test_every_passage_is_marked_in_the_original() -> None:
    title, text = "Erdoğan'ın ziyareti", "Dün «Nuri el-Maliki'ye»\n mektup: Türkiye ile Irak. Maliki yanıt verdi."
    explained = explain_tags(judge_article(title, text, "tr", region=REGION, published=date(2011, 12, 20)))
    by_value = {item.tag.value: item for item in explained}
    assert by_value.keys() == {"TR", "IQ", "recep-tayyip-erdogan", "nouri-al-maliki"}
    erdogan = by_value["recep-tayyip-erdogan"]
    assert erdogan.name == "Recep Tayyip Erdogan"
    assert [passage.marked for passage in erdogan.passages] == ["[[Erdoğan]]'ın ziyareti"]
    assert erdogan.passages[0].zone == "title"
    maliki = by_value["nouri-al-maliki"]
    assert [text[passage.start : passage.end] for passage in maliki.passages] == ["Nuri el-Maliki", "Maliki"]
    assert maliki.passages[0].marked == "Dün «[[Nuri el-Maliki]]'ye» mektup: Türkiye ile Irak. Maliki"
    assert "Prime Minister, IQ, 2006–2014" in maliki.offices
    assert by_value["IQ"].name == "Iraq"


def test_a_country_that_only_the_outlet_speaks_for_has_no_passage() -> None:
    explained = explain_tags(
        judge_article(
            "Parliament votes", "The minister spoke of the election and the opposition protested.", "en", region=REGION, source_country="JO"
        )
    )
    assert [(item.name, item.passages) for item in explained if item.tag.kind == "country"] == [("Jordan", ())]
