"""Tells where a claim says more or less strongly than its lines what is to be done; pure.

Reads the rungs and hedges of modality.toml, English and Chinese; a sentence with none of them is
an order ("Refer urgently", "is given"). Knows nothing of which way it points (`agent.polarity`).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.clauses import clauses
from agent.edits import folded, nearest_edit, too_long
from agent.phrases import Phrases, phrases
from agent.wording import BREAK

LIST = "modality.toml"
Rung = tuple[float, float]
_ORDER: Rung = (4.0, 4.0)
_BAN: Rung = (4.0, 5.0)
_PIECE = re.compile(
    r"[.;!?](?=\s|$)|[。；！？¶]|，|, (?=but |and |although |though )| (?=but |whereas |while )"
)
_STRONG = re.compile(r"\bstrong(?:ly)?\b[ -](?:recommend|advis|encourag)|强烈?推荐|\bclass 1\b")
_NEGATED = re.compile(
    r"\b(?:not|never|no|nor|cannot|without|contra-?indicat\w*|avoid\w*|forbidden|prohibited)\b"
    r"|n't\b|[不勿禁]|避免"
)

# "Should not", "must not" and "do not" forbid alike; "do not" stands without a rung.
_TURNED = re.compile(r" (?:not|never|no|\w+ not)\b")


@dataclass(frozen=True)
class Said:
    """How strongly a piece of text says a thing, and what it is about."""

    rungs: frozenset[Rung]
    hedges: frozenset[str]
    strong: bool
    negated: bool
    terms: frozenset[str]


def shifts(claim: str, lines: Sequence[str]) -> str:
    """Tell why the claim is stronger or weaker than its lines, or "" where it is neither.

    Each piece of the claim is held to the pieces of the lines most like it.
    """
    if why := too_long(claim, lines):
        return why
    edit = nearest_edit(claim, lines)
    if edit is not None:
        mine_there, its_there = _marked(edit[0]), _marked(edit[1])
        if mine_there == its_there:
            return ""
        forbids = any(f"{edit[1]} not" in folded(line) for line in lines)
        if edit[0] and edit[1] and not (forbids and f"{edit[0]} not" in folded(claim)):
            return "copies a line but for how strongly it says it"
    cited = [s for line in lines for s in _said(line)]
    for mine in _said(claim):
        shared = [len(mine.terms & its.terms) for its in cited]
        nearest = [i for i, n in zip(cited, shared, strict=True) if n == max(shared)]
        reasons = [_differs(mine, its) for its in nearest]
        if reasons and all(reasons):
            return reasons[0]
    return ""


def _differs(mine: Said, its: Said) -> str:
    if mine.strong and not its.strong:
        return "calls strong what the line does not"
    for one, other in ((mine.rungs, its.rungs), (its.rungs, mine.rungs)):
        for low, high in one:
            if not any(low <= top and bottom <= high for bottom, top in other):
                stronger = max(r[1] for r in mine.rungs) > max(r[1] for r in its.rungs)
                return f"says it {'more' if stronger else 'less'} strongly than the line"
    left, added = its.hedges - mine.hedges, mine.hedges - its.hedges
    if not its.negated:
        left, added = left - {"routinely"}, added - {"routinely"}
    if left:
        return f'leaves out "{min(left)}"'
    return f'adds "{min(added)}"' if added else ""


def _marked(text: str) -> list[str]:
    _, ladder, hedges = _lists()
    return sorted(name for found in (ladder, hedges) for _, _, name in found.find(text))


@lru_cache(maxsize=1)
def _lists() -> tuple[tuple[Rung, ...], Phrases, Phrases]:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    rungs = tuple((r["low"], r["high"]) for r in lists["rung"])
    forms = [(f, str(n)) for n, r in enumerate(lists["rung"]) for f in (*r["en"], *r["zh"])]
    hedges = [(f, h["name"]) for h in lists["hedge"] for f in (*h["en"], *h["zh"])]
    return rungs, phrases(forms), phrases(hedges)


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[Said, ...]:
    rungs, ladder, hedges = _lists()
    found: list[Said] = []
    whole = folded(text).replace(BREAK.strip(), "¶")
    strong = _STRONG.search(whole) is not None
    for piece in _PIECE.split(whole):
        if not piece.strip():
            continue
        negated = _NEGATED.search(piece) is not None
        named = frozenset(
            _BAN if rungs[int(n)][0] >= _ORDER[0] and _TURNED.match(piece, end) else rungs[int(n)]
            for _, end, n in ladder.find(piece)
        )
        if named & {(0.0, 0.0)}:
            named = frozenset({(0.0, 0.0)})
        found.append(
            Said(
                named or frozenset({_BAN if negated else _ORDER}),
                frozenset(n for _, _, n in hedges.find(piece)),
                strong,
                negated,
                frozenset[str]().union(*(c.everything for c in clauses(piece))),
            )
        )
    return tuple(found)
