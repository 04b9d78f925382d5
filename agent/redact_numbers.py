"""Knows numbers that identify a person by their own shape: check digits, codes, phones; pure.

What a number is by the words around it is learnt (redact_tagger.py); here only what is one wherever
it stands. Every pattern is matched on the few characters that it is given.
"""

import re

BORN, RECORD, NHS, ID, PHONE, ADDRESS, MAIL = (
    "date of birth", "record number", "NHS number", "ID number", "phone", "address", "e-mail",
)  # fmt: skip
_HELPLINE = re.compile(
    r"(?:0(?:800|808|300|345|844|845|870)(?:[ -]?\d){3,7}|116[ -]?\d{3}|\+?1?[- (.]{0,2}(?:800"
    r"|888|877|866|855|844|833)[).-]{1,2}[ ]?"
    r"\d{3}[- .]\d{4}|1-800[- A-Z0-9]{6,12}|1800[ -]\d{3}[ -]\d{3}|13 ?\d\d ?\d\d"
    r"|400-\d{3}-\d{4}|12\d{3})(?![\d-])"
)
_NO_PERSON = re.compile(
    r"(?<![a-z])(?:pmid|pmcid|isbn(?:-1[03])?|issn|doi|nct|isrctn|snomed(?: ct)?|sctid|ndc|gtin"
    r"|lot|batch|key|dna|rna|load|cfu|count"
    r"|platelets?|plt|incidence|hash|chictr|eudract|prospero|crd|version|rxcui|loinc|code|serial"
    r"|model|score|dilution|titre"
    r"|titer|copies|population|n|grant|award|书号)[\s:=#./-]{0,3}$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:iu|u/|mg|ml|mcg|µg|ug|ng|g/|mmol|cfu|copies|/|×|x10|person|cells|per|units?|kcal"
    r"|patients|people|cases|%|国际|拷贝|个|例|人)",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(\d{3})([ .-]?)(\d{3})\2(\d{4})(?![\d])(?![.]\d)")
_SHAPES = {
    "china": re.compile(
        r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9])"
        r"|[1-8]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
    ),
    "phone": re.compile(
        r"(?:\+\d{1,3}[ .-]?\(?\d(?:[ ().-]{0,2}\d){6,13}|00(?:44|1|86|27|234|353|61|91)[ -]?\d"
        r"(?:[ -]?\d){7,11}"
        r"|\(0\d{2,5}\)[ -]?\d{3,4}[ -]?\d{3,4}|0\d{4}[ -]\d{3}[ -]?\d{3}|0[2378] \d{4} \d{4}"
        r"|0\d{3}[ -]\d{3}[ -]\d{4}|0\d{2}[ -]\d{3,4}[ -]\d{4}"
        r"|0[1-9]\d{8,9}|\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"
        r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
        r"|0\d{2,3}-\d{7,8}|0[789]\d{2}[ -]\d{3}[ -]\d{3})(?!\d)(?![.-]\d)"
    ),
    "ssn": re.compile(r"\d{3}-\d\d-\d{4}(?![\d-])"),
    "africa": re.compile(
        r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ ]?\d{4}[ ]?[01]\d\d(?!\d)"
    ),
    "long": re.compile(r"\d{16,}"),
}
_KINDS = {"china": ID, "phone": PHONE, "ssn": ID, "africa": ID, "long": ID}
_CODE = re.compile(
    r"(?P<address>(?:[A-Z]{2}\d[A-Z0-9]?|[EWN]\d[A-Z]|[BEGLMNSW]\d\d?) ?\d"
    r"(?!MG|MM|ML|MU|PM|AM|TH|RD|ND|ST|HR)[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9]))"
    r"|(?P<id>[A-CEGHJ-PR-TW-Z]{2} ?(?:\d\d ?){3}[A-D]\b)"
)
CODE = 16
"""Characters from a place on that show whether a postcode or an NI number begins there."""
_DATES = {
    "day": re.compile(
        r"\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}(?:19|20)?\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
    ),
    "year": re.compile(r"(?:19|20)\d\d"),
    "packed": re.compile(
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)?\d\d"
        r"|\d\d(?:0[1-9]|1[0-2])[0-3]\d"
    ),
    "month": re.compile(r"\d{1,2}/(?:19|20)?\d\d"),
    "time": re.compile(r"[0-2]?\d:[0-5]\d"),
    "decimal": re.compile(r"\d+\.\d+"),
    "ratio": re.compile(r"\d{2,3}/\d{2,3}"),
}
_DIGIT_WORDS = (
    "oh o zero nought nil one two three four five six seven eight nine double triple treble hundred"
    " thousand"
)
DIGIT_WORDS = frozenset(_DIGIT_WORDS.split())
"""Words by which a number is told digit by digit; SPOKEN of them in a row are a phone's."""
SPOKEN = 6


def nhs(digits: str) -> bool:
    """Tell whether ten digits pass the NHS number's check (modulus 11)."""
    check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10 and len(set(digits)) > 1


def numbered(before: str, text: str) -> tuple[int, str] | None:
    """Find what a number identifies by its own shape.

    Args:
        before: The few characters before the number.
        text: The number and the words after it.

    Returns:
        Its length and its kind; the kind "" for what looks like one and is none (a helpline).
    """
    if m := _HELPLINE.match(text):
        return (m.end(), "")
    shape = _shape(text)
    if shape is None:
        return None
    stop, kind = shape
    if not set(text[:stop]) & set("123456789"):
        return (stop, "")
    # What a unit follows, or a catalogue's word precedes, counts or names no person.
    return (stop, "" if _NO_PERSON.search(before) or _UNIT.match(text, stop) else kind)


def _shape(text: str) -> tuple[int, str] | None:
    m = _GROUP.match(text)
    if m and (nhs(m[1] + m[3] + m[4]) or m[2] in (".", "-")):
        return m.end(), NHS if nhs(m[1] + m[3] + m[4]) else PHONE
    for name, pattern in _SHAPES.items():
        if m := pattern.match(text):
            return m.end(), _KINDS[name]
    return None


def shape_of(run: str) -> str:
    """Say what a run of digits looks like, as a hint to who judges it by its place."""
    for name, pattern in _DATES.items():
        if pattern.fullmatch(run):
            return name
    found = _shape(run)
    digits = sum(c.isdigit() for c in run)
    return found[1] if found else f"{min(digits, 16)}{'+' if run[0] == '0' else ''}"


def coded(text: str) -> tuple[int, str] | None:
    """Find a postcode or an NI number at the beginning of a text."""
    m = _CODE.match(text)
    return None if m is None else (m.end(), ID if m.lastgroup == "id" else ADDRESS)
