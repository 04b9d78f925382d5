"""The number lock: why a claim's doses, routes, intervals or thresholds are not its lines'; pure.

Knows nothing of models or pages. What cannot be matched for certain is refused: the reader then
sees the lines themselves.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.binding import Around, Scene, scene
from agent.numerals import in_digits
from agent.patient_values import Fact, apart, facts
from agent.quantities import Placed, Quantity, claimed, standing
from agent.routes import narrower, placed_routes

# A sentence, and the lines it cites, are far below these; more is not worth a reader's wait.
MOST_CHARACTERS = (1_700, 4_000)
MOST_NUMBERS = (60, 160)
MOST_PAIRS = 1_500
_ROUTE = "route"
_CLOSE = 1e-9
_AMOUNTS = frozenset({
    "mg", "mL", "mmol", "mEq", "mOsm", "unit", "tablet", "capsule", "puff", "drop", "dose",
    "sachet", "ampoule", "vial", "piece",
})  # fmt: skip
_ENDLESS = re.compile(r"\d{40}")
_RUN = re.compile(r"\d+")
_DIGITS = re.compile(r"[0-9.]+")


@dataclass(frozen=True)
class _Read:
    """A text in digits, its quantities, and its routes as items of their own."""

    ready: str
    items: tuple[Placed, ...]
    routes: tuple[Placed, ...]

    @property
    def marks(self) -> tuple[Placed, ...]:
        return self.items + self.routes

    @property
    def named_routes(self) -> frozenset[str]:
        return frozenset(item.quantity.text for item in self.routes)


def unbacked(claim: str, source: str, question: str = "") -> str:
    """Say which number, unit, interval, comparator or route of a claim its lines do not carry.

    Each must stand in the lines after folding, with its comparator or the lack of one, and among
    the words it has there: at its drug, route, population, threshold. A weight, age or clearance
    that only the question names may be repeated; then each dose must be one of its band.

    Returns:
        "" where all is carried.
    """
    if len(claim) > MOST_CHARACTERS[0] or len(source) > MOST_CHARACTERS[1]:
        return "is too long to check number by number"
    if _ENDLESS.search(claim) or _ENDLESS.search(source):
        return "has a number too long to read"
    if any(
        sum(1 for _ in _RUN.finditer(text)) > most
        for text, most in zip((claim, source), MOST_NUMBERS, strict=True)
    ):
        return "has too many numbers to check"
    said, lines = _claim(claim), _source(source)
    own = _patients(said, lines, question)
    lacking = _lacking(said, lines, own)
    if lacking:
        named = ", ".join(dict.fromkeys(f"{q.comparator}{q.text}" for q in lacking))
        return f"{named} does not stand in the cited line"
    covered = frozenset[str]().union(
        lines.named_routes,
        (wide for wide, covers in narrower().items() if covers & lines.named_routes),
    )
    if added := said.named_routes - covered:
        return f"{', '.join(sorted(added))} is no route that the cited line names"
    verbatim = not own and _word_for_word(said.ready, lines.ready)
    if not verbatim and len(said.marks) * len(lines.marks) > MOST_PAIRS:
        return "has too many numbers to check"
    strays = [] if verbatim else _strays(said, lines, own)
    if strays:
        return f"{', '.join(dict.fromkeys(strays))} belongs to something else in the cited line"
    return ""


def missing(claim: str, source: str) -> tuple[Quantity, ...]:
    """Give the claim's quantities that stand nowhere in the source, whatever they belong to."""
    return tuple(_lacking(_claim(claim), _source(source), []))


def _claim(text: str) -> _Read:
    ready = in_digits(text)
    return _Read(ready, claimed(ready), _routes(ready))


@lru_cache(maxsize=512)
def _source(text: str) -> _Read:
    ready = in_digits(text)
    return _Read(ready, standing(ready), _routes(ready))


@lru_cache(maxsize=512)
def _source_scene(read: _Read) -> Scene:
    return scene(read.ready, read.marks)


def _routes(ready: str) -> tuple[Placed, ...]:
    return tuple(
        Placed(start, end, Quantity(name, (), f"{_ROUTE} {name}"))
        for start, end, name in placed_routes(ready)
    )


def _patients(said: _Read, lines: _Read, question: str) -> list[Fact]:
    """Give the claim's facts of the patient that the question names too."""
    if not question or _ENDLESS.search(question) or len(_RUN.findall(question)) > MOST_NUMBERS[0]:
        return []
    asked = in_digits(question[: MOST_CHARACTERS[0]])
    known = {(fact.kind, fact.value) for fact in facts(asked, claimed(asked))}
    return [fact for fact in facts(said.ready, said.items) if (fact.kind, fact.value) in known]


