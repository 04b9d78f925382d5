"""Finds text that tries to instruct the model: in a question, and planted in a guideline; pure.

Both are judged after their disguises are taken off, in every way in which they can be read. Knows
nothing of what a model does with them: an honest question may speak of rules, prompts and systems,
and a guideline instructs people all day.
"""

from agent.disguise import hidden, neutralised, readings
from agent.listed import first
from agent.weighed import holding, perhaps

QUESTION = "injection.toml"
PASSAGE = "planted.toml"
TAGGED = "holds words in characters that nobody sees"
OTHER = "tries to instruct the assistant"
SPEAKS = "speaks to whatever reads it, not to a clinician"

__all__ = ["instructs", "neutralised", "planted"]


def instructs(text: str) -> str:
    """Say how a question tries to instruct the assistant, or "" where it does not."""
    if hidden(text):
        return TAGGED
    ways = list(readings(text))
    found = next((why for way in ways if (why := first(QUESTION, way))), "")
    return found or (OTHER if any(holding(way, "instruct") for way in ways) else "")


def planted(text: str) -> str:
    """Say how a passage, line, cell or property speaks to the machine that reads it, or ""."""
    if hidden(text):
        return TAGGED
    ways = list(readings(text))
    found = next((why for way in ways if (why := first(PASSAGE, way))), "")
    # A coded message in a guideline is judged as a question's would be: nobody quotes it.
    found = found or next((why for way in ways[1:] if (why := first(QUESTION, way))), "")
    # Lines come by the hundred; the n-grams alone clear five of six.
    weighed = (way for way in ways if perhaps(way, "planted"))
    return found or (SPEAKS if any(holding(way, "planted") for way in weighed) else "")
