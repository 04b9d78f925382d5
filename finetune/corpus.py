"""Guideline texts without pages, cut into passages and numbered lines to train on.

Spans index into the text as the source gives it, so a training question can name its gold lines
without holding a word of them. Knows nothing of questions.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidelines.text import is_cjk
from retrieval.sentences import sentence_spans

Span = tuple[int, int]

# As in the index, so that a model sees in training the lengths that it will see in use.
PASSAGE_CHARS = 800
_TEN = "[一二三四五六七八九十]+"
_ITEM = re.compile(rf"[•●▪◦➢*–-]\s*|\(?[a-z0-9ivx]{{1,3}}[.)]\s+|[0-9]{{1,2}}[.、]|（{_TEN}）")
_CHINESE_HEADING = re.compile(rf"第{_TEN}[章节]\s|{_TEN}、|（{_TEN}）")
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class Document:
    """One guideline's text; `id` is the source's name and a number or key within it."""

    id: str
    title: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text, which questions are bound to."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Piece:
    """A passage to train on: its headings and its lines as spans of the document's text."""

    document: str
    title: str
    section: tuple[str, ...]
    spans: tuple[Span, ...]
    lines: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name the piece by where it begins."""
        return f"{self.document}@{self.spans[0][0]}"


def documents(data: Path) -> list[Document]:
    """Read the Nigerian, the federal and the Chinese guideline texts; duplicates are left out."""
    found: list[Document] = []
    seen: set[str] = set()
    for document in (*_nigeria(data), *_federal(data), *_chinese(data)):
        if document.sha256 not in seen:
            seen.add(document.sha256)
            found.append(document)
    return found


def _nigeria(data: Path) -> Iterator[Document]:
    path = data / "nigeria-nstg-2022" / "nstg2022_text.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for number, row in enumerate(rows, start=1):
            fields = json.loads(row)
            yield Document(f"nstg-{number:03}", fields["condition"].title(), fields["text"])


def _federal(data: Path) -> Iterator[Document]:
    path = data / "ngc-federal" / "ngc_no_copyright_43.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            fields = json.loads(row)
            yield Document(fields["id"], fields["Guideline Title"], fields["Major Recommendations"])


def _chinese(data: Path) -> Iterator[Document]:
    path = data / "cn-guideline-text" / "nhc-mental-disorders-2020.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        text = file.read()
    # The contents list names every section once more; what follows it is the guideline.
    starts = [m.start() for m in re.finditer(r"^第[一二三四五六七八九十]+章\s", text, re.MULTILINE)]
    body = [a for a in starts if "..." not in text[a : a + 60] and "…" not in text[a : a + 60]]
    for number, (a, b) in enumerate(zip(body, [*body[1:], len(text)], strict=True), start=1):
        name = text[a : text.index("\n", a)].strip()
        yield Document(f"nhc-{number:02}", f"精神障碍诊疗规范（2020年版）{name}", text[a:b])


def cut(document: Document) -> list[Piece]:
    """Cut a document into pieces that never cross a heading."""
    pieces: list[Piece] = []
    section: tuple[str, ...] = ()
    held: list[Span] = []

    def close() -> None:
        if held:
            lines = tuple(" ".join(document.text[a:b].split()) for a, b in held)
            if sum(len(line) for line in lines) >= 20:
                pieces.append(Piece(document.id, document.title, section, tuple(held), lines))
            held.clear()

    for start, end, heading in _blocks(document.text):
        if heading:
            close()
            words = " ".join(document.text[start:end].split()).rstrip(":：")
            section = _nested(section, words)
            continue
        for a, b in _sentences(document.text, start, end):
            if held and sum(y - x for x, y in held) + b - a > PASSAGE_CHARS:
                close()
            held.append((a, b))
    close()
    return pieces


def _nested(section: tuple[str, ...], words: str) -> tuple[str, ...]:
    """Put a heading under the larger one before it: capitals over small letters, 一 over （一）."""
    if words.isupper() or re.match(r"第|[一二三四五六七八九十]+、", words):
        return (words,)
    return (*section[:1], words)


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Give paragraphs and items as spans, wrapped rows joined; True for a heading."""
    start = end = -1
    for row in re.finditer(r"[^\n]+", text):
        words = row.group().strip()
        if not words or (is_chinese(text) and _PAGE_NUMBER.fullmatch(words)):
            continue
        a = row.start() + len(row.group()) - len(row.group().lstrip())
        b = row.start() + len(row.group().rstrip())
        if _heading(words):
            if start >= 0:
                yield start, end, False
            start = -1
            yield a, b, True
            continue
        goes_on = start >= 0 and "\n\n" not in text[end:a] and not _ITEM.match(words)
        if goes_on and not text[start:end].endswith((".", "。", "：", ":", ";", "；")):
            end = b
            continue
        if start >= 0:
            yield start, end, False
        start, end = a, b
    if start >= 0:
        yield start, end, False


def is_chinese(text: str) -> bool:
    """Tell whether most of a text's beginning is Chinese."""
    head = text[:200]
    return sum(is_cjk(c) for c in head) > len(head) / 3


def _heading(words: str) -> bool:
    if len(words) > 90:
        return False
    if is_chinese(words):
        short = len(words) <= 24 and words[-1] not in "。；，："
        return short and _CHINESE_HEADING.match(words) is not None
    letters = [c for c in words if c.isalpha()]
    shouted = len(letters) > 3 and all(c.isupper() for c in letters) and not _ITEM.match(words)
    return shouted or (words.endswith(":") and len(words) < 60 and not _ITEM.match(words))


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    # One character for one, so that sentence spans are text spans.
    flat = re.sub(r"\s", " ", text[start:end])
    for a, b in sentence_spans(flat):
        yield start + a, start + b
