"""Knows mail addresses, written or said, and phone numbers told in words; pure.

"jane dot doe at example dot org", "oh seven seven hundred, nine double-oh"
"""

import re

from agent.redact_facts import facts
from agent.redact_numbers import DIGIT_WORDS, MAIL, PHONE, SPOKEN
from agent.redact_state import ALNUM, NOTHING, WAIT, Said, State
from agent.redact_tokens import Token

_LOCAL = re.compile(r"[A-Za-z0-9._%+-]{1,48}")
_MAIL_SIGNS = "@._%+-"
_SAID = frozenset(["dot", "at", "underscore", "dash"])


def mailed(state: State, i: int, token: Token) -> Said:
    """A mail address, at the beginning of its own part."""
    text = state.text
    if token.kind not in ALNUM or not token.text.isascii():
        return NOTHING
    after = text[token.end : token.end + 1]
    if after and not after.isalnum() and after not in _MAIL_SIGNS:
        return NOTHING
    m = _LOCAL.match(text, token.start)
    assert m is not None
    here = m.end()
    if here + 1 >= len(text) and not state.closed and text[here:] in ("", "@"):
        return WAIT
    is_mail = text[here : here + 1] == "@" and text[here + 1 : here + 2].isalnum()
    return (MAIL, here + 1) if is_mail else NOTHING


def mail_said(state: State, i: int, token: Token) -> Said:
    """A mail address as it is said: "jane dot doe at example dot org"."""
    if token.kind not in ALNUM or (facts(token).inert and not state.tag):
        return NOTHING
    said = [t.text.lower() for t in state.tokens[i : i + 4]]
    if state.tag == MAIL and (said[0] in _SAID or state.tokens[i - 1].text.lower() in _SAID):
        return MAIL, token.end
    if len(said) > 1 and said[1] not in _SAID:
        return NOTHING
    if len(said) < 4:
        return NOTHING if state.closed else WAIT
    begins = said[3] in _SAID if said[1] != "at" else said[3] == "dot"
    return (MAIL, token.end) if begins else NOTHING


def spoken(state: State, i: int, token: Token) -> Said:
    """A phone's digits in words."""
    if state.tag == PHONE and token.text == ",":
        if i + 1 == len(state.tokens) and not state.closed:
            return WAIT
        more = i + 1 < len(state.tokens) and state.tokens[i + 1].text.lower() in DIGIT_WORDS
        return (PHONE, token.end) if more else ("", token.end)
    if token.kind != "w" or token.text.lower() not in DIGIT_WORDS:
        return NOTHING
    count, last, j = 1, i, i + 1
    while j < len(state.tokens) and count < SPOKEN:
        if state.tokens[j].text.lower() in DIGIT_WORDS:
            count, last = count + 1, j
        elif state.tokens[j].text not in ",-" or j - last > 1:
            break
        j += 1
    if count >= SPOKEN:
        return PHONE, state.tokens[last].end
    if j == len(state.tokens) and not state.closed:
        return WAIT
    if state.tag == PHONE:
        return PHONE, token.end
    return NOTHING
