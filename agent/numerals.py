"""Writes every number of a clinical text in digits, words and powers too; pure.

Knows nothing of what the numbers measure, save that a word before a unit is a number.
"""

import re
from collections.abc import Callable
from fractions import Fraction

from agent.units import NUMBER, SIGNS, TO, UNIT
from agent.wording import plain

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8,
}  # fmt: skip
_HANZI = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_DIGIT = "|".join(w for w, n in _WORDS.items() if n < 10)
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))


_CHINESE = "|".join([*_HANZI, "十"])


def _nth(m: re.Match[str]) -> str:
    return f"{m[2]} #{_ORDINALS[m[1].lower()]}"


def _ten_power(m: re.Match[str]) -> str:
    power = int(m[2])
    value = Fraction(m[1] or "1") * Fraction(10) ** power
    return f"{float(value):.15f}".rstrip("0").rstrip(".") if abs(power) <= 15 else m[0]


def _hanzi(m: re.Match[str]) -> str:
    tens, ten, ones = m[1].partition("十")
    if not ten:
        return str(_HANZI[tens]) if len(tens) == 1 else m[0]
    return str(_HANZI.get(tens, 1 if not tens else 0) * 10 + _HANZI.get(ones, 0))


# What must stand in the lower-cased text for the rewrite to be tried ("" always), pattern, result.
_NTH = "|".join(_ORDINALS)
_COUNTED = "dose|shock|day|week|month|year|trimester|visit|course|cycle|episode|attempt|line|cycle"
_REWRITES: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    ("[", r"\[ ?\d+(?: ?[-,;] ?\d+)* ?\]", " "),
    ("第", r"第 ?([0-9一二三四五六七八九十]+) ?[天日]", r" day \1 "),
    ("第", r"第 ?([0-9一二三四五六七八九十]+) ?周", r" week \1 "),
    ("year of life", r"\b(?:the )?first year of life\b", "under 1 year of age"),
    ("of life", r"\b(?:the )?first (\d+) (week|month|year)s of life\b", r"under \1 \2s of age"),
    (_NTH, rf"\b({_NTH})[ -]({_COUNTED})s?\b(?! (?:later|after))", _nth),
    ("number|no.", rf"\b({_COUNTED}) (?:number|no\.?) ?(?=[0-9])", r"\1 #"),
    ("quarter", r"\b(?:a |one )?quarter of an hour\b", "15 minutes"),
    ("third of", r"\b(?:a |one )?third of an hour\b", "20 minutes"),
    ("half", r"\b(?:a )?half (?:of )?an hour\b", "30 minutes"),
    (
        _WORD,
        rf"\b({_WORD})(?:[ -]({_DIGIT}))?"
        rf"(?=[ -](?:(?:divided|single|equal|separate) )?(?:{UNIT}|times\b"
        rf"|(?:hour|dai|week|month|year)ly)|-? (?:to|or) (?:{_WORD}|[0-9.]+)[ -])",
        lambda m: str(_WORDS[m[1].lower()] + _WORDS.get((m[2] or "").lower(), 0)),
    ),
    (_CHINESE, r"([一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
     rf"(?= ?(?:个|{SIGNS}|小时|次)(?!定|般|些|旦))", _hanzi),
    ("between", rf"\bbetween ({NUMBER}(?: ?{UNIT})?) and (?={NUMBER})", r"\1-"),
    ("介于", rf"介于 ?({NUMBER}(?: ?{UNIT})?) ?[和与] ?(?={NUMBER})", r"\1-"),
    ("or two", r"\b(every |an? )?(hour|day|week) or two\b", r"\g<1>1-2 \2s"),
    ("daily doses", r"\b(\d|two|three|four|six) daily doses\b", r"\1 times daily"),
    ("half", r"\bhalf an? (?=[a-z])", "0.5 "),
    ("fortnight", r"\ba fortnight\b", "2 weeks"),
    ("biennial|every other year|alternate year",
     r"\b(?:biennial(?:ly)?|every other year|alternate years)\b", "every 2 years"),
    ("divided|single|equal|separate",
     r"\b(?:divided|single|equal|separate) (?=(?:dai|week|month|year)ly|doses?\b)", ""),
    ("dose", r"\b(?:one|1) dose (?=daily|a day|per day|each day|every)", "once "),
    ("/52", r"(?<![\d./])([1-9]|[1-4]\d)/52(?![\d/]|\.\d)", r"\1 weeks"),
    ("/7", r"(?<![\d./])([1-9]|1\d)/7(?![\d/]|\.\d)", r"\1 days"),
    ("/12", r"(?<![\d./])([1-9]|1\d)/12(?![\d/]|\.\d)", r"\1 months"),
    ("1/2", r"(?<![\d./])(?:1/2)(?![\d./])", "0.5"),
    ("1/4", r"(?<![\d./])(?:1/4)(?![\d./])", "0.25"),
    (",", r"(?<![\d.,])([1-9]\d{0,2}(?:,\d{3})+)(?![\d,])", lambda m: m[1].replace(",", "")),
    (" 000", r"(?<![\d.,])([1-9]\d{0,2}(?: 000)+)(?!\d)", lambda m: m[1].replace(" ", "")),
    (",", rf"(?<![\d.,])(\d+),(\d+)(?= ?(?:{UNIT}|(?:-|to) ?[0-9.,]+ ?{UNIT}))", r"\1.\2"),
    ("0,", r"(?<![\d.,])0,(\d+)", r"0.\1"),
    ("^|**",
     r"(?:(?<![\d.])(\d+(?:\.\d+)?) ?[×x*] ?|\b)10 ?(?:\^|\*\*) ?(-?\d{1,2})(?!\d)", _ten_power),
    ("/l|/ l", r"(\d+(?:\.\d+)?) ?[×x] ?10(\d{1,2})(?= ?/ ?L)", _ten_power),
    ("million|百万", r"[× ]*\b(\d+(?:\.\d+)?) ?(?:million|百万)", lambda m: _times(m, 10**6)),
    ("万", r"(\d+(?:\.\d+)?) ?万", lambda m: _times(m, 10**4)),
    ("^-1", r"(?<=[A-Za-z])[ ·.](kg|d|day|h|min|L|mL|m\^2)\^-1", r"/\1"),
    (
        "每",
        rf"每 ?(?:公斤|千克|kg)(?:体重)?([^0-9，。；¶]{{0,6}}{NUMBER}(?:{TO}{NUMBER})? ?{UNIT})",
        r"\1/kg",
    ),
    ("", r"\b(day|week|stage|grade|step|type|class) (\d+) (?=\d{3}\b)", r"\1 \2 , "),
)  # fmt: skip
_COMPILED = [
    (tuple(needles.split("|")), re.compile(pattern, re.IGNORECASE), by)
    for needles, pattern, by in _REWRITES
]


def _times(m: re.Match[str], factor: int) -> str:
    value = Fraction(m[1]) * factor
    return f" {float(value):.6f}".rstrip("0").rstrip(".")


def in_digits(text: str) -> str:
    """Fold a text and write its numbers without words, separators or powers.

    "1,000", "1 000" and "one thousand"-like powers become plain digits; a decimal comma before a
    unit becomes a point; "/kg" is written behind the amount where Chinese puts 每公斤 before it.
    """
    ready = plain(text)
    low = ready.lower()
    for needles, pattern, by in _COMPILED:
        if any(needle in low for needle in needles):
            ready = pattern.sub(by, ready)
    return ready
