"""Both languages say everything, and fill in the same things."""

import re
from dataclasses import fields

from agent.languages import LANGUAGES, words_in
from agent.words import ENGLISH, Words
from agent.words_zh import CHINESE

BRACES = re.compile(r"\{(\w+)\}")


def test_every_text_stands_in_both_languages_and_fills_in_the_same() -> None:
    names = [f.name for f in fields(Words)]
    assert len(names) == 88
    for name in names:
        english, chinese = getattr(ENGLISH, name), getattr(CHINESE, name)
        assert english.strip(), name
        assert chinese.strip(), name
        assert sorted(BRACES.findall(english)) == sorted(BRACES.findall(chinese)), name


def test_only_the_codes_are_alike() -> None:
    alike = [f.name for f in fields(Words) if getattr(ENGLISH, f.name) == getattr(CHINESE, f.name)]
    assert alike == []
    assert list(LANGUAGES) == ["en", "zh"]


def test_an_unknown_language_is_english() -> None:
    assert words_in("zh") is CHINESE
    for code in ("fr", None, 7, "<script>"):
        assert words_in(code) is ENGLISH


def test_an_unknown_status_is_shown_as_it_is() -> None:
    assert ENGLISH.status("superseded") == "SUPERSEDED"
    assert CHINESE.status("current") == "现行"
    assert ENGLISH.status("draft") == "draft"
