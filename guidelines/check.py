"""All that is wrong, or likely wrong, with a library, told at once; reads, decides nothing."""

import hashlib
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Literal

from guidelines.caller import Caller
from guidelines.catalogue import Guideline, file_of, slug
from guidelines.home import Home
from guidelines.judging import title_of
from guidelines.problem import Problem
from guidelines.reading import lost, read_pages, told
from guidelines.text import fold

# Two documents that share this part of the smaller one's five-word runs are near-duplicates.
_ALIKE = 0.6
_RUN = 5
# One run in sixteen is compared: enough to tell, and sixteen times cheaper.
_SAMPLE = 16
# The words by which a text says that it follows another; then, by script, how many characters
# around them are read and what ends them. The words are sought alone: a pattern that began with
# what stands before them would look on from every character of a book.
_FOLLOWS = re.compile(
    r"\b(?P<latin>supersed(?:es|ing)|replac(?:es|ing))\b|取代|代替", re.IGNORECASE
)
_LATIN, _CHINESE = (160, re.compile("[.。]")), (60, re.compile("。"))


Kind = Literal["fault", "supersession", "near-duplicate", "title"]


@dataclass(frozen=True)
class Fault:
    """One fault: the edition, what is wrong, and the command that mends it.

    All kinds but "fault" are proposals: of a supersession (the older edition and the newer), of
    near-duplicates (both), of a better title.
    """

    guideline: str
    what: str
    mend: str
    kind: Kind = "fault"
    editions: tuple[str, ...] = ()
    title: str = ""


def check(home: Home, entries: Sequence[Guideline], today: date) -> list[Fault]:
    """Find every fault of the catalogue and its files.

    Titles, likely supersessions and near-duplicates are proposals: a person decides.
    """
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    for entry in entries:
        path = file_of(home, entry)
        fault = _file_fault(entry, path)
        if fault is not None:
            faults.append(fault)
            continue
        caller = Caller()
        try:
            faults += _title_faults(entry, path, caller)
            pages = list(read_pages(path, first=caller.give()))
        except Problem as problem:
            faults.append(
                Fault(entry.id, f"its PDF cannot be opened: {problem.why}", _again(entry))
            )
            continue
        finally:
            caller.end()
        if gone := lost(pages):
            what = f"{len(gone)} pages cannot be read: {told(gone)}"
            faults.append(Fault(entry.id, what, f"look for a sound copy; else {_again(entry)}"))
        texts[entry.id] = " ".join(fold(page.text)[0] for page in pages)
        faults += _date_faults(entry, today)
    current = [e for e in entries if e.status == "current"]
    faults += _two_current(current)
    faults += _near_duplicates([e for e in current if e.id in texts], texts)
    faults += _declared([e for e in current if e.id in texts], texts)
    return faults


def _file_fault(entry: Guideline, path: Path) -> Fault | None:
    again = _again(entry)
    if not path.is_file():
        return Fault(entry.id, f"its PDF {path.name} is missing", again)
    with path.open("rb") as data:
        if hashlib.file_digest(data, "sha256").hexdigest() != entry.sha256:
            return Fault(entry.id, f"the bytes of its PDF {path.name} have changed", again)
    return None


def _again(entry: Guideline) -> str:
    return f"clinicite library add {entry.file} --id {entry.id} (the same PDF again)"


def _date_faults(entry: Guideline, today: date) -> Iterator[Fault]:
    for name in ("published", "review_by"):
        written = getattr(entry, name)
        if not written:
            continue
        try:
            day = date.fromisoformat(written)
        except ValueError:
            yield Fault(entry.id, f"{name} {written!r} is no date", "write it as YYYY-MM-DD")
            continue
        if name == "review_by" and day < today and entry.status == "current":
            mend = f"look for a newer edition; else clinicite library retire {entry.id}"
            yield Fault(entry.id, f"was to be reviewed by {written}", mend)


