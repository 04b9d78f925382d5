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
# Hebrew, Arabic and their like, with the presentation forms.
_LEFTWARD = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Signs that turn the order in which what follows them is shown: "12 mg" as "21 mg".
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A raised digit means another number than a digit in the row: "10⁹" is not "109".
SUPERSCRIPT = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
LIGATURES = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}


# What folds otherwise than by white space alone: hyphens at a line's end, ligatures, ideographs.
_FOLDS = re.compile("[\xad\ufffe\ufb00-\ufb06\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_WORD = re.compile(r"\S+")
_ROW_ENDS = str.maketrans("\r\n\t", "   ")
_GAP = re.compile(r"\s{2,}")


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
    if not _folds(raw):
        return " ".join(raw.split()), _places(raw)
    out = ""
    at: list[int] = []
    end = 0
    for word in _WORD.finditer(raw):
        shown, places = word.group(), range(word.start(), word.end())
        if _folds(shown):
            pairs = [(p, i) for i, c in zip(places, shown, strict=True) for p in _pieces(c)]
            shown, origin = "".join(p for p, _ in pairs), [i for _, i in pairs]
        else:
            origin = list(places)
        if not shown:
            continue
        if out:
            gap = raw[end : word.start()]
            broke = "\n" in gap or "\r" in gap
            if not (broke and is_cjk(out[-1]) and is_cjk(shown[0])):
                out += " "
                at.append(end)
        out += shown
        at += origin
        end = word.end()
    return out, at


def _folds(raw: str) -> bool:
    return not raw.isascii() and _FOLDS.search(raw) is not None


def _places(raw: str) -> list[int]:
    """Give what is left of a text's indices when each run of white space becomes one space."""
    end = len(raw.rstrip())
    start = len(raw) - len(raw.lstrip())
    at: list[int] = []
    for gap in _GAP.finditer(raw, start, end):
        at += range(start, gap.start() + 1)
        start = gap.end()
    return [*at, *range(start, end)]


def _pieces(char: str) -> str:
    return "" if char == "\xad" else "-" if char == LINE_END_HYPHEN else LIGATURES.get(char, char)


def quote(page_text: str, start: int, end: int) -> str:
    """Give the words of a span of a page as they are shown to a reader."""
    raw = page_text[start:end]
    return fold(raw)[0] if _folds(raw) else " ".join(raw.split())


def unreadable(raw: str) -> list[str]:
    """List the characters whose meaning or place the text layer lost.

    Control characters stand for bullets, Greek letters and comparators alike in the wild, and
    private-use code points for icons, so text that holds one cannot be quoted. Nor can a row in
    which Latin letters, or more than one number, stand among Arabic or Hebrew ones: a page keeps
    the order they are drawn in, and the order they are read in is a guess. A sign that turns this
    order would show other digits than the page prints.
    """
    if raw.isascii() and raw.translate(_ROW_ENDS).isprintable():
        return []
    return _out_of_order(raw) + [char for char in raw if _lost(char)]


@lru_cache(maxsize=4096)
def _lost(char: str) -> bool:
    if char in "\r\n\t" or char == LINE_END_HYPHEN:
        return False
    return char == "\ufffd" or char in _TURNS or unicodedata.category(char) in ("Cc", "Co", "Cn")


def _out_of_order(raw: str) -> list[str]:
    if not _LEFTWARD.search(raw):
        return []
    found: list[str] = []
    for row in filter(_LEFTWARD.search, raw.splitlines()):
        numbers = re.findall(r"\d+(?:[.,]\d+)*", row)
        found += re.findall(r"[A-Za-zÀ-ɏ]", row)
        found += [digit for number in numbers[1:] for digit in number]
    return found
