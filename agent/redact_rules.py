"""Says of a token what its own shape or what is before it tells for certain; pure.

A rule gives a kind and where it ends, NOTHING, or WAIT where more of the text would tell. What no
rule decides is left to the learnt weights (redact_tagger.py).
"""

import re
from collections.abc import Callable

from agent.redact_facts import facts
from agent.redact_features import LOOK
from agent.redact_gates import NAME, NAMES
from agent.redact_labels import AGED, LAST_WORDS, announced, is_bedded, is_named
from agent.redact_labels import BEFORE as LABEL
from agent.redact_labels import REACH as VALUE
from agent.redact_numbers import (
    CODE,
    DIGIT_WORDS,
    ID,
    MAIL,
    RECORD,
    coded,
    numbered,
)
from agent.redact_runs import last_of
from agent.redact_state import ALNUM, NOTHING, WAIT, Said, State, is_seen
from agent.redact_tokens import LONGEST, TOKEN, Token
from agent.redact_words import CLINICAL, DOUBTFUL, EPONYM, FIRST, KNOWN, flags_of, folded
from agent.redact_written import mail_said, mailed, spoken

CONTEXT = 24
"""Characters before a number by which it may be known to be none of a person's."""
_MAYBE_CODED = re.compile(r"[A-Z]{1,2}(?: ?\d| ?$)")
_JOINS = frozenset(".-/:,–")
_CODES = (RECORD, ID, "number")
_SPACES = frozenset(" ,;:)\n?!")
_COLONS = frozenset(":：=\"'")
_LABELLING = _COLONS | LAST_WORDS
_PREFIX = 3
_INITIAL = 2
BED = 16
"""Characters before a word in which a bed's number may show it to be a name."""
AGE = 18
"""Characters after a word in which an age may show it to be a name."""


def _glued(state: State, i: int, token: Token) -> Said:
    """What goes on without a space is of what it goes on from, if that was no name."""
    if not state.tag or token.gap != TOKEN or not i:
        return NOTHING
    if state.tag == MAIL and token.text in ".-":
        if token.end == len(state.text) and not state.closed:
            return WAIT
        return (
            (MAIL, token.end)
            if state.text[token.end : token.end + 1].isalnum()
            else ("", token.end)
        )
    before = state.tokens[i - 1]
    if state.tag in _CODES and token.text in "-/." and before.kind in ALNUM:
        after = state.text[token.end : token.end + 2]
        if len(after) < 2 and not state.closed:
            return WAIT
        goes_on = after[:1].isdigit() or (after[:1].isalpha() and after.isupper())
        return (state.tag, token.end) if goes_on else NOTHING
    if state.tag in _CODES and token.kind in ALNUM and before.text in tuple("-/."):
        return (state.tag, token.end) if i > 1 and before.gap == TOKEN else NOTHING
    if token.kind not in ALNUM or before.kind not in ALNUM:
        return (MAIL, token.end) if state.tag == MAIL and token.kind in ALNUM else NOTHING
    cut_off = before.kind == token.kind and len(before.text) >= LONGEST
    return (state.tag, token.end) if state.tag != NAME or cut_off else NOTHING


def _plain(state: State, i: int, token: Token) -> Said:
    """A word or a sign that begins nothing and that no other rule is about."""
    if state.tag or not facts(token).inert or token.text in DIGIT_WORDS:
        return NOTHING
    if token.kind == "w" and state.text[token.end : token.end + 1] not in _SPACES:
        return NOTHING
    return "", token.end


def _inside(state: State, i: int, token: Token) -> Said:
    """What goes on from a number that stays, as in 1.25 or 120/80, stays."""
    if state.tag or token.kind != "d" or token.gap != TOKEN or i < 2:
        return NOTHING
    sign, before = state.tokens[i - 1], state.tokens[i - 2]
    joined = sign.gap == TOKEN and before.kind == "d" and sign.text in _JOINS
    return ("", token.end) if joined else NOTHING


def _coded(state: State, i: int, token: Token) -> Said:
    """A postcode or an NI number."""
    if token.kind != "w" or len(token.text) > 2 or not token.text.isupper():
        return NOTHING
    if token.gap == TOKEN and i and state.tokens[i - 1].kind in ALNUM:
        return NOTHING
    seen = state.text[token.start : token.start + CODE]
    if not _MAYBE_CODED.match(seen):
        return NOTHING
    if len(seen) < CODE and not state.closed:
        return WAIT
    hit = coded(seen)
    return NOTHING if hit is None else (hit[1], token.start + hit[0])


