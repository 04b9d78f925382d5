"""The real vLLM on the CPU, from GGUF to a constrained stream.

CLINICITE_SERVE_PYTHON=.venv-serve/bin/python python -m pytest -m vllm
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from agent import vllm_process
from agent.chat_vllm import ChatVLLM
from agent.thinking import ThinkSplitter
from agent.thinking_marks import named_ids
from agent.vllm_model import embedded, selects_lines

ROOT = Path(__file__).parents[1]
PYTHON = Path(os.environ.get("CLINICITE_SERVE_PYTHON", ROOT / ".venv-serve" / "bin" / "python"))
IDS = {"1.1", "1.2", "2.1"}
REGEX = r"<think>[^<]{10,200}</think>\n\n(1\.1|1\.2|2\.1|NONE)( (1\.1|1\.2|2\.1)){0,2}"
QUESTION = """1.1 Start amlodipine 5 mg daily in adults over 55.
1.2 Check renal function before starting an ACE inhibitor.
2.1 Refer on the same day if blood pressure is 180/120 or higher with retinal haemorrhage.

Which lines answer: what is the first drug for a 70-year-old with hypertension?"""

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not PYTHON.is_file(), reason=f"no serving environment at {PYTHON}"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[vllm_process.Server]:
    home = tmp_path_factory.mktemp("home")
    folder = embedded(PYTHON, home / "models" / "smollm2")
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert embedded(PYTHON, folder) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert not selects_lines(folder)
    started = vllm_process.start(
        PYTHON, folder, "smollm2", state=home, log=home / "vllm.log", port=0, regex=REGEX
    )
    yield started
    started.stop()


def stream(server: vllm_process.Server, regex: str | None) -> tuple[str, str, str, float]:
    """Return (thinking, answer, why it ended, seconds to the first thinking)."""
    body = {"structured_outputs": {"regex": regex}} if regex else {}
    model = ChatVLLM(
        base_url=server.url,
        model=server.model,
        api_key=SecretStr("none"),
        temperature=0,
        max_completion_tokens=160,
        timeout=120,
        extra_body=body,
    )
    splitter, began, first, ended = ThinkSplitter(), time.monotonic(), 0.0, ""
    parts = {"thinking": "", "answer": ""}
    for chunk in model.stream([HumanMessage(QUESTION)]):
        for channel, text in splitter.feed(chunk.text):
            parts[channel] += text
            first = first or time.monotonic() - began
        ended = chunk.response_metadata.get("finish_reason", ended)
    for channel, text in splitter.close():
        parts[channel] += text
    return parts["thinking"], parts["answer"], ended, first


def test_the_constraint_holds_over_the_whole_reply(server: vllm_process.Server) -> None:
    thinking, answer, ended, first = stream(server, REGEX)
    assert ended == "stop"
    assert re.fullmatch(REGEX, f"<think>{thinking}</think>{answer}")
    assert 10 <= len(thinking) <= 200
    names = answer.split()
    assert names
    assert set(names) <= IDS | {"NONE"}
    assert [name for _, _, name in named_ids(answer, IDS)] == [n for n in names if n != "NONE"]
    assert 0 < first < 60


def test_the_same_prompt_without_it_does_not_look_so(server: vllm_process.Server) -> None:
    thinking, answer, _, _ = stream(server, None)
    assert thinking == ""
    assert not re.fullmatch(REGEX, answer)


def test_the_server_listens_on_this_machine_only(server: vllm_process.Server) -> None:
    port = int(server.url.split(":")[2].split("/")[0])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]
