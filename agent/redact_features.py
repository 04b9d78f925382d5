"""Turns tokens with their neighbours into hashed features, all at once; pure.

Each place sees BEFORE tokens back and AHEAD tokens on, of these only such as end within LOOK
characters, so that what it gives never rests on more of the text than a stream holds back.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.redact_facts import PAD, Facts, facts, known_pairs, number_of
from agent.redact_runs import run_of
from agent.redact_tokens import Token

TAGS = (
    "", "name", "date of birth", "record number", "NHS number", "ID number", "phone", "address",
    "e-mail", "number",
)  # fmt: skip
BEFORE, AHEAD, LOOK = 8, 4, 36
BITS = 18
Hashes = NDArray[np.uint64]
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_LAST = np.uint64(0xFF51AFD7ED558CCD)


def features(
    tokens: Sequence[Token], begin: int, stop: int, skipped: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the features of the tokens from `begin` to `stop`.

    Args:
        tokens: What is there, with at least BEFORE tokens before `begin`, or all there were.
        begin: The first token to look at.
        stop: The first not to look at.
        skipped: How many tokens of the text stood before these.

    Returns:
        A row of features each, and for each tag before it a row of those that rest on that tag.
    """
    low, high = max(0, begin - BEFORE), min(len(tokens), stop + AHEAD)
    near = tokens[low:high]
    known = [facts(t) for t in near]
    size, at = stop - begin, begin - low
    ends = [t.end for t in near]

    def column(read: Callable[[Facts], int]) -> Hashes:
        pad = read(PAD)
        edge = [pad] * (BEFORE - at)
        tail = [pad] * (AHEAD - (high - stop))
        return np.array([*edge, *map(read, known), *tail], np.uint64)

    limit = np.array(ends[at : at + size]) + LOOK
    further = np.array(ends[at:] + [1 << 60] * (AHEAD - (high - stop)))
    whole, kind = column(lambda f: f.whole), column(lambda f: f.kind)

    def seen(values: Hashes, offset: int) -> Hashes:
        part = values[BEFORE + offset : BEFORE + offset + size]
        if offset <= 0:
            return part
        return np.where(further[offset : offset + size] <= limit, part, values.dtype.type(1))

    w = {o: seen(whole, o) for o in range(-4, AHEAD + 1)}
    k = {o: seen(kind, o) for o in range(-4, AHEAD + 1)}
    gaps = np.array([_gaps(near, at + i, skipped + low) for i in range(size)], np.uint64)
    runs = [_run(tokens, begin + i) for i in range(size)]
    shape, run = (np.array(one, np.uint64) for one in zip(*runs, strict=True))
    label, far = _labels(known, at, size)
    street = column(lambda f: int(f.street))
    road = np.zeros(size, np.uint64)
    for offset in range(AHEAD, 0, -1):
        ahead = (seen(street, offset) == 1) & (further[offset : offset + size] <= limit)
        road = np.where(ahead, np.uint64(offset), road)
    pair = np.array([_pair(near, at + i) for i in range(size)], np.uint64)
    around = [_alone(np.stack([*part.values()]), base) for part, base in ((w, 96), (k, 196))]
    made = [row for rows in around for row in rows]
    made += [
        _mixed(seen(column(lambda f: f.head), 0), gaps, 1),
        _mixed(seen(column(lambda f: f.tail), 0), k[0], 2),
        _mixed(k[0], gaps, 3),
        _mixed(k[-1], k[0], 4),
        _mixed(k[0], k[1], 5),
        _mixed(_mixed(k[-1], k[0], 6), k[1], 7),
        _mixed(_mixed(k[-2], k[-1], 8), k[0], 9),
        _mixed(_mixed(k[0], k[1], 10), k[2], 11),
        _mixed(w[-1], k[0], 12),
        _mixed(k[0], w[1], 13),
        _mixed(w[-1], w[0], 14),
        _mixed(w[0], w[1], 15),
        _mixed(_mixed(w[-2], w[-1], 16), k[0], 17),
        _mixed(_mixed(k[0], w[1], 18), w[2], 19),
        _mixed(_mixed(w[-1], k[0], 20), w[1], 21),
        _mixed(label, k[0], 22),
        _mixed(_mixed(label, far, 23), k[0], 24),
        _mixed(run, label, 25),
        _mixed(run, w[-1], 26),
        _mixed(run, k[0], 27),
        _mixed(shape, label, 34),
        _mixed(_mixed(shape, run, 35), k[-1], 36),
        _mixed(_mixed(pair, k[0], 28), k[-1], 29),
        _mixed(_mixed(w[-3], w[-2], 30), w[-1], 31),
        _mixed(w[-2], k[0], 32),
        _mixed(k[0], w[2], 33),
        _mixed(road, k[0], 37),
        _mixed(_mixed(road, label, 38), k[0], 39),
    ]
    plain = np.stack(made, 1)
    was = np.array([[number_of("tag", tag)] for tag in range(len(TAGS))], np.uint64)
    placed = _mixed(was, k[0], 51)
    after = [
        _mixed(was, gaps, 50),
        _mixed(placed, gaps, 52),
        _mixed(was, w[0], 53),
        _mixed(_mixed(was, k[0], 54), k[1], 55),
        _mixed(_mixed(was, k[0], 56), k[-1], 57),
        _mixed(_mixed(was, run, 58), label, 59),
        _mixed(_mixed(was, road, 60), k[0], 61),
    ]
    return _bucket(plain), _bucket(np.stack(after, 2)).transpose(1, 0, 2)


