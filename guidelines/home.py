"""Where state lives on disk; knows paths, not what the files hold."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from guidelines.problem import Problem

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class HomeSettings(BaseSettings):
    """The one setting every group shares."""

    model_config = SettingsConfigDict(env_prefix="CLINICITE_", extra="ignore")

    home: Path = Path(".data")


@dataclass(frozen=True)
class Home:
    """The folder of all state and the places in it."""

    root: Path

    @property
    def catalogue(self) -> Path:
        """The TOML a person reviews: one entry an edition."""
        return self.root / "library" / "catalogue.toml"

    @property
    def files(self) -> Path:
        """The PDFs, each named by its sha256."""
        return self.root / "library" / "files"

    @property
    def index(self) -> Path:
        """Generations of the index and the pointer to the current one."""
        return self.root / "index"

    @property
    def ocr(self) -> Path:
        """What OCR read on pages that needed it, by the PDF's sha256; can be made again."""
        return self.root / "ocr"

    @property
    def models(self) -> Path:
        """Prepared models that vLLM serves."""
        return self.root / "models"

    @property
    def runs(self) -> Path:
        """Run logs of benchmarks."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """Logs of the processes we start; never question text."""
        return self.root / "logs"

    @property
    def receipts(self) -> Path:
        """What was asked and answered, and what readers said of it: one chained record."""
        return self.root / "receipts.db"


def open_home() -> Home:
    """Read the home folder from the environment; creates nothing."""
    return Home(HomeSettings().home.expanduser().absolute())


def write_atomic(path: Path, data: bytes) -> None:
    """Write a whole file or none of it: temporary name, fsync, rename, fsync of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing(what: str, again: str) -> Iterator[None]:
    """Tell a full disk, a refused write or a place that is none in one line.

    Args:
        what: The thing that is written, for the message.
        again: The command to repeat once the cause is mended.
    """
    try:
        yield
    except OSError as fault:
        why = fault.strerror or f"a file was taken only in part ({fault})"
        place = f" ({fault.filename})" if fault.filename else ""
        mend = again
        # numpy tells a disk that fills up while it writes without a number.
        if fault.errno in _FULL or fault.errno is None:
            mend = f"free space on that disk, then {again}"
        elif fault.errno in _REFUSED:
            mend = f"let this user write there, then {again}"
        raise Problem(
            what, f"cannot be written: {why}{place}; what is in use stays whole", mend
        ) from fault
