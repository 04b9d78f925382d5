"""What vLLM is started with: the command line and the environment; starts nothing itself."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

CONTEXT = 4096
KV_CACHE_BYTES = 512 * 2**20

# What the app's own caps and paths would do to another environment's Python.
_NOT_INHERITED = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV"),
    *("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OMP_PROC_BIND", "MKL_NUM_THREADS"),
    "VLLM_CPU_KVCACHE_SPACE",  # would override --kv-cache-memory-bytes
)


@dataclass(frozen=True)
class CpuChoice:
    """How vLLM computes on this CPU: its `--dtype`, and the cores its threads are bound to."""

    dtype: str
    bind: str


def fastest_on_cpu(flags: AbstractSet[str], cores: Sequence[int]) -> CpuChoice:
    """Choose what answered fastest: 1,200 prompt tokens, 100 of reply, SmolLM2-135M, 2 cores.

    Measured with vLLM 0.32 and --enforce-eager on a Xeon with AMX ("quiet": others used under .3
    of a core; "busy": over 1.5); the AVX2 row on an older machine. Medians.

        flags     type      cores        prompt tok/s   decode tok/s   whole answer
        amx       bfloat16  0,1          2,300          26             4.4 s
        amx       bfloat16  auto (1)     1,080          21             5.7 s
        amx       float32   0,1            890          19             6.6 s
        amx       bfloat16  0,1   busy     700           9             13  s
        amx       bfloat16  auto  busy     920          21             6   s
        amx       bfloat16  passive wait 1,750          17             6.7 s
        amx       compiled  0,1   busy     840           6             start 126 s, against 35
        avx2      float32   0,1            430          24             7   s
        avx2      bfloat16  auto        60-140           -             -

    So the CPU's bfloat16 units decide the type. Binding to every core is best where vLLM has the
    machine to itself; on a shared one set VLLM_CPU_OMP_THREADS_BIND=auto, which is kept as set.
    Not measured: AVX-512 bfloat16 without AMX, and more than two cores (there vLLM binds one
    thread to each physical core, less one).
    """
    dtype = "bfloat16" if flags & {"amx_bf16", "avx512_bf16"} else "float32"
    return CpuChoice(dtype, ",".join(map(str, cores)) if len(cores) <= 4 else "auto")


def command(
    python: Path,
    folder: Path,
    model: str,
    port: int,
    *,
    cpu: CpuChoice | None,
    more: Sequence[str] = (),
) -> list[str]:
    """Return vLLM's command line; `cpu` None leaves device and type to vLLM, as on a GPU.

    The module is started, not the `vllm` script: that one fails on its own version look-up in
    the CPU build. `more` goes last, so it overrides.
    """
    flags = {
        "--host": "127.0.0.1",
        "--port": str(port),
        "--model": str(folder),
        "--served-model-name": model,
        "--max-model-len": str(_context(folder)),
    }
    line = [str(python), "-m", "vllm.entrypoints.openai.api_server"]
    line += [part for pair in flags.items() for part in pair]
    line += ["--enable-prefix-caching", "--disable-uvicorn-access-log"]
    if cpu is not None:
        line += ["--dtype", cpu.dtype, "--kv-cache-memory-bytes", str(KV_CACHE_BYTES)]
        line += ["--max-num-seqs", "8", "--enforce-eager"]
    return [*line, *more]


def environment(base: Mapping[str, str], state: Path, cpu: CpuChoice | None) -> dict[str, str]:
    """Return the server's environment: nothing reports home, nothing is fetched or left there."""
    kept = {name: value for name, value in base.items() if name not in _NOT_INHERITED}
    kept |= {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
        "VLLM_CACHE_ROOT": str(state / "vllm-cache"),
        "VLLM_CONFIG_ROOT": str(state / "vllm-config"),
    }
    if cpu is not None:
        kept.setdefault("VLLM_CPU_OMP_THREADS_BIND", cpu.bind)
    return kept


def _context(folder: Path) -> int:
    """Return the tokens of one prompt and reply together: ours, or less where the model ends."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return min(CONTEXT, int(config.get("max_position_embeddings", CONTEXT)))
    except (OSError, ValueError, TypeError, AttributeError):
        return CONTEXT
