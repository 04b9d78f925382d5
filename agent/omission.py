"""What the same section says and the answer does not: warnings a reader must be told of; pure.

Knows the kinds of warning by the patterns of omission.toml, which a clinician can review; knows
nothing of how lines are found or drawn.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from agent.bands import is_for_another
from agent.evidence import EvidenceLine
from agent.setting import for_other_age
from agent.wording import plain

LIST = "omission.toml"
# More would be read by nobody; the section itself is one click away.
MOST = 4
# Longer than any line of the evidence.
_READ = 2000
# A heading such as "Treatment" comes again: what is further off is another section of that name.
_NEAR = 2
_Section = tuple[str, tuple[str, ...]]
_Kinds = tuple[tuple[str, re.Pattern[str]], ...]


def omitted(
    question: str, shown: Sequence[EvidenceLine], retrieved: Sequence[EvidenceLine]
) -> tuple[EvidenceLine, ...]:
    """Give the warnings of the shown lines' sections that are not shown, the gravest first.

    Args:
        question: What was asked; a row for another weight or age than its patient's is left out.
        shown: The lines the answer shows or cites.
        retrieved: All lines that were found, in the order of the page.
    """
    sections: dict[_Section, list[int]] = {}
    for line in shown:
        sections.setdefault(_section(line), []).append(line.passage.page)
    told = {_folded(line.text) for line in shown}
    # A line whose words stand within one that is shown tells nothing new.
    whole = "\n".join(told)
    found: list[tuple[int, EvidenceLine]] = []
    for line in retrieved:
        pages = sections.get(_section(line), ())
        if not any(abs(page - line.passage.page) <= _NEAR for page in pages):
            continue
        grave = rank(line.text)
        if grave is None or not line.line.quotable:
            continue
        said = _folded(line.text)
        if said in told or said in whole:
            continue
        if is_for_another(question, line.text) or for_other_age(question, line.text):
            continue
        told.add(said)
        found.append((grave, line))
    return tuple(line for _, line in sorted(found, key=lambda pair: pair[0])[:MOST])


def kind(text: str) -> str:
    """Name the gravest warning of a text, "" where it holds none."""
    at = rank(text)
    return "" if at is None else _listed()[1][at][0]


@lru_cache(maxsize=4096)
def rank(text: str) -> int | None:
    """Give the place of the gravest warning of a text in the list; None where it holds none."""
    unless, kinds = _listed()
    folded = _folded(text)
    at = next((n for n, (_, pattern) in enumerate(kinds) if pattern.search(folded)), None)
    return None if at is None or unless.search(folded) else at


def _section(line: EvidenceLine) -> _Section:
    return line.guideline.id, line.passage.section


# Lines of the library only.
@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    low = plain(text[:_READ]).lower()
    return "¶ " + re.sub(r"[.!?](?=\s|$)|[。！？]|\s…\s", " ¶", low) + " ¶"


@lru_cache(maxsize=1)
def _listed() -> tuple[re.Pattern[str], _Kinds]:
    """Read the patterns once: what is no warning, then the kinds in their order."""
    listed = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    words = {name: f"(?:{'|'.join(forms)})" for name, forms in listed["words"].items()}

    def pattern(forms: list[str]) -> re.Pattern[str]:
        joined = "|".join(forms)
        for name, word in words.items():
            joined = joined.replace(f"{{{name}}}", word)
        return re.compile(joined)

    return pattern(listed["unless"]), tuple((k["name"], pattern(k["says"])) for k in listed["kind"])
