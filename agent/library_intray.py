"""Uploaded PDFs between their upload and their metadata; each is checked, and refused by itself."""

import base64
import re
import secrets
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from agent.library_add import Refused
from agent.library_form import Form, clean
from guidelines import catalogue, intake
from guidelines.catalogue import Guideline
from guidelines.drawing import drawn
from guidelines.home import Home
from guidelines.judging import MOST, Most, judged
from guidelines.metadata import faults_of
from guidelines.problem import Problem
from guidelines.workers import Loss

# Sharp enough to read the edition and the dates off it while typing them.
_COVER_DPI = 80
# What stands first in a file is for a programmer to see.
_BYTES = re.compile(r" \(begins with b.*\)$")


@dataclass(frozen=True)
class _Waiting:
    path: Path
    sha256: str
    form: Form


@dataclass(frozen=True)
class Outcome:
    """What one round did: files refused, editions added."""

    refused: list[Refused] = field(default_factory=list)
    added: list[Guideline] = field(default_factory=list)


class Intray:
    """Holds the PDFs that wait, in a folder that goes with the process."""

    def __init__(self, home: Home, uploads: Path, most: Most = MOST) -> None:
        """Take PDFs from `uploads` only, the folder where the page's server puts them."""
        self._home, self._uploads, self._most = home, uploads.resolve(), most
        self._folder = tempfile.TemporaryDirectory(prefix="clinicite-intray-")
        self._waiting: dict[str, _Waiting] = {}
        self._lock = threading.Lock()

    def forms(self) -> list[Form]:
        """Give the forms that wait, in the order of their upload."""
        return [w.form for w in list(self._waiting.values())]

    def take(self, files: Sequence[Mapping[str, object]]) -> Outcome:
        """Check uploaded files and keep the sound ones; each other costs only itself.

        Args:
            files: As a browser sent them: `name`, and `path` on this machine or `error`.
        """
        outcome = Outcome()
        for told in files:
            name = Path(str(told.get("name") or "?")).name[:200]
            try:
                if error := told.get("error"):
                    raise Problem(name, str(error)[:200], "")
                uploaded = self._uploaded(str(told.get("path") or ""))
            except Problem as problem:
                outcome.refused.append(Refused(name, problem.why))
                continue
            try:
                self._keep(name, uploaded)
            except Problem as problem:
                outcome.refused.append(Refused(name, _BYTES.sub("", problem.why)))
                uploaded.unlink(missing_ok=True)
        return outcome

    def _uploaded(self, told: str) -> Path:
        path = Path(told).resolve()
        if not told or self._uploads not in path.parents or not path.is_file():
            raise Problem(told, "did not arrive", "upload it again")
        return path

    def _keep(self, name: str, uploaded: Path) -> None:
        sound = judged(self._home, uploaded, datetime.now(UTC).date().isoformat(), self._most)
        sha256, pages, inside = sound.sha256, sound.pages, sound.title
        entries = catalogue.load(self._home)
        twin = next((e for e in entries.values() if e.sha256 == sha256), None)
        if twin is not None:
            raise Problem(name, f"is in the library already as {twin.id!r} (the same bytes)", "")
        with self._lock:
            if any(w.sha256 == sha256 for w in self._waiting.values()):
                raise Problem(name, "waits below already (the same bytes)", "")
            token = secrets.token_hex(6)
            path = Path(self._folder.name) / token / name
            path.parent.mkdir()
            shutil.move(uploaded, path)
            values = {"title": inside, "id": catalogue.slug(Path(name).stem)}
            first = drawn(path, 1, _COVER_DPI)
            # Without its cover a form is as good; a first page that cannot be drawn is told later.
            cover = "" if isinstance(first, Loss) else base64.b64encode(first.png).decode("ascii")
            self._waiting[token] = _Waiting(
                path, sha256, Form(token, name, pages, values, cover=cover)
            )

    def superseding(self, given: Sequence[Mapping[str, object]]) -> list[tuple[str, str]]:
        """Give (id of the old edition, title of the new one) that adding these would supersede."""
        entries = catalogue.load(self._home)
        written = [clean(told) for told in given if str(told.get("token")) in self._waiting]
        sound = [values for values in written if not faults_of(values, entries.keys())]
        return [(v["supersedes"], v["title"]) for v in sound if v["supersedes"] in entries]

    def add(self, given: Sequence[Mapping[str, object]]) -> Outcome:
        """Add those whose metadata is whole; the others keep what was written, and their faults."""
        outcome = Outcome()
        for told in given:
            token = str(told.get("token"))
            waiting = self._waiting.get(token)
            if waiting is None:
                continue
            values = clean(told)
            taken = catalogue.load(self._home).keys()
            form = replace(waiting.form, values=values, faults=faults_of(values, taken), refused="")
            if not form.faults:
                try:
                    known = {key: value for key, value in values.items() if value}
                    entry, _ = intake.add(self._home, waiting.path, known)
                    outcome.added.append(entry)
                    self.drop(token)
                    continue
                except Problem as problem:
                    form = replace(form, refused=f"{problem.what}: {problem.why}.")
            self._waiting[token] = replace(waiting, form=form)
        return outcome

    def drop(self, token: str) -> None:
        """Leave a PDF out and delete its copy."""
        waiting = self._waiting.pop(token, None)
        if waiting is not None:
            shutil.rmtree(waiting.path.parent, ignore_errors=True)
