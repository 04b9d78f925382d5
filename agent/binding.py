"""Tells which quantity of a line a claim's quantity is, by the words, drugs and numbers near; pure.

Knows nothing of patients. Two numbers of a line are told apart by what stands around them; where a
claim's number stands among the words of another, it is another's number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.quantities import Placed
from agent.therapies import placed as placed_therapies

_REACH = 10  # tokens to each side
_TOKEN = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|[\u4e00-\u9fff]|¶|[;.:。；](?=\W|$)|[,，、/]")
# Words that say nothing of which number is meant.
_IDLE = frozenset({
    "a", "an", "the", "of", "for", "in", "is", "are", "be", "was", "were", "been", "being", "as",
    "at", "on", "it", "its", "this", "that", "these", "those", "should", "must", "may", "can",
    "will", "shall", "would", "could", "give", "gives", "given", "use", "used", "uses", "using",
    "under", "below", "over", "above", "more", "less", "than", "least", "most", "up", "max",
    "maximum", "minimum", "within", "exceed", "exceeding", "dose", "doses", "dosage", "dosed",
    "take", "taken", "have", "has", "he", "she", "they", "you", "him",
    "her", "them", "by", "per", "each", "的", "为", "用", "者", "给", "予", "剂", "量", "应",
    "可", "并",
})  # fmt: skip
_JOIN = frozenset({"or", "and", "plus", "with", "/", ",", "、", "，", "或", "和", "加"})
_STOPS = {"¶": 4.0, ".": 2.0, "。": 2.0, ";": 1.5, "；": 1.5, ":": 0.5, ",": 0.5, "，": 0.5}
_SAME = {
    "men": "man", "women": "woman", "children": "child", "child's": "child", "male": "man",
    "males": "man", "female": "woman", "females": "woman", "paediatric": "child",
    "pediatric": "child", "kids": "child", "infants": "infant", "babies": "infant",
    "elderly": "older", "initial": "start", "initially": "start", "starting": "start",
    "loading": "load", "maintain": "maintenance", "thereafter": "then", "followed": "then",
    "later": "then", "severely": "severe", "troughs": "trough",
}  # fmt: skip
_WEIGHTS = {"drug": 2.0, "route": 2.0, "number": 0.6, "sign": 0.5, "word": 1.0}


@dataclass(frozen=True)
class _Mark:
    """One thing of the text that tells where one is: a word, a drug, a route, a number, a stop."""

    start: int
    end: int
    kind: str
    keys: frozenset[str]
    item: int = -1


@dataclass(frozen=True)
class Around:
    """What stands to the left and right of an item: how near and how telling each thing is."""

    left: Mapping[str, float] = field(default_factory=dict)
    right: Mapping[str, float] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()

    @property
    def full(self) -> float:
        """Give the likeness of an item to itself."""
        return sum(self.left.values()) + sum(self.right.values())

    def like(self, other: "Around") -> float:
        """Give how like the surroundings are; a word on the other side counts half.

        A number on the other side counts nothing: in a row of cells only the order tells.
        """
        total = 0.0
        for mine, theirs, across in (
            (self.left, other.left, other.right),
            (self.right, other.right, other.left),
        ):
            for key, near in mine.items():
                alike = theirs.get(key, 0.0)
                if key in across and not key.startswith("number"):
                    alike = max(alike, across[key] / 2)
                total += min(near, alike)
        return total


@dataclass(frozen=True)
class Scene:
    """A text's items, each with what is around it, and all the drugs it names."""

    around: tuple[Around, ...]
    drugs: frozenset[str]


def scene(ready: str, items: tuple[Placed, ...]) -> Scene:
    """Look around each item of a text that `in_digits` has written."""
    marks = _marks(ready, items)
    owners = _owners(marks)
    drugs = frozenset(k for m in marks if m.kind == "drug" for k in m.keys)
    found: list[Around] = [Around()] * len(items)
    for at, mark in enumerate(marks):
        if mark.item >= 0:
            left = _side(marks[max(0, at - 3 * _REACH) : at][::-1])
            right = _side(marks[at + 1 : at + 1 + 3 * _REACH])
            found[mark.item] = Around(left, right, owners.get(mark.item, frozenset()))
    return Scene(tuple(found), drugs)