def _numbered(state: State, i: int, token: Token) -> Said:
    """A number known by its own shape."""
    begin = i
    if token.text in ("+", "("):
        if i + 1 == len(state.tokens) and not state.closed:
            return WAIT
        begin = i + 1
    if begin == len(state.tokens) or state.tokens[begin].kind != "d":
        return NOTHING
    if not is_seen(state, begin):
        return WAIT
    limit = state.tokens[begin].end + LOOK
    last = last_of(state.tokens, begin, LOOK)
    stop = max(t.end for t in state.tokens[begin : last + 3] if t.end <= limit)
    before = state.text[max(0, token.start - CONTEXT) : token.start]
    hit = numbered(before, state.text[token.start : stop])
    if hit is None or not (hit[1] or not state.tag):
        return NOTHING
    return hit[1], token.start + hit[0]


def _labelled(state: State, i: int, token: Token) -> Said:
    """A value or a name right behind its label: "MRN 40817", "name: jo"."""
    if token.kind not in ALNUM or not i:
        return NOTHING
    last = state.tokens[i - 1]
    if token.gap == TOKEN and last.kind == "w":
        return NOTHING
    named = token.kind == "w" and last.text in _COLONS
    valued = token.kind == "d" or len(token.text) <= _PREFIX or token.text[0].isupper()
    if not named and (not valued or last.text.lower() not in _LABELLING):
        return NOTHING
    before = state.text[max(0, token.start - LABEL) : token.start]
    if named and is_named(before):
        known = flags_of(token.text) & KNOWN and not flags_of(token.text) & NAMES
        return NOTHING if known or len(token.text) < _INITIAL else (NAME, token.end)
    seen = state.text[token.start : token.start + VALUE]
    hit = announced(before, seen) if any(c.isdigit() for c in seen) else None
    if hit is None:
        return NOTHING
    if len(seen) < VALUE and not state.closed:
        return WAIT
    return hit[1], token.start + hit[0]


def _aged(state: State, i: int, token: Token) -> Said:
    """A word that is nothing else, and an age after it: "Jem, 15, asks"."""
    if token.kind != "w" or not token.text[0].isupper() or len(token.text) < _INITIAL:
        return NOTHING
    flags = flags_of(token.text)
    doubtful = flags & DOUBTFUL and not flags & (CLINICAL | EPONYM)
    if (flags & KNOWN and not flags & FIRST and not doubtful) or token.text.isupper():
        return NOTHING
    if is_bedded(state.text[max(0, token.start - BED) : token.start]):
        return NAME, token.end
    if flags & KNOWN and not flags & FIRST:
        return NOTHING
    seen = state.text[token.end : token.end + AGE]
    if len(seen) < AGE and not state.closed:
        return WAIT
    return (NAME, token.end) if AGED.match(seen) else NOTHING


def _careted(state: State, i: int, token: Token) -> Said:
    """The parts of a name as a message between systems has them: "DUBOIS^JEAN"."""
    text = state.text
    if state.tag == NAME and token.text == "^" and token.gap == TOKEN:
        if token.end == len(text) and not state.closed:
            return WAIT
        return (NAME, token.end) if text[token.end : token.end + 1].isalpha() else NOTHING
    if token.kind != "w" or not token.text[0].isupper():
        return NOTHING
    if state.tag == NAME and i and state.tokens[i - 1].text == "^" and token.gap == TOKEN:
        return NAME, token.end
    after = text[token.end : token.end + 2]
    begins = after[:1] == "^" and after[1:].isupper()
    if after in ("", "^") and not state.closed:
        return WAIT
    return (NAME, token.end) if begins and len(token.text) > 1 else NOTHING


def _anonymous(state: State, i: int, token: Token) -> Said:
    """What stands for a first name, after a surname that is hidden: "周某某"."""
    return (NAME, token.end) if state.tag == NAME and token.text == "某" else NOTHING


def _again(state: State, i: int, token: Token) -> Said:
    """A name that was hidden before, where it stands again."""
    if token.kind != "w" or folded(token.text) not in state.hidden:
        return NOTHING
    return NOTHING if flags_of(token.text) & KNOWN else (NAME, token.end)


def _inert(state: State, i: int, token: Token) -> Said:
    """A word or a sign that begins nothing, whatever follows it."""
    return ("", token.end) if not state.tag and facts(token).inert else NOTHING


RULES: tuple[Callable[[State, int, Token], Said], ...] = (
    _plain, _glued, _inside, mailed, mail_said, _coded, _labelled, _numbered, spoken,
    _careted, _anonymous, _again, _inert, _aged,
)  # fmt: skip
