"""What each page of a PDF is made of, as a key: pages with one key are drawn and read alike.

A key covers every object that can be reached from the page, other pages apart, what the page
inherits and what the document says of all pages (layers, form fields). Knows nothing of reading.
"""

import hashlib
from array import array
from collections.abc import Iterator
from pathlib import Path

from guidelines.objects import File, Stored
from guidelines.values import Dictionary, Doubt, doubt, entries, integer, reference

# What a page or a document says of navigation, printing and bookkeeping: it changes no page.
_PAGE_ASIDE = frozenset(
    b"/Parent /B /Metadata /PieceInfo /LastModified /Thumb /StructParents".split()
)
_TREE_ASIDE = frozenset(b"/Type /Parent /Kids /Count".split())
_STREAM_ASIDE = frozenset((b"/Length",))
_DOCUMENT_ASIDE = frozenset(
    b"/Type /Pages /Outlines /Names /Dests /PageLabels /StructTreeRoot /Metadata /OpenAction "
    b"/PageMode /PageLayout /ViewerPreferences /Threads /Lang /MarkInfo /AA /PieceInfo".split()
)
# More objects than this around one page: a form whose fields hold each other. Then no key is given.
_MOST = 20_000
_DEEPEST = 50
_OTHER, _SELF, _NULL = 1, 2, 3
_FIRST = 4

# An object's own hash, without what it refers to, and the numbers and generations of that.
Part = tuple[bytes, tuple[tuple[int, int], ...]]
Place = tuple[int, int]


def page_keys(path: Path) -> list[str] | None:
    """Give a key for each page, "" for one that is too entangled; None where the file is odd."""
    try:
        return _Keys(File(path.read_bytes())).all()
    except (Doubt, ValueError, RecursionError):
        return None


class _Keys:
    """The pages of one file, its objects' own hashes, and what the document says of all pages."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._parts: dict[Place, Part | None] = {}
        root = self._dictionary(reference(file.trailer.get(b"/Root", [])))
        top = reference(root.get(b"/Pages", [])) or doubt("no pages")
        self._tree: set[int] = set()
        self._pages = list(self._leaves(top, None, (), 0))
        self._leaf = {number for (number, _), _ in self._pages}
        if len(self._leaf) != len(self._pages):
            doubt("a page that stands twice")
        self._shared: dict[int, int] = {}
        said = _part(Stored(_without(root, _DOCUMENT_ASIDE)))
        walked = self._walk(said, self._shared, {}, 0)
        self._document = walked or doubt("a document that is too entangled")

    def all(self) -> list[str]:
        return [self._key(at, above) for at, above in self._pages]

    def _key(self, at: Place, above: tuple[bytes, ...]) -> str:
        own = _part(Stored((*above, *_without(self._dictionary(at), _PAGE_ASIDE))))
        walked = self._walk(own, {}, self._shared, at[0])
        if walked is None:
            return ""
        return hashlib.sha256(self._document + b"|" + walked).hexdigest()[:32]

    def _dictionary(self, at: Place | None) -> Dictionary:
        stored = self._file.get(*at) if at else None
        return entries(stored.tokens) if stored else doubt("a dictionary that is not there")

    def _leaves(
        self, at: Place, parent: Place | None, above: tuple[bytes, ...], deep: int
    ) -> Iterator[tuple[Place, tuple[bytes, ...]]]:
        """Give each page's place with all that it inherits; checks what pdfium counts by."""
        node = self._dictionary(at)
        if deep > _DEEPEST or at[0] in self._tree or reference(node.get(b"/Parent", [])) != parent:
            doubt("an odd tree of pages")
        if b"/Kids" not in node:
            if node.get(b"/Type") != [b"/Page"]:
                doubt("a page that is none")
            yield at, above
            return
        kids = node[b"/Kids"]
        if node.get(b"/Type") != [b"/Pages"] or kids[0] != b"[":
            doubt("an odd tree of pages")
        self._tree.add(at[0])
        above = (*above, *_without(node, _TREE_ASIDE))
        count = 0
        for kid in kids[1:-1]:
            for leaf in self._leaves(reference([kid]) or doubt("an odd page"), at, above, deep + 1):
                count += 1
                yield leaf
        if count != integer(node, b"/Count"):
            doubt("another count of pages")

    def _walk(
        self, start: Part, numbers: dict[int, int], shared: dict[int, int], own: int
    ) -> bytes | None:
        """Give the hashes of all that is reached, each object numbered as it is met.

        So the same objects under other numbers give the same bytes. None: there are too many.
        """
        found: list[bytes] = []
        todo = [start]
        while todo:
            digest, refs = todo.pop()
            marks = array("L")
            for at in refs:
                number = at[0]
                if number in self._leaf or number in self._tree:
                    marks.append(_SELF if number == own else _OTHER)
                    continue
                known = shared.get(number) or numbers.get(number)
                if known is None:
                    part = self._parted(at)
                    if part is None:
                        marks.append(_NULL)
                        continue
                    known = numbers[number] = _FIRST + len(shared) + len(numbers)
                    todo.append(part)
                marks.append(known)
            found += (digest, marks.tobytes())
            if len(numbers) > _MOST:
                return None
        return b"".join(found)

    def _parted(self, at: Place) -> Part | None:
        if at not in self._parts:
            stored = self._file.get(*at)
            self._parts[at] = None if stored is None else _part(stored)
        return self._parts[at]


def _part(stored: Stored) -> Part:
    tokens, data = stored.tokens, b""
    if stored.data is not None:
        # How long it is says its data.
        tokens, data = _without(stored.dictionary(), _STREAM_ASIDE), b"\0" + stored.data
    refs = tuple(at for t in tokens if t.endswith(b" R") and (at := reference([t])))
    said = b" ".join(b"R" if t.endswith(b" R") else t for t in tokens)
    return hashlib.sha256(said + data).digest(), refs


def _without(told: Dictionary, aside: frozenset[bytes]) -> tuple[bytes, ...]:
    """Give a dictionary's tokens, some entries left out, in one order."""
    return tuple(t for key in sorted(told) if key not in aside for t in (key, *told[key]))
