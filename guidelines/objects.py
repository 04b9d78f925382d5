"""A PDF's objects as the file stores them, each by what it says and what it refers to; draws none.

Strict on purpose: where pdfium might find other objects than this module does, it raises Doubt.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from guidelines.values import (
    END,
    SPACE,
    VALUE,
    Dictionary,
    doubt,
    entries,
    integer,
    reference,
    tokens_of,
)

_HEAD = re.compile(rb"([0-9]+)" + SPACE + rb"+([0-9]+)" + SPACE + rb"+obj" + END)
_DATA = re.compile(rb"stream(?:\r\n|\n)")
_DATA_END = re.compile(rb"(?:\r\n|\n|\r)?endstream" + END)
_START = re.compile(rb"startxref\s+([0-9]+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref[ ]*(?:\r\n|\n|\r)")
_PART = re.compile(rb"([0-9]+) ([0-9]+)[ ]*(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)")
_TRAILER = re.compile(rb"trailer" + SPACE + rb"*")
# Larger than any list of objects or table of offsets that we know; a bomb is larger still.
_MOST = 64 << 20


@dataclass(frozen=True)
class Stored:
    """One object: its tokens, each in one spelling, and a stream's bytes as they are stored."""

    tokens: tuple[bytes, ...]
    data: bytes | None = None

    def dictionary(self) -> Dictionary:
        """Give its entries, each value as tokens."""
        return entries(self.tokens)


