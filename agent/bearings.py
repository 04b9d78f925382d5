"""Gives each word of a text as what it does: turns, allows, raises, lowers, limits, or names; pure.

Reads the lists of polarity.toml, English and Chinese. Knows nothing of clauses, which are made of
these (`agent.clauses`).
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.edits import folded
from guidelines.text import is_cjk
from retrieval.lexical import STOPWORDS, stem
from retrieval.thesaurus import concepts

LIST = "polarity.toml"
CONDITIONS = ("if", "unless", "only")
PREDICATES = ("turns", "states", "up", "down", "unknown", "caution", "softly")
MARKS = ("turns", "up", "down", "unknown", "caution", "softly", *CONDITIONS)
KINDS = ("past", *PREDICATES, *CONDITIONS)
_TOKEN = re.compile(
    r"[a-z]+(?:['-][a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[\u3400-\u9fff]+|[.,;:!?，；：。！？、¶()&]"
)
_SIGNS = {",": "comma", "，": "comma", "(": "comma", ")": "comma", ":": "colon", "：": "colon"}
_SIGNS |= dict.fromkeys(".;!?；。！？¶", "stop") | {"、": "term"}
_JOINS = frozenset({"&", "but", "and", "whereas", "while", "although", "though", "however", "yet"})
_EMPTY = STOPWORDS | frozenset(
    """
    with out off patient patients people person those who such guideline line during s there all
    any one than per each every other some both either via through because over under above below
    best even already others upon towards toward among between yes then thus hence therefore
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class _Words:
    phrases: dict[tuple[str, ...], str]
    longest: int
    hanzi: dict[str, str]
    pattern: re.Pattern[str]
    same: dict[str, str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    phrases: dict[tuple[str, ...], str] = {}
    hanzi: dict[str, str] = {}
    for kind in KINDS:
        for phrase in lists[kind]["en"]:
            phrases.setdefault(tuple(map(stem, phrase.split())), kind)
        for phrase in lists[kind]["zh"]:
            hanzi.setdefault(phrase, kind)
    same = {stem(w): stem(group[0]) for group in lists["same"]["groups"] for w in group}
    pattern = "|".join(map(re.escape, sorted(hanzi, key=len, reverse=True)))
    return _Words(phrases, max(map(len, phrases)), hanzi, re.compile(pattern), same)


def marks(text: str) -> list[tuple[str, str]]:
    """Give the words of a text that turn, raise, lower or limit, each with what it does."""
    return [(kind, word) for kind, word in read(folded(text)) if kind in MARKS]


def terms(text: str) -> list[str]:
    """Give what a text is about, word by word in order."""
    return [word for kind, word in read(folded(text)) if kind == "term"]


def read(text: str) -> Iterator[tuple[str, str]]:
    """Give each word as what it does, and by which name it goes."""
    words = _words()
    tokens = _TOKEN.findall(text)
    stems = [stem(t) if t[0].isascii() else t for t in tokens]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size = 1
        if token in _SIGNS:
            if _SIGNS[token] != "term":
                yield _SIGNS[token], token
        elif is_cjk(token[0]):
            yield from _hanzi(token, words)
        else:
            for size in range(min(words.longest, len(tokens) - at), 0, -1):
                kind = words.phrases.get(tuple(stems[at : at + size]))
                if kind is not None:
                    yield kind, " ".join(stems[at : at + size])
                    break
            else:
                if token in _JOINS:
                    yield "join", token
                elif token not in _EMPTY:
                    yield "term", words.same.get(stems[at], stems[at])
        at += size


def _hanzi(run: str, words: _Words) -> Iterator[tuple[str, str]]:
    at = 0
    for mark in (*words.pattern.finditer(run), None):
        between = run[at : mark.start() if mark else len(run)]
        if between:
            found, rest = concepts(between)
            for concept in found:
                for word in concept.concepts[0].name.split():
                    yield "term", words.same.get(stem(word), stem(word))
            for left in (*rest, *(f.said for f in found)):
                yield from (("term", left[i : i + 2]) for i in range(max(1, len(left) - 1)))
        if mark:
            yield words.hanzi[mark[0]], mark[0]
            at = mark.end()
