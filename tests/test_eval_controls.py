"""Negative controls out of a stored run: each must collapse somewhere, or be exposed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals import records
from evals.compare import compare
from evals.controls import controlled, make
from evals.failures import failures
from evals.plots import bars, curve, dots
from evals.records import Run
from evals.report import html, html_of_two, markdown
from evals.scorecard import METRICS, card
from evals.verdict import verdict
from guidelines.problem import Problem
from tests.eval_cases import (
    DOSE,
    INFANTS,
    STOP,
    answered,
    cases_of,
    cite,
    claim,
    extract,
    quoted,
    record,
    run_of,
    sample,
    source,
)


def stored() -> Run:
    """Give a run in which everything is right."""
    other = [source(INFANTS), source(STOP, 2)]
    return run_of(
        (sample("1", DOSE), record("1", answered(quoted(DOSE)), source(DOSE), source(STOP, 2))),
        (sample("2", INFANTS), record("2", answered(quoted(INFANTS)), *other)),
        (sample("3", STOP), record("3", answered(quoted(STOP)), source(STOP), source(DOSE, 2))),
        (sample("4", kind="nearmiss"), record("4", answered(), source(DOSE))),
    )


def values(run: Run, kind: str) -> dict[str, float | None]:
    made = replace(run, records={r.id: r for r in controlled(run, kind, 0)})  # type: ignore[arg-type]
    return {row.name: row.value for row in card(made, extract).rows}


def test_what_is_right_scores_full() -> None:
    found = {row.name: row.value for row in card(stored(), extract).rows}
    low = {m.name for m in METRICS if m.aim == "low"}
    assert len(low) == 6
    assert {n for n, v in found.items() if v != (0.0 if n in low else 1.0)} == set()


def test_shuffled_citations_collapse() -> None:
    found = values(stored(), "shuffled")
    # Nobody keeps a citation of their own; two of three rings fall into foreign evidence.
    for name in ("quotes verbatim, exact", "gold-line precision", "gold-line F1"):
        assert found[name] == 0.0
    assert found["numbers and units match"] == 0.0
    assert found["provenance"] == 1.0


def test_citing_everything_is_exposed_by_precision() -> None:
    found = values(stored(), "everything")
    assert found["gold-line recall"] == 1.0
    assert found["gold-line precision"] == 0.5
    assert found["gold-line F1"] == pytest.approx(2 / 3)


def test_the_first_passage_as_answer_never_abstains() -> None:
    found = values(stored(), "first-passage")
    assert found["abstained where nothing answers"] == 0.0
    assert found["gold-line recall"] == 1.0
    assert found["outcome well formed"] == 1.0
    # Three of four answered rightly (F1 6/7), none refused rightly (F1 0).
    assert found["grounded-refusal macro-F1"] == pytest.approx(3 / 7)


def test_a_control_is_a_run_of_its_own_that_says_so(tmp_path: Path) -> None:
    run = replace(stored(), path=tmp_path / "run")
    rows = [
        {"id": s.id, "kind": s.kind, "question": s.question, "all": s.all,
         "gold": [g.__dict__ for g in s.gold]} for s in run.samples
    ]  # fmt: skip
    text = "".join(json.dumps(r) + "\n" for r in rows).encode()
    manifest = replace(run.manifest, benchmark_sha256=hashlib.sha256(text).hexdigest())
    run = replace(run, manifest=manifest)
    records.begin(run.path, manifest, text)
    make(run, "shuffled", tmp_path / "control", 0)
    found = records.read(tmp_path / "control")
    assert found.manifest.control == "shuffled citations of run"
    assert found.records == {r.id: r for r in controlled(run, "shuffled", 0)}
    with pytest.raises(Problem, match="something stands there already"):
        make(run, "shuffled", tmp_path / "control", 0)
    few = run_of((sample("1", DOSE), record("1", answered(quoted(DOSE)))))
    with pytest.raises(Problem, match="fewer than two answers cite anything"):
        controlled(few, "shuffled", 0)


def test_every_failure_is_told_with_its_reason() -> None:
    pairs = [
        (sample("right", DOSE), record("right", answered(quoted(DOSE)))),
        (sample("line", DOSE), record("line", answered(quoted(STOP)))),
        (sample("page", DOSE), record("page", answered(quoted(DOSE, page=4)), source(STOP))),
        (sample("silent", DOSE), record("silent", answered(), source(DOSE))),
        (sample("off"), record("off", answered(quoted(DOSE)))),
        (sample("old", DOSE), record("old", answered(
            quoted(DOSE), quoted(DOSE, file_sha256="old")))),
        (sample("bare", DOSE), record("bare", answered(quoted(DOSE), claim("Give 3 g.")))),
        (sample("turned", DOSE), record("turned", answered(
            quoted(DOSE), claim("Give to infants.", cite(INFANTS))))),
    ]  # fmt: skip
    found = {f.case.sample.id: f.why for f in failures(cases_of(*pairs))}
    assert found["line"] == ("right page, other line; the gold stood in its evidence",)
    assert found["page"][-1] == "another page; the gold did not stand in its evidence"
    assert "a citation does not resolve" in found["page"]
    assert found["silent"] == ("not answered; the gold stood in its evidence",)
    assert found["off"] == ("answered, and nothing here answers",)
    assert found["old"] == ("cites an edition that is not current",)
    assert found["bare"][1:] == ("a claim cites nothing", "a number is not in the cited words")
    assert found["turned"][1:] == ("points the other way than the cited words",)
    assert "right" not in found


def test_the_verdict_says_first_what_is_broken() -> None:
    sound = verdict(card(stored(), extract), [])
    assert sound[0].startswith("What must hold whatever the model holds: all 3 citations resolve")
    forged = run_of((sample("1", DOSE), record("1", answered(quoted(DOSE, quote="Give 9 g.")))))
    assert verdict(card(forged, extract), [])[0] == (
        "Not to be trusted: what must hold whatever the model does not: provenance 0.000."
    )
    silent = run_of((sample("1", DOSE), record("1", answered())))
    assert verdict(card(silent, extract), [])[0] == (
        "Not measured, for nothing was cited: citations resolvable, provenance, quotes verbatim, "
        "exact, superseded citations, wrong-guideline citations."
    )


def test_reports_carry_text_as_text_and_pictures_inside() -> None:
    evil = replace(sample("<b>1"), question="<script>alert(1)</script>?")
    pairs = [(evil, replace(record("<b>1", answered(quoted(DOSE))), question=evil.question))]
    scored = card(run_of(*pairs), extract)
    asked: list[tuple[str, int]] = []

    def draw(sha256: str, page: int, spans: tuple[tuple[int, int], ...]) -> bytes | None:
        asked.append((sha256, page))
        return b"png"

    text = html(scored, [], draw)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;?" in text
    assert asked == [("a", 3)]
    assert "data:image/png;base64,cG5n" in text
    assert "its PDF is not here" in html(scored, [], lambda *_: None)
    assert "| right page | unscored |  | 0 |" in markdown(scored, [])
    two = html_of_two(compare(scored, scored))
    assert "No difference is beyond chance" in two


def test_plots_draw_what_they_are_given() -> None:
    drawn = bars([("a & b", 0.5, (0.25, 0.75)), ("none", None, None)], "By class")
    # Half of the 450 points between the margins.
    assert 'width="225.0"' in drawn
    assert "a &amp; b" in drawn
    assert "unscored" in drawn
    assert 'points="210.0,170.0 360.0,20.0"' in curve([(0.5, 0.5), (1.0, 1.0)], "Risk")
    assert dots([("x", 0.0, 1.0)], "Two", "a", "b").count("<circle") == 2
