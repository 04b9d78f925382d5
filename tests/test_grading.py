"""Grades printed in lines of their own, below the recommendation as two samples do."""

import pytest

from guidelines.pages import read_pages
from retrieval.cutting import cut
from retrieval.passages import Passage
from tests.conftest import SAMPLES


@pytest.mark.parametrize(
    ("sample", "begins", "graded"),
    [
        ("cap-adults-2021", "Obtain a chest X-ray within 4 hours", ("strong", "low")),
        ("cap-adults-2021", "Do not delay antibiotics", ("strong", "moderate")),
        ("cap-adults-2021", "Take blood cultures", ("strong", "moderate")),
        ("child-diarrhoea-zh-2023", "无脱水患儿每次稀便后", ("强推荐", "中等")),
        ("child-diarrhoea-zh-2023", "重度脱水患儿应立即静脉补液", ("强推荐", "高")),
        ("child-diarrhoea-zh-2023", "口服补液时频繁呕吐的患儿", ("弱推荐", "中等")),
    ],
)
def test_a_grade_below_its_recommendation_is_not_the_next_ones(
    sample: str, begins: str, graded: tuple[str, str]
) -> None:
    lines = [x for p in _passages(sample) for x in p.lines if x.text.startswith(begins)]
    assert {x.grade and (x.grade.strength, x.grade.certainty) for x in lines} == {graded}


def test_a_caption_after_a_grade_has_none() -> None:
    captions = [
        x
        for p in _passages("child-diarrhoea-zh-2023")
        for x in p.lines
        if x.text.startswith("表2 ")
    ]
    assert captions
    assert all(x.grade is None for x in captions)


def _passages(sample: str) -> list[Passage]:
    path = SAMPLES / f"{sample}.pdf"
    return cut(list(read_pages(path)), sample, "0" * 64)
