"""Polarity, strength and absolute words: sentences of our own, read and judged by hand."""

import time

import pytest

from agent.clauses import clauses
from agent.edits import LONGEST, LONGEST_LINES, edited
from agent.modality import shifts
from agent.overstated import overstates
from agent.polarity import flips

NO_CODEINE = "Do not give codeine to children under 12 years."
NO_EVIDENCE = "There is no evidence that zinc works in colds."
UNLESS = "Metformin is not recommended unless kidney function is normal."


@pytest.mark.parametrize(
    ("claim", "line", "turned"),
    [
        (NO_CODEINE, NO_CODEINE, False),
        ("Codeine must not be given to children under 12 years.", NO_CODEINE, False),
        ("Codeine is contraindicated in children under 12 years.", NO_CODEINE, False),
        ("Give codeine to children under 12 years.", NO_CODEINE, True),
        ("Codeine may be used in children under 12 years.", NO_CODEINE, True),
        ("Where kidney function is normal, metformin is not ruled out.", UNLESS, False),
        ("Metformin is not recommended if kidney function is normal.", UNLESS, True),
        ("Metformin is not recommended.", UNLESS, True),
        ("It is unreasonable to stop aspirin.", "It is not unreasonable to stop aspirin.", True),
        ("Stopping aspirin is reasonable.", "It is not unreasonable to stop aspirin.", False),
        ("Zinc does not work in colds.", NO_EVIDENCE, True),
        ("No evidence shows that zinc works in colds.", NO_EVIDENCE, False),
        ("Reduce the dose of digoxin in frailty.",
         "Increase the dose of digoxin in frailty.", True),
        ("Digoxin goes up in frailty.", "Increase the dose of digoxin in frailty.", False),
        ("Give insulin after meals.", "Give insulin before meals.", True),
        ("Oxytocin is contraindicated in asthma; ergometrine may be used.",
         "Ergometrine is contraindicated in asthma; oxytocin may be used.", True),
        ("With asthma, ergometrine is not to be used; oxytocin may be.",
         "Ergometrine is contraindicated in asthma; oxytocin may be used.", False),
        ("Use lithium in pregnancy.", "Use lithium in pregnancy with caution.", True),
        ("Hold enalapril unless the potassium is high.",
         "Hold enalapril if the potassium is high.", True),
        ("孕妇可用利巴韦林。", "孕妇禁用利巴韦林。", True),
        ("利巴韦林禁用于孕妇。", "孕妇禁用利巴韦林。", False),
        ("有出血时可用阿司匹林。", "除非有出血，否则可用阿司匹林。", True),
        ("Ribavirin may be used in pregnancy.", "孕妇禁用利巴韦林。", True),
        ("Ribavirin must not be used in pregnancy.", "孕妇禁用利巴韦林。", False),
    ],
)  # fmt: skip
def test_flips(claim: str, line: str, turned: bool) -> None:
    assert bool(flips(claim, [line])) is turned


def test_a_claim_is_held_to_the_line_most_like_it() -> None:
    lines = ["Give amoxicillin for otitis media.", "Do not give aspirin for fever."]
    assert flips("Aspirin is not given for fever.", lines) == ""
    assert flips("Give aspirin for fever.", lines)
    assert flips("Amoxicillin is not given for otitis media.", lines)


def test_no_line_has_nothing_to_turn() -> None:
    assert flips("Give aspirin.", []) == ""
    assert flips("", ["Give aspirin."]) == ""


def test_clauses_by_hand() -> None:
    (clause,) = clauses(UNLESS)
    assert clause.turned == -1
    assert clause.terms == {"metformin"}
    (limit,) = clause.conditions
    assert (limit.kind, limit.sign) == ("unless", -1)
    assert limit.terms == {"kidney", "function", "normal"}


@pytest.mark.parametrize(
    ("claim", "line", "found"),
    [
        ("Give 5 mg now.", "Give 5 mg at once now.", ("", "at once")),
        ("give 5 MG", "Give 5 mg.", ("", "")),
        ("You shouldn't give it now", "You should not give it now.", ("", "")),
        ("Refer her.", "Refer urgently any child with fever.", None),
    ],
)
def test_edited(claim: str, line: str, found: tuple[str, str] | None) -> None:
    assert edited(claim, line) == found


@pytest.mark.parametrize(
    ("claim", "line", "shifted"),
    [
        ("Check the potassium.", "The potassium should be checked.", False),
        ("The potassium must be checked.", "The potassium should be checked.", True),
        ("The potassium may be checked.", "The potassium should be checked.", True),
        ("Statins are recommended.", "We suggest statins.", True),
        ("Statins are suggested.", "We suggest statins.", False),
        ("Statins are strongly recommended.", "We recommend statins.", True),
        ("Give statins.", "Consider statins.", True),
        ("Statins can be considered.", "Consider statins.", False),
        ("Statins should be considered.", "Statins may be considered.", True),
        (
            "Statins are not recommended.",
            "There is insufficient evidence to recommend statins.",
            True,
        ),
        ("Opioids should not be offered.", "Opioids must not be offered.", False),
        ("Nausea follows the dose.", "Nausea often follows the dose.", True),
        ("Do not image the back.", "Do not routinely image the back.", True),
        ("必须补锌。", "可考虑补锌。", True),
        ("可以考虑补锌。", "可考虑补锌。", False),
        ("Zinc must be given.", "必须补锌。", False),
        ("Zinc may be given.", "必须补锌。", True),
    ],
)
def test_shifts(claim: str, line: str, shifted: bool) -> None:
    assert bool(shifts(claim, [line])) is shifted


@pytest.mark.parametrize(
    ("claim", "line", "bold"),
    [
        ("Always check the weight.", "Check the weight.", True),
        ("Always check the weight.", "Always check the weight before dosing.", False),
        ("The drug is completely safe.", "The drug is safe.", True),
        ("All children need a scan.", "All children with a first seizure need a scan.", True),
        ("Every child with a first seizure needs a scan.",
         "All children with a first seizure need a scan.", False),
        ("The test is always positive.", "The test is almost always positive.", True),
        ("A negative test makes it impossible.", "A negative test makes it unlikely.", True),
        ("本药完全无害。", "本药较安全。", True),
        ("所有儿童均应称重。", "所有儿童均应称重。", False),
    ],
)  # fmt: skip
def test_overstates(claim: str, line: str, bold: bool) -> None:
    assert bool(overstates(claim, [line])) is bold


@pytest.mark.parametrize(
    "piece",
    ["not ", "if ", "unless ", "不", "a", "may ", "all ", "( ", "1.", "  ", "but not when "],
)
def test_a_hostile_text_takes_no_longer_than_it_is_long(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    for guard in (flips, shifts, overstates):
        start = time.process_time()
        guard(text, [text[1:]])
        assert time.process_time() - start < 0.05, guard


@pytest.mark.parametrize("piece", ["not. ", "if a, ", "不。", "all ", "give x. "])
def test_the_longest_text_that_is_judged_takes_no_longer_than_a_blink(piece: str) -> None:
    claim, line = (piece * LONGEST)[:LONGEST], (piece * LONGEST_LINES)[:LONGEST_LINES]
    flips("孕", ["孕妇"])  # reads the word lists
    for guard in (flips, shifts, overstates):
        start = time.process_time()
        guard(claim, [line])
        assert time.process_time() - start < 0.5, guard
