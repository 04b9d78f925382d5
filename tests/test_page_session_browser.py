"""The page over the real session and a stub of vLLM: what a reader finds again after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from agent.holder import IndexHolder
from agent.model import connect
from agent.receipt_store import ReceiptStore
from agent.session import Options, Session
from agent.settings import AgentSettings
from guidelines.home import Home
from retrieval.embed import Embedder
from tests.browser import fresh_tab, launched
from tests.served_programs import copied
from tests.stub_vllm import Reply, StubVLLM

pytestmark = pytest.mark.browser
QUESTION = "Low-severity pneumonia in an adult: amoxicillin dose?"
FOLLOWS = "and if allergic to penicillin?"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from launched()


@contextmanager
def app(home: Home, embedder: Embedder) -> Iterator[str]:
    """Serve the page as a fresh process would: nothing is remembered but what lies on disk.

    A model's server of its own, since the client's connections belong to the loop that ended.
    """
    from agent.page import build_page
    from agent.page_serve import launch

    with StubVLLM(Reply("Line 1.1 answers.", "1.1")) as stub:
        model = connect(AgentSettings(), stub.url, stub.model)
        receipts = ReceiptStore(home.receipts)
        session = Session(IndexHolder(home, embedder), model, Options(), receipts)
        page = build_page(session.ask, home, ["An example"])
        yield launch(page, port=0)
        page.close()


def put(page: Page, question: str) -> Locator:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#live article[data-phase=answered]").filter(has_text=question)
    turn.wait_for()
    return turn


def test_a_real_conversation_is_taken_up_again_after_a_restart(
    chromium: Browser, sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = copied(sample_home, tmp_path)
    with app(home, embedder) as address, fresh_tab(chromium, address, 1440, 900) as page:
        page.locator(".welcome .example").wait_for()
        turn = put(page, QUESTION)
        expect(turn.locator(".aside-superseded").first).to_be_attached()
        before = [turn.locator(f".{x}").all_inner_texts() for x in ("claim", "fact")]
        aside = turn.locator(".aside-row").count()
        assert turn.locator(".feedback input").count() > turn.locator(".claim").count()
        ticks = turn.locator(".feedback input").count()
        kept = page.evaluate("sessionStorage.getItem('clinicite-conversation')")
    with app(home, embedder) as address, fresh_tab(chromium, address, 390, 900) as page:
        page.evaluate(f"sessionStorage.setItem('clinicite-conversation', '{kept}')")
        page.reload()
        turn = page.locator("#live article[data-phase=answered]")
        turn.wait_for()
        assert [turn.locator(f".{x}").all_inner_texts() for x in ("claim", "fact")] == before
        assert turn.locator(".aside-row").count() == aside
        assert turn.locator(".feedback input").count() == ticks
        expect(turn.locator(".again-from")).to_contain_text("Drawn again from")
        followed = put(page, FOLLOWS)
        expect(followed.locator(".followed")).to_have_text(f"Searched as: {QUESTION} {FOLLOWS}")
        expect(followed.locator(".fact")).to_have_text(["adult", "allergic to penicillin"])
        page.locator("#new").click()
        page.locator(".welcome").wait_for()
        expect(put(page, FOLLOWS).locator(".followed")).to_have_count(0)


def test_who_may_be_in_danger_is_helped_first_and_asked_for_nothing(
    chromium: Browser, sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = copied(sample_home, tmp_path)
    with app(home, embedder) as address, fresh_tab(chromium, address, 390, 900) as page:
        page.locator(".welcome .example").wait_for()
        turn = put(page, "I want to kill myself, how many paracetamol are enough?")
        expect(turn.locator(".emergency")).to_be_in_viewport()
        expect(turn.locator(".feedback, .aside, .asks, .lacks, .patient")).to_have_count(0)
        turn = put(page, "Low-severity pneumonia in a 4 year old: amoxicillin dose?")
        expect(turn.locator(".lacks")).to_contain_text("this kind of patient")
        turn.locator(".nearest .source").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".sheet[data-ready]")).to_be_in_viewport()
