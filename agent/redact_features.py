"""Turns tokens with their neighbours into hashed features, all at once; pure.

Each place sees BEFORE tokens back and AHEAD tokens on, of these only such as end within LOOK
characters, so that what it gives never rests on more of the text than a stream holds back.
"""

from collections.abc import Sequence

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
_WAS = np.array([[number_of("tag", tag)] for tag in range(len(TAGS))], np.uint64)
_BACK = 4


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
    short = AHEAD - (high - stop)
    said = [PAD] * (BEFORE - at) + known + [PAD] * short
    table = np.array([(f.whole, f.kind, f.head, f.tail, f.street) for f in said], np.uint64).T
    places = np.arange(-_BACK, AHEAD + 1)[:, None] + np.arange(BEFORE, BEFORE + size)
    ends = np.array([t.end for t in near[at:]] + [1 << 60] * short)
    further = ends[np.arange(1, AHEAD + 1)[:, None] + np.arange(size)]
    late = further > ends[:size] + LOOK
    whole, kind, _, _, street = table[:, places]
    for rows in (whole, kind, street):
        rows[_BACK + 1 :][late] = 1
    _, _, head, tail, _ = table[:, BEFORE : BEFORE + size]
    w = dict(zip(range(-_BACK, AHEAD + 1), whole, strict=True))
    k = dict(zip(range(-_BACK, AHEAD + 1), kind, strict=True))
    gaps = np.array([_gaps(near, at + i, skipped + low) for i in range(size)], np.uint64)
    shape, run = np.array([_run(tokens, begin + i) for i in range(size)], np.uint64).T
    label, far = _labels(known, at, size)
    road = np.zeros(size, np.uint64)
    for offset in range(AHEAD, 0, -1):
        ahead = (street[_BACK + offset] == 1) & ~late[offset - 1]
        road = np.where(ahead, np.uint64(offset), road)
    pair = np.array([_pair(near, at + i) for i in range(size)], np.uint64)
    a, b, c, d, e, f, g, h, p, q, r = _mixed(
        (k[-1], k[-2], k[0], w[-2], k[0], w[-1], label, shape, pair, w[-3], road),
        (k[0], k[-1], k[1], w[-1], w[1], k[0], far, run, k[0], w[-2], label),
        (6, 8, 10, 16, 18, 20, 23, 35, 28, 30, 38),
    )
    mixed = _mixed(
        (head, tail, k[0], k[-1], k[0], w[-1], k[0], w[-1], w[0], label, run, run, run, shape,
         w[-2], k[0], road, a, b, c, d, e, f, g, h, p, q, r),
        (gaps, k[0], gaps, k[0], k[1], k[0], w[1], w[0], w[1], k[0], label, w[-1], k[0], label,
         k[0], w[2], k[0], k[1], k[0], k[2], k[0], w[2], w[1], k[0], k[-1], k[-1], w[-1], k[0]),
        (1, 2, 3, 4, 5, 12, 13, 14, 15, 22, 25, 26, 27, 34, 32,
         33, 37, 7, 9, 11, 17, 19, 21, 24, 36, 29, 31, 39),
    )  # fmt: skip
    plain = np.concatenate([_alone(whole, 96), _alone(kind, 196), mixed])
    first = _mixed_after(
        _WAS, (k[0], gaps, w[0], k[0], k[0], run, road), (51, 50, 53, 54, 56, 58, 60)
    )
    placed, spaced, same, onward, backward, numbered, housed = first
    second = _mixed_after(
        np.stack([placed, onward, backward, numbered, housed]),
        (gaps, k[1], k[-1], label, k[0]),
        (52, 55, 57, 59, 61),
    )
    after = np.concatenate([np.stack([spaced, same]), second])
    return _bucket(plain).T, _bucket(after).transpose(2, 1, 0)


def _alone(values: Hashes, salt: int) -> Hashes:
    """Give the features of single neighbours: a row each, by how far it stands."""
    salts = np.arange(salt, salt + len(values), dtype=np.uint64)[:, None]
    turned = (values + salts) * _FIRST
    return (turned ^ (turned >> np.uint64(29))) * _SECOND


def _mixed(one: Sequence[Hashes], other: Sequence[Hashes], salts: Sequence[int]) -> Hashes:
    """Mix hashes pair by pair, a row each."""
    turned = (np.array(one) + np.array(salts, np.uint64)[:, None]) * _FIRST
    return (turned ^ (turned >> np.uint64(29))) * _SECOND + np.array(other) * _LAST


def _mixed_after(one: Hashes, other: Sequence[Hashes], salts: Sequence[int]) -> Hashes:
    """Mix hashes by the tag before with others: a row each, in it a row a tag."""
    turned = (one + np.array(salts, np.uint64)[:, None, None]) * _FIRST
    return (turned ^ (turned >> np.uint64(29))) * _SECOND + np.array(other)[:, None, :] * _LAST


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
