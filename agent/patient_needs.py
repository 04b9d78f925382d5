"""Which facts of the patient the lines of an answer depend on and nobody has said; pure.

Reads lines, not guidelines: a row by weight needs a weight, "if pregnant" needs to know that. What
is known is never asked, and at most three things are.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from agent.bands import bands
from agent.patient import Patient, Slot

MOST = 3
_PER_WEIGHT = re.compile(
    r"(?:mg|mcg|microgram\w*|µg|g|ml|units?|mmol|IU|毫克|毫升|微克)\s?/\s?kg|\bper (?:kg|kilogram)"
    r"|每(?:公斤|千克)",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"\bpregnan\w+|\btrimester|\bteratogen\w*|\bchildbearing|孕妇|妊娠|怀孕|孕期", re.IGNORECASE
)
_BREASTFEEDING = re.compile(
    r"\b(?:if|when|while|during|in|avoid(?:ed)? in|not in)\s(?:\w+\s(?:or|and)\s)?"
    r"(?:breast-?feeding|lactation|lactating)"
    r"|\b(?:breast-?feeding|lactating|nursing) (?:women|mothers|woman|mother|patients)"
    r"|哺乳期",
    re.IGNORECASE,
)
_RENAL = re.compile(
    r"\be?GFR\b|\bCrCl\b|\bcreatinine clearance|\b(?:renal|kidney) (?:impairment|failure|"
    r"insufficiency|dysfunction|disease|function)|\bCKD\b|\bdialysis\b"
    r"|肾功能|肌酐清除率|肾小球滤过率|透析",
    re.IGNORECASE,
)
_HEPATIC = re.compile(
    r"\b(?:hepatic|liver) (?:impairment|failure|insufficiency|disease|dysfunction)|\bcirrho\w+"
    r"|\bChild-?Pugh|肝功能|肝硬化",
    re.IGNORECASE,
)
_ALLERGIC = re.compile(
    r"\b(?:allerg(?:y|ic|ies)|hypersensitiv\w+) (?:to )?|\b(?:penicillin|drug)-allerg\w+|过敏",
    re.IGNORECASE,
)
_GESTATION = re.compile(
    r"\bweeks?\b.{0,30}\bpregnan|\bpregnan.{0,30}\bweeks?\b|\bgestation|孕.{0,3}周"
)
# A condition that is the topic, not a question about this patient.
_NO_CHANGE = re.compile(
    r"\bno (?:dose )?(?:adjustment|change|reduction)|\bregardless of|\birrespective of|无需调整",
    re.IGNORECASE,
)


def needed(lines: Sequence[str], patient: Patient, question: str = "") -> tuple[Slot, ...]:
    """Give the slots to ask for, what harms most first.

    Args:
        lines: The lines that answer, each as it is shown.
        patient: What is known; a denial is known too.
        question: As asked: who wants to know "how many mg/kg" needs no weight.
    """
    asked = [slot for slot, depends in _RULES if _open(slot, patient) and depends(lines, patient)]
    if _PER_WEIGHT.search(question):
        asked = [slot for slot in asked if slot != "weight"]
    return tuple(asked)[:MOST]


def _open(slot: Slot, patient: Patient) -> bool:
    return getattr(patient, slot) is None


def _naming(form: re.Pattern[str]) -> Callable[[Sequence[str], Patient], bool]:
    def depends(lines: Sequence[str], patient: Patient) -> bool:
        return any(form.search(x) and not _NO_CHANGE.search(x) for x in lines)

    return depends


def _on_pregnancy(lines: Sequence[str], patient: Patient) -> bool:
    return patient.can_be_pregnant and _naming(_PREGNANT)(lines, patient)


def _on_breastfeeding(lines: Sequence[str], patient: Patient) -> bool:
    return patient.can_be_pregnant and _naming(_BREASTFEEDING)(lines, patient)


def _on_weight(lines: Sequence[str], patient: Patient) -> bool:
    by_age = patient.age is not None and patient.age.number is not None
    for line, kinds in _banded(lines):
        # A row for "10 to 15 kg, 1 to 3 years" is found by either.
        if _PER_WEIGHT.search(line) or ("weight" in kinds and not ("age" in kinds and by_age)):
            return True
    return False


def _on_age(lines: Sequence[str], patient: Patient) -> bool:
    for line, kinds in _banded(lines):
        if _GESTATION.search(line):
            continue  # its weeks are not the patient's
        if "age" in kinds and not ("weight" in kinds and patient.weight is not None):
            return True
    return False


def _banded(lines: Sequence[str]) -> Iterator[tuple[str, dict[str, list[tuple[float, float]]]]]:
    for line in lines:
        yield line, bands(line)


_RULES: tuple[tuple[Slot, Callable[[Sequence[str], Patient], bool]], ...] = (
    ("pregnancy", _on_pregnancy),
    ("allergies", _naming(_ALLERGIC)),
    ("weight", _on_weight),
    ("age", _on_age),
    ("renal", _naming(_RENAL)),
    ("breastfeeding", _on_breastfeeding),
    ("hepatic", _naming(_HEPATIC)),
)
