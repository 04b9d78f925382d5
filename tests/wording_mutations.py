"""Turns real lines round in one word, to see which guards notice; prints a table by kind.

`python -m tests.wording_mutations` reads the samples, and the real guidelines where they lie
beside the checkout. A mutation that changes nothing is left out; nothing is tuned by hand.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from agent.modality import shifts
from agent.polarity import flips
from agent.population import another
from guidelines.pages import read_pages
from retrieval.cutting import cut

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "guidelines" / "library"
REAL = ROOT.parent / "shared" / "data" / "guideline-pdfs"

_SWAPS: tuple[tuple[str, str, str], ...] = (
    ("increase <-> reduce", r"\bincrease(?=s?\b)", "reduce"),
    ("increase <-> reduce", r"\breduce(?=s?\b)", "increase"),
    ("increase <-> reduce", r"\bincreased\b", "reduced"),
    ("increase <-> reduce", r"\breduced\b", "increased"),
    ("increase <-> reduce", r"增加", "减少"),
    ("increase <-> reduce", r"减少", "增加"),
    ("contraindicated <-> indicated", r"\bcontra-?indicated\b", "indicated"),
    ("contraindicated <-> indicated", r"(?<![-a-z])indicated\b", "contraindicated"),
    ("before <-> after", r"\bbefore\b", "after"),
    ("before <-> after", r"\bafter\b", "before"),
    ("may <-> must", r"\bmay\b", "must"),
    ("may <-> must", r"\bmust\b", "may"),
    ("may <-> must", r"可以?考虑", "必须"),
    ("may <-> must", r"必须", "可"),
    ("should -> may", r"\bshould\b", "may"),
    ("should -> must", r"\bshould\b(?! not\b)", "must"),
    ("recommend -> suggest", r"\brecommend(?=s?\b)", "suggest"),
    ("safe <-> unsafe", r"\bsafe\b", "unsafe"),
    ("safe <-> unsafe", r"\bunsafe\b", "safe"),
    ("start <-> stop", r"\bstart(?=s?\b)", "stop"),
    ("start <-> stop", r"\bstop(?=s?\b)", "start"),
    ("with <-> without", r"\bwithout\b", "with"),
    ("with <-> without", r"\bwith (?=\w+ (?:disease|failure|symptoms|signs))", "without "),
    ("people: adults <-> children", r"\badults\b", "children"),
    ("people: adults <-> children", r"\bchildren\b", "adults"),
    ("people: adults <-> children", r"儿童", "成人"),
    ("people: adults <-> children", r"成人", "儿童"),
    ("people: pregnant <-> not", r"(?<!non-)(?<!not )\bpregnant\b", "non-pregnant"),
    ("people: pregnant <-> not", r"\bnon-?pregnant\b", "pregnant"),
    ("people: men <-> women", r"\bmen\b", "women"),
    ("people: men <-> women", r"\bwomen\b", "men"),
    ("negation inserted", r"\b(should|must|may|can)\b(?! not\b| be not)", r"\1 not"),
    ("negation inserted", r"\b(is|are)(?= (?:recommended|indicated|safe|needed))", r"\1 not"),
    ("negation inserted", r"^(Give|Offer|Use|Start|Refer|Treat|Add)\b", r"Do not \1"),
    ("negation inserted", r"(应|可|推荐|建议)(?=[^不])", r"不\1"),
    ("negation dropped", r"\b(should|must|may|can|is|are|do|does) not\b", r"\1"),
    ("negation dropped", r"^Do not (\w)", r"\1"),
    ("negation dropped", r"\bcannot\b", "can"),
    ("negation dropped", r"不(?=应|推荐|建议|宜|可|能)", ""),
    ("negation dropped", r"\b(Never|never|Avoid|avoid)\b", "Use"),
    ("exception dropped", r",? ?\b(?:unless|except)\b[^.;:,]{6,}", ""),
    ("exception dropped", r"，?除非[^，。；]+", ""),
    ("exception turned", r"\bunless\b", "if"),
    ("condition dropped", r",? \b(?:only )?if\b[^.;:,…]{8,}", ""),
)  # fmt: skip


def _condition_first(line: str) -> str:
    """Turn "Give it if there is fever." into "If there is fever, give it."."""
    parts = re.fullmatch(r"([A-Z][^.,:;…]{10,}?) (if|when|unless) ([^.,:;…]{5,})\.", line)
    if not parts:
        return line
    return f"{parts[2].capitalize()} {parts[3]}, {parts[1][0].lower()}{parts[1][1:]}."


def _one_sentence(line: str) -> str:
    """Keep the first sentence of several, where the next does not limit it."""
    cut = re.match(r"(.{40,}?[a-z]{4}\.) ([A-Z].*)", line)
    if not cut or re.match("(?i)except|unless|but|only|however|do not", cut[2]):
        return line
    return cut[1]


def _led_in(line: str) -> str:
    chinese = any("\u4e00" <= c <= "\u9fff" for c in line)
    return f"指南指出，{line}" if chinese else f"The guideline states that {line}"


_HARMLESS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("the line itself", lambda t: t),
    ("no full stop", lambda t: t.rstrip(" .。")),
    ("led in", _led_in),
    ("bullet gone", lambda t: re.sub(r"^\W+", "", t)),
    ("n't", lambda t: re.sub(r"\b(should|do|does|is|are) not\b", r"\1n't", t)),
    ("lower case", str.lower),
    ("white space", lambda t: t.replace(" ", "  ")),
    ("curly quotes", lambda t: t.replace("'", "’").replace("-", "–")),
    ("&", lambda t: t.replace(" and ", " & ") if " and " in t else t),
    ("condition first", _condition_first),
    ("one sentence of it", _one_sentence),
    ("ought to", lambda t: re.sub(r"\bshould\b(?! not)", "ought to", t)),
    ("people", lambda t: re.sub(r"\bpatients\b", "people", t)),
)


def lines_of(path: Path) -> list[str]:
    """Give the quotable sentences of a PDF, in order."""
    found = (
        x.text for p in cut(list(read_pages(path)), path.stem, "0" * 64) for x in p.lines
        if x.quotable and 30 <= len(x.text) <= 600
    )  # fmt: skip
    return list(dict.fromkeys(found))


def mutated(line: str) -> Iterator[tuple[str, str]]:
    """Give each line turned round in one place, with the kind of turn; the first place counts."""
    for kind, old, new in _SWAPS:
        changed = re.sub(old, new, line, count=1)
        if changed != line:
            yield kind, changed


def noticed(claim: str, line: str) -> str:
    """Give what the three guards say of a claim over one line."""
    return flips(claim, [line]) or shifts(claim, [line]) or another("", claim, [line])


def table(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Give, by kind, how many mutations were noticed, of how many."""
    caught: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for line in lines:
        for kind, claim in mutated(line):
            every[kind] += 1
            caught[kind] += bool(noticed(claim, line))
    return {kind: (caught[kind], n) for kind, n in sorted(every.items())}


def alarms(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Give, by harmless rewriting, how many lines were objected to, of how many it changed."""
    found: dict[str, tuple[int, int]] = {}
    for kind, rewrite in _HARMLESS:
        changed = [(rewrite(t), t) for t in lines if kind == "the line itself" or rewrite(t) != t]
        found[kind] = (sum(bool(noticed(c, t)) for c, t in changed), len(changed))
    return found


def total(rows: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Add a table up."""
    return sum(a for a, _ in rows.values()), sum(n for _, n in rows.values())


def main() -> None:
    """Print the tables over the samples, and over the real guidelines where they are."""
    for name, folder in (("samples", SAMPLES), ("real guidelines", REAL)):
        paths = sorted(folder.glob("*.pdf"))
        lines = [line for path in paths for line in lines_of(path)]
        told = [f"{name}: {len(paths)} PDFs, {len(lines)} lines"]
        for title, rows in (("noticed", table(lines)), ("false alarms", alarms(lines))):
            told += [
                f"  {title:13} {kind:32} {hits:6} of {n:6}  {hits / max(n, 1):.3f}"
                for kind, (hits, n) in (*rows.items(), ("all", total(rows)))
            ]
        sys.stdout.write("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
