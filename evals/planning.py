"""Plan a probe of a run: for which questions it is made, and what is changed for each; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals.causal import told
from evals.changes import DRAWN, Change, Kind, fingerprint
from evals.counterfactual import edits
from evals.integrity import folded
from evals.probed import citations_in, claims_in
from evals.records import Record, Run
from evals.swapped import others
from retrieval.golden import Sample
from retrieval.passages import Passage

_STOPS = ".。"
# Fewer signs than this stand in a passage by chance.
_TOO_SHORT = 12


@dataclass(frozen=True)
class Planned:
    """A plan, and how many questions were left out for which reason."""

    rows: tuple[tuple[Sample, Change], ...]
    left: Mapping[str, int]


def plan(run: Run, kind: Kind, passages: Sequence[Passage], seed: int = 0) -> Planned:
    """Plan a probe, in the benchmark's order.

    Args:
        run: The run whose answers are probed.
        kind: What is done.
        passages: All of the generation: what repeats a claim or a cited line is evidence too.
        seed: Of what is drawn.
    """
    rows: list[tuple[Sample, Change]] = []
    left: Counter[str] = Counter()
    texts = _texts(passages) if kind == "delete" else {}
    pairs = others(run.manifest.library) if kind == "swap" else {}
    for sample in run.samples:
        record = run.records.get(sample.id)
        if record is None or record.answer is None:
            left["met a problem"] += 1
            continue
        draw = f"{seed} {sample.id}" if kind in DRAWN else ""
        begun = Change(kind, sample.id, fingerprint(record), draw=draw)
        if kind == "shuffle":
            found, why = _shuffle(sample, record, begun), "no model read two passages"
        elif not (cited := citations_in(record)):
            found, why = [], "cites nothing"
        elif kind == "delete":
            found, why = _delete(sample, record, cited, begun, texts), ""
        elif kind == "edit":
            found, why = list(_edits(sample, record, cited, begun)), "holds nothing to edit"
        elif kind == "plant":
            found, why = _plant(sample, cited, begun), "its line is too short to plant"
        elif kind == "swap":
            found, why = _swap(sample, cited, begun, pairs), "cites nothing with an earlier edition"
        else:
            found, why = _logprob(sample, record, cited, begun), "cites no passage of its evidence"
        rows += found
        left[why] += not found
    return Planned(tuple(rows), {why: n for why, n in left.items() if n})


Rows = list[tuple[Sample, Change]]


def _texts(passages: Iterable[Passage]) -> dict[str, str]:
    """Give the folded words of each passage, as text and line by line, by its id."""
    return {p.id: folded("\n".join([p.text, *(x.text for x in p.lines)])) for p in passages}


def _delete(
    sample: Sample,
    record: Record,
    cited: Sequence[Mapping[str, Any]],
    change: Change,
    texts: Mapping[str, str],
) -> Rows:
    """Take away what is cited, and every passage that says the same in the same words."""
    gone = {c["passage_id"] for c in cited}
    claims = [c["text"] for c in claims_in(record)]
    said = {told(words) for words in claims}
    # A whole passage is cited for what the claim takes of it.
    said |= {told(c["quote"]) for c in cited if not c["line_id"].startswith("passage-")}
    wanted = [words for words in said if len(words) >= _TOO_SHORT]
    gone |= {name for name, text in texts.items() if any(words in text for words in wanted)}
    return [(sample, replace(change, passages=tuple(sorted(gone))))]


def _edits(
    sample: Sample, record: Record, cited: Sequence[Mapping[str, Any]], change: Change
) -> Iterator[tuple[Sample, Change]]:
    seen: set[str] = set()
    found = "\n".join(s.text for s in record.evidence)
    said = "\n".join(c["text"] for c in claims_in(record))
    for c in cited:
        for made in edits(c["quote"], said, sample.question, found):
            # Which sentence of a whole passage a claim goes by is not known.
            lost = made.edit == "polarity" and c["line_id"].startswith("passage-")
            if made.edit not in seen and not lost:
                seen.add(made.edit)
                named = replace(sample, id=f"{sample.id}/{made.edit}")
                yield named, replace(
                    change, line=c["quote"], edited=made.line, edit=made.edit, old=made.old,
                    new=made.new,
                )  # fmt: skip


def _plant(sample: Sample, cited: Sequence[Mapping[str, Any]], change: Change) -> Rows:
    line = cited[0]["quote"]
    # Evidence holds the same words once only; a full stop more or less is enough of a difference.
    words = line[:-1] if line.endswith(tuple(_STOPS)) else f"{line}."
    if len(words.split()) < 5 and words.isascii():
        return []
    files = tuple(dict.fromkeys(c["file_sha256"] for c in cited))
    return [(sample, replace(change, line=line, edited=words, files=files))]


def _swap(
    sample: Sample,
    cited: Sequence[Mapping[str, Any]],
    change: Change,
    pairs: Mapping[str, str],
) -> Rows:
    first = next((c["file_sha256"] for c in cited if c["file_sha256"] in pairs), None)
    return [] if first is None else [(sample, replace(change, files=(first, pairs[first])))]


def _shuffle(sample: Sample, record: Record, change: Change) -> Rows:
    """Take answers, and abstentions of whoever read the evidence: the search has no order."""
    several = len({s.passage_id for s in record.evidence}) > 1
    read = bool(record.reply or citations_in(record))
    return [(sample, change)] if several and read else []


def _logprob(
    sample: Sample, record: Record, cited: Sequence[Mapping[str, Any]], change: Change
) -> Rows:
    known = {s.passage_id for s in record.evidence}
    used = tuple(dict.fromkeys(c["passage_id"] for c in cited if c["passage_id"] in known))
    return [(sample, replace(change, passages=used))] if used else []
