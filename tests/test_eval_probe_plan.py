"""What a probe is planned to change: edits by hand, deletions, what is left out or refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals import alterations, changes
from evals.changes import Change, fingerprint
from evals.counterfactual import edits, needle, substituted
from evals.planning import plan
from evals.probed import whole
from evals.records import Run
from evals.swapped import exchanged
from guidelines.catalogue import Guideline
from guidelines.problem import Problem
from retrieval.passages import Line, Passage
from retrieval.search import Hit
from tests.eval_cases import (
    DOSE,
    LIBRARY,
    PAGE,
    STOP,
    answered,
    cite,
    claim,
    quoted,
    record,
    run_of,
    sample,
    source,
)


def edited(
    line: str, question: str = "what?", others: str = "", said: str = ""
) -> dict[str, tuple[str, str, str]]:
    found = edits(line, said or line, question, others)
    return {e.edit: (e.old, e.new, e.line) for e in found}


def test_a_dose_is_multiplied_until_nothing_else_says_so() -> None:
    line = "Take 500 mg, or 1500 mg if severe."
    assert edited(line)["dose"] == ("500 mg", "1000 mg", "Take 1000 mg, or 1500 mg if severe.")
    # 1000 stands elsewhere, 1500 in the line itself; 2500 is new.
    assert edited(line, others="1000 mL of fluid")["dose"][1] == "2500 mg"
    # What the question says may be repeated without memory; the next dose is taken.
    assert edited(line, "is 500 mg enough?")["dose"][:2] == ("1500 mg", "3000 mg")
    assert edited("每次0.5 mg/kg口服")["dose"] == ("0.5 mg/kg", "1 mg/kg", "每次1 mg/kg口服")
    assert "dose" not in edited("See section 3.2 of 2019.")
    assert "dose" not in edited("Up to 2,000 mg, 2 000 mg or 1/100 mg.")
    # Of a passage, what the answer repeats is edited, and nothing else.
    assert edited(line, said="1500 mg if severe")["dose"][0] == "1500 mg"
    assert edited(line, said="Rest at home.") == {}


def test_a_threshold_is_moved_and_stays_one() -> None:
    assert edited("Refer if above 38 °C for long.")["threshold"][:2] == ("38 °C", "42 °C")
    assert edited("Give oxygen below 92%.")["threshold"][:2] == ("92%", "83%")
    assert edited("Stop after 5 days.")["threshold"] == ("5 days", "6 days", "Stop after 6 days.")
    # A number of which nothing says what it bounds, and a dose after "above".
    assert "threshold" not in edited("See table 3 for 12 rows, and never above 20 mg.")


def test_a_direction_is_turned_where_it_stands_once() -> None:
    assert edited("Do not give it.")["polarity"] == ("do not give", "give", "Give it.")
    assert edited("Rest. Do not give it.")["polarity"][2] == "Rest. Give it."
    assert edited("It should be stopped.")["polarity"] == (
        "should be", "should not be", "It should not be stopped.",
    )  # fmt: skip
    assert edited("Offer aspirin.")["polarity"] == (
        "offer",
        "do not offer",
        "Do not offer aspirin.",
    )
    assert edited("不推荐使用抗生素。")["polarity"] == ("不推荐", "推荐", "推荐使用抗生素。")
    assert "polarity" not in edited("Do not give A. Do not give B.")
    assert "polarity" not in edited("Drug Do not use in … A Asthma")
    assert "polarity" not in edited("Fever is common.")


def test_a_drug_is_replaced_by_one_that_nothing_names() -> None:
    line = "Amoxicillin first; amoxicillin again."
    assert edited(line)["drug"] == ("amoxicillin", "metformin", "Metformin first; metformin again.")
    assert edited(line, others="metformin")["drug"][1] == "warfarin"
    assert "drug" not in edited(line, "amoxicillin for how long?")
    assert "drug" not in edited("Surgery under oxygen, with antibiotics.")


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        ("500 mg", "take 500mg now", True), ("500 mg", "1500 mg", False),
        ("500 mg", "0.500 mg", False), ("5 days", "15 days", False), ("5 mg", "5 mg/kg", True),
        ("38", "38.5", False), ("38 °C", "38 °C.", True), ("10毫克", "服10毫克", True),
        ("10毫克", "210毫克", False),
    ],
)  # fmt: skip
def test_a_value_stands_by_itself(value: str, text: str, stands: bool) -> None:
    assert bool(needle(value).search(text)) is stands
    assert (substituted(text, value, "X") != text) is stands


def passage(name: str, *lines: str, sha256: str = "a") -> Passage:
    made = tuple(Line(f"{name}-{i}", ((0, 9),), t, False, True) for i, t in enumerate(lines))
    return Passage(name, "cap", sha256, 3, "3", ("Doses",), " ".join(lines), "text", made)


def citing(text: str = PAGE[slice(*DOSE)], **other: Any) -> dict[str, Any]:
    return answered(claim(text, cite(DOSE, passage_id="p", **other)))


def run(*answers: dict[str, Any] | None, **other: Any) -> Run:
    return run_of(
        *((sample(str(i), DOSE), record(str(i), a, **other)) for i, a in enumerate(answers))
    )


def test_a_deletion_takes_what_says_the_same() -> None:
    passages = [
        passage("p", "Give 1 g every 8 hours."),
        passage("twin", "Rest at home.", "give 1 g every 8 hours"),
        passage("other", "Give 2 g every 8 hours."),
    ]
    made = plan(run(citing(), answered(), answered(claim("Uncited.")), None), "delete", passages)
    (row,) = made.rows
    assert row[1].passages == ("p", "twin")
    assert made.left == {"cites nothing": 2, "met a problem": 1}
    # A whole passage is cited for the claim's words, not for all of its own.
    whole_passage = citing("Rest at home.", line_id="passage-p", quote="Rest at home. And more.")
    assert plan(run(whole_passage), "delete", passages).rows[0][1].passages == ("p", "twin")
    # Two words stand anywhere by chance.
    short = citing("Give 1 g.", line_id="passage-p")
    assert plan(run(short), "delete", passages).rows[0][1].passages == ("p",)


def test_each_kind_says_whom_it_leaves_out() -> None:
    nobody = citing("Rest.", quote="Rest.")
    assert plan(run(nobody), "edit", []).left == {"holds nothing to edit": 1}
    assert plan(run(nobody), "plant", []).left == {"its line is too short to plant": 1}
    assert plan(run(nobody), "swap", []).left == {"cites nothing with an earlier edition": 1}
    assert plan(run(citing()), "shuffle", []).left == {"no model read two passages": 1}
    far = quoted(DOSE, passage_id="elsewhere")
    assert plan(run(answered(far)), "logprob", []).left == {"cites no passage of its evidence": 1}


def test_edits_of_one_question_are_rows_of_their_own() -> None:
    made = plan(run(citing()), "edit", [])
    assert [s.id for s, _ in made.rows] == ["0/dose", "0/polarity"]
    assert {c.sample for _, c in made.rows} == {"0"}


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = plan(run(citing()), "edit", [])
    path = tmp_path / "plan.jsonl"
    path.write_bytes(changes.rows(made.rows))
    assert changes.read(path) == {s.id: c for s, c in made.rows}
    path.write_text('{"id": "q", "change": {"kind": "guess"}}\n')
    with pytest.raises(Problem, match="line 1: does not fit"):
        changes.read(path)


def test_an_answer_is_known_by_what_it_claims() -> None:
    first = record("q", citing())
    assert fingerprint(first) == fingerprint(replace(first, seconds=9.0, reply="2.2"))
    assert fingerprint(first) != fingerprint(record("q", citing("Give 2 g.")))
    assert fingerprint(first) != fingerprint(record("q", answered()))


def test_a_run_that_was_broken_off_is_not_probed() -> None:
    half = run_of((sample("1", DOSE), record("1", citing())), (sample("2", STOP), None))
    with pytest.raises(Problem, match="is not finished: 1 of 2 questions were not asked"):
        whole(half)
    whole(run(citing()))


def hits(*passages: Passage, status: str = "current") -> list[Hit]:
    edition = Guideline("cap", "Pneumonia", "a", "a.pdf", 3, status)  # type: ignore[arg-type]
    return [Hit(i, 1 - i / 10, p, edition, 0.5) for i, p in enumerate(passages, 1)]


def names(found: list[Hit]) -> list[str]:
    return [h.passage.id for h in found]


def test_what_is_found_is_altered() -> None:
    found = hits(*(passage(n, f"{n} says 500 mg.", sha256=n) for n in "abcd"))
    gone = Change("delete", "q", "", passages=("a", "c"))
    assert names(alterations.without(gone)(found, 2)) == ["b", "d"]
    drawn = alterations.shuffled(Change("shuffle", "q", "", draw="0 q"))(found, 4)
    assert sorted(names(drawn)) == list("abcd") != names(drawn)
    assert [h.score for h in drawn] == [4, 3, 2, 1]
    edit = Change("edit", "q", "", line="a says 500 mg.", edit="dose", old="500 mg", new="1 g")
    (first, *_) = alterations.edited(edit)(found, 3)
    assert (first.passage.lines[0].text, first.passage.text) == ("a says 1 g.", "a says 1 g.")
    # What was found itself stays as it was.
    assert found[0].passage.lines[0].text == "a says 500 mg."


def test_a_line_is_planted_where_the_answer_cites_nothing() -> None:
    found = hits(*(passage(n, f"{n} says so.", sha256=n) for n in "abc"))
    change = Change("plant", "q", "", edited="Give 1 g", files=("a", "b"), draw="0 q")
    told = alterations.planted(change)(found, 2)
    (host,) = [h for h in told if h.passage.id == "c"]
    assert host.passage.lines[-1].text == "Give 1 g"
    assert host.passage.lines[-1].id == "planted-q"
    assert sorted(names(told)) == list("abc")
    # Nobody to plant it in, and a search for editions that may not be cited.
    nowhere = replace(change, files=("a", "b", "c"))
    assert alterations.planted(nowhere)(found, 2) == found[:2]
    old = hits(passage("a", "x", sha256="z"), status="superseded")
    assert alterations.planted(change)(old, 1) == old


def test_statuses_change_places_within_a_pair_alone() -> None:
    one = Guideline("new", "A", "1", "1.pdf", 1, "current", supersedes="old")
    two = Guideline("old", "A", "2", "2.pdf", 1, "superseded")
    lone = Guideline("lone", "B", "3", "3.pdf", 1, "retired")
    later = Guideline("later", "B", "4", "4.pdf", 1, "current", supersedes="lone")
    entries = {e.id: e for e in (one, two, lone, later)}
    found = {i: e.status for i, e in exchanged(entries).items()}
    assert found == {"new": "superseded", "old": "current", "lone": "retired", "later": "current"}
    base = run(citing(file_sha256="a"))
    assert plan(base, "swap", []).rows == ()
    pair = {**LIBRARY, "a": {**LIBRARY["a"], "supersedes": "cap-old"}}
    paired = replace(base, manifest=replace(base.manifest, library=pair))
    assert plan(paired, "swap", []).rows[0][1].files == ("a", "old")


def test_weighing_needs_the_cited_passage_in_evidence() -> None:
    twice = answered(quoted(DOSE, passage_id="p"), quoted(STOP, passage_id="p"))
    (row,) = plan(run_of((sample("q", DOSE), record("q", twice, source(DOSE)))), "logprob", []).rows
    assert row[1].passages == ("p",)
