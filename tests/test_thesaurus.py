"""A clinician's words and a page's words: found, spelled out, and worth one concept each."""

from importlib.resources import files

import numpy as np

from retrieval.abbreviations import merged
from retrieval.lexical import OTHER_FORM, Lexical
from retrieval.thesaurus import concepts, spelled_out

KINDS = {
    "drug", "disease", "symptom", "test", "procedure", "unit", "class", "place", "person",
    "organism", "general",
}  # fmt: skip


def test_every_row_has_its_four_columns_and_no_name_stands_twice() -> None:
    rows = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8").splitlines()
    cells = [row.split("\t") for row in rows]
    assert len(cells) > 2_000
    assert {len(c) for c in cells} == {4}
    assert {c[2] for c in cells} <= KINDS
    assert len({c[0].lower() for c in cells}) == len(cells)


def test_the_longest_form_wins_and_the_rest_stays() -> None:
    found, rest = concepts("Panado for a heart attack today")
    assert [f.said for f in found] == ["panado", "heart attack"]
    assert [c.name for c in found[0].concepts] == ["paracetamol"]
    assert "myocardial infarction" in [c.name for c in found[1].concepts]
    assert rest == ["for", "a", "today"]


def test_chinese_is_cut_by_the_longest_known_form() -> None:
    found, rest = concepts("孩子发热，布洛芬能吃吗")
    assert "ibuprofen" in [c.name for f in found for c in f.concepts]
    assert all(f.said not in "".join(rest) for f in found)


def test_a_question_is_spelled_out_behind_its_own_words() -> None:
    assert spelled_out("panado dose?").startswith("panado dose? (paracetamol")
    assert spelled_out("paracetamol?") == "paracetamol?"


def test_a_concept_counts_once_by_its_best_form() -> None:
    rows = ["paracetamol 15 mg per kg", "ibuprofen 10 mg per kg", "panado leaflet", "unrelated"]
    lexical = Lexical.build(rows)
    asked, named = lexical.scores("panado"), lexical.scores("paracetamol")
    expected = np.maximum(asked, OTHER_FORM * named)
    assert lexical.widened("panado").tolist() == expected.tolist()
    assert lexical.widened("panado")[0] > 0  # the page says paracetamol


def test_a_documents_own_abbreviation_widens_and_an_everyday_word_does_not() -> None:
    own = merged({"a": {"ZQX": "zebra quality exchange", "IT": "intrathecal"}, "b": {"X1": "a"}})
    assert own == {"zqx": ("zebra quality exchange",), "x1": ("a",)}
    lexical = Lexical.build(["zebra quality exchange of small babies", "feeding of small babies"])
    assert lexical.widened("zqx small babies", own).argmax() == 0
    assert lexical.widened("zqx", own)[0] > lexical.widened("zqx")[0] == 0
    four = {str(i): {"ABC": f"form {i}"} for i in range(4)}
    assert merged(four) == {}  # it says nothing any more