def _side(marks: Iterable[_Mark]) -> dict[str, float]:
    near: dict[str, float] = {}
    away = 0.0
    for mark in marks:
        if mark.kind == "stop":
            away += _STOPS[next(iter(mark.keys))]
        elif mark.kind != "idle":
            away += 0.5 if mark.kind == "sign" else 1.0
            for key in mark.keys:
                near.setdefault(f"{mark.kind}:{key}", _WEIGHTS[mark.kind] / (0.5 + away))
        if away > _REACH:
            break
    return near


def _marks(ready: str, items: tuple[Placed, ...]) -> list[_Mark]:
    taken = [
        _Mark(item.start, item.end, "route", frozenset({item.quantity.text}), at)
        if item.quantity.unit.startswith("route ")
        else _Mark(item.start, item.end, "number", frozenset(map(str, item.meanings)), at)
        for at, item in enumerate(items)
    ]
    taken += [_Mark(s, e, "drug", frozenset({n})) for s, e, n in placed_therapies(ready)]
    taken.sort(key=lambda mark: (mark.start, mark.item < 0))
    marks: list[_Mark] = []
    at = 0
    for mark in [*taken, _Mark(len(ready), len(ready), "idle", frozenset())]:
        if mark.start > at:
            marks += [_word(m) for m in _TOKEN.finditer(ready, at, mark.start)]
        if mark.start >= at or mark.item >= 0:
            marks.append(mark)
        at = max(at, mark.end)
    return marks[:-1]


def _word(m: re.Match[str]) -> _Mark:
    said = m[0].lower()
    if said in _STOPS:
        return _Mark(m.start(), m.end(), "stop", frozenset({said}))
    if said in _IDLE or said in _JOIN:
        return _Mark(m.start(), m.end(), "idle", frozenset({said}))
    said = _SAME.get(said, said)
    if len(said) > 4 and said.endswith("s") and not said.endswith("ss"):
        said = said[:-1]
    kind = "sign" if "\u4e00" <= said[0] <= "\u9fff" else "word"
    return _Mark(m.start(), m.end(), kind, frozenset({said}))


def _owners(marks: list[_Mark]) -> dict[int, frozenset[str]]:
    """Give the drugs each item belongs to: those named last before it, or right after it.

    "A or B 5 mg" belongs to both. "5 mg of A" belongs to A, unless a drug stands right before.
    """
    found: dict[int, frozenset[str]] = {}
    held: frozenset[str] = frozenset()
    joined, close = False, False
    for at, mark in enumerate(marks):
        if mark.kind == "drug":
            held = held | mark.keys if joined else mark.keys
            joined = close = True
        elif mark.kind == "number":
            after = _next_drug(marks, at)
            if close and after:
                found[mark.item] = held | after
            else:
                found[mark.item] = after or held
            joined = close = False
        elif mark.kind == "idle":
            joined = joined and bool(mark.keys & _JOIN)
            close = close and not mark.keys & _JOIN
        elif mark.kind == "stop":
            joined = joined and bool(mark.keys & _JOIN)
            close = False
            if "¶" in mark.keys:
                held = frozenset()
        elif mark.kind != "route":
            joined = close = False
    return found


def _next_drug(marks: list[_Mark], at: int) -> frozenset[str]:
    """Give the drug right after an item: "500 mg of amoxicillin", "5 mg oral morphine"."""
    for mark in marks[at + 1 : at + 4]:
        if mark.kind == "drug":
            return mark.keys
        if mark.kind != "route" and mark.keys != {"of"} and mark.keys != {"的"}:
            break
    return frozenset()