class File:
    """A file's bytes, its table of objects and those that were read so far."""

    def __init__(self, data: bytes) -> None:
        """Read the tables; raises Doubt."""
        if not data.startswith(b"%PDF-1."):
            doubt("other bytes before the header")
        self._data = data
        # Number -> (place, generation), or (number of a list, -1 - index in it); None: free.
        self._at: dict[int, tuple[int, int] | None] = {}
        self._read: dict[int, Stored | None] = {}
        self._lists: dict[int, list[tuple[int, bytes]]] = {}
        self.trailer = self._tables()
        if b"/Encrypt" in self.trailer:
            doubt("encrypted")
        for number, place in self._at.items():
            if place is not None and place[1] >= 0:
                self._begun(number, place)

    def get(self, number: int, generation: int) -> Stored | None:
        """Give an object; None where it is free or in no table, which PDF reads as null."""
        if number not in self._read:
            self._read[number] = self._load(number)
        place = self._at.get(number)
        if place is not None and generation != max(place[1], 0):
            doubt("a reference to another generation")
        return self._read[number]

    def _load(self, number: int) -> Stored | None:
        place = self._at.get(number)
        if place is None:
            return None
        if place[1] >= 0:
            return self._stored(self._begun(number, place))
        if place[0] not in self._lists:
            self._lists[place[0]] = list(self._listed(place[0]))
        held, index = self._lists[place[0]], -1 - place[1]
        if index >= len(held) or held[index][0] != number:
            doubt("an object that is not in its list")
        return Stored(tokens_of(held[index][1]))

    def _begun(self, number: int, place: tuple[int, int]) -> int:
        """Give where an object's value begins, its number and generation being as they should."""
        head = _HEAD.match(self._data, place[0])
        if head is None or (int(head[1]), int(head[2])) != (number, place[1]):
            doubt("an object that is not in its place")
        return head.end()

    def _stored(self, start: int) -> Stored:
        value = VALUE.match(self._data, start)
        assert value is not None
        tokens, end = tokens_of(value.group()), value.end()
        if self._data.startswith(b"endobj", end):
            return Stored(tokens)
        begin = _DATA.match(self._data, end) or doubt("an object without an end")
        length = entries(tokens).get(b"/Length", [])
        if to := reference(length):
            told = self.get(*to)
            length = list(told.tokens) if told else []
        if len(length) != 1 or not length[0].isdigit():
            doubt("a stream without a length")
        stop = begin.end() + int(length[0])
        if not _DATA_END.match(self._data, stop):
            doubt("a stream of another length")
        return Stored(tokens, self._data[begin.end() : stop])

    def _listed(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Give number and bytes of each object of a list of objects."""
        place = self._at.get(number)
        if place is None or place[1] != 0:
            doubt("a list within a list")
        stored = self._stored(self._begun(number, place))
        told = stored.dictionary()
        text = inflated(stored)
        count, first = integer(told, b"/N"), integer(told, b"/First")
        heads = text[:first].split()
        if told.get(b"/Type") != [b"/ObjStm"] or len(heads) != 2 * count or b"%" in text[:first]:
            doubt("an odd list of objects")
        places = [first + int(h) for h in heads[1::2]] + [len(text)]
        for i in range(count):
            if places[i] > places[i + 1]:
                doubt("a list out of order")
            yield int(heads[2 * i]), text[places[i] : places[i + 1]]

    def _tables(self) -> Dictionary:
        """Read the tables from the newest to the oldest; gives the newest trailer."""
        start = _START.search(self._data, max(0, len(self._data) - 2048))
        if start is None:
            doubt("no plain end")
        trailers: list[Dictionary] = []
        at, seen = int(start[1]), set[int]()
        while at not in seen:
            seen.add(at)
            trailer = self._table(at) if _TABLE.match(self._data, at) else self._stream_table(at)
            trailers.append(trailer)
            if b"/XRefStm" in trailer:
                doubt("two tables in one")
            if b"/Prev" not in trailer:
                size = integer(trailers[0], b"/Size")
                return trailers[0] if max(self._at, default=0) < size else doubt("an odd size")
            at = integer(trailer, b"/Prev")
        doubt("tables in a ring")

    def _table(self, at: int) -> Dictionary:
        opened = _TABLE.match(self._data, at)
        assert opened is not None
        at = opened.end()
        while part := _PART.match(self._data, at):
            at = part.end()
            for number in range(int(part[1]), int(part[1]) + int(part[2])):
                entry = _ENTRY.match(self._data, at) or doubt("an odd table")
                free = entry[3] == b"f"
                self._at.setdefault(number, None if free else (int(entry[1]), int(entry[2])))
                at = entry.end()
        opened = _TRAILER.match(self._data, at) or doubt("a table without a trailer")
        value = VALUE.match(self._data, opened.end())
        assert value is not None
        return entries(tokens_of(value.group()))

    def _stream_table(self, at: int) -> Dictionary:
        head = _HEAD.match(self._data, at) or doubt("no table where one should be")
        stored = self._stored(head.end())
        told = stored.dictionary()
        rows, widths = inflated(stored), [int(w) for w in told.get(b"/W", [])[1:-1]]
        if told.get(b"/Type") != [b"/XRef"] or len(widths) != 3 or 0 in widths[:2]:
            doubt("an odd table")
        size = integer(told, b"/Size")
        runs = [int(n) for n in told.get(b"/Index", [b"[", b"0", b"%d" % size, b"]"])[1:-1]]
        numbers = [n for a, b in zip(runs[::2], runs[1::2], strict=True) for n in range(a, a + b)]
        step, first, second = sum(widths), widths[0], widths[0] + widths[1]
        if len(rows) != step * len(numbers):
            doubt("a table of another length")
        for i, number in enumerate(numbers):
            row = rows[i * step : (i + 1) * step]
            kind, place, last = (
                int.from_bytes(row[a:b]) for a, b in ((0, first), (first, second), (second, step))
            )
            if kind > 2:
                doubt("an odd entry")
            entry = (place, last) if kind == 1 else (place, -1 - last) if kind == 2 else None
            self._at.setdefault(number, entry)
        return told


def inflated(stored: Stored) -> bytes:
    """Give a stream's bytes unpacked, with PNG's prediction "up" or none."""
    told = stored.dictionary()
    if told.get(b"/Filter") not in ([b"/FlateDecode"], [b"[", b"/FlateDecode", b"]"]):
        doubt("packed in another way")
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(stored.data or b"", _MOST)
    except zlib.error:
        doubt("packed wrongly")
    if unpack.unconsumed_tail or not unpack.eof:
        doubt("packed wrongly")
    parms = told.get(b"/DecodeParms")
    if parms is None:
        return text
    said = entries(tuple(parms))
    if said.get(b"/Predictor", [b"1"]) == [b"1"]:
        return text
    width = integer(said, b"/Columns")
    if integer(said, b"/Predictor") < 10 or not said.keys() <= {b"/Predictor", b"/Columns"}:
        doubt("predicted in another way")
    out, last = bytearray(), bytes(width)
    for at in range(0, len(text), width + 1):
        row = text[at + 1 : at + 1 + width]
        if text[at] not in (0, 2) or len(row) != width:
            doubt("predicted in another way")
        last = bytes((a + b) & 255 for a, b in zip(row, last, strict=True)) if text[at] else row
        out += last
    return bytes(out)
