"""Sentences of clinical prose: cases decided by hand."""

from itertools import pairwise

import pytest

from retrieval.sentences import sentence_spans


@pytest.mark.parametrize(
    "sentences",
    [
        ["Give amoxicillin 500 mg p.o. t.d.s. for 5 days (e.g. mild cases).", "Refer others."],
        ["Infuse over 30 min. at 1.5 mL/kg.", "Stop if SpO2 < 92%."],
        ["See Sect. 3.2 and Fig. 4.", "P. vivax is treated with chloroquine."],
        ["Statement 3. We recommend treatment at 130/80 mmHg or more. (1A)", "Review yearly."],
        ["Earlier trials agree [241].", "Later ones do not."],
        ["Give 1 g; do not exceed 4 g in 24 hours.", "Use less in the elderly."],
        ["口服补液盐每次5 mL。", "（必要时）静脉补液。", "立即转诊！"],
        ["Max. dose 4 g/day.", "Not for children under 5 kg."],
        ["Is the child drowsy?", "Call for help."],
    ],
)
def test_by_hand(sentences: list[str]) -> None:
    joint = "" if "。" in sentences[0] else " "
    text = joint.join(sentences)
    assert [text[a:b] for a, b in sentence_spans(text)] == sentences


def test_every_word_is_in_exactly_one_sentence() -> None:
    text = "A dose of 5 mg. Then 10 mg... (see Table 2). No. 3 is best; so is 4! 你好。再见 Bye"
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
