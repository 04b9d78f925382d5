"""Probes of the clinician's session: asked the same way, over an index that is altered."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import probed, records
from guidelines.home import Home
from tests.eval_cases import elsewhere
from tests.probed_model import Asked, Model, asking, changed, named, scored


@pytest.fixture
def model(sample_home: Home, exports: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with Model() as server:
        yield named(server, sample_home, monkeypatch)


@pytest.fixture
def asked(model: Model, tmp_path: Path) -> Asked:
    return asking(tmp_path)


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
