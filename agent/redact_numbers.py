"""Finds the numbers, dates, mails and places that identify a person, at one place of a text; pure.

Every pattern is matched at the place it is asked for and no further than the given end; knows
nothing of names, and of no checksum but those of NHS and Chinese ID numbers.
"""

import re

Hit = tuple[int, int, str]
BORN, RECORD, NHS, ID, PHONE, ADDRESS, MAIL = (
    "date of birth", "record number", "NHS number", "ID number", "phone", "address", "e-mail",
)  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = (
    r"(?:(?:19|20)\d\d(?:\d{4}(?!\d)|[-/.]\d{1,2}[-/.]\d{1,2}|\s?年\s?\d{1,2}\s?月"
    r"(?:\s?\d{1,2}\s?[日号])?)"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d\d)|\d{8}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ /.-]{{0,2}}(?:of )?{_MONTH}\.?,?[ /.-]{{0,2}}'?(?:\d{{4}}"
    rf"|\d\d)(?!\d)"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? '?(?:\d{{4}}|\d\d)(?!\d))"
)
_SEP = r"""[\s"'：:=.#()\-–]{0,5}"""
_IS = rf"{_SEP}(?:(?:is|was|no|nos|number|numbers|num|nr|id|ref|#|on|of)\b{_SEP}){{0,2}}"
# A value holds three digits or more; letters, slashes and hyphens may stand among them.
_VALUE = (
    r"#?(?=(?:[A-Za-z/.^_-]{0,8}\d){3})[A-Za-z0-9]{1,24}(?:[-/._][A-Za-z0-9]{1,16}){0,5}"
    r"(?: \d{2,6}){0,4}(?: \d)?(?!\w)"
)
_LABELLED = _VALUE.replace(r"(?: \d{2,6}){0,4}(?: \d)?", "")


def _labels(*rules: tuple[str, str, str]) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    made: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for words, rest, kind in rules:
        for word in words.split():
            said = word.replace("_", "[ _-]?")
            made.setdefault(word.split("_")[0], []).append(
                (re.compile(f"(?:{said}){rest}", re.IGNORECASE), kind)
            )
    return made


