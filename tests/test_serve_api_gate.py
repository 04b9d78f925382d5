"""Who may ask as a program: this machine, or who has the key; and how many questions at once."""

import subprocess
from typing import Any

import openai
import pytest
from starlette.datastructures import Headers

from agent.serve_api_gate import barred
from guidelines.home import Home
from tests.conftest import ROOT
from tests.served_programs import DOSE, QUESTION, command, environment, served
from tests.stub_vllm import Reply, StubVLLM

HERE, THERE = ("127.0.0.1", 5), ("10.0.0.9", 5)
LOCAL = {"host": "127.0.0.1:7861"}
ORIGIN = {"origin": "https://elsewhere.test"}
KEY = {"authorization": "Bearer s3cret"}


@pytest.mark.parametrize(
    ("headers", "client", "key", "status"),
    [
        (LOCAL, HERE, "", None),
        ({"host": "[::1]:7861"}, ("::1", 5), "", None),
        (LOCAL, THERE, "", 403),
        (LOCAL, None, "", 403),
        ({"host": "evil.test"}, HERE, "", 403),
        ({**LOCAL, "x-forwarded-for": "10.0.0.9"}, HERE, "", 403),
        ({**LOCAL, **ORIGIN}, HERE, "", 403),
        ({**LOCAL, "sec-fetch-site": "cross-site"}, HERE, "", 403),
        ({**LOCAL, "origin": "http://127.0.0.1:7861"}, HERE, "", None),
        ({"host": "guidelines.ward", **KEY}, THERE, "s3cret", None),
        ({"host": "guidelines.ward", **KEY, **ORIGIN}, THERE, "s3cret", 403),
        (LOCAL, HERE, "s3cret", 401),
        ({**LOCAL, **KEY}, HERE, "other", 401),
        ({**LOCAL, "authorization": "Basic s3cret"}, HERE, "s3cret", 401),
        ({**LOCAL, "authorization": "Bearer \u00e9"}, HERE, "s3cret", 401),
    ],
)
def test_who_may_ask(headers: dict[str, str], client: Any, key: str, status: int | None) -> None:
    refused = barred(Headers(headers), client, key)
    assert (refused and refused.status) == status


def test_beyond_this_machine_it_is_not_served_without_a_key(
    sample_home: Home, stub: StubVLLM
) -> None:
    done = subprocess.run(
        command("serve", "api"), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env=environment(sample_home, stub.url, CLINICITE_API_HOST="0.0.0.0"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "clinicite: programs at 0.0.0.0: others could ask, and no key is set. "
        "Mend: set CLINICITE_CLIENT_KEY\n"
    )


def test_a_key_is_asked_for_and_one_question_too_many_is_a_429(
    sample_home: Home, stub: StubVLLM
) -> None:
    settings = {"CLINICITE_CLIENT_KEY": "s3cret", "CLINICITE_CLIENT_QUESTIONS": "1"}
    asked: Any = {"model": "clinicite", "messages": [{"role": "user", "content": QUESTION}]}
    with served(sample_home, stub.url, **settings) as programs:
        stranger = openai.OpenAI(base_url=programs.v1, api_key="guess", max_retries=0)
        with pytest.raises(openai.AuthenticationError) as refused:
            stranger.chat.completions.create(**asked)
        assert refused.value.code == "invalid_api_key"
        assert stub.requests == []
        known = openai.OpenAI(base_url=programs.v1, api_key="s3cret", max_retries=0, timeout=60)
        stub.reply = Reply("Slow. " * 100_000, "1.1", size=6)
        first = known.chat.completions.create(**asked, stream=True)
        next(iter(first))
        with pytest.raises(openai.RateLimitError) as busy:
            known.chat.completions.create(**asked)
        assert busy.value.code == "busy"
        assert busy.value.response.headers["retry-after"] == "1"
        first.close()
        assert stub.left.wait(20)
        # The place is free again once the model was stopped; the client itself asks again.
        stub.reply = Reply("Quick.", "1.1")
        patient = known.with_options(max_retries=3)
        told = patient.chat.completions.create(**asked).choices[0].message.content
        assert DOSE in str(told).lower()
