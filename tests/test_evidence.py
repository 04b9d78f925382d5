"""What the model is shown and asked, and how its reply is read."""

import re
from dataclasses import replace

import pytest

from agent.evidence import gather
from agent.followup import standalone
from agent.prompts import (
    MOST_LINES,
    marked_sentences,
    named_lines,
    quote_regex,
    says_none,
    system,
    turn,
)
from agent.select import asserted, best_lines
from agent.tokens import tokens
from retrieval.search import Index


def test_evidence_numbers_lines_and_leads_back_to_the_page(sample_index: Index) -> None:
    hits = sample_index.search("amoxicillin dose low severity pneumonia", 6)
    evidence = gather("q", "g", hits)
    assert 3 <= len(evidence.passages) <= 6
    assert next(iter(evidence.lines)) == "1.1"
    for line_id, line in evidence.lines.items():
        assert line.line.quotable
        assert line.cite().quote == line.text
        assert f"\n{line_id} {line.text}" in evidence.render()
    texts = [line.text for line in evidence.lines.values()]
    assert len(set(texts)) == len(texts)
    assert sum(tokens(t) for t in gather("q", "g", hits, limit=200).lines) <= 200


@pytest.mark.parametrize(
    ("reply", "fits"),
    [
        ("<think>2.1 gives the dose.</think>\n\n2.1", True),
        ("<think>2.1 gives the dose.</think>\n\n1.1 2.1", True),
        ("<think>Nothing bears on it.</think>\n\nNONE", True),
        ("<think>2.1 gives the dose.</think>\n\n2.2", False),
        ("<think>2.1 gives the dose.</think>\n\nTake 500 mg.", False),
        ("<think>2.1 gives the dose.</think>\n\n1.1 2.1 1.1 2.1 1.1", False),
        ("2.1", False),
    ],
)
def test_a_quote_reply_can_name_only_what_exists(reply: str, fits: bool) -> None:
    assert MOST_LINES == 4
    assert bool(re.fullmatch(quote_regex(["1.1", "2.1"], 300, True), reply)) is fits


def test_the_dot_of_an_id_is_a_dot() -> None:
    assert not re.fullmatch(quote_regex(["1.1"], 300, False), "1x1")
    assert re.fullmatch(quote_regex(["1.1"], 300, False), "NONE")


def test_ids_and_none_are_read() -> None:
    assert named_lines("2.1 1.3 2.1") == ("2.1", "1.3")
    assert named_lines("NONE") == ()
    assert says_none(" none. ")
    assert not says_none("NONE of 2.1")


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("Give 1 g [1.1].", [("Give 1 g.", ("1.1",))]),
        ("Give 1 g. [1.1] Stop at 5 days. [1.2]",
         [("Give 1 g.", ("1.1",)), ("Stop at 5 days.", ("1.2",))]),
        ("Give 1 g [1.1, 2.3]. Then stop.", [("Give 1 g.", ("1.1", "2.3")), ("Then stop.", ())]),
        ("- Give 1 g [1.1][1.2].\n- Refer [2.1].",
         [("Give 1 g.", ("1.1", "1.2")), ("Refer.", ("2.1",))]),
        ("口服补液[1.1]。立即转诊[1.2]。", [("口服补液。", ("1.1",)), ("立即转诊。", ("1.2",))]),
        ("Give 2.5 mg [3.1].", [("Give 2.5 mg.", ("3.1",))]),
    ],
)  # fmt: skip
def test_a_marker_belongs_to_the_sentence_it_ends(
    answer: str, read: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert marked_sentences(answer) == read


def test_the_prompt_repeats_first_and_asks_last() -> None:
    assert system("quote") != system("compose")
    assert turn("1.1 A line.", "Which?") == "Lines:\n1.1 A line.\n\nQuestion: Which?"


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        ("What about in pregnancy?", True),
        ("and for children under 5?", True),
        ("Is it safe in renal failure?", True),
        ("Max dose?", True),
        ("那孕妇呢？", True),
        ("First-line antihypertensive in adults with diabetes", False),
        ("Doxycycline dose when penicillin allergic with pneumonia", False),
        ("儿童重度脱水的静脉补液速度是多少，需要监测什么", False),
    ],
)
def test_a_follow_up_carries_the_question_before_it(question: str, follows: bool) -> None:
    earlier = ["Amoxicillin dose for pneumonia"]
    searched, leaned = standalone(question, earlier)
    assert leaned is follows
    assert searched == (f"{earlier[0]} {question}" if follows else question)
    assert standalone(question, []) == (question, False)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("Low-severity pneumonia, no penicillin allergy: amoxicillin dose?",
         "Low-severity pneumonia,  : amoxicillin dose?"),
        ("On warfarin, not bleeding: vitamin K?", "On warfarin,  : vitamin K?"),
        ("成人肺炎，无青霉素过敏，阿莫西林剂量？", "成人肺炎， ，阿莫西林剂量？"),
        ("no fever", "no fever"),
        ("Nodular goitre: give iodine?", "Nodular goitre: give iodine?"),
    ],
)  # fmt: skip
def test_what_a_question_denies_draws_no_line(question: str, kept: str) -> None:
    assert asserted(question) == kept


def test_best_lines_come_best_first_and_ties_as_in_the_evidence() -> None:
    scores = {"1.1": 0.5, "1.2": 1.0, "2.1": 0.9, "2.2": 0.85, "3.1": 0.84}
    assert best_lines(scores, list(scores)) == ("1.2", "2.1", "2.2")
    assert best_lines({"2.1": 1.0, "1.2": 1.0, "1.1": 0.9}, ["1.1", "1.2", "2.1"]) == (
        "1.2",
        "2.1",
        "1.1",
    )
    assert best_lines({"1.1": 1.0, "1.2": 0.1}, ["1.1", "1.2"]) == ("1.1",)
    assert best_lines({}, []) == ()


def test_a_passage_keeps_its_number_in_a_conversation(sample_index: Index) -> None:
    hits = sample_index.search("amoxicillin dose low severity pneumonia", 4)
    first = gather("q", "g", hits)
    later = gather("q", "g", list(reversed(hits[1:])), first.numbers)
    for line_id, line in later.lines.items():
        assert first.lines[line_id].line.id == line.line.id
    new = gather("q", "g", sample_index.search("fever child paracetamol", 2), first.numbers)
    assert min(p.number for p in new.passages) == max(first.numbers.values()) + 1


def test_what_may_not_be_used_has_no_number_and_a_reason(sample_index: Index) -> None:
    hits = sample_index.search("amoxicillin dose low severity pneumonia", 3)
    old = [replace(hits[0], guideline=replace(hits[0].guideline, status="superseded"))]
    abroad = [replace(hits[1], guideline=replace(hits[1].guideline, jurisdiction="ZA"))]
    found = gather("q", "g", [*old, *abroad, hits[2]], jurisdictions=("GB",))
    assert [(a.why, a.about) for a in found.aside] == [("superseded", ""), ("elsewhere", "ZA")]
    assert {p.hit.passage.id for p in found.passages} <= {hits[2].passage.id}
    planted = hits[2].passage.lines[0].text
    marked = gather("q", "g", hits[2:], planted=lambda t: "orders" if t == planted else "")
    assert [(a.why, a.about) for a in marked.aside] == [("planted", "orders")]
    assert planted not in marked.render()
    plain = gather("q", "g", hits[2:], neutralised=str.upper)
    assert plain.render() == plain.render().upper()
    assert all(x.cite().quote == x.line.text for x in plain.lines.values())