_DAY = rf"{_IS}({DATE})"
_GROUPED = r"((?:\d[ .-]?){9}\d)(?!\d)"
LABELS = _labels(
    ("dob birthdate birthday born date_of_birth birth_date dateofbirth", rf"\b{_DAY}", BORN),
    ("d", rf"\s?\.\s?o\s?\.\s?b\b{_DAY}", BORN),
    ("b", rf"\.?\s?({DATE})", BORN),
    ("nhs chi nhi", rf"\b(?:number|no)?{_IS}{_GROUPED}", NHS),
    ("nhs", rf"(?:[ _-]?(?:number|no|num|#)\b){_IS}({_VALUE})", NHS),
    ("mrn mrns crn urn uhid nhi chi hn", rf"\b{_IS}({_VALUE})", RECORD),
    (
        "hospital hosp patient pt chart record medical_record case card folder file clinic account"
        " accession episode encounter admission visit unit registration reg opd ipd health_record",
        rf"(?:[ _-]?record)?[ _.-]{{0,2}}(?:id|no|nos|number|num|nr|ref|identifier|#){_SEP}"
        rf"(?:is )?({_LABELLED})",
        RECORD,
    ),
    (
        "chart record folder file pt patient case",
        r"\s?:?\s?(#\s?[A-Za-z]{0,4}-?\d[\w/-]{2,20})",
        RECORD,
    ),
    (
        "passport insurance policy medicare medicaid nin bvn ssn sin aadhaar aadhar"
        " abha nhis philhealth national_id national_insurance identity id_card id_number"
        " driving_licence licence_number social_security health_card"
        " health_insurance member member_id membership voter"
        " visa nrc nric",
        rf"(?:[ _-]?(?:card|policy|licence|license|certificate))?\b{_IS}({_VALUE})",
        ID,
    ),
    ("ni", rf"\b{_IS}([a-z]{{2}} ?(?:\d\d ?){{3}}[a-d])\b", ID),
    (
        "insurance policy",
        rf"\b{_IS}([A-Z]{{2,8}}[- ](?:[A-Z0-9]{{1,12}}[-/]?){{1,5}})\b(?<=\d.)",
        ID,
    ),
    (
        "tel telephone phone mobile mob cell ph call ring fax whatsapp contact text bleep landline"
        " home_phone phone_number reach reached number",
        rf"\b(?:(?: me| us| him| her| them| back| at| on| the| is| his| family| mum| nr"
        rf"| no){{1,4}}\b)?{_SEP}"
        r"(?:no\.?|number|nr|on|at|is)?\s?[:.]?\s?(\+?\(?\d(?:[ ().-]{0,2}\d){6,14})(?!\d)(?! ?"
        r"(?:mg|ml|g|mcg|iu|units?)\b)",
        PHONE,
    ),
    (
        "address addr residing resides",
        r"(?:[ _]?line ?\d?)?\b(?: is| at|:|=|\"|\s){1,5}"
        r"(\d{1,4}[a-z]? [^\W\d_][\w'.-]*(?: (?-i:[A-Z])[a-z'.-]+){0,4}(?:, "
        r"(?-i:[A-Z])[a-z'.-]+\b(?: (?-i:[A-Z])[a-z'.-]+\b){0,2}){0,3})",
        ADDRESS,
    ),
)
_TYPE = (
    r"(?:road|rd|street|st|lane|ln|avenue|ave|av|crescent|cres|close|cl|drive|dr|way|court|ct"
    r"|place|pl|terrace"
    r"|ter|gardens|gdns|grove|square|sq|hill|row|walk|boulevard|blvd|parade|mews|rise|view|green"
    r"|park|parkway|pkwy"
    r"|highway|hwy|circle|cir|loop|trail|quay|wharf|heights|estate|villas|yard|bypass|expressway"
    r"|extension|ext|layout"
    r"|nagar|marg|straat|strasse|rue)\b\.?"
)
_CAP = r"[A-Z\u00c0-\u00de][\w'’.-]{0,24}"
_TOWN = rf"(?:,? {_CAP}(?: {_CAP}){{0,2}}(?=,|\.|\s|$)){{0,0}}"
STREET = rf"\d{{1,5}}[a-zA-Z]?(?:[-/]\d{{1,5}})?,? (?:{_CAP} ){{1,4}}(?i:{_TYPE})"
ROADS = "road|rd|street|lane|avenue|ave|crescent|close|drive|terrace|gardens"
_LOWER_STREET = rf"\d{{1,4}}[a-z]? (?:[a-z'-]{{3,20}} ){{1,2}}(?:{ROADS})\b"
_HOUSE = (
    r"(?:House|Court|Tower|Towers|Heights|View|Mansions|Lodge|Building|Bldg|Block|Point|Estate"
    r"|Flats|Apartments|Village|Compound|Place|Terrace)"
)
_FLAT = (
    rf"(?i:flat|apt|apartment|unit|suite|plot|blk|block|lot|house|hse"
    rf"|no)\.? ?#?\d{{1,5}}[A-Za-z]?,?"
    rf"(?: (?i:lot|floor|level|room|blk) \d{{1,4}},?){{0,2}} ?"
    rf"(?:{STREET}|(?:{_CAP} ){{1,4}}(?i:{_TYPE})|(?:{_CAP} ){{1,3}}{_HOUSE}\b|\d{{1,5}} "
    rf"(?:{_CAP} ?){{1,3}}(?i:{_TYPE}))"
)
_POSTCODE = (
    r"(?:(?:[A-Z]{2}\d[A-Z0-9]?|[EWN]\d[A-Z]|[BEGLMNSW]\d\d?) ?\d(?!MG|MM|ML|MU|PM|AM|TH|RD|ND"
    r"|ST|HR)"
    r"[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])"
)
_PLACES = re.compile(
    rf"(?:{_FLAT}|{STREET}(?:,? (?:Apt|Flat|Unit) ?\d{{1,4}}\w?)?|{_LOWER_STREET})"
)
_NAMED_ROAD = re.compile(
    rf"(?:The )?{_CAP}(?: {_CAP}){{0,2}}, (?:{_CAP} ){{1,3}}(?:Rd|Road|St|Street|Lane|Ln|Ave"
    rf"|Avenue|Close|Crescent|Drive)\b\.?"
)
_BOX = re.compile(r"P\.? ?O\.? ?Box \d{1,7}")
_NI = re.compile(r"[A-CEGHJ-PR-TW-Z]{2} ?(?:\d\d ?){3}[A-D]\b")
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
    r"|titer|copies|population|n|grant|award|and)[\s:=#./-]{0,3}$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:iu|u/|mg|ml|mcg|µg|ug|ng|g/|mmol|cfu|copies|/|×|x10|person|cells|per|units?|kcal"
    r"|patients|people|cases|%|国际|拷贝|个|例|人)",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(\d{3})([ .-]?)(\d{3})\2(\d{4})(?![\d])(?![.]\d)")
