"""Counterfactual edits of a line: another dose, threshold, direction or drug; pure.

Simple readings of our own: what is not plainly one of these is not edited.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.therapies import therapies
from evals.changes import EDITS, Edit
from retrieval.passages import GAP

# Not the end of "2,000", "2 000" or "1/100".
_NUMBER = r"(?<![A-Za-z0-9_.,/])(?<!\d\s)(?P<number>(?:0(?=\.)|[1-9]\d*)(?:\.\d+)?)"
_DOSE = re.compile(
    _NUMBER + r"(?P<unit>\s*(?:mg|g|mcg|micrograms?|μg|µg|mL|ml|units?|puffs?|tablets?|毫克|微克|克"
    r"|毫升|片|单位)(?:/(?:kg|day|hour|h|公斤|千克|天|日))*)(?![A-Za-z/\d])"
)
_THRESHOLD = re.compile(
    r"(?P<before>(?:[<>≤≥]=?|\b(?:above|below|over|under|exceeds?|at least|at most|up to|less than"
    r"|more than|greater than|fewer than|older than|younger than|aged|within|after|for)"
    r"|超过|低于|高于|大于|小于|不足|至少)\s*)" + _NUMBER +
    r"(?P<unit>\s*(?:%|kg|°\s?C|℃|mm\s?Hg|mmol/L|mL/min|years?|months?|weeks?|days?|hours?"
    r"|minutes?|岁|个月|周|天|日|小时|分钟))(?![A-Za-z/\d])",
    re.IGNORECASE,
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z][a-z]{4,}(?![\w-])")
# Drugs that any clinician knows; the first that neither line nor question names takes its place.
_OTHERS = ("metformin", "warfarin", "digoxin", "lithium", "colchicine")
# Names of therapies that no drug can stand for.
_NO_DRUG = re.compile(
    r"anti|steroid|agonist|blocker|inhibitor|diuretic|vaccin|fluid|surg|therap|transfus|dialysis"
    r"|analges|opioid|oxygen|insulin|statins$|thrombolytic|intubat|ventilat|traction|c(?:a)?esar"
    r"|immuni[sz]|globulin|pheresis|saline|dextrose|glucose",
    re.IGNORECASE,
)
_HANZI_OTHERS = ("二甲双胍", "华法林", "地高辛")
_HANZI_DRUG = re.compile(
    "阿莫西林|青霉素|头孢曲松|阿奇霉素|红霉素|对乙酰氨基酚|布洛芬|口服补液盐|蒙脱石散|洛哌丁胺|昂丹司琼"
)
# What forbids, and what it becomes; read in this order. The other way round where none forbids.
_FORBIDS: tuple[tuple[str, str], ...] = (
    ("do not routinely ", "routinely "), ("do not ", ""), ("should not ", "should "),
    ("must not ", "must "), ("is not recommended", "is recommended"),
    ("are not recommended", "are recommended"), ("不推荐", "推荐"), ("不建议", "建议"),
    ("不应", "应"), ("不宜", "宜"), ("不要", "要"), ("禁用", "可用"),
)  # fmt: skip
_ALLOWS: tuple[tuple[str, str], ...] = (
    ("should ", "should not "), ("must ", "must not "), ("is recommended", "is not recommended"),
    ("are recommended", "are not recommended"), ("推荐", "不推荐"), ("建议", "不建议"),
)  # fmt: skip
_ORDERS = re.compile(
    r"^(?:give|offer|use|start|consider|prescribe|refer|add|continue|stop|check|measure|repeat)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Edited:
    """An edit of a line: what it said, what it says now, and the whole line after."""

    edit: Edit
    old: str
    new: str
    line: str


@dataclass(frozen=True)
class Around:
    """What an edit must fit: all of it folded, so that values can be looked for.

    Args:
        said: The answer; only what it repeats of the line is edited.
        asked: The question; a value that stands in it is left alone: to repeat it is no memory.
        there: All that was found; the new value must not stand there.
    """

    said: str
    asked: str
    there: str


def edits(line: str, said: str, question: str, found: str) -> Iterator[Edited]:
    """Give one edit of each kind that a cited line allows, of what the answer repeats of it."""
    around = Around(said.casefold(), question.casefold(), f"{line}\n{found}".casefold())
    made: dict[Edit, Callable[[str, Around], Edited | None]] = {
        "dose": _dose, "threshold": _threshold, "polarity": _polarity, "drug": _drug,
    }  # fmt: skip
    for kind in EDITS:
        if (edited := made[kind](line, around)) is not None:
            yield edited


def needle(value: str) -> re.Pattern[str]:
    """Give what finds a value that stands by itself: "500 mg" is not in "1500 mg"."""
    words = r"\s*".join(re.escape(part) for part in value.split())
    if not value.isascii():
        # Chinese sets no spaces between words.
        return re.compile(rf"(?<!\d)(?<!\d[.,]){words}", re.IGNORECASE)
    return re.compile(rf"(?<![A-Za-z\d])(?<!\d[.,]){words}(?![A-Za-z\d])(?![.,]\d)", re.IGNORECASE)


def substituted(text: str, old: str, new: str) -> str:
    """Put one value in another's place wherever it stands by itself; a capital stays one."""

    def cased(found: re.Match[str]) -> str:
        return f"{new[:1].upper()}{new[1:]}" if found[0][:1].isupper() else new

    return needle(old).sub(cased, text)


