"""Files that were refused: which, when and why; the files themselves are not kept.

Knows nothing of how a file is judged.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from guidelines import catalogue
from guidelines.home import Home, write_atomic
from guidelines.problem import Problem


@dataclass(frozen=True)
class Refused:
    """One refused file; an empty sha256 means that it was too large to be read at all."""

    sha256: str
    name: str
    reason: str
    date: str


def load(home: Home) -> list[Refused]:
    """Read the record, oldest first; empty where nothing was refused yet."""
    path = _file(home)
    if not path.exists():
        return []
    try:
        tables = tomlkit.parse(path.read_text("utf-8")).unwrap().get("refused", [])
        return [Refused(**table) for table in tables]
    except (TOMLKitError, TypeError, UnicodeDecodeError) as fault:
        raise Problem(
            f"quarantine record {path}", f"cannot be read: {fault}", "correct it"
        ) from fault


def record(home: Home, refused: Refused) -> None:
    """Note a refused file; the same bytes under the same name stand there once."""
    # Under the catalogue's lock: two processes may add at once.
    with catalogue.locked(home):
        key = (refused.sha256, refused.name)
        kept = [old for old in load(home) if (old.sha256, old.name) != key]
        _save(home, [*kept, refused])


def forget(home: Home, which: str) -> list[Refused]:
    """Take files off the record, by how the hash begins or by name; gives those taken off."""
    with catalogue.locked(home):
        before = load(home)
        gone = [
            old for old in before if which and (old.sha256.startswith(which) or old.name == which)
        ]
        if gone:
            _save(home, [old for old in before if old not in gone])
    return gone


def _save(home: Home, all_refused: list[Refused]) -> None:
    document = tomlkit.document()
    document.add(tomlkit.comment("Files that `clinicite library add` refused; none is kept."))
    tables = tomlkit.aot()
    for refused in all_refused:
        tables.append(tomlkit.item(asdict(refused)))
    document.add("refused", tables)
    write_atomic(_file(home), tomlkit.dumps(document).encode())


def _file(home: Home) -> Path:
    return home.catalogue.parent / "quarantine.toml"
