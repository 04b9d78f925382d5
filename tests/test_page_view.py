"""What the page draws: every text escaped, every citation a way to its page, nothing unproved."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agent.answer import Answer, Choice, Citation, Claim, Notice, Verdict, Withheld
from agent.events import Searching, Thinking
from agent.evidence import Evidence, gather
from agent.page_thinking import thinking_html, thinking_text
from agent.page_transcript import problem_html, turn_html, welcome_html
from agent.page_turn import Turn
from agent.page_view import answer_html, notices_html
from agent.words import ENGLISH
from agent.words_zh import CHINESE
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage
from retrieval.search import Hit

SHA = "ab" * 32
EVIL = "<img src=x onerror=alert(1)>\"'</q></p><script>alert(2)</script>"
CITED = Citation(
    "1.1", "g", "Pneumonia", "Institute", "Edition 2", "current", SHA, 4, "iv",
    ("3 Treatment", "3.1"), "p1", "l1", ((10, 20), (30, 44)), "Give amoxicillin 1 g.",
)  # fmt: skip
ANSWER = Answer(
    "q?", "q?", False, "quote", "retrieval", "small", "gen-1",
    claims=(Claim(CITED.quote, (CITED,), (Verdict("stands on the page", True),)),),
)  # fmt: skip


def evidence() -> Evidence:
    line = Line("l1", ((10, 20),), "Give amoxicillin 1 g every 8 hours.", False, True)
    passage = Passage("p1", "g", SHA, 4, "iv", ("3",), line.text, "text", (line,))
    guideline = Guideline("g", "Pneumonia", SHA, "g.pdf", 8)
    return gather("q", "gen-1", [Hit(1, 1.0, passage, guideline, 0.9)])


def tags(html: str) -> set[str]:
    """Every tag that a browser would open."""
    return set(re.findall(r"<([a-z0-9]+)", html))


def test_a_claim_is_followed_by_its_chip_and_its_source() -> None:
    html = answer_html(ANSWER, None, ENGLISH, "t0")
    ref = f"{SHA}:4:10-20,30-44"
    assert html.count(f'data-ref="{ref}"') == 2
    assert html.index("Give amoxicillin 1 g.") < html.index('class="chip"')
    assert html.index('class="chip"') < html.index('class="source"')
    for said in ("Pneumonia", "Institute · Edition 2", "CURRENT", "p. 4 (printed iv)", "3.1"):
        assert said in html, said
    assert 'aria-label="Citation 1: Pneumonia, page 4. Show the page."' in html
    assert "Quoted word for word" in html
    assert "Checks: 1 of 1 passed" in html


def test_the_printed_label_is_left_out_where_it_is_the_page() -> None:
    same = replace(CITED, page_label="4")
    html = answer_html(replace(ANSWER, claims=(Claim("x", (same,)),)), None, CHINESE, "t0")
    assert "第 4 页" in html
    assert "印刷页码" not in html
    assert "现行" in html


def test_one_line_keeps_its_number_and_another_gets_the_next() -> None:
    other = replace(CITED, page=5, status="superseded")
    answer = replace(
        ANSWER,
        mode="compose",
        claims=(Claim("One.", (CITED, other)), Claim("Two.", (other,))),
    )
    html = answer_html(answer, None, ENGLISH, "t0")
    assert re.findall(r'class="chip"[^>]*>(\d+)<', html) == ["1", "2", "2"]
    assert html.count("SUPERSEDED") == 2
    assert html.count('class="badge badge-superseded"') == 2
    assert html.count("<q>Give amoxicillin 1 g.</q>") == 3
    assert "Quoted word for word" not in html


def test_nothing_a_model_a_reader_or_a_pdf_wrote_becomes_a_tag() -> None:
    cited = Citation(
        EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, SHA, 4, EVIL, (EVIL,), EVIL, EVIL, ((1, 2),), EVIL
    )
    answer = Answer(
        EVIL, EVIL, False, "compose", "retrieval", EVIL, EVIL,
        reason=EVIL, claims=(Claim(EVIL + "!", (cited,), (Verdict(EVIL, False, EVIL),)),),
        withheld=(Withheld(EVIL, EVIL),), notices=(Notice("emergency", EVIL, EVIL),),
        nearest=(cited,), thinking=EVIL,
        model_choice=Choice((EVIL, "1.1"), False), receipt_id=EVIL,
    )  # fmt: skip
    drawn = [
        turn_html(Turn(EVIL, 3, "answered", answer=a, thinking=EVIL, query=EVIL), ENGLISH, "t0")
        for a in (answer, replace(answer, abstained=True))
    ]
    drawn += [
        turn_html(Turn(EVIL, 3, "failed", problem=EVIL, thinking=EVIL), ENGLISH, "t0"),
        thinking_html(EVIL, evidence(), ENGLISH, key="t0"),
        welcome_html([EVIL], ENGLISH),
        problem_html(EVIL),
    ]
    for html in drawn:
        assert "<img" not in html
        assert "<script" not in html
        assert "onerror=alert(1)&gt;" in html
        assert tags(html) <= {
            "article", "section", "div", "p", "h2", "h3", "span", "button", "ul", "li", "q", "s",
            "em", "strong", "b", "details", "summary",
            "label", "select", "option", "fieldset", "legend", "input", "textarea",
        }  # fmt: skip


def test_an_emergency_stands_first_and_is_an_alert() -> None:
    notices = (
        Notice("superseded", "First edition", "An older edition."),
        Notice("emergency", "stridor", "Possible emergency."),
    )
    html = notices_html(notices, ENGLISH)
    assert html.index("stridor") < html.index("First edition")
    assert html.count('class="emergency" role="alert"') == 1
    assert html.count('class="notice" role="note"') == 1
    turn = Turn("q?", 3, "answered", answer=replace(ANSWER, notices=notices), thinking="So.")
    whole = turn_html(turn, ENGLISH, "t0")
    assert whole.index("stridor") < whole.index("claim-text") < whole.index("thinking")
    assert "可能是紧急情况（stridor）" in notices_html(notices, CHINESE)


def test_what_was_withheld_is_folded_and_never_looks_like_an_answer() -> None:
    answer = replace(ANSWER, withheld=(Withheld("Ten days.", "10 stands in no line"),))
    html = answer_html(answer, None, ENGLISH, "t0")
    part = html[html.index('<details class="withheld"') :]
    assert "<s>Ten days.</s> <em>10 stands in no line</em>" in part
    assert "open" not in part[: part.index(">")]
    assert html.count("Ten days.") == 1
    assert "claim" not in part


def test_an_abstention_says_what_was_searched_and_leads_to_the_nearest() -> None:
    answer = replace(
        ANSWER,
        abstained=True,
        claims=(),
        why="foreign",
        passages=314,
        guidelines=11,
        searched="malaria",
        nearest=(CITED,),
    )
    html = answer_html(answer, None, ENGLISH, "t0")
    assert "No answer from these guidelines" in html
    assert "nothing in the library is about this. Searched 314 passages of 11" in html
    assert "for “malaria”." in html
    assert html.count("data-ref=") == 1
    assert "claim" not in html
    assert "Lines picked by retrieval" not in html
    told = replace(answer, reason="Searched 8 passages for “malaria”.")
    assert "Searched for: malaria" not in answer_html(told, None, ENGLISH, "t0")


def test_lines_picked_by_retrieval_are_said_to_be_with_the_models_choice_beside() -> None:
    picked = replace(ANSWER, model_choice=Choice(("1.1", "9.9"), False))
    html = answer_html(picked, evidence(), ENGLISH, "t0")
    assert "Lines picked by retrieval, not by the model" in html
    choice = html[html.index('<details class="choice"') :]
    assert f'data-ref="{SHA}:4:10-20"' in choice
    assert "<li>9.9</li>" in choice
    none = replace(ANSWER, model_choice=Choice((), True))
    assert "The model picked no line." in answer_html(none, None, ENGLISH, "t0")
    own = replace(ANSWER, selected_by="model")
    assert "picked" not in answer_html(own, None, ENGLISH, "t0")


def test_thinking_marks_step_words_and_links_only_ids_of_the_evidence() -> None:
    html = thinking_text("First, see 1.1. Give 2.5 mg < 3. So 7.7.", evidence(), ENGLISH)
    assert html.count('class="line-id"') == 1
    assert f'data-ref="{SHA}:4:10-20"' in html
    assert '<b class="step">First</b>' in html
    assert '<b class="step">So</b>' in html
    assert "2.5 mg &lt; 3" in html
    assert "7.7." in html


def test_thinking_is_open_while_it_is_live_and_folded_after() -> None:
    live = turn_html(Turn("q?", 3, "thinking", thinking="So."), ENGLISH, "t0")
    assert '<details class="thinking" data-key="t0-live" open' in live
    done = turn_html(Turn("q?", 3, "answered", thinking="So.", answer=ANSWER), ENGLISH, "t0")
    assert '<details class="thinking" data-key="t0">' in done
    assert thinking_html("  ", None, ENGLISH, key="t0", live=True) == ""


@pytest.mark.parametrize("phase", ["searching", "thinking", "checking", "stopped", "failed"])
def test_no_answer_is_drawn_before_it_is_whole(phase: str) -> None:
    turn = Turn("q?", 11)
    for event in (Searching("q?", False), Thinking("So 1.1.")):
        turn.apply(event)
    turn.phase = phase  # type: ignore[assignment]
    html = turn_html(turn, ENGLISH, "t0")
    assert "claim" not in html
    assert 'class="answer"' not in html
    said = {"searching": "Searching 11 guidelines…", "stopped": "No answer was given"}.get(phase)
    assert said is None or said in html
