"""Draws what a turn knows of its patient, with ways to correct it, and what the answer asks back.

Pure HTML. A correction is words put into the question box, so the reader sees what is sent, and
the receipt tells it.
"""

from html import escape

from agent.page_words import PageWords
from agent.page_words_zh import page_words as said_in
from agent.patient import Fact, Patient, Slot, said
from agent.patient_reading import read
from agent.words import Words


def patient_html(patient: Patient, words: Words) -> str:
    """Draw the facts that counted in this turn; "" where nothing was said."""
    facts = said(patient, words.code == "zh")
    if not facts:
        return ""
    told = said_in(words.code)
    known = dict(patient.known())
    items = "".join(f"<li>{_fact(slot, known[slot], text, words)}</li>" for slot, text in facts)
    return (
        f'<div class="patient" role="group" aria-label="{escape(told.patient)}">'
        f'<span class="patient-head">{escape(told.patient)}</span>'
        f'<ul title="{escape(told.patient_note)}">{items}</ul></div>'
    )


def asks_html(asks: tuple[Slot, ...], words: Words) -> str:
    """Draw what the shown lines depend on and nobody has said; "" where there is nothing."""
    if not asks:
        return ""
    told = said_in(words.code)
    items = "".join(
        f'<li><span class="asks-slot">{escape(told.slots[slot])}</span> '
        + "".join(_adds(fills, label, "offer") for label, fills in told.offers[slot])
        + "</li>"
        for slot in asks
    )
    return f'<div class="asks" role="note"><p>{escape(told.asks)}</p><ul>{items}</ul></div>'


def _fact(slot: Slot, fact: Fact, text: str, words: Words) -> str:
    told = said_in(words.code)
    name = told.slots[slot]
    corrects = _other(slot, fact, told)
    forgets = told.forget.format(slot=name)
    return _adds(corrects, text, "fact", f"{told.correct.format(slot=name)} ({text})") + _adds(
        forgets, "×", "fact-clear", f"{told.clear.format(slot=name)} ({text})"
    )


def _other(slot: Slot, fact: Fact, told: PageWords) -> str:
    """Give what corrects a fact: the words with a place to fill in, else those that differ."""
    offers = [fills for _, fills in told.offers[slot]]
    differ = (x for x in offers if "|" not in x and getattr(read(x), slot).value != fact.value)
    return next((x for x in offers if "|" in x), None) or next(differ, offers[0])


def _adds(fills: str, label: str, kind: str, name: str = "") -> str:
    """Draw a button that adds words to the question box, with the caret at "|"."""
    called = f' aria-label="{escape(name)}" title="{escape(name)}"' if name else ""
    return (
        f'<button type="button" class="{kind}" data-add="{escape(fills)}"{called}>'
        f"{escape(label)}</button>"
    )