def _lacking(said: _Read, lines: _Read, own: list[Fact]) -> list[Quantity]:
    stands = {meaning for item in lines.items for meaning in item.meanings}
    free = {fact.item for fact in own}
    return [
        item.quantity
        for item in said.items
        if item.quantity.meaning not in stands and item not in free and not item.silent
    ]


def _strays(said: _Read, lines: _Read, own: list[Fact]) -> list[str]:
    """Give the claim's items that stand among the words of another item of the line."""
    free = {fact.item for fact in own}
    mine, others = said.marks, lines.marks
    choice = any(_rivals(item, other) for item in mine for other in others)
    banded, peopled = apart(own, said.ready, lines.ready, lines.items)
    if not choice and not banded:
        return []
    there, here = _source_scene(lines), scene(said.ready, mine)
    line = _Line(others, there, banded, peopled)
    return [
        item.quantity.text
        for item, around in zip(mine, here.around, strict=True)
        if item not in free and not item.silent and not _fits(item, around, line)
    ]


def _word_for_word(claim: str, lines: str) -> bool:
    """Tell whether the claim is a run of the lines' own words: its numbers stand where they do."""
    at = lines.find(claim)
    whole = rf"(?<![\w.,]){re.escape(claim)}(?![\w])"
    return at >= 0 and re.search(whole, lines) is not None


@dataclass(frozen=True)
class _Line:
    """The cited lines' items and what is around them; `banded`, `peopled` are for others."""

    items: tuple[Placed, ...]
    scene: Scene
    banded: frozenset[Placed]
    peopled: frozenset[Placed]


def _fits(item: Placed, around: Around, line: _Line) -> bool:
    """Tell whether an item's surroundings are those it has in the line, not those of a rival."""
    same = item.quantity.meaning
    equal, rivals = [], []
    for other, place in zip(line.items, line.scene.around, strict=True):
        if same in other.meanings:
            equal.append((other, place))
        elif _rivals(item, other):
            rivals.append((other, place))
    if not equal:
        return True  # a wider word for the line's route
    kind = _kind(item.quantity)
    for others in (line.banded, line.peopled):
        if kind not in ("amount", "often", "time"):
            break
        left = [(other, place) for other, place in equal if other not in others]
        alike = [
            other for other, _ in rivals if other not in others and kind == _kind(other.quantity)
        ]
        if not left and (alike or (kind == "amount" and others is line.banded)):
            return False
        equal = left or equal
        if left:
            rivals = [(other, place) for other, place in rivals if other not in others]
    equal = [(other, place) for other, place in equal if _owned(item, around, place, line.scene)]
    rivals = [
        (other, place)
        for other, place in rivals
        if _owned(item, around, place, line.scene)
        and not any(_in_other_words(other, same_one) for same_one, _ in equal)
    ]
    best = max((around.like(place) for _, place in equal), default=-1.0)
    rival = max((around.like(place) for _, place in rivals), default=-1.0)
    if best < 0 or rival < 0:
        return best >= 0
    full = around.full
    return best > rival + _CLOSE or (full > 0 and best >= full - _CLOSE)


def _in_other_words(a: Placed, b: Placed) -> bool:
    """Tell whether two amounts are one, written twice: "0.5 mL (500 micrograms)"."""
    first, then = sorted((a, b), key=lambda item: item.start)
    return then.start - first.end <= 2 and a.quantity.unit[:2] != b.quantity.unit[:2]


def _owned(item: Placed, around: Around, place: Around, there: Scene) -> bool:
    """Tell whether the drug a claim gives an item is the one the line gives it."""
    if len(there.drugs) < 2:
        return True
    mine = around.owners & there.drugs
    if not mine:
        return True
    if not place.owners:
        return _kind(item.quantity) not in ("amount", "often")
    return mine <= place.owners


def _rivals(item: Placed, other: Placed) -> bool:
    """Tell whether one item might have been written for the other: alike in kind or in number."""
    mine, its = item.quantity, other.quantity
    if mine.meaning in other.meanings:
        return False
    if _DIGITS.findall(mine.text) == _DIGITS.findall(its.text) != []:
        return True
    return _kind(mine) == _kind(its) and mine.comparator == its.comparator


@lru_cache(maxsize=2048)
def _kind(q: Quantity) -> str:
    first = q.unit.partition("/")[0].partition(" ")[0]
    if q.unit == "mg" and re.search(r"kg|kilo|公斤|千克", q.text, re.IGNORECASE):
        return "weight"
    if first in _AMOUNTS:
        return "concentration" if q.unit.endswith("/mL") else "amount"
    if first in ("interval", "times"):
        return "often"
    return "time" if first in ("s", "month") else first
