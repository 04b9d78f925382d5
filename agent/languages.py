"""The languages of the page, by their code."""

from agent.words import ENGLISH, Words
from agent.words_zh import CHINESE

LANGUAGES = {words.code: words for words in (ENGLISH, CHINESE)}


def words_in(code: object) -> Words:
    """Give the texts of a language, English where the code is unknown."""
    return LANGUAGES.get(str(code), ENGLISH)
