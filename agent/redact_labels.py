"""Knows what a label announces for certain: a record, a document, a birth date, a phone; pure.

A value is matched only right behind its label, on the few characters that it is given; what has no
label is left to others.
"""

import re

from agent.redact_numbers import BORN, ID, NHS, PHONE, RECORD

REACH = 40
"""Characters from a place on that show what stands there."""
BEFORE = 28
"""Characters before a place in which its label stands."""
_SIGNS = r"[\s:：.#=\"'|-]{0,3}"
_NUMBER = r"(?:[\s_.-]{0,2}(?:no|nos|number|num|nr|id|identifier|code|#))"
_ENDS = rf"{_SIGNS}(?:is |was )?{_SIGNS}$"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|märz|mai|juni|juli|agustus)"
)
_DATE = (
    r"(?:(?:19|20)\d\d(?:\d{4}(?!\d)|[-/. ]\d{1,2}[-/. ]\d{1,2}"
    r"|\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?)"
    r"|\d{1,2}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?(?:(?:19|20)\d\d|\d\d)(?!\d)|\d{8}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ /.-]{{0,2}}(?:of )?{_MONTH}\.?,?[ /.-]{{0,2}}'?(?:\d{{4}}|\d\d)"
    rf"(?!\d)|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? '?(?:\d{{4}}|\d\d)(?!\d)"
    rf"|{_MONTH}\.?[ -](?:19|20)\d\d(?!\d))"
)
_VALUE = (
    r"(?=(?:[A-Za-z/._-]{0,8}\d){3})[A-Za-z0-9]{1,20}(?:[-/._][A-Za-z0-9]{1,12}){0,5}"
    r"(?: \d{2,6}){0,4}(?!\w)"
)
_SPOKEN = r"(?: (?:me|us|him|her|them|back|at|on|the|is|his|family|mum|nr|no)){0,4}"
_PHONE = r"\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d)(?! ?(?:mg|ml|g|mcg|iu|units?)\b)"


def _rule(labels: str, value: str, kind: str) -> tuple[re.Pattern[str], re.Pattern[str], str]:
    before = re.compile(rf"(?<![a-z])(?:{labels}){_ENDS}", re.IGNORECASE)
    return before, re.compile(value, re.IGNORECASE), kind


_RULES = (
    _rule(
        r"dob|d\.\s?o\.\s?b\.?|birthdate|date of birth|birth date|dateofbirth|born(?: on)?|\bb\."
        r"|geburtsdatum|data de nascimento|fecha de nacimiento|date de naissance|data di nascita"
        r"|ngày sinh|tanggal lahir|出生日期|出生年月日?|出生于?|生于|生日是?|生年月日",
        _DATE,
        BORN,
    ),
    _rule(rf"nhs{_NUMBER}?", r"(?:\d[ .-]?){9}\d(?!\d)", NHS),
    _rule(
        r"mrn|crn|urn|uhid|chi|nhi"
        rf"|(?:hospital|hosp|patient|pt|chart|medical record|record|case|folder|file|unit|card"
        rf"|clinic){_NUMBER}"
        r"|住院号码?|病历号|病案号|门诊号|就诊卡?号|登记号|档案号|住院病历号",
        _VALUE,
        RECORD,
    ),
    _rule(
        rf"passport{_NUMBER}?|(?:national |social |health )?insurance{_NUMBER}"
        rf"|national id{_NUMBER}?"
        rf"|(?:identity|id)(?: card)?{_NUMBER}|medicare{_NUMBER}?|ssn|nin|aadhaar{_NUMBER}?"
        r"|身份证号?码?|医保卡号?|社保卡?号?|护照号?码?|证件号?码?",
        _VALUE,
        ID,
    ),
    _rule(
        r"(?:tel|telephone|phone|mobile|mob|cell|call|ring|fax|whatsapp|landline)"
        rf"{_NUMBER}?{_SPOKEN}"
        r"|联系电话|电话|手机号?|联系方式",
        _PHONE,
        PHONE,
    ),
)
_NAMED = re.compile(
    r"(?:(?<![a-z])(?:sur|fore|first|last|full|pt|patient|given)?[ _]?name(?: is)?|姓名|名叫)"
    r"[\"']?\s?[:：=]\s?[\"']?$",
    re.IGNORECASE,
)
_LAST = (
    "dob b . # - ( | birthdate birth on born geburtsdatum nascimento nacimiento naissance nascita"
    " sinh lahir"
    " 期 月 日 生 于 是 号 码 证 卡 机 话 式 nhs mrn crn urn uhid chi nhi no nos number num nr id"
    " identifier code is was passport insurance card medicare ssn nin aadhaar tel telephone phone"
    " mobile mob cell call ring fax whatsapp landline me us him her them back at the his family mum"
)
LAST_WORDS = frozenset(_LAST.split())
"""What may stand right before a value."""
AGED = re.compile(
    r"(?:(?:, ?| \()\d{1,3} ?(?:yo|y/o|yrs?|years?|y|m|f|mo|mths?|months?|M|F|,)"
    r"| \d{1,3} ?(?:yo|y/o|years? old)| \d{1,3}[MF]|,? (?:DOB|dob|d\.o\.b)"
    r"| is \d{1,2}(?=,| and | with )"
    r"| (?:says|asks|wants|thinks|denies|refuses|vomited|fell|phoned|rang|told me))(?![\w/])"
)


_BEDDED = re.compile(
    r"(?<![a-z])(?:bed|cubicle|bay|room) ?\d{1,3}[a-z]?[:,]?[ (-]{1,3}$", re.IGNORECASE
)


def is_bedded(before: str) -> bool:
    """Tell whether a bed and its number stand right before a place."""
    return _BEDDED.search(before) is not None


def announced(before: str, text: str) -> tuple[int, str] | None:
    """Find the value that the label before it announces: its length and its kind.

    Args:
        before: The few characters before the value.
        text: The value and what follows it.
    """
    for label, value, kind in _RULES:
        if label.search(before) and (m := value.match(text)):
            return m.end(), kind
    return None


def is_named(before: str) -> bool:
    """Tell whether a label for a name, and its colon, stand right before a place."""
    return _NAMED.search(before) is not None
