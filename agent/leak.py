"""Tells where thinking stands in an answer, or where the answer stands in the thinking only; pure.

By the patterns of leak.toml, English and Chinese, and by the weighing of the whole wording; words
that an answer quotes are not its own. Knows nothing of how streams are split (`agent.thinking`).
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from agent.disguise import unmasked
from agent.weighed import holding
from agent.wording import plain

LIST = "leak.toml"
_QUOTED = re.compile(r'"[^"\n]{0,300}"|“[^”\n]{0,300}”|「[^」\n]{0,300}」')
_CITED = re.compile(r"\[[0-9][0-9., ;–-]*\]")
_TAG = re.compile(r"</?[\w-]{1,20}>")
_SENTENCE = re.compile(r"(?<=[.!?。！？;；\n])\s*|(?<=[.:]) ")
_ANSWERED = re.compile(
    r"\? ?(?:yes|no|probably|maybe|perhaps|not sure|unclear|unsure)\b|？(?:是|否|不)"
)
_LONGEST = 8_000
_COPIED = 8  # words: a shorter sentence may well be thought and said alike
_WORD = re.compile(r"[\w\u3400-\u9fff]")
# Fewer words, or none as in a list of lines, are no wording that could be weighed.
_WRITTEN, _FEW = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff]"), 3


def leaks(thinking: str, answer: str) -> str:
    """Tell why an answer may not be shown beside its thinking, or "" where it may."""
    if len(answer) > _LONGEST:
        return "too long to be an answer"
    bare = _TAG.sub(" ", _CITED.sub(" ", answer)).strip(" \n\t-–—*•.#>`")
    low = plain(bare).lower().strip(" .。")
    if not _WORD.search(bare):
        return "says nothing" + (
            ": the answer stands in the thinking only" if thinking.strip() else ""
        )
    marks, talk, empty = _patterns()
    raw = plain(answer).lower()
    if marks.search(raw):
        return "holds the marks of a draft"
    if empty.search(low):
        return "points to what is not shown"
    own = plain(
        _CITED.sub(" ", _QUOTED.sub(" ", answer.replace("’", "'"))).replace("\n", " \n ")
    ).lower()
    sentences = [s.strip(" -*•") for s in _SENTENCE.split(own) if s.strip()]
    if any(talk.search(s) for s in (*sentences, own)):
        return "talks to itself"
    if own.count("?") + own.count("？") > 1 or _ANSWERED.search(own):
        return "asks itself questions"
    if len(_WRITTEN.findall(bare)) >= _FEW and holding(unmasked(answer), "leak"):
        return "reads as if it thought aloud"
    return _copied(thinking, answer)


def _copied(thinking: str, answer: str) -> str:
    """Object to a sentence of the thinking that stands in the answer beside others, uncited."""
    thought = plain(thinking).lower()
    sentences = [s for s in re.split(r"(?<=[.!?。！？])\s+", answer.strip()) if s]
    for sentence in sentences:
        same = plain(sentence).lower()
        long = len(sentences) > 1 and len(same.split()) >= _COPIED
        if long and same in thought and not _CITED.search(sentence):
            return "repeats its thinking word for word"
    return ""


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    marks, talk, empty = (
        re.compile("|".join(f"(?:{s})" for s in lists[kind]["signs"]), re.MULTILINE)
        for kind in ("marks", "talk", "empty")
    )
    return marks, talk, empty
