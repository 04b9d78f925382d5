"""Reads a list of reasons with their patterns and says which hold for a text; knows no guard.

A list is a .toml of this package that a clinician can review: a reason stands where one of `any`
is found, or where each group of `all` is, unless one of `unless` is too.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Rule:
    """One reason and what must be found for it; an empty group asks nothing."""

    reason: str
    any: Pattern | None
    every: tuple[Pattern, ...]
    unless: Pattern | None

    def stands(self, text: str) -> bool:
        """Tell whether the reason holds for a folded text."""
        if not (self.any and self.any.search(text)) and not (
            self.every and all(one.search(text) for one in self.every)
        ):
            return False
        return not (self.unless and self.unless.search(text))


@lru_cache(maxsize=16)
def rules(name: str) -> tuple[Rule, ...]:
    """Read the rules of a list once; {word} in a pattern stands for that entry of [words]."""
    listed = tomllib.loads((files("agent") / name).read_text("utf-8"))
    words = {key: f"(?:{'|'.join(found)})" for key, found in listed.get("words", {}).items()}

    def pattern(alternatives: list[str]) -> Pattern | None:
        if not alternatives:
            return None
        joined = "|".join(alternatives)
        for key, word in words.items():
            joined = joined.replace(f"{{{key}}}", word)
        return re.compile(joined)

    return tuple(
        Rule(
            rule["reason"],
            pattern(rule.get("any", [])),
            tuple(p for group in rule.get("all", []) if (p := pattern(group))),
            pattern(rule.get("unless", [])),
        )
        for rule in listed["rule"]
    )


def first(name: str, text: str) -> str:
    """Give the first reason of a list that holds for a folded text, or ""."""
    return next((rule.reason for rule in rules(name) if rule.stands(text)), "")
