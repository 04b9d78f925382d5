"""The librarian's page in a real browser: what is known is edited, wrong proposals turned down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from guidelines import catalogue, dismissals, intake
from guidelines.home import Home
from tests.browser import launched
from tests.conftest import SAMPLES
from tests.librarian import LOCAL, serve, tab, view

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from launched()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Make a library of two editions, the newer of which says that it supersedes the older."""
    made = Home(tmp_path / "home")
    known = {"publisher": "Aldermere Institute for Lung Care", "edition": "First edition, 2021"}
    intake.add(made, SAMPLES / "cap-adults-2021.pdf", known)
    intake.add(made, SAMPLES / "cap-adults-2025.pdf", {"publisher": "A", "edition": "2025"})
    return made


@pytest.fixture
def page(chromium: Browser, home: Home) -> Iterator[Page]:
    yield from tab(chromium, serve(home, LOCAL), 1280)


def test_an_edition_is_edited_and_a_wrong_proposal_turned_down_with_a_reason(
    page: Page, home: Home
) -> None:
    page.get_by_role("link", name="Edit what is known of cap-adults-2021").click()
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(page.get_by_label("Edition required")).to_have_value("First edition, 2021")
    page.get_by_label("Edition required").fill("")
    page.get_by_label("Review by").fill("2027-01-31")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".f-edition .fault")).to_have_text("Fill this in.")
    expect(page.get_by_label("Edition required")).to_be_focused()
    page.get_by_label("Edition required").fill("Edition of 2021")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".told-done")).to_have_text("✓ Saved: cap-adults-2021.")
    expect(page.locator("#edition-cap-adults-2021")).to_contain_text("Edition of 2021")
    entry = catalogue.load(home)["cap-adults-2021"]
    assert (entry.edition, entry.review_by) == ("Edition of 2021", "2027-01-31")
    view(page, "Check")
    card = page.locator(".proposal")
    card.get_by_role("button", name="Not so").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Turn it down").click()
    expect(dialog.get_by_label("Why it is wrong")).to_be_focused()
    dialog.get_by_label("Why it is wrong").fill("two parts of one guideline")
    dialog.get_by_role("button", name="Turn it down").click()
    expect(page.locator(".told-done")).to_contain_text("it is not proposed again")
    expect(card).to_have_count(0)
    (kept,) = dismissals.load(home)
    assert (kept.kind, kept.reason) == ("supersession", "two parts of one guideline")
    page.get_by_text("Turned down before: 1").click()
    expect(page.locator(".dismissed li")).to_contain_text("two parts of one guideline")
    page.get_by_role("button", name="Propose again").click()
    expect(card).to_have_count(1)
    assert dismissals.load(home) == []
