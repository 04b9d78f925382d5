"""The real page in a real browser, over a recorded agent and a real library."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import fresh_tab, launched
from tests.recorded_agent import DOSE, QUESTION, STOP_AFTER, Recorded, record

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return record(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def address(recorded: Recorded) -> Iterator[str]:
    from agent.page import build_page
    from agent.page_serve import launch

    page = build_page(recorded.ask, recorded.home, {"en": [QUESTION], "zh": ["阿莫西林的剂量？"]})
    yield launch(page, port=0)
    page.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from launched()


@pytest.fixture
def page(chromium: Browser, address: str, recorded: Recorded) -> Iterator[Page]:
    """A fresh tab; it fails the test if a script broke or another host was asked for."""
    yield from tab(chromium, address, recorded, 1440)


@pytest.fixture
def phone(chromium: Browser, address: str, recorded: Recorded) -> Iterator[Page]:
    yield from tab(chromium, address, recorded, 420)


def tab(chromium: Browser, address: str, recorded: Recorded, width: int) -> Iterator[Page]:
    recorded.held.clear()
    recorded.closed.clear()
    with fresh_tab(chromium, address, width, 900) as page:
        page.locator(".welcome .example").wait_for()
        yield page
        recorded.held.clear()


def put(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def live(page: Page, phase: str) -> Locator:
    found = page.locator(f"#live article[data-phase={phase}]")
    found.wait_for()
    return found


def test_the_thinking_streams_and_the_answer_comes_only_whole(
    page: Page, recorded: Recorded
) -> None:
    recorded.held |= {"searching", "thinking", "checking"}
    put(page, QUESTION)
    expect(live(page, "searching").locator(".progress-words")).to_have_text(
        "Searching 1 guideline…"
    )
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator(".progress-seconds")).to_have_text("2 s", timeout=10_000)
    recorded.held -= {"searching"}
    turn = live(page, "thinking")
    expect(turn.locator(".thinking-text")).to_contain_text("every 8 hours")
    expect(turn.locator(".thinking")).to_have_attribute("open", "")
    expect(page.locator(".claim")).to_have_count(0)
    recorded.held -= {"thinking"}
    expect(live(page, "checking").locator(".progress-words")).to_have_text("Checking…")
    expect(page.locator(".claim")).to_have_count(0)
    recorded.held.clear()
    turn = live(page, "answered")
    expect(turn.locator(".claim-text")).to_contain_text(DOSE)
    assert turn.locator(".thinking").get_attribute("open") is None
    expect(turn.locator(".picked").first).to_contain_text("picked by retrieval")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(".caution")).to_be_in_viewport()


def test_one_click_shows_the_highlighted_line_on_its_page(page: Page, recorded: Recorded) -> None:
    put(page, "compose")
    live(page, "answered").locator(".chip", has_text="2").click()
    expect(page.locator(".sheet-marked")).to_contain_text(STOP_AFTER)
    expect(page.locator(".sheet-page")).to_have_text("Page 5 of 8")
    assert marked_rows(page) > 5
    page.get_by_label("Next page").click()
    expect(page.locator(".sheet-page")).to_have_text("Page 6 of 8")
    page.get_by_text("The cited line is on page 5.").click()
    expect(page.locator(".sheet-marked")).to_contain_text(STOP_AFTER)
    picture = page.locator(".sheet-scroll img")
    before = picture.evaluate("img => img.clientWidth")
    page.get_by_label("Larger").click()
    assert picture.evaluate("img => img.clientWidth") == pytest.approx(before * 1.25, abs=2)
    page.get_by_label("Full width").click()
    assert page.locator("#sheet").evaluate("panel => panel.clientWidth") > 1400
    page.keyboard.press("Escape")
    expect(page.locator("body")).not_to_have_class("sheet-wide")
    live(page, "answered").locator(".badge-superseded").first.click()
    expect(page.locator(".sheet-warning")).to_contain_text("superseded")


def test_what_stands_beside_an_answer_opens_its_own_lines(page: Page) -> None:
    put(page, "what stands beside?")
    turn = live(page, "answered")
    expect(turn.locator(".card-head")).to_have_count(3)
    expect(turn.locator(".card-differ .side")).to_have_count(2)
    turn.locator(".card-also .chip").click()
    expect(page.locator(".sheet-marked")).to_contain_text(STOP_AFTER)
    turn.locator(".card-older .side-old .chip").click()
    expect(page.locator(".sheet-warning")).to_contain_text("superseded")


def test_the_first_citation_is_open_when_the_answer_comes(page: Page) -> None:
    put(page, QUESTION)
    expect(page.locator(".sheet-marked")).to_contain_text(DOSE)
    expect(page.locator(".chip[data-open]")).to_have_count(1)
    put(page, "abstain")
    expect(page.locator("#sheet .sheet-none")).to_be_visible()


def test_a_line_id_in_the_thinking_opens_its_page_while_it_streams(
    page: Page, recorded: Recorded
) -> None:
    recorded.held |= {"thinking"}
    put(page, QUESTION)
    live(page, "thinking").locator(".line-id").first.click()
    expect(page.locator(".sheet-marked")).to_contain_text(DOSE)
    assert marked_rows(page) > 5


def test_what_a_model_wrote_stays_text(page: Page) -> None:
    put(page, QUESTION)
    live(page, "answered").locator(".thinking summary").click()
    expect(page.locator(".thinking-text")).to_contain_text("<img src=x onerror=")
    expect(page.locator(".thinking-text")).to_contain_text("{{value}} ${alert(1)}")
    assert page.locator(".thinking-text img").count() == 0
    assert page.title() == "Clinicite"


def test_stop_ends_the_stream_and_shows_nothing_unproved(page: Page, recorded: Recorded) -> None:
    recorded.held |= {"thinking"}
    put(page, QUESTION)
    live(page, "thinking").locator(".line-id").first.wait_for()
    page.locator("#stop").click()
    expect(live(page, "stopped").locator(".ended")).to_contain_text("Stopped. No answer was given")
    assert recorded.closed.wait(5)
    expect(page.locator(".claim")).to_have_count(0)
    page.get_by_text("Ask this again").click()
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    recorded.held.clear()
    page.locator("#ask").click()
    live(page, "answered")
    expect(page.locator("#past article[data-phase=stopped]")).to_have_count(1)


def test_a_new_conversation_stops_the_running_turn(page: Page, recorded: Recorded) -> None:
    recorded.held |= {"thinking"}
    put(page, QUESTION)
    live(page, "thinking").locator(".line-id").first.wait_for()
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    assert recorded.closed.wait(5)
    recorded.held.clear()
    put(page, "compose")
    expect(live(page, "answered").locator(".claim")).to_have_count(2)
    expect(page.locator("article")).to_have_count(1)


def test_closing_the_tab_stops_the_running_turn(page: Page, recorded: Recorded) -> None:
    recorded.held |= {"thinking"}
    put(page, QUESTION)
    live(page, "thinking").locator(".line-id").first.wait_for()
    page.close()
    assert recorded.closed.wait(20)


@pytest.mark.parametrize(("question", "why"), [("   ", "is empty"), ("x" * 4001, "over 4000")])
def test_a_refused_question_stays_in_the_box(page: Page, question: str, why: str) -> None:
    put(page, question)
    expect(page.locator(".problem")).to_contain_text(why)
    expect(page.locator("#question textarea")).to_have_value(question)
    expect(page.locator("article")).to_have_count(0)
    expect(page.locator("#ask")).to_be_visible()


def test_a_model_that_goes_away_costs_one_line_and_nothing_else(page: Page) -> None:
    put(page, QUESTION)
    live(page, "answered")
    put(page, "is the model away")
    expect(live(page, "failed").locator(".ended")).to_contain_text("model at 127.0.0.1:8000")
    expect(page.locator("#live .question")).to_have_text("is the model away")
    expect(page.locator("#past .claim")).to_have_count(1)
    put(page, "is it broken")
    expect(live(page, "failed").locator(".ended")).to_contain_text("Something failed here")
    put(page, QUESTION)
    live(page, "answered")


def test_a_new_conversation_has_another_id_and_two_tabs_are_apart(
    page: Page, phone: Page, recorded: Recorded
) -> None:
    recorded.conversations.clear()
    for tab_ in (page, phone):
        put(tab_, QUESTION)
        live(tab_, "answered")
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    expect(page.locator("article")).to_have_count(0)
    expect(page.locator("#sheet .sheet-none")).to_be_visible()
    expect(phone.locator("article")).to_have_count(1)
    put(page, QUESTION)
    live(page, "answered")
    assert len(set(recorded.conversations)) == 3


def test_the_language_is_remembered_and_no_question_is(page: Page) -> None:
    put(page, QUESTION)
    live(page, "answered")
    page.get_by_text("中文").click()
    expect(page.locator(".caution")).to_have_text("供专业人员决策参考；请核对原页。")
    expect(page.locator("#live .badge-current").first).to_have_text("现行")
    expect(page.locator(".sheet-marked span").first).to_have_text("标出的一行")
    page.reload()
    expect(page.locator(".caution")).to_have_text("供专业人员决策参考；请核对原页。")
    expect(page.locator("#live .badge-current").first).to_have_text("现行")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "amoxicillin" not in kept
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    page.locator("#new").click()
    expect(page.locator(".example")).to_have_text("阿莫西林的剂量？")


def test_an_emergency_is_seen_before_anything_else(page: Page) -> None:
    put(page, "collapse")
    alert = page.locator("#live .emergency")
    expect(alert).to_be_in_viewport()
    expect(alert).to_have_attribute("role", "alert")
    below = page.locator("#live .emergency ~ .thinking, #live .emergency ~ .answer .claim")
    expect(below).to_have_count(2)


def test_a_narrow_screen_has_all_of_it_below_one_another(phone: Page) -> None:
    put(phone, "compose")
    live(phone, "answered").locator(".chip").first.click()
    expect(phone.locator(".sheet-head")).to_be_in_viewport()
    assert marked_rows(phone) > 5
    assert phone.evaluate("document.documentElement.scrollWidth") == 420
    phone.get_by_label("Back to the answer").click()
    expect(phone.locator("#live .chip[data-open]").first).to_be_in_viewport()


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    put(page, QUESTION)
    live(page, "answered")
    page.locator("#live .chip").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet[data-ready]")).to_be_visible()
    page.get_by_label("Next page").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-page")).to_have_text("Page 5 of 8")
    expect(page.get_by_label("Next page")).to_be_focused()
    nameless = page.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.checkVisibility() && "
        "!b.innerText.trim() && !b.ariaLabel).length"
    )
    assert nameless == 0


def marked_rows(page: Page) -> int:
    """Count the rows of the part of the page in sight that hold the marker's colour."""
    expect(page.locator(".sheet[data-ready] .sheet-scroll img")).to_be_visible()
    picture = Image.open(io.BytesIO(page.locator(".sheet-scroll").screenshot())).convert("RGB")
    red, green, blue = np.moveaxis(np.asarray(picture), 2, 0)
    yellow = (red > 190) & (green > 160) & (blue < 110)
    return int(yellow.any(axis=1).sum())
