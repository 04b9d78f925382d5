"""Words for how far a page can be trusted, and for why not; pure HTML."""

import re
from collections.abc import Sequence
from html import escape

from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.pages import Quality

# How the reader words its reasons, and the text that says the same to a librarian. A reason that
# is worded otherwise is shown as it is.
_REASONS = (
    (r"the page is a scan;.*", "reason_scan"),
    (r"the page has almost no text", "reason_bare"),
    (r"icon in (?P<n>\d+) places?", "reason_icons"),
    (r"a number stands beside a lost sign in “(?P<said>.*)”; OCR reads “(?P<read>.*)”",
     "reason_beside"),
    (r"the text says “(?P<said>.*)” where OCR reads “(?P<read>.*)”", "reason_differs"),
    (r"and (?P<n>\d+) more such rows", "reason_more"),
    (r"OCR reads the same numbers.*", "reason_same"),
    (r"no OCR engine is installed", "reason_no_engine"),
    (r"OCR failed: (?P<why>.*)", "reason_ocr_failed"),
    (r"the page is a picture;.*", "reason_picture"),
)  # fmt: skip
_SIGNS = re.compile(r"(?:[a-z ]+) in (\d+) places?")
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), key) for pattern, key in _REASONS)


def quality_mark(quality: str, say: Say) -> str:
    """Draw how far a page or passage can be trusted."""
    return f'<span class="quality q-{quality}">{say(f"quality_{quality}")}</span>'


def pages_html(entry: Guideline, qualities: Sequence[Quality], at: int, say: Say) -> str:
    """List the pages that hold text nobody will be shown, with a link to each."""
    groups = []
    for quality in ("suspect", "damaged", "ocr", "empty", "lost"):
        numbers = [n for n, q in enumerate(qualities, 1) if q == quality]
        if not numbers:
            continue
        links = " ".join(
            f'<a href="#page/{escape(entry.id)}/{n}"'
            f"{' aria-current=true' if n == at else ''}"
            f' aria-label="{say("page_n", n=n)}">{n}</a>'
            for n in numbers
        )
        groups.append(f"<p>{quality_mark(quality, say)} <span class='pages'>{links}</span></p>")
    if not groups:
        return f'<p class="doubtful">✓ {say("pages_sound", n=len(qualities))}</p>'
    sound = sum(q == "text" for q in qualities)
    head = say("pages_doubtful", n=len(qualities) - sound, all=len(qualities))
    return f'<details class="doubtful"><summary>{head}</summary>{"".join(groups)}</details>'


def reasons_html(reasons: Sequence[str], say: Say) -> str:
    """Say once, at the page, why its text is doubted or what was lost on it."""
    if not reasons:
        return ""
    # Which kind of code stands in a sign's place tells a librarian nothing: one count of all.
    signs = [_SIGNS.fullmatch(r) for r in reasons if not r.startswith("icon ")]
    lost = sum(int(found[1]) for found in signs if found)
    worded = [say("reason_signs", n=lost)] if lost else []
    worded += [_worded(r, say) for r in reasons if r.startswith("icon ") or not _SIGNS.fullmatch(r)]
    items = "".join(f"<li>{line}</li>" for line in worded)
    return f'<div class="reasons"><strong>{say("reasons")}</strong><ul>{items}</ul></div>'


def _worded(reason: str, say: Say) -> str:
    for pattern, key in _PATTERNS:
        found = pattern.fullmatch(reason)
        if found:
            return say(key, **found.groupdict())
    return escape(reason)
