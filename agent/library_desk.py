"""The librarian's page as Gradio's blocks, mounted below the clinician's and behind its gate."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.utils import get_upload_folder
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route

from agent.languages import LANGUAGES, words_in
from agent.library_acts import Library
from agent.library_gate import Access, Gate
from agent.library_intray import Intray
from agent.library_words import Say
from agent.page_desk import ASSETS
from guidelines.home import Home
from guidelines.judging import Most
from guidelines.settings import IntakeSettings

PATH = "/library"


class LibraryDesk:
    """The blocks of the page; what its buttons do stands in `library_acts`."""

    def __init__(self, home: Home, embedder: str, most: Most) -> None:
        library = Library(home, embedder, Intray(home, Path(get_upload_folder()), most))
        say = Say("en")

        def act(sent: str) -> str:  # Gradio marks what it is given, so it is no method
            return library.act(sent)

        with gr.Blocks(title="Clinicite", analytics_enabled=False, fill_width=True) as self.blocks:
            # The clinician's page keeps the language at the same place.
            kept = gr.BrowserState("en", storage_key="clinicite-language", secret="clinicite")
            with gr.Row(elem_id="top"):
                head = gr.HTML(_head(say), elem_id="head")
                chosen = gr.Radio(
                    [(w.name, w.code) for w in LANGUAGES.values()],
                    value="en",
                    label=say.plain("language"),
                    elem_id="language",
                )
            body = gr.HTML(
                _empty(say),
                elem_id="library",
                js_on_load=(ASSETS / "library.js").read_text("utf-8"),
                server_functions=[act],
            )
            quiet: dict[str, Any] = {
                "show_progress": "hidden",
                "queue": False,
                "api_visibility": "private",
            }
            spoken = [kept, head, chosen, body]
            chosen.input(_speak, [chosen], spoken, **quiet)
            self.blocks.load(_speak, [kept], spoken, **quiet)


def _speak(language: object) -> tuple[Any, ...]:
    """Draw the page in a language; the browser then asks for the view it was at."""
    say = Say(words_in(language).code)
    radio = gr.update(value=say.code, label=say.plain("language"))
    return say.code, _head(say), radio, _empty(say)


def _head(say: Say) -> str:
    return (
        f'<header class="head" lang="{say.code}"><h1>Clinicite</h1>'
        f'<p class="tagline">{say("tagline")}</p>'
        f'<p><a class="way" href="../">‹ {say("to_questions")}</a></p></header>'
    )


def _empty(say: Say) -> str:
    told = "".join(
        f' data-{key.replace("_", "-")}="{escape(say.plain(key))}"'
        for key in ("lost", "too_large", "not_uploaded")
    )
    return (
        f'<div class="library" lang="{say.code}"{told}><p class="sr-only" role="status"></p>'
        f'<div class="shelf"><p class="lead">{say("loading")}</p></div></div>'
    )


def routes(home: Home, embedder: str, allowed: Access, options: dict[str, Any]) -> list[BaseRoute]:
    """Give the routes of the page, everything under them behind the gate.

    Args:
        home: The library and its index.
        embedder: Name of the embedder a build would use.
        allowed: Who may use it.
        options: Gradio's options that the clinician's page has too.
    """
    most = IntakeSettings().most
    desk = LibraryDesk(home, embedder, most)
    blocks = desk.blocks
    blocks.queue(api_open=False)
    outer = FastAPI(openapi_url=None)
    style = "".join((ASSETS / name).read_text("utf-8") for name in ("page.css", "library.css"))
    gr.mount_gradio_app(
        outer, blocks, PATH, **{**options, "max_file_size": f"{most.megabytes}mb", "css": style}
    )
    mounted = next(r.app for r in outer.routes if isinstance(r, Mount) and r.path == PATH)

    async def enter(_: object) -> RedirectResponse:
        return RedirectResponse(f"{PATH}/")

    return [Route(PATH, enter), Mount(PATH, app=Gate(mounted, allowed))]
