"""Training examples are the agent's own prompt, and no test question enters them."""

import json
from pathlib import Path

import pytest

from agent.evidence import gather
from agent.prompts import quote_regex, system, turn
from finetune.examples import Labelled, example
from finetune.labels import load
from guidelines.problem import Problem
from retrieval.search import Index


def test_an_example_is_what_the_agent_would_ask_and_what_it_would_accept(
    sample_index: Index,
) -> None:
    question = "amoxicillin dose low severity pneumonia"
    evidence = gather(question, "g", sample_index.search(question, 6))
    line = next(x for x in evidence.lines.values() if "Offer oral amoxicillin 1 g" in x.text)
    start, end = line.line.spans[-1]
    gold = ((line.passage.sha256, line.passage.page, start + 4, end),)
    made = example(Labelled(question, "The dose stands in one line.", gold), evidence)
    asked = [m["content"] for m in made["messages"][:2]]
    assert asked == [system("quote"), turn(evidence.render(), question)]
    reply = made["messages"][2]["content"]
    assert reply == f"<think>The dose stands in one line.</think>\n\n{line.id}"
    import re

    assert re.fullmatch(quote_regex(list(evidence.lines), 320, True), reply)
    none = example(Labelled(question, "No line answers.", ()), evidence)
    assert none["messages"][2]["content"].endswith("\n\nNONE")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"question": "New?", "thinking": "t", "gold": [{"page": 1}]}, "line 2: does not fit"),
        ({"question": "New?", "thinking": " ", "gold": []}, "thinking is empty"),
        ({"question": "HELD   out, this!", "thinking": "t", "gold": []}, "question of a benchmark"),
    ],
)
def test_a_line_that_may_not_enter_is_named(
    row: dict[str, object], why: str, tmp_path: Path
) -> None:
    held = tmp_path / "bench.jsonl"
    held.write_text(json.dumps({"question": "Held out: this?"}) + "\n")
    good = {"question": "Other?", "thinking": "It is.", "gold": []}
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(good) + "\n")
    assert len(load(path, [held])) == 1
    path.write_text(json.dumps(good) + "\n" + json.dumps(row) + "\n")
    with pytest.raises(Problem, match=why):
        load(path, [held])
