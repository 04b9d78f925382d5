"""What an OCR engine reads on a picture of a page: words with their boxes; judges nothing.

Engines run as processes with a time limit: tesseract where it is installed, else rapidocr, whose
package carries its models. Neither asks the network for anything.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Literal, get_args

SECONDS = 90
# Below this, of 100, tesseract guesses: specks, handwriting, drawings.
_SURE = 50
_NOWHERE = "http://127.0.0.1:9"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

Script = Literal["latin", "chinese"]


@dataclass(frozen=True)
class Engine:
    """An engine for one script; name, version and languages are part of what it says."""

    name: str
    version: str
    command: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name the engine in a file's name and in a report."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True)
class Word:
    """One word (tesseract) or run of words (rapidocr) and its box.

    The box is in pixels from the top left, as an engine gives it, or in points from the lower
    left once it is placed on the page.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sure: bool


class OcrFailure(Exception):
    """The engine gave nothing that can be used: it crashed, or ran over its time."""


@cache
def engine(script: Script) -> Engine | None:
    """Choose the engine for a script; None where there is none at all.

    On Latin script tesseract takes a fifth of rapidocr's time. On Chinese it loses whole rows
    that rapidocr reads.
    """
    program = shutil.which("tesseract")
    if script == "latin" and program is not None and (version := _tesseract_version(program)):
        command = (program, "-", "-", "-l", "eng", "--psm", "3", "tsv")
        return Engine("tesseract", f"{version}-eng", command)
    try:
        version = metadata.version("rapidocr")
    except metadata.PackageNotFoundError:
        return None
    return Engine("rapidocr", version, (sys.executable, "-P", "-m", "guidelines.rapid"))


def engines() -> tuple[str, ...]:
    """Name the engine for each script, in the order of the scripts; "" where there is none."""
    return tuple(found.label if (found := engine(s)) else "" for s in get_args(Script))


def _tesseract_version(program: str) -> str:
    """Give the version of a tesseract that knows English; an empty string for any other."""
    try:
        said, languages = (
            subprocess.run([program, ask], capture_output=True, text=True, timeout=20)
            for ask in ("--version", "--list-langs")
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = (said.stdout or said.stderr).split()
    return words[1] if len(words) > 1 and "eng" in languages.stdout.split() else ""


def read_words(engine: Engine, image: bytes, seconds: float = SECONDS) -> tuple[Word, ...]:
    """Read a picture (any format that Pillow knows) within a time limit.

    Raises:
        OcrFailure: the engine failed or took too long; nothing is known of the page then.
    """
    environment = {
        **{k: v for k, v in os.environ.items() if k.lower() not in _PROXIES},
        # A version of rapidocr whose models are not in its package must fail, not fetch them.
        **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), _NOWHERE),
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join((str(Path(__file__).resolve().parent.parent), *_path())),
    }
    try:
        done = subprocess.run(
            engine.command, input=image, capture_output=True, timeout=seconds, env=environment
        )
    except subprocess.TimeoutExpired as late:
        raise OcrFailure(f"{engine.name} took more than {seconds:.0f} s") from late
    except OSError as fault:
        raise OcrFailure(f"{engine.name} cannot be started: {fault.strerror}") from fault
    if done.returncode != 0:
        raise OcrFailure(f"{engine.name} ended with status {done.returncode}")
    said = done.stdout.decode("utf-8", "replace")
    return _from_tsv(said) if engine.name == "tesseract" else from_json(said)


def _path() -> Sequence[str]:
    given = os.environ.get("PYTHONPATH", "")
    return given.split(os.pathsep) if given else ()


def _from_tsv(said: str) -> tuple[Word, ...]:
    found = []
    for line in said.splitlines()[1:]:
        fields = line.split("\t")
        if len(fields) != 12 or not fields[11].strip():
            continue
        left, top, width, height = (float(f) for f in fields[6:10])
        sure = float(fields[10]) >= _SURE
        found.append(Word(fields[11].strip(), left, top, left + width, top + height, sure))
    return tuple(found)


def from_json(said: str) -> tuple[Word, ...]:
    """Read words from the JSON that `to_json` wrote."""
    try:
        return tuple(
            Word(str(text), left, top, right, bottom, bool(sure))
            for text, (left, top, right, bottom), sure in json.loads(said)
        )
    except (ValueError, TypeError) as fault:
        raise OcrFailure("the engine's reply is not in the form agreed") from fault


def to_json(words: Sequence[Word]) -> str:
    """Write words so that `from_json` gives them back."""
    return json.dumps(
        [[w.text, [w.left, w.top, w.right, w.bottom], w.sure] for w in words], ensure_ascii=False
    )
