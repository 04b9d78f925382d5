"""Finds text that tries to instruct the model: in a question, and planted in a guideline; pure.

Both are judged after their disguises are taken off, in every way in which they can be read. Knows
nothing of what a model does with them: an honest question may speak of rules, prompts and systems,
and a guideline instructs people all day.
"""

from agent.disguise import hidden, neutralised, readings
from agent.listed import first
from agent.ngrams import holding

QUESTION = "injection.toml"
PASSAGE = "planted.toml"
TAGGED = "holds words in characters that nobody sees"
OTHER = "tries to instruct the assistant"

__all__ = ["instructs", "neutralised", "planted"]


def instructs(text: str) -> str:
    """Say how a question tries to instruct the assistant, or "" where it does not."""
    if hidden(text):
        return TAGGED
    ways = list(readings(text))
    found = next((why for way in ways if (why := first(QUESTION, way))), "")
    return found or (OTHER if holding(ways[0], "instructs") else "")


def planted(text: str) -> str:
    """Say how a passage, line, cell or property speaks to the machine that reads it, or ""."""
    if hidden(text):
        return TAGGED
    ways = list(readings(text))
    found = next((why for way in ways if (why := first(PASSAGE, way))), "")
    # A coded message in a guideline is judged as a question's would be: nobody quotes it.
    return found or next((why for way in ways[1:] if (why := first(QUESTION, way))), "")
