"""Finds a person's name at one place of a text, by what stands around it; pure.

A title, a label or a relation before a word makes it a name whatever it is ("Mr Graves"); without
one, a listed first name does, or a word that is nothing else where the sentence goes on as about a
person (", 34F", "is 41", "died"). Latin letters only; knows nothing of numbers.
"""

from agent.redact_context import (
    CAPITAL,
    CARET,
    CITATION,
    COMMA,
    GAP,
    INITIALS,
    LAST_INITIAL,
    NEXT,
    ONE_MORE,
    OWN,
    OWNS,
    PARTICLES,
    PERSON,
    SURELY,
    WORD,
)
from agent.redact_words import (
    CLINICAL,
    DOUBTFUL,
    EPONYM,
    FIRST,
    KNOWN,
    LAST,
    ORDINARY,
    flags_of,
    folded,
    lists,
)


def initial(text: str, at: int, end: int) -> int:
    """Give the end of an initial ("N." or "J.P.") at this place, or `at`."""
    m = INITIALS.match(text, at, end) if text[at + 1 : at + 2] == "." else None
    return m.end() if m else at


def take(text: str, at: int, end: int, *, sure: bool) -> int:
    """Give the end of the name that begins here, or `at` where none does.

    Args:
        text: The whole text.
        at: The place.
        end: No character from here on is looked at.
        sure: Whether what stands before says that a name follows.
    """
    here = initial(text, at, end)
    begun = here > at
    stop, count, lower = at, 0, False
    while count < 6:
        if (particles := PARTICLES.match(text, here, end)) and (count or text[here].islower()):
            here = particles.end()
        m = WORD.match(text, here, end)
        if m is None:
            break
        word = m[0]
        own = OWN.search(word)
        if own and len(word) > 3:
            word = word[: own.start()]
        if (
            word.isupper()
            and len(word) < 5
            and not count
            and not sure
            and _paired(text, here, len(word), end)
        ):
            count, stop = 1, here + len(word)
            here = stop + 1
            continue
        if not _is_part(word, count, sure=sure, begun=begun, lower=lower):
            break
        lower = lower or (count == 0 and word[0].islower())
        stop = here + len(word)
        count += 1
        if own or not (gap := GAP.match(text, stop, end)):
            break
        here = initial(text, gap.end(), end)
    if count and (m := LAST_INITIAL.match(text, stop, end)):
        stop = m.end()
    return stop


def _paired(text: str, here: int, size: int, end: int) -> bool:
    """Tell whether a short first name in capitals has its surname behind it ("JOHN SMITH")."""
    m = WORD.match(text, here + size + 1, end)
    return (
        m is not None
        and m[0].isupper()
        and bool(flags_of(text[here : here + size]) & FIRST)
        and bool(flags_of(m[0]) & LAST)
    )


def _is_part(word: str, count: int, *, sure: bool, begun: bool, lower: bool) -> bool:
    flags = flags_of(word)
    listed = flags & (FIRST | LAST) != 0
    if word[0].islower():
        if count == 0:
            return bool(flags & FIRST) or (sure and len(word) > 2 and not flags & KNOWN)
        return listed and lower and not flags & (CLINICAL | ORDINARY)
    if len(word) == 1:
        return False
    if word.isupper() and len(word) < 5 and not (flags & LAST or (sure and listed)):
        return False
    if count == 0:
        return sure or begun or not flags & KNOWN or bool(flags & (FIRST | DOUBTFUL | LAST))
    if listed or not flags & (CLINICAL | ORDINARY):
        return True
    return bool(flags & DOUBTFUL)


def reversed_name(text: str, stop: int, end: int, *, sure: bool) -> int:
    """Follow a surname by its comma and the first names."""
    m = COMMA.match(text, stop, end)
    if m is None:
        return stop
    w = WORD.match(text, m.end(), end)
    if w is None or not (
        flags_of(w[0]) & (FIRST | DOUBTFUL) or (sure and not flags_of(w[0]) & KNOWN)
    ):
        return stop
    return max(stop, take(text, m.end(), end, sure=False))


