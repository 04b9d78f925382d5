"""Names the therapies of a text, English and Chinese, and those a source does not name; pure.

Knows drugs, classes, vaccines, procedures and unapproved remedies by name (therapies.txt) and by
INN stem; knows nothing of whether a therapy is advised or advised against.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from agent.wording import plain
from retrieval.thesaurus import concepts

LIST = "therapies.txt"
# A claim may say less exactly which one it is.
_KINDS = frozenset({"vaccine", "insulin"})
_Key = TypeVar("_Key", str, tuple[str, ...])
# International non-proprietary name stems (WHO, "The use of stems", 2018), those that few
# ordinary words end in. What does is in _NO_DRUG.
_STEM = re.compile(
    r"(?:cillin|bactam|penem|m[yi]cin|floxacin|cycline|oxacin|conazole|prazole|nidazole|bendazole"
    r"|sartan|[aiou]pril|olol|alol|vastatin|gliptin|gliflozin|glitazone|glutide|natide|mab|tinib"
    r"|ciclib|parib|zomib|rafenib|[aeiou]vir|buvir|tegravir|parin|xaban|gatran|grel|dipine|azosin"
    r"|triptan|setron|caine|azepam|azolam|barbital|barbitone|profen|coxib|oxicam|dron(?:ate|ic)"
    r"|thiazide|semide|terol|tropium|asone|solone|nisone|lukast|[mnx]otidine|fibrate|platin|rubicin"
    r"|taxel|trexate|poetin|grastim|kinra|[nlb]acept|oxetine|pramine|triptyline|peridol|peridone"
    r"|promazine|[tz]apine|curonium|curium|fentanil|orphine|morphan|codone|[dln]afil|steride"
    r"|[rp]elin|relix|[tp]ressin|bectin|mectin|oquine|antel|darone|stigmine|vaptan|lisib)$"
)
_PREFIX = re.compile(r"(?:cef|artem|sulfa|immunoglob|antiven)[a-z]{3,}$")
_NO_DRUG = frozenset(
    {"cystatin", "artemisia", "cholesterol", "cefalic", "cefalad", "cefalopelvic", "cefalhematoma"}
)
_HANZI_STEM = re.compile(
    "[\u4e00-\u9fff]{2}(?:沙星|霉素|西林|普利|沙坦|洛尔|地平|他汀|列净|列汀|单抗|替尼|拉唑|康唑|硝唑|格雷)"
)
_SPELLING = (
    ("sulph", "sulf"), ("oestr", "estr"), ("haem", "hem"), ("anaesth", "anesth"), ("ceph", "cef"),
    ("rrhoea", "rrhea"), ("isation", "ization"), ("caesar", "cesar"), ("labour", "labor"),
    ("homoeo", "homeo"), ("behaviour", "behavior"), ("β", "beta"), ("α", "alpha"),
)  # fmt: skip
_TOKEN = re.compile(r"[a-zα-ω0-9]+(?:\.[0-9]+)?%?(?:'[a-z]+)?|[^\s\-/+&]")
_GLUED = re.compile(r"(?<=[a-z]{5})(?=[0-9])")


@dataclass(frozen=True)
class Names:
    """The list, as it is looked up: by folded words, and by Chinese characters."""

    words: dict[tuple[str, ...], str]
    longest: int
    capitals: dict[str, str]
    hanzi: dict[str, str]
    hanzi_pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def names() -> Names:
    """Read the list once; a false friend stands under the empty name.

    Raises:
        ValueError: A name stands twice, for different therapies.
    """
    words: dict[tuple[str, ...], str] = {}
    capitals: dict[str, str] = {}
    hanzi: dict[str, str] = {}
    for line in (files("agent") / LIST).read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        friend = line.startswith("- ")
        shown, _, others = line.removeprefix("- ").partition(" | ")
        for name in [shown, *(others.split(", ") if others else [])]:
            value = "" if friend else shown.strip()
            if re.search("[\u4e00-\u9fff]", name):
                _put(hanzi, name.strip().lower(), value)
            elif name.isupper():
                _put(capitals, name.strip(), value)
            else:
                _put(words, _tokens(name), value)
    longest = max(map(len, words))
    pattern = "|".join(map(re.escape, sorted(hanzi, key=len, reverse=True)))
    return Names(words, longest, capitals, hanzi, re.compile(pattern))


def therapies(text: str) -> frozenset[str]:
    """Name the therapies a text names, each once, by the name the list shows.

    Longest name first, so "amoxicillin with clavulanic acid" is co-amoxiclav only. A word with an
    INN stem that the list lacks is named as written, in the singular.
    """
    folded = plain(text)
    listed = names()
    found = {
        listed.capitals[w] for w in re.findall(r"\b[A-Z0-9]{2,6}\b", folded) if w in listed.capitals
    }
    found |= _of_words(_tokens(folded), listed) | _of_hanzi(folded.lower(), listed)
    return frozenset(found - {""})


def unnamed(claim: str, source: str) -> frozenset[str]:
    """Give the therapies of the claim which the source does not name.

    A class does not stand for its members, nor a member for its class. Brands, and names that the
    list lacks, are known by `retrieval.thesaurus`.
    """
    there = therapies(source)
    words = frozenset(_tokens(plain(source)))
    drugs, unlisted = _drugs(source), _drugs(source, listed=False)
    added = {
        name
        for name in therapies(claim) - there
        if not _excused(name, words, there) and not (_drugs(name) & unlisted)
    }
    return frozenset(added | (_drugs(claim, listed=False, shortest=4) - drugs))


def _excused(name: str, words: frozenset[str], there: frozenset[str]) -> bool:
    """Tell a name whose words all stand in the source, or a kind of which it names one."""
    if name in _KINDS:
        return any(name in other.split() for other in there)
    parts = _tokens(name)
    return len(parts) > 1 and words.issuperset(parts)


@lru_cache(maxsize=4096)
def _drugs(text: str, listed: bool = True, shortest: int = 2) -> frozenset[str]:
    """Name the drugs of a text by the thesaurus, which lumps some that the list tells apart.

    Args:
        text: English or Chinese.
        listed: Read the words too that the list knows itself.
        shortest: The least letters of a form: "al" may be a drug, and mostly is not.
    """
    return frozenset(
        c.name
        for found in concepts(plain(text).lower())[0]
        if len(found.said) >= shortest or not found.said.isascii()
        for c in found.concepts
        if c.kind == "drug" and (listed or not therapies(found.said))
    )


def _tokens(text: str) -> tuple[str, ...]:
    low = _GLUED.sub(" ", text.lower())
    for british, american in _SPELLING:
        low = low.replace(british, american)
    return tuple(_TOKEN.findall(low))


def placed(folded: str) -> tuple[tuple[int, int, str], ...]:
    """Give the therapies of a text already folded by `plain`, with where each stands, in order."""
    listed = names()
    at = [(m, token) for m in re.finditer(r"\S+", folded) for token in _tokens(m[0])]
    found = [
        (at[i][0].start(), at[i + n - 1][0].end(), name)
        for i, n, name in _walk(tuple(token for _, token in at), listed)
    ]
    found += [
        (m.start(), m.end(), listed.capitals[m[0]])
        for m in re.finditer(r"\b[A-Z0-9]{2,6}\b", folded)
        if m[0] in listed.capitals
    ]
    if not folded.isascii():
        low = folded.lower()
        hanzi = [
            (m.start(), m.end(), listed.hanzi[m[0]]) for m in listed.hanzi_pattern.finditer(low)
        ]
        known = {place for start, end, _ in hanzi for place in range(start, end)}
        found += hanzi
        found += [
            (m.start(), m.end(), m[0])
            for m in _HANZI_STEM.finditer(low)
            if not known & set(range(m.start(), m.end()))
        ]
    return tuple(sorted((start, end, name) for start, end, name in found if name))


def _of_words(tokens: tuple[str, ...], listed: Names) -> set[str]:
    return {name for _, _, name in _walk(tokens, listed)}


def _walk(tokens: tuple[str, ...], listed: Names) -> Iterator[tuple[int, int, str]]:
    """Give each name with the token it starts at and how many it takes."""
    openings = _openings()
    at = 0
    while at < len(tokens):
        longest = listed.longest if tokens[at] in openings else 1
        for n in range(min(longest, len(tokens) - at), 0, -1):
            name = _look_up(tokens[at : at + n], listed.words)
            if name is not None:
                yield at, n, name
                at += n
                break
        else:
            word = _singular(tokens[at])[-1]
            if (
                len(word) > 5
                and word not in _NO_DRUG
                and (_STEM.search(word) or _PREFIX.match(word))
            ):
                yield at, 1, word
            at += 1


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    """Give the first words of names of several, so that no other word is tried with its next."""
    return frozenset(key[0] for key in names().words if len(key) > 1)


def _look_up(words: tuple[str, ...], listed: dict[tuple[str, ...], str]) -> str | None:
    return next(
        (listed[key] for w in _singular(words[-1]) if (key := (*words[:-1], w)) in listed), None
    )


def _singular(word: str) -> list[str]:
    """Give the forms a word may be listed under, the likeliest singular last."""
    forms = [word]
    if len(word) > 4 and word.endswith("ies"):
        forms.append(word[:-3] + "y")
    elif len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "is", "us")):
        forms.append(word[:-1])
        if word.endswith("es"):
            forms.insert(1, word[:-2])
    return forms


def _of_hanzi(low: str, listed: Names) -> set[str]:
    found: set[str] = set()

    def name(m: re.Match[str]) -> str:
        found.add(listed.hanzi[m[0]])
        return " "

    rest = listed.hanzi_pattern.sub(name, low)
    return found | set(_HANZI_STEM.findall(rest))


def _put(listed: dict[_Key, str], key: _Key, shown: str) -> None:
    if listed.setdefault(key, shown) != shown:
        raise ValueError(f"{key!r} is listed for {listed[key]!r} and for {shown!r}")
