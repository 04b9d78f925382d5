"""Abbreviations and parted words: what a document's own words decide."""

import pytest

from guidelines.pages import Page
from retrieval.abbreviations import abbreviations
from retrieval.hyphens import Words, words_of
from retrieval.passages import Line, Passage


def passage(section: str, *texts: str) -> Passage:
    lines = tuple(Line(str(i), ((0, 1),), text, False, True) for i, text in enumerate(texts))
    return Passage("p", "g", "0" * 64, 1, "1", (section,), " ".join(texts), "text", lines)


def test_a_list_of_abbreviations_is_read_row_by_row() -> None:
    found = abbreviations([passage(
        "1. Abbreviations", "ACT artemisinin-based combination therapy", "bw body weight",
        "AS + AQ artesunate + amodiaquine", "This list is not complete and others may be used too.",
    )])  # fmt: skip
    assert found == {
        "ACT": "artemisinin-based combination therapy",
        "AS + AQ": "artesunate + amodiaquine",
        "bw": "body weight",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Use insecticide-treated nets (ITNs) there.", {"ITNs": "insecticide-treated nets"}),
        (
            "急性横贯性脊髓炎(acute transverse myelitis, ATM)少见。",
            {"ATM": "acute transverse myelitis"},
        ),
        ("The dose is small (SEE TABLE) for infants (WHO).", {}),
        ("Children in the clinic (RR 0.7) did well.", {}),
    ],
)
def test_an_abbreviation_is_introduced_in_brackets(text: str, found: dict[str, str]) -> None:
    assert abbreviations([passage("2. Treatment", text)]) == found


def test_an_abbreviation_with_two_meanings_is_left_out() -> None:
    first = passage("1", "In multiple sclerosis (MS) treat early.")
    second = passage("2", "In mitral stenosis (MS) refer early.")
    assert abbreviations([first]) == {"MS": "multiple sclerosis"}
    assert abbreviations([first, second]) == {}


def test_parted_words_are_joined_where_the_document_has_them_whole() -> None:
    text = "The treatment of low-grade fever. treat\ufffement low\ufffegrade long\ufffeterm"
    words = Words(words_of(Page(1, "1", text, (), 595, 842, "text")))
    assert words.rejoined("treat\ufffement") == "treatment"
    assert words.rejoined("low\ufffegrade") == "low-grade"
    assert words.rejoined("long\ufffeterm") == "long-term"
