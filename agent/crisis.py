"""Names the danger that somebody is in now: emergencies, and self-harm, which comes first; pure.

Three readers, of which any suffices: crisis.toml, in the words of the ill and of the hurried; the
red flags, where the text speaks of somebody and not of the past or a textbook; and the weighing of
the whole wording. Knows nothing of answers. In doubt it names the danger: help shown too often
costs a glance.
"""

import re
from functools import lru_cache

from agent.disguise import unmasked
from agent.listed import rules
from agent.redflags import red_flags
from agent.weighed import holding

LIST = "crisis.toml"
SELF_HARM = "self-harm"
EMERGENCY = "emergency"
_FLAGGED = "suicide or self-harm"
_SOMEBODY = re.compile(
    r"\b(?:i|i'm|i've|my|me|he|he's|she|she's|his|her|him|pt|resus|baby|mum|dad|wife|husband)\b"
    r"|\b\d{1,3} ?(?:yo|y/o|m|f|yrs?|year|week|month|day)s?\b"
    r"|[我他她]|患者|病人|患儿|孩子|男\d|女\d"
)
_ELSEWHERE = re.compile(
    r"\b(?:had|ago|back|last (?:year|winter|pregnancy|month)|as a (?:child|baby)|previous\w*|prior"
    r"|recovered|stable|resolved|at diagnosis|no thoughts|denies|can i|should i offer|may i"
    r"|incidence|mortality|criteria|definition|defined?|leaflet|poster|drill|scale|guideline)\b"
    r"|^(?:what|which|when|how (?:many|long|often|much|is|are|do|should)|does|do|is|are|can|who)\b"
    r"|发生率|标准|年前|去年|指南"
)


@lru_cache(maxsize=64)  # asked of a question by several guards in turn
def crisis(text: str, weighs: bool = True) -> tuple[str, ...]:
    """Name the dangers a text describes as present, SELF_HARM first; () where there is none.

    Without `weighs` by the lists alone, which need no model.
    """
    folded = unmasked(text)
    found = {rule.reason for rule in rules(LIST) if rule.stands(folded)}
    weighed = holding(folded, SELF_HARM, EMERGENCY) if weighs else ()
    if SELF_HARM in weighed:
        found.add(SELF_HARM)
    if _SOMEBODY.search(folded) and not _ELSEWHERE.search(folded):
        found |= {SELF_HARM if flag == _FLAGGED else flag for flag in red_flags(folded)}
    if not found:
        found.update(weighed)
    return tuple(sorted(found, key=lambda name: (name != SELF_HARM, name)))
