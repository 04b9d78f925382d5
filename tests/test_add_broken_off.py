"""Adding a PDF that is killed, or that a full disk stops: one line, and no litter later."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guidelines import catalogue, intake
from guidelines.home import Home
from guidelines.problem import Problem
from tests.conftest import ROOT, SAMPLES
from tests.test_refused_write import somebody_else

GOOD, OTHER = SAMPLES / "anaphylaxis-2023.pdf", SAMPLES / "uti-2024.pdf"
# Adds a PDF and dies, or waits to be told to go on, at its n-th call of os.fsync or os.replace.
ADD = """
import os, signal, sys
from pathlib import Path
from guidelines import intake
from guidelines.home import Home
root, pdf, name, count, then = sys.argv[1:]
real, left = getattr(os, name), [int(count)]
def stop(*args):
    left[0] -= 1
    if left[0] == 0 and then == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if left[0] == 0:
        print("halfway", flush=True)
        sys.stdin.readline()
    return real(*args)
setattr(os, name, stop)
print(intake.add(Home(Path(root)), Path(pdf), {})[1])
"""


def adding(home: Home, pdf: Path, call: str, count: int, then: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ADD, str(home.root), str(pdf), call, str(count), then],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def litter(home: Home) -> list[str]:
    return [p.name for p in home.catalogue.parent.rglob(".*") if p.name != ".lock"]


@pytest.mark.parametrize(
    ("call", "count", "left"),
    [
        ("fsync", 1, ".adding-"),
        ("fsync", 2, ".catalogue.toml."),
        ("replace", 1, ".adding-"),
        ("replace", 2, ".catalogue.toml."),
    ],
)
def test_no_litter_after_the_next_run(call: str, count: int, left: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with adding(home, GOOD, call, count, "die") as killed:
        assert killed.wait() == -signal.SIGKILL
    (name,) = litter(home)
    assert name.startswith(left)
    swap = home.catalogue.parent / ".catalogue.toml.swp"
    swap.write_text("an editor's")
    intake.add(home, OTHER, {})
    assert litter(home) == [swap.name]
    assert intake.add(home, GOOD, {})[1] == "added"
    assert sorted(catalogue.load(home)) == ["anaphylaxis-2023", "uti-2024"]


def test_a_refused_file_sweeps_too(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with adding(home, GOOD, "fsync", 1, "die") as killed:
        killed.wait()
    assert len(litter(home)) == 1
    (tmp_path / "letter.pdf").write_text("Dear colleague")
    with pytest.raises(Problem, match="is not a PDF"):
        intake.add(home, tmp_path / "letter.pdf", {})
    assert litter(home) == []


def test_sweeping_is_safe_beside_a_concurrent_add(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with adding(home, GOOD, "fsync", 1, "wait") as slow:
        assert slow.stdin is not None
        assert slow.stdout is not None
        assert slow.stdout.readline() == "halfway\n"
        (part,) = home.files.iterdir()
        beside = threading.Thread(target=intake.add, args=(home, OTHER, {}))
        beside.start()
        beside.join(3)
        assert beside.is_alive()  # waits for the one that is at work
        assert part.exists()
        slow.stdin.write("go on\n")
        slow.stdin.close()
        assert slow.stdout.read() == "added\n"
    beside.join(60)
    assert sorted(catalogue.load(home)) == ["anaphylaxis-2023", "uti-2024"]
    assert litter(home) == []


def test_a_full_disk_while_adding_is_one_line(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from guidelines.command import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))\n"
        "main(['--home', sys.argv[1], 'library', *sys.argv[2:]])\n"
    )

    def clinicite(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "home"), *words],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    done = clinicite("add", str(GOOD))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "cannot be written: File too large" in done.stderr
    assert done.stderr.endswith(
        f"Mend: free space on that disk, then clinicite library add {GOOD}\n"
    )
    home = Home(tmp_path / "home")
    assert litter(home) == []
    assert catalogue.load(home) == {}
    for path in (GOOD, OTHER):
        intake.add(home, path, {"licence": "x" * 1_500})
    kept = home.catalogue.read_bytes()
    done = clinicite("retire", "uti-2024")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "File too large" in done.stderr
    assert home.catalogue.read_bytes() == kept
    assert litter(home) == []


def test_a_pdf_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    for folder in (*tmp_path.parents[:2], tmp_path):
        folder.chmod(0o755)
    path = tmp_path / "closed.pdf"
    path.write_bytes(GOOD.read_bytes())
    path.chmod(0)
    with somebody_else(), pytest.raises(Problem, match="cannot be read: Permission denied"):
        intake.add(Home(tmp_path / "home"), path, {})
