"""Finds the words and signs that compare a number, before and after it; pure.

Knows nothing of what is compared. "Within" counts as ≤; "aged over" as >; "not above" as ≤.
"""

import re

_ITEM_AHEAD = (
    r"(?=-?\.?[0-9]|(?:every|each|once|twice|thrice|half|alternate|annually|fortnightly"
    r"|(?:hour|dai|week|month|year|night)ly(?! (?:dose|max|intake|total))|q[0-9]|[btq]\.?[di])\b"
    r"|[每隔一])"
)
_NOT = r"(?:no|not|never|nor|without|cannot|mustn't|don't)(?: \w+)? "
_MORE = (
    r"(?:more|greater|higher|older|longer|later|larger|faster|heavier|bigger) than"
    r"|\bover|\babove|\bbeyond|\bexceed(?:s|ed|ing)?|\bin excess of"
)
_LESS = (
    r"(?:less|fewer|lower|younger|shorter|earlier|sooner|smaller|lighter) than"
    r"|\bbelow|\bunder"
)
_BEFORE = re.compile(
    rf"(?:(?P<ge>{_NOT}(?:{_LESS})|(?:greater|more|higher|older|longer) than or equal to"
    r"|\bat or (?:above|over)|\bequal to or (?:greater|more|higher) than"
    r"|\bat least|\b(?:a )?minimum(?: \w+){0,3}?:?(?: of)?|\bas little as"
    r"|≥|>=|=>|不少于|不低于|不小于|不短于|至少|最少|最低|最短|大于(?:或)?等于|(?<![未不])满)"
    rf"|(?P<le>{_NOT}(?:{_MORE})|\bnot to exceed|(?:less|lower|fewer) than or equal to"
    r"|\bat or (?:below|under)|\bequal to or (?:less|lower|fewer) than"
    r"|\bat most|\bup to|\bas (?:long|much|many|high) as|\bcapped at|\blimited to"
    r"|\bmax(?:imum)?\b(?: \w+){0,3}?:?(?: of)?|\bwithin|≤|<=|=<"
    r"|[不未]超过|不大于|不高于|不多于|不长于|至多|最多|最大(?:剂?量)?|最高|最长|小于(?:或)?等于)"
    rf"|(?P<lt>{_LESS}|<|小于|少于|低于|短于|不足|未满|不满|不到|未达)"
    rf"|(?P<gt>{_MORE}|>|大于|多于|高于|超过|长于))"
    r" ?(?:(?:an?|of|about|approximately|around|the|aged?|大约|约|每日|每天)\b ?){0,4}"
    + _ITEM_AHEAD,
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?: ?(?:old|of age))? ?(?:(?P<ge>\+(?! ?[0-9])|,? ?(?:or|and) (?:more|over|above|older|higher"
    r"|greater|longer|later|up(?:wards)?)\b|(?:or )?at least(?! [≥<>]? ?\.?[0-9])"
    r"|(?:及|或|和|含)?以上)"
    r"|(?P<le>,? ?(?:or|and) (?:less|fewer|below|lower|under|younger|shorter|earlier)\b"
    r"|,? ?(?:at (?:the )?most|max(?:imum)?)\b(?! \w* ?\d)|(?:及|或)?以下|(?:之|以)?内))",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[ -]?(?:s|secs?|seconds?|min(?:ute)?s?|h|hrs?|hours?)$", re.IGNORECASE)
_OVER = re.compile(r"([^.;。；¶]*)\bover (?:about |the |approximately |at )*$", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:iv|intravenous\w*|infus\w+|given?|run|slow\w*|inject\w*|bolus\w*|load\w*|rehydrat\w*)\b|静"
    r"|[0-9] ?(?:m?l|m?g|mg/kg|ml/kg|units?|\w+grams?|\w+lit(?:re|er)s?)\b",
    re.IGNORECASE,
)
_SIGN = {"ge": "≥", "le": "≤", "lt": "<", "gt": ">"}


def before(ready: str) -> dict[int, str]:
    """Give the sign that words put before whatever starts at a place, for all places."""
    return {m.end(): _SIGN[m.lastgroup or ""] for m in _BEFORE.finditer(ready)}


def after(ready: str, end: int) -> str:
    """Give the sign of the words right after a place, "" where there is none."""
    m = _AFTER.match(ready, end)
    return _SIGN[m.lastgroup or ""] if m else ""


def lasts(ready: str, start: int, unit: str, to: str) -> bool:
    """Tell whether "over" before a time says how long it lasts: "4 g IV over 20 minutes".

    Args:
        ready: The text.
        start: Where the time's number starts.
        unit: As written after it.
        to: What joins it to a second number: a range lasts, nothing is "over 5 to 20".
    """
    if not _SHORT.match(unit):
        return False
    said = _OVER.search(ready[max(0, start - 60) : start])
    return said is not None and (bool(to) or _GIVEN.search(said[1]) is not None)