def no_body(text: str, at: int, stop: int, end: int) -> bool:
    """Tell whether no institution, place or disease is named ("Robert Koch Institute")."""
    bodies = lists().bodies
    m = NEXT.match(text, stop, end)
    if m and folded(m[1]) in bodies:
        return False
    if m and m[1][0].isupper():
        n = ONE_MORE.match(text, m.end(), end)
        if n and folded(n[1]) in bodies:
            return False
    return not any(folded(w) in bodies for w in WORD.findall(text, at, stop)[1:])


def standing(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Find the name that begins here with nothing before it.

    Returns:
        Its span; an empty span where no name stands before its end; None where nothing is known.
    """
    here = initial(text, at, end)
    m = WORD.match(text, here, end)
    if m is None:
        return None
    if text[m.end() : m.end() + 1] == "^" and (caret := CARET.match(text, at, end)):
        return caret.span()
    if (cited := CITATION.match(text, at, end)) and not PERSON.match(text, m.end() + 2, end):
        return (cited.end(), cited.end())
    stop = take(text, at, end, sure=False)
    if stop == at:
        return None
    words = WORD.findall(text, at, stop)
    flags = [flags_of(w) for w in words]
    if not no_body(text, at, stop, end):
        return (stop, stop)
    if here > at:
        # An initial before a word that is none of medicine's: "N. Whitelaw", not "E. coli".
        good = bool(flags[-1] & LAST) or not flags[-1] & (KNOWN)
        return (at, stop) if good and words[-1][0].isupper() and not words[-1].isupper() else None
    first = next((i for i, f in enumerate(flags) if f & FIRST), None)
    more = reversed_name(text, stop, end, sure=first is not None)
    if first is not None:
        # "Guillain John": no; "SMITH John": yes.
        disease = first > 0 and all(f & EPONYM and not f & LAST for f in flags[:first])
        return (stop, stop) if disease else (at, max(stop, more))
    if more > stop and len(words) == 1 and (words[0].isupper() or flags[0] & LAST):
        return (at, more)
    return _in_context(text, at, stop, end, words, flags)


def _in_context(
    text: str, at: int, stop: int, end: int, words: list[str], flags: list[int]
) -> tuple[int, int] | None:
    """Judge words of which none is a listed first name, by what follows them."""
    person = PERSON.match(text, stop, end) is not None
    m = CAPITAL.match(text, stop, end) if not person and flags[-1] & DOUBTFUL else None
    if m is not None and PERSON.match(text, m.end(), end):
        # "Rose Field bed 12": the second word is everyday, the place is a person's.
        return (at, m.end())
    words = [w for w in words if len(w) > 1]
    flags = [flags_of(w) for w in words]
    if len(words) > 1:
        surname = flags[-1] & LAST and not flags[-1] & KNOWN
        paired = (flags[0] & DOUBTFUL and (flags[-1] & (LAST | FIRST) or not flags[-1])) or (
            not flags[0] and surname
        )
        if paired or (person and not all(f & KNOWN for f in flags)):
            return (at, stop)
        return (stop, stop) if not person else None
    return (at, stop) if _alone(text, stop, end, words[0], flags[0], person=person) else None


def _alone(text: str, stop: int, end: int, word: str, flag: int, *, person: bool) -> bool:
    """Tell whether one word with nothing before it is a name, by what follows."""
    if word.isupper():
        return False
    if person and not flag & (CLINICAL | EPONYM | ORDINARY):
        return True
    if person and flag & DOUBTFUL and not flag & (CLINICAL | EPONYM):
        return True
    if person and (flag & (LAST | DOUBTFUL) or flag & EPONYM) and SURELY.match(text, stop, end):
        return True
    named = not flag or (flag & DOUBTFUL and not flag & (CLINICAL | EPONYM))
    return bool(named) and OWNS.match(text, stop, end) is not None


def eponymous(text: str, at: int, end: int) -> bool:
    """Tell whether the word here names a disease or a sign ("Graves' disease")."""
    m = WORD.match(text, at, end)
    return m is not None and not no_body(
        text, at, m.end() - (2 if m[0].endswith("s") and m[0][-2:-1] in "'’" else 0), end
    )
