"""The functions that the page's scripts call; plain ones, since Gradio marks them as its own."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from agent.feedback_intake import take
from agent.languages import words_in
from agent.page_sheet import sheet_html
from agent.page_words_zh import page_words
from agent.receipt_store import ReceiptStore
from guidelines.home import Home


def sheet_of(home: Home) -> Callable[[str], str]:
    """Give what draws the page that a reference names."""

    def sheet(asked: str) -> str:
        wanted = _read(asked)
        ref, cited, language = (wanted.get(k) for k in ("ref", "cited", "language"))
        return sheet_html(home, ref, cited, words_in(language))

    return sheet


def told_of(home: Home) -> Callable[[str], dict[str, Any]]:
    """Give what stores a reader's word on an answer and says in one line whether it did."""
    receipts = ReceiptStore(home.receipts)

    def feedback(sent: str) -> dict[str, Any]:
        given = _read(sent)
        said = page_words(words_in(given.get("language")).code)
        taken = take(receipts, given)
        line = said.stored.format(receipt=taken.receipt)
        return {
            "stored": taken.stored,
            "line": line if taken.stored else said.not_stored.format(why=taken.why),
        }

    return feedback


def _read(sent: object) -> Mapping[str, Any]:
    """Read the JSON a browser sent; nothing where it is none."""
    try:
        given = json.loads(sent) if isinstance(sent, str) else None
    except ValueError:
        given = None
    return given if isinstance(given, dict) else {}
