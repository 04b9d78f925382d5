"""Draws that the model was asked again, and which line may be for other patients; pure HTML."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from agent.answer import Repair
from agent.events import Again
from agent.words import Words


def again_words(again: Again, words: Words) -> str:
    """Say what the model is asked for while it writes again."""
    return words.repairing.format(n=again.refused) if again.refused else words.answer_now


def repairs_text(repairs: Sequence[Repair], words: Words) -> str:
    """Say how many sentences were asked for again and what came of them; "" for none."""
    if not repairs:
        return ""
    counts = Counter(x.outcome for x in repairs)
    return words.repaired.format(
        n=len(repairs),
        rewritten=counts["rewritten"],
        quoted=counts["quoted"],
        withheld=counts["withheld"],
    )


def repairs_html(repairs: Sequence[Repair], words: Words) -> str:
    """Draw that a repair happened; nothing where none did."""
    text = repairs_text(repairs, words)
    return f'<p class="repaired" role="note">{escape(text)}</p>' if text else ""


def beside_text(why: str, words: Words) -> str:
    """Say that a line may be for other patients than the question's; "" where it is not."""
    return words.beside.format(why=why) if why else ""


def beside_html(why: str, words: Words) -> str:
    """Draw the mark of a line that may be for other patients."""
    text = beside_text(why, words)
    return f'<p class="beside" role="note"><strong>{escape(text)}</strong></p>' if text else ""
