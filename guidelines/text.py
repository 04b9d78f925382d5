"""What the words of a character span are: the one folding from raw page text to a quote.

Provenance rests on it: `quote(page.text, start, end)` gives the same words wherever it runs.
Pure; knows nothing of PDFs.
"""

import re
import unicodedata
from functools import lru_cache

# pdfium writes U+FFFE for a hyphen at a line's end and joins the two halves. Whether the printed
# hyphen belongs to the word cannot be known from the page, so it is kept as printed.
LINE_END_HYPHEN = "\ufffe"
_LIGATURES = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}


# What folds otherwise than by white space alone: hyphens at a line's end, ligatures, ideographs.
_FOLDS = re.compile("[\xad\ufffe\ufb00-\ufb06\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_WORD = re.compile(r"\S+")


def is_cjk(char: str) -> bool:
    """Tell ideographs and full-width punctuation, which take no space between rows."""
    return (
        "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"
    )


def fold(raw: str) -> tuple[str, list[int]]:
    """Fold raw page text into reading text.

    White space (row ends too) becomes one space, none between ideographs; ligature code points
    become their letters; soft hyphens go. Nothing else changes.

    Returns:
        The folded text, and for each of its characters the index in `raw` it came from.
    """
    if _FOLDS.search(raw) is None:
        return _fold_plain(raw)
    out: list[str] = []
    at: list[int] = []
    gap: int | None = None
    broke = False
    for i, char in enumerate(raw):
        if char.isspace():
            gap = i if gap is None else gap
            broke = broke or char in "\r\n"
            continue
        if char == "\xad":
            continue
        if gap is not None and out and not (broke and is_cjk(out[-1]) and is_cjk(char)):
            out.append(" ")
            at.append(gap)
        gap, broke = None, False
        for piece in "-" if char == LINE_END_HYPHEN else _LIGATURES.get(char, char):
            out.append(piece)
            at.append(i)
    return "".join(out), at


def _fold_plain(raw: str) -> tuple[str, list[int]]:
    """Fold text in which only white space folds: most pages of most guidelines."""
    at: list[int] = []
    for word in _WORD.finditer(raw):
        if at:
            at.append(at[-1] + 1)
        at += range(word.start(), word.end())
    return " ".join(raw.split()), at


def quote(page_text: str, start: int, end: int) -> str:
    """Give the words of a span of a page as they are shown to a reader."""
    raw = page_text[start:end]
    return fold(raw)[0] if _FOLDS.search(raw) else " ".join(raw.split())


def unreadable(raw: str) -> list[str]:
    """List the characters whose meaning the text layer lost.

    Control characters stand for bullets, Greek letters and comparators alike in the wild, and
    private-use code points for icons, so text that holds one cannot be quoted.
    """
    if not any(_lost(char) for char in set(raw)):
        return []
    return [char for char in raw if _lost(char)]


@lru_cache(maxsize=4096)
def _lost(char: str) -> bool:
    if char in "\r\n\t" or char == LINE_END_HYPHEN:
        return False
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn")
