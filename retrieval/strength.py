"""How strong a recommendation is and how certain its evidence, where the publisher writes it; pure.

Only written forms count: "Strong recommendation for, low certainty evidence", "(1A)", "Class IIa,
LOE B-NR", "Weak against", "强推荐，低质量证据". Nothing is inferred from how a sentence sounds,
except "we recommend" and "we suggest" at its head, given as those words.
"""

import re
from dataclasses import dataclass

_LEVEL = r"very[ -]low|low|moderate|high|insufficient"
_OF = rf"(?P<certainty>{_LEVEL})[ -](?:certainty|quality)(?:[ -](?:of )?(?:the )?evidence)?"
_ZH = "极低|低|中等?|高"
_WORD = r"strong(?:ly)?|conditional(?:ly)?|weak(?:ly)?"
_TOWARDS = r"(?: (?P<towards>for|against|in favou?r(?: of)?))?"
_RECOMMENDED = rf"(?P<strength>{_WORD}) recommend(?:ation|ed){_TOWARDS}"
_TAIL = r"(?: ?[(*]?(?:updated|new|20[0-9]{2})[)]?)*"
# The whole of a block: a badge over the recommendation that it grades.
_BADGES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_RECOMMENDED}(?: ?[,;:(|–-]+ ?{_OF}\)?)?{_TAIL}\.?",
        rf"(?P<strength>good practice statement|best practice statement|practice statement){_TAIL}",
        rf"(?P<strength>{_WORD}) (?P<towards>for|against)(?: \| [\w, -]+)?",
        rf"(?P<strength>[强弱]推荐)(?:[，,；;]\s*(?P<certainty>{_ZH})质量证据)?",
    )
)
_BADGE_CHARS = 100
_LETTERS = r"A\+?|B|B-R|B-NR|C|C-LD|C-EO|D"
# Inside a sentence: in brackets, or with the publisher's own label before it.
_INLINE = tuple(
    re.compile(form, flags)
    for form, flags in (
        (rf"[(\[](?:grade:? )?{_RECOMMENDED}(?: ?[,;:/–-] ?{_OF})?[)\]]", re.IGNORECASE),
        (rf"[(\[](?P<strength>recommended)(?:[^()\[\]]{{0,40}}), {_OF}[)\]]", re.IGNORECASE),
        (rf"[(\[]{_OF} ?[,;] ?(?P<strength>{_WORD}) recommendation[)\]]", re.IGNORECASE),
        (rf"[(\[](?P<strength>{_WORD}) (?P<towards>for|against)(?: \|[^()]*)?[)\]]", re.IGNORECASE),
        (r"[(\[](?:GRADE )?(?P<strength>[12]) ?(?P<certainty>[ABCD])[)\]]", 0),
        (r"(?P<strength>[12]) ?\|? ?(?P<certainty>[⊕⨁]{1,4}[⊝○◯O]{0,3})(?![⊕⨁])", 0),
        (
            rf"\b(?:Class|COR):? (?P<strength>I{{1,3}}[ab]?|[123][ab]?)[,;:/ ]+"
            rf"(?:LOE|Level(?: of evidence)?):? ?(?P<certainty>{_LETTERS})\b(?!-)",
            0,
        ),
        (
            r"\b(?:Evidence|Level of evidence|LoE): ?"
            r"(?P<certainty>I{1,3}V?[ABCab]?|[1-5][abc]?)(?![\w-])",
            0,
        ),
        (r"[(\[](?P<strength>Grade [A-D])(?: recommendation)?[)\]]", re.IGNORECASE),
        (rf"[（(](?P<strength>[强弱]推荐)[，,；;]\s*(?P<certainty>{_ZH})质量证据[）)]", 0),
        (r"[（(](?P<strength>[12])(?P<certainty>[ABCD])[）)]", 0),
    )
)  # fmt: skip
# Most sentences hold none of these words: then no form is tried.
_MAYBE = re.compile(
    r"recommend|[(\[](?:strong|weak|conditional)|[(\[（][12] ?[ABCD]|[⊕⨁]|推荐|"
    r"\b(?:class|cor|loe|grade|evidence)\b",
    re.IGNORECASE,
)
# "(1B)" in mid-sentence may be a figure; it is a grade only where it ends the sentence.
_CODE = re.compile(r"[(\[（](?:GRADE )?[12] ?[ABCD][)\]）]")
_WE = re.compile(
    r"(?:(?:statement|recommendation|rec\.?)\s*[0-9.]*[.:]?\s*|[0-9]+(?:\.[0-9]+)+\.?\s+)?"
    r"(?P<strength>we (?:strongly )?(?:recommend|suggest)(?: against)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Grade:
    """A written grade: its parts (None where not written) and where on which page it stands.

    `strength` and `certainty` are the publisher's own words or code, in lower case where words.
    """

    strength: str | None
    certainty: str | None
    page: int
    spans: tuple[tuple[int, int], ...]
    text: str


def badge(text: str) -> tuple[str | None, str | None] | None:
    """Read a text that is nothing but a grade; give strength and certainty."""
    if len(text) > _BADGE_CHARS:
        return None
    text = re.sub(r" (?=[,;])", "", text.strip())
    for form in _BADGES:
        match = form.fullmatch(text)
        if match:
            return _parts(match)
    return None


def inline(text: str) -> tuple[str | None, str | None, int, int] | None:
    """Find the one grade written in a sentence; give strength, certainty, start and end.

    Two different grades in one sentence bind to neither whole, so they give none.
    """
    found: dict[tuple[int, int], tuple[str | None, str | None]] = {}
    for form in _INLINE if _MAYBE.search(text) else ():
        for match in form.finditer(text):
            found.setdefault((match.start(), match.end()), _parts(match))
    if len(set(found.values())) > 1:
        return None
    if found:
        (start, end), (strength, certainty) = next(iter(found.items()))
        if _CODE.fullmatch(text[start:end]) and text[end:].strip(" .;。；"):
            return None
        return strength, certainty, start, end
    head = _WE.match(text)
    if head:
        return head["strength"].lower(), None, head.start("strength"), head.end("strength")
    return None


def _parts(match: re.Match[str]) -> tuple[str | None, str | None]:
    named = match.groupdict()
    strength, certainty = named.get("strength"), named.get("certainty")
    towards = named.get("towards")
    if strength and len(strength) > 3:
        strength = re.sub(r"(strong|conditional|weak)ly", r"\1", strength.lower())
        strength += " against" if towards and towards.lower() == "against" else ""
    if certainty and len(certainty) > 2 and certainty[0].isalpha():
        certainty = certainty if "-" in certainty[:2] else certainty.lower().replace("-", " ")
    return strength, certainty
