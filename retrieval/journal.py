"""Vectors of a build that has not ended, by the text they were made from; they outlive a kill.

Does not know passages: a vector belongs to a text and to the weights that read it.
"""

import hashlib
import json
import shutil
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path
from types import TracebackType

import numpy as np

from retrieval.embed import Embedder, Progress, Vectors

# Texts that are embedded and written as one record. A kill costs at most this many.
BATCH = 64
_COUNT = struct.Struct("<I")
_KEY, _SUM = 16, 32


def text_keys(texts: Sequence[str]) -> list[str]:
    """Name each text by its words, and by how often they came before: a vector a passage."""
    seen: Counter[str] = Counter()
    keys = []
    for text in texts:
        keys.append(hashlib.sha256(f"{seen[text]} {text}".encode()).hexdigest()[: 2 * _KEY])
        seen[text] += 1
    return keys


class Journal:
    """An append-only file of records (count, keys, vectors, checksum) for one embedder.

    Not fsynced: a kill loses nothing that was written, and after a power cut the checksums tell
    what is whole.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the journal, keep its whole records, cut off a torn tail.

        One that another embedder wrote is begun anew.
        """
        self._embedder = embedder
        folder.mkdir(parents=True, exist_ok=True)
        made_by = {"embedder_sha256": embedder.fingerprint(), "dimension": embedder.dimension}
        head = json.dumps(made_by, sort_keys=True).encode() + b"\n"
        self._file = FileIO(folder / "vectors.log", "a+")
        self._file.seek(0)
        data = self._file.readall()
        self.vectors: dict[str, Vectors] = {}
        end = 0
        if data.startswith(head):
            end = len(head) + self._read(memoryview(data)[len(head) :])
        self._file.truncate(end)
        if end == 0:
            self._write(head)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def embed(self, texts: Mapping[str, str], on_embed: Progress) -> int:
        """Embed the texts, by key, that are not in the journal yet; give their number.

        The batches of an interrupted build and of the one that goes on are the same as those of
        a build that was left alone, so that its vectors are the same to the last bit.
        """
        order = sorted(texts, key=lambda k: (-len(texts[k]), texts[k], k))
        missing = {k for k in order if k not in self.vectors}
        done = len(order) - len(missing)
        on_embed(done, len(order))
        for start in range(0, len(order), BATCH):
            batch = [k for k in order[start : start + BATCH] if k in missing]
            if batch:
                self.append(batch, self._embedder.encode([texts[k] for k in batch]))
                done += len(batch)
                on_embed(done, len(order))
        return len(missing)

    def append(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Write one record whole, or leave a tail that the next reader cuts off."""
        body = _COUNT.pack(len(keys)) + bytes.fromhex("".join(keys))
        body += np.ascontiguousarray(vectors, "<f4").tobytes()
        self._write(body + hashlib.sha256(body).digest())
        self.vectors.update(zip(keys, vectors, strict=True))

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def _read(self, data: memoryview) -> int:
        """Take in whole records; give the length of what they fill."""
        at = 0
        while at + _COUNT.size <= len(data):
            (count,) = _COUNT.unpack_from(data, at)
            keys = at + _COUNT.size
            values = keys + count * _KEY
            end = values + count * self._embedder.dimension * 4
            if data[end : end + _SUM] != hashlib.sha256(data[at:end]).digest():
                break
            names = bytes(data[keys:values]).hex()
            rows = np.frombuffer(data[values:end], "<f4").reshape(count, -1).astype(np.float32)
            for row in range(count):
                self.vectors[names[row * 2 * _KEY : (row + 1) * 2 * _KEY]] = rows[row]
            at = end + _SUM
        return at


def drop(folder: Path) -> None:
    """Remove the journal of a build that has ended."""
    shutil.rmtree(folder, ignore_errors=True)
