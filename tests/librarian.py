"""What the browser tests of the librarian's page stand on: its server, a tab at it, its views."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from playwright.sync_api import Browser, Page, expect

from agent.events import Event
from agent.library_gate import Access, access
from agent.page import serve_page
from guidelines.home import Home
from tests.browser import fresh_tab

LOCAL = access(True, "127.0.0.1", "librarian", "")


def serve(home: Home, librarian: Access) -> str:
    async def ask(_: str, __: str) -> AsyncIterator[Event]:
        return
        yield

    return serve_page(ask, home, port=0, librarian=librarian)


def tab(chromium: Browser, address: str, width: int) -> Iterator[Page]:
    """Go from the clinician's page to the librarian's."""
    with fresh_tab(chromium, address, width, 860) as page:
        page.get_by_role("link", name="Library").click()
        expect(page.locator(".shelf[data-view=list]")).to_be_visible(timeout=20_000)
        yield page


def view(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute(
        "aria-current", "page"
    )
