"""Probes of a run over a real index: models that remember and that read, by the commands."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import probed, records
from guidelines.home import Home
from guidelines.problem import Problem
from tests.eval_cases import command
from tests.probed_model import Asked, Model, asking, changed, named, reading, scored


@pytest.fixture
def model(sample_home: Home, exports: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with Model() as server:
        yield named(server, sample_home, monkeypatch)


@pytest.fixture
def asked(model: Model, tmp_path: Path) -> Asked:
    return asking(tmp_path)


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
