"""Says the lines of guidelines otherwise with their meaning kept, and cuts clauses off them.

Knows nothing of how the number lock reads a number: it has patterns of its own, plain ones.
"""

import re
from collections.abc import Callable, Iterator

Rewrite = tuple[str, str]  # the kind, and the line rewritten
_ALONE = r"(?<![\w.,–-])(?<!to )(?<!and )(?<!or )(?<!\d )(?<!/)(?<!/ )(?<!– )"
_NO_RANGE = r"(?! ?[-–] ?\d| to \d)"


def _say(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


_SAME_WORDS: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    ("spacing", r"(?<![\w.,])(\d+(?:\.\d+)?) (mg|mL|g|kg|mmHg|%)(?![\w/])", r"\1\2"),
    ("spacing", r"(?<![\w.,])(\d+(?:\.\d+)?)(mg|mL|g|kg|mmHg)(?![\w/])", r"\1 \2"),
    ("unit folded", _ALONE + r"([1-9]\d*) g(?![\w/])" + _NO_RANGE,
     lambda m: f"{int(m[1]) * 1000} mg"),
    ("unit folded", _ALONE + r"([1-9]\d*)00 mg(?![\w/])" + _NO_RANGE,
     lambda m: f"{_say(int(m[1]) / 10)} g"),
    ("unit folded", _ALONE + r"([1-9]\d*) (?:micrograms|mcg)(?![\w/])" + _NO_RANGE,
     lambda m: f"{_say(int(m[1]) / 1000)} mg"),
    ("unit folded", _ALONE + r"([1-9]) weeks?(?!\w|-)" + _NO_RANGE,
     lambda m: f"{int(m[1]) * 7} days"),
    ("unit folded", _ALONE + r"(24|48|72) hours" + _NO_RANGE,
     lambda m: f"{int(m[1]) // 24} days"),
    ("unit in words", r"(?<=\d) ?mg(?![\w/])", " milligrams"),
    ("unit in words", r"(?<=\d) ?mg/kg(?![\w/])", " mg per kg"),
    ("unit in words", r"(?<=\d) ?mL(?![\w/])", " millilitres"),
    ("interval", r"\bthree times (?:daily|a day)\b", "tds"),
    ("interval", r"\btwice (?:daily|a day)\b", "bd"),
    ("interval", r"\bonce (?:daily|a day)\b", "every 24 hours"),
    ("interval", r"\bfour times (?:daily|a day)\b", "6-hourly"),
    ("interval", r"\bevery (\d+) hours\b", r"q\1h"),
    ("interval", r"\bevery (\d+) hours\b", r"\1-hourly"),
    ("range", r"(?<=\d)[–-](?=\d+(?:\.\d+)? ?(?:mg|g|mL|days|hours|weeks|kg)\b)", " to "),
    ("range", r"(?<=\d) to (?=\d+(?:\.\d+)? ?(?:mg|g|mL|days|hours|weeks|kg)\b)", "–"),
    ("comparator", r"≥ ?(?=\d)", "at least "), ("comparator", r"≤ ?(?=\d)", "at most "),
    ("comparator", r"> ?(?=\d)", "more than "), ("comparator", r"< ?(?=\d)", "less than "),
    ("comparator", r"\bat least (?=\d)", "≥ "), ("comparator", r"\bup to (?=\d)", "no more than "),
    ("comparator", r"(?<!no )(?<!not )(?<!never )\bmore than (?=\d)", "> "),
    ("comparator", r"(?<!no )(?<!not )(?<!never )\bless than (?=\d)", "< "),
    ("route", r"\borally\b", "by mouth"), ("route", r"\bIM\b", "intramuscularly"),
    ("route", r"\bIV\b", "intravenously"), ("route", r"\boral(?= dose)", "PO"),
    ("route", "口服", "PO "),
)  # fmt: skip


def rewrites(line: str) -> Iterator[Rewrite]:
    """Give a line said otherwise with its meaning kept."""
    for kind, pattern, by in _SAME_WORDS:
        if re.search(pattern, line):
            yield kind, re.sub(pattern, by, line)


def clauses(line: str) -> Iterator[Rewrite]:
    """Give the line itself, and its sentences and clauses where it has several."""
    yield "the line itself", line
    parts = [p.strip() for p in re.split(r"(?<=[;；。])|(?<=\.) ", line) if p.strip()]
    if len(parts) > 1:
        yield from (
            ("a clause of it", p)
            for p in parts
            if re.search(r"\d", p) and re.search(r"[^\W\d_]{4}", p)
        )
