"""Tells where a claim turns round what its lines say: forbids what they allow, or drops "unless".

Pure; compares clause by clause by the words they share, English and Chinese. Knows nothing of how
strongly a thing is said (`agent.modality`) nor for whom (`agent.population`). In doubt it objects:
the quoted line is then shown in the claim's place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from agent.bearings import marks
from agent.clauses import Clause, clauses
from agent.edits import nearest_edit, too_long

_NARROW = ("unless", "only")


def flips(claim: str, lines: Sequence[str]) -> str:
    """Tell why the claim says another thing than its lines, or "" where it does not.

    Every clause of the claim must agree with one of the clauses most like it, and every clause of
    the lines so answered must agree back.
    """
    if why := too_long(claim, lines):
        return why
    edit = nearest_edit(claim, lines)
    if edit is not None:
        mine, its = Counter(marks(edit[0])), Counter(marks(edit[1]))
        if mine != its:
            words = " ".join(sorted({w for _, w in (mine - its) + (its - mine)}))
            return f"copies a line but for a word that turns or limits it: {words}"
        if not mine:
            return ""
    return _compared(claim, lines)


def _compared(claim: str, lines: Sequence[str]) -> str:
    said = [c for c in clauses(claim) if c.everything]
    cited = [c for line in lines for c in clauses(line) if c.everything]
    if not said or not cited:
        return ""
    words = frozenset[str]().union(*(c.everything for c in said))
    known = frozenset[str]().union(*(c.everything for c in cited))
    if not words & known:
        return _blind(said, cited)
    for ours, theirs, back in ((said, cited, False), (cited, said, True)):
        for clause in ours:
            nearest = _nearest(clause, theirs)
            pairs = [(other, clause) if back else (clause, other) for other in nearest]
            reasons = [_differs(a, b, words, known) for a, b in pairs]
            if reasons and all(reasons):
                return reasons[0]
    return ""


def _nearest(clause: Clause, others: Sequence[Clause]) -> list[Clause]:
    shared = [sum(map(_weight, clause.everything & other.everything)) for other in others]
    best = max(shared)
    return [o for o, n in zip(others, shared, strict=True) if n == best] if best else []


def _weight(term: str) -> int:
    # Two clauses with one number are of one thing, whatever else they share.
    return 3 if term[0].isdigit() else 1


def _blind(said: Sequence[Clause], cited: Sequence[Clause]) -> str:
    """Judge a claim in wholly other words, or another language: only by the way it points."""
    signs = {c.turned * (c.moves or 1) for c in cited}
    narrow = any(k.kind in _NARROW for c in cited for k in c.conditions)
    if len(signs) > 1 or narrow or {c.turned * (c.moves or 1) for c in said} != signs:
        return "says it in other words, and which way they point cannot be told"
    return ""


def _differs(claim: Clause, line: Clause, words: frozenset[str], known: frozenset[str]) -> str:
    for flag, why in (
        ("unknown", "what is not known and what is not so are told apart by only one of them"),
        ("caution", "caution is asked for by only one of them"),
        ("softly", "only one of them asks for it where possible"),
    ):
        if (flag in claim.flags) != (flag in line.flags):
            return why
    if "unknown" in line.flags:
        return ""
    moved = claim.moves != 0 and line.moves != 0
    mine = claim.turned * (claim.moves if moved else 1)
    its = line.turned * (line.moves if moved else 1)
    for one, other, there, signs, lost in (
        (line, claim, words, (its, mine), "leaves out a condition of the line"),
        (claim, line, known, (mine, its), "adds a condition that the line lacks"),
    ):
        for limit in one.conditions:
            counts = one is line or limit.kind in _NARROW
            if counts and limit.terms and not limit.terms & there:
                return f"{lost} ({limit.kind})"
            if any(sign != signs[0] * limit.sign for sign in _signs(limit.terms, other, signs[1])):
                return f"turns a condition of the line round ({limit.kind})"
    if _only(line) and not _only(claim) and claim.turned == 1 == line.turned:
        return 'leaves out "only"'
    if mine != its and not _settled(claim, line) and claim.terms & line.terms:
        return "points the other way than the line"
    return ""


def _settled(claim: Clause, line: Clause) -> bool:
    """Tell where "not unless" and its like were compared already, with the clause they turn."""
    return any(
        limit.kind in _NARROW and (limit.terms & other.everything)
        for one, other in ((line, claim), (claim, line))
        for limit in one.conditions
    )


def _signs(terms: frozenset[str], clause: Clause, sign: int) -> Iterator[int]:
    """Give which way a clause points for a condition's words, wherever it holds them."""
    for limit in clause.conditions:
        if limit.terms & terms:
            yield sign * limit.sign
            return
    if terms & clause.terms:
        yield sign


def _only(clause: Clause) -> bool:
    return "only" in clause.flags or any(
        k.kind == "only" or (k.kind == "unless" and clause.turned < 0) for k in clause.conditions
    )
