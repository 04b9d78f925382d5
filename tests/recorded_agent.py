"""A recorded agent over a real library of two editions, for the page to render; no browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.answer import (
    Answer,
    Choice,
    Citation,
    Claim,
    Conflict,
    Notice,
    Side,
    Verdict,
    Withheld,
)
from agent.events import Answered, Checking, Event, Found, Searching, Thinking
from agent.evidence import Evidence, EvidenceLine, gather
from guidelines import catalogue
from guidelines.home import Home
from guidelines.intake import add
from guidelines.library.generate import HERE
from guidelines.pages import read_pages
from guidelines.problem import Problem
from retrieval.cutting import cut
from retrieval.passages import Passage
from retrieval.search import Hit

DOSE = "Offer oral amoxicillin 1 g every 8 hours"
STOP_AFTER = "Stop antibiotics after 5 days"
QUESTION = "What dose of amoxicillin for low-severity pneumonia?"
THOUGHT = (
    "First, the question asks for a dose. Line 1.1 gives amoxicillin 1 g every 8 hours. "
    "So the answer is 1.1. <img src=x onerror=\"document.title='owned'\"> {{value}} ${alert(1)} "
)


def library(root: Path) -> tuple[Home, dict[str, list[Passage]]]:
    """Make a home with two editions of one guideline, and cut their real pages."""
    home = Home(root)
    passages = {}
    for name, year in (("cap-adults-2021", "2021"), ("cap-adults-2025", "2025")):
        known = {
            "title": "Community-acquired pneumonia in adults",
            "publisher": "Aldermere Institute for Lung Care",
            "edition": f"Edition {year}",
            "supersedes": "cap-adults-2021" if year == "2025" else "",
        }
        entry, _ = add(home, HERE / f"{name}.pdf", known)
        path = catalogue.file_of(home, entry)
        passages[name] = cut(list(read_pages(path)), entry.id, entry.sha256)
    return home, passages


def evidence_of(home: Home, passages: list[Passage], *begins: str) -> Evidence:
    """Give the passages in which a line begins so, in that order."""
    entries = catalogue.load(home)
    found = [
        next(p for p in passages if any(x.text.startswith(b) for x in p.lines)) for b in begins
    ]
    hits = [Hit(n, 1 / n, p, entries[p.guideline], 0.7) for n, p in enumerate(found, 1)]
    return gather("query", "g1", hits)


@dataclass
class Recorded:
    """An agent that replays; it waits where a test holds it, and says when it was closed."""

    home: Home
    evidence: Evidence
    old: EvidenceLine
    held: set[str] = field(default_factory=set)
    closed: threading.Event = field(default_factory=threading.Event)
    conversations: list[str] = field(default_factory=list)

    async def ask(self, question: str, conversation: str) -> AsyncIterator[Event]:
        """Replay the turn that the question names."""
        if not question.strip():
            raise Problem("question", "is empty", "type a question")
        if len(question) > 4000:
            raise Problem(f"question of {len(question)} characters", "over 4000", "shorten it")
        self.conversations.append(conversation)
        try:
            yield Searching(question, follows_up=False)
            await self._gate("searching")
            yield Found(self.evidence)
            for word in THOUGHT.split(" "):
                yield Thinking(word + " ")
                await asyncio.sleep(0)
            await self._gate("thinking")
            if "away" in question:
                raise Problem("model at 127.0.0.1:8000", "went away", "clinicite serve model")
            if "broken" in question:
                raise RuntimeError("a bug")
            yield Checking()
            await self._gate("checking")
            yield Answered(self.answer(question))
        finally:
            self.closed.set()

    async def _gate(self, name: str) -> None:
        while name in self.held:
            await asyncio.sleep(0.02)

    def answer(self, question: str) -> Answer:
        """Give the answer that belongs to the question."""
        dose, stop = self.cited(DOSE), self.cited(STOP_AFTER)
        told = Answer(
            question, question, False, "quote", "retrieval", "SmolLM2-135M-Instruct", "20250601-1",
            claims=(Claim(dose.quote, (dose,), (Verdict("words stand on the page", True),)),),
            thinking=THOUGHT, model_choice=Choice(("1.1",), False), timing_ms={"answered": 5230},
            receipt_id="r-7f3a",
        )  # fmt: skip
        if "compose" in question:
            old = self.old.cite()
            return replace(
                told,
                mode="compose",
                selected_by="model",
                claims=(
                    Claim("Give amoxicillin 1 g by mouth every 8 hours.", (dose, stop)),
                    Claim("The 2021 edition gave 500 mg; it is superseded.", (old, dose)),
                ),
                withheld=(Withheld("Most people need 10 days.", "number 10 stands in no line"),),
            )
        if "abstain" in question:
            return replace(
                told, abstained=True, claims=(), nearest=(stop, dose), model_choice=None,
                why="foreign", reason="No answer is shown.", passages=314, guidelines=11,
            )  # fmt: skip
        if "beside" in question:
            return self._beside(told)
        if "collapse" in question:
            warned = (
                Notice("emergency", "collapse", "Possible emergency."),
                Notice("superseded", "First edition", "An older edition."),
            )
            return replace(told, notices=warned[::-1])
        return told

    def _beside(self, told: Answer) -> Answer:
        """Give an answer with a warning left out, a guideline that differs and an older edition."""
        dose, stop = self.cited(DOSE), self.cited(STOP_AFTER)
        before = self.old.cite()
        other = replace(
            before, status="current", publisher="Harbourside Chest Society",
            title="Pneumonia: a pathway for primary care", edition="Second edition",
        )  # fmt: skip
        now = Side(dose, "2025-03", "strong", "moderate")
        return replace(
            told,
            omitted=(stop,),
            conflicts=(Conflict((now, Side(other, "2023-11", "", "")), ("dose",)),),
            outdated=(
                Conflict(
                    (now, Side(replace(before, status="superseded"), "2021", "", "")), ("dose",)
                ),
            ),
        )

    def cited(self, begins: str) -> Citation:
        """Give the citation of the line that begins so."""
        return next(x.cite() for x in self.evidence.lines.values() if x.text.startswith(begins))


def record(root: Path) -> Recorded:
    """Make the library in `root` and the agent over it."""
    home, passages = library(root)
    new, old = passages["cap-adults-2025"], passages["cap-adults-2021"]
    passage, line = next((p, x) for p in old for x in p.lines if x.text.startswith("Offer oral am"))
    # No evidence would hold it: the edition is superseded.
    edition = catalogue.load(home)[passage.guideline]
    dose = EvidenceLine("1.1", line, passage, edition, line.text)
    return Recorded(home, evidence_of(home, new, DOSE, STOP_AFTER), dose)
