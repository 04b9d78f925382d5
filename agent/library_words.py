"""Says the texts of the librarian's page in English or Chinese; they stand in a table beside it."""

import tomllib
from html import escape
from pathlib import Path

from agent.languages import LANGUAGES
from agent.words import ENGLISH

TEXTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_COLUMN = {"en": 0, "zh": 1}


class Say:
    """Gives the texts of one language; what it gives is escaped for HTML unless it is plain."""

    def __init__(self, language: object) -> None:
        """Take a language's code; English where it is unknown."""
        self.code = str(language) if str(language) in LANGUAGES else ENGLISH.code

    def __call__(self, key: str, **fill: object) -> str:
        """Give a text for HTML, its braces filled in."""
        return escape(self.plain(key, **fill))

    def plain(self, key: str, **fill: object) -> str:
        """Give a text as it is."""
        return TEXTS[key][_COLUMN[self.code]].format(**fill)

    def time(self, seconds: float) -> str:
        """Say an expected time as coarsely as it is known."""
        if seconds < 90:
            return self.plain("about_s", n=max(5, round(seconds / 5) * 5))
        return self.plain("about_min", n=round(seconds / 60))
