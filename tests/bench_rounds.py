"""Runs the sides of a comparison in turns and prints a line with the ratio and its interval.

Knows nothing of what is compared. `BENCH_ROUNDS` sets how many turns; 3 where it is not set.
"""

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench_real import ROOT

PEERS = os.environ.get("CLINICITE_PEERS_PYTHON", str(ROOT / ".venv-peers" / "bin" / "python"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ONE_THREAD = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
    ),
    "TOKENIZERS_PARALLELISM": "false", "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "false", "LANGSMITH_TRACING": "false",
}  # fmt: skip

Facts = dict[str, Any]
Command = Sequence[str]


def ours(*words: object) -> Command:
    return (sys.executable, "-m", "tests.bench_ours", *map(str, words))


def theirs(module: str, *words: object) -> Command:
    return (PEERS, "-m", f"tests.{module}", *map(str, words))


def measured(command: Command) -> Facts:
    """Run one measurement and read its last line.

    Raises:
        RuntimeError: it failed, with the end of what it said.
    """
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} failed: {done.stderr[-2000:]}")
    facts: Facts = json.loads(done.stdout.strip().splitlines()[-1])
    return facts


def rounds(commands: Mapping[str, Command], times: int = ROUNDS) -> dict[str, list[Facts]]:
    """Run every command once a round, so that a slow minute of the machine hits all alike."""
    found: dict[str, list[Facts]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(measured(command))
    return found


def seconds(facts: Sequence[Facts]) -> list[float]:
    return [float(f["cpu"]) for f in facts]


def interval(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    """Give the ratio of medians and its 95 % bootstrap interval; the seed is fixed."""
    draw = random.Random(0)

    def again(values: Sequence[float]) -> float:
        return statistics.median(draw.choices(values, k=len(values)))

    ratios = sorted(again(above) / again(below) for _ in range(2000))
    return statistics.median(above) / statistics.median(below), ratios[49], ratios[1949]


def row(what: str, ours_: str, peer: str, ratio: str, between: str, wanted: str) -> None:
    line = f"{what:50} {ours_:>16} {peer:>28} {ratio:>8} {between:>18}  {wanted}"
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def compared(
    what: str, mine: str, peer: str, above: Sequence[float], below: Sequence[float], wanted: str
) -> None:
    ratio, low, high = interval(above, below)
    row(what, mine, peer, f"{ratio:.2f}", f"[{low:.2f}, {high:.2f}]", wanted)
