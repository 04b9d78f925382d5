"""Says plainly that a question is not a clinical one: weather, code, chat; pure.

Reads scope.toml, and weights over the whole wording; knows nothing of the library but which words
are clinical. A question it lets pass may still find no support there, and is then abstained on.
"""

from collections.abc import Callable

from agent.disguise import unmasked
from agent.listed import first
from agent.ngrams import judgements, scores, tokens

LIST = "scope.toml"
UNNAMED = "nothing that a clinical guideline answers"
# How much surer the weights must be for each clinical word of the question, and with how many of
# them a question is clinical whatever its topic seems to be.
_PER_WORD = 0.7
_CLINICAL = 3


def out_of_scope(text: str, knows: Callable[[str], bool]) -> str:
    """Say why a question is none for clinical guidelines, or ""; `knows` tells clinical words."""
    folded = unmasked(text)
    why = first(LIST, folded)
    over = scores(folded, "scope")["scope"] - judgements()["scope"].threshold
    if not why and over < 0:
        return ""
    clinical = sum(1 for word in set(tokens(folded)) if len(word) > 2 and knows(word))
    if why and clinical < _CLINICAL:
        return why
    return UNNAMED if over >= _PER_WORD * clinical else ""
