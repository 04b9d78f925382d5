"""Names a place on a page the way the browser sends it back; pure.

"SHA256:4:120-180,200-240" is page 4 of that file with two spans. What comes back from a browser
is believed only after `parse`, and then only against the catalogue.
"""

import re
from dataclasses import dataclass

from agent.answer import Citation

_REF = re.compile(r"([0-9a-f]{64}):([1-9][0-9]{0,4}):((?:[0-9]{1,7}-[0-9]{1,7},?){0,40})")


@dataclass(frozen=True)
class PageRef:
    """One page of one file, and the character spans to highlight."""

    sha256: str
    page: int
    spans: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return f"{self.sha256}:{self.page}:" + ",".join(f"{a}-{b}" for a, b in self.spans)


def ref_of(citation: Citation) -> PageRef:
    """Give the place a citation stands at."""
    return PageRef(citation.file_sha256, citation.page, citation.spans)


def parse(text: object) -> PageRef | None:
    """Read what a browser sent; None where it is no reference or has an empty or turned span."""
    match = _REF.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    pairs = [part.split("-") for part in match[3].split(",") if part]
    spans = tuple((int(a), int(b)) for a, b in pairs)
    if any(start >= end for start, end in spans):
        return None
    return PageRef(match[1], int(match[2]), spans)
