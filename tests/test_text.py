"""Folding: the one rule by which a span of a page becomes a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.text import fold, quote, unreadable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Give 1 g\r\nevery 8 hours.", "Give 1 g every 8 hours."),
        ("  a \t b  ", "a b"),
        ("de\ufb01ciency \ufb02uid \ufb03", "deficiency fluid ffi"),
        ("baby\ufffeled", "baby-led"),
        ("co\xadoperate", "cooperate"),
        ("轻度脱水\r\n首选口服补液", "轻度脱水首选口服补液"),
        ("每8小时 一次", "每8小时 一次"),
        ("ATM\r\n可以", "ATM 可以"),
        ("≥ 4 mg/L, µg ×10⁹", "≥ 4 mg/L, µg ×10⁹"),
        ("", ""),
    ],
)
def test_fold_by_hand(raw: str, shown: str) -> None:
    assert fold(raw)[0] == shown


@given(st.text(alphabet="ab 1.\r\n\t\xad\ufb01脱水≥\ufffe", max_size=60))
def test_a_part_folds_to_the_same_words_as_the_whole(raw: str) -> None:
    folded, at = fold(raw)
    assert len(folded) == len(at)
    assert at == sorted(at)
    # Any run of folded words, taken back to raw indices, gives the same words again.
    words = [i for i, c in enumerate(folded) if c != " "]
    if words:
        first, last = words[len(words) // 3], words[-1]
        again = quote(raw, at[first], at[last] + 1)
        whole_ligature = first == 0 or at[first - 1] != at[first]
        if whole_ligature:
            assert again == folded[first : last + 1]


@pytest.mark.parametrize("char", ["\x02", "\x00", "\ue001", "\ufffd"])
def test_a_lost_comparator_makes_a_text_unreadable(char: str) -> None:
    assert unreadable(f"MIC {char}4mg/L") == [char]


def test_sound_text_is_readable() -> None:
    assert unreadable("≥ 4 mg/L\r\n\tµg — 5–10 °C 每日 baby\ufffeled") == []


def test_a_sign_that_turns_the_order_of_digits_makes_a_row_unreadable() -> None:
    for sign in "\u202e\u202d\u2067":
        assert unreadable(f"Give {sign}12 mg daily.") == [sign]
    assert unreadable("Give 12\u200b mg daily.") == []  # no width, no harm
