"""Takes disguises off a text: invisible, look-alike, spaced, coded and reversed letters; pure.

`neutralised` is for a model's eyes and loses no visible letter. `unmasked` and `readings` are for
the guards: they guess at what a text says, and are never shown. Knows nothing of what is allowed.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

# Zero-width, soft hyphen, bidi controls, variation selectors, fillers, tags. Joiners between
# letters of scripts that need them, and between emoji, are kept (see _INVISIBLE).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![\u0600-\u0dff\u1f000-\U0001faff\u2600-\u27bf\ufe0f])[\u200c\u200d]"
    "|[\u200c\u200d](?![\u0600-\u0dff\u1f000-\U0001faff\u2600-\u27bf\ufe0f])"
)
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489]")
_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝьАВЕКМНОРСТХІЅЈУοαερτυνκικχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ’‘ʼ“”",
    "aeopcyxijsdhqwbABEKMHOPCTXISJYoaeptuvkikxABEZHIKMNOPTYX'''\"\"",
)
_LATIN = re.compile(r"[a-zA-Z]")
_OTHERS = re.compile("[\u0370-\u03ff\u0400-\u04ff\u0500-\u052f]")
_GREEK_LETTER = re.compile(r"(?<![^\W\d_])[\u0370-\u03ff](?![^\W\d_])")
_CODED_WORD = re.compile(
    r"(?<![a-z0-9])(?=[a-z]*[013457@$])(?=[013457]*[a-z@$])[a-z013457@$]{3,40}"
)
_LEET = str.maketrans("013457@$", "oieastas")
_SPACED = re.compile(r"(?:(?<![^\W_])[^\W\d_][ .\-_*]{1,3}){4,}[^\W\d_](?![^\W_])")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_][.\-_*]){3,}[^\W\d_](?![^\W_])")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,}")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){4,}")
_WORDY = re.compile(r"[ -~\n]{12,}|[\u3400-\u9fff]{4,}")
_BACKWARDS = re.compile(r"\b(?:eht|dna|erongi|rewsna|suoiverp|uoy|ruoy|snoitcurtsni|tpmorp)\b")


def neutralised(text: str) -> str:
    """Remove what no reader sees: zero-width, bidi, tag and filler characters, soft hyphens."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def unmasked(text: str) -> str:
    """Fold a text to what it reads as: lower case, look-alikes and marks resolved, one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", neutralised(text))
        if _OTHERS.search(text) and _LATIN.search(text):
            text = _latinised(text)
        if len(_MARKS.findall(text)) > 2:
            text = bare(text)
        text = text.translate(_QUOTES)
    return _LONG.sub(r"\1", " ".join(text.lower().split()))


def bare(text: str) -> str:
    """Take every accent off Latin, Greek and Cyrillic letters."""
    if text.isascii():
        return text
    stripped = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", stripped)


# No word is longer; patterns then take a time that grows with the text, not with its square.
_LONG = re.compile(r"([a-z0-9_]{40})[a-z0-9_]+")
_QUOTES = str.maketrans("’‘ʼ“”", "'''\"\"")


def _latinised(text: str) -> str:
    """Read Cyrillic and Greek letters within Latin words as Latin; a lone β or Δ is itself."""
    kept = _GREEK_LETTER.sub(lambda m: f"\x00{ord(m[0]):x}\x01", text)
    return re.sub(r"\x00[0-9a-f]+\x01", lambda m: chr(int(m[0][1:-1], 16)), kept.translate(_ALIKE))


def hidden(text: str) -> str:
    """Give the words written in tag characters, which no reader sees, or ""."""
    if text.isascii():
        return ""
    return " ".join("".join(chr(ord(c) - 0xE0000) for c in m[0]) for m in _TAGS.finditer(text))


def readings(text: str) -> Iterator[str]:
    """Give the folded text, then every other way in which it can be read that differs."""
    folded = unmasked(text)
    yield folded
    if under := hidden(text):
        yield unmasked(under)
    if (plain := bare(folded)) != folded:
        yield plain
    if len(_CODED_WORD.findall(folded)) >= 2:
        yield _CODED_WORD.sub(lambda m: m[0].translate(_LEET), folded)
    if _SPACED.search(text) or _DOTTED.search(text):
        yield unmasked(_closed(text))
    for decoded in _decoded(text):
        yield unmasked(decoded)
    if len(_BACKWARDS.findall(folded)) >= 2:
        yield folded[::-1]


def _closed(text: str) -> str:
    """Join letters that stand apart; a space, or two where one parts letters, parts words."""
    if _DOTTED.search(text):
        return _DOTTED.sub(lambda m: re.sub(r"[.\-_*]", "", m[0]), text)
    words = re.split(r" {2,}|\n", text)
    return " ".join(re.sub(r"(?<![^\W_])([^\W_]) (?=[^\W_](?![^\W_]))", r"\1", w) for w in words)


def _decoded(text: str) -> Iterator[str]:
    """Give what runs of base64, hexadecimal and percent codes say, where they say words."""
    for m in _HEX.finditer(text):
        yield from _words(bytes.fromhex(m[0]))
    for m in _PERCENT.finditer(text):
        yield unquote(m[0], errors="replace") + unquote(text[m.end() : m.end() + 200])
    for m in _BASE64.finditer(text):
        try:
            yield from _words(base64.b64decode(m[0] + "=" * (-len(m[0]) % 4)))
        except binascii.Error:
            continue


def _words(raw: bytes) -> Iterator[str]:
    said = raw.decode("utf-8", errors="replace")
    if _WORDY.search(said) and "\ufffd" not in said[:24]:
        yield said
