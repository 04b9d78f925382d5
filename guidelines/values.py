"""The values that a PDF is written in, as tokens in one spelling; knows no file and no page.

Strict on purpose: where pdfium might read a value in another way than this module does, it raises
Doubt. Whoever asks must then do without.
"""

import re
from collections.abc import Callable
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
    tokens = tuple(_SPELLED.get(t[:1], _same)(t) for t in found if t[0] not in b"\0\t\n\f\r %")
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token in (b"<<", b"[")) - (token in (b">>", b"]"))
        if (depth == 0) != (i == len(tokens) - 1):
            doubt("more or less than one value")
    return tokens if tokens else doubt("no value")


def _same(token: bytes) -> bytes:
    return token


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
        digits = b"".join(token[1:-1].translate(None, b"\0\t\n\f\r ").split()).decode().lower()
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


_SPELLED: dict[bytes, Callable[[bytes], bytes]] = {
    **{b"%c" % c: _number for c in b"0123456789+-."},
    b"(": _string,
    b"<": _string,
}


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
