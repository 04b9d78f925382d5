"""A clinician's words to a page's words: brands, abbreviations, lay and Chinese names; pure.

`thesaurus.tsv` beside this file is our own compilation, one concept a line: the name a page would
use, other forms, the kind, Chinese names. Not reviewed by a clinician yet. It widens a search
only; no answer is made of it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from guidelines.text import is_cjk

_TOKEN = re.compile(r"[a-z0-9]+(?:[.,'][a-z0-9]+)*|#|[\u3400-\u9fff]+")
_LONGEST = 6  # words of a form
_LONGEST_CHINESE = 14  # characters


@dataclass(frozen=True)
class Concept:
    """One concept: the name first, then every other form, all in lower case."""

    name: str
    forms: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Found:
    """Concepts that a piece of a question may mean, most often one."""

    said: str
    concepts: tuple[Concept, ...]


@lru_cache(maxsize=1)
def _entries() -> dict[str, tuple[Concept, ...]]:
    """Give the concepts of every form, a form's words parted by one space."""
    found: dict[str, tuple[Concept, ...]] = {}
    text = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8")
    for row in text.splitlines():
        name, forms, kind, chinese = [*row.split("\t"), "", "", ""][:4]
        each = [f.strip().lower() for f in (*forms.split(" | "), *chinese.split(" | "))]
        concept = Concept(name.lower(), tuple(dict.fromkeys(f for f in each if f)), kind)
        for form in (concept.name, *concept.forms):
            key = form if is_cjk(form[0]) else " ".join(_TOKEN.findall(form))
            if concept not in found.get(key, ()):
                found[key] = (*found.get(key, ()), concept)
    return found


def concepts(question: str) -> tuple[list[Found], list[str]]:
    """Find the concepts that a question names, the longest form first.

    Returns:
        The concepts in order, and the words that name none.
    """
    entries = _entries()
    tokens: list[str] = _TOKEN.findall(question.lower())
    found: list[Found] = []
    rest: list[str] = []
    i = 0
    while i < len(tokens):
        if is_cjk(tokens[i][0]):
            more, left = _chinese(tokens[i], entries)
            found += more
            rest += left
            i += 1
            continue
        for size in range(min(_LONGEST, len(tokens) - i), 0, -1):
            said = " ".join(tokens[i : i + size])
            if said in entries:
                found.append(Found(said, entries[said]))
                i += size
                break
        else:
            rest.append(tokens[i])
            i += 1
    return found, rest


def _chinese(run: str, entries: dict[str, tuple[Concept, ...]]) -> tuple[list[Found], list[str]]:
    """Find the concepts of a run of Chinese characters, which has no spaces to go by."""
    found: list[Found] = []
    rest: list[str] = []
    i = start = 0
    while i < len(run):
        for size in range(min(_LONGEST_CHINESE, len(run) - i), 1, -1):
            said = run[i : i + size]
            if said in entries:
                if start < i:
                    rest.append(run[start:i])
                found.append(Found(said, entries[said]))
                i += size
                start = i
                break
        else:
            i += 1
    if start < len(run):
        rest.append(run[start:])
    return found, rest


def spelled_out(question: str) -> str:
    """Give the question with the page's names of what it says behind it, for an embedder."""
    names = dict.fromkeys(
        c.name for f in concepts(question)[0] for c in f.concepts[:2] if c.name not in f.said
    )
    names = {n: None for n in names if n not in question.lower()}
    return f"{question} ({', '.join(names)})" if names else question
