"""What the words of a character span are: the one folding from raw page text to a quote.

Provenance rests on it: `quote(page.text, start, end)` gives the same words wherever it runs.
Pure; knows nothing of PDFs.
"""

import re
import unicodedata

# pdfium writes U+FFFE for a hyphen at a line's end and joins the two halves. Whether the printed
# hyphen belongs to the word cannot be known from the page, so it is kept as printed.
LINE_END_HYPHEN = "\ufffe"
# Hebrew, Arabic and their like, with the presentation forms.
_LEFTWARD = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LIGATURES = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}


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


def quote(page_text: str, start: int, end: int) -> str:
    """Give the words of a span of a page as they are shown to a reader."""
    return fold(page_text[start:end])[0]


def unreadable(raw: str) -> list[str]:
    """List the characters whose meaning or place the text layer lost.

    Control characters stand for bullets, Greek letters and comparators alike in the wild, and
    private-use code points for icons, so text that holds one cannot be quoted. Nor can a row in
    which Latin letters, or more than one number, stand among Arabic or Hebrew ones: a page keeps
    the order they are drawn in, and the order they are read in is a guess.
    """
    return _out_of_order(raw) + [
        char
        for char in raw
        if char not in "\r\n\t"
        and (char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn"))
        and char != LINE_END_HYPHEN
    ]


def _out_of_order(raw: str) -> list[str]:
    if not _LEFTWARD.search(raw):
        return []
    found: list[str] = []
    for row in filter(_LEFTWARD.search, raw.splitlines()):
        numbers = re.findall(r"\d+(?:[.,]\d+)*", row)
        found += re.findall(r"[A-Za-zÀ-ɏ]", row)
        found += [digit for number in numbers[1:] for digit in number]
    return found
