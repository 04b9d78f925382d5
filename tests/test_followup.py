"""Follow-ups: what is asked stands alone, keeps its topic, and drops what it replaces."""

import json

from agent.followup import standalone
from agent.patient import NOBODY, merged
from agent.patient_reading import read
from tests.conftest import ROOT

FILE = ROOT / "tests" / "cases" / "followups.jsonl"
CASES = [json.loads(row) for row in FILE.read_text("utf-8").splitlines()]


def right(case: dict[str, object]) -> bool:
    earlier, question = list(map(str, case["earlier"])), str(case["question"])  # type: ignore[call-overload]
    patient = NOBODY
    for said in (*earlier, question):
        patient = merged(patient, read(said))
    searched, leans = standalone(question, earlier, patient)
    low = searched.lower()
    return (
        leans is case["leans"]
        and all(str(x).lower() in low for x in case["must"])  # type: ignore[attr-defined]
        and not any(str(x).lower() in low for x in case["must_not"])  # type: ignore[attr-defined]
    )


def test_nearly_all_follow_ups_are_told_and_made_whole() -> None:
    assert len(CASES) == 60
    assert sum(map(right, CASES)) >= 57


def test_a_new_topic_does_not_lean_on_the_old_one() -> None:
    files = [ROOT / "evals" / "benchmarks" / f"{name}.jsonl" for name in ("samples", "real")]
    rows = [row for file in files for row in file.read_text("utf-8").splitlines()]
    asked = [json.loads(row)["question"] for row in rows]
    leaning = [q for q in asked if standalone(q, ["Amoxicillin dose for pneumonia"])[1]]
    assert len(asked) == 433
    assert len(leaning) <= 0.04 * len(asked)


def test_what_the_conversation_knows_of_the_patient_is_added_in_words() -> None:
    patient = merged(read("34F 28/40, eGFR 25"), read("how long for?"))
    searched, leans = standalone("how long for?", ["Which antibiotic for a UTI?"], patient)
    assert leans
    assert searched.endswith("(34 years, female, 28 weeks pregnant, eGFR 25)")
