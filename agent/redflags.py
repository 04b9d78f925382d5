"""Names the emergencies a text describes, and tells whether a text sends the patient on; pure.

English and Chinese, by the patterns of redflags.toml, which a clinician can review; knows nothing
of answers. In doubt it names the emergency: a notice too many costs a glance.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

from agent.wording import plain

LIST = "redflags.toml"
_NEAR = 160
_Flag = tuple[str, list[tuple[re.Pattern[str], re.Pattern[str] | None]]]
_VITALS: tuple[tuple[str, str, Callable[[float], bool]], ...] = (
    (
        "low oxygen saturation",
        r"(?:spo2|sp02|\bsats?|saturations?|血氧饱和度|血氧)\D{0,12}?(\d{2})(?![\d.])",
        lambda n: n <= 90,
    ),
    (
        "low blood pressure",
        r"(?:\bbp|systolic(?: blood pressure)?|血压)\D{0,12}?(\d{2,3})(?![\d.])",
        lambda n: n < 90,
    ),
    (
        "high potassium",
        r"(?:potassium|\bk\+?|血钾)\D{0,8}?(\d(?:\.\d)?)(?![\d.])",
        lambda n: 6.5 <= n < 10,
    ),
    (
        "reduced consciousness",
        r"(?:\bgcs|glasgow)\D{0,12}?(\d{1,2})(?!\d)",
        lambda n: n <= 12,
    ),
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:no(?! (?:relief|response|improv\w+|change|better|longer|one|idea|access|iv"
    r"|doctor))|denie[sd]"
    r"|denying|without|absence of|negative for|rule[sd]? out|ruling out|excluded|nil|free of|nor"
    r"|neither)\b"
    r"(?P<list>(?:(?! but | now | has | with |however)[^¶;:]){0,70})"
    r"|(?:\bnot|n't|\bnever)(?: (?:an?|any|have|having|had|been|in|got))*(?: signs? of)? "
    r"|(?:无(?!法|力|尿|脉|反应|意识|效)|没有(?!缓解|好转|呼吸|脉)"
    r"|否认|不需要?|无需|不必|不用|无须|未见|未出现|排除|不伴)[^¶，；]{0,16})$"
)
_NOT_AFTER = re.compile(
    r" ?(?::|is|was|has been|are|were)? ?(?:none\b|absent|denied|(?:been )?ruled out|excluded"
    r"|not (?:present|needed|required)|unnecessary"
    r"|unlikely)|已排除"
)
_PAST_BEFORE = re.compile(
    r"(?:(?<!minute )(?<!hour )(?<!day )(?<!min )history of|\bh/o|\bhx of|\bprevious(?:ly)?"
    r"|\bprior|\bpast"
    r"|recovered from|prevent(?:ion of|ing|s)?|prophylaxis (?:of|against|for)|risks? (?:of|for)"
    r"|risk factors? for|screen(?:ing)? for|既往|预防|风险)(?: \w+){0,2} ?$"
)
_PAST_AFTER = re.compile(
    r"[^¶,，]{0,25}?(?:(?:years?|months?|yrs?|decades?) ago|in (?:19|20)\d\d)| ?(?:survivor"
    r"|prevention"
    r"|prophylaxis|risk\b)|病?史|后遗症|后康复|的?预防|风险"
)
_NOW = re.compile(
    r"[^¶]{0,40}(?:for (?:the (?:last|past) )?\d|since|today|\bnow\b|\d{1,6} ?(?:min|hour|h\b))"
)
_ASKS_KNOWLEDGE = re.compile(
    r"(?:^|¶ ?)(?:what(?:'s| is| are| causes)|which|define|list|explain|describe|name"
    r"|how common)\b[^¶]{0,60}?"
    r"\b(?:red flags?|warning signs|signs?|symptoms?|features?|causes?|definition|criteria"
    r"|risk factors?"
    r"|epidemiology|incidence|prevalence|pathophysiology|classification)\b"
    r"|(?:^|¶ ?)(?:definition|epidemiology|pathophysiology|classification) of\b"
    r"|\bteaching (?:slide|session)|\bstock levels?\b"
    r"|(?:危险信号|症状|表现|定义|诊断标准|病因|危险因素|发病率|流行病学|分类)(?:是什么|有哪些|包括|是)?[^¶]{0,4}¶?$"
)
_PATIENT = re.compile(
    r"year[- ]old|\b\d+ ?(?:yo|y/o|yrs?|[mf])\b|month[- ]old|week[- ]old|day[- ]old|\b(?:my|this"
    r"|the|a) (?:patient"
    r"|man|woman|child|boy|girl|baby|toddler|infant)\b|\bpt\b|\b(?:he|she|him|her|his|i|me"
    r"|mum)\b|presents? with"
    r"|presenting|brought in|in front of me|患者|患儿|病人|男[，,]|女[，,]|\d岁|我"
)
_PLAIN_PAIN = re.compile(r"chest[ -](?:pain|tightness|pressure|discomfort)|胸痛|胸闷")


@lru_cache(maxsize=1)
def flags() -> tuple[_Flag, ...]:
    """Read the patterns once: each flag's signs, and its pairs of findings."""
    listed = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    words = {
        name: f"(?:{'|'.join(alternatives)})" for name, alternatives in listed["words"].items()
    }

    def pattern(alternatives: list[str]) -> re.Pattern[str]:
        joined = "|".join(alternatives)
        for name, word in words.items():
            joined = joined.replace(f"{{{name}}}", word)
        return re.compile(joined)

    return tuple(
        (
            flag["name"],
            [(pattern(flag["signs"]), None)]
            + [(pattern(one), pattern(other)) for one, other in flag.get("near", ())],
        )
        for flag in listed["flag"]
    )


