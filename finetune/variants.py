"""Makes variants of an annotated text: other names, other digits, other neighbours; pure.

A word of a name is replaced by one that stands in the same lists, or by one that stands in none, so
that what is learnt is the place and the kind of word, not the word. Knows nothing of training.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.redact_facts import SURNAMES
from agent.redact_numbers import nhs
from agent.redact_words import CLINICAL, DOUBTFUL, EPONYM, FIRST, LAST, ORDINARY, flags_of, lists

_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{2,}|[\u3400-\u9fff]+|\d+")
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]{4,}")
_PARTICLE = "van der de la bin bint al el da do dos di del von ten den the of and nurse dr mr mrs"
_PARTICLES = frozenset(_PARTICLE.split())
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅红建国志海峰晓雪慧婷雨欣子轩浩宇思涵佳琪嘉怡俊凯"
    "鹏飞文博春花淑珍凤翠莲德福贵永庆振东立新少辉润泽梓萱一诺"
)


@dataclass(frozen=True)
class Marked:
    """A text and the places of what identifies a person in it: (start, end, kind)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=1)
def _pools() -> dict[int, list[str]]:
    pools: dict[int, list[str]] = {}
    for word, flag in sorted(lists().flags.items()):
        if flag & (FIRST | DOUBTFUL | LAST) and len(word) > 2 and word.isalpha():
            pools.setdefault(flag, []).append(word)
    return pools


def invented(dice: random.Random) -> str:
    """Give a name that is in no list: join the halves of two names to a word that is in no list."""
    pool = _pools()[FIRST] + _pools()[LAST]
    while True:
        one, other = dice.choice(pool), dice.choice(pool)
        word = one[: dice.randint(2, 4)] + other[-dice.randint(2, 5) :]
        if not flags_of(word):
            return word


@lru_cache(maxsize=1)
def _medical() -> list[str]:
    """Give the words of medicine that are no everyday words and no names."""
    listed = sorted(lists().flags.items())
    return [w for w, flag in listed if flag in (CLINICAL, EPONYM) and len(w) > 4 and w.isalpha()]


def _unheard(word: str, dice: random.Random) -> str:
    """Give a word of medicine that is in no list: the halves of two."""
    while True:
        one, other = dice.choice(_medical()), dice.choice(_medical())
        made = one[: dice.randint(2, 4)] + other[-dice.randint(2, 5) :]
        if not flags_of(made):
            return _cased(made, word)


def unlisted(marked: Marked, dice: random.Random) -> Marked:
    """Give a text with its words of medicine as if nobody had listed them."""
    text, at, spans, rest = "", 0, [], list(marked.spans)
    for m in _LATIN.finditer(marked.text):
        inside = any(a < m.end() and m.start() < b for a, b, _ in marked.spans)
        medical = not flags_of(m[0]) & (ORDINARY | FIRST | LAST | DOUBTFUL) and flags_of(m[0])
        changed = medical and not inside and dice.random() < (0.3 if m[0].islower() else 0.7)
        text += marked.text[at : m.start()]
        shift, at = len(text) - m.start(), m.end()
        while rest and rest[0][0] < m.end():
            a, b, kind = rest.pop(0)
            spans.append((a + shift, b + shift, kind))
        text += _unheard(m[0], dice) if changed else m[0]
    shift = len(text) - at
    text += marked.text[at:]
    spans += [(a + shift, b + shift, kind) for a, b, kind in rest]
    return Marked(text, tuple(spans))


def _cased(word: str, like: str) -> str:
    return word.upper() if like.isupper() else word.title() if like[0].isupper() else word


def _renamed(word: str, dice: random.Random) -> str:
    if word[0] >= "\u3400" and ord(word[0]) < 0xA000:
        return word if len(word) > 4 or "某" in word else _chinese(word, dice)
    if word.lower() in _PARTICLES or (word.isupper() and len(word) < 4):
        return word
    flag = flags_of(word)
    pool = _pools().get(flag)
    if pool and dice.random() > 0.15:
        return _cased(dice.choice(pool), word)
    return _cased(invented(dice), word) if word.isascii() or dice.random() < 0.5 else word


def surname_han(dice: random.Random) -> str:
    """Give a Chinese surname, mostly a frequent one."""
    return dice.choice(SURNAMES[:100] if dice.random() < 0.8 else SURNAMES[:330])


def given_han(dice: random.Random) -> str:
    """Give a character of a Chinese first name."""
    return dice.choice(_GIVEN)


def _chinese(word: str, dice: random.Random) -> str:
    return surname_han(dice) + "".join(given_han(dice) for _ in word[1:])


def _digits(word: str, kind: str, dice: random.Random) -> str:
    if kind == "date of birth":
        return _date_part(word, dice)
    kept = 3 if kind == "phone" else 0
    return word[:kept] + "".join(dice.choice("0123456789") for _ in word[kept:])


def _date_part(word: str, dice: random.Random) -> str:
    if len(word) == 4 and word[:2] in ("19", "20"):
        return str(dice.randint(1925, 2023))
    if len(word) <= 2:
        return f"{dice.randint(1, 12):0{len(word)}d}"[: len(word)]
    return word


def _checked(words: str, dice: random.Random) -> str:
    """Give other digits to an NHS number so that its check still holds."""
    while True:
        made = "".join(dice.choice("0123456789") if c.isdigit() else c for c in words)
        if nhs(re.sub(r"\D", "", made)):
            return made


def _changed(words: str, kind: str, dice: random.Random) -> str:
    digits = re.sub(r"\D", "", words)
    if len(digits) == 10 and nhs(digits):
        return _checked(words, dice)

    def other(m: re.Match[str]) -> str:
        if m[0][0].isdigit():
            return _digits(m[0], kind, dice)
        return _renamed(m[0], dice) if kind in ("name", "e-mail") else m[0]

    return _WORD.sub(other, words)


def variant(
    marked: Marked, dice: random.Random, others: Sequence[str], *, renamed: bool = True
) -> Marked:
    """Give a variant of a text; `others` are texts without identifiers, to stand beside it."""
    text, spans, at = "", [], 0
    for start, end, kind in marked.spans:
        text += marked.text[at:start]
        made = marked.text[start:end]
        made = _changed(made, kind, dice) if renamed else made
        spans.append((len(text), len(text) + len(made), kind))
        text, at = text + made, end
    text += marked.text[at:]
    if dice.random() < 0.1:
        lower = text.lower()
        text = lower if len(lower) == len(text) else text
    if dice.random() < 0.4:
        gap, other = dice.choice([" ", "\n", ". ", " - "]), dice.choice(others)
        if dice.random() < 0.5:
            text += gap + other
        else:
            shift = len(other + gap)
            text, spans = other + gap + text, [(a + shift, b + shift, k) for a, b, k in spans]
    return Marked(text, tuple(spans))
