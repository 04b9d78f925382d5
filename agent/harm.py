"""Refuses a request for help to hurt, deceive or exploit somebody; pure.

Two readers, of which either suffices: the reasons of harm.toml, which a clinician can review, and
the weighing of the whole wording. Knows nothing of the library. How to recognise, prevent, treat or
report a harm is a clinician's question and passes.
"""

from agent.disguise import unmasked
from agent.listed import first
from agent.weighed import holding

LIST = "harm.toml"
UNNAMED = "asks for help to hurt, deceive or exploit somebody, or with misconduct"


def harmful(text: str) -> str:
    """Say why a request is refused, or "" where it is not."""
    folded = unmasked(text)
    return first(LIST, folded) or (UNNAMED if holding(folded, "harm") else "")
