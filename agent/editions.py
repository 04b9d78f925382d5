"""The editions as the catalogue has them now, read again only where it was written."""

from collections.abc import Mapping
from functools import lru_cache

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home


def editions(home: Home) -> Mapping[str, Guideline]:
    """Give the catalogue's entries by id; nobody may change them.

    Raises:
        Problem: the catalogue cannot be read.
    """
    return _read(home, _stamp(home))


@lru_cache(maxsize=2)
def _read(home: Home, stamp: tuple[int, ...]) -> Mapping[str, Guideline]:
    # What was written after the stamp was taken stands under an old stamp, and is read again.
    return catalogue.load(home)


def _stamp(home: Home) -> tuple[int, ...]:
    """Give what changes with every write of the catalogue: each makes another file."""
    try:
        found = home.catalogue.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
