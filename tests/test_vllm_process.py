"""The real subprocess code, with a small script in the place of the serving Python."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent import vllm_process, vllm_record
from agent.vllm_launch import CpuChoice, command, environment, fastest_on_cpu
from agent.vllm_ready import any_free_port, completes
from guidelines.problem import Problem
from tests.stub_vllm import StubVLLM

ROOT = Path(__file__).parents[1]

FAKE = """#!{python}
import http.server, json, subprocess, sys, time
args = sys.argv[1:]
at = lambda flag: args[args.index(flag) + 1]
assert args[:2] == ["-m", "vllm.entrypoints.openai.api_server"], args
print("loading", at("--model"), flush=True)
MODE = {mode!r}
if MODE == "dies":
    print("(EngineCore pid=7) ERROR ValueError: not enough memory", flush=True)
    sys.exit("RuntimeError: Engine core initialization failed")
if MODE == "slow":
    time.sleep(60)
child = subprocess.Popen(["sleep", "60"])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        good = MODE == "good" and asked["model"] == at("--served-model-name")
        body = json.dumps({{"usage": {{"completion_tokens": asked["max_tokens"]}}}}).encode()
        self.send_response(200 if good else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

http.server.HTTPServer((at("--host"), int(at("--port"))), Handler).serve_forever()
"""

Starter = Callable[..., vllm_process.Server]


def fake(tmp_path: Path, mode: str) -> Path:
    """Write the script that stands in for the serving Python."""
    script = tmp_path / f"python-{mode}"
    script.write_text(FAKE.format(python=sys.executable, mode=mode), encoding="utf-8")
    script.chmod(0o755)
    return script


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, Any]]:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text('{"max_position_embeddings": 2048}')
    port, state = any_free_port(), tmp_path / "state"
    yield {
        "python": fake(tmp_path, "good"),
        "folder": tmp_path / "model",
        "model": "small",
        "state": state,
        "log": tmp_path / "logs" / "vllm.log",
        "port": port,
        "limit_s": 20,
    }
    vllm_process.stop(state, port)


def members(group: int) -> int:
    """Count the living processes of a group."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True)
    rows = [line.split() for line in found.stdout.splitlines()]
    return sum(row[0] == str(group) and not row[1].startswith("Z") for row in rows)


def wait_for(true: Callable[[], bool], limit_s: float = 10.0) -> bool:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def line_of(settings: dict[str, Any]) -> str:
    """Return the one line of the Problem that starting raises."""
    with pytest.raises(Problem) as caught:
        vllm_process.start(**settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_ready_means_a_completion_and_stop_ends_the_group(settings: dict[str, Any]) -> None:
    told: list[tuple[float, str]] = []
    server = vllm_process.start(**settings, progress=lambda s, line: told.append((s, line)))
    assert completes(settings["port"], "small")
    assert server.url == f"http://127.0.0.1:{settings['port']}/v1"
    assert (server.model, server.log, server.started_here) == ("small", settings["log"], True)
    assert told
    assert told[0][0] < 1
    assert server.log.read_text() == f"loading {settings['folder']}\n"
    assert members(server.pid) == 3  # guard, server, its child
    server.stop()
    assert members(server.pid) == 0
    assert vllm_record.read(settings["state"], settings["port"]) is None
    server.stop()


def test_a_healthy_server_with_the_same_model_is_reused(settings: dict[str, Any]) -> None:
    first = vllm_process.start(**settings)
    again = vllm_process.start(**settings)
    assert (again.pid, again.started_here) == (first.pid, False)
    again.stop()
    assert completes(settings["port"], "small")
    (settings["folder"] / "model.safetensors").write_text("taught anew")
    other = vllm_process.start(**settings)
    assert other.pid != first.pid
    assert (members(first.pid), members(other.pid)) == (0, 3)
    assert vllm_process.stop(settings["state"], settings["port"])
    assert not vllm_process.stop(settings["state"], settings["port"])
    assert members(other.pid) == 0


def test_a_server_that_died_is_replaced(settings: dict[str, Any]) -> None:
    first = vllm_process.start(**settings, outlives_caller=True)
    assert members(first.pid) == 2  # no guard
    os.killpg(first.pid, signal.SIGKILL)
    assert wait_for(lambda: members(first.pid) == 0)
    second = vllm_process.start(**settings)
    assert (second.started_here, second.pid != first.pid) == (True, True)


def test_a_record_whose_number_belongs_to_another_program_kills_nobody(
    settings: dict[str, Any],
) -> None:
    bystander = subprocess.Popen(["sleep", "30"], start_new_session=True)
    leader = vllm_record.Process(bystander.pid, "1")
    settings["state"].mkdir()
    vllm_record.write(
        settings["state"],
        vllm_record.Record(leader, None, settings["port"], "small", "w", "vllm.log"),
    )
    assert vllm_process.start(**settings).started_here
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


@pytest.mark.parametrize("outlives", [False, True])
def test_the_server_ends_with_its_program_unless_told_to_outlive_it(
    settings: dict[str, Any], outlives: bool
) -> None:
    given = {k: str(v) if isinstance(v, Path) else v for k, v in settings.items()}
    program = (
        "import os, signal, sys; from pathlib import Path; from agent import vllm_process\n"
        f"given = {given!r}\n"
        "given |= {k: Path(given[k]) for k in ('python', 'folder', 'state', 'log')}\n"
        f"print(vllm_process.start(**given, outlives_caller={outlives}).pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    group = int(ran.stdout)
    if outlives:
        assert vllm_process.start(**settings).pid == group
    else:
        assert wait_for(lambda: members(group) == 0)


def test_a_server_outlives_the_thread_that_started_it(settings: dict[str, Any]) -> None:
    started: list[vllm_process.Server] = []
    thread = threading.Thread(target=lambda: started.append(vllm_process.start(**settings)))
    thread.start()
    thread.join()
    time.sleep(0.5)
    assert completes(settings["port"], "small")
    assert members(started[0].pid) == 3


def test_port_in_use_by_something_else(settings: dict[str, Any]) -> None:
    with StubVLLM() as stub:
        line = line_of({**settings, "port": stub.port})
    assert line.startswith(f"port {stub.port}: another program listens on it. Mend: CLINICITE_")


def test_port_held_by_another_running_program(settings: dict[str, Any]) -> None:
    first = vllm_process.start(**settings)
    known = vllm_record.read(settings["state"], settings["port"])
    assert known is not None
    parent = vllm_record.Process(os.getppid(), vllm_record.started(os.getppid()) or "")
    theirs = vllm_record.Record(**{**vars(known), "owner": parent})
    vllm_record.write(settings["state"], theirs)
    line = line_of({**settings, "model": "other"})
    assert f"a running clinicite (pid {parent.pid}) serves small on it" in line
    assert f"(log: {settings['log']})" in line
    assert members(first.pid) == 3


def test_missing_environment_and_missing_model(settings: dict[str, Any], tmp_path: Path) -> None:
    line = line_of({**settings, "python": tmp_path / "nowhere" / "python"})
    assert line.endswith("nowhere/python: no such Python. Mend: make serve-env")
    line = line_of({**settings, "folder": tmp_path})
    said = f"model folder {tmp_path}: no config.json in it. "
    assert line == f"{said}Mend: set CLINICITE_MODEL to the folder of a model, or unset it"


def test_a_server_that_dies_at_start_names_its_error_and_its_log(settings: dict[str, Any]) -> None:
    line = line_of({**settings, "python": fake(settings["folder"].parent, "dies")})
    assert line == (
        "vLLM for small: it ended with status 1, ValueError: not enough memory "
        f"(log: {settings['log']}). Mend: tail -n 60 {settings['log']}"
    )
    assert vllm_record.read(settings["state"], settings["port"]) is None


def test_not_ready_in_time(settings: dict[str, Any]) -> None:
    slow = {**settings, "python": fake(settings["folder"].parent, "slow"), "limit_s": 1.5}
    line = line_of(slow)
    assert "not ready after 2 s, last: loading " in line
    assert f"(log: {settings['log']})" in line
    assert vllm_record.read(settings["state"], settings["port"]) is None


def test_a_server_that_refuses_the_prompt(settings: dict[str, Any]) -> None:
    line = line_of({**settings, "python": fake(settings["folder"].parent, "refuses")})
    assert "vLLM for small: it answers 404" in line


def test_command_and_environment(settings: dict[str, Any]) -> None:
    cpu = CpuChoice("bfloat16", "0,1")
    line = command(Path("py"), settings["folder"], "small", 8123, cpu=cpu, more=["--seed", "1"])
    pairs = dict(pairwise(line))
    assert (pairs["--host"], pairs["--port"], pairs["--dtype"]) == ("127.0.0.1", "8123", "bfloat16")
    assert pairs["--max-model-len"] == "2048"
    assert line[-2:] == ["--seed", "1"]
    on_gpu = command(Path("py"), settings["folder"], "small", 8123, cpu=None)
    assert "--dtype" not in on_gpu
    assert "--enforce-eager" not in on_gpu
    env = environment({"PYTHONPATH": "/x", "HOME": "/h"}, Path("/s"), cpu)
    assert "PYTHONPATH" not in env
    assert (env["HOME"], env["HF_HUB_OFFLINE"], env["VLLM_NO_USAGE_STATS"]) == ("/h", "1", "1")
    assert (env["DO_NOT_TRACK"], env["VLLM_CPU_OMP_THREADS_BIND"]) == ("1", "0,1")
    chosen = environment({"VLLM_CPU_OMP_THREADS_BIND": "auto"}, Path("/s"), cpu)
    assert chosen["VLLM_CPU_OMP_THREADS_BIND"] == "auto"


def test_the_number_type_follows_the_cpu() -> None:
    assert fastest_on_cpu({"avx2"}, [0, 1]) == CpuChoice("float32", "0,1")
    assert fastest_on_cpu({"avx2", "avx512f", "amx_bf16"}, [0, 1]).dtype == "bfloat16"
    assert fastest_on_cpu({"avx2"}, list(range(8))).bind == "auto"
