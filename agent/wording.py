"""What clinical text says whatever way it is typed, and the words that promise too much; pure.

Knows nothing of quantities or therapies: those read the text this folds.
"""

import re
import unicodedata

BREAK = " ¶ "

_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_HALVES = {"½": "5", "¼": "25", "¾": "75", "⅛": "125", "⅜": "375", "⅝": "625", "⅞": "875"}
_HALF = re.compile(f"[{''.join(_HALVES)}]")
# A thin or no-break space among digits is printed only as a thousands separator.
_THIN = re.compile(
    "(?<![0-9.,])([0-9]{1,3}(?:[\xa0\u2009\u202f\u2007\u2008\u2006][0-9]{3})+)(?![0-9])"
)
_KEPT = "，；！？"
_PUNCTUATION = str.maketrans({
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-",
    "～": "~", "〜": "~", "∼": "~", "∽": "~", "’": "'", "‘": "'", "“": '"', "”": '"',
    "⁄": "/", "∕": "/", "µ": "μ", "º": "°", "˚": "°", "⩽": "≤", "≦": "≤", "⩾": "≥", "≧": "≥",
    "✕": "×", "✖": "×", "⋅": "·", "∙": "·",
})  # fmt: skip


def plain(text: str) -> str:
    """Fold typography away and keep the case: what is read alike becomes alike.

    Full-width and other scripts' digits become ASCII; superscripts become "^9" (so 10⁹ is never
    109) and vulgar fractions decimals; circled numbers, invisible characters and thin spaces in
    thousands go; dashes, spaces and comparators become one sign each. An empty line is BREAK.
    """
    text = _SUPERSCRIPT.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
    text = (
        text.replace("㎡", "m^2").replace("㎥", "m^3").replace("㎟", "mm^2").replace("㎣", "mm^3")
    )
    text = re.sub("(?<=[０-９])，(?=[０-９]{3})", ",", text)
    if not text.isascii():
        text = "".join(map(_plain_char, text))
    text = _HALF.sub(_decimal, text)
    text = _THIN.sub(lambda m: re.sub(r"\D", "", m[1]), text)
    text = re.sub(r"(?<=\d)·(?=\d)", ".", text.translate(_PUNCTUATION))
    text = re.sub(r"\n\s*\n", BREAK, text)
    return re.sub(r"\s+", " ", text).strip()


def _decimal(half: re.Match[str]) -> str:
    """Write a vulgar fraction after the whole number that stands before it, if any does."""
    whole = half.string[half.start() - 1 : half.start()].isdecimal()
    return f"{'' if whole else '0'}.{_HALVES[half[0]]}"


def _plain_char(char: str) -> str:
    if char.isascii() or char in _HALVES or char in _KEPT or char.isspace():
        return char
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    if kind == "No" and unicodedata.decomposition(char).startswith(("<circle>", "<compat>")):
        return " "
    return unicodedata.normalize("NFKC", char)


# A hedge before the word takes the promise away: "not always" promises nothing.
_HEDGE = (
    r"(?<!\bnot )(?<!n't )(?<!\bno )(?<!\bnearly )(?<!\balmost )(?<!\bcannot be )(?<!\bnot be )"
)
_ABSOLUTES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("always", _HEDGE + r"\b(?:always|invariably|without exception|in (?:all|every) cases?)\b"),
        ("never", r"\b(?:never|under no circumstances?)\b"),
        ("guarantee", _HEDGE + r"\bguarantee[sd]?\b"),
        ("100%", r"(?<![\d.,])(?:100 ?(?:%|per ?cent\b)|(?:one|a) hundred per ?cent\b)|百分之?百"),
        (
            "completely",
            _HEDGE + r"\b(?:complete|total|absolute|entire|perfect|whol)l?ly (?:safe|harmless|"
            r"effective|reliable|accurate|certain|free|cur|protect|prevent|eliminat|eradicat)",
        ),
        ("no risk", r"\b(?:no|zero|without(?: any)?|free (?:of|from)) risks?\b|\brisk[- ]free\b"),
        ("harmless", _HEDGE + r"\b(?:harmless|no (?:side|adverse)[- ]effects?|no harm)\b"),
        ("cure", r"(?<!\bnot )(?<!\bnot a )(?<!\bno )(?<!n't )\bcure[sd]?\b(?! rate)"),
        ("certain", _HEDGE + r"\b(?:definitely|certainly|undoubtedly|certain to|infallibl[ey])\b"),
        ("foolproof", r"\b(?:fool[- ]?proof|fail[- ]?safe|miracle|100 ?% safe)\b"),
        ("绝对", r"(?<!不)绝对(?!禁忌|值|计数|数|风险|危险|卧床|不足|压力|湿度)"),
        ("保证", r"(?<!不能)(?<!无法)(?<!不)(?:保证|担保|包治)"),
        ("一定", r"(?<!不)一定(?!程度|的|量|数量|时间|范围|条件|要求|比例|剂量)|必定|必然|肯定会"),
        ("根治", r"(?<!不能)(?<!无法)(?:根治(?!术|性|切除|手术)|彻底治愈|完全治愈|治愈(?!率))"),
        ("完全", r"(?:完全|绝对|百分百)(?:安全|无害|有效)|万无一失"),
        ("无风险", r"(?:没有|无|零)(?:任何)?(?:风险|危险|副作用|不良反应)"),
        ("从不", r"从不|永不|永远|绝不|决不|总是|始终|任何情况下"),
    )
)  # fmt: skip


def absolutes(text: str) -> frozenset[str]:
    """Name the promises without exception that a text makes; English and Chinese.

    "Not always", "no guarantee", "cure rate" and 绝对禁忌 promise nothing.
    """
    folded = plain(text)
    return frozenset(name for name, pattern in _ABSOLUTES if pattern.search(folded))


_NEGATION = re.compile(
    r"\b(?:not|no|never|without|avoid(?:ed|s|ing)?|contra-?indicat\w*|stop(?:ped|s|ping)?|"
    r"withh(?:old|eld)\w*|against|neither|nor|cannot|unless|except|discontinu\w*|n't)\b|n't\b"
    r"|[不无勿未禁忌免停]|除非",
    re.IGNORECASE,
)


def negates(text: str) -> bool:
    """Tell whether a text holds any word that turns a statement round."""
    return _NEGATION.search(plain(text)) is not None