_CHINA = re.compile(
    r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9])"
)
_CHINA_OLD = re.compile(r"[1-8]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_SOUTH_AFRICA = re.compile(
    r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ ]?\d{4}[ ]?[01]\d\d(?!\d)"
)
_PHONES = re.compile(
    r"(?:\+\d{1,3}[ .-]?\(?\d(?:[ ().-]{0,2}\d){6,13}|00(?:44|1|86|27|234|353|61|91)[ -]?\d"
    r"(?:[ -]?\d){7,11}"
    r"|\(0\d{2,5}\)[ -]?\d{3,4}[ -]?\d{3,4}|0\d{4}[ -]\d{3}[ -]?\d{3}|0[2378] \d{4} \d{4}"
    r"|0\d{3}[ -]\d{3}[ -]\d{4}|0\d{2}[ -]\d{3,4}[ -]\d{4}"
    r"|0[1-9]\d{8,9}|\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"
    r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|0\d{2,3}-\d{7,8}|0[789]\d{2}[ -]\d{3}[ -]\d{4})(?!\d)(?![.-]\d)"
)
_DATE = re.compile(DATE, re.IGNORECASE)
_SSN = re.compile(r"\d{3}-\d\d-\d{4}(?![\d-])")
_FIELD_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=\||\s\(|$)")
_CN_BORN = re.compile(rf"{DATE}\s?(?:出生|生(?!化|命|存|长|理))")
_CSV_ID = re.compile(r"\d{5,10}(?=,\s?[A-Z][a-z'-]+ [A-Z][a-z'-]+,)")
_HL7_ID = re.compile(r"\d{4,12}(?=\^)")
_LONG = re.compile(r"\d{16,}")
DIGIT_WORDS = (
    "oh", "o", "zero", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "double", "triple", "treble",
)  # fmt: skip
_DIGIT_WORD = f"(?:{'|'.join(DIGIT_WORDS)}|hundred|thousand)"
SPOKEN = re.compile(rf"{_DIGIT_WORD}(?:[, -]{{1,2}}{_DIGIT_WORD}\b){{5,20}}", re.IGNORECASE)
SPOKEN_MAIL = re.compile(
    r"[a-z0-9]{1,24}(?: (?:dot|underscore|dash) [a-z0-9]{1,24}){0,3} (?:at|\(at\)"
    r"|\[at\]) [a-z0-9-]{2,24}(?: dot [a-z]{2,12}){1,3}\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{1,20})*")


