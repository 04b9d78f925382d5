"""The gate's pure rules, and what OCR may lift: every case is a sign that was really lost."""

from dataclasses import replace

import pytest

from guidelines.agreement import facts, ocr_over, weigh
from guidelines.fidelity import Finding, find
from guidelines.ocr import Word
from guidelines.pages import Page
from guidelines.rows import Row


@pytest.mark.parametrize(
    ("text", "kind", "decisive"),
    [
        ("MIC \x024mg/L", "control character", True),
        ("reduce it to \x01 7.5 mg daily", "control character", True),
        ("one or \x01 tablet daily", "control character", True),
        ("glucose of\r\n\x01 7.8 mmol/L", "control character", True),
        ("from 500\x011500 mg", "control character", True),
        ("above 38\x01C", "control character", True),
        ("Give 5 mL\r\n\x01 of syrup", "control character", False),
        ("\x8a Get plenty of rest", "control character", False),
        ("a con\ufffdrmed case", "lost character", False),
        ("dose \uf0b3 5 mg", "private glyph", True),
        ("dose\r\n\uf0b3\r\n5 mg", "private glyph", True),
        ("Share\r\n\uf1eb \uf1eb\r\n1", "icon", False),
        ("take (cid:12) 5 mg", "glyph name", True),
        ("/g12/g7/g99 each day", "glyph name", False),
    ],
)
def test_a_lost_sign_is_found_and_weighed(text: str, kind: str, decisive: bool) -> None:
    found = find(text)
    assert {f.kind for f in found} == {kind}
    assert any(f.decisive for f in found) is decisive


def test_neighbours_are_one_place_and_places_are_exact() -> None:
    assert find("ab\x01\x01c\x01") == (
        Finding("control character", 2, 4, False),
        Finding("control character", 5, 6, False),
    )


@pytest.mark.parametrize(
    "sound",
    [
        "≥ 4 mg/L × 10⁹, 5–10 µg\r\n\t½ tablet",
        "G00/G01*/G02.1*",
        "baby\ufffeled",
        "每8小时\u3000一次",
    ],
)
def test_sound_text_passes_the_gate(sound: str) -> None:
    assert find(sound) == ()


def test_glyphs_without_a_meaning_are_found_though_they_look_like_letters() -> None:
    assert find("dose $ 5 mg", unmapped=[5]) == (Finding("unmapped glyph", 5, 6, True),)
    assert find("10 mg", from_symbols=[3]) == (Finding("symbol font", 3, 4, True),)


def test_facts_are_numbers_comparators_and_units() -> None:
    assert facts("Give ≥ 2.5 mg/kg of 1 500 mL") == facts("1500 mL at ≥2.5 mg/kg")
    assert facts("MIC ≥4mg/L") != facts("MIC 24mg/L")
    assert facts("0.5 × 10⁹/L") != facts("0.5 × 109/L")
    assert facts("灌服50毫升") != facts("灌服50毫克")


def _page(text: str) -> Page:
    rows, at = [], 0
    for i, words in enumerate(text.split("\r\n")):
        bottom = 700.0 - 20 * i
        rows.append(
            Row(at, at + len(words), 10.0, False, 50.0, bottom, 400.0, bottom + 10, cells=1)
        )
        at += len(words) + 2
    return Page(1, "1", text, tuple(rows), 600.0, 800.0, "suspect", find(text))


def _read(*rows: str) -> list[Word]:
    return [
        Word(text, 60.0, 709.0 - 20 * i, 390.0, 701.0 - 20 * i, True) for i, text in enumerate(rows)
    ]


def test_ocr_that_agrees_leaves_only_the_damaged_lines_unquotable() -> None:
    page = weigh(_page("Give 5 mg\r\na con\ufffdrmed 2019 case"), _read("Give", "confirmed 2019"))
    assert page.quality == "damaged"
    assert page.suspect_spans == ((16, 17),)
    assert ocr_over(page, 14, 20) == "confirmed 2019"


def test_ocr_noise_far_from_the_damage_raises_no_alarm() -> None:
    page = weigh(_page("Give 5 mg\r\na con\ufffdrmed case"), _read("Give S mg", "confirmed"))
    assert page.quality == "damaged"


def test_ocr_that_sees_a_sign_the_text_lost_makes_the_page_suspect() -> None:
    page = weigh(_page("should be \x01 twice normal"), _read("should be ≥ twice normal"))
    assert page.quality == "suspect"
    assert page.reasons == (
        "the text says “should be ▯ twice normal” where OCR reads “should be ≥ twice normal”",
    )


def test_a_number_beside_a_lost_sign_is_suspect_even_where_ocr_agrees() -> None:
    # OCR may drop the same sign, so that both have "MIC 4 mg".
    assert weigh(_page("MIC \x02 4 mg"), _read("MIC 4 mg")).quality == "suspect"


def test_a_row_that_ocr_does_not_see_bears_nothing_out() -> None:
    assert weigh(_page("take \x01 for the 2019 virus"), []).quality == "suspect"


def test_an_engine_that_reads_nothing_at_all_bears_nothing_out() -> None:
    page = weigh(_page("a con\ufffdrmed case"), [])
    assert (page.quality, page.reasons) == ("suspect", ("OCR reads no word on the page",))


def test_a_lost_bullet_that_ocr_reads_as_a_sign_is_no_number() -> None:
    assert weigh(_page("\x01 Get plenty of rest"), _read("= Get plenty of rest")).quality == (
        "damaged"
    )


def test_a_scan_is_never_lifted() -> None:
    page = weigh(replace(_page("Give 5 mg"), scan=True), _read("Give 5 mg"))
    assert (page.quality, page.ocr_text) == ("suspect", "Give 5 mg")
