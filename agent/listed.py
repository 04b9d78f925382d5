"""Reads a list of reasons with their patterns and says which hold for a text; knows no guard.

A list is a .toml of this package that a clinician can review: a reason stands where one of `any`
is found, or where each group of `all` is, unless one of `unless` is too.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.needles import Gated, gated

Group = tuple[Gated, ...]


@dataclass(frozen=True)
class Rule:
    """One reason and what must be found for it; an empty group asks nothing."""

    reason: str
    any: Group
    every: tuple[Group, ...]
    unless: Group

    def stands(self, text: str) -> bool:
        """Tell whether the reason holds for a folded text."""
        if not _one(self.any, text) and not (
            self.every and all(_one(group, text) for group in self.every)
        ):
            return False
        return not _one(self.unless, text)


def _one(group: Group, text: str) -> bool:
    return any(pattern.found(text) for pattern in group)


@lru_cache(maxsize=16)
def rules(name: str) -> tuple[Rule, ...]:
    """Read the rules of a list once; {word} in a pattern stands for that entry of [words]."""
    listed = tomllib.loads((files("agent") / name).read_text("utf-8"))
    words = {key: f"(?:{'|'.join(found)})" for key, found in listed.get("words", {}).items()}

    def group(alternatives: list[str]) -> Group:
        return tuple(gated(_spelled(one, words)) for one in alternatives)

    return tuple(
        Rule(
            rule["reason"],
            group(rule.get("any", [])),
            tuple(group(one) for one in rule.get("all", [])),
            group(rule.get("unless", [])),
        )
        for rule in listed["rule"]
    )


def _spelled(pattern: str, words: dict[str, str]) -> str:
    for key, word in words.items():
        pattern = pattern.replace(f"{{{key}}}", word)
    return pattern


def first(name: str, text: str) -> str:
    """Give the first reason of a list that holds for a folded text, or ""."""
    return next((rule.reason for rule in rules(name) if rule.stands(text)), "")
