"""The cards beside an answer: in two languages, each line with its chip, nothing unescaped."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.answer import Answer, Citation, Claim, Conflict, Side
from agent.page_view import answer_html
from agent.words import ENGLISH
from agent.words_zh import CHINESE

SHA = "ab" * 32
CITED = Citation(
    "1.1", "g", "Pneumonia", "Institute", "Edition 2", "current", SHA, 4, "4", ("3",), "p1", "l1",
    ((10, 20),), "Give amoxicillin 1 g.",
)  # fmt: skip
OTHER = replace(CITED, guideline="h", publisher="Society", page=7, quote="Give amoxicillin 2 g.")
OLD = replace(CITED, status="superseded", page=9, quote="Give amoxicillin 3 g.")
WARNS = replace(CITED, page=5, quote="Do not give in pregnancy.")
NOW = Side(CITED, "2025", "strong", "low")
ANSWER = Answer(
    "q?", "q?", False, "quote", "retrieval", "small", "gen-1",
    claims=(Claim(CITED.quote, (CITED,)),), omitted=(WARNS,),
    conflicts=(Conflict((NOW, Side(OTHER, "", "", "")), ("dose",)),),
    outdated=(Conflict((NOW, Side(OLD, "2019", "", "")), ("dose",)),),
)  # fmt: skip


def test_each_card_names_itself_and_carries_its_chips() -> None:
    html = answer_html(ANSWER, None, ENGLISH, "t0")
    assert re.findall(r'class="chip"[^>]*>(\d+)<', html) == ["1", "2", "1", "3", "1", "4"]
    for said in (
        "Also in this section", "Do not</strong>", "Guidelines differ: dose",
        "An older edition said otherwise: dose", "Edition 2 · published 2025",
        "Edition 2 · date not known", "Strength: strong · Certainty: low", "Strength not stated",
        "Before: do not use", "SUPERSEDED",
    ):  # fmt: skip
        assert said in html, said
    assert html.index("Guidelines differ on this (dose)") < html.index("claim-text")
    assert html.index("claim-text") < html.index("card-also") < html.index("card-differ")
    for at in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert f'id="{at}"' in html
    chinese = answer_html(ANSWER, None, CHINESE, "t0")
    for said in ("指南不一致：剂量", "旧版：勿用", "禁忌", "证据确定性：low"):
        assert said in chinese, said


def test_nothing_beside_draws_nothing() -> None:
    bare = replace(ANSWER, omitted=(), conflicts=(), outdated=())
    html = answer_html(bare, None, ENGLISH, "t0")
    assert "card" not in html
    assert "pointer" not in html


def test_what_a_catalogue_or_a_page_says_becomes_no_tag() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    cited = replace(CITED, title=evil, publisher=evil, edition=evil, quote=evil, status=evil)
    side = Side(cited, evil, evil, evil)
    answer = replace(
        ANSWER,
        omitted=(cited,),
        conflicts=(Conflict((side, side), (evil,)),),
        outdated=(Conflict((side, side), (evil,)),),
    )
    html = answer_html(answer, None, ENGLISH, evil)
    assert "<img" not in html
    assert "onerror=alert(1)&gt;" in html


def test_the_document_carries_what_stands_beside() -> None:
    document = ANSWER.document()
    assert document["omitted"][0]["quote"] == "Do not give in pregnancy."
    assert document["conflicts"][0]["differs"] == ("dose",)
    assert document["outdated"][0]["sides"][1]["citation"]["status"] == "superseded"
