"""Holds where a pass through a text stands, and what a rule may say of a token; decides nothing."""

from dataclasses import dataclass, field

from agent.redact_features import AHEAD, LOOK
from agent.redact_runs import last_of
from agent.redact_tokens import Token

Said = tuple[str, int] | bool
"""A kind and where it ends, or one of the two below."""
WAIT, NOTHING = False, True
ALNUM = frozenset("wd")


@dataclass
class State:
    """What a pass through a text has before it: the text, its tokens, and the last tag."""

    found: list[str] = field(default_factory=list)
    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    tag: str = ""
    hidden: set[str] = field(default_factory=set)
    closed: bool = False


def is_seen(state: State, i: int) -> bool:
    """Tell whether all is there that a token's judgement may rest on."""
    token = state.tokens[i]
    if state.closed or len(state.text) >= token.end + LOOK + 3:
        return True
    last = last_of(state.tokens, i, LOOK) + 2 if token.kind == "d" else 0
    return max(i + AHEAD, last) < len(state.tokens)
