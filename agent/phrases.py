"""Finds the phrases of a word list in a text, the longest first, in time linear in the text; pure.

A phrase's last word may end in "*" for any ending. Knows nothing of what the phrases mean.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*|[\u3400-\u9fff]+|[^\sa-z0-9\u3400-\u9fff]")


@dataclass(frozen=True)
class Phrases:
    """A list of phrases, each under the name it is listed for."""

    words: Mapping[tuple[str, ...], str]
    stems: Mapping[str, str]
    longest: int
    hanzi: Mapping[str, str]
    pattern: re.Pattern[str]

    def find(self, folded: str) -> list[tuple[int, int, str]]:
        """Give where in a folded, lower-case text which names stand, none within another."""
        found: list[tuple[int, int, str]] = []
        tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)]
        at = 0
        while at < len(tokens):
            token, start, _ = tokens[at]
            if "\u3400" <= token[0] <= "\u9fff":
                found += [
                    (start + m.start(), start + m.end(), self.hanzi[m[0]])
                    for m in self.pattern.finditer(token)
                ]
            size, name = self._at(tokens, at)
            if name:
                found.append((start, tokens[at + size - 1][2], name))
            at += size
        return found

    def _at(self, tokens: list[tuple[str, int, int]], at: int) -> tuple[int, str]:
        for size in range(min(self.longest, len(tokens) - at), 0, -1):
            name = self.words.get(tuple(t[0] for t in tokens[at : at + size]))
            if name is not None:
                return size, name
        token = tokens[at][0]
        for length in range(len(token), 3, -1):
            if token[:length] in self.stems:
                return 1, self.stems[token[:length]]
        return 1, ""


def phrases(listed: Iterable[tuple[str, str]]) -> Phrases:
    """Build from pairs of phrase and name; where a phrase stands twice the first name counts."""
    words: dict[tuple[str, ...], str] = {}
    stems: dict[str, str] = {}
    hanzi: dict[str, str] = {}
    for phrase, name in listed:
        if not phrase.isascii():
            hanzi.setdefault(phrase, name)
        elif phrase.endswith("*"):
            stems.setdefault(phrase[:-1], name)
        else:
            words.setdefault(tuple(_TOKEN.findall(phrase)), name)
    every = sorted(hanzi, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, every)) or "(?!)")
    return Phrases(words, stems, max(map(len, words), default=1), hanzi, pattern)
