"""Probes of a run over a real index: models that remember and that read, by the commands."""

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals import changes, probed, records
from evals.changes import Change, Kind
from evals.endpoint import Endpoint, Token
from guidelines.home import Home
from guidelines.problem import Problem
from tests.eval_cases import command, elsewhere, few
from tests.probed_model import Model, reading

# Fever in children, pneumonia, diarrhoea in Chinese; one that nothing here answers.
ASKED = ("s007", "s019", "s028", "s041", "s053")


@pytest.fixture
def model(sample_home: Home, exports: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with Model() as server:
        monkeypatch.setenv("CLINICITE_HOME", str(sample_home.root))
        monkeypatch.setenv("CLINICITE_MODEL_URL", server.url)
        monkeypatch.setenv("CLINICITE_MODEL", server.model)
        yield server


@pytest.fixture
def asked(model: Model, tmp_path: Path) -> Callable[..., Path]:
    """Give what asks the benchmark of a system."""
    benchmark = few(tmp_path / "few.jsonl", ASKED)

    def ask(system: str = "plain") -> Path:
        run = tmp_path / system
        words = ("run", str(benchmark), "--out", str(run), "--system", system)
        (elsewhere if system == "session" else command)(*words)
        return run

    return ask


Asked = Callable[..., Path]


def scored(run: Path) -> dict[str, float | None]:
    """Score a run by the command."""
    document = json.loads(command("score", str(run), "--json"))
    return {row["name"]: row["value"] for row in document["scores"]}


def changed(run: Path, kind: Kind) -> dict[str, Change]:
    return changes.read(probed.folder(run, kind) / records.BENCHMARK)


def test_a_model_that_remembers_and_one_that_reads(asked: Asked, model: Model) -> None:
    run = asked()
    told = command("probe", str(run), "--kind", "delete")
    assert told == f"{run}/probes/delete\n"
    assert scored(run)["post-rationalised"] == 1.0
    model.says = reading
    shutil.rmtree(run)
    command("probe", str(asked()), "--kind", "delete")
    found = scored(run)
    assert (found["post-rationalised"], found["post-rationalised claims"]) == (0.0, 0.0)
    assert "post-rationalised: 0.000 [0.000, " in command("score", str(run))


def test_deletion_takes_the_passage_and_what_repeats_its_line(asked: Asked, model: Model) -> None:
    model.says = reading
    run = asked()
    command("probe", str(run), "--kind", "delete")
    again = records.read(probed.folder(run, "delete"))
    plan = changed(run, "delete")
    base = records.read(run)
    assert set(plan) == {i for i, r in base.records.items() if r.answer and r.answer["claims"]}
    for name, change in plan.items():
        before = {s.passage_id for s in base.records[name].evidence}
        left = {s.passage_id for s in again.records[name].evidence}
        assert set(change.passages) & before
        assert not set(change.passages) & left
        assert len(left) == len(before)
    assert again.manifest.control.startswith("probe delete of plain: ")


def test_the_session_is_asked_the_same_way_over_the_altered_index(
    asked: Asked, model: Model, sample_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(sample_home)
    monkeypatch.setenv("CLINICITE_MODEL_SELECTS", "1")
    model.says = lambda shown: "1.1"
    run = asked("session")
    told = elsewhere("probe", str(run), "--parallel", "1")
    assert told.count("probes/") == 6
    found = scored(run)
    # The first line shown is named whatever it says: nothing of it is remembered.
    assert found["post-rationalised"] == 0.0
    assert found["edits followed"] is not None
    assert found["answered from memory"] == 0.0
    assert found["superseded cited after a swap"] == 0.0
    assert found["planted line cited"] is not None
    swap = records.read(probed.folder(run, "swap"))
    statuses = {s.status for r in swap.records.values() for s in r.evidence}
    assert statuses == {"current"}
    for name, change in changed(run, "edit").items():
        record = records.read(probed.folder(run, "edit")).records[name]
        assert record.answer is not None
        assert record.receipt
        if any(change.edited in s.text for s in record.evidence):
            assert not any(change.line in s.text for s in record.evidence)
    # The edited words are in no PDF: they must not be in the library's own index or receipts.
    assert _files(sample_home) == before
    assert not sample_home.receipts.exists()


def test_the_sessions_guards_hold_a_model_that_remembers(
    asked: Asked, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINICITE_MODE", "compose")
    # The words of the line that answers s019; said to every question, whatever is shown.
    said = (
        "Offer oral amoxicillin 1 g every 8 hours for 5 days to adults with low-severity "
        "community-acquired pneumonia who are not allergic to penicillin"
    )
    model.says = lambda shown: f"{said} [1.1]."
    run = asked("session")
    elsewhere("probe", str(run), "--kind", "delete")
    base, again = records.read(run), records.read(probed.folder(run, "delete"))
    before, after = (r.records["s019"].answer or {} for r in (base, again))
    assert said in before["claims"][0]["text"]
    # Its line is gone, so the sentence is withheld; what is shown is another line, or nothing.
    assert said in "".join(w["text"] for w in after["withheld"])
    assert not any(said in c["text"] for c in after["claims"])
    assert scored(run)["post-rationalised"] == 0.0


def _files(home: Home) -> dict[str, str]:
    kept = (p for p in home.root.rglob("*") if p.is_file() and "models" not in p.parts)
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def test_an_answer_is_weighed_as_vllm_tells_it(asked: Asked, model: Model) -> None:
    model.says = reading
    run = asked()
    command("probe", str(run), "--kind", "logprob")
    found = scored(run)
    assert found["prob-drop"] is not None
    assert found["prob-drop"] > 0
    assert found["less likely without its evidence"] not in (None, 0.0)
    weighed = records.read(probed.folder(run, "logprob"))
    base = records.read(run)
    for name, record in weighed.records.items():
        said = [c["text"] for c in base.records[name].answer["claims"]]  # type: ignore[index]
        assert record.answer == base.records[name].answer
        assert record.measured["tokens"] == len(re.findall(r"\S+", " ".join(said)))
    asks = [r for r in model.requests if r.get("prompt_logprobs") == 0]
    assert len(asks) == 3 * len(weighed.records)
    assert all((r["max_tokens"], r["continue_final_message"]) == (1, True) for r in asks)
    # A model for which nothing that was shown makes a word likelier.
    shutil.rmtree(probed.folder(run, "logprob"))
    model.reads = False
    command("probe", str(run), "--kind", "logprob")
    found = scored(run)
    assert (found["prob-drop"], found["prob-hold"]) == (0.0, 0.0)
    assert found["less likely without its evidence"] == 0.0


def test_the_prompts_own_token_is_weighed_and_half_a_sign_is_one(
    asked: Asked, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = {"usage": {"prompt_tokens": 1}, "prompt_logprobs": [None, _entry("own"), _entry("�")]}
    monkeypatch.setattr(model, "besides", lambda body: two)
    found = asyncio.run(Endpoint(model.url, "stub").weigh([{"role": "user", "content": "x"}]))
    assert found == (Token(-2.5, "own"), Token(-2.5, "�"))
    # Letters that are cut across tokens cannot be compared; what was counted stands.
    run = asked()
    command("probe", str(run), "--kind", "logprob")
    weighed = records.read(probed.folder(run, "logprob")).records.values()
    assert {(r.measured["tokens"], r.measured["full"]) for r in weighed} == {(2, -5.0)}


def test_a_server_that_weighs_nothing_leaves_it_unscored(
    asked: Asked, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked()
    counted = {"usage": {"prompt_tokens": 3}}
    for told, why in (
        ({}, "gives no log-probabilities of a prompt"),
        (counted, "gives no log-probabilities of a prompt"),
        ({**counted, "prompt_logprobs": [None, *[_entry("else")] * 9]}, "other tokens than"),
        ({**counted, "prompt_logprobs": [None]}, "other tokens than"),
    ):
        monkeypatch.setattr(model, "besides", lambda body, told=told: told)
        # Every question meets it, so the probe ends there.
        with pytest.raises(Problem, match=why):
            command("probe", str(run), "--kind", "logprob")
        assert scored(run)["prob-drop"] is None
    assert "without an answer yet" in command("score", str(run))
    monkeypatch.undo()


def _entry(letters: str) -> dict[str, Any]:
    likelier = {"7": {"logprob": -0.1, "rank": 1, "decoded_token": "x"}}
    return {"9": {"logprob": -2.5, "rank": 4, "decoded_token": letters}, **likelier}


def test_a_probe_that_was_broken_off_goes_on(asked: Asked, model: Model) -> None:
    run = asked()
    command("probe", str(run), "--kind", "delete")
    file = probed.folder(run, "delete") / records.SAMPLES
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    told = command("score", str(run))
    assert f"probe delete: 2 of {len(lines)} asked; {len(lines) - 2} without an answer" in told
    before = len(model.requests)
    command("probe", str(run), "--kind", "delete")
    assert len(model.requests) - before == len(lines) - 2
    assert len(file.read_bytes().splitlines()) == len(lines)
    # Where something is drawn, another seed makes another probe.
    first = asked("first-hit")
    command("probe", str(first), "--kind", "shuffle")
    with pytest.raises(Problem, match=r"was made otherwise: .*seed.*remove that folder"):
        command("probe", str(first), "--kind", "shuffle", "--seed", "3")


def test_what_is_no_whole_run_of_this_index_is_refused(
    asked: Asked, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked()
    with pytest.raises(Problem, match="probe 'guess': is none"):
        command("probe", str(run), "--kind", "guess")
    with pytest.raises(Problem, match="probe shuffle: means nothing for plain"):
        command("probe", str(run), "--kind", "shuffle")
    command("probe", str(run), "--kind", "delete")
    with pytest.raises(Problem, match="is a control: nothing answered it"):
        command("probe", str(probed.folder(run, "delete")))
    samples, manifest = run / records.SAMPLES, run / records.MANIFEST
    whole, made = samples.read_text("utf-8"), manifest.read_text("utf-8")
    samples.write_text("".join(whole.splitlines(keepends=True)[:-1]), "utf-8")
    with pytest.raises(Problem, match="is not finished: 1 of 5 questions were not asked"):
        command("probe", str(run))
    samples.write_text("", "utf-8")
    with pytest.raises(Problem, match="is empty"):
        command("probe", str(run))
    # An answer that is another one now: the probe says nothing of it.
    samples.write_text(whole.replace("three times a day", "twice a day"), "utf-8")
    with pytest.raises(Problem, match=r"is of another answer to s0.. than the run has"):
        command("score", str(run))
    samples.write_text(whole, "utf-8")
    manifest.write_text(made.replace('"generation": "', '"generation": "0'), "utf-8")
    with pytest.raises(Problem, match="was made otherwise: generation was 0"):
        command("probe", str(run))
    with pytest.raises(Problem, match=r"probe .*delete: is of another run: generation was"):
        command("score", str(run))
    manifest.write_text(made.replace('"status": "superseded"', '"status": "retired"'), "utf-8")
    with pytest.raises(Problem, match="the library's catalogue has changed since"):
        command("probe", str(run))
    manifest.write_text(made, "utf-8")
    monkeypatch.setenv("CLINICITE_MODEL", "another")
    with pytest.raises(Problem, match="was made otherwise: model was stub, is another"):
        command("probe", str(run))
    benchmark = run / records.BENCHMARK
    benchmark.write_text(benchmark.read_text("utf-8").replace('"kind": "', '"kind": "x'), "utf-8")
    with pytest.raises(Problem, match="is not the one that was run"):
        command("probe", str(run))


def test_a_closed_book_is_post_rationalised_by_construction(asked: Asked, model: Model) -> None:
    model.says = lambda shown: "Give amoxicillin for pneumonia in adults. Paracetamol lowers fever."
    run = asked("closed-book")
    command("probe", str(run), "--kind", "delete", "--kind", "edit")
    found = scored(run)
    assert found["post-rationalised"] == 1.0
    assert found["edits followed"] in (0.0, None)


def test_where_nothing_was_cited_there_is_nothing_to_probe(asked: Asked, model: Model) -> None:
    model.says = lambda shown: "NO ANSWER"
    run = asked()
    assert command("probe", str(run)) == ""
    assert not (run / probed.PROBES).exists()
    assert "post-rationalised" not in scored(run)


def test_the_report_tells_what_the_probes_came_to(asked: Asked, model: Model) -> None:
    run = asked()
    command("probe", str(run), "--kind", "delete")
    html = Path(command("report", str(run)).strip()).read_text("utf-8")
    assert "Whether they come from what they cite: post-rationalised 1.00" in html
    assert "Answers whose cited claims all come again" in html
    assert "probe delete: 5 of 5 asked" in (run / "report.md").read_text("utf-8")
    both = json.loads(command("compare", str(run), str(run), "--json"))
    assert "post-rationalised" in {p["name"] for p in both["pairs"]}
