"""Where a sentence of clinical prose begins and ends; pure."""

import re
from collections.abc import Iterator
from itertools import pairwise

# A full stop after one of these ends no sentence. Joining too much shows a longer quote;
# splitting too much shows half a dose, so in doubt sentences are joined.
_ABBREVIATIONS = (
    "sect|fig|tab|ref|refs|no|nos|approx|max|min|vs|spp|sp|subsp|var|incl|excl|resp|cf|ca|eq|"
    "e\\.g|i\\.e|i\\.v|i\\.m|s\\.c|p\\.o|p\\.r|o\\.d|b\\.d|t\\.d\\.s|q\\.i\\.d|"
    "dr|prof|st|vol|chap|app|para"
)
_ENDS_OPEN = re.compile(rf"(?:\b(?:{_ABBREVIATIONS})\.|[;；])$", re.IGNORECASE)
_LONGEST = 16
# "Statement 3.", "e.", "VII.b.", "!": what follows is the sentence.
_LABEL = re.compile(
    r"(?:[A-Za-z]{1,14}\.? )?[A-Z]?[0-9]+(?:\.[0-9]+)*[.:]|(?:[A-Za-z]|[IVXivx]+)\.(?:[a-z]\.)?|!"
)
_TRAILER = re.compile(r"(?:[(\[][^)\]]{1,14}[)\]][.;]?\s*)+")
# A stop, what closes after it, a space, and no small letter next.
_STOP = re.compile(r"(?P<mark>[.!?…])[.!?…]*[\"'”’)\]]*\s+(?=[^\sa-z])")
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘]+$")
_STARTS = re.compile(
    r"(?:The|This|These|Those|It|In|If|For|When|Where|However|Although|There|All|An?|As|At|On|We|"
    r"Give|Do|Use|Treat|Refer|Patients?|Children|Adults?|Women|People)\b"
)
# A grade that the splitter put at the head of the next sentence.
_GRADE = re.compile(r"[(\[][^)\]]{1,14}[)\]]\.?\s+(?=[A-Z])")
_CJK_END = re.compile(r"(?<=[。！？])(?![」』”’）)])")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give the (start, end) of each sentence of a folded paragraph; every word is in one."""
    spans: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        if spans and _belongs(text[spans[-1][0] : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _belongs(before: str, piece: str) -> bool:
    """Tell whether a piece goes with the sentence before it.

    So do what follows an abbreviation or a label ("Statement 3."), and a trailing grade ("(1A)")
    or reference ("[241].").
    """
    # Only a sentence's last characters can be an abbreviation, and most have no need of a look.
    open_end = before.endswith((".", ";", "；"))
    return bool(
        (open_end and _ENDS_OPEN.search(before, max(0, len(before) - _LONGEST)))
        or _LABEL.fullmatch(before)
        or _TRAILER.fullmatch(piece)
        or not any(c.isalnum() for c in piece)
    )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    cuts = [0]
    for stop in _STOP.finditer(text):
        if _parts(text, stop):
            cuts.append(stop.end())
            # A grade ("(1A)") at the head of the next sentence is this one's.
            grade = _GRADE.match(text, stop.end())
            if grade:
                cuts.append(grade.end())
    cuts += [m.start() for m in _CJK_END.finditer(text)]
    for a, b in pairwise(sorted({*cuts, len(text)})):
        piece = text[a:b]
        if piece.strip():
            yield a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())


def _parts(text: str, stop: re.Match[str]) -> bool:
    """Tell whether a full stop with a space after it ends a sentence."""
    if stop["mark"] != ".":
        return True
    word = _WORD_BEFORE.search(text, max(0, stop.start() - 24), stop.start())
    before = word.group() if word else ""
    after = text[stop.end() :].lstrip("(\"'“‘[")[:1]
    if len(before) == 1 and before.isupper():
        # "P. vivax", "B. Mayo": an initial; a letter that ends a sentence is joined for safety.
        return _STARTS.match(text, stop.end()) is not None
    if after.isdigit():
        return len(before) > 2 and before.isalpha()
    return True
