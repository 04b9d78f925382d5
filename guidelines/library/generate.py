"""Set the sample guidelines as PDFs from their sources; knows no catalogue and no index.

    python -m guidelines.library.generate [--out DIR]

Needs reportlab and pillow, and the Debian packages that faces.py names. The same sources
and the same versions of those give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from guidelines.library.faces import available, register
from guidelines.library.layout import typeset
from guidelines.library.source import Source, read_source
from guidelines.library.wording import LICENCE

HERE = Path(__file__).parent
HEADER = "# Written by `python -m guidelines.library.generate`: edit sources/, not this file.\n"


def read_sources() -> tuple[Source, ...]:
    """Read every source, in the order of their ids."""
    return tuple(read_source(path) for path in sorted((HERE / "sources").glob("*.toml")))


def manifest(sources: Sequence[Source]) -> str:
    """Return samples.toml: one table per PDF, all values strings."""
    tables = []
    for source in sources:
        rows = {
            "file": f"{source.id}.pdf",
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "edition": source.edition,
            "published": source.published.isoformat(),
            "language": source.language,
            "jurisdiction": source.jurisdiction,
            "licence": LICENCE,
        }
        if source.supersedes:
            rows["supersedes"] = source.supersedes
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
        tables.append("\n".join(["[[guideline]]", *lines]))
    return HEADER + "\n" + "\n\n".join(tables) + "\n"


def generate(out: Path) -> tuple[Path, ...]:
    """Write every PDF whose typeface this machine has, and samples.toml; return the PDFs."""
    sources = read_sources()
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sources:
        if not available(source.look.face):
            sys.stderr.write(f"{source.id}: not set, faces.py names the fonts it needs\n")
            continue
        register(source.look.face)
        path = out / f"{source.id}.pdf"
        path.write_bytes(typeset(source))
        written.append(path)
    (out / "samples.toml").write_text(manifest(sources), encoding="utf-8")
    return tuple(written)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Set the sample guidelines as PDFs.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    for path in generate(parser.parse_args(argv).out):
        sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
