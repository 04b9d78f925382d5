"""The gate before a promotion: a new generation may not find the golden pages less often.

Golden questions are the library's own, in `golden.jsonl` beside its catalogue; without them the
gate stands open, and the manifest says that nothing was asked. Each generation is asked as it was
released: by today's statuses a retired edition would be missing before and after, and its questions
would be lost unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.golden import Sample, golden_file, load
from retrieval.rerank import Reranker
from retrieval.search import Index
from retrieval.store import Manifest

DEPTH = 5
# Share of the golden questions by which a new generation may be worse: one in twenty.
MARGIN = 0.05
# Of what was lost a line names so many causes, and so many questions of each.
CAUSES, NAMED = 4, 3


@dataclass(frozen=True)
class Gate:
    """How often the golden page is among the first DEPTH pages, now and in the last generation.

    `lost` has the questions that the last generation answered and this one does not, each with the
    cause; `uncompared` says why the last one could not be asked; `forced` is the reason a person
    gave for promoting all the same.
    """

    questions: int
    found: int
    before: int | None
    forced: str = ""
    lost: dict[str, str] = field(default_factory=dict)
    uncompared: str = ""

    @property
    def shut(self) -> bool:
        """Tell whether the new generation is worse by more than MARGIN."""
        if self.before is None or self.questions == 0:
            return False
        return self.before - self.found > MARGIN * self.questions

    def facts(self) -> dict[str, object]:
        """Give what the manifest keeps."""
        return {"depth": DEPTH, "margin": MARGIN, **asdict(self)}


def golden_questions(home: Home) -> list[Sample]:
    """Read the library's golden questions; none where there is no file."""
    path = golden_file(home)
    return [s for s in load(path) if s.gold] if path.is_file() else []


def released(manifest: Manifest) -> dict[str, Guideline]:
    """Give the editions of a generation with the statuses they had when it was built."""
    return {
        name: Guideline(name, manifest.titles[name], sha256, "", 0, manifest.statuses[name])
        for name, sha256 in manifest.guidelines.items()
    }


def _pages(index: Index, sample: Sample) -> list[tuple[str, int]]:
    hits = index.search(sample.question, 60, editions=released(index.manifest))
    return list(dict.fromkeys((h.passage.sha256, h.passage.page) for h in hits))


def _answers(index: Index, sample: Sample) -> set[str]:
    """Give the PDFs, by hash, whose golden page is among the first DEPTH pages."""
    first = _pages(index, sample)[:DEPTH]
    return {g.file_sha256 for g in sample.gold if (g.file_sha256, g.page) in first}


def _rank(index: Index, sample: Sample) -> int:
    """Give the rank of the golden page among the pages found, from 1; 0 where it is not."""
    pages = _pages(index, sample)
    ranks = [pages.index(p) + 1 for g in sample.gold if (p := (g.file_sha256, g.page)) in pages]
    return min(ranks, default=0)


def trial(home: Home, index: Index, reranker: str, samples: Sequence[Sample]) -> dict[str, str]:
    """Give the manifest's facts of the reranker where it wins on the golden questions, else none.

    It wins where the mean reciprocal rank of the golden page is higher with it than without.
    """
    if not reranker or not samples:
        return {}
    plain = [_rank(index, sample) for sample in samples]
    index.reranker = Reranker(reranker, home.models)
    again = [_rank(index, sample) for sample in samples]
    if sum(1 / r for r in again if r) <= sum(1 / r for r in plain if r):
        return {}
    return {"reranker": reranker, "reranker_sha256": index.reranker.fingerprint()}


def judge(
    new: Index, last: Index | None, uncompared: str, samples: Sequence[Sample], force: str
) -> Gate:
    """Compare two generations on the golden questions, each with the statuses of its release.

    Raises:
        Problem: the new one is worse beyond the margin, and no reason to force it was given.
    """
    now = {s.id: _answers(new, s) for s in samples}
    then = {s.id: _answers(last, s) for s in samples} if last is not None else {}
    lost = {
        question: _cause(answered, last.manifest, new)
        for question, answered in then.items()
        if last is not None and answered and not now[question]
    }
    gate = Gate(
        len(samples),
        sum(map(bool, now.values())),
        sum(map(bool, then.values())) if then else None,
        force.strip(),
        lost,
        uncompared,
    )
    if gate.shut and not gate.forced:
        raise Problem(
            f"generation {new.manifest.id}",
            f"finds the golden page of {gate.found} of {gate.questions} questions, the current "
            f"generation {last.manifest.id if last else ''} that of {gate.before}; not promoted; "
            f"lost: {causes_told(lost)}",
            "clinicite index build --force REASON, or see clinicite index plan",
        )
    return gate


def _cause(answered: set[str], last: Manifest, new: Index) -> str:
    """Say what became of the editions whose page answered, or else that it only ranks lower."""
    kept = new.manifest
    names = sorted(n for n, sha256 in last.guidelines.items() if sha256 in answered)
    for name in names:
        if kept.guidelines.get(name) in answered and kept.statuses[name] == "current":
            return f"page no longer among the first {DEPTH}"
    name = names[0]
    if name not in kept.guidelines:
        known = name in catalogue.load(new.home)
        return f"{name} is {'retired' if known else 'no longer in the catalogue'}"
    if kept.guidelines[name] not in answered:
        return f"{name} has another PDF"
    return f"{name} is {kept.statuses[name]}"


def causes_told(lost: Mapping[str, str]) -> str:
    """Say in one line which golden questions were lost, by cause, the commonest first."""
    by_cause: dict[str, list[str]] = {}
    for question, cause in lost.items():
        by_cause.setdefault(cause, []).append(question)
    causes = sorted(by_cause.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    parts = [f"{cause}: {_few(questions)}" for cause, questions in causes[:CAUSES]]
    if rest := sum(len(questions) for _, questions in causes[CAUSES:]):
        parts.append(f"other causes: {rest}")
    return "; ".join(parts)


def _few(questions: Sequence[str]) -> str:
    more = f" and {len(questions) - NAMED} more" if len(questions) > NAMED else ""
    return ", ".join(questions[:NAMED]) + more


def told(gate: Mapping[str, Any]) -> list[str]:
    """Give the lines that a person must read of a gate that let a generation pass."""
    lines = []
    if gate.get("lost"):
        lines.append(f"golden questions lost: {causes_told(gate['lost'])}")
    if gate.get("uncompared"):
        lines.append(f"golden questions not compared with the last ones: {gate['uncompared']}")
    return lines
