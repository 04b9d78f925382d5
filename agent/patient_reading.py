"""Reads the patient's slots out of a question, English, Chinese and ward shorthand; pure.

The forms stand in patient.toml, which a clinician can review; knows no guideline. Words about
other people are blanked first: the mother of a patient is not the patient.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from agent.patient import NO, UNKNOWN, YOUNG, Fact, Patient, Slot

LIST = "patient.toml"
# A question is at most a few thousand characters; what follows is not read.
_LONGEST = 4000
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_HANZI = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_ALIASES = {"pen": "penicillin", "pcn": "penicillin", "penicillins": "penicillin"}
_ADULT_SLOTS = ("pregnancy", "breastfeeding")
# How the page takes a fact back; in brackets and at length, so that nobody says it by chance.
_FORGOTTEN = re.compile(r"\(not known: ([a-z, ]{1,120})\)|\(不详: ?([\u4e00-\u9fff,、]{1,60})\)")
_CALLED: dict[str, Slot] = {
    "age": "age", "sex": "sex", "pregnancy": "pregnancy", "breastfeeding": "breastfeeding",
    "renal function": "renal", "liver function": "hepatic", "weight": "weight",
    "allergies": "allergies", "年龄": "age", "性别": "sex", "妊娠": "pregnancy",
    "哺乳": "breastfeeding", "肾功能": "renal", "肝功能": "hepatic", "体重": "weight",
    "过敏史": "allergies",
}  # fmt: skip
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class _Rule:
    """One entry of the list; its forms in Latin script apart from the Chinese ones."""

    slot: Slot
    value: str
    latin: tuple[re.Pattern[str], ...]
    chinese: tuple[re.Pattern[str], ...]
    factor: float | None
    cased: bool
    sure: bool
    every: bool
    needs: re.Pattern[str] | None


@dataclass(frozen=True)
class _Forms:
    rules: tuple[_Rule, ...]
    mask: re.Pattern[str]
    another: re.Pattern[str]
    unsaid: frozenset[str]


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    table = tomllib.loads(files("agent").joinpath(LIST).read_text("utf-8"))
    words = {name: "|".join(forms) for name, forms in table["words"].items()}

    def compiled(form: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{words[m[1]]})", form))

    def rule(entry: dict[str, Any]) -> _Rule:
        latin = [f for f in entry["forms"] if not _CJK.search(f) and "{zh}" not in f]
        return _Rule(
            entry["slot"], entry["value"], tuple(map(compiled, latin)),
            tuple(compiled(f) for f in entry["forms"] if f not in latin), entry.get("factor"),
            entry.get("cased", False), entry.get("sure", True), entry.get("all", False),
            compiled(f"{{{entry['needs']}}}") if "needs" in entry else None,
        )  # fmt: skip

    return _Forms(
        tuple(map(rule, table["rule"])),
        compiled("|".join(table["mask"])),
        compiled("|".join(table["another"])),
        frozenset(table["unsaid"]),
    )


@lru_cache(maxsize=64)
def read(text: str) -> Patient:
    """Give what a question says of its patient."""
    forms = _forms()
    typed = text[:_LONGEST].translate(_FULL_WIDTH)
    # Same length throughout: places in the blanked text are places in the question.
    low = "".join(c if len(c) == 1 else t for c, t in ((t.lower(), t) for t in typed))
    low = low.replace("’", "'")
    chinese = bool(_CJK.search(low))
    forgotten = _forgotten(low, text)
    blank = [m.span() for form in (forms.mask, _FORGOTTEN) for m in form.finditer(low)]
    low, cased = _blanked(low, blank), _blanked(typed, blank)
    found: dict[Slot, Fact] = {}
    places: dict[Slot, int] = {}
    for rule in forms.rules:
        if rule.slot in found and not (rule.slot == "sex" and rule.sure):
            continue
        if rule.needs is not None and not rule.needs.search(low):
            continue
        facts = list(_facts(rule, cased if rule.cased else low, text, chinese, forms.unsaid))
        if not facts:
            continue
        place, fact = min(facts, key=lambda f: f[0])
        if rule.every:
            values = dict.fromkeys(f.value for _, f in sorted(facts, key=lambda f: f[0]))
            fact = replace(fact, value=", ".join(values))
        # Of two sexes the one named first is the patient's.
        if rule.slot not in found or place < places[rule.slot]:
            found[rule.slot], places[rule.slot] = fact, place
    known = _sensible(found, low, bool(forms.another.search(low)))
    return replace(known, **{slot: f for slot, f in forgotten.items() if slot not in found})


def _forgotten(text: str, typed: str) -> dict[str, Any]:
    """Give the slots that a question takes back, each with the words that do so."""
    found: dict[str, Fact] = {}
    for match in _FORGOTTEN.finditer(text):
        for name in re.split(r"[,、]", match[1] or match[2]):
            if slot := _CALLED.get(name.strip()):
                found[slot] = Fact(UNKNOWN, typed[match.start() : match.end()])
    return found


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _facts(
    rule: _Rule, text: str, typed: str, chinese: bool, unsaid: frozenset[str]
) -> Iterator[tuple[int, Fact]]:
    for form in rule.latin + (rule.chinese if chinese else ()):
        for match in form.finditer(text):
            name = match.groupdict().get("n") or ""
            if rule.slot == "allergies" and name in unsaid:
                continue
            number = _number(name) if rule.factor is not None else None
            shown = f"{number:g}" if number is not None else _ALIASES.get(name, name)
            kept = None if number is None or rule.factor is None else number * rule.factor
            words = typed[match.start() : match.end()].strip()
            fact = Fact(_cased(rule.value.replace("{n}", shown)), words, kept, rule.sure)
            yield match.start(), fact
            if not rule.every:
                break


def _cased(value: str) -> str:
    """Write a Child-Pugh class and units of creatinine as they are written."""
    value = re.sub(r"(Child-Pugh )([abc])$", lambda m: m[1] + m[2].upper(), value)
    return re.sub(r"mol/l$", "mol/L", re.sub(r"mg/dl$", "mg/dL", value))


def _number(name: str) -> float:
    if name in _WORDS:
        return float(_WORDS[name])
    if name[0] in _HANZI or name[0] == "十":
        tens, ten, ones = name.partition("十")
        first = _HANZI.get(tens[:1], 1 if ten else 0)
        return float(first * 10 + _HANZI.get(ones[:1], 0) if ten else first)
    return float(name)


def _sensible(found: dict[Slot, Fact], text: str, another: bool) -> Patient:
    """Drop what cannot be said of one person, and add what follows."""
    age, sex = found.get("age"), found.get("sex")
    bears = any(s in found and found[s].value != NO for s in _ADULT_SLOTS)
    if age is not None and bears:
        young = age.value in YOUNG or (age.number is not None and age.number < 120)
        if young and age.number is not None and "pregnancy" not in found and "her " not in text:
            # "5-month-old, breastfeeding well": the child is the patient.
            del found["breastfeeding"]
            bears = False
        elif young:
            del found["age"]
    if bears and (sex is None or not sex.sure or sex.value == "male"):
        of = next(found[s] for s in _ADULT_SLOTS if s in found and found[s].value != NO)
        found["sex"] = Fact("female", of.words)
    return Patient(**found, another=another)
