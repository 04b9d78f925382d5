"""The page's components and what their events do: the one module that knows Gradio's blocks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from agent.languages import LANGUAGES, words_in
from agent.page_kept import Kept, known_id
from agent.page_scripts import sheet_of, told_of
from agent.page_sheet import empty_html
from agent.page_talk import Ask, Talk
from agent.page_transcript import (
    head_html,
    problem_html,
    transcript_html,
    turn_html,
    welcome_html,
)
from agent.page_words_zh import page_words
from agent.words import ENGLISH, Words
from guidelines import catalogue
from guidelines.home import Home
from guidelines.problem import Problem

ASSETS = Path(__file__).parent / "page_assets"

_ASKING = """async (question, talk) => {
  while (!window.cliniciteConversation) await new Promise((next) => setTimeout(next, 20));
  return [question, talk, await window.cliniciteConversation];
}"""

Examples = Mapping[str, Sequence[str]] | Sequence[str]


class Desk:
    """One page over one `ask`; `blocks` is what Gradio serves.

    Args:
        ask: Called with a question and a conversation's id; gives the events of the turn.
        home: Where the catalogue and the PDFs lie.
        examples: Questions offered in an empty conversation, the same in every language or by
            its code ("en", "zh").
        library: Whether there is a librarian's page to go to.
    """

    def __init__(self, ask: Ask, home: Home, examples: Examples, library: bool = False) -> None:
        self._ask, self._home, self._examples = ask, home, examples
        self._library = library
        self._conversations = Kept(home)
        words = ENGLISH
        talk_js = (ASSETS / "talk.js").read_text("utf-8")
        with gr.Blocks(title="Clinicite", analytics_enabled=False, fill_width=True) as self.blocks:
            self._talk = gr.State(Talk)
            self._ident = gr.Textbox("", visible=False)
            self._kept = gr.BrowserState("en", storage_key="clinicite-language", secret="clinicite")
            with gr.Row(elem_id="top"):
                self._head = gr.HTML(head_html(words, library), elem_id="head")
                self._language = gr.Radio(
                    [(w.name, w.code) for w in LANGUAGES.values()],
                    value="en",
                    label=words.language,
                    elem_id="language",
                )
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_id="talk"):
                    with gr.Column(elem_id="history"):
                        self._past, self._live = (
                            gr.HTML(
                                html,
                                elem_id=name,
                                js_on_load=talk_js,
                                server_functions=[told_of(home)],
                            )
                            for html, name in (("", "past"), (self._welcome(words), "live"))
                        )
                    with gr.Column(elem_id="asking"):
                        self._box = gr.Textbox(
                            label=words.box,
                            placeholder=words.placeholder,
                            lines=1,
                            max_lines=6,
                            autofocus=True,
                            elem_id="question",
                        )
                        self._problem = gr.HTML("", elem_id="problem")
                        with gr.Row(elem_id="buttons"):
                            self._send = gr.Button(words.ask, variant="primary", elem_id="ask")
                            self._stop = gr.Button(
                                words.stop, variant="stop", visible=False, elem_id="stop"
                            )
                            self._new = gr.Button(words.new, elem_id="new")
                self._sheet = gr.HTML(
                    empty_html(words),
                    elem_id="sheet",
                    js_on_load=(ASSETS / "sheet.js").read_text("utf-8"),
                    server_functions=[sheet_of(home)],
                )
            self._wire()

    def _wire(self) -> None:
        gr.on(
            [self._box.submit, self._send.click],
            self.turn,
            [self._box, self._talk, self._ident],
            [self._box, self._past, self._live, self._problem, self._send, self._stop],
            show_progress="hidden",
            # A second send while one runs is turned away by the talk itself; the browser's own
            # lock would also lose the first question after a new conversation.
            trigger_mode="multiple",
            concurrency_limit=None,
            api_visibility="private",
            # The conversation's id goes along: whoever is quick asks before the page was drawn.
            js=_ASKING,
        )
        quiet: dict[str, Any] = {
            "show_progress": "hidden",
            "queue": False,
            "api_visibility": "private",
        }
        self._stop.click(self.stop, [self._talk], None, **quiet)
        fresh = [self._talk, self._past, self._live, self._problem, self._sheet]
        fresh += [self._send, self._stop]
        renewed = "(talk) => [talk, window.cliniciteRenew()]"
        self._new.click(self.new, [self._talk, self._ident], fresh, js=renewed, **quiet)
        spoken = [self._kept, self._head, self._language, self._past, self._live, self._box]
        spoken += [self._send, self._stop, self._new, self._sheet]
        self._language.input(self.choose, [self._language, self._talk], spoken, **quiet)
        opened = [self._kept, self._talk, self._ident]
        here = (ASSETS / "conversation.js").read_text("utf-8")
        self.blocks.load(self.open, opened, [*spoken, self._problem], js=here, **quiet)

    async def turn(
        self, question: str, talk: Talk, ident: object = ""
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Follow one question to its end; the box keeps its text until the agent took it."""
        await self._resume(talk, ident)
        if talk.busy:
            return
        self._conversations.keep(talk.id, talk.turns)
        before = transcript_html(talk.turns, words_in(talk.language))
        asking = gr.update(visible=False), gr.update(visible=True)
        resting = gr.update(visible=True), gr.update(visible=False)
        cleared = False
        try:
            async for turn in talk.follow(self._ask, question or "", self._current()):
                if talk.closed:
                    # What was drawn before the end may still be on its way to the browser, after
                    # the empty page of `new`; this comes behind it in the same stream.
                    yield gr.skip(), "", self._welcome(words_in(talk.language)), "", *resting
                    return
                box = "" if turn.taken and not cleared else gr.skip()
                cleared = cleared or turn.taken
                words = words_in(talk.language)
                drawn = turn_html(turn, words, f"t{len(talk.turns) - 1}")
                yield box, before, drawn, "", *(asking if turn.running else resting)
                before = gr.skip()
        except Problem as problem:
            past, live = self._draw(talk)
            yield gr.skip(), past, live, problem_html(str(problem)), *resting

    async def stop(self, talk: Talk) -> None:
        """Stop the running turn; what it had thought stays, marked as stopped."""
        talk.stop()

    async def new(self, talk: Talk, ident: str) -> tuple[Any, ...]:
        """Forget the conversation and begin another, under the id that the browser made for it."""
        talk.close()
        self._conversations.forget(talk.id)
        fresh = Talk(known_id(ident))
        fresh.opened = True
        fresh.language, fresh.chosen = talk.language, talk.chosen
        words = words_in(talk.language)
        cleared = empty_html(words).replace("<div ", "<div data-cleared ", 1)
        shown = gr.update(visible=True), gr.update(visible=False)
        return fresh, "", self._welcome(words), "", cleared, *shown

    async def open(self, language: object, talk: Talk, ident: object) -> tuple[Any, ...]:
        """Draw the page as the browser had it: its language, and the conversation of its tab."""
        lost = await self._resume(talk, ident)
        language = talk.language if talk.chosen else language
        told = page_words(words_in(language).code).lost.format(why=lost) if lost else ""
        # Nothing else may stand there: a question may have been refused meanwhile.
        return *await self.speak(language, talk), problem_html(told) if told else gr.skip()

    async def _resume(self, talk: Talk, ident: object) -> str:
        """Take up the conversation of the tab, once; give why its turns cannot be read, if so."""
        async with talk.opening:
            conversation = known_id(ident)
            if talk.opened or conversation is None:
                return ""
            talk.id, talk.opened = conversation, True
            try:
                talk.turns = await asyncio.to_thread(self._conversations.turns, conversation)
            except Problem as fault:
                return str(fault)
        return ""

    async def choose(self, language: object, talk: Talk) -> tuple[Any, ...]:
        """Draw the page in the language that the reader chose."""
        talk.chosen = True
        return await self.speak(language, talk)

    async def speak(self, language: object, talk: Talk) -> tuple[Any, ...]:
        """Draw the page in another language."""
        words = words_in(language)
        talk.language = words.code
        past, live = self._draw(talk)
        return (
            words.code,
            head_html(words, self._library),
            gr.update(value=words.code, label=words.language),
            past,
            live,
            gr.update(label=words.box, placeholder=words.placeholder),
            words.ask,
            words.stop,
            words.new,
            empty_html(words),
        )

    def _draw(self, talk: Talk) -> tuple[str, str]:
        words = words_in(talk.language)
        if not talk.turns:
            return "", self._welcome(words)
        last = len(talk.turns) - 1
        past = transcript_html(talk.turns[:last], words)
        return past, turn_html(talk.turns[last], words, f"t{last}")

    def _welcome(self, words: Words) -> str:
        offered = self._examples
        if isinstance(offered, Mapping):
            offered = offered.get(words.code, ())
        return welcome_html(offered, words)

    def _current(self) -> int:
        return sum(e.status == "current" for e in catalogue.load(self._home).values())
