"""The texts of what stands round an answer: set aside, patient, grades, feedback, restored turns.

Knows nothing of drawing. The Chinese ones stand in `page_words_zh`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# What is offered for a slot: the button's words, and what they put into the question box, with the
# caret at "|". `patient_reading` must read each of them.
Offers = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class PageWords:
    """One language's texts; the braces name what is filled in."""

    # set aside
    aside: str
    aside_one: str
    aside_note: str
    aside_whys: Mapping[str, str]
    aside_open: str
    planted_sheet: str
    searched_as: str
    # the patient
    patient: str
    patient_note: str
    correct: str
    clear: str
    forget: str
    slots: Mapping[str, str]
    asks: str
    offers: Offers
    # an abstention
    lacks: Mapping[str, str]
    # a grade
    grade: str
    grade_words: str
    # feedback
    feedback: str
    up: str
    down: str
    why: str
    reasons: Mapping[str, str]
    right_lines: str
    right_none: str
    shown_line: str
    note: str
    note_hint: str
    send: str
    stored: str
    not_stored: str
    away: str
    # a conversation drawn again
    restored: str
    fallen: str
    lost: str


PAGE_ENGLISH = PageWords(
    aside="Found and not used: {n} places",
    aside_one="Found and not used: 1 place",
    aside_note="Nothing of these was read out or cited. Open the page to judge for yourself.",
    aside_whys={
        "superseded": "Superseded edition",
        "retired": "Retired edition",
        "elsewhere": "Made for another country ({about})",
        "suspect": "Its text cannot be trusted: read the picture of the page",
        "planted": "Tries to instruct a machine that reads it: shown as a picture only",
    },
    aside_open="Show the page: {title}, page {page}",
    planted_sheet="Picture only. A line here tries to instruct the machine that reads it; its "
    "words are not given as text.",
    searched_as="Searched as: {query}",
    patient="Patient, as understood",
    patient_note="Select one to correct it, or × to clear it; it counts from your next question.",
    correct="Correct: {slot}",
    clear="Clear: {slot}",
    forget="(not known: {slot})",
    slots={
        "age": "age", "sex": "sex", "pregnancy": "pregnancy", "breastfeeding": "breastfeeding",
        "renal": "renal function", "hepatic": "liver function", "weight": "weight",
        "allergies": "allergies",
    },
    asks="These lines depend on what nobody has said of this patient. Say it and ask again:",
    offers={
        "age": (("Age in years", "Age | years."), ("Age in months", "| months old.")),
        "sex": (("Female", "Female."), ("Male", "Male.")),
        "pregnancy": (("Pregnant", "Pregnant."), ("Not pregnant", "Not pregnant.")),
        "breastfeeding": (
            ("Breastfeeding", "Breastfeeding."), ("Not breastfeeding", "Not breastfeeding."),
        ),
        "renal": (("eGFR", "eGFR |."), ("Normal renal function", "Normal renal function.")),
        "hepatic": (
            ("Normal liver function", "Normal liver function."),
            ("Impaired liver function", "Impaired liver function."),
        ),
        "weight": (("Weight in kg", "Weight | kg."),),
        "allergies": (
            ("Allergic to…", "Allergic to |."), ("No known allergies", "No known allergies."),
        ),
    },
    lacks={
        "topic": "Absent: the topic. The library does not cover it.",
        "population": "Absent: this kind of patient. The library covers the topic for others only; "
        "do not carry it over.",
        "point": "Absent: this point. The library covers the topic, but no line answers what was "
        "asked of it.",
    },
    grade="Grade, in the guideline's words",
    grade_words="The guideline's own words",
    feedback="Was this right?",
    up="Right",
    down="Not right",
    why="What was wrong",
    reasons={
        "": "No reason given",
        "wrong-line": "Wrong line",
        "incomplete": "Something is missing",
        "wrong-patient": "For another kind of patient",
        "out-of-date": "Out of date",
        "should-abstain": "Should not have answered",
        "should-answer": "Should have answered",
        "unclear": "Unclear",
        "other": "Something else",
    },
    right_lines="These lines answer it",
    right_none="Tick those that do; leave all open where none does.",
    shown_line="shown",
    note="In your words",
    note_hint="No patient's identity; it is taken out, but may be missed.",
    send="Send",
    stored="Stored on this machine with receipt {receipt}. Thank you.",
    not_stored="NOT stored: {why}",
    away="the page's server does not answer",
    restored="Drawn again from {time}. Ask again before you act on it.",
    fallen="An edition cited below is no longer current.",
    lost="The earlier turns of this conversation could not be read: {why}",
)  # fmt: skip