def _dose(line: str, around: Around) -> Edited | None:
    for found in _DOSE.finditer(line):
        for times in (2, 3, 5, 7):
            new = _written(float(found["number"]) * times)
            if made := _numeric("dose", line, found, new, around):
                return made
    return None


def _threshold(line: str, around: Around) -> Edited | None:
    doses = [found.span("number") for found in _DOSE.finditer(line)]
    for found in _THRESHOLD.finditer(line):
        if found.span("number") in doses:
            continue
        number = float(found["number"])
        step = 1.0 if number < 10 or "." in found["number"] else round(number / 10)
        for more in (1, 2, 3):
            up = number + more * step
            new = number - more * step if "%" in found["unit"] and up > 100 else up
            if made := _numeric("threshold", line, found, _written(new), around):
                return made
    return None


def _numeric(
    kind: Edit, line: str, found: re.Match[str], number: str, around: Around
) -> Edited | None:
    old, new = f"{found['number']}{found['unit']}".strip(), f"{number}{found['unit']}".strip()
    # By the number alone: "38" repeats what "38 °C" says.
    if _stands(found["number"], around.asked) or _stands(number, around.there):
        return None
    if not needle(old).search(around.said):
        return None
    return Edited(kind, old, new, substituted(line, old, new))


def _polarity(line: str, around: Around) -> Edited | None:
    """Turn the one order of a sentence round; of a table's row it is not known what it turns."""
    low = line.casefold()
    if len(low) != len(line) or GAP in line:
        return None
    for pairs in (_FORBIDS, _ALLOWS):
        for was, becomes in pairs:
            at = low.find(was)
            if at < 0:
                continue
            end = at + len(was)
            following = re.match(r"\w+", low[end:]) if was.endswith(" ") else None
            old, new = (f"{x}{following[0] if following else ''}" for x in (was, becomes))
            if low.count(old) > 1 or old not in around.said:
                return None
            upper = line[at].isupper()
            rest = f"{becomes}{line[end:]}"
            rest = f"{rest[:1].upper()}{rest[1:]}" if upper else rest
            return Edited("polarity", old, new, line[:at] + rest)
    found = _ORDERS.match(line)
    verb = found[0].casefold() if found else ""
    if verb and low.count(verb) == 1 and verb in around.said:
        return Edited("polarity", verb, f"do not {verb}", f"Do not {low[:1]}{line[1:]}")
    return None


def _drug(line: str, around: Around) -> Edited | None:
    for found in (*_WORD.finditer(line), *_HANZI_DRUG.finditer(line)):
        old = found[0]
        if _NO_DRUG.search(old) or not therapies(old) or old.casefold() in around.asked:
            continue
        if not needle(old).search(around.said):
            continue
        others = _OTHERS if old.isascii() else _HANZI_OTHERS
        new = next((d for d in others if d not in around.there + around.asked), None)
        if new is not None:
            return Edited("drug", old.casefold(), new, substituted(line, old, new))
    return None


def _stands(number: str, text: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)(?![.,]\d)", text) is not None


def _written(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
