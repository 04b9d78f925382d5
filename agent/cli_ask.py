"""`clinicite ask`: one question on the command line."""

import asyncio
import json
import secrets
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.settings import AgentSettings
from guidelines.home import open_home

if TYPE_CHECKING:
    from agent.answer import Answer, Citation
    from agent.session import Session


def register(app: typer.Typer) -> None:
    """Put the command under the root command."""
    app.command("ask")(ask)


def ask(
    question: str,
    session: Annotated[
        str, typer.Option(help="Keep the conversation under this id, on this machine.")
    ] = "",
    mode: Annotated[
        Literal["quote", "compose"] | None, typer.Option(help="Default: $CLINICITE_MODE or quote.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Ask one question; every sentence of the answer is cited, or there is no answer."""
    from agent.session import check_question

    check_question(question)
    settings = AgentSettings()
    if mode is not None:
        settings = settings.model_copy(update={"mode": mode})
    answer = asyncio.run(_answer(question, session, settings, quiet=as_json))
    if as_json:
        typer.echo(json.dumps(answer.document(), ensure_ascii=False))
    else:
        typer.echo(as_text(answer))


async def _answer(question: str, session: str, settings: AgentSettings, quiet: bool) -> "Answer":
    from agent.start import open_session

    # Without a name each question is a conversation of its own, though it leaves a receipt.
    conversation = session or secrets.token_hex(8)
    return await _last(open_session(open_home(), settings), question, conversation, quiet)


async def _last(agent: "Session", question: str, conversation: str, quiet: bool) -> "Answer":
    from agent.events import Answered, Thinking

    answer = None
    async for event in agent.ask(question, conversation):
        if isinstance(event, Thinking) and not quiet:
            sys.stderr.write(event.text)
            sys.stderr.flush()
        if isinstance(event, Answered):
            answer = event.answer
    if not quiet:
        sys.stderr.write("\n")
    assert answer is not None, "a turn ended without an answer"
    return answer


def as_text(answer: "Answer") -> str:
    """Write an answer for a terminal."""
    from agent.card_text import card_rows, pointer_rows
    from agent.page_repair import beside_text, repairs_text
    from agent.words import ENGLISH

    rows = [*(f"! {notice.text}" for notice in answer.notices)]
    rows += [f"! {pointer}" for pointer in pointer_rows(answer)]
    if answer.searched != answer.question:
        rows.append(f"Searched for: {answer.searched}")
    if answer.abstained:
        rows.append(answer.reason or "")
        rows += [f"  near: {place(c)}" for c in answer.nearest]
    elif answer.selected_by == "retrieval":
        rows.append("Lines picked by retrieval, not by the model:")
    for number, claim in enumerate(answer.claims, start=1):
        rows.append(f"{number}. {claim.text}")
        if claim.beside:
            rows.append(f"   ! {beside_text(claim.beside, ENGLISH)}")
        rows += [f"   {place(citation)}" for citation in claim.citations]
    if told := repairs_text(answer.repairs, ENGLISH):
        rows.append(told)
    for text, cited in card_rows(answer):
        rows += [text] if cited is None else [f"- {text}", f"   {place(cited)}"]
    rows += [f"Withheld: {w.text} ({w.why})" for w in answer.withheld]
    return "\n".join(rows)


def place(citation: "Citation") -> str:
    """Name the page of a citation: guideline, edition, status, page, section."""
    edition = f", {citation.edition}" if citation.edition else ""
    label = citation.page_label
    printed = "" if label == str(citation.page) else f" (printed {label})"
    section = f", {citation.section[-1]}" if citation.section else ""
    return f"{citation.title}{edition} [{citation.status}], page {citation.page}{printed}{section}"
