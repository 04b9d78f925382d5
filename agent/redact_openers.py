"""Finds the name that a title, a label or a relation announces ("Mrs", "her mother"); pure.

Knows nothing of a name that stands by itself (redact_names.py).
"""

from agent.redact_context import (
    AFTER_CALLED,
    AFTER_LABEL,
    AFTER_RELATION,
    AFTER_TITLE,
    CALLED,
    LABELS,
    NEAR,
    NOT_UPPER,
    RELATIONS,
    ROLES,
    TITLES,
    WORD,
)
from agent.redact_names import initial, no_body, reversed_name, take
from agent.redact_words import CLINICAL, DOUBTFUL, EPONYM, FIRST, KNOWN, LAST, ORDINARY, flags_of


def titled(text: str, at: int, end: int, word: str) -> tuple[int, int] | None:
    """Find the name after a title, a label or a relation which stands from `at` on.

    Args:
        text: The whole text.
        at: Where the opening word begins.
        end: No character from here on is looked at.
        word: The opening word, in lower case.
    """
    after = at + len(word)
    said = text[at:after]
    if word in TITLES and (m := AFTER_TITLE.match(text, after, end)):
        then = WORD.match(text, m.end(), end)
        flags = flags_of(then[0]) if then else KNOWN
        # "150 ms. What" and "MR spine" are no titles; "Mr Brown" is, "ms. Brown" may be.
        sure = word not in ROLES and (
            (said.istitle() and "." not in m[0]) or not flags & (CLINICAL | ORDINARY)
        )
        plain = said not in NOT_UPPER or bool(flags & (FIRST | LAST))
        if plain and (sure or not flags & KNOWN or flags & (FIRST | LAST)):
            stop = take(text, m.end(), end, sure=sure)
            if (
                stop > m.end()
                and _plausible(text, m.end(), stop)
                and (sure or text[m.end()].isupper())
            ):
                return (m.end(), stop)
    if word in CALLED:
        m = AFTER_CALLED.match(text, after, end)
        if (
            m
            and text[m.end() : m.end() + 1].isupper()
            and (stop := take(text, m.end(), end, sure=False)) > m.end()
            and no_body(text, m.end(), stop, end)
        ):
            return (m.end(), stop)
    if word in LABELS:
        m = AFTER_LABEL.match(text, after, end)
        sure = m is not None and "name" in text[at : m.end()].lower()
        if m and (stop := _listed_name(text, m.end(), end, sure=sure)) > m.end():
            return (m.end(), stop)
    if word in RELATIONS:
        m = AFTER_RELATION.match(text, after, end)
        if m and (stop := _related(text, m.end(), end, word)) > m.end():
            return (m.end(), stop)
    return None


def _plausible(text: str, at: int, stop: int) -> bool:
    words = text[at:stop].split()
    return any(len(w) > 1 and not (w.isupper() and len(w) < 4) for w in words)


def _listed_name(text: str, at: int, end: int, *, sure: bool) -> int:
    """Give the end of a labelled name, "Wanjiru, Grace" too; none where it is a known word."""
    m = WORD.match(text, at, end)
    if m is None or (len(m[0]) == 1 and text[m.end() : m.end() + 1] != "."):
        return at
    flags = flags_of(m[0])
    if flags & (CLINICAL | ORDINARY) and not flags & (FIRST | DOUBTFUL | LAST):
        return at
    if not sure and (not m[0][0].isupper() or flags & KNOWN):
        return at
    stop = take(text, at, end, sure=sure)
    return reversed_name(text, stop, end, sure=sure) if stop > at else at


def _related(text: str, at: int, end: int, word: str) -> int:
    here = initial(text, at, end)
    m = WORD.match(text, here, end)
    if m is None or len(m[0]) < 2:
        return at
    flags = flags_of(m[0])
    if m[0][0].islower():
        return _lower(text, at, end, word)
    strong = word in NEAR
    if m[0].isupper() and len(m[0]) < 6 and not flags & (FIRST | LAST):
        return at
    if here > at and not flags & CLINICAL:
        return take(text, at, end, sure=False)
    if not (
        flags & FIRST
        or (strong and flags & DOUBTFUL and not flags & EPONYM)
        or (not flags & KNOWN and (strong or _between_commas(text, at, m.end())))
    ):
        return at
    stop = take(text, at, end, sure=False)
    return reversed_name(text, stop, end, sure=False) if no_body(text, at, stop, end) else at


def _lower(text: str, at: int, end: int, word: str) -> int:
    """Give the end of a name in lower case: a listed first name, or a word before a surname."""
    m = WORD.match(text, at, end)
    if m is None:
        return at
    flags = flags_of(m[0])
    if flags & FIRST:
        stop = take(text, at, end, sure=False)
        then = WORD.match(text, stop + 1, end)
        unknown = then and stop == m.end() and not flags_of(then[0]) and len(then[0]) > 3
        return then.end() if then and unknown and then[0].islower() else stop
    if flags & KNOWN or word not in ("pt", "patient", "client"):
        return at
    then = WORD.match(text, m.end() + 1, end)
    if then is None or not then[0].islower():
        return at
    after = flags_of(then[0])
    return then.end() if after & (LAST | FIRST) and not after & ORDINARY else at


def _between_commas(text: str, at: int, stop: int) -> bool:
    """Tell whether a word stands in apposition ("the boy, Tumi, weighs")."""
    return text[at - 2 : at] == ", " and text[stop : stop + 1] == ","
