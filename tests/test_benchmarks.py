"""The benchmarks: every gold span stands on a page of a sample, and the card tells the truth."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from guidelines.pages import page_text
from guidelines.text import is_cjk, quote

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "guidelines" / "library"
BENCHMARK = ROOT / "evals" / "benchmarks" / "samples.jsonl"
CARD = BENCHMARK.with_suffix(".md")

KINDS = {
    "single": 6,
    "table": 8,
    "several": 10,
    "documents": 6,
    "superseded": 9,
    "conflict": 7,
    "falsepremise": 12,
    "injected": 8,
    "chinese": 8,
    "redflag": 6,
    "unanswerable": 10,
    "nearmiss": 10,
}
EMPTY = {"unanswerable", "nearmiss"}


def questions() -> list[dict[str, Any]]:
    """Return the questions in the order of the file."""
    return [json.loads(line) for line in BENCHMARK.read_text(encoding="utf-8").splitlines()]


def samples() -> dict[str, Path]:
    """Return the sample PDFs by their sha256."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in LIBRARY.glob("*.pdf")}


def quotes(question: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Return the file name, page and words of each gold span."""
    by_hash = samples()
    found = []
    for gold in question["gold"]:
        path = by_hash[gold["file_sha256"]]
        words = quote(page_text(path, gold["page"]), gold["start"], gold["end"])
        found.append((path.stem, gold["page"], words))
    return found


def test_the_file_holds_a_hundred_questions_of_one_shape() -> None:
    asked = questions()
    assert len(asked) == 100
    assert [q["id"] for q in asked] == [f"s{n:03d}" for n in range(1, 101)]
    assert len({q["question"].casefold() for q in asked}) == 100
    for question in asked:
        assert list(question) == ["id", "kind", "question", "gold", "all"], question["id"]
        assert isinstance(question["all"], bool), question["id"]
        for gold in question["gold"]:
            assert list(gold)[:4] == ["file_sha256", "page", "start", "end"], question["id"]
            assert set(gold) - {"group"} == set(list(gold)[:4]), question["id"]


def test_every_gold_span_re_extracts_to_words_on_a_page_of_a_sample() -> None:
    by_hash = samples()
    seen = 0
    for question in questions():
        for gold in question["gold"]:
            text = page_text(by_hash[gold["file_sha256"]], gold["page"])
            assert 0 <= gold["start"] < gold["end"] <= len(text), question["id"]
            raw = text[gold["start"] : gold["end"]]
            assert raw == raw.strip(), question["id"]
            assert len(quote(text, gold["start"], gold["end"])) >= 10, question["id"]
            seen += 1
    assert len(by_hash) == 11
    assert seen == 132


def test_known_spans_hold_the_words_read_on_the_page() -> None:
    words = {question["id"]: quotes(question) for question in questions()}
    assert words["s005"] == [
        (
            "type2-diabetes-2025",
            5,
            "Stop 3 days before major surgery, and restart when eating normally.",
        )
    ]
    assert words["s007"] == [("fever-children-2022", 3, "16 kg to < 20 kg 240 mg 10 mL –")]
    assert words["s013"] == [
        ("uti-2024", 4, "Second Pivmecillinam 400 mg, then 200 mg Every 8 hours 3 days Not used")
    ]
    assert words["s030"] == [("child-diarrhoea-zh-2023", 4, "禁止儿童使用洛哌丁胺和地芬诺酯止泻。")]


def test_each_kind_has_the_count_and_the_gold_it_promises() -> None:
    asked = questions()
    assert Counter(question["kind"] for question in asked) == KINDS
    empty = [question["id"] for question in asked if not question["gold"]]
    assert empty == [question["id"] for question in asked if question["kind"] in EMPTY]
    assert len(empty) == 20
    needs_all = [question["kind"] for question in asked if question["all"]]
    assert Counter(needs_all) == {"several": 10, "documents": 6, "conflict": 7}
    for question in asked:
        places = quotes(question)
        files = {stem for stem, _, _ in places}
        if question["kind"] == "superseded":
            assert files == {"cap-adults-2025"}, question["id"]
        if question["kind"] == "conflict":
            assert files == {"hypertension-adults-2024", "stroke-prevention-2023"}, question["id"]
        if question["kind"] == "several":
            assert len(places) >= 2, question["id"]
        if question["kind"] == "documents":
            assert len(files) >= 2, question["id"]
        is_chinese = any(is_cjk(char) for char in question["question"])
        assert is_chinese == (question["kind"] == "chinese"), question["id"]
    assert not any(
        stem == "cap-adults-2021" for question in asked for stem, _, _ in quotes(question)
    )


def test_no_question_repeats_six_words_of_its_answer() -> None:
    """A question in the document's own wording would measure matching, not finding."""
    compared = 0
    for question in questions():
        asked = re.findall(r"\w+", question["question"].casefold())
        for _, _, words in quotes(question):
            text = " ".join(re.findall(r"\w+", words.casefold()))
            for i in range(len(asked) - 5):
                assert " ".join(asked[i : i + 6]) not in text, question["id"]
            compared += 1
    assert compared == 132


def test_the_card_names_the_counts_and_the_hash() -> None:
    card = CARD.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (\d+) \|", card, flags=re.MULTILINE)
    assert {kind: int(count) for kind, count in rows} == KINDS
    assert len(rows) == 12
    digest = hashlib.sha256(BENCHMARK.read_bytes()).hexdigest()
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [digest]
