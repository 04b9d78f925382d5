"""An abstention says whether the topic is missing or only such a patient."""

import pytest

from agent import abstention
from agent.patient_reading import read
from retrieval.search import Index


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("amoxicillin for a 6yo with pneumonia, 20 kg", "population"),
        ("amoxicillin dose for a 60yo with pneumonia", None),
        ("apixaban for new DVT, how many mg bd", "topic"),
        ("paracetamol for a 17 kg child with fever", None),
    ],
)
def test_what_keeps_the_library_from_answering(
    sample_index: Index, question: str, lacks: str | None
) -> None:
    hits = sample_index.search(question, 6)
    assert abstention.unanswered(question, read(question), hits) == lacks
    assert abstention.kind(question, read(question), hits, True) == (lacks or "point")
    assert abstention.kind(question, read(question), hits, False) == (lacks or "topic")