def _alone(values: Hashes, salt: int) -> Hashes:
    """Give the features of single neighbours: a row each, by how far it stands."""
    salts = np.arange(salt, salt + len(values), dtype=np.uint64)[:, None]
    turned = (values + salts) * _FIRST
    return (turned ^ (turned >> np.uint64(29))) * _SECOND


def _mixed(one: Hashes, other: Hashes, salt: int) -> Hashes:
    # The sign of the salt is kept apart by its own odd factor.
    turned = (one + np.uint64(salt & 0xFFFF)) * _FIRST
    return (turned ^ (turned >> np.uint64(29))) * _SECOND + other * _LAST


def _bucket(values: Hashes) -> NDArray[np.int64]:
    mixed = (values ^ (values >> np.uint64(32))) * _FIRST
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)


def _gaps(near: Sequence[Token], i: int, skipped: int) -> int:
    """Say what stands between this token and its neighbours, and whether the text begins here."""
    token = near[i]
    place = min(skipped + i, 2)
    before = near[i - 1].gap if i else 2
    return token.gap * 16 + place * 4 + before


def _run(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    if tokens[i].kind != "d":
        return 0, 0
    shape, looks = run_of(tokens, i, LOOK)
    return number_of("shape", shape), number_of("run", looks)


def _labels(known: Sequence[Facts], at: int, size: int) -> tuple[Hashes, Hashes]:
    """Give what the last announcing word before each place announces, and how far it is."""
    label, far = [], []
    for i in range(at, at + size):
        said = next(((f.label, d) for d in range(1, BEFORE + 1)
                     if i >= d and (f := known[i - d]).label), (0, 0))  # fmt: skip
        label.append(said[0])
        far.append(min(said[1], 4))
    return np.array(label, np.uint64), np.array(far, np.uint64)


def _pair(near: Sequence[Token], i: int) -> int:
    """Say which neighbours a Chinese character makes a known word with."""
    if near[i].kind != "h":
        return 0
    pairs, char = known_pairs(), near[i].text
    before = i > 0 and near[i - 1].text + char in pairs
    after = i + 1 < len(near) and char + near[i + 1].text in pairs
    return 1 + 2 * before + 4 * after
