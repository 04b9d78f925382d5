"""Which words of a page are no title: dates, addresses, names of bodies, kinds of paper; pure.

Knows words alone, neither their type nor their place.
"""

import re

from guidelines.text import is_cjk

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
# A row of nothing but such words and numbers is a date, an edition or a page's number.
_DATING = re.compile(
    rf"\b(?:{_MONTHS}|published|updated?|revised|reviewed|issued|effective|last|on|of|as|page|"
    r"edition|version|draft|v|first|second|third|fourth|fifth|ed|st|nd|rd|th|am|pm|[ce]?[sed]?t|"
    r"utc|gmt)\b|[年月日版第发布实施修订出版]|\d+(?:st|nd|rd|th)?",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"\b(?:19|20)\d\d\b|\b(?:{_MONTHS}|edition|version|draft|page)\b|[年月日版]", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"https?:|www\.|\S@\S|\b(?:doi|isbn|issn)\b|\w\.(?:org|gov|com|int)\b", re.IGNORECASE
)
_BODY = re.compile(
    r"\b(?:organi[sz]ation|ministry|department|republic|government|institutes?|society|college|"
    r"association|agency|cent(?:re|er)s? for|national cent(?:re|er)|university|academy|hospitals?$|"
    r"council|foundation|federation|commission|committee|press|journal|division)\b"
    r"|委员会|卫生部|卫健委|学会|协会|医院|出版社|大学|中心$|共和国",
    re.IGNORECASE,
)
# Words that make a title of a body's name: "Society guideline for ...", "Hospital hygiene".
_SUBJECT = re.compile(
    r"guid|recommend|manag|treat|diagnos|prevent|care\b|therap|infection|standards? for|protocol|"
    r"hygiene|consensus|指南|诊断|治疗|共识|防治",
    re.IGNORECASE,
)
# A row or block of these words alone says what kind of paper this is, not what it is about.
_KIND = re.compile(
    r"(?:(?:the|a|clinical|practice|guidelines?|guidance|summary|abstract|contents|table|of|fact|"
    r"sheet|report|review|original|article|open|access|draft|confidential|appendix|annex|introduction|"
    r"foreword|home|menu|search|print|share|background|full|short|version|nice|quick|reference|"
    r"guide|policy|protocol|document|and)\b[\W_]*)+"
    r"|指南|目录|目次|摘\s*要|前言|诊疗指南|临床指南|.*(?:国家|行业|地方|团体)标准",
    re.IGNORECASE,
)


def is_address(words: str) -> bool:
    """Tell a web address, or an identifier that stands beside one."""
    return _ADDRESS.search(words) is not None


def is_date(words: str) -> bool:
    """Tell a row that is only a date, an edition or a page's number."""
    return bool(_DATED.search(words)) and not re.search(r"[^\W\d_]", _DATING.sub("", words))


def is_furniture(words: str) -> bool:
    """Tell a block that is no title by itself: a body's name, a code, a kind of paper."""
    tokens = words.split()
    code = any(re.search(r"\d", t) for t in tokens) and all(
        re.search(r"\d", t) or len(t) <= 3 for t in tokens
    )
    body = _BODY.search(words) is not None and not _SUBJECT.search(words)
    return body or (code and not any(map(is_cjk, words))) or _KIND.fullmatch(words) is not None
