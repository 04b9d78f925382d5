"""A run over a real index and a server that speaks vLLM's wire: asked, kept, resumed, scored."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals import records
from evals.extract import extractor, files
from evals.opening import SystemName
from evals.records import Run
from evals.scorecard import card
from guidelines.home import Home
from guidelines.problem import Problem
from tests.eval_cases import command, elsewhere, few
from tests.stub_vllm import Reply, StubVLLM

THOUGHT = "The question asks for a dose, and line 1.1 gives it."
CITING = "Give amoxicillin 1 g every 8 hours [1][2]. Rest at home. [9] It lasts 5 days."
# Fever in children, pneumonia, diarrhoea in Chinese; one that nothing here answers.
ASKED = ("s007", "s019", "s028", "s041", "s053")

Asked = Callable[..., Run]


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    return few(tmp_path / "few.jsonl", ASKED)


@pytest.fixture
def asked(
    sample_home: Home, exports: Path, stub: StubVLLM, benchmark: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Asked:  # fmt: skip
    """Give what asks the benchmark, by the commands that a user calls."""
    monkeypatch.setenv("CLINICITE_HOME", str(sample_home.root))
    monkeypatch.setenv("CLINICITE_MODEL_URL", stub.url)
    monkeypatch.setenv("CLINICITE_MODEL", stub.model)
    stub.reply = Reply(THOUGHT, "1.1")
    before: list[str] = []

    def ask(system: SystemName = "session", name: str = "run", *options: str) -> Run:
        out = tmp_path / name
        words = ("run", str(benchmark), "--out", str(out), "--system", system, *options)
        # The model's client keeps connections open in its event loop, so a second run of a session
        # is another process, as it is for a user.
        told = elsewhere(*words) if "session" in before else command(*words)
        before.append(system)
        assert told == f"{out}\n"
        return records.read(out)

    return ask


def test_each_sample_leaves_all_that_scoring_needs(asked: Asked, sample_home: Home) -> None:
    found = asked()
    manifest = found.manifest
    assert (manifest.questions, manifest.system, manifest.model) == (5, "session", "stub")
    assert manifest.sampling == {"temperature": 0.0, "seed": 0, "max_tokens": 1024}
    assert len(manifest.library) == 4
    assert sorted(found.records) == sorted(ASKED)
    dose = found.records["s019"]
    assert dose.answer is not None
    assert not dose.answer["abstained"]
    assert (dose.thinking, dose.reply) == (THOUGHT, "1.1")
    assert dose.streamed == THOUGHT
    assert dose.generation == manifest.generation
    assert dose.sampling["seed"] == 0
    assert len(dose.prompts_sha256) == 1
    assert dose.tokens["prompt_tokens"] > 500
    assert dose.confidence is not None
    assert dose.confidence > 0.36
    assert dose.receipt
    extract = extractor(files(sample_home))
    assert len(dose.evidence) > 5
    for source in dose.evidence:
        assert extract(source.file_sha256, source.page, source.spans) == source.text != ""
    # What was never put before the model was found all the same, and is kept.
    off = found.records["s041"]
    assert off.answer is not None
    assert off.answer["abstained"]
    assert off.evidence
    assert off.reply == ""


def test_a_run_is_scored_compared_and_reported_by_the_commands(
    asked: Asked, tmp_path: Path
) -> None:
    session = asked()
    asked("first-hit", "first")
    scored = json.loads(command("score", str(session.path), "--json"))
    values = {row["name"]: row["value"] for row in scored["scores"]}
    assert (scored["scored"], scored["unscored"]) == (5, [])
    assert [values[n] for n in ("citations resolvable", "provenance", "channels apart")] == [
        1.0
    ] * 3
    assert (values["superseded citations"], values["wrong-guideline citations"]) == (0.0, 0.0)
    both = json.loads(command("compare", str(session.path), str(tmp_path / "first"), "--json"))
    assert both["questions"] == 5
    refused = next(p for p in both["pairs"] if p["name"] == "abstained where nothing answers")
    assert (refused["b"], refused["questions"]) == (0.0, 2)
    page = tmp_path / "two.html"
    command("compare", str(session.path), str(tmp_path / "first"), "--out", str(page))
    assert "Holm" in page.read_text("utf-8")
    made = command("report", str(tmp_path / "first")).strip()
    html = Path(made).read_text("utf-8")
    # Nothing beside the file is needed, and the page of each failure is in it.
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")
    assert html.count("data:image/png;base64,") >= 2
    assert "answered, and nothing here answers" in html
    assert (tmp_path / "first" / "report.md").read_text("utf-8").startswith("# Evaluation")


def test_a_run_that_was_broken_off_goes_on(asked: Asked, stub: StubVLLM) -> None:
    whole = asked()
    before = len(stub.requests)
    file = whole.path / records.SAMPLES
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]) + lines[3][:40])
    assert len(records.read(whole.path).missing) == 2
    again = asked()
    assert sorted(again.records) == sorted(ASKED)
    assert len(file.read_bytes().splitlines()) == 5
    assert len(stub.requests) - before <= 2
    # Asked again in a conversation of its own: nothing was taken for a follow-up.
    assert all(r.answer and r.answer["searched"] == r.question for r in again.records.values())


def test_a_question_that_meets_a_problem_is_unscored_and_asked_again(
    asked: Asked, stub: StubVLLM, sample_home: Home
) -> None:
    stub.reply = Reply(status=500)
    broken = asked()
    met = {r.id for r in broken.records.values() if r.answer is None}
    assert all("HTTP status 500" in broken.records[i].problem for i in met)
    scored = card(broken, extractor(files(sample_home)))
    assert set(scored.unscored) == met
    stub.reply = Reply(THOUGHT, "1.1")
    mended = asked().records
    assert all(r.answer is not None for r in mended.values())
    # Those that the model was asked, and only those: what search alone refuses has its answer.
    assert met == {i for i, r in mended.items() if r.reply}
    assert {"s007", "s019"} <= met <= set(ASKED) - {"s041"}


def test_another_run_is_not_written_into(asked: Asked, benchmark: Path, tmp_path: Path) -> None:
    asked("first-hit")
    with pytest.raises(Problem, match="was made otherwise: system was first-hit, is session"):
        command("run", str(benchmark), "--out", str(tmp_path / "run"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    with pytest.raises(Problem, match="something else stands there"):
        asked("first-hit", "other")


def test_plain_retrieval_cites_by_its_markers(asked: Asked, stub: StubVLLM) -> None:
    stub.reply = Reply("thinking aloud", CITING)
    found = asked("plain")
    one = found.records["s019"]
    assert one.answer is not None
    assert (one.thinking, one.prose) == ("thinking aloud", CITING)
    assert one.tokens == {"prompt_tokens": 7, "completion_tokens": 3}
    cited = [[c["line"] for c in x["citations"]] for x in one.answer["claims"]]
    # [9] names no source; it was put after the stop, so it belonged to the rest.
    assert cited == [["1", "2"], [], []]
    assert "[1]" in stub.requests[0]["messages"][1]["content"]
    assert {s.status for s in one.evidence} == {"current", "superseded"}
    stub.reply = Reply("", "NO ANSWER")
    none = asked("plain", "none").records["s019"]
    assert none.answer is not None
    assert (none.answer["abstained"], none.answer["why"]) == (True, "none")


def test_the_closed_book_gets_a_passage_for_each_sentence(asked: Asked, stub: StubVLLM) -> None:
    stub.reply = Reply("", "Give amoxicillin for pneumonia in adults. Paracetamol lowers fever.")
    one = asked("closed-book").records["s019"]
    assert one.answer is not None
    assert "Sources" not in stub.requests[0]["messages"][1]["content"]
    assert [len(c["citations"]) for c in one.answer["claims"]] == [1, 1]
    pages = [c["citations"][0]["guideline"] for c in one.answer["claims"]]
    assert pages[0].startswith("cap-adults")
    assert pages[1] == "fever-children-2022"


def test_a_judge_is_calibrated_asked_and_counted_by_the_commands(
    asked: Asked, stub: StubVLLM, tmp_path: Path
) -> None:
    run = str(asked().path)
    stub.reply = Reply("", "FULL")
    judge = ("--out", str(tmp_path / "judge"), "--url", stub.url, "--model", "stub")
    command("judge", run, *judge)
    with pytest.raises(Problem, match="without it no number of a judge is printed"):
        command("score", run, "--judge", str(tmp_path / "judge"))
    labelled = "evidence,claim,label,topic_ip\n" + "".join(
        f"e{i},c{i},{'Supports' if i % 2 else 'Neutral'},{i}\n" for i in range(8)
    )
    with gzip.open(tmp_path / "healthver_dev.csv.gz", "wt") as out:
        out.write(labelled)
    told = command("calibrate", "healthver", str(tmp_path), *judge)
    # Always FULL: half is right, which chance gives too.
    assert told.startswith("model stub on healthver: kappa 0.00")
    asked_before = len(stub.requests)
    command("calibrate", "healthver", str(tmp_path), *judge)
    assert len(stub.requests) == asked_before
    words = ("score", run, "--judge", str(tmp_path / "judge"), "--alce-compat")
    scored = json.loads(command(*words, "--json"))
    values = {row["name"]: row["value"] for row in scored["scores"]}
    assert values["ALCE citation F1"] == values["responses fully supported"] == 1.0
    assert values["ALCE citation recall, as ALCE's script"] < 1.0
    assert (scored["unjudged"], scored["calibration"][0]["kappa"]) == ([], 0.0)
    assert "ALCE citation F1 (indicative): 1.000" in command(*words)
    with pytest.raises(Problem, match="is named by --url and --model, or by --nli"):
        command("judge", run, "--out", str(tmp_path / "judge"))


def test_gates_and_controls_end_with_their_status(asked: Asked, tmp_path: Path) -> None:
    asked("first-hit")
    gates = tmp_path / "gates.toml"
    gates.write_text("[[gate]]\nmetric = 'citations resolvable'\nat_least = 0.4\n", "utf-8")
    command("score", str(tmp_path / "run"), "--gate", str(gates))
    control = command("control", str(tmp_path / "run"), "shuffled").strip()
    assert control == f"{tmp_path / 'run'}-shuffled"
    assert "control: shuffled citations of run" in command("score", control)
    command("score", control, "--gate", str(gates), code=1)
    command("report", control, "--gate", str(gates), code=1)
    with pytest.raises(Problem, match="needs a seed of its own each"):
        command("spread", str(tmp_path / "run"), str(tmp_path / "run"))


def test_seed_and_temperature_reach_the_model(asked: Asked, stub: StubVLLM) -> None:
    found = asked("session", "warm", "--seed", "7", "--temperature", "0.6")
    assert found.manifest.sampling == {"temperature": 0.6, "seed": 7, "max_tokens": 1024}
    assert {(r["seed"], r["temperature"]) for r in stub.requests} == {(7, 0.6)}
    assert {r.seed for r in found.records.values()} == {7}
