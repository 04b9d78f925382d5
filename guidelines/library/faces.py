"""The typefaces of the sample PDFs: where Debian keeps them; knows nothing of what they set.

Regeneration needs the Debian 12 packages fonts-dejavu-core, fonts-liberation and
fonts-droid-fallback. Other versions of the fonts give other bytes, so they count as absent.
The PDFs embed what they use, so reading them needs none.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path("/usr/share/fonts/truetype")
# Each face: its cuts (regular, bold, italic, bold italic) and the start of each file's sha256.
FACES: dict[str, dict[str, str]] = {
    "Liberation Sans": {
        "liberation/LiberationSans-Regular.ttf": "f8ace1f892b2bd9d",
        "liberation/LiberationSans-Bold.ttf": "361c61b82d575c5c",
        "liberation/LiberationSans-Italic.ttf": "832b4406dbef2362",
        "liberation/LiberationSans-BoldItalic.ttf": "a224075ac17495ad",
    },
    "Liberation Serif": {
        "liberation/LiberationSerif-Regular.ttf": "1c9c77c2cd0f3c2d",
        "liberation/LiberationSerif-Bold.ttf": "af228b9de767e516",
        "liberation/LiberationSerif-Italic.ttf": "ccd19036f8e8599e",
        "liberation/LiberationSerif-BoldItalic.ttf": "19c8cef87d611973",
    },
    "DejaVu Sans": {
        "dejavu/DejaVuSans.ttf": "abdc775b21b1bc47",
        "dejavu/DejaVuSans-Bold.ttf": "0d977336a6d5fba3",
    },
    "DejaVu Serif": {
        "dejavu/DejaVuSerif.ttf": "13e61509f5c81d7c",
        "dejavu/DejaVuSerif-Bold.ttf": "e2fd85eba2de65ac",
    },
    "Droid Fallback": {"droid/DroidSansFallbackFull.ttf": "acb6440a713d880a"},
}
CJK = "Droid Fallback"
CJK_LATIN = "Liberation Sans"
CJK_RUN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]+")


@functools.cache
def available(face: str) -> bool:
    """Say whether this machine has every file of a face, in the version that was used."""
    wanted = FACES[face] | (FACES[CJK_LATIN] if face == CJK else {})
    return all(
        (FOLDER / name).is_file()
        and hashlib.sha256((FOLDER / name).read_bytes()).hexdigest().startswith(digest)
        for name, digest in wanted.items()
    )


def register(face: str) -> None:
    """Hand a face to reportlab with its cuts; a missing cut falls back to the nearest one."""
    if face == CJK:
        register(CJK_LATIN)
    cuts = list(FACES[face])
    names = [face, *(f"{face} {n}" for n in range(1, len(cuts)))]
    for name, file in zip(names, cuts, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))
    bold = names[1] if len(names) > 1 else face
    italic, both = (names[2], names[3]) if len(names) > 3 else (face, bold)
    pdfmetrics.registerFontFamily(face, normal=face, bold=bold, italic=italic, boldItalic=both)


def marked_up(text: str, face: str) -> str:
    """Turn `**bold**` and `*italic*` into reportlab's markup; set Latin runs in Chinese text.

    The face must be registered. A character that it cannot draw raises ValueError.
    """
    runs = CJK_RUN.findall(text) if face == CJK else []
    rest = CJK_RUN.sub("", text) if face == CJK else text
    missing = _undrawn("".join(runs), CJK) + _undrawn(rest, CJK_LATIN if face == CJK else face)
    if missing:
        raise ValueError(f"{face} cannot draw {missing!r} in {text[:60]!r}")
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", safe)
    safe = re.sub(r"\*(.+?)\*", r"<i>\1</i>", safe)
    if face != CJK:
        return safe
    return CJK_RUN.sub(lambda run: f'<font name="{CJK}">{run.group()}</font>', safe)


def _undrawn(text: str, face: str) -> str:
    if not text:
        return ""
    font = pdfmetrics.getFont(face)
    drawn = font.face.charToGlyph if isinstance(font, TTFont) else {}
    return "".join(sorted({char for char in text if ord(char) not in drawn}))
