"""Whether OCR bears out a damaged page's text; pure, and never takes a word from OCR to quote.

OCR errs too ("≥4" is read as "24"), so it can only lift a suspicion, and only where it reads the
same numbers, comparators and units in every damaged row as the text layer has.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from guidelines.fidelity import NEARLY_EMPTY, Finding
from guidelines.ocr import Word
from guidelines.pages import Page
from guidelines.rows import Row

_FACT = re.compile(
    r"\d+(?:[.,]\d+)*[⁰¹²³⁴-⁹]*|[½¼¾%‰]|[<>≤≥=±×≠]"
    r"|(?<![A-Za-zµμ])(?:mg|mcg|[µμ]g|kg|ng|g|m[lL]|d[lL]|[lL]|mmol|[µμ]mol|micromol|mol|mEq|IU|mmHg|"
    r"mm|cm|kPa)(?![A-Za-z])"
    r"|毫克|微克|毫升|毫摩尔|小时|公斤|千克"
)
_PARTED = re.compile(r"(?<=\d)\s(?=\d)")
# A bullet that the text layer lost is read as any small sign; "=" is the commonest.
_BULLET = re.compile(r"^[^\w<>≤≥±×(]+")
_SHOWN = 3


def weigh(page: Page, words: Sequence[Word]) -> Page:
    """Judge a page anew with what OCR read on its picture (words placed in points)."""
    page = replace(page, ocr=tuple(words))
    if page.quality == "empty":
        if sum(c.isalnum() for c in page.ocr_text) < NEARLY_EMPTY:
            return replace(page, ocr=())
        why = "the page is a picture; OCR finds its words, which are never quoted"
        return replace(page, quality="ocr", reasons=(why,))
    if page.quality != "suspect" or page.scan:
        return page
    # An engine that sees nothing bears nothing out.
    against = list(_against(page, words)) if words else ["OCR reads no word on the page"]
    if against:
        more = [f"and {len(against) - _SHOWN} more such rows"] if len(against) > _SHOWN else []
        return replace(page, reasons=(*page.reasons, *against[:_SHOWN], *more))
    why = "OCR reads the same numbers, comparators and units in the damaged rows"
    return replace(page, quality="damaged", reasons=(*page.reasons, why))


def ocr_over(page: Page, start: int, end: int) -> str:
    """Give what OCR read in the rows that a span touches: to search by, never to show."""
    rows = (r for r in page.rows if r.start < end and start < r.end)
    return _joined([w for row in rows for w in _over(row, page.ocr) if w.sure])


def _against(page: Page, words: Sequence[Word]) -> Iterator[str]:
    """Say of each damaged row what speaks against its numbers."""
    for row in page.rows:
        inside = _within(page, row)
        if all(f.kind == "icon" for f in inside):
            continue
        said, read = _without(page.text, row, inside), _joined(_over(row, words))
        if inside[0].start == row.start:
            read = _BULLET.sub("", read)
        if any(f.decisive for f in inside):
            yield f"a number stands beside a lost sign in “{said}”; OCR reads “{read}”"
        elif facts(said) != facts(read) and not _level_agrees(page, row, words):
            yield f"the text says “{said}” where OCR reads “{read}”"


def _level_agrees(page: Page, row: Row, words: Sequence[Word]) -> bool:
    """Compare all that stands level with a row, over the page's whole width.

    A raised note is a row of its own for pdfium and part of its line for OCR.
    """
    band = replace(row, left=0.0, right=page.width)
    level = [r for r in page.rows if row.bottom <= (r.bottom + r.top) / 2 <= row.top]
    said = " ".join(_without(page.text, r, _within(page, r)) for r in level)
    return facts(said) == facts(_BULLET.sub("", _joined(_over(band, words))))


def _within(page: Page, row: Row) -> list[Finding]:
    return [f for f in page.findings if f.start < row.end and row.start < f.end]


def _joined(words: Sequence[Word]) -> str:
    return " ".join(w.text for w in words)


def _without(text: str, row: Row, lost: Sequence[Finding]) -> str:
    """Give a row's text with a mark in place of each damaged part."""
    parts, at = [], row.start
    for finding in lost:
        parts += [text[at : max(at, finding.start)], "▯"]
        at = finding.end
    return "".join((*parts, text[at : row.end]))


def _over(row: Row, words: Sequence[Word]) -> list[Word]:
    """Give the words whose middle lies in a row's box, from left to right."""
    slack = 0.5 * row.size
    return sorted(
        (
            w
            for w in words
            if row.bottom <= (w.bottom + w.top) / 2 <= row.top
            and row.left - slack <= (w.left + w.right) / 2 <= row.right + slack
        ),
        key=lambda w: (w.left, w.right, w.text),
    )


def facts(text: str) -> Counter[str]:
    """Count the numbers, comparators and units of a text, "1 500" as one number."""
    joined = _PARTED.sub("", text).replace("μ", "µ")
    return Counter(f.casefold() for f in _FACT.findall(joined))
