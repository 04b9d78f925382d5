"""Cut a document into passages page by page, or as a page was cut before where that holds; pure.

A page's drafts depend on the page, on what its document shares, on what stands open before it and
on its neighbours' ends. A memory of it counts only where every one of these is as it was.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guidelines.outline import Bookmark
from guidelines.pages import Page
from guidelines.text import is_cjk
from retrieval.drafts import Draft, Place, named
from retrieval.facts import Common, Facts, common, facts_of
from retrieval.hyphens import Words
from retrieval.layout import Block
from retrieval.page_cut import Beside, Standing, cut_page, laid_out
from retrieval.passages import Passage

_TAIL = 20
_STOPS = (".", "!", "?", ";", ":", "。", "！", "？", "；", "：")


@dataclass(frozen=True)
class End:
    """A block at a page's end: its kind and the first or last of its words."""

    kind: str
    text: str


@dataclass(frozen=True)
class Memory:
    """How a page was cut.

    `laid` and `cut` are hashes of all that its blocks and its drafts came from besides the page
    itself; `joined` has what was asked of the document's words.
    """

    facts: Facts
    laid: str
    ends: tuple[End, End] | None
    cut: str
    joined: tuple[tuple[str, str, bool], ...]
    drafts: tuple[Draft, ...]
    after: Standing


@dataclass(frozen=True)
class Sheet:
    """A page of a document: its number and label, how to get it, and how it was cut before."""

    number: int
    label: str
    page: Callable[[], Page]
    memory: Memory | None = None


def cut(
    pages: Sequence[Page], guideline: str, sha256: str, outline: Sequence[Bookmark] = ()
) -> list[Passage]:
    """Cut one document; same pages and outline, same passages."""
    sheets = [Sheet(page.number, page.label, _given(page)) for page in pages]
    cuts = cut_sheets(sheets, guideline, sha256, outline)
    return [passage for found, _ in cuts for passage in found]


def _given(page: Page) -> Callable[[], Page]:
    return lambda: page


def cut_sheets(
    sheets: Sequence[Sheet], guideline: str, sha256: str, outline: Sequence[Bookmark]
) -> list[tuple[list[Passage], Memory]]:
    """Cut one document; give each page's passages and how it was cut, to be remembered."""
    facts = [s.memory.facts if s.memory else facts_of(s.page()) for s in sheets]
    shared = common(facts)
    marks: dict[int, list[Bookmark]] = {}
    for bookmark in outline:
        marks.setdefault(bookmark.page, []).append(bookmark)
    laid = [
        _Laid(sheet, part, shared, marks.get(sheet.number, []))
        for sheet, part in zip(sheets, facts, strict=True)
    ]
    besides = _besides(laid)
    found: list[tuple[list[Passage], Memory]] = []
    standing = Standing()
    for page, beside in zip(laid, besides, strict=True):
        memory = page.remembered(standing, beside) or page.cut(standing, beside)
        standing = memory.after
        place = Place(guideline, sha256, page.sheet.number, page.sheet.label)
        found.append(([named(draft, place) for draft in memory.drafts], memory))
    return found


class _Laid:
    """One page, laid out only if its memory does not hold."""

    def __init__(
        self, sheet: Sheet, facts: Facts, shared: Common, bookmarks: Sequence[Bookmark]
    ) -> None:
        self.sheet, self.facts = sheet, facts
        self._shared, self._bookmarks = shared, bookmarks
        self._blocks: list[Block] | None = None
        running = [edge.key in shared.running for edge in facts.edges]
        self._from = _hash(shared.body, running, [(b.title, b.level) for b in bookmarks])
        memory = sheet.memory
        self._memory = memory if memory is not None and memory.laid == self._from else None
        self.ends = self._memory.ends if self._memory else _ends(self._laid_out())

    def _laid_out(self) -> list[Block]:
        if self._blocks is None:
            shared = self._shared
            self._blocks = laid_out(self.sheet.page(), shared.body, shared.running, self._bookmarks)
        return self._blocks

    def remembered(self, standing: Standing, beside: Beside) -> Memory | None:
        """Give the page's memory if it was cut from the same and would ask for the same words."""
        memory, words = self._memory, Words(self._shared.words)
        if memory is None or memory.cut != _hash(self._from, standing, beside):
            return None
        same = all(words.one(first, second) == one for first, second, one in memory.joined)
        return memory if same else None

    def cut(self, standing: Standing, beside: Beside) -> Memory:
        words = Words(self._shared.words)
        drafts, after = cut_page(self.sheet.page(), self._laid_out(), standing, beside, words)
        joined = tuple((*halves, one) for halves, one in words.asked.items())
        origin = _hash(self._from, standing, beside)
        return Memory(self.facts, self._from, self.ends, origin, joined, tuple(drafts), after)


def _hash(*of: object) -> str:
    return hashlib.sha256(repr(of).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _ends(blocks: Sequence[Block]) -> tuple[End, End] | None:
    if not blocks:
        return None
    first, last = blocks[0], blocks[-1]
    return End(first.kind, first.text[:_TAIL]), End(last.kind, last.text[-_TAIL:])


def _besides(laid: Sequence[_Laid]) -> list[Beside]:
    """Tell what each page's neighbours say of it."""
    afters: list[End | None] = []
    after: End | None = None
    for page in reversed(laid):
        afters.append(after)
        after = page.ends[0] if page.ends else after
    lost = [False, *(page.facts.lost for page in laid), False]
    found: list[Beside] = []
    before: End | None = None
    for i, (page, after) in enumerate(zip(laid, reversed(afters), strict=True)):
        first, last = page.ends or (None, None)
        found.append(Beside(_breaks(before, first), _breaks(last, after), lost[i], lost[i + 2]))
        before = last or before
    return found


def _breaks(last: End | None, first: End | None) -> bool:
    """Tell whether a sentence runs over the page end between two blocks."""
    if last is None or first is None or "heading" in (last.kind, first.kind):
        return False
    if last.text.endswith(_STOPS):
        return False
    prose = last.kind == first.kind == "text" and len(last.text) >= _TAIL
    return first.text[:1].islower() or (prose and is_cjk(last.text[-1]) and is_cjk(first.text[0]))
