"""Cuts a sentence into clauses with what turns each and on what condition it holds; pure.

Knows nothing of drugs, nor of whether two sentences agree: `agent.polarity` and `agent.modality`
judge that.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache

from agent.bearings import PREDICATES, read
from agent.edits import folded
from agent.wording import BREAK

# Words before a colon that still are "for whom": a longer run is a sentence of its own.
_LEAD = 12


@dataclass(frozen=True)
class Condition:
    """When a clause holds: sign -1 where it holds only without this."""

    kind: str
    sign: int
    terms: frozenset[str]


@dataclass(frozen=True)
class Clause:
    """What a clause is about, how it is turned, and when it holds.

    `turned` is -1 where an odd number of words turns it; `moves` is -1 for less, 1 for more, 0
    where it speaks of neither.
    """

    terms: frozenset[str]
    turned: int
    moves: int
    flags: frozenset[str]
    conditions: tuple[Condition, ...]

    @property
    def everything(self) -> frozenset[str]:
        """Give the terms of the clause and of its conditions."""
        return self.terms.union(*(c.terms for c in self.conditions))


@dataclass
class _Piece:
    """A run of words between commas or joining words, while a sentence is read."""

    condition: str = ""
    but: bool = False
    elliptic: bool = False
    marks: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)

    @property
    def turned(self) -> int:
        return -1 if self.marks.count("turns") % 2 else 1

    @property
    def moves(self) -> int:
        return (-1 if self.marks.count("down") % 2 else 1) if {"up", "down"} & {*self.marks} else 0


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """Cut a text into its clauses, in order; a condition goes with the clause it limits."""
    found: list[Clause] = []
    pieces = [_Piece()]
    for kind, word in (*read(folded(text).replace(BREAK.strip(), "¶")), ("stop", "")):
        if kind == "stop":
            _ended(pieces, found)
            pieces = [_Piece()]
        elif kind == "colon":
            if sum(len(p.terms) for p in pieces) <= _LEAD:
                for lead in pieces:
                    lead.condition = lead.condition or "if"
            pieces.append(_Piece())
        elif kind in ("comma", "join"):
            pieces.append(_Piece(but=word == "but"))
        elif kind in ("if", "unless"):
            _condition(kind, pieces)
        else:
            last = pieces[-1]
            about = kind in ("term", "past")
            (last.terms if about else last.marks).append(word if about else kind)
    return tuple(found)


def _ended(pieces: list[_Piece], found: list[Clause]) -> None:
    for clause in _joined([p for p in pieces if p.marks or p.terms]):
        if found and clause.conditions and not clause.terms and clause.turned > 0:
            # "...; the exception is a planned block."
            more = found[-1].conditions + clause.conditions
            found[-1] = replace(found[-1], conditions=more)
        else:
            found.append(clause)


def _condition(kind: str, pieces: list[_Piece]) -> None:
    last = pieces[-1]
    if last.but and not last.terms and not last.condition:
        # "but not when": what follows is a clause of its own, and says the contrary.
        last.elliptic = True
    elif last.terms or last.marks:
        # "only if" says of the condition what stands right before it.
        carried = []
        while last.marks and last.marks[-1] == "only":
            carried.append(last.marks.pop())
        pieces.append(_Piece(condition=kind, marks=carried))
    elif last.condition in ("", kind):
        last.condition = kind
    else:
        last.condition = "unless"


def _joined(pieces: list[_Piece]) -> list[Clause]:
    """Put pieces without a word of action to those before, and conditions to their clause."""
    groups: list[tuple[_Piece, list[_Piece]]] = []
    waiting: list[_Piece] = []
    lead: list[str] = []
    for piece in pieces:
        own = any(m in PREDICATES for m in piece.marks)
        if piece.condition:
            (groups[-1][1] if groups else waiting).append(piece)
        elif own or piece.but:
            piece.terms += lead
            groups.append((piece, waiting))
            waiting, lead = [], []
        elif groups:
            limits = groups[-1][1]
            target = limits[-1] if limits else groups[-1][0]
            target.terms += piece.terms
            target.marks += piece.marks
        else:
            lead += piece.terms
    if lead:
        groups.append((_Piece(terms=lead), waiting))
        waiting = []
    if waiting:
        groups.append((_Piece(), waiting))
    made: list[Clause] = []
    for main, limits in groups:
        turned, moves = main.turned, main.moves
        if made and (main.elliptic or (main.but and "states" not in main.marks and not moves)):
            # "safe here, but not there": what is said of the second is what was said of the first.
            turned, moves = turned * made[-1].turned, made[-1].moves
        made.append(
            Clause(
                frozenset(main.terms),
                turned,
                moves,
                frozenset({*main.marks} & {"unknown", "caution", "softly", "only"}),
                tuple(_limit(p) for p in limits),
            )
        )
    return made


def _limit(piece: _Piece) -> Condition:
    sign = piece.turned * (piece.moves or 1) * (-1 if piece.condition == "unless" else 1)
    kind = "only" if "only" in piece.marks else piece.condition
    return Condition(kind, sign, frozenset(piece.terms))
