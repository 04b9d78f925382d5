"""Goes through a text that may come in pieces and hides what identifies a person; pure.

What a token is rests on the tokens before it and on LOOK characters after it, no matter how the
text was cut: numbers known by their own shape first, then what the learnt weights say.
"""

from dataclasses import dataclass, field

from agent.redact_features import BEFORE, TAGS
from agent.redact_gates import NAME, is_barred
from agent.redact_labels import BEFORE as LABEL
from agent.redact_rules import CONTEXT, RULES
from agent.redact_spans import goes_on, leads
from agent.redact_state import NOTHING, WAIT, State, is_seen
from agent.redact_tagger import tagger
from agent.redact_tokens import BROKEN, Token, cut
from agent.redact_words import folded

REACH = 96
"""The most characters that are held back: a token, and LOOK characters on from it."""
NEAR = 20
"""Characters within which a token is judged together with the next one."""
_BLOCK = 128
_KEPT = max(BEFORE, CONTEXT, LABEL) + 1
_MOST_NAMES = 64


@dataclass
class Walk(State):
    """A pass through a text, and where it stands."""

    _cut: int = 0
    _shown: int = 0
    _next: int = 0
    _skipped: int = 0
    _kind: str = ""
    _until: int = 0
    _table: list[list[int]] = field(default_factory=list)
    _after: list[int] = field(default_factory=list)
    _table_at: int = 0

    @property
    def held(self) -> int:
        """Characters that came and are not decided yet."""
        return len(self.text) - self._shown

    def feed(self, piece: str, *, closed: bool = False) -> str:
        """Take more of the text and give what may be shown by now."""
        self.text += piece
        self.closed = closed
        first = not self._skipped and not self.tokens
        made, self._cut = cut(self.text, self._cut, first, closed=closed)
        self.tokens += made
        shown: list[str] = []
        while self._next < len(self.tokens) and self._decide():
            self._show(self.tokens[self._next], shown)
            self._next += 1
        if self._next == len(self.tokens) and (closed or not self.tag):
            # Nothing but space may follow: what is after a word that stays, stays.
            rest = self.text[self._shown :]
            space = len(rest) - len(rest.lstrip())
            shown.append(rest[:space])
            self._shown += space
        self._forget()
        return "".join(shown)

    def _show(self, token: Token, shown: list[str]) -> None:
        """Give a decided token, or what stands for it, with the space before it."""
        was, self.tag = self.tag, self._kind
        if not self._kind:
            shown.append(self.text[self._shown : token.end])
        elif self._kind != was or token.gap == BROKEN:
            shown.append(f"{self.text[self._shown : token.start]}[{self._kind}]")
            self.found.append(self._kind)
        if self._kind == NAME and len(token.text) > 2 and len(self.hidden) < _MOST_NAMES:
            self.hidden.add(folded(token.text))
        self._shown = token.end

    def _forget(self) -> None:
        """Let go of what no decision rests on any more."""
        if self._next < 3 * _KEPT or self.closed:
            return
        spent = self._next - _KEPT
        base = self.tokens[spent].start
        self.tokens = [
            Token(t.text, t.kind, t.start - base, t.end - base, t.gap) for t in self.tokens[spent:]
        ]
        self.text = self.text[base:]
        self._cut, self._shown, self._until = (
            self._cut - base,
            self._shown - base,
            self._until - base,
        )
        self._next, self._table_at = self._next - spent, self._table_at - spent
        self._skipped += spent

    def _is_joined(self, i: int) -> bool:
        """Tell whether a token is judged together with the next one."""
        if i + 1 >= len(self.tokens):
            return False
        after = self.tokens[i + 1]
        return after.gap != BROKEN and after.end <= self.tokens[i].end + NEAR

    def _is_judged(self, i: int) -> bool:
        """Tell whether all is there that a token's judgement rests on."""
        if not is_seen(self, i):
            return False
        return not self._is_joined(i) or is_seen(self, i + 1)

    def _leads(self, i: int, kind: str) -> bool:
        """Tell whether a token that the weights let be begins what they hide after it."""
        found = bool(self.found)
        return (
            leads(self.tokens, i, kind)
            and not is_barred(self.tokens, i, kind, "", found)
            and not is_barred(self.tokens, i + 1, kind, "", found)
        )

    def _weighed(self, i: int) -> str:
        """Give what a token is hidden as by the weights, as far as they are believed."""
        at, found = i - self._table_at, bool(self.found)
        kind = TAGS[self._table[at][TAGS.index(self.tag)]]
        if kind and not is_barred(self.tokens, i, kind, self.tag, found):
            return kind
        if self.tag and goes_on(self.tokens, i, self.tag):
            return self.tag
        after = TAGS[self._after[at]]
        if after and not self.tag and self._leads(i, after):
            return after
        return ""

    def _decide(self) -> bool:
        """Set what the next token is, or tell that it has to wait for more."""
        i = self._next
        token = self.tokens[i]
        if token.start < self._until:
            return True
        for rule in RULES:
            said = rule(self, i, token)
            if said is WAIT:
                return False
            if said is not NOTHING:
                assert isinstance(said, tuple)
                self._kind, self._until = said
                return True
        if not self._is_judged(i):
            return False
        if not self._table_at <= i < self._table_at + len(self._table):
            stop = i + 1
            while stop < min(len(self.tokens), i + _BLOCK) and self._is_judged(stop):
                stop += 1
            joined = [self._is_joined(k) for k in range(i, stop)]
            self._table_at = i
            self._table, self._after = tagger().best(self.tokens, i, stop, self._skipped, joined)
        self._kind = self._weighed(i)
        self._until = token.end
        return True
