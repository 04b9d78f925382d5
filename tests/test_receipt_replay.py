"""Replaying a receipt: the same answer bit for bit, and each difference told."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from agent import turn
from agent.answer import Answer
from agent.closing import judged
from agent.receipt_replay import replay
from agent.receipts import link, receipt
from guidelines import catalogue
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.embed import Embedder
from retrieval.search import Index
from tests.test_receipts import CHILD, DOSE, FOREIGN, REPLY, answered, asked, home, kept, shift

__all__ = ["home"]


@pytest.mark.parametrize("question", [DOSE, CHILD, FOREIGN])
@pytest.mark.parametrize("by_model", [False, True])
def test_a_replay_gives_the_same_answer_bit_for_bit(
    question: str, by_model: bool, sample_index: Index, home: Home
) -> None:
    _, answer, body = answered(sample_index, question, by_model=by_model)
    done = replay(home, kept(home, body))
    assert done.same
    assert done.program[0] == done.program[1]
    assert done.quotes == sum(len(c.citations) for c in answer.claims)
    # Line 1.1 is the row of a lighter child: a model that names it is withheld.
    assert (done.quotes > 0) is (question != FOREIGN and not (by_model and question == CHILD))


CHANGES: dict[str, tuple[Any, str]] = {
    "why": ("none", "why: "),
    "abstained": (True, "abstained: true then, false now"),
    # Two guards on the whole answer, and three parts of what stands beside it.
    "verdicts": ([], "verdicts: 0 entries then, 5 entries now"),
    "notices": ([{}], "notices: 1 entries then, 0 entries now"),
    "omitted": ([{}], "omitted: 1 entries then, "),
    "outdated": ([], "outdated: 0 entries then, 1 entries now"),
    "passages": (3, "passages: 3 then, "),
}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_each_field_that_comes_out_otherwise_is_told(
    field: str, sample_index: Index, home: Home
) -> None:
    first = link(1, "0" * 64, answered(sample_index, DOSE)[2])
    value, told = CHANGES[field]
    done = replay(home, kept(home, shift(first, **{field: value})))
    assert not done.same
    assert [d[: len(told)] for d in done.differences] == [told]


def test_a_claim_or_a_verdict_that_comes_out_otherwise_is_told_by_its_place(
    sample_index: Index, home: Home
) -> None:
    first = link(1, "0" * 64, answered(sample_index, DOSE)[2])
    claims = json.loads(json.dumps(first.body["answer"]["claims"]))
    claims[0]["verdicts"][1]["passed"] = False
    claims[0]["text"] = claims[0]["text"].replace("1 g", "2 g")
    done = replay(home, kept(home, shift(first, claims=claims)))
    assert [d.split(":")[0] for d in done.differences] == [
        "claims[0].text",
        "claims[0].verdicts[1].passed",
    ]
    assert done.differences[1] == "claims[0].verdicts[1].passed: false then, true now"


def test_other_picks_or_another_reply_give_another_answer(sample_index: Index, home: Home) -> None:
    body = answered(sample_index, DOSE)[2]
    other = [i for i in ("1.1", "2.1", "2.2") if i not in body["picked"]][:1]
    assert not replay(home, kept(home, {**body, "picked": other})).same
    body = answered(sample_index, DOSE, by_model=True)[2]
    none = {"thinking": "", "answer": "NONE", "closed": True}
    done = replay(home, kept(home, {**body, "replies": [none]}))
    assert "abstained: false then, true now" in done.differences


def test_a_prompt_that_would_be_worded_otherwise_now_is_told(
    sample_index: Index, home: Home
) -> None:
    body = answered(sample_index, DOSE)[2]
    done = replay(home, kept(home, {**body, "prompts_sha256": ["0" * 64]}))
    assert done.differences == ("the prompt: other words would be sent to the model now",)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"status": "retired"}, "is retired since"),
        ({"status": "superseded"}, "is superseded since"),
        ({"sha256": "cd" * 32}, "has another file since"),
    ],
)
def test_an_edition_that_fell_while_its_answer_was_made_falls_in_the_replay_too(
    changed: dict[str, str], why: str, home: Home, embedder: Embedder
) -> None:
    index = Index.open(home, embedder)
    begun = turn.begin(DOSE, (), index, "quote", "retrieval", "m")
    with catalogue.locked(home) as entries:
        entries["cap-adults-2025"] = replace(entries["cap-adults-2025"], **changed)  # type: ignore[arg-type]
    ended, answer = judged(begun, index, REPLY)
    body = json.loads(json.dumps(receipt(ended, answer, asked(ended, REPLY))))
    assert list(body["fallen"]) == ["cap-adults-2025"]
    assert why in body["fallen"]["cap-adults-2025"]
    assert answer.withheld
    assert all(w.why == f"status: {body['fallen']['cap-adults-2025']}" for w in answer.withheld)
    # The catalogue is as before again: the replay goes by what was recorded.
    with catalogue.locked(home) as entries:
        entries["cap-adults-2025"] = begun.hits[0].guideline
    assert replay(home, kept(home, body)).same
    other = replay(home, kept(home, {**body, "fallen": {}}))
    assert "abstained: true then, false now" in other.differences


def test_a_card_is_made_again_from_the_recorded_likeness_alone(
    sample_index: Index, home: Home
) -> None:
    ended, answer, body = answered(sample_index, DOSE)
    assert [c.differs for c in answer.outdated] == [("dose", "duration")]
    assert body["likeness"] == ended.likeness
    assert {x.line.id for x in ended.evidence.lines.values() if x.id in ended.picked} <= set(
        body["likeness"]
    )
    faint = {i: -1.0 if i == _old_line(answer) else one for i, one in body["likeness"].items()}
    differences = replay(home, kept(home, {**body, "likeness": faint})).differences
    assert "outdated: 1 entries then, 0 entries now" in differences
    lost = replay(home, kept(home, {**body, "likeness": {}}))
    assert "verdicts[4].passed: true then, false now" in lost.differences


def _old_line(answer: Answer) -> str:
    return answer.outdated[0].sides[1].citation.line_id


def test_a_pruned_generation_is_one_line_that_says_what_is_still_known(
    sample_index: Index, home: Home
) -> None:
    _, answer, body = answered(sample_index, DOSE)
    entry = kept(home, body)
    shutil.rmtree(store.generations(home) / answer.generation)
    with pytest.raises(Problem) as told:
        replay(home, entry)
    count = sum(len(c.citations) for c in answer.claims)
    assert told.value.why == (
        "was pruned, so its evidence cannot be made again; "
        f"{count} of {count} quotes stand on their pages"
    )
    assert told.value.mend == f"clinicite receipt show {entry.name}"


def test_a_receipt_of_a_newer_program_is_not_replayed(sample_index: Index, home: Home) -> None:
    entry = kept(home, {**answered(sample_index, DOSE)[2], "schema": 99})
    with pytest.raises(Problem, match="has format 99, newer than this program's 1"):
        replay(home, entry)


def test_passages_that_were_altered_are_not_replayed_from(sample_index: Index, home: Home) -> None:
    _, answer, body = answered(sample_index, DOSE)
    with (store.generations(home) / answer.generation / store.PASSAGES).open("a") as file:
        file.write("\n")
    with pytest.raises(Problem, match="its passages are torn or altered"):
        replay(home, kept(home, body))


def test_a_quote_is_checked_against_its_pdf_read_again(sample_index: Index, home: Home) -> None:
    _, answer, body = answered(sample_index, DOSE)
    entry = kept(home, body)
    cited = answer.claims[0].citations[0]
    where = f"line {cited.line} ({cited.guideline}, page {cited.page})"
    moved = [{**c, "spans": [[a + 1, b + 1] for a, b in c["spans"]]} for c in _cited(body)]
    claims = [{**c, "citations": [m]} for c, m in zip(_claims(body), moved, strict=True)]
    done = replay(home, kept(home, shift(entry, claims=claims)))
    assert done.lost[0] == f"{where}: the page does not give these words at that place"
    assert len(done.lost) == len(moved)
    path = home.files / f"{cited.file_sha256}.pdf"
    path.write_bytes(path.read_bytes() + b"\n")
    assert f"{where}: the PDF was altered" in replay(home, entry).lost
    path.unlink()
    assert f"{where}: the PDF is not in the library any more" in replay(home, entry).lost


def _claims(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(json.loads(json.dumps(body["answer"]["claims"])))


def _cited(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [c for claim in _claims(body) for c in claim["citations"]]


def test_no_patients_words_stand_in_a_problem_of_a_replay(sample_index: Index, home: Home) -> None:
    _, answer, body = answered(sample_index, DOSE)
    words = "Jane Roe amoxicillin"
    body["answer"]["question"] = body["answer"]["searched"] = words
    entry = kept(home, body)
    broken = {**body, "evidence": [{**body["evidence"][0], "passage": "gone"}]}
    other = kept(home, broken)
    for name, folder in ((other, None), (entry, store.generations(home) / answer.generation)):
        if folder is not None:
            shutil.rmtree(folder)
        with pytest.raises(Problem) as told:
            replay(home, name)
        assert "Jane" not in f"{told.value} {told.value.__cause__!r}"
