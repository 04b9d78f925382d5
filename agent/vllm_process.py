"""Starts vLLM as a process behind HTTP, or finds the one that we started before.

    server = start(python, folder, "smollm2", state=home, log=home / "vllm.log", port=8000)
    ...
    server.stop()

The server listens on 127.0.0.1 only. It ends with the program that started it, unless it is
told to outlive it. Knows nothing of prompts, LangChain or settings.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent import vllm_record
from agent.vllm_launch import command, environment, fastest_on_cpu
from agent.vllm_ready import (
    ANY_WORD,
    Progress,
    Refused,
    any_free_port,
    completes,
    is_free,
    wait_until_ready,
)
from agent.vllm_record import Process, Record
from guidelines.problem import Problem
from retrieval import cpu as cpu_of

_GUARD = Path(__file__).with_name("vllm_guard.py")

# What this program must hold as long as its servers live: the child, and the life line's end.
_held: dict[Process, tuple["subprocess.Popen[bytes]", int | None]] = {}


@dataclass(frozen=True)
class Server:
    """A server that has completed a prompt.

    Args:
        pid: Leader of its process group.
        url: What an OpenAI client takes as its base URL.
        model: The name it serves.
        log: Where it writes.
        started_here: This program started it; only then does `stop` end it.
    """

    pid: int
    url: str
    model: str
    log: Path
    started_here: bool
    _state: Path
    _record: Record

    def stop(self) -> None:
        """End the whole process group where it was started here; a second call does nothing."""
        if self.started_here:
            _end(self._state, self._record)


def start(
    python: Path,
    folder: Path,
    model: str,
    *,
    state: Path,
    log: Path,
    port: int,
    gpu: bool = False,
    outlives_caller: bool = False,
    more: Sequence[str] = (),
    regex: str = ANY_WORD,
    limit_s: float = 300.0,
    progress: Progress | None = None,
) -> Server:
    """Return a server that has just completed a prompt.

    Args:
        python: The serving environment's Python.
        folder: The model's folder.
        model: The name to serve it under.
        state: Folder for the record of what runs, and for vLLM's caches.
        log: File for all that vLLM writes, begun anew at each start.
        port: Port of 127.0.0.1; 0 picks a free one, so nothing is ever reused.
        gpu: Leave device and number type to vLLM.
        outlives_caller: Keep it running for the next program when this one ends.
        more: Further flags of vLLM; they override ours.
        regex: What the first completion must obey. Give the shape of the answers to come: vLLM
            keeps what it compiled, and a later regex that shares the shape costs nearly nothing.
        limit_s: Seconds until a real completion must have come back.
        progress: Told the seconds waited and the log's last line, about twice a second.

    Raises:
        Problem: With the log's path, where there is a log.
    """
    # Not resolved: a virtual environment's Python is a link, and is itself only by its own name.
    python, folder, state, log = (path.absolute() for path in (python, folder, state, log))
    if not (python.is_file() and os.access(python, os.X_OK)):
        raise Problem(f"serving environment {python}", "no such Python", "make serve-env")
    if not (folder / "config.json").is_file():
        mend = "set CLINICITE_MODEL to the folder of a model, or unset it"
        raise Problem(f"model folder {folder}", "no config.json in it", mend)
    for needed in (state, log.parent):
        needed.mkdir(parents=True, exist_ok=True)
    port = port or any_free_port()
    weights = vllm_record.weights_of(folder)
    with vllm_record.one_at_a_time(state, port, limit_s):
        if (known := vllm_record.read(state, port)) is not None:
            if _serves(known, model, weights):
                return _server(state, known)
            _make_room(state, known)
        if not is_free(port):
            mend = f"CLINICITE_MODEL_PORT={any_free_port()} clinicite serve model"
            raise Problem(f"port {port}", "another program listens on it", mend)
        cpu = None if gpu else fastest_on_cpu(cpu_of.flags(), cpu_of.cores())
        line = command(python, folder, model, port, cpu=cpu, more=more)
        leader = _spawn(line, environment(os.environ, state, cpu), state, log, outlives_caller)
        owner = None if outlives_caller else vllm_record.this_process()
        record = Record(leader, owner, port, model, weights, str(log))
        try:
            vllm_record.write(state, record)
            wait_until_ready(port, model, log, _held[leader][0].poll, limit_s, progress, regex)
        except BaseException:
            _end(state, record)
            raise
        return _server(state, record, started_here=True)


def stop(state: Path, port: int) -> bool:
    """End the server that the port's record names, whoever started it; tell whether one was."""
    state.mkdir(parents=True, exist_ok=True)
    with vllm_record.one_at_a_time(state, port, 30.0):
        if (known := vllm_record.read(state, port)) is None:
            return False
        was_alive = known.leader.is_alive()
        _end(state, known)
        return was_alive


def _serves(known: Record, model: str, weights: str) -> bool:
    """Tell whether the recorded server is alive, has this very model, and completes a prompt."""
    if (known.model, known.weights) != (model, weights) or not known.leader.is_alive():
        return False
    try:
        return completes(known.port, model)
    except Refused:
        return False


def _make_room(state: Path, known: Record) -> None:
    """End a server of ours that is of no use here; a running program keeps its own."""
    owner = known.owner
    ours = owner is None or owner == vllm_record.this_process() or not owner.is_alive()
    if owner is not None and not ours and known.leader.is_alive():
        why = f"a running clinicite (pid {owner.pid}) serves {known.model} on it"
        mend = f"CLINICITE_MODEL_PORT={any_free_port()} clinicite serve model"
        raise Problem(f"port {known.port}", f"{why} (log: {known.log})", mend)
    _end(state, known)


def _spawn(
    line: list[str], env: dict[str, str], state: Path, log: Path, outlives_caller: bool
) -> Process:
    """Start the command as the leader of a new process group, and hold what it lives by."""
    reader, writer = (None, None) if outlives_caller else os.pipe()
    guard = [] if outlives_caller else [sys.executable, "-I", str(_GUARD)]
    try:
        with log.open("wb") as out:
            child = subprocess.Popen(
                [*guard, *line],
                # `python -m` would look for modules in the folder that it starts in.
                cwd=state,
                env=env,
                stdin=subprocess.DEVNULL if reader is None else reader,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except BaseException:
        if writer is not None:
            os.close(writer)
        raise
    finally:
        if reader is not None:
            os.close(reader)
    leader = Process(child.pid, vllm_record.started(child.pid) or "")
    _held[leader] = (child, writer)
    return leader


def _server(state: Path, record: Record, *, started_here: bool = False) -> Server:
    url, log = f"http://127.0.0.1:{record.port}/v1", Path(record.log)
    return Server(record.leader.pid, url, record.model, log, started_here, state, record)


def _end(state: Path, record: Record) -> None:
    child, lifeline = _held.pop(record.leader, (None, None))
    vllm_record.end_group(record.leader)
    vllm_record.forget(state, record)
    if child is not None:
        child.poll()
    if lifeline is not None:
        os.close(lifeline)