def _title_faults(entry: Guideline, path: Path, caller: Caller) -> Iterator[Fault]:
    """Propose the PDF's own title where the catalogue has only the file's name."""
    named = {entry.id, slug(Path(entry.file).stem)}
    if entry.status != "current" or slug(entry.title) not in named:
        return
    title, source = title_of(path, caller)
    if title and slug(title) != slug(entry.title):
        what = f"its title is only its file's name, and a better one was read from {source}"
        mend = f"clinicite library edit {entry.id} --title {shlex.quote(title)}, then index build"
        yield Fault(entry.id, what, mend, "title", (entry.id,), title)


def _two_current(current: Sequence[Guideline]) -> Iterator[Fault]:
    by_name: dict[tuple[str, str], list[Guideline]] = {}
    for entry in current:
        by_name.setdefault((entry.title.casefold(), entry.publisher.casefold()), []).append(entry)
    for same in by_name.values():
        for old, new in combinations(sorted(same, key=lambda e: (e.published, e.id)), 2):
            what = f"is current beside {old.id}, which has the same title and publisher"
            yield _succession(old, new, what)


def _succession(old: Guideline, new: Guideline, what: str) -> Fault:
    mend = f"clinicite library supersede {old.id} {new.id}"
    return Fault(new.id, what, mend, "supersession", (old.id, new.id))


def _near_duplicates(current: Sequence[Guideline], texts: dict[str, str]) -> Iterator[Fault]:
    runs = {e.id: _runs(texts[e.id]) for e in current}
    for a, b in combinations(current, 2):
        smaller = min(len(runs[a.id]), len(runs[b.id]))
        shared = len(runs[a.id] & runs[b.id])
        if smaller >= 4 and shared / smaller >= _ALIKE:
            what = f"shares {shared / smaller:.0%} of its words' runs with {a.id}"
            mend = f"clinicite library show {a.id}, then retire or supersede one"
            yield Fault(b.id, what, mend, "near-duplicate", (a.id, b.id))


def _runs(text: str) -> set[int]:
    words = re.findall(r"[a-z0-9]+|[㐀-鿿]", text.casefold())
    found = set()
    for i in range(len(words) - _RUN + 1):
        run = " ".join(words[i : i + _RUN]).encode()
        value = int.from_bytes(hashlib.blake2b(run, digest_size=8).digest(), "big")
        if value % _SAMPLE == 0:
            found.add(value)
    return found


def _declared(current: Sequence[Guideline], texts: dict[str, str]) -> Iterator[Fault]:
    """Propose a supersession that an edition's own text names and the catalogue does not know."""
    for new in current:
        for said in says(texts[new.id]):
            for old in current:
                if old is not new and old.id != new.supersedes and _names(said, old, new):
                    what = f"says of itself: “…{said[-120:]}”, which may mean {old.id}"
                    yield _succession(old, new, what)


def says(text: str) -> Iterator[str]:
    """Give each stretch of a text that says what it takes the place of, in its order."""
    read = 0
    for word in _FOLLOWS.finditer(text):
        if word.start() < read:
            continue
        reach, stop = _LATIN if word["latin"] else _CHINESE
        before = stop.split(text[max(read, word.start() - reach) : word.start()])[-1]
        after = stop.split(text[word.end() : word.end() + reach])[0]
        read = word.end() + len(after)
        yield f"{before}{word.group()}{after}".strip()


def _names(said: str, old: Guideline, new: Guideline) -> bool:
    """Tell whether words name an edition by a number or year that the newer one has not."""
    numbers = set(re.findall(r"\d{3,}", f"{old.id} {old.title} {old.edition}"))
    numbers = {n.lstrip("0") for n in numbers}
    numbers -= {n.lstrip("0") for n in re.findall(r"\d{3,}", f"{new.id} {new.title} {new.edition}")}
    return any(re.search(rf"(?<!\d)0*{n}(?!\d)", said) for n in numbers)
