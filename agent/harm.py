"""Refuses a request for help to hurt, deceive or exploit somebody; pure.

Two readers, of which either suffices: the reasons of harm.toml, which a clinician can review, and
weights over the whole wording. Knows nothing of the library. How to recognise, prevent, treat or
report a harm is a clinician's question and passes.
"""

from agent.disguise import unmasked
from agent.listed import first
from agent.ngrams import holding

LIST = "harm.toml"
UNNAMED = {
    "harm": "asks for help to hurt, deceive or exploit somebody",
    "misconduct": "asks for help with what a clinician must not do",
}


def harmful(text: str) -> str:
    """Say why a request is refused, or "" where it is not."""
    folded = unmasked(text)
    if why := first(LIST, folded):
        return why
    return next((UNNAMED[judgement] for judgement in holding(folded, *UNNAMED)), "")
