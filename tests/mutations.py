"""Makes misleading rewrites of the lines of guidelines, and tells how the number lock does.

Knows nothing of how the lock reads a number: it has patterns of its own, plain ones.

    python -m tests.mutations          # the table, over the samples and the real PDFs beside them
"""

import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from agent.number_lock import unbacked
from guidelines.pages import read_pages
from retrieval.cutting import cut
from tests.conftest import ROOT, SAMPLES
from tests.rewrites import Rewrite, clauses, rewrites

_BESIDE = ROOT.parent / "shared" / "data" / "guideline-pdfs"
REAL = Path(os.environ.get("BENCH_GUIDELINES", _BESIDE))
_UNIT = (
    r"mg/kg|mg/day|mcg|micrograms?|µg|mg|g|kg|mL|ml|L|units?|IU|mmol/L|mmHg|mmol|%|°C|cm"
    r"|hours?|hrs?|h|minutes?|min|days?|weeks?|months?|years?|tablets?|puffs?"
)
_DOSE = re.compile(
    rf"(?<![\w.,/^+×:·-])(?<!\d )(\d+(?:\.\d+)?)( ?)({_UNIT})(?![\w/^]|-\w| ?[-–/] ?\d| to \d)"
)
_RANGE = re.compile(
    rf"(?<![\w.,/^+×:–-])(\d+(?:\.\d+)?)( ?(?:-|–|to) ?)(\d+(?:\.\d+)?)( ?)({_UNIT})(?![\w/^])"
)
_EVERY = re.compile(r"\b([Ee]very) (\d+) (hours?|days?|weeks?|months?|minutes?)\b")
_OFTEN = re.compile(r"\b(once|twice|three times|four times) (?:daily|a day)\b")
_BARE = re.compile(
    r"\b((?:score|age|aged|over|under|above|below|than|least|stage|grade|day|week|type|of|to) )"
    r"(\d{1,3})(?= [a-z]{3}|[,;]|\.$)(?! (?:to|and|or|–))"
)
_DRUG = (
    r"\b(?:amoxicillin|doxycycline|clarithromycin|ceftriaxone|gentamicin|metronidazole|ampicillin"
    r"|artesunate|artemether|quinine|primaquine|chloroquine|paracetamol|ibuprofen|metformin|amlodipine"
    r"|enalapril|furosemide|spironolactone|hydrochlorothiazide|atenolol|labetalol|nifedipine"
    r"|azithromycin|cefixime|ciprofloxacin|nitrofurantoin|trimethoprim|fosfomycin|rifampicin|isoniazid"
    r"|morphine|diazepam|phenytoin|prednisone|prednisolone|hydrocortisone|salbutamol|adrenaline)\b"
)
_NAMED = re.compile(r"(?i)(?:table|section|figure|page|chapter|ref)\w* ?(?:to |of )?$")
_SIGNS = {"≥": "<", "≤": ">", "<": ">", ">": "<", "more than": "less than", "at least": "at most",
          "less than": "more than", "below": "above", "above": "below", "up to": "at least",
          "under": "over", "not exceed": "exceed", "大于": "小于", "超过": "低于", "小于": "大于",
          "不超过": "至少"}  # fmt: skip
_SIGN = re.compile(
    r"(≥|≤|<|>|(?<!no )(?<!not )(?<!never )\bmore than|\bat least"
    r"|(?<!no )(?<!not )(?<!never )\bless than|(?<!not )\bbelow"
    r"|(?<!not )\babove|\bup to|\bunder|\bnot exceed|不超过|(?<!不)超过|大于|小于) ?(?=\d)"
)
_ROUTES = {"oral": "IV", "orally": "intravenously", "IV": "IM", "IM": "IV", "SC": "IV",
           "intravenously": "orally", "intramuscularly": "intravenously", "inhaled": "oral",
           "rectal": "oral", "by mouth": "by injection", "sublingual": "rectal", "口服": "静脉",
           "静脉": "口服"}  # fmt: skip
