"""Draws a conversation again after a reload or a restart: from this process, else from receipts.

The browser keeps a random id and nothing else. Statuses are those of the catalogue now: an edition
that was retired since is never drawn as current.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.answer import Answer, Citation, Conflict
from agent.answer_reading import answer_of
from agent.evidence import Evidence, gather
from agent.injection import neutralised, planted
from agent.page_turn import Turn
from agent.receipt_reading import of_conversation
from agent.receipt_replay import rebuilt
from agent.receipts import Entry
from guidelines import catalogue
from guidelines.home import Home
from guidelines.problem import Problem

# Made by the browser from 128 random bits: nobody guesses another's, and no program names one so.
_ID = re.compile(r"[0-9a-f]{32}")
# Conversations that the process keeps at hand, and the turns that are drawn again.
_CONVERSATIONS, _TURNS = 64, 20


def known_id(sent: object) -> str | None:
    """Give the conversation's id that a browser sent, None where it is none."""
    return sent if isinstance(sent, str) and _ID.fullmatch(sent) else None


class Kept:
    """The turns of the conversations that were open lately, by id."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._turns: OrderedDict[str, list[Turn]] = OrderedDict()

    def keep(self, conversation: str, turns: list[Turn]) -> None:
        """Hold on to a conversation's turns, as the list that the talk goes on filling."""
        self._turns[conversation] = turns
        self._turns.move_to_end(conversation)
        while len(self._turns) > _CONVERSATIONS:
            self._turns.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Hold on to it no more; its receipts stay."""
        self._turns.pop(conversation, None)

    def turns(self, conversation: str) -> list[Turn]:
        """Give a conversation's turns as they may be drawn now.

        Raises:
            Problem: the receipts cannot be read.
        """
        held = self._turns.get(conversation)
        turns = held if held is not None else restored(self._home, conversation)
        now = {e.sha256: e.status for e in catalogue.load(self._home).values()}
        return [_as_now(turn, now) for turn in turns]


def restored(home: Home, conversation: str) -> list[Turn]:
    """Give the last turns of a conversation from its receipts, oldest first.

    Raises:
        Problem: the file of receipts cannot be read.
    """
    entries = [e for e in of_conversation(home.receipts, conversation) if "answer" in e.body]
    return [_turn(home, entry) for entry in entries[-_TURNS:]]


def _turn(home: Home, entry: Entry) -> Turn:
    body = entry.body
    answer = answer_of(body["answer"], entry.name)
    return Turn(
        answer.question,
        answer.guidelines,
        phase="answered",
        taken=True,
        query=answer.searched if body["follows_up"] else "",
        thinking=answer.thinking,
        evidence=_evidence(home, entry, body),
        answer=answer,
        earlier=tuple(body["earlier"]),
        drawn_from=str(body["time"]),
    )


def _evidence(home: Home, entry: Entry, body: Mapping[str, Any]) -> Evidence | None:
    """Give the lines of that turn and what was set aside; None where its generation is gone."""
    if not body["evidence"]:
        return None
    try:
        turn = rebuilt(home, entry.name, body, "its quotes")
    except Problem:
        return None
    least = min((h.cosine for h in turn.hits), default=-1.0)
    near = [h for h in turn.superseded if h.cosine >= least]
    found = gather(
        turn.searched, turn.evidence.generation, [*turn.hits, *near],
        planted=planted, neutralised=neutralised,
    )  # fmt: skip
    return replace(turn.evidence, aside=found.aside)


def _as_now(turn: Turn, now: Mapping[str, str]) -> Turn:
    answer = turn.answer
    if answer is None:
        # The page that ran it is gone, and the run with it.
        return replace(turn, phase="stopped") if turn.running else turn
    cited = [c for claim in answer.claims for c in claim.citations]
    fell = any(c.status == "current" and _status(c, now) != "current" for c in cited)
    return replace(turn, answer=_with_statuses(answer, now), fell=turn.fell or fell)


def _with_statuses(answer: Answer, now: Mapping[str, str]) -> Answer:
    def cited(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return tuple(replace(c, status=_status(c, now)) for c in citations)

    def sides(conflicts: tuple[Conflict, ...]) -> tuple[Conflict, ...]:
        return tuple(
            replace(
                one,
                sides=tuple(  # type: ignore[arg-type]  # two of them, as before
                    replace(s, citation=cited((s.citation,))[0]) for s in one.sides
                ),
            )
            for one in conflicts
        )

    return replace(
        answer,
        claims=tuple(replace(x, citations=cited(x.citations)) for x in answer.claims),
        nearest=cited(answer.nearest),
        omitted=cited(answer.omitted),
        conflicts=sides(answer.conflicts),
        outdated=sides(answer.outdated),
    )


def _status(citation: Citation, now: Mapping[str, str]) -> str:
    """Give an edition's status now; one that left the catalogue is drawn as retired."""
    return now.get(citation.file_sha256, "retired")
