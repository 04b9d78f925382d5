"""The guards: each can fail, verbatim lines pass, and what breaks blocks."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import guardrails
from agent.answer import Citation, Claim, Mode, Verdict
from agent.evidence import Evidence, EvidenceLine, EvidencePassage
from agent.guardrails import ANSWER_GUARDS, CLAIM_GUARDS, check_answer, check_claim, run
from agent.wording import absolutes
from guidelines.catalogue import Guideline, Status
from retrieval.passages import Line, Passage
from retrieval.search import Hit

QUESTION = "amoxicillin for a man aged 70 with pneumonia"
AMOXICILLIN = "Offer oral amoxicillin 1 g every 8 hours for 5 days to adults aged 65 years or over."
CLARITHROMYCIN = "Always add clarithromycin 500 mg every 12 hours in high-severity pneumonia."


def evidence(*texts: str, status: Status = "current") -> Evidence:
    lines = tuple(
        Line(f"hash{n}", ((n * 1000, n * 1000 + len(t)),), t, False, True)
        for n, t in enumerate(texts, 1)
    )
    guideline = Guideline("cap", "Pneumonia", "f" * 64, "cap.pdf", 30, status)
    passage = Passage("p1", "cap", "f" * 64, 12, "12", ("3",), " ".join(texts), "text", lines)
    shown = tuple(
        EvidenceLine(f"1.{n}", line, passage, guideline, line.text)
        for n, line in enumerate(lines, 1)
    )
    hit = Hit(1, 1.0, passage, guideline, 0.8)
    return Evidence(QUESTION, "g1", (EvidencePassage(1, 1, hit, "", shown),))


def cited(text: str, found: Evidence, *ids: str) -> Claim:
    return Claim(text, tuple(found.lines[i].cite() for i in ids))


def failed(verdicts: tuple[Verdict, ...]) -> set[str]:
    assert all(v.passed == (v.why == "") for v in verdicts)
    return {v.guard for v in verdicts if not v.passed}


@pytest.mark.parametrize(
    ("text", "ids", "fails"),
    [
        ("Give amoxicillin 1000 mg every 8 hours for 5 days.", ["1.1"], set()),
        ("Adults aged ≥ 65 years get amoxicillin 1 g q8h.", ["1.1"], set()),
        ("Always add clarithromycin 500 mg every 12 hours.", ["1.2"], set()),
        ("Amoxicillin 1 g with clarithromycin 500 mg.", ["1.1", "1.2"], set()),
        ("成人口服阿莫西林1克，每8小时一次，共5天。", ["1.1"], {"population"}),
        ("Amoxicillin 1 g with clarithromycin 500 mg.", ["1.1"], {"quantity", "therapy"}),
        ("Give amoxicillin 1 g every 6 hours.", ["1.1"], {"quantity", "absolutist"}),
        ("Give amoxicillin 1 g every 6 to 8 hours.", ["1.1"], {"quantity"}),
        ("Give amoxicillin 1 mg every 8 hours.", ["1.1"], {"quantity"}),
        ("Give amoxicillin 1 g for 7 days.", ["1.1"], {"quantity"}),
        ("Adults aged ≤ 65 years get amoxicillin.", ["1.1"], {"quantity"}),
        ("Give doxycycline for 5 days.", ["1.1"], {"therapy"}),
        ("Give homeopathy.", ["1.1"], {"therapy"}),
        ("Always give amoxicillin.", ["1.1"], {"absolutist"}),
        ("Amoxicillin is completely safe.", ["1.1"], {"absolutist"}),
        ("阿莫西林可根治。", ["1.1"], {"absolutist", "strength"}),
        ("Amoxicillin does not always work.", ["1.1"], {"polarity"}),
        ("Amoxicillin.", [], {"citation", "therapy"}),
        ("   ", ["1.1"], {"citation"}),
    ],
)
def test_compose(text: str, ids: list[str], fails: set[str]) -> None:
    found = evidence(AMOXICILLIN, CLARITHROMYCIN)
    got = failed(check_claim(cited(text, found, *ids), found, "compose"))
    assert got == fails


@pytest.mark.parametrize(
    ("text", "ids", "fails"),
    [
        (AMOXICILLIN, ["1.1"], set()),
        (AMOXICILLIN + " ", ["1.1"], {"verbatim"}),
        (AMOXICILLIN.replace("1 g", "1\xa0g"), ["1.1"], {"verbatim"}),
        (AMOXICILLIN.replace("8", "6"), ["1.1"], {"verbatim"}),
        (AMOXICILLIN, ["1.2"], {"verbatim"}),
        (AMOXICILLIN, ["1.1", "1.2"], {"verbatim"}),
        (AMOXICILLIN, [], {"citation", "verbatim"}),
        ("", ["1.1"], {"citation", "verbatim"}),
    ],
)
def test_quote(text: str, ids: list[str], fails: set[str]) -> None:
    found = evidence(AMOXICILLIN, CLARITHROMYCIN)
    assert failed(check_claim(cited(text, found, *ids), found, "quote")) == fails


@pytest.mark.parametrize(
    "change",
    [
        {"line": "9.9"}, {"line": "1.2"}, {"line_id": "other"}, {"page": 13}, {"quote": "other"},
        {"spans": ((0, 1),)}, {"passage_id": "other"}, {"file_sha256": "0" * 64},
        {"guideline": "x"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["quote", "compose"])
def test_a_citation_that_differs_in_one_field_is_refused(
    change: dict[str, Any], mode: Mode
) -> None:
    found = evidence(AMOXICILLIN, CLARITHROMYCIN)
    good = found.lines["1.1"].cite()
    bad: Citation = replace(good, **change)
    assert "citation" in failed(check_claim(Claim(AMOXICILLIN, (bad,)), found, mode))
    assert "citation" in failed(check_claim(Claim(AMOXICILLIN, (good, bad)), found, mode))


@pytest.mark.parametrize("mode", ["quote", "compose"])
@pytest.mark.parametrize("status", ["superseded", "retired"])
def test_only_a_current_edition_may_be_cited(status: Status, mode: Mode) -> None:
    found = evidence(AMOXICILLIN, status=status)
    claim = cited(AMOXICILLIN, found, "1.1")
    assert failed(check_claim(claim, found, mode)) == {"status"}
    forged = Claim(AMOXICILLIN, (replace(claim.citations[0], status="current"),))
    assert failed(check_claim(forged, found, mode)) == {"status"}
    stale = evidence(AMOXICILLIN)
    marked = replace(stale.lines["1.1"].cite(), status=status)
    assert failed(check_claim(Claim(AMOXICILLIN, (marked,)), stale, mode)) == {"status"}


def test_evidence_of_another_turn_is_no_evidence() -> None:
    before, now = evidence(AMOXICILLIN), evidence(CLARITHROMYCIN)
    verdicts = check_claim(cited(AMOXICILLIN, before, "1.1"), now, "quote")
    assert failed(verdicts) == {"citation", "verbatim"}


@settings(max_examples=400, deadline=None)
@given(
    st.text(min_size=1, max_size=80).filter(str.strip)
    | st.lists(
        st.sampled_from(
            ["Always", "never", "5", "mg", "≥", "amoxicillin",
            "每日3次", "100%", "10⁹", "or", "\n\n"]
        ),
        min_size=1,
    ).map(" ".join).filter(str.strip)
)  # fmt: skip
def test_verbatim_words_pass_every_guard_so_quote_mode_runs_four(text: str) -> None:
    found = evidence(text, CLARITHROMYCIN)
    claim = cited(text, found, "1.1")
    quoted = check_claim(claim, found, "quote")
    assert [v.guard for v in quoted] == ["citation", "verbatim", "status", "audience"]
    # A page's own words may still be of another patient, which "audience" alone tells.
    assert failed(quoted) <= {"audience"}
    assert failed(check_claim(claim, found, "compose")) == set()


@pytest.mark.parametrize(
    ("question", "claims", "fails"),
    [
        ("Dose of adrenaline in anaphylaxis?", ["Give adrenaline 0.5 mg."], {"referral"}),
        (
            "Dose of adrenaline in anaphylaxis?",
            ["Give adrenaline 0.5 mg.", "Call emergency services."],
            set(),
        ),
        ("她突发偏瘫，怎么办？", ["测量血压。"], {"referral"}),
        ("她突发偏瘫，怎么办？", ["立即转诊。"], set()),
        ("What next?", ["Suspected sepsis needs blood cultures."], {"referral"}),
        ("How long is amoxicillin given?", ["For 5 days."], {"therapy asked"}),
        ("How long is amoxicillin given?", ["Amoxicillin for 5 days."], set()),
        ("Is ibuprofen safe with warfarin?", ["Do not give NSAIDs."], {"therapy asked"}),
        ("How often to check HbA1c?", ["Every 3 months."], set()),
        ("Anaphylaxis: adrenaline?", [], {"referral", "therapy asked"}),
    ],
)
def test_answer(question: str, claims: list[str], fails: set[str]) -> None:
    assert failed(check_answer(question, [Claim(c, ()) for c in claims])) == fails


def test_the_reasons_name_what_was_found() -> None:
    found = evidence(AMOXICILLIN)
    verdicts = check_claim(cited("Never give ibuprofen 400 mg.", found, "1.1"), found, "compose")
    whys = {v.guard: v.why for v in verdicts if not v.passed}
    assert "400 mg" in whys["quantity"]
    assert "ibuprofen" in whys["therapy"]
    assert "never" in whys["absolutist"]
    (referral, _) = check_answer("crushing chest pain", [])
    assert "chest pain" in referral.why


@pytest.mark.parametrize("name", [g.name for g in CLAIM_GUARDS])
def test_a_guard_that_breaks_blocks_and_tells_no_text(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ValueError("patient Jane Doe")

    guards = tuple(replace(g, why=broken) if g.name == name else g for g in CLAIM_GUARDS)
    monkeypatch.setattr(guardrails, "CLAIM_GUARDS", guards)
    found = evidence(AMOXICILLIN)
    mode: Mode = "quote" if name in ("verbatim", "audience") else "compose"
    verdicts = check_claim(cited(AMOXICILLIN, found, "1.1"), found, mode)
    assert failed(verdicts) == {name}
    (why,) = [v.why for v in verdicts if not v.passed]
    assert why == f"guard {name} failed: blocked (ValueError)"


def test_a_number_too_long_to_read_blocks() -> None:
    found = evidence(AMOXICILLIN)
    claim = cited("amoxicillin " + "1" * 5000 + " mg", found, "1.1")
    assert "quantity" in failed(check_claim(claim, found, "compose"))


def test_a_guard_that_gives_no_text_blocks() -> None:
    nothing: Any = None
    assert run("x", lambda: nothing).passed is False


def test_guards_are_these() -> None:
    names = [
        "citation", "verbatim", "status", "audience", "quantity", "therapy", "absolutist",
        "polarity", "strength", "population",
    ]  # fmt: skip
    assert [g.name for g in CLAIM_GUARDS] == names
    assert [name for name, _ in ANSWER_GUARDS] == ["referral", "therapy asked"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It is always safe", {"always"}), ("It never fails", {"never"}),
        ("guaranteed to work", {"guarantee"}), ("100% effective", {"100%"}), ("１００％", {"100%"}),
        ("completely safe", {"completely"}), ("there is no risk", {"no risk"}),
        ("risk-free", {"no risk"}),
        ("it cures cancer", {"cure"}), ("绝对有效", {"绝对", "完全"}), ("保证有效", {"保证"}),
        ("百分之百有效", {"100%"}), ("可根治", {"根治"}),
        ("一定有效", {"一定"}), ("无副作用", {"无风险"}),
        ("not always", set()), ("no guarantee", set()), ("does not cure", set()),
        ("cure rate", set()),
        ("secure the airway", set()), ("绝对禁忌", set()), ("一定程度", set()), ("不一定", set()),
        ("根治术", set()), ("procured", set()), ("swallow the tablet completely", set()),
    ],
)  # fmt: skip
def test_absolutes(text: str, named: set[str]) -> None:
    assert absolutes(text) == named
