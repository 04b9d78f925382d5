"""What clinicians ask and guidelines say is left as it stands; names in lower case are not."""

from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.redact import redact
from finetune.identifiers import annotated
from tests.guard_cases import CASES, lines

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "guidelines" / "library").glob("*.pdf"))
ANNOTATED = [one.text for one in annotated()]


def questions(folder: Path) -> list[str]:
    """Read the questions of every JSON-lines file of a folder."""
    rows = (row for path in sorted(folder.glob("*.jsonl")) for row in lines(path))
    return [str(row["question"]) for row in rows]


def altered(texts: list[str]) -> list[str]:
    return [text for text in texts if redact(text).text != text]


def test_no_question_of_the_benchmarks_is_altered() -> None:
    asked = questions(ROOT / "evals" / "benchmarks")
    assert len(asked) == 433
    # Two pasted letters name a "Mr K", who is hidden.
    assert altered(asked) == [text for text in asked if "Mr K," in text]


def test_no_alarming_question_is_altered() -> None:
    rows = [row for row in lines(CASES / "alarming.jsonl") if row["split"] == "dev"]
    assert len(rows) == 150
    assert altered([row["text"] for row in rows]) == []


def test_no_question_to_the_training_guidelines_is_altered() -> None:
    asked = questions(ROOT / "finetune" / "questions")
    assert len(asked) > 4000
    assert altered(asked) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_line_of_a_sample_guideline_is_altered(path: Path) -> None:
    read = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert altered([line for text in read for line in text.splitlines() if line.strip()]) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("john smith 54m with cp", "[name] 54m with cp"),
        ("pt john smith 54m with cp", "pt [name] 54m with cp"),
        ("my patient sarah connor 34f has a rash", "my patient [name] 34f has a rash"),
        ("what abx for mr pemberton in side room 2", "what abx for mr [name] in side room 2"),
        ("her mother wanjiku takes warfarin", "her mother [name] takes warfarin"),
        ("re mrs okonkwo k 6.1", "re mrs [name] k 6.1"),
        ("name: xiomara eze, K 6", "name: [name], K 6"),
    ],
)
def test_names_in_lower_case_are_hidden(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "pt confused 54m with cp",
        "patient amoxicillin allergic, penicillin rash as child",
        "mr spine shows cord compression, dr to review",
        "my patient will need warfarin, may go home",
        "her mother has parkinsons, her husband had bells palsy",
        "sudden confused speech at home, 14 days after the fall",
    ],
)
def test_words_of_the_vocabulary_in_lower_case_stay(text: str) -> None:
    assert redact(text).text == text


def test_redacting_twice_changes_nothing() -> None:
    for text in ANNOTATED:
        shown = redact(text).text
        assert redact(shown).text == shown


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_what_is_taken_out_of_any_text_is_named(text: str) -> None:
    done = redact(text)
    assert all(f"[{kind}]" in done.text for kind in done.found)
    assert done.found or done.text == text
    assert redact(done.text).text == done.text
