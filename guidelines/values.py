"""The values that a PDF is written in, as tokens in one spelling; knows no file and no page.

Strict on purpose: where pdfium might read a value in another way than this module does, it raises
Doubt. Whoever asks must then do without.
"""

import re
from functools import lru_cache
from itertools import accumulate
from typing import NoReturn

SPACE = rb"[\0\t\n\f\r ]"
END = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
_TEXT = rb"(?:[^()\\]|\\.)"
# One token, or the white space or comment between two; strings with brackets three deep.
_TOKEN = rb"(?:%s)" % b"|".join(
    (
        SPACE + rb"++",
        rb"[0-9]++" + SPACE + rb"++[0-9]++" + SPACE + rb"++R" + END,
        rb"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)" + END,
        rb"/[^\0\t\n\f\r ()<>\[\]{}/%]*+",
        rb"<<|>>|[\[\]]",
        rb"(?:true|false|null)" + END,
        rb"\((?:_T|\((?:_T|\((?:_T)*+\))*+\))*+\)".replace(b"_T", _TEXT),
        rb"<[0-9A-Fa-f\0\t\n\f\r ]*+>",
        rb"%[^\r\n]*+",
    )
)
_TOKENS = re.compile(_TOKEN, re.DOTALL)
VALUE = re.compile(rb"(?:%s)*+" % _TOKEN, re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

_DEPTHS = {b"<<": 1, b"[": 1, b">>": -1, b"]": -1}
# So many digits of a whole number a float holds.
_EXACT = 7

Dictionary = dict[bytes, list[bytes]]


class Doubt(Exception):
    """The file is not as plain as this module needs it."""


def doubt(why: str) -> NoReturn:
    """Refuse the file."""
    raise Doubt(why)


def tokens_of(body: bytes) -> tuple[bytes, ...]:
    """Give the tokens of one whole value, each in one spelling; white space and comments go."""
    found: list[bytes] = _TOKENS.findall(body)
    if sum(map(len, found)) != len(body):
        doubt("not a PDF value")
    tokens = tuple(filter(None, map(_spelled, found)))
    depths = list(accumulate(_DEPTHS.get(t, 0) for t in tokens))
    if 0 not in depths or min(depths) < 0 or depths.index(0) != len(tokens) - 1:
        doubt("more or less than one value")
    return tokens


@lru_cache(maxsize=1 << 16)
def _spelled(token: bytes) -> bytes:
    """Give a token in its one spelling; none of white space and comments."""
    first = token[:1]
    if first in b"\0\t\n\f\r %":
        return b""
    if first in b"0123456789+-.":
        return _number(token)
    return _string(token) if first in b"(<" else token


def _number(token: bytes) -> bytes:
    if token.endswith(b"R"):
        number, generation, _ = token.split()
        return b"%d %d R" % (int(number), int(generation))
    if b"." not in token:
        return token
    sign = b"-" if token.startswith(b"-") else b""
    whole, _, part = token.lstrip(b"+-").partition(b".")
    part = part.rstrip(b"0")
    # "1.0" and "1" are one number to pdfium as long as a float holds it.
    return sign + (whole or b"0") + (b"." + part if part or len(whole) > _EXACT else b"")


def _string(token: bytes) -> bytes:
    if token == b"<<":
        return token
    if token.startswith(b"<"):
        digits = token[1:-1].translate(None, b"\0\t\n\f\r ").decode().lower()
        return f"({digits}{'0' * (len(digits) % 2)})".encode()
    text = (
        token[1:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in token else token[1:-1]
    )
    if b"\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return f"({text.hex()})".encode()


def _unescaped(match: re.Match[bytes]) -> bytes:
    octal, char = match.groups()
    if octal:
        return bytes([int(octal, 8) & 255])
    return b"" if char in (b"\n", b"\r", b"\r\n") else _ESCAPED.get(char, char)


def entries(tokens: tuple[bytes, ...]) -> Dictionary:
    """Give a dictionary's entries; raises Doubt where it is none or has a key twice."""
    if len(tokens) < 2 or tokens[0] != b"<<":
        doubt("no dictionary")
    found: Dictionary = {}
    at = 1
    while at < len(tokens) - 1:
        key, value = tokens[at], next_value(tokens, at + 1)
        if not key.startswith(b"/") or key in found or not value:
            doubt("an odd dictionary")
        found[key] = value
        at += 1 + len(value)
    return found


def next_value(tokens: tuple[bytes, ...], at: int) -> list[bytes]:
    """Give the tokens of the value that begins at a place."""
    depth, end = 0, at
    while end < len(tokens):
        depth += (tokens[end] in (b"<<", b"[")) - (tokens[end] in (b">>", b"]"))
        end += 1
        if depth <= 0:
            break
    return list(tokens[at:end])


def reference(tokens: list[bytes]) -> tuple[int, int] | None:
    """Give number and generation where a value is a reference."""
    if len(tokens) != 1 or not tokens[0].endswith(b" R"):
        return None
    number, generation, _ = tokens[0].split()
    return int(number), int(generation)


def integer(told: Dictionary, key: bytes) -> int:
    """Give an entry that is a whole number, not below zero."""
    value = told.get(key, [])
    return int(value[0]) if len(value) == 1 and value[0].isdigit() else doubt("no number")