_SHAPES = re.compile(
    "|".join(
        f"(?P<{name}>{pattern.pattern})"
        for name, pattern in (
            ("china", _CHINA), ("born", _CN_BORN), ("phone", _PHONES), ("ssn", _SSN),
            ("old", _CHINA_OLD), ("africa", _SOUTH_AFRICA), ("place", _PLACES),
            ("csv", _CSV_ID), ("field", _HL7_ID), ("long", _LONG),
        )
    )
)  # fmt: skip
_KINDS = {
    "china": ID, "born": BORN, "phone": PHONE, "ssn": ID, "old": ID, "africa": ID,
    "place": ADDRESS, "csv": RECORD, "field": RECORD, "long": ID,
}  # fmt: skip
# Most numbers are doses and days: nothing of a person's begins with these.
_MAYBE = re.compile(
    r"[+(]\d\d|\d{4}|0\d|\d{3}[ ().-]{1,3}\d|1[ .-]\(?\d{3}|\d{1,3}[a-zA-Z]?,? ?[A-Z]"
    r"|\d{1,3}[a-z]? (?:[a-z'-]{3,20} ){1,2}[rslacdtg][a-z]|[\d/.年月 -]{6,14}日?\s?(?:出生|生)"
)
_PLACED = re.compile(
    rf"(?P<code>{_POSTCODE})|(?P<ni>{_NI.pattern})|(?P<place>{_PLACES.pattern})"
    rf"|(?P<road>{_NAMED_ROAD.pattern})|(?P<box>(?i:{_BOX.pattern}))"
)


def nhs(digits: str) -> bool:
    """Tell whether ten digits pass the NHS number's check (modulus 11)."""
    check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10 and len(set(digits)) > 1


def labelled(text: str, at: int, end: int, word: str) -> Hit | None:
    """Find what a label at this place names: "MRN 40817" gives the span of 40817."""
    for pattern, kind in LABELS.get(word, ()):
        m = pattern.match(text, at, end)
        if m is not None and not (kind == PHONE and _HELPLINE.match(text, m.start(1), end)):
            return (*m.span(1), kind)
    return None


def numbered(text: str, at: int, end: int) -> Hit | None:
    """Find what a number at this place identifies by its own shape; (at, to, "") is passed over."""
    if not _MAYBE.match(text, at, end):
        return None
    m = _HELPLINE.match(text, at, end)
    if m is not None:
        return (at, m.end(), "")
    before = text[max(0, at - 24) : at]
    shape = _shape(text, at, end)
    if shape is None:
        return None
    stop, kind = shape
    # What a unit follows, or a catalogue's word precedes, counts or names no person.
    if kind not in (BORN, ADDRESS) and (_NO_PERSON.search(before) or _UNIT.match(text, stop)):
        return (at, stop, "")
    return (at, stop, kind)


def _shape(text: str, at: int, end: int) -> tuple[int, str] | None:
    m = _GROUP.match(text, at, end)
    if m and (nhs(m[1] + m[3] + m[4]) or m[2] in (".", "-")):
        return m.end(), NHS if nhs(m[1] + m[3] + m[4]) else PHONE
    m = _SHAPES.match(text, at, end)
    if m is not None:
        return m.end(), _KINDS[m.lastgroup or ""]
    m = _FIELD_DATE.match(text, at, end)
    return (m.end(), BORN) if m and text.endswith(("|", "(0010,0030) "), 0, at) else None


def born(text: str, at: int, end: int) -> Hit | None:
    """Find a date at this place, where a name has gone before it: a birth date."""
    m = _DATE.match(text, at, end)
    return None if m is None else (*m.span(), BORN)


def placed(text: str, at: int, end: int) -> Hit | None:
    """Find an address, a postcode or an NI number that begins with a letter at this place."""
    m = _PLACED.match(text, at, end)
    return None if m is None else (*m.span(), ID if m.lastgroup == "ni" else ADDRESS)


def mailed(text: str, at: int, end: int) -> Hit | None:
    """Find a mail address at this place."""
    m = _MAIL.match(text, at, end)
    return None if m is None else (*m.span(), MAIL)
