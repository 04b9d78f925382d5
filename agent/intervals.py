"""Reads how often: "every 8 hours", "tds", "twice daily", "每日2次", in a common measure; pure.

Knows nothing of doses. The patterns are parts of the one that finds a text's quantities.
"""

import re
from fractions import Fraction

from agent.units import NUMBER, SECONDS, SPAN, TIME, scale

_EVERY = r"(?:every|each|每隔?|间隔|(?<![a-z])q|at intervals of)"
OFTEN = (
    rf"{_EVERY} ?(?P<every>{SPAN})[ -]?(?P<every_u>{TIME})(?: ?[1一] ?次)?"
    rf"|(?<![\w.])(?P<apart>{SPAN})[ -]?(?P<apart_u>{TIME}) (?:apart|intervals?)\b"
    rf"|(?<![\w.])(?P<ly>{SPAN}|[0-9.]+- (?:to|or) [0-9.]+)[ -]?"
    r"(?P<ly_u>hour|day|week|month|year|hr|dai)ly"
    rf"|(?:\b(?P<word>once|twice|thrice)|(?<![A-Za-z0-9_.])(?P<n>{SPAN}) ?(?:times|×|x|次))[ -]?"
    r"(?:(?:in|an?|per|each|every|/) ?){0,3}"
    r"(?P<per>daily|day|d\b|24 hours|week|month|year|hour|天|日|周|月)"
    rf"|(?:每|一|1) ?(?P<zh_per>[天日周月年]) ?(?P<zh_n>{SPAN}) ?次"
    r"|(?P<abbr>\b(?:b\.?i?\.?d|t\.?d\.?s|t\.?i\.?d|q\.?d\.?s|q\.?i\.?d)\b"
    r"(?:(?:-| to | or )(?:b\.?i?\.?d|t\.?d\.?s|t\.?i\.?d|q\.?d\.?s|q\.?i\.?d)\b)?)"
    r"|(?P<adverb>(?<!-)\b(?:every (?:day|hour|minute|week|month|year|night)"
    r"|(?:hour|dai|week|month|year|night)ly"
    r"|(?:every (?:other|second|alternate)|alternate) days?|fortnightly|annually|od|qd)\b"
    r"(?! (?:dose|max|intake|total))"
    rf"|隔[日天]|每[天日周月年晚](?:[1一]次)?|每小时)"
)
# Where an interval may begin, for a quick search; a digit may begin one too.
STARTS = (
    r"[每隔一间]|\b(?:every|each|q|once|twice|thrice|at intervals|[btq]\.?[di]|hourly|daily|weekly"
    r"|monthly|yearly|nightly|alternate|fortnightly|annually|od|qd)"
)
_ADVERBS = (
    ("other|second|alternate|隔", "day", 2), ("fortnight", "week", 2), ("minute", "min", 1),
    ("hour|小时", "h", 1), ("week|周", "week", 1), ("month|月", "month", 1),
    ("year|annual|年", "year", 1), ("", "day", 1),
)  # fmt: skip
_TIMES = {"once": 1, "twice": 2, "thrice": 3, "b": 2, "t": 3, "q": 4}
_DAY = SECONDS["day"]
Values = tuple[Fraction, ...]


def how_often(m: re.Match[str]) -> tuple[Values, str, str]:
    """Give the values, unit ("interval s", "interval month" or "times/day") and shape of a match.

    One time a day is an interval of a day; other times a day stay times.
    """
    written = m["every"] or m["apart"] or m["ly"] or m["n"] or m["zh_n"] or "1"
    values = tuple(Fraction(n) for n in re.findall(NUMBER, written))
    if m["every"] or m["apart"] or m["ly"]:
        base, each = scale(_period(m["every_u"] or m["apart_u"] or m["ly_u"]))
    elif m["adverb"]:
        said = m["adverb"].lower()
        period, n = next((p, n) for key, p, n in _ADVERBS if re.search(key, said))
        base, each = scale(period)
        each *= n
    else:
        if m["abbr"]:
            said = [w[0] for w in re.split(r"-| to | or ", m["abbr"].lower())]
            values = tuple(Fraction(_TIMES[first]) for first in said)
        elif m["word"]:
            values = (Fraction(_TIMES[m["word"].lower()]),)
        period = _period(m["per"] or m["zh_per"] or "day")
        if len(values) == 2 or values[0] != 1:
            return values, f"times/{period}", "-" if len(values) == 2 else ""
        base, each = scale(period)
    shape = "-" if len(values) == 2 else ""
    return tuple(v * each for v in values), f"interval {base}", shape


def same_often(values: Values, unit: str, shape: str, sign: str) -> tuple[Values, str]:
    """Fold "n times a day" into hours where the day divides evenly and nothing is compared.

    Four times a day is every 6 hours; "2 to 4 times a day", "up to 4 times" stay as they are.
    """
    if unit == "times/day" and not sign and not shape and values[0] in (2, 3, 4, 6, 8, 12):
        return (_DAY / values[0],), "interval s"
    return values, unit


def _period(written: str) -> str:
    word = written.lower()
    words = {"dai": "day", "daily": "day", "24 hours": "day", "晚": "day", "个月": "month"}
    base, each = scale(words.get(word, word))
    named = {"s": {s: n for n, s in SECONDS.items()}, "month": {1: "month", 12: "year"}}
    return named[base][int(each)]
