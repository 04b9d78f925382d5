"""Where a sentence of clinical prose begins and ends; pure, wraps syntok with our abbreviations."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import syntok.segmenter
from syntok.tokenizer import Tokenizer

# A full stop after one of these ends no sentence. Joining too much shows a longer quote;
# splitting too much shows half a dose, so in doubt sentences are joined.
_ABBREVIATIONS = (
    "sect|fig|tab|ref|refs|no|nos|approx|max|min|vs|spp|sp|subsp|var|incl|excl|resp|cf|ca|eq|"
    "e\\.g|i\\.e|i\\.v|i\\.m|s\\.c|p\\.o|p\\.r|o\\.d|b\\.d|t\\.d\\.s|q\\.i\\.d|"
    "dr|prof|st|vol|chap|app|para"
)
_ENDS_OPEN = re.compile(rf"(?:\b(?:{_ABBREVIATIONS})\.|[;；])$", re.IGNORECASE)
_LABEL = re.compile(r"(?:[A-Za-z]{1,14}\.? )?[A-Z]?[0-9]+(?:\.[0-9]+)*[.:]")
_TRAILER = re.compile(r"(?:[(\[][^)\]]{1,14}[)\]][.;]?\s*)+")
# A grade that the splitter put at the head of the next sentence.
_GRADE = re.compile(r"[(\[][^)\]]{1,14}[)\]]\.?\s+(?=[A-Z])")
_CJK_END = re.compile(r"(?<=[。！？])(?![」』”’）)])")


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    return Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)


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
    return bool(
        _ENDS_OPEN.search(before)
        or _LABEL.fullmatch(before)
        or _TRAILER.fullmatch(piece)
        or not any(c.isalnum() for c in piece)
    )


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces = []
    for tokens in syntok.segmenter.split(_tokenizer().tokenize(text)):
        start = tokens[0].offset
        end = tokens[-1].offset + len(tokens[-1].value)
        # syntok knows Western stops only where a space follows; Chinese has none.
        grade = _GRADE.match(text, start, end)
        first = grade.end() if grade else start
        cuts = [start, *([first] if grade else [])]
        cuts += [*(m.start() for m in _CJK_END.finditer(text, first, end)), end]
        for a, b in pairwise(cuts):
            piece = text[a:b]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                pieces.append((a + lead, a + len(piece.rstrip())))
    return pieces
