"""Cuts a sentence into clauses with what turns each and on what condition it holds; pure.

Reads the words of polarity.toml, English and Chinese. Knows nothing of drugs, nor of whether two
sentences agree: `agent.polarity` and `agent.modality` judge that.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from agent.edits import folded
from agent.wording import BREAK, plain
from guidelines.text import is_cjk
from retrieval.lexical import STOPWORDS, stem
from retrieval.thesaurus import concepts

LIST = "polarity.toml"
CONDITIONS = ("if", "unless", "only")
PREDICATES = ("turns", "states", "up", "down", "unknown", "caution")
MARKS = ("turns", "up", "down", "unknown", "caution", *CONDITIONS)
KINDS = ("past", *PREDICATES, *CONDITIONS)
_TOKEN = re.compile(
    r"[a-z]+(?:['-][a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[\u3400-\u9fff]+|[.,;:!?，；：。！？、¶()&]"
)
_SIGNS = {",": "comma", "，": "comma", "(": "comma", ")": "comma", ":": "colon", "：": "colon"}
_SIGNS |= dict.fromkeys(".;!?；。！？¶", "stop") | {"、": "term"}
_JOINS = frozenset({"&", "but", "and", "whereas", "while", "although", "though", "however", "yet"})
# Words before a colon that still are "for whom": a longer run is a sentence of its own.
_LEAD = 12
_EMPTY = STOPWORDS | frozenset(
    """
    with out off patient patients people person those who such guideline line during s there all
    any one than per each every other some both either via through because over under above below best
    even already others upon towards toward among between yes then thus hence therefore
    """.split()  # noqa: SIM905
)


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


@dataclass(frozen=True)
class _Words:
    phrases: dict[tuple[str, ...], str]
    longest: int
    hanzi: dict[str, str]
    pattern: re.Pattern[str]
    same: dict[str, str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    phrases: dict[tuple[str, ...], str] = {}
    hanzi: dict[str, str] = {}
    for kind in KINDS:
        for phrase in lists[kind]["en"]:
            phrases.setdefault(tuple(map(stem, phrase.split())), kind)
        for phrase in lists[kind]["zh"]:
            hanzi.setdefault(phrase, kind)
    same = {stem(w): stem(group[0]) for group in lists["same"]["groups"] for w in group}
    pattern = "|".join(map(re.escape, sorted(hanzi, key=len, reverse=True)))
    return _Words(phrases, max(map(len, phrases)), hanzi, re.compile(pattern), same)


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """Cut a text into its clauses, in order; a condition goes with the clause it limits."""
    found: list[Clause] = []
    pieces = [_Piece()]
    for kind, term in (*_read(folded(text).replace(BREAK.strip(), "¶")), ("stop", "")):
        last = pieces[-1]
        if kind == "stop":
            for clause in _joined([p for p in pieces if p.marks or p.terms]):
                if found and clause.conditions and not clause.terms and not clause.turned < 0:
                    # "...; the exception is a planned block."
                    more = found[-1].conditions + clause.conditions
                    found[-1] = replace(found[-1], conditions=more)
                else:
                    found.append(clause)
            pieces = [_Piece()]
        elif kind == "colon":
            if sum(len(p.terms) for p in pieces) <= _LEAD:
                for lead in pieces:
                    lead.condition = lead.condition or "if"
            pieces.append(_Piece())
        elif kind in ("comma", "join"):
            pieces.append(_Piece(but=term == "but"))
        elif kind in ("if", "unless"):
            _condition(kind, pieces)
        elif kind in ("term", "past"):
            last.terms.append(term)
        else:
            last.marks.append(kind)
    return tuple(found)


def marks(text: str) -> list[tuple[str, str]]:
    """Give the words of a text that turn, raise, lower or limit, each with what it does."""
    return [(kind, word) for kind, word in _read(plain(text).lower()) if kind in MARKS]


def terms(text: str) -> list[str]:
    """Give what a text is about, word by word in order."""
    return [word for kind, word in _read(folded(text)) if kind == "term"]


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


def _read(text: str) -> Iterator[tuple[str, str]]:
    """Give each word as what it does, and by which name it goes."""
    words = _words()
    tokens = _TOKEN.findall(text)
    stems = [stem(t) if t[0].isascii() else t for t in tokens]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size = 1
        if token in _SIGNS:
            if _SIGNS[token] != "term":
                yield _SIGNS[token], token
        elif is_cjk(token[0]):
            yield from _hanzi(token, words)
        else:
            for size in range(min(words.longest, len(tokens) - at), 0, -1):
                kind = words.phrases.get(tuple(stems[at : at + size]))
                if kind is not None:
                    yield kind, " ".join(stems[at : at + size])
                    break
            else:
                if token in _JOINS:
                    yield "join", token
                elif token not in _EMPTY:
                    yield "term", words.same.get(stems[at], stems[at])
        at += size


def _hanzi(run: str, words: _Words) -> Iterator[tuple[str, str]]:
    at = 0
    for mark in (*words.pattern.finditer(run), None):
        between = run[at : mark.start() if mark else len(run)]
        if between:
            found, rest = concepts(between)
            for concept in found:
                for word in concept.concepts[0].name.split():
                    yield "term", words.same.get(stem(word), stem(word))
            for left in (*rest, *(f.said for f in found)):
                yield from (("term", left[i : i + 2]) for i in range(max(1, len(left) - 1)))
        if mark:
            yield words.hanzi[mark[0]], mark[0]
            at = mark.end()


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
                frozenset({*main.marks} & {"unknown", "caution", "only"}),
                tuple(_limit(p) for p in limits),
            )
        )
    return made


def _limit(piece: _Piece) -> Condition:
    sign = piece.turned * (piece.moves or 1) * (-1 if piece.condition == "unless" else 1)
    kind = "only" if "only" in piece.marks else piece.condition
    return Condition(kind, sign, frozenset(piece.terms))