@lru_cache(maxsize=1)
def _sending() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Read what sends a patient on, and what in the same sentence shows that it does not."""
    listed = tomllib.loads((files("agent") / LIST).read_text("utf-8"))["referral"]
    return re.compile("|".join(listed["sends"])), re.compile("|".join(listed["but"]))


def red_flags(text: str) -> tuple[str, ...]:
    """Name the emergencies a question or a claim describes, in a fixed order.

    Negated findings, history, prevention and risk are left out, as is a question for knowledge
    ("what are the red flags of ...") that describes no patient. Chest pain alone counts where a
    patient is described.
    """
    folded = _sentences(text)
    patient = _PATIENT.search(folded) is not None
    if _ASKS_KNOWLEDGE.search(folded) and not patient:
        return ()
    found = [
        name
        for name, patterns in flags()
        if any(_stands(folded, one, other) for one, other in patterns)
        or (name == "chest pain" and patient and any(_affirmed(folded, _PLAIN_PAIN)))
    ]
    for name, pattern, alarming in _VITALS:
        numbers = (m for m in re.finditer(pattern, folded) if not _is_target(folded, m))
        if any(alarming(float(m[1])) for m in numbers):
            found.append(name)
    return tuple(found)


def refers(text: str) -> bool:
    """Tell whether a text says to call for help, to refer urgently or to admit.

    A referral that is too slow for an emergency (a clinic, days or weeks), and a sentence that only
    tells of people who were admitted, send nobody.
    """
    folded = _sentences(text)
    sends, but = _sending()
    return any(
        but.search(folded, folded.rfind("¶", 0, start) + 1, _end(folded, end)) is None
        for start, end in _affirmed(folded, sends, past=False)
    )


def _end(text: str, at: int) -> int:
    """Give where the sentence around a place ends."""
    found = text.find("¶", at)
    return len(text) if found < 0 else found


def _sentences(text: str) -> str:
    low = plain(text).lower()
    return re.sub(r"[.!?](?=\s|$)|[。！？]", "¶", low)


def _stands(text: str, one: re.Pattern[str], other: re.Pattern[str] | None) -> bool:
    if other is None:
        return any(True for _ in _affirmed(text, one))
    second = list(_affirmed(text, other)) if one.search(text) else []
    ends = [end for _, end in second]
    for start, end in _affirmed(text, one) if second else ():
        at = bisect_left(ends, start - _NEAR)
        if at < len(second) and second[at][0] - end <= _NEAR:
            return True
    return False


def _affirmed(
    text: str, pattern: re.Pattern[str], *, past: bool = True
) -> Iterator[tuple[int, int]]:
    """Give the spans of a pattern that are not negated nor, where `past`, history or prevention."""
    for m in pattern.finditer(text):
        before = text[max(0, m.start() - 90) : m.start()].rpartition("¶")[2]
        if _negated(before, text, m.end()):
            continue
        is_past = _PAST_BEFORE.search(before) or _PAST_AFTER.match(text, m.end())
        if past and is_past and not _NOW.match(text, m.end()):
            continue
        yield m.span()


def _negated(before: str, text: str, end: int) -> bool:
    if _NOT_AFTER.match(text, end):
        return True
    m = _NOT_BEFORE.search(before)
    if m is None:
        return False
    # "No fever, rash or stridor" is one list; "no fever, severe chest pain" is two statements.
    listed = m["list"] or ""
    return "," not in listed or re.search(r"\bn?or\b", listed + text[end : end + 40]) is not None


def _is_target(text: str, m: re.Match[str]) -> bool:
    return (
        re.search(
            r"target|\baim|keep|maintain|\breach|diastolic|目标|维持",
            text[max(0, m.start() - 40) : m.end()],
        )
        is not None
    )
