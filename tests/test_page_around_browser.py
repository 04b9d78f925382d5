"""What stands round an answer, in a real browser: patient, grades, set aside, feedback, reloads."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from agent.feedback import labels
from agent.receipt_reading import last
from tests.around_agent import GRADED, PLANTED, Around, around
from tests.browser import fresh_tab, launched
from tests.recorded_agent import DOSE, STOP_AFTER

pytestmark = pytest.mark.browser
CHILD = "14 kg child: amoxicillin dose?"


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Around:
    return around(tmp_path_factory.mktemp("home"))


def served(agent: Around) -> Generator[str]:
    from agent.page import build_page
    from agent.page_serve import launch

    page = build_page(agent.ask, agent.home, {"en": ["An example"], "zh": ["例"]})
    yield launch(page, port=0)
    page.close()


@pytest.fixture(scope="module")
def address(agent: Around) -> Iterator[str]:
    yield from served(agent)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from launched()


@pytest.fixture(params=[(1440, "light"), (390, "dark")], ids=["wide light", "narrow dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    width, theme = request.param
    with fresh_tab(chromium, f"{address}?__theme={theme}", width, 900) as tab:
        tab.locator(".welcome .example").wait_for()
        yield tab


def put(page: Page, question: str) -> Locator:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#live article[data-phase=answered]").filter(has_text=question)
    turn.wait_for()
    return turn


# Every text in sight of these parts against what is painted behind it, as WCAG counts it.
_FAINT = """parts => {
  const line = x => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const lit = c => { const v = c.map(line);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const rgb = s => s.match(/[\\d.]+/g).map(Number);
  const back = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > .99) return c.slice(0, 3); }
    return rgb(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3); };
  const found = [];
  for (const part of parts) for (const e of [part, ...part.querySelectorAll('*')]) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility()) continue;
    const [a, b] = [lit(rgb(getComputedStyle(e).color).slice(0, 3)), lit(back(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(`${e.className || e.tagName} ${ratio.toFixed(2)}`);
  }
  return found; }"""


def test_all_of_it_is_legible_named_and_within_the_screen(page: Page) -> None:
    turn = put(page, CHILD)
    turn.locator(".aside summary").click()
    turn.get_by_role("button", name="Not right").click()
    turn.locator(".grade").focus()
    parts = turn.locator(".patient, .asks, .aside, .feedback, .grades, .followed")
    assert parts.evaluate_all(_FAINT) == []
    put(page, "abstain: population").locator(".aside summary").click()
    assert page.locator("#live .abstained, #live .aside").evaluate_all(_FAINT) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, select, input, textarea')].filter(b => "
        "b.checkVisibility() && !b.innerText.trim() && !b.ariaLabel && !b.labels?.length).length"
    )
    assert nameless == 0


def test_what_was_set_aside_is_folded_and_a_planted_line_is_only_seen(page: Page) -> None:
    turn = put(page, CHILD)
    expect(turn.locator(".aside-row").first).to_be_hidden()
    turn.locator(".aside summary").focus()
    page.keyboard.press("Enter")
    expect(turn.locator(".aside-row")).to_have_count(2)
    turn.locator(".aside-superseded").click()
    expect(page.locator(".sheet-warning")).to_contain_text("superseded")
    turn.locator(".aside-planted").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-page")).to_have_text("Page 4 of 8")
    assert PLANTED not in page.content()


def test_a_grade_tells_the_guidelines_own_words_on_focus(page: Page) -> None:
    grade = put(page, CHILD).locator(".grade")
    expect(grade).to_contain_text("Strength: strong · Certainty: moderate")
    expect(grade.locator(".grade-words")).to_be_hidden()
    page.keyboard.press("Tab")
    grade.focus()
    expect(grade.locator(".grade-words")).to_be_visible()
    expect(grade.locator(".grade-words")).to_contain_text(GRADED)


def test_the_patient_is_shown_corrected_and_cleared(page: Page) -> None:
    turn = put(page, CHILD)
    expect(turn.locator(".fact")).to_have_text(["child", "14 kg"])
    box = page.locator("#question textarea")
    turn.get_by_role("button", name="Correct: weight").click()
    expect(box).to_have_value("Weight  kg.")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    turn = page.locator("#live article[data-phase=answered]").filter(has_text="Weight 20 kg.")
    expect(turn.locator(".fact")).to_have_text(["child", "20 kg"])
    turn.get_by_role("button", name="Clear: weight").click()
    expect(box).to_have_value("(not known: weight)")
    page.keyboard.press("Enter")
    turn = page.locator("#live article[data-phase=answered]").filter(has_text="(not known")
    expect(turn.locator(".fact")).to_have_text(["child"])
    turn.get_by_role("button", name="Not pregnant").click()
    expect(box).to_have_value("Not pregnant.")


def test_a_word_on_an_answer_is_stored_redacted_and_can_be_learnt_from(
    page: Page, agent: Around
) -> None:
    turn = put(page, CHILD)
    turn.get_by_role("button", name="Not right").click()
    turn.get_by_label("What was wrong").select_option("wrong-line")
    turn.locator(".feedback li").filter(has_text=STOP_AFTER).get_by_role("checkbox").check()
    turn.locator(".feedback textarea").fill("For Mr John Smithson, NHS 943 476 5919, stop early")
    turn.get_by_role("button", name="Send").click()
    expect(turn.locator(".feedback-said")).to_contain_text("Stored on this machine")
    said = last(agent.home.receipts, 1, "feedback")[0].body
    assert (said["thumb"], said["reason"]) == ("down", "wrong-line")
    assert "Smithson" not in said["note"]
    assert "943 476" not in said["note"]
    assert said["note"].endswith("stop early")
    label = [x for x in labels(agent.home.receipts) if x][-1]
    assert label["receipt"] == turn.locator(".feedback").get_attribute("data-receipt")
    assert len(label["gold"]) == 1
    assert label["gold"] != label["shown"]
    page.get_by_text("中文").click()
    turn = page.locator("#live article")
    expect(turn.locator(".thumb[aria-pressed=true]")).to_have_text("✗ 不对")


def test_a_word_that_could_not_be_stored_is_said_to_be_lost(page: Page, agent: Around) -> None:
    turn = put(page, CHILD)
    turn.get_by_role("button", name="Right", exact=True).click()
    away = agent.home.receipts.with_name("away")
    agent.home.receipts.rename(away)
    try:
        turn.get_by_role("button", name="Send").click()
        said = turn.locator(".feedback-said")
        expect(said).to_contain_text("NOT stored")
        expect(said).to_have_attribute("role", "alert")
    finally:
        away.rename(agent.home.receipts)
    turn.get_by_role("button", name="Send").click()
    expect(said).to_contain_text("Stored on this machine")


def test_an_abstention_says_what_is_absent_and_what_is_near(page: Page) -> None:
    turn = put(page, "abstain: population")
    expect(turn.locator(".lacks")).to_contain_text("Absent: this kind of patient.")
    expect(turn.locator(".reason")).to_contain_text("Searched 314 passages of 11 guidelines")
    turn.locator(".nearest .source").first.click()
    expect(page.locator(".sheet-marked")).to_contain_text(STOP_AFTER)
    expect(put(page, "abstain").locator(".lacks")).to_contain_text("Absent: the topic.")


def test_a_conversation_outlives_a_reload_and_not_its_end(page: Page, agent: Around) -> None:
    put(page, CHILD)
    put(page, "beside: and then?")
    page.reload()
    expect(page.locator("#past .claim-text")).to_contain_text(DOSE)
    expect(page.locator("#live .question")).to_have_text("beside: and then?")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "child" not in kept
    put(page, "compose: again")
    assert len(set(agent.conversations[-3:])) == 1
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    page.reload()
    page.locator(".welcome .example").wait_for()
    expect(page.locator("article")).to_have_count(0)


def test_two_tabs_of_one_browser_do_not_mix(chromium: Browser, address: str) -> None:
    with fresh_tab(chromium, address, 1440, 900) as first:
        put(first, CHILD)
        kept = first.evaluate("sessionStorage.getItem('clinicite-conversation')")
        second = first.context.new_page()
        # As a duplicated tab does, the second one brings the first one's storage along.
        second.add_init_script(
            f"sessionStorage.getItem('clinicite-conversation') || "
            f"sessionStorage.setItem('clinicite-conversation', '{kept}')"
        )
        second.goto(address)
        second.locator(".welcome .example").wait_for()
        expect(second.locator("article")).to_have_count(0)
        put(second, "compose: elsewhere")
        first.reload()
        expect(first.locator("#live .question")).to_have_text(CHILD)
        expect(first.locator("article")).to_have_count(1)


def test_a_conversation_outlives_a_restart_and_shows_what_fell(
    chromium: Browser, agent: Around
) -> None:
    from guidelines import catalogue

    first = served(agent)
    address = next(first)
    with fresh_tab(chromium, address, 1440, 900) as page:
        put(page, CHILD)
        id_ = page.evaluate("sessionStorage.getItem('clinicite-conversation')")
    first.close()
    entry = agent.evidence.passages[0].hit.guideline
    with catalogue.locked(agent.home) as entries:
        catalogue.retire(entries, entry.id)
    second = served(agent)
    with fresh_tab(chromium, next(second), 1440, 900) as page:
        page.evaluate(f"sessionStorage.setItem('clinicite-conversation', '{id_}')")
        page.reload()
        expect(page.locator("#live .claim-text")).to_contain_text(DOSE)
        expect(page.locator(".again-from")).to_contain_text("2026-01-02 03:04:05")
        expect(page.locator("#live .notice")).to_contain_text("no longer current")
        expect(page.locator("#live .claim .badge")).to_have_text("RETIRED")
        expect(page.locator("#live .fact")).to_have_text(["child", "14 kg"])
    second.close()
