"""Finds a person's name at one place of a text, by what stands around it; pure.

A title, a label or a relation before a word makes it a name whatever it is ("Mr Graves"); without
one, a listed first name does, or a word that is nothing else where the sentence goes on as about a
person (", 34F", "is 41", "died"). Latin letters only; knows nothing of numbers.
"""

import re

from agent.redact_words import CLINICAL, DOUBTFUL, EPONYM, FIRST, KNOWN, LAST, LETTER, ORDINARY
from agent.redact_words import flags_of, folded, lists

NAME = "name"
_UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0110\u0141\u015a\u0160\u017d\u1e00"
_WORD = re.compile(rf"[{LETTER}][{LETTER}]*(?:['’-][{LETTER}]+)*")
_PARTICLE = re.compile(r"(?:bin|bint|ibn|binti|al|el|de|del|dela|della|da|dos|di|du|van|von|der|den|ter|le|la|st|abu|ould|mac|mc|san|ap)\b(?=[ -])", re.IGNORECASE)
_GAP = re.compile(r"(?:[ \t]|[_^]|-(?=[A-Z]))")
TITLES = frozenset(
    """mr mrs ms miss mx dr prof professor mama madam baba alhaji alhaja hajia hajiya auntie aunty mister
    sister nurse sr fr rev imam pastor chief mzee tata gogo mme mlle herr frau senor senora signora lady lord dame sir""".split()
)
CALLED = frozenset("called named nicknamed signed née nee alias aka formerly previously regards sincerely thanks faithfully wishes cheers initials".split())
LABELLED = frozenset("name surname firstname lastname forename patient_name fullname nok kin carer patient pt client member recipient donor mother father guardian physician clinician consultant author from to cc re attn".split())
RELATIONS = frozenset(
    """patient pt client husband wife son daughter mother father mum mom mam dad brother sister partner carer widow widower grandmother
    grandfather grandma granny nan grandad grandson granddaughter aunt uncle nephew niece cousin baby twin child girl boy lady gentleman
    man woman neighbour neighbor friend fiancé fiance boyfriend girlfriend spouse recipient donor relative guardian caregiver colleague
    told ask asked tell by for reports crossmatched dispensed bed room bay cubicle re regarding about seen saw reviewing spoke with to
    hear nurse midwife resident infant newborn toddler teenager infantry case and daughter-in-law stepson""".split()
)
_STRONG_RELATIONS = frozenset(
    """patient pt client husband wife son daughter mother father mum mom mam dad brother sister partner carer widow widower grandmother grandfather
    grandma granny nan grandad grandson granddaughter aunt uncle nephew niece cousin baby twin neighbour neighbor friend boyfriend girlfriend
    spouse recipient donor relative guardian caregiver colleague lady gentleman hear toddler bed room bay""".split()
)
_AGE = r"[,;:(\s–-]{1,4}(?:is |now |aged? |an? )?\d{1,3}\s?(?:yo|y/o|yrs?|years?|y|mo|months?|mths?|weeks?|wks|/12|/52|[MFmf♂♀])(?![\w/])"
_PERSON = re.compile(
    rf"(?:{_AGE}|,\s?(?:aged? )?\d{{1,3}}\s?,|\s+is\s+(?:an?\s+)?\d{{1,3}}\b(?!\s?(?:mg|mcg|g|ml|%|x|hours?|times|days?|units|weeks))"
    r"|[ ,(]{1,3}(?:in )?bed\s?\d|[ ,(]{1,3}(?:DOB|dob|d\.o\.b|MRN|mrn|NHS no|b\.\s?\d)|,? (?:my|our|your) (?:patient|mother|father|mum|wife|husband|son|daughter)"
    r"|\s+(?:here )?is (?:the|my|our|a|this) (?:patient|man|woman|girl|boy|mother|father|lady|gentleman|nurse|son|daughter)"
    r"|\s+(?:wants|asks|asked|says|said|died|lives|tells|told|feels|refuses|refused|weighs|phoned|rang|wonders|thinks|mentioned|takes|drinks|smokes|vomited|fell|collapsed|attended|delivered|denies|worries|crushes|prefers|insists|hates|forgot|stopped taking|came (?:in|to|back)|has had|had (?:a|an|his|her|another)|has (?:been|a|an|his|her|got)|is (?:on|not|now|back|taking|allergic|pregnant|breastfeeding|due|worried|refusing|asking|unwell)|was (?:started|put|given|admitted|discharged|seen|told|found|diagnosed|born|brought)|needs (?:his|her|a|an))\b)"
)
_OWNS = re.compile(
    r"['’]s? (?:last |latest |new |repeat |current |own )?(?:mum|mother|father|dad|wife|husband|partner|son|daughter|family|carer|potassium|sodium|creatinine|egfr|inr|bp|blood|bloods|hba1c|a1c|hb|crp|sats|"
    r"ecg|ct|mri|scan|x-?ray|wound|pain|fever|rash|weight|urine|dose|tablets|meds|medication|medicines|results?|notes|chart|bed|room|viral load|cd4|tsh|psa|lfts?|gcs|calcium|magnesium|phosphate|oxygen|saturations?|u&e|fbc|hcg|bmi|heart|cough|asthma|diabetes|epilepsy|seizures?|symptoms?|parents?|sister|brother|gp|doctor|consent|insulin|warfarin|glucose|sugars?|platelets|lactate|ferritin|baby|temp|temperature|levels?|drain|line|pump|discharge|birthday)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(rf"(?:[{_UPPER}]\.[ ]?){{1,3}}(?=[{_UPPER}][{LETTER}'’])")
_LAST_INITIAL = re.compile(r"[ _](?![IA] [a-z])[A-Z]\.?(?![\w&+’'])|_(?:19|20)\d\d(?!\d)")
_OWN = re.compile(r"['’]s?$")
_AFTER_TITLE = re.compile(r"\.?[ \t]{1,2}")
_AFTER_CALLED = re.compile(r"(?: (?:by|as|is))?[ ,.:;-]{0,3}\s{1,3}(?:Dr |Mr |Mrs |Ms )?|: ?")
_AFTER_LABEL = re.compile(
    r"(?:[ _]?(?:name|full name))?[\"']?\s?(?::|=|\bis\b)\s?[\"']?\s?(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?"
)
_AFTER_RELATION = re.compile(
    r"(?:,? (?:of|is|called|an?)\b)?[,:]?[ (\"]{1,2}(?:\d{1,3}[A-Za-z]?[ ,:(–-]{1,4})?(?:(?:Mr|Mrs|Ms)\.? )?"
)
_COMMA = re.compile(rf",[ ]?(?=[{_UPPER}])")
_NEXT = re.compile(rf"(?:['’]s?)?[ -](?:& )?([{LETTER}]+(?:['’]s)?)")
_ONE_MORE = re.compile(rf" ([{LETTER}]+)")
_CARET = re.compile(rf"[{LETTER}'’-]{{1,40}}(?:\^[{LETTER}'’-]{{1,40}}){{1,4}}")
_CITATION = re.compile(
    rf"[{LETTER}'’-]{{2,30}}(?: [A-Z]{{1,3}}(?:, [{_UPPER}][{LETTER}'’-]+ [A-Z]{{1,3}}\b|,? et al|\. [A-Z][a-z]+ [a-z])"
    rf"|, (?:[A-Z]\. ?){{1,3}}(?:and|&|,|\())"
)
_CAPITAL = re.compile(rf" [{_UPPER}][{LETTER}]+")
_SURELY = re.compile(rf"{_AGE}| here is|,? (?:my|our) patient| is the patient")
_ROLES = frozenset("mama madam baba auntie aunty nurse sister pastor chief lady lord rev imam tata gogo dame sir miss".split())
_NOT_UPPER = frozenset("MS MR DR SR FR SIR CHIEF MX".split())


def _initial(text: str, at: int, end: int) -> int:
    """Give the end of an initial ("N." or "J.P.") at this place, or `at`."""
    m = _INITIALS.match(text, at, end) if text[at + 1 : at + 2] == "." else None
    return m.end() if m else at


def take(text: str, at: int, end: int, *, sure: bool) -> int:
    """Give the end of the name that begins here, or `at` where none does.

    Args:
        text: The whole text.
        at: The place.
        end: No character from here on is looked at.
        sure: Whether what stands before says that a name follows.
    """
    here = _initial(text, at, end)
    begun = here > at
    stop, count, lower = at, 0, False
    while count < 6:
        particle = _PARTICLE.match(text, here, end)
        if particle and (count or text[here].islower()):
            after = particle.end() + 1
            if after < end and (m := _WORD.match(text, after, end)) and m[0][0].isupper():
                here = after
        m = _WORD.match(text, here, end)
        if m is None:
            break
        word = m[0]
        own = _OWN.search(word)
        if own and len(word) > 3:
            word = word[: own.start()]
        if word.isupper() and len(word) < 5 and not count and not sure and _paired(text, here, len(word), end):
            count, stop = 1, here + len(word)
            here = stop + 1
            continue
        if not _is_part(word, count, sure=sure, begun=begun, lower=lower):
            break
        lower = lower or (count == 0 and word[0].islower())
        stop = here + len(word)
        count += 1
        if own or not (gap := _GAP.match(text, stop, end)):
            break
        here = _initial(text, gap.end(), end)
    if count and (m := _LAST_INITIAL.match(text, stop, end)):
        stop = m.end()
    return stop


def _paired(text: str, here: int, size: int, end: int) -> bool:
    """Tell whether a short first name in capitals has its surname behind it ("JOHN SMITH")."""
    m = _WORD.match(text, here + size + 1, end)
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
    if word.isupper() and len(word) < 5 and not (flags & LAST or sure and listed):
        return False
    if count == 0:
        return sure or begun or not flags & KNOWN or bool(flags & (FIRST | DOUBTFUL | LAST))
    if listed or not flags & (CLINICAL | ORDINARY):
        return True
    return bool(flags & DOUBTFUL)


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
    if word in TITLES and (m := _AFTER_TITLE.match(text, after, end)):
        then = _WORD.match(text, m.end(), end)
        flags = flags_of(then[0]) if then else KNOWN
        # "150 ms. What" and "MR spine" are no titles; "Mr Brown" is, "ms. Brown" may be.
        sure = word not in _ROLES and (said.istitle() and "." not in m[0] or not flags & (CLINICAL | ORDINARY))
        plain = said not in _NOT_UPPER or bool(flags & (FIRST | LAST))
        if plain and (sure or not flags & KNOWN or flags & (FIRST | LAST)):
            stop = take(text, m.end(), end, sure=sure)
            if stop > m.end() and _plausible(text, m.end(), stop) and (sure or text[m.end()].isupper()):
                return (m.end(), stop)
    if word in CALLED:
        m = _AFTER_CALLED.match(text, after, end)
        if m and text[m.end() : m.end() + 1].isupper() and (stop := take(text, m.end(), end, sure=False)) > m.end() and _no_body(text, m.end(), stop, end):
            return (m.end(), stop)
    if word in LABELLED:
        m = _AFTER_LABEL.match(text, after, end)
        sure = m is not None and "name" in text[at : m.end()].lower()
        if m and (stop := _listed_name(text, m.end(), end, sure=sure)) > m.end():
            return (m.end(), stop)
    if word in RELATIONS:
        m = _AFTER_RELATION.match(text, after, end)
        if m and (stop := _related(text, m.end(), end, word)) > m.end():
            return (m.end(), stop)
    return None


def _plausible(text: str, at: int, stop: int) -> bool:
    words = text[at:stop].split()
    return any(len(w) > 1 and not (w.isupper() and len(w) < 4) for w in words)


def _listed_name(text: str, at: int, end: int, *, sure: bool) -> int:
    """Give the end of a labelled name, "Wanjiru, Grace" too; none where it is a known word."""
    m = _WORD.match(text, at, end)
    if m is None or (len(m[0]) == 1 and not text[m.end() : m.end() + 1] == "."):
        return at
    flags = flags_of(m[0])
    if flags & (CLINICAL | ORDINARY) and not flags & (FIRST | DOUBTFUL | LAST):
        return at
    if not sure and (not m[0][0].isupper() or flags & KNOWN):
        return at
    stop = take(text, at, end, sure=sure)
    return _more(text, stop, end, sure=sure) if stop > at else at


def _more(text: str, stop: int, end: int, *, sure: bool) -> int:
    """Follow a surname by its comma and the first names."""
    m = _COMMA.match(text, stop, end)
    if m is None:
        return stop
    w = _WORD.match(text, m.end(), end)
    if w is None or not (flags_of(w[0]) & (FIRST | DOUBTFUL) or (sure and not flags_of(w[0]) & KNOWN)):
        return stop
    return max(stop, take(text, m.end(), end, sure=False))


def _related(text: str, at: int, end: int, word: str) -> int:
    here = _initial(text, at, end)
    m = _WORD.match(text, here, end)
    if m is None or len(m[0]) < 2:
        return at
    flags = flags_of(m[0])
    if m[0][0].islower():
        if flags & FIRST:
            return take(text, at, end, sure=False)
        if flags & KNOWN or word not in ("pt", "patient", "client"):
            return at
        then = _WORD.match(text, m.end() + 1, end)
        if then and flags_of(then[0]) & (LAST | FIRST) and not flags_of(then[0]) & ORDINARY and then[0].islower():
            return then.end()
        return at
    strong = word in _STRONG_RELATIONS
    if m[0].isupper() and len(m[0]) < 6 and not flags & (FIRST | LAST):
        return at
    if here > at and not flags & CLINICAL:
        return take(text, at, end, sure=False)
    if flags & FIRST or (strong and flags & DOUBTFUL and not flags & EPONYM):
        stop = take(text, at, end, sure=False)
    elif not flags & KNOWN and (strong or _between_commas(text, at, m.end())):
        stop = take(text, at, end, sure=False)
    elif flags & LAST and strong and not flags & (EPONYM | CLINICAL | ORDINARY):
        stop = take(text, at, end, sure=False)
    else:
        return at
    return _more(text, stop, end, sure=False) if _no_body(text, at, stop, end) else at


def _between_commas(text: str, at: int, stop: int) -> bool:
    """Tell whether a word stands in apposition ("the boy, Tumi, weighs")."""
    return text[at - 2 : at] == ", " and text[stop : stop + 1] == ","


def _no_body(text: str, at: int, stop: int, end: int) -> bool:
    """Tell whether no institution, place or disease is named ("Robert Koch Institute")."""
    bodies = lists().bodies
    m = _NEXT.match(text, stop, end)
    if m and folded(m[1]) in bodies:
        return False
    if m and m[1][0].isupper():
        n = _ONE_MORE.match(text, m.end(), end)
        if n and folded(n[1]) in bodies:
            return False
    return not any(folded(w) in bodies for w in _WORD.findall(text, at, stop)[1:])


def standing(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Find the name that begins here with nothing before it; (at, to) with at == to: no name up to there."""
    here = _initial(text, at, end)
    m = _WORD.match(text, here, end)
    if m is None:
        return None
    if text[m.end() : m.end() + 1] == "^" and (caret := _CARET.match(text, at, end)):
        return caret.span()
    if (cited := _CITATION.match(text, at, end)) and not _PERSON.match(text, m.end() + 2, end):
        return (cited.end(), cited.end())
    stop = take(text, at, end, sure=False)
    if stop == at:
        return None
    words = _WORD.findall(text, at, stop)
    flags = [flags_of(w) for w in words]
    if not _no_body(text, at, stop, end):
        return (stop, stop)
    if here > at:
        # An initial before a word that is none of medicine's: "N. Whitelaw", not "E. coli".
        good = bool(flags[-1] & LAST) or not flags[-1] & (KNOWN)
        return (at, stop) if good and words[-1][0].isupper() and not words[-1].isupper() else None
    more = _more(text, stop, end, sure=any(f & FIRST for f in flags))
    if flags and any(f & FIRST for f in flags):
        first = next(i for i, f in enumerate(flags) if f & FIRST)
        if first and all(f & EPONYM and not f & LAST for f in flags[:first]):
            return (stop, stop)
        return (at, max(stop, more))
    if more > stop and len(words) == 1 and (words[0].isupper() or flags[0] & LAST):
        return (at, more)
    person = _PERSON.match(text, stop, end) is not None
    if not person and flags[-1] & DOUBTFUL and (m := _CAPITAL.match(text, stop, end)):
        # "Rose Field bed 12": the second word is everyday, the place is a person's.
        if _PERSON.match(text, m.end(), end):
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
    if person and (flag & (LAST | DOUBTFUL) or flag & EPONYM) and _SURELY.match(text, stop, end):
        return True
    named = not flag or (flag & DOUBTFUL and not flag & (CLINICAL | EPONYM))
    return bool(named) and _OWNS.match(text, stop, end) is not None


def eponymous(text: str, at: int, end: int) -> bool:
    """Tell whether the word here names a disease or a sign ("Graves' disease")."""
    m = _WORD.match(text, at, end)
    return m is not None and not _no_body(text, at, m.end() - (2 if m[0].endswith("s") and m[0][-2:-1] in "'’" else 0), end)
