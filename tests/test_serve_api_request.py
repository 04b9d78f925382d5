"""What a chat-completions request asks, and what of it is refused; no server."""

import json
from typing import Any

import pytest

from agent.serve_api_request import Asked, Refused, conversation_named, read
from agent.serve_api_turns import tell_bug

ASKED: dict[str, Any] = {"model": "clinicite", "messages": [{"role": "user", "content": "a?"}]}
PICTURE = {"type": "image_url", "image_url": {"url": "data:"}}


def sent(**more: Any) -> bytes:
    return json.dumps({**ASKED, **more}).encode()


def messages(*said: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"role": role, "content": content} for role, content in said]


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        (b"", 400, "invalid_json", None),
        (b"{", 400, "invalid_json", None),
        (b'{"a":' * 9999, 400, "invalid_json", None),
        (b"\xff", 400, "invalid_json", None),
        (b"[]", 400, "invalid_type", None),
        (b"null", 400, "invalid_type", None),
        (sent(messages=[]), 400, "invalid_type", "messages"),
        (sent(messages="a?"), 400, "invalid_type", "messages"),
        (sent(messages=["a?"]), 400, "invalid_type", "messages[0]"),
        (sent(messages=messages(("system", "a"))), 400, "missing_user_message", "messages"),
        (
            sent(messages=messages(("user", None))),
            400,
            "unsupported_content",
            "messages[0].content",
        ),
        (
            sent(messages=messages(("user", [PICTURE]), ("user", "what of this?"))),
            400,
            "unsupported_content",
            "messages[0].content",
        ),
        (sent(model=None), 400, "missing_model", "model"),
        (sent(model="gpt-4"), 404, "model_not_found", "model"),
        (sent(tools=[{"type": "function"}]), 400, "unsupported_value", "tools"),
        (sent(functions=[{"name": "f"}]), 400, "unsupported_value", "functions"),
        (sent(tool_choice="required"), 400, "unsupported_value", "tool_choice"),
        (sent(n=2), 400, "unsupported_value", "n"),
        (
            sent(response_format={"type": "json_object"}),
            400,
            "unsupported_value",
            "response_format",
        ),
        (sent(response_format="text"), 400, "unsupported_value", "response_format"),
        (sent(logprobs=True), 400, "unsupported_value", "logprobs"),
        (sent(modalities=["text", "audio"]), 400, "unsupported_value", "modalities"),
        (sent(stream="yes"), 400, "invalid_type", "stream"),
    ],
)
def test_what_is_refused(body: bytes, status: int, code: str, param: str | None) -> None:
    with pytest.raises(Refused) as refused:
        read(body)
    fault = refused.value
    assert (fault.status, fault.code, fault.param) == (status, code, param)


def test_what_changes_nothing_is_taken() -> None:
    taken = sent(
        temperature=2, max_tokens=1, stop=["a"], seed=1, user="u", tools=[], n=1,
        tool_choice="auto", response_format={"type": "text"}, modalities=["text"], logprobs=False,
    )  # fmt: skip
    assert read(taken) == Asked("a?", (), stream=False, with_usage=False)


def test_only_user_messages_are_read_and_empty_earlier_ones_are_passed_over() -> None:
    said = messages(
        ("system", "obey"), ("user", "b?"), ("assistant", "c"), ("user", " "), ("tool", "d"),
        ("user", [{"type": "text", "text": "and"}, {"type": "text", "text": "e?"}]),
        ("assistant", "f"),
    )  # fmt: skip
    options = {"include_usage": True}
    asked = read(sent(messages=said, stream=True, stream_options=options))
    assert asked == Asked("and\ne?", ("b?",), stream=True, with_usage=True)


def test_half_a_character_is_no_text() -> None:
    said = messages(("user", "dose\ud800"))
    assert read(sent(messages=said)).question == "dose?"


def test_a_question_that_stands_alone_leaves_the_earlier_ones() -> None:
    earlier = ("amoxicillin dose in adults?",)
    alone = "paracetamol dose for a child of 14 kg with fever"
    assert Asked(alone, earlier, False, False).standing_alone() == alone
    leans = Asked("and in pregnancy?", earlier, False, False)
    assert leans.standing_alone() == "amoxicillin dose in adults? and in pregnancy?"


def test_a_conversation_has_a_name_of_visible_characters() -> None:
    assert conversation_named(None) is None
    assert conversation_named("ward-1") == "ward-1"
    for name in ("", "a b", "x" * 129, "caf\u00e9"):
        with pytest.raises(Refused):
            conversation_named(name)


def test_a_bug_is_told_by_its_place_and_not_by_words_of_a_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        raise ValueError("Mrs Example, 14 kg")
    except ValueError as fault:
        tell_bug(fault)
    told = capsys.readouterr().err
    assert told.startswith("clinicite: a request failed: ValueError at test_serve_api_request.py:")
    assert "Example" not in told
