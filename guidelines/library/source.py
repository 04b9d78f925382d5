"""A sample guideline as data: reads a TOML source; knows nothing of how it is set.

A section's text is a list of blocks parted by blank lines. A block is a paragraph, or starts
with a directive: `## Heading`, `::rec NUMBER | GRADE`, `::red TITLE`, `::note TITLE`,
`::table KEY`, `::scan KEY`, `::page`. The lines after it join into one lead, and each line
that starts with "- " opens an item.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DIRECTIVES = ("rec", "red", "note", "table", "scan", "page")


@dataclass(frozen=True)
class Block:
    """One block; `label` is a recommendation's number, a box's title or a table's key."""

    kind: str
    label: str
    grade: str
    lead: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A numbered heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Grid:
    """A table; `widths` are shares of the column it stands in."""

    caption: str
    widths: tuple[float, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class Scan:
    """A page that exists only as a picture: a title, its lines and a table's rows."""

    title: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """How a publisher sets its guidelines."""

    face: str
    colour: str
    paper: str
    cover: str
    columns: int
    recommendation: str
    contents: bool
    outline: bool
    roman_front: bool


@dataclass(frozen=True)
class Source:
    """One edition of one fictional guideline, ready to be set."""

    id: str
    title: str
    subtitle: str
    short: str
    publisher: str
    publisher_short: str
    edition: str
    published: date
    language: str
    jurisdiction: str
    supersedes: str | None
    supersedes_title: str
    look: Look
    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    grids: dict[str, Grid]
    scans: dict[str, Scan]


def read_source(path: Path) -> Source:
    """Read one TOML source; a block that names a missing table or scan raises KeyError."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    grids = {key: _grid(value) for key, value in data.get("tables", {}).items()}
    scans = {key: _scan(value) for key, value in data.get("scans", {}).items()}
    sections = tuple(Section(s["title"], read_blocks(s["text"])) for s in data["section"])
    for block in (b for s in sections for b in s.blocks):
        known: dict[str, set[str]] = {"table": set(grids), "scan": set(scans)}
        if block.label not in known.get(block.kind, {block.label}):
            raise KeyError(f"{path.name}: no {block.kind} {block.label!r}")
    return Source(
        id=path.stem,
        title=data["title"],
        subtitle=data["subtitle"],
        short=data["short"],
        publisher=data["publisher"],
        publisher_short=data["publisher_short"],
        edition=data["edition"],
        published=data["published"],
        language=data["language"],
        jurisdiction=data["jurisdiction"],
        supersedes=data.get("supersedes"),
        supersedes_title=data.get("supersedes_title", ""),
        look=Look(**data["look"]),
        front=read_blocks(data.get("front", "")),
        sections=sections,
        grids=grids,
        scans=scans,
    )


def read_blocks(text: str) -> tuple[Block, ...]:
    """Split a section's text into its blocks."""
    return tuple(_block(part.strip().splitlines()) for part in text.split("\n\n") if part.strip())


def _block(lines: list[str]) -> Block:
    kind, label, grade = "text", "", ""
    if lines[0].startswith("## "):
        kind, label, lines = "heading", lines[0][3:].strip(), lines[1:]
    elif lines[0].startswith("::"):
        kind, _, rest = lines[0][2:].partition(" ")
        if kind not in DIRECTIVES:
            raise ValueError(f"unknown directive {lines[0]!r}")
        label, _, grade = (part.strip() for part in rest.partition("|"))
        lines = lines[1:]
    lead: list[str] = []
    items: list[str] = []
    for line in lines:
        if line.startswith("- "):
            items.append(line[2:].strip())
        elif items:
            items[-1] = _joined([items[-1], line])
        else:
            lead.append(line)
    return Block(kind, label, grade, _joined(lead), tuple(items))


def _joined(lines: list[str]) -> str:
    """Join wrapped lines with a space, or with nothing between two Chinese characters."""
    whole = ""
    for line in (part.strip() for part in lines):
        bare = bool(whole) and ord(whole[-1]) > 0x2E80 and ord(line[:1] or " ") > 0x2E80
        whole += line if bare or not whole else f" {line}"
    return whole


def _grid(data: dict[str, Any]) -> Grid:
    rows = tuple(tuple(row) for row in data["rows"])
    wrong = [row for row in rows if len(row) != len(data["head"])]
    if wrong or len(data["widths"]) != len(data["head"]):
        raise ValueError(f"table {data['caption']!r}: a row of another width {wrong}")
    return Grid(
        data["caption"], tuple(data["widths"]), tuple(data["head"]), rows, data.get("note", "")
    )


def _scan(data: dict[str, Any]) -> Scan:
    rows = tuple(tuple(row) for row in data["rows"])
    return Scan(data["title"], tuple(data["lines"]), rows, tuple(data["foot"]))
