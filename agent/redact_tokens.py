"""Cuts a text into words, runs of digits, Chinese characters and signs, piece by piece; pure.

A token is given only when no more text could change it, so that a stream is cut as its whole is.
Knows nothing of what a token means.
"""

import re
from dataclasses import dataclass

from agent.redact_numbers import ADDRESS, BORN, ID, MAIL, NHS, PHONE, RECORD

HAN = "\u3400-\u9fff"
# Letters of every script but Chinese, with the marks that Indian scripts and accents add to them.
_LETTER = rf"(?:[^\W\d_{HAN}]|[\u0300-\u036f\u0900-\u0dff])"
LONGEST = 30
"""Letters or digits of one token; what is longer is cut, and hidden to its end."""
_KINDS = "|".join(("name", BORN, RECORD, NHS, ID, PHONE, ADDRESS, MAIL, "number"))
_LONGEST_KIND = len(BORN) + len("[]")
_TOKEN = re.compile(
    rf"(?P<w>{_LETTER}{{1,{LONGEST}}}(?:['’]{_LETTER}{{2,12}})?)|(?P<d>\d{{1,{LONGEST}}})"
    rf"|(?P<h>[{HAN}])|(?P<o>['’][sS](?!{_LETTER}))|(?P<p>\[(?:{_KINDS})\]|\S)"
)
GAP = 6
"""Spaces in a row; more of them are a token of their own."""
_GAP = re.compile(rf"\s{{1,{GAP}}}")
TOKEN, SPACED, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        text: Its characters.
        kind: w, d, h, o or p: word, digits, Chinese character, possessive ending, sign; a sign too
            is what stands for an identifier, "[name]".
        start: Where it begins in the text.
        end: Where it ends.
        gap: What is before it: TOKEN (nothing), SPACED or BROKEN (a new line, or the beginning).
    """

    text: str
    kind: str
    start: int
    end: int
    gap: int


def cut(text: str, at: int, first: bool, *, closed: bool) -> tuple[list[Token], int]:
    """Cut from a place on, as far as no more text could change.

    Args:
        text: The text so far.
        at: Where to begin.
        first: Whether the whole text begins there.
        closed: Whether no more text will come.

    Returns:
        The tokens, and where to go on.
    """
    found: list[Token] = []
    size = len(text)
    while at < size:
        gap, begin = BROKEN if first and not found else TOKEN, at
        if m := _GAP.match(text, at):
            if m.end() == size and m.end() - at < GAP and not closed:
                break
            begin = m.end()
            if begin - at == GAP:
                found.append(Token(" ", "p", at, begin, BROKEN))
                at = begin
                continue
            gap = max(gap, BROKEN if "\n" in m[0] else SPACED)
            if begin == size:
                break
        m = _TOKEN.match(text, begin)
        assert m is not None
        if not closed and _may_grow(text, m, size):
            break
        found.append(Token(m[0], m.lastgroup or "p", begin, m.end(), gap))
        at = m.end()
    return found, at


def _may_grow(text: str, m: re.Match[str], size: int) -> bool:
    stop = m.end()
    if m[0] == "[":
        return size - m.start() < _LONGEST_KIND and "]" not in text[m.start() : size]
    if m.lastgroup == "h" or (m.lastgroup == "p" and m[0] not in "'’"):
        return False
    return stop >= size or (size < stop + 3 and (m[0] in "'’" or text[stop] in "'’"))
