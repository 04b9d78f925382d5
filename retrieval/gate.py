"""The gate before a promotion: a new generation may not find the golden pages less often.

Golden questions are the library's own, in `golden.jsonl` beside its catalogue; without them the
gate stands open, and the manifest says that nothing was asked.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.golden import Sample, golden_file, load
from retrieval.rerank import Reranker
from retrieval.search import Index

DEPTH = 5
# Share of the golden questions by which a new generation may be worse: one in twenty.
MARGIN = 0.05


@dataclass(frozen=True)
class Gate:
    """How often the golden page is among the first DEPTH pages, now and in the last generation.

    `forced` is the reason a person gave for promoting all the same.
    """

    questions: int
    found: int
    before: int | None
    forced: str = ""

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


def found(index: Index, samples: Sequence[Sample]) -> int:
    """Count the questions whose golden page is among the first DEPTH pages."""
    return sum(_finds(index, sample) for sample in samples)


def _finds(index: Index, sample: Sample) -> bool:
    return 0 < _rank(index, sample) <= DEPTH


def _rank(index: Index, sample: Sample) -> int:
    """Give the rank of the golden page among the pages found, from 1; 0 where it is not."""
    hits = index.search(sample.question, 60)
    pages = list(dict.fromkeys((h.passage.sha256, h.passage.page) for h in hits))
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


def judge(new: Index, last: Index | None, samples: Sequence[Sample], force: str) -> Gate:
    """Compare two generations on the golden questions.

    Raises:
        Problem: the new one is worse beyond the margin, and no reason to force it was given.
    """
    before = found(last, samples) if last is not None and samples else None
    gate = Gate(len(samples), found(new, samples), before, force.strip())
    if gate.shut and not gate.forced:
        raise Problem(
            f"generation {new.manifest.id}",
            f"finds the golden page of {gate.found} of {gate.questions} questions, the current "
            f"generation {last.manifest.id if last else ''} that of {gate.before}; not promoted",
            "clinicite index build --force REASON, or see clinicite index plan",
        )
    return gate
