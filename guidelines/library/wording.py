"""The fixed words on the sample pages, by language; knows no guideline's content."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

LICENCE = "Apache-2.0, sample text"
WORDS = Path(__file__).with_name("wording.toml")


@dataclass(frozen=True)
class Wording:
    """What the layout itself says: the mark on every page, labels, the notice on the cover."""

    mark: str
    notice_title: str
    notice: str
    contents: str
    published: str
    jurisdiction: str
    supersedes: str
    guideline: str


@functools.cache
def wording(language: str) -> Wording:
    """Return the words of a language tag such as en or zh-Hans; KeyError if there are none."""
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return Wording(**tables[language.partition("-")[0]])