_ROUTE = re.compile(
    r"\b(?:oral(?= (?:dose|amox|doxy|morph|anti))|orally|IV|IM|SC|intravenously|intramuscularly"
    r"|inhaled|by mouth|sublingual)\b|口服|静脉"
)
_OTHER_UNIT = {
    "mg": "g", "g": "mg", "mcg": "mg", "microgram": "mg", "micrograms": "mg", "µg": "mg",
    "mL": "L", "ml": "L", "L": "mL", "kg": "g", "unit": "mg", "units": "mg", "IU": "mg",
    "mmol/L": "mg/dL", "mmHg": "kPa", "%": "mg", "mg/kg": "mg", "mg/day": "mg/kg/day",
    "hour": "minute", "hours": "days", "h": "min", "hrs": "days", "minutes": "hours",
    "minute": "hour", "min": "hours", "day": "week", "days": "weeks", "weeks": "days",
    "week": "day", "months": "weeks", "month": "week", "years": "months", "year": "month",
    "tablets": "puffs", "tablet": "puff", "puffs": "tablets", "puff": "tablet", "mmol": "mg",
    "°C": "°F", "cm": "mm",
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """How many of a kind there were, and the (claim, line, why) that went wrong."""

    kind: str
    n: int
    wrong: tuple[tuple[str, str, str], ...]


def lines_of(pdf: Path) -> list[str]:
    """Read a PDF and give its quotable lines that hold a number, each once."""
    passages = cut(list(read_pages(pdf)), pdf.stem, "0" * 64)
    lines = (line.text for p in passages for line in p.lines if line.quotable)
    return list(dict.fromkeys(line for line in lines if re.search(r"\d", line)))


def sample_lines() -> list[str]:
    """Give the lines of the sample library."""
    return [line for pdf in sorted(SAMPLES.glob("*.pdf")) for line in lines_of(pdf)]


def real_lines(most: int) -> list[str]:
    """Give a fixed sample of the lines of the real PDFs; [] where there are none."""
    lines = [line for pdf in sorted(REAL.glob("*.pdf")) for line in lines_of(pdf)]
    return random.Random(4).sample(lines, min(most, len(lines)))


def _put(line: str, m: re.Match[str], new: str) -> str:
    return line[: m.start()] + new + line[m.end() :]


def _say(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _digit(number: str, by: int) -> str:
    whole = int(number.replace(".", "")) + by
    places = len(number.partition(".")[2])
    return _say(whole / 10**places)


def mutations(line: str) -> Iterator[Rewrite]:
    """Give a line with one number, unit, sign, interval or route changed, so that it misleads."""
    yield from _doses(line)
    yield from _ranges(line)
    yield from _intervals(line)
    yield from _comparators(line)
    for m in _ROUTE.finditer(line):
        yield "other route", _put(line, m, _ROUTES[m[0]])
    yield from _swaps(line)
    yield from _drugs_swapped(line)


def _doses(line: str) -> Iterator[Rewrite]:
    for m in _DOSE.finditer(line):
        number, gap, unit = m.groups()
        value = float(number)
        if value == 0:
            continue
        yield "ten times", _put(line, m, f"{_say(value * 10)}{gap}{unit}")
        yield "a tenth", _put(line, m, f"{_say(value / 10)}{gap}{unit}")
        yield "digit + 1", _put(line, m, f"{_digit(number, 1)}{gap}{unit}")
        yield "digit - 1", _put(line, m, f"{_digit(number, -1)}{gap}{unit}")
        if "." in number:
            yield "decimal point lost", _put(line, m, f"{number.replace('.', '')}{gap}{unit}")
        yield "other unit", _put(line, m, f"{number}{gap}{_OTHER_UNIT[unit]}")
        if unit in ("mg", "g", "mL", "ml", "units", "mcg", "micrograms"):
            yield "per kg added", _put(line, m, f"{number}{gap}{unit}/kg")
            if not re.search(r"(?i)max|more than|up to|exceed|≤|within|at most", line):
                yield "limit added", _put(line, m, f"up to {m[0]}")
        if unit == "mg/kg" and not re.match(r" (?:every 24|once|daily)", line[m.end() :]):
            yield "per day added", _put(line, m, f"{number}{gap}mg/kg/day")


def _ranges(line: str) -> Iterator[Rewrite]:
    for m in _RANGE.finditer(line):
        low, to, high, gap, unit = m.groups()
        yield "range end dropped", _put(line, m, f"{low}{gap}{unit}")
        yield "range start dropped", _put(line, m, f"{high}{gap}{unit}")
        yield "range end changed", _put(line, m, f"{low}{to}{_digit(high, 1)}{gap}{unit}")
        yield "range start changed", _put(line, m, f"{_digit(low, 1)}{to}{high}{gap}{unit}")


def _intervals(line: str) -> Iterator[Rewrite]:
    for m in _BARE.finditer(line):
        if not _NAMED.search(line[: m.start(2)]):
            yield "bare number + 1", _put(line, m, f"{m[1]}{int(m[2]) + 1}")
    for m in _EVERY.finditer(line):
        n = int(m[2])
        yield "other interval", _put(line, m, f"{m[1]} {n * 2 if n < 12 else n // 2} {m[3]}")
    for m in _OFTEN.finditer(line):
        other = {"once": "twice", "twice": "three times", "three times": "four times",
                 "four times": "once"}[m[1]]  # fmt: skip
        yield "other times a day", _put(line, m, m[0].replace(m[1], other))


def _comparators(line: str) -> Iterator[Rewrite]:
    for m in _SIGN.finditer(line):
        yield "comparator turned", _put(line, m, m[0].replace(m[1], _SIGNS[m[1]]))
        if not re.match(
            r"[\d.–-]+ ?\w* (?:and above|or more|and over|及以上|以上)", line[m.end() :]
        ):
            yield "comparator dropped", _put(line, m, " ")
        if m[1] in "≥≤<>":
            strict = {"≥": ">", "≤": "<", "<": "≤", ">": "≥"}[m[1]]
            yield "or equal", _put(line, m, m[0].replace(m[1], strict))


def _swaps(line: str) -> Iterator[Rewrite]:
    """Swap two numbers of one unit, unless they only stand in a list of their own."""
    found = list(_DOSE.finditer(line))
    for a, b in pairwise(found):
        between = line[a.end() : b.start()]
        if a[3] == b[3] and float(a[1]) != float(b[1]) and re.search(r"[^\W\d_]{4}|；|;", between):
            yield (
                "two doses swapped",
                f"{line[: a.start(1)]}{b[1]}{line[a.end(1) : b.start(1)]}{a[1]}{line[b.end(1) :]}",
            )


def _drugs_swapped(line: str) -> Iterator[Rewrite]:
    """Give each of two drugs the other's dose: "amoxicillin 500 mg, or doxycycline 200 mg"."""
    names = list(re.finditer(_DRUG, line, re.IGNORECASE))
    doses = [m for m in _DOSE.finditer(line) if m[3] in ("mg", "g", "mg/kg", "mcg", "micrograms")]
    for a, b in pairwise(names):
        first = [m for m in doses if a.end() < m.start() < b.start()]
        then = [m for m in doses if m.start() > b.end()]
        if a[0].lower() != b[0].lower() and first and then and first[-1][0] != then[0][0]:
            m = then[0]
            if re.search(r"[.;…()]|" + _DRUG, line[b.end() : m.start()], re.IGNORECASE):
                continue
            yield (
                "two drugs swapped",
                line[: a.start()] + b[0] + line[a.end() : b.start()] + a[0] + line[b.end() :],
            )


def tallies(
    lines: list[str], make: Callable[[str], Iterator[Rewrite]], refused: bool
) -> list[Tally]:
    """Count, for each kind, the rewrites that the lock did not judge as it should."""
    count: dict[str, int] = defaultdict(int)
    wrong: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for line in lines:
        for kind, claim in make(line):
            count[kind] += 1
            why = unbacked(claim, line)
            if (why != "") is not refused:
                wrong[kind].append((claim, line, why))
    return [Tally(kind, count[kind], tuple(wrong[kind])) for kind in sorted(count)]


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    """Print the table; a number after the command shows as many of what went wrong."""
    shown = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for name, lines in (("samples", sample_lines()), ("real", real_lines(4000))):
        for make, refused, word in (
            (mutations, True, "let through"),
            (rewrites, False, "refused"),
            (clauses, False, "refused"),
        ):
            rows = tallies(lines, make, refused)
            total, wrong = sum(r.n for r in rows), sum(len(r.wrong) for r in rows)
            _print(f"{name} ({len(lines)} lines) {make.__name__}: {total}, {word} {wrong}")
            for row in rows:
                _print(f"  {row.kind:22} {row.n:6} {word} {len(row.wrong)}")
                for claim, line, why in row.wrong[:shown]:
                    _print(f"      C {claim}\n      L {line}\n      {why}")


if __name__ == "__main__":
    main()
