"""Finds in a thinking text the words that lead a step and the line ids it names.

Knows nothing of how either is drawn. Spans are (start, end) in characters of the given text.
"""

import re
from collections.abc import Set

# A clause begins at the start, or after a mark, a list's bullet, or "and", "but".
_CLAUSE = (
    r"(?:(?<![^\n.!?;:,—–。！？；：，、(（\"“])|(?<=[.!?;:,—–。！？；：，、] )|(?<=\n[-*•] )"
    r"|(?<=\A[-*•] )|(?<=\band )|(?<=\bbut ))"
)
_STEP_WORDS = re.compile(
    _CLAUSE + r"(?P<word>(?:first|second)(?=\s*[,:，：]|\s+(?:i|we|let|check|look|the)\b)"
    r"|next(?!\s+to\b)|so(?!\s+(?:that|far|much|many|long|called)\b)"
    r"|(?:then|therefore|because|however|finally)"
    r")(?![\w‐-])|" + _CLAUSE + r"(?P<hanzi>首先|其次|然后|因此|所以|但是|最后)",
    re.IGNORECASE,
)

_UNIT = (
    r"(?:(?:mc?g|µg|μg|ug|k?g|ng|pg|[md]?l|[mµμ]?mol|m?eq|m?iu|units?|mmhg|kpa|[cm]?m|"
    r"h|hrs?|hours?|days?|weeks?|months?|years?|min(?:utes?)?|s|bpm|k?cal|times|fold)(?![A-Za-z])"
    r"|[%‰°×]|-fold|毫克|微克|克|千克|公斤|毫升|升|毫摩尔|小时|分钟|天|周|个月|年|岁|次|倍)"
)
_ID = re.compile(
    r"(?<![A-Za-z0-9_.])(?<![<>≤≥])(?<![<>≤≥] )(?P<id>[0-9]+\.[0-9]+)"
    r"(?![A-Za-z0-9_]|\.[0-9]|,[0-9])"
    rf"(?!(?:\s*(?:-|–|~|to|至)\s*[0-9]+(?:\.[0-9]+)?)?\s*{_UNIT})",
    re.IGNORECASE,
)


def step_words(text: str) -> list[tuple[int, int]]:
    """Return the spans of words that lead a step, only where a sentence or clause begins."""
    return [m.span("word" if m["word"] else "hanzi") for m in _STEP_WORDS.finditer(text)]


def named_ids(text: str, valid: Set[str]) -> list[tuple[int, int, str]]:
    """Return (start, end, id) for each line id of `valid` that the text names.

    A number with a unit, a comparison or more digits around it is a value, not a name.
    """
    return [(*m.span("id"), m["id"]) for m in _ID.finditer(text) if m["id"] in valid]
