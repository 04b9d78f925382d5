"""What both pages' browser tests stand on: Chromium, and a tab that tells what went wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")


def launched() -> Iterator[Browser]:
    """Give Debian's Chromium, for a fixture of each module."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def fresh_tab(chromium: Browser, address: str, width: int, height: int) -> Iterator[Page]:
    """Open a tab; at its end no script has broken and no other host was asked for anything."""
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    asked: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(address)
    yield page
    hosts = {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))}
    context.close()
    assert hosts == {"127.0.0.1"}
    assert broken == []
