"""What stands around a name, as patterns and word lists; decides nothing; pure."""

import re

from agent.redact_words import LETTER, named

TITLES, CALLED, LABELS, RELATIONS, NEAR, ROLES = (
    frozenset(str(named()[key]).split())
    for key in ("titles", "called", "labels", "relations", "near", "roles")
)
_DOES = "|".join(named()["does"])
_OWNED = "|".join(named()["owns"])
NAME = "name"
UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0110\u0141\u015a\u0160\u017d\u1e00"
WORD = re.compile(rf"[{LETTER}][{LETTER}]*(?:['’-][{LETTER}]+)*")
PARTICLES = re.compile(
    rf"(?:(?:bin|bint|ibn|binti|al|el|de|del|dela|della|da|dos|di|du|van|von|der|den|ter|le|la"
    rf"|st|abu|ould|mac|mc|san|ap)[ -]){{1,3}}(?=[{UPPER}])",
)
GAP = re.compile(r"(?:[ \t]|[_^]|-(?=[A-Z]))")
AGE = (
    r"[,;:(\s–-]{1,4}(?:is |now |aged? |an? )?\d{1,3}\s?(?:yo|y/o|yrs?|years?|y|mo|months?|mths?"
    r"|weeks?|wks|/12|/52|[MFmf♂♀])(?![\w/])"
)
PERSON = re.compile(
    rf"(?:{AGE}|,\s?(?:aged? )?\d{{1,3}}\s?,(?!\s?(?:\d+[-–]|Article|pp))|\s+is\s+"
    rf"(?:an?\s+)?\d{{1,3}}\b(?!\s?(?:mg|mcg|g|ml"
    rf"|%|x|hours?|times|days?|units|weeks))"
    r"|[ ,(]{1,3}(?:in )?bed\s?\d|[ ,(]{1,3}(?:DOB|dob|d\.o\.b|MRN|mrn|NHS no|b\.\s?\d)|,? (?:my"
    r"|our|your) (?:patient|mother|father|mum|wife|husband|son|daughter)"
    r"|\s+(?:here )?is (?:the|my|our|a|this) (?:patient|man|woman|girl|boy|mother|father|lady"
    r"|gentleman|nurse|son|daughter)"
    rf"|\s+(?:{_DOES})\b)"
)
OWNS = re.compile(
    rf"['’]s? (?:last |latest |new |repeat |current |own )?(?:{_OWNED})\b",
    re.IGNORECASE,
)
INITIALS = re.compile(rf"(?:[{UPPER}]\.[ ]?){{1,3}}(?=[{UPPER}][{LETTER}'’])")
LAST_INITIAL = re.compile(r"[ _](?![IA] [a-z])[A-Z]\.?(?![\w&+’'])|_(?:19|20)\d\d(?!\d)")
OWN = re.compile(r"['’]s?$")
AFTER_TITLE = re.compile(r"\.?[ \t]{1,2}")
AFTER_CALLED = re.compile(r"(?: (?:by|as|is))?[ ,.:;-]{0,3}\s{1,3}(?:Dr |Mr |Mrs |Ms )?|: ?")
AFTER_LABEL = re.compile(
    r"(?:[ _]?(?:name|full name))?[\"']?\s?(?::|=|\bis\b)\s?[\"']?\s?(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?"
)
AFTER_RELATION = re.compile(
    r"(?:,? (?:of|is|called|an?)\b)?[,:]?[ (\"]{1,2}(?:\d{1,3}[A-Za-z]?[ ,:(–-]{1,4})?(?:(?:Mr"
    r"|Mrs|Ms)\.? )?"
)
COMMA = re.compile(rf",[ ]?(?=[{UPPER}])")
NEXT = re.compile(rf"(?:['’]s?)?[ -](?:& )?([{LETTER}]+(?:['’]s)?)")
ONE_MORE = re.compile(rf" ([{LETTER}]+)")
CARET = re.compile(rf"[{LETTER}'’-]{{1,40}}(?:\^[{LETTER}'’-]{{1,40}}){{1,4}}")
CITATION = re.compile(
    rf"[{LETTER}'’-]{{2,30}}(?: [A-Z]{{1,3}}(?:, [{UPPER}][{LETTER}'’-]+ [A-Z]{{1,3}}\b|,? et al"
    rf"|\. [A-Z][a-z]+ [a-z])"
    rf"|, (?:[A-Z]\. ?){{1,3}}(?:and|&|,|\())"
)
CAPITAL = re.compile(rf" [{UPPER}][{LETTER}]+")
SURELY = re.compile(rf"{AGE}| here is|,? (?:my|our) patient| is the patient")
NOT_UPPER = frozenset(["MS", "MR", "DR", "SR", "FR", "SIR", "CHIEF", "MX"])
