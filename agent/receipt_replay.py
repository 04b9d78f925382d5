"""An answer made again from its receipt: the same evidence, picks and replies, judged anew.

Neither the search nor the model runs again. Knows where generations and PDFs lie.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent import rounds, turn
from agent.answer import Answer
from agent.evidence import Evidence, EvidenceLine, EvidencePassage, head_of
from agent.injection import neutralised, planted
from agent.receipts import SCHEMA, Entry, program, prompt_hash
from agent.thinking import Thought
from agent.turn import Turn, patient_of
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.pages import page_text
from guidelines.problem import Problem
from retrieval import store
from retrieval.passages import Passage, quote_spans
from retrieval.releases import Pin
from retrieval.search import Hit

# The clock's part of an answer; everything else must come out the same.
_TIMING = "timing_ms"
Passages = Mapping[tuple[str, str], Passage]


@dataclass(frozen=True)
class Replay:
    """What came out: each place where the answer differs, and each quote that is not there.

    `program` holds the hashes of the judging code, then and now.
    """

    receipt: str
    quotes: int
    lost: tuple[str, ...]
    differences: tuple[str, ...]
    program: tuple[str, str]

    @property
    def same(self) -> bool:
        """Tell whether the answer came out bit for bit, and every quote stands on its page."""
        return not self.lost and not self.differences


def replay(home: Home, entry: Entry) -> Replay:
    """Judge a recorded answer again and compare.

    Raises:
        Problem: the generation is gone, or does not hold the recorded evidence; or a newer program
            wrote the receipt.
    """
    body = entry.body
    if body["schema"] > SCHEMA:
        raise Problem(
            f"receipt {entry.name}",
            f"has format {body['schema']}, newer than this program's {SCHEMA}",
            "update clinicite",
        )
    recorded = body["answer"]
    cited = [c for claim in recorded["claims"] for c in claim["citations"]]
    lost = tuple(_lost(home, cited))
    begun = rebuilt(home, entry.name, body, f"{len(cited) - len(lost)} of {len(cited)} quotes")
    said = tuple(Thought(**reply) for reply in body["replies"])
    answer = turn.conclude(begun, *said) if said else turn.abstain(begun, recorded["why"])
    now = json.loads(json.dumps(_untimed(answer)))
    differences = list(_differences("", {**recorded, _TIMING: None}, now))
    differences += _asked_otherwise(begun, body, said)
    then = body["program"]["guards_sha256"]
    return Replay(
        entry.name, len(cited), lost, tuple(differences), (then, program()["guards_sha256"])
    )


def _untimed(answer: Answer) -> dict[str, Any]:
    document = {**answer.document(), _TIMING: None}
    del document["receipt_id"]
    return document


def _asked_otherwise(
    begun: Turn, body: Mapping[str, Any], said: tuple[Thought, ...]
) -> Iterator[str]:
    """Tell each request that would be worded otherwise now, and one more or less."""
    history = tuple((role, text) for role, text in body["history"])
    hashes = body["prompts_sha256"]
    for at, sent in enumerate(hashes):
        asked = rounds.request(begun, history, said[:at])
        if asked is None or prompt_hash(asked.messages) != sent:
            name = "the prompt" if at == 0 else f"prompt {at + 1}"
            yield f"{name}: other words would be sent to the model now"
            return
    if hashes and len(said) == len(hashes) and rounds.request(begun, history, said) is not None:
        yield "the prompts: the model would be asked once more now"


def rebuilt(home: Home, name: str, body: Mapping[str, Any], standing: str) -> Turn:
    """Make the turn again as it was before the model spoke, from its own generation.

    Args:
        home: Where the generations lie.
        name: The receipt, to name it in a problem.
        body: What it says.
        standing: What is known although the generation may be gone.
    """
    answer = body["answer"]
    folder = store.generations(home) / answer["generation"]
    try:
        pin = Pin(folder)
    except FileNotFoundError as fault:
        raise Problem(
            f"index generation {answer['generation']} of receipt {name}",
            f"was pruned, so its evidence cannot be made again; {standing} stand on their pages",
            f"clinicite receipt show {name}",
        ) from fault
    manifest = store.read_manifest(folder)
    if not store.sound(folder, manifest, store.PASSAGES):
        raise Problem(
            f"index generation {manifest.id}", "its passages are torn or altered", "restore them"
        )
    passages = {(p.guideline, p.id): p for p in store.read_passages(folder / store.PASSAGES)}
    del pin
    try:
        editions = {key: Guideline(**fields) for key, fields in body["editions"].items()}
        hits = tuple(_hit(row, passages, editions) for row in body["found"])
        older = tuple(_hit(row, passages, editions) for row in body["superseded"])
        shown = tuple(_passage(row, passages, editions) for row in body["evidence"])
    except (KeyError, TypeError) as fault:
        raise Problem(
            f"index generation {manifest.id}",
            f"does not hold what receipt {name} names, or not in that form ({fault})",
            f"clinicite receipt verify {name}",
        ) from fault
    return Turn(
        answer["question"], answer["searched"], body["follows_up"], answer["mode"],
        answer["selected_by"], answer["model"], manifest,
        Evidence(answer["searched"], manifest.id, shown), hits, older,
        body["support"], tuple(body["picked"]),
        tuple(body["earlier"]), patient_of(body["earlier"], answer["question"]),
        tuple(body["hidden"]), body.get("likeness", {}), body.get("fallen", {}),
        body.get("contact", ""),
    )  # fmt: skip


def _hit(row: Mapping[str, Any], passages: Passages, editions: Mapping[str, Guideline]) -> Hit:
    passage = passages[row["guideline"], row["passage"]]
    return Hit(row["rank"], row["score"], passage, editions[row["guideline"]], row["cosine"])


def _passage(
    row: Mapping[str, Any], passages: Passages, editions: Mapping[str, Guideline]
) -> EvidencePassage:
    hit = _hit(row, passages, editions)
    lines = {line.id: line for line in hit.passage.lines}
    return EvidencePassage(
        row["number"],
        row["place"],
        hit,
        head_of(row["number"], hit, planted, neutralised),
        tuple(
            EvidenceLine(x["id"], line, hit.passage, hit.guideline, neutralised(line.text))
            for x in row["lines"]
            if (line := lines[x["line"]])
        ),
    )


def _lost(home: Home, cited: list[dict[str, Any]]) -> Iterator[str]:
    """Tell each quote that its PDF, read again, does not give."""
    for c in cited:
        where = f"line {c['line']} ({c['guideline']}, page {c['page']})"
        path = home.files / f"{c['file_sha256']}.pdf"
        if not path.is_file():
            yield f"{where}: the PDF is not in the library any more"
        elif store.sha256_of(path) != c["file_sha256"]:
            yield f"{where}: the PDF was altered"
        elif quote_spans(page_text(path, c["page"]), c["spans"]) != c["quote"]:
            yield f"{where}: the page does not give these words at that place"


def _differences(place: str, then: Any, now: Any) -> Iterator[str]:
    """Tell each place where two JSON values differ; never what they say, which may be long."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted({*then, *now}):
            # A field that the program of the time did not have, and that says nothing, is none.
            if key in then or now[key]:
                where = f"{place}.{key}" if place else key
                yield from _differences(where, then.get(key), now.get(key))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for at, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _differences(f"{place}[{at}]", one, other)
    elif then != now:
        yield f"{place}: {_brief(then)} then, {_brief(now)} now"


def _brief(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."
