"""Thinking told from answer, however the stream is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.thinking import (
    HUATUO_HEADINGS,
    THINK_TAGS,
    Delimiters,
    ThinkSplitter,
    Thought,
    split,
    without_thinking,
)
from agent.thinking_marks import named_ids, step_words


def run(
    deltas: list[str], delimiters: Delimiters = THINK_TAGS, *, inside: bool = False
) -> tuple[str, str]:
    """Return (thinking, answer) as the stream's two channels would show them."""
    splitter = ThinkSplitter(delimiters, starts_in_thinking=inside)
    pieces = [piece for delta in deltas for piece in splitter.feed(delta)] + splitter.close()
    assert all(text for _, text in pieces)
    return (
        "".join(text for channel, text in pieces if channel == "thinking"),
        "".join(text for channel, text in pieces if channel == "answer"),
    )


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        ("<think>first</think>\n\n2.1 2.3", "first", "\n\n2.1 2.3"),
        ("2.1", "", "2.1"),
        ("", "", ""),
        ("<THINK>a</Think>b", "a", "b"),
        ("<think>cut off", "cut off", ""),
        ("<think>cut off</thi", "cut off", ""),
        ("<think>", "", ""),
        ("<thi", "", ""),
        ("a</think>b", "", "ab"),
        ("<think>a</think>b</think>c", "a", "bc"),
        ("<think>a<think>b</think>c", "ab", "c"),
        ("<think>a</think>b<think>c</think>d", "ac", "bd"),
        ("if eGFR < 30 then <b>", "", "if eGFR < 30 then <b>"),
        ("<<think>>a<</think>>", ">a<", "<>"),
        ("<thinking>a</thinking>", "", "<thinking>a</thinking>"),
    ],
)
def test_each_channel_gets_the_text_less_its_tags(text: str, thinking: str, answer: str) -> None:
    assert run([text]) == (thinking, answer)
    assert run(list(text)) == (thinking, answer)


def test_missing_opener_when_the_prompt_held_it() -> None:
    assert run(["so 2.1", " fits</th", "ink>2.1"], inside=True) == ("so 2.1 fits", "2.1")
    assert run(["<think>", "a</think>b"], inside=True) == ("a", "b")
    assert run(["never closed"], inside=True) == ("never closed", "")


def test_text_is_given_as_soon_as_it_is_certain() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("<think>one ") == [("thinking", "one ")]
    assert splitter.feed("two </") == [("thinking", "two ")]
    assert splitter.feed("b>") == [("thinking", "</b>")]
    assert splitter.feed("</think>2") == [("answer", "2")]
    assert splitter.close() == []
    assert splitter.close() == []


def test_a_tag_torn_at_every_character_reaches_no_channel() -> None:
    text = "<think>ab</think>cd"
    seen = [run([text[:n]]) for n in range(len(text) + 1)]
    assert len(seen) == 20
    assert seen[:8] == [("", "")] * 8
    assert seen[9:18] == [("ab", "")] * 9
    assert seen[19] == ("ab", "cd")


def test_headings_count_only_on_a_line_of_their_own() -> None:
    text = "## Thinking\n\nTry ## Final Response later.\n### Thinking\n\n## Final Response\n\nYes."
    thinking = "\nTry ## Final Response later.\n### Thinking\n\n"
    assert run([text], HUATUO_HEADINGS) == (thinking, "\nYes.")
    assert run(list(text), HUATUO_HEADINGS) == (thinking, "\nYes.")
    assert run(["## Thinking about sepsis"], HUATUO_HEADINGS) == ("", "## Thinking about sepsis")
    assert run(["## thinking:\r\na\r\n## FINAL response"], HUATUO_HEADINGS) == ("a\r\n", "")


def test_whole_text() -> None:
    assert split("<think>\na\n</think>\n\n2.1\n") == Thought("a", "2.1", closed=True)
    assert split("<think>a") == Thought("a", "", closed=False)
    assert split("a</think>b", starts_in_thinking=True) == Thought("a", "b", closed=True)
    assert split("plain") == Thought("", "plain", closed=True)


def test_history_loses_its_thinking_and_nothing_else() -> None:
    assert without_thinking("<think>a</think>\n2.1") == "2.1"
    assert without_thinking("a</think>\n2.1") == "2.1"
    assert without_thinking("<think>a") == ""
    assert without_thinking("  2.1 stays \n") == "  2.1 stays \n"
    assert without_thinking("## Thinking\na\n## Final Response", HUATUO_HEADINGS) == ""


def test_delimiters_that_no_cut_could_tell_are_refused() -> None:
    for opener, closer in (("", "x"), ("<t>", "<t>"), ("<T>", "</<t>")):
        with pytest.raises(ValueError, match="cannot be told apart"):
            Delimiters(opener, closer)


PARTS = st.sampled_from(
    [
        *("<think>", "</think>", "<THINK>", "</", "<", "think>", "<t", "/think>"),
        *("## Thinking", "## Final Response", "## thinking\n", "#", "##", ":"),
        *("a", "首先", " ", "\n", "\r\n"),
    ]
)


@given(
    parts=st.lists(PARTS, max_size=14),
    cuts=st.lists(st.integers(0, 120), max_size=12),
    delimiters=st.sampled_from([THINK_TAGS, HUATUO_HEADINGS, Delimiters("a", "<")]),
    inside=st.booleans(),
)
def test_any_cutting_gives_the_same_as_the_whole(
    parts: list[str], cuts: list[int], delimiters: Delimiters, inside: bool
) -> None:
    text = "".join(parts)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    deltas = [text[a:b] for a, b in pairwise(edges)]
    whole = run([text], delimiters, inside=inside)
    assert run(deltas, delimiters, inside=inside) == whole
    assert run(list(text), delimiters, inside=inside) == whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("First, the dose. Then 2.1 fits, so I name it.", ["First", "Then", "so"]),
        ("First-line therapy comes first. The second dose is next to it.", []),
        (
            "Second: check. Next the age; however, finally no.",
            ["Second", "Next", "however", "finally"],
        ),
        ("It is so far so good, so that works. And therefore yes.", ["therefore"]),
        ("because 2.2 says so\n- finally 2.1", ["because", "finally"]),
        ("首先看年龄，然后看肾功能。因此选2.1，但是最后核对。", ["首先", "然后", "因此", "但是"]),
        ("我们首先看", []),
        ("Thenar eminence. Son of.", []),
    ],
)
def test_step_words_lead_a_clause(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in step_words(text)] == words


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Line 2.1 and 12.15.", ["2.1", "12.15"]),
        ("2.1.3, 12.1, 2.15, v2.1, 2.1e4 and 0.2.1", []),
        ("give 2.1 mg or 2.1% or 2.1mmol/L or 2.1–3.5 mg/kg or > 2.1 or 2.1-fold", []),
        ("lines 2.1-2.2, [2.2]; (2.1)", ["2.1", "2.2", "2.2", "2.1"]),
        ("见2.1和2.2，剂量2.1毫克", ["2.1", "2.2"]),
        ("2.1 gives it, 2.2 months out, 2.2 may", ["2.1", "2.2"]),
        ("9.9 is not in the evidence", []),
    ],
)
def test_only_ids_that_exist_are_named(text: str, named: list[str]) -> None:
    found = named_ids(text, {"2.1", "2.2", "12.15"})
    assert [name for _, _, name in found] == named
    assert [text[a:b] for a, b, _ in found] == named
