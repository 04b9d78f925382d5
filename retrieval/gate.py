"""The gate before a promotion: a new generation may not find the golden pages less often.

Golden questions are the library's own, in `golden.jsonl` beside its catalogue; without them the
gate stands open, and the manifest says that nothing was asked.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.golden import Sample, load
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
    path = home.catalogue.with_name("golden.jsonl")
    return [s for s in load(path) if s.gold] if path.is_file() else []


def found(index: Index, samples: Sequence[Sample]) -> int:
    """Count the questions whose golden page is among the first DEPTH pages."""
    return sum(_finds(index, sample) for sample in samples)


def _finds(index: Index, sample: Sample) -> bool:
    hits = index.search(sample.question, 60)
    pages = list(dict.fromkeys((h.passage.sha256, h.passage.page) for h in hits))[:DEPTH]
    return any((g.file_sha256, g.page) in pages for g in sample.gold)


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
