"""The patient a conversation is about, as slots with the words each was read from; pure.

Knows no guideline. What is denied ("not pregnant", "no allergies") is a value too: it need not be
asked for. `patient_reading` fills the slots, `patient_needs` says which ones an answer lacks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from guidelines.text import is_cjk

Slot = Literal[
    "age", "sex", "pregnancy", "breastfeeding", "renal", "hepatic", "weight", "allergies"
]
SLOTS: tuple[Slot, ...] = get_args(Slot)
NO = "no"
# Said to be not known: what was known before is forgotten, and may be asked for again.
UNKNOWN = "unknown"
# Of allergies: which one is denied.
_NOT = "not "
_YEAR = 12.0


@dataclass(frozen=True)
class Fact:
    """One thing known: its normal form, the words it was read from, and its number if it has one.

    Numbers: age in months, weight in kg, pregnancy in weeks, kidneys in mL/min. `sure` is False
    where the words only lean that way, as "she" does: such a fact yields to any other.
    """

    value: str
    words: str
    number: float | None = None
    sure: bool = True


@dataclass(frozen=True)
class Patient:
    """What is known of the patient; None where nothing was said. `another`: a new one is named."""

    age: Fact | None = None
    sex: Fact | None = None
    pregnancy: Fact | None = None
    breastfeeding: Fact | None = None
    renal: Fact | None = None
    hepatic: Fact | None = None
    weight: Fact | None = None
    allergies: Fact | None = None
    another: bool = False

    def known(self) -> Iterator[tuple[Slot, Fact]]:
        """Give the slots that are filled, in the order of SLOTS."""
        for slot in SLOTS:
            fact = getattr(self, slot)
            if fact is not None:
                yield slot, fact

    @property
    def can_be_pregnant(self) -> bool:
        """Tell whether nothing said rules a pregnancy out: sex, age from 12 to 55, or a denial."""
        if self.sex is not None and self.sex.value == "male":
            return False
        if self.age is not None and self.age.number is not None:
            if not 12 * _YEAR <= self.age.number <= 55 * _YEAR:
                return False
        elif self.age is not None and self.age.value in YOUNG | OLD:
            return False
        return self.pregnancy is None or self.pregnancy.value not in (NO, "postpartum")


NOBODY = Patient()
YOUNG = frozenset({"newborn", "infant", "toddler", "child"})
OLD = frozenset({"elderly"})


def merged(earlier: Patient, now: Patient) -> Patient:
    """Give what is known after a new question: newer facts win; another patient starts afresh.

    What the new question takes back is known no more.
    """
    gone: dict[str, Any] = {slot: None for slot, fact in now.known() if fact.value == UNKNOWN}
    earlier, now = replace(earlier, **gone), replace(now, **gone)
    if now.another or _differs(earlier, now):
        return replace(now, another=False)
    found = {f.name: getattr(earlier, f.name) for f in fields(Patient)}
    for slot, fact in now.known():
        before: Fact | None = found[slot]
        if before is None or fact.sure or not before.sure:
            found[slot] = _finer(before, fact)
    both = replace(Patient(**found), another=False)
    if both.sex is not None and both.sex.value == "male" and both.sex.sure:
        return replace(both, pregnancy=None, breastfeeding=None)
    return both


def _finer(before: Fact | None, fact: Fact) -> Fact:
    """Keep "7 weeks" where a later question only says "infant"."""
    if before is None or fact.number is not None or before.number is None:
        return fact
    return before if fact.value in YOUNG | OLD | {"adult", "teenager", "yes"} else fact


def _differs(earlier: Patient, now: Patient) -> bool:
    """Tell whether two questions cannot be about one patient: another age, or another sex."""
    one, two = earlier.sex, now.sex
    if one and two and one.sure and two.sure and one.value != two.value:
        return True
    old, new = earlier.age, now.age
    if not (old and new):
        return False
    if old.number is not None and new.number is not None:
        # "a 3 year old" and later "40 months": the same child, told more closely.
        return abs(old.number - new.number) >= max(1.0, 0.2 * old.number)
    return _stage(old) != _stage(new)


def _stage(age: Fact) -> str:
    if age.number is None:
        return "young" if age.value in YOUNG else "grown"
    return "young" if age.number < 12 * _YEAR else "grown"


_CHINESE = {
    "female": "女性", "male": "男性", "newborn": "新生儿", "infant": "婴儿", "toddler": "幼儿",
    "child": "儿童", "teenager": "青少年", "adult": "成人", "elderly": "老年", "pregnant": "妊娠",
    "possible": "可能妊娠", "postpartum": "产后", "dialysis": "透析", "impaired": "功能不全",
    "normal": "功能正常", "years": "岁", "months": "个月", "weeks": "周", "days": "天",
}  # fmt: skip


def said(patient: Patient, chinese: bool) -> tuple[tuple[Slot, str], ...]:
    """Write each known slot as a question would say it, in English or Chinese.

    What only leans ("she") is left out: the words of the question carry it.
    """
    write = _in_chinese if chinese else _in_english
    return tuple((slot, write(slot, fact)) for slot, fact in patient.known() if fact.sure)


def _in_english(slot: Slot, fact: Fact) -> str:
    denied = fact.value == NO
    match slot:
        case "pregnancy":
            if fact.value in ("pregnant", "postpartum"):
                return fact.value
            if fact.value == "possible":
                return "possibly pregnant"
            return "not pregnant" if denied else f"{fact.value} pregnant"
        case "breastfeeding":
            return "not breastfeeding" if denied else "breastfeeding"
        case "renal":
            return f"{fact.value} renal function" if fact.value in _STATES else fact.value
        case "hepatic":
            return f"{fact.value} liver function" if fact.value in _STATES else fact.value
        case "allergies":
            if fact.value.startswith(_NOT):
                return f"not allergic to {fact.value.removeprefix(_NOT)}"
            return "no known allergies" if denied else f"allergic to {fact.value}"
        case _:
            return fact.value


_STATES = ("normal", "impaired")


def _in_chinese(slot: Slot, fact: Fact) -> str:
    value = " ".join(_CHINESE.get(word, word) for word in fact.value.split())
    if any(map(is_cjk, value)):
        value = value.replace(" ", "")
    denied = fact.value == NO
    match slot:
        case "pregnancy":
            plain = fact.value in ("pregnant", "possible", "postpartum")
            return "未妊娠" if denied else value if plain else f"妊娠{value}"
        case "breastfeeding":
            return "非哺乳期" if denied else "哺乳期"
        case "renal":
            return f"肾{value}" if fact.value in _STATES else value
        case "hepatic":
            return f"肝{value}" if fact.value in _STATES else value
        case "allergies":
            if fact.value.startswith(_NOT):
                return f"对{fact.value.removeprefix(_NOT)}不过敏"
            return "无过敏" if denied else f"{value}过敏"
        case _:
            return value
