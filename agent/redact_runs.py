"""Follows a number over its spaces, points and hyphens, and says what its shape may be; pure."""

from collections.abc import Sequence

from agent.redact_numbers import shape_of
from agent.redact_tokens import BROKEN, Token

_JOINS = frozenset(" .-–/():")
MOST = 14


def last_of(tokens: Sequence[Token], i: int, look: int) -> int:
    """Give the last token of the run of digits that begins at a token."""
    limit, last, j = tokens[i].end + look, i, i + 1
    while j < len(tokens) and tokens[j].end <= limit and tokens[j].gap != BROKEN:
        if tokens[j].kind == "d":
            last = j
            if j - i >= 2 * MOST:
                break
        elif tokens[j].text not in _JOINS or j - last > 1:
            break
        j += 1
    return last


def run_of(tokens: Sequence[Token], i: int, look: int) -> tuple[str, str]:
    """Give the shape of a run, what it may be."""
    last = last_of(tokens, i, look)
    groups, text = [], ""
    for token in tokens[i : last + 1]:
        text += (" " if token.gap and text else "") + token.text
        if token.kind == "d":
            groups.append(str(min(len(token.text), 9)))
        elif token.text not in "()":
            groups.append(token.text)
    shape = "".join(groups[:11])
    return shape, shape_of(text)
