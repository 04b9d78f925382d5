"""Says plainly that a question is not a clinical one: weather, code, chat; pure.

Reads scope.toml, and weights over the whole wording; knows nothing of the library but which words
are clinical. A question it lets pass may still find no support there, and is then abstained on.
"""

from collections.abc import Callable

from agent.disguise import unmasked
from agent.listed import first
from agent.ngrams import tokens
from agent.weighed import holding

LIST = "scope.toml"
UNNAMED = "nothing that a clinical guideline answers"
# With so many clinical words a question is clinical whatever the list takes its topic for.
_CLINICAL = 3


def out_of_scope(text: str, knows: Callable[[str], bool]) -> str:
    """Say why a question is none for clinical guidelines, or ""; `knows` tells clinical words."""
    folded = unmasked(text)
    if why := first(LIST, folded):
        clinical = sum(1 for word in set(tokens(folded)) if len(word) > 2 and knows(word))
        if clinical < _CLINICAL:
            return why
    return UNNAMED if holding(folded, "scope") else ""
