"""The end of a turn: what only the index and the catalogue know is looked up, then it is judged.

`turn.conclude` judges by the turn alone; what is looked up here is put into the turn, and so into
the receipt.
"""

from dataclasses import replace

from agent.answer import Answer
from agent.beside import compared
from agent.editions import editions
from agent.likeness import likeness
from agent.prompts import named_lines
from agent.thinking import Thought
from agent.tripwire import fallen
from agent.turn import Turn, conclude, lines
from retrieval.search import Index


def judged(turn: Turn, index: Index, *replies: Thought) -> tuple[Turn, Answer]:
    """Conclude a turn over the index that was searched; give it with all that was judged by.

    An edition that stopped being current while its answer was made is seen here, at the end.

    Raises:
        Problem: the catalogue cannot be read any more.
    """
    named = tuple(line for reply in replies for line in named_lines(reply.answer))
    shown = turn.picked if turn.selected_by == "retrieval" else named
    decisive = compared(turn.searched, lines(turn, shown))
    turn = replace(turn, likeness=likeness(turn.searched, decisive, index))
    answer = conclude(turn, *replies)
    while (gone := fallen((h.guideline for h in turn.hits), editions(index.home))) != turn.fallen:
        turn = replace(turn, fallen=gone)
        answer = conclude(turn, *replies)
    return turn, answer
