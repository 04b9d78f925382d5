"""A report as one Markdown and one HTML that needs nothing beside it; pure, pictures come in.

Verdict first, then the table with intervals, plots, and every failure with its page a click away.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape

from evals import plots
from evals.cases import Case
from evals.compare import Comparison
from evals.failures import Failure, failures
from evals.gates import Verdict
from evals.scorecard import Card, Row, seconds, shown
from evals.verdict import verdict, verdict_of_two

# Gives the PNG of (file sha256, page, spans marked), or None where it cannot be drawn.
Draw = Callable[[str, int, tuple[tuple[int, int], ...]], bytes | None]

_STYLE = """body{font:15px/1.5 sans-serif;color:#1d2733;max-width:60rem;margin:2rem auto;
padding:0 1rem}
table{border-collapse:collapse;width:100%;font-size:14px}td,th{border-bottom:1px solid #d9dee3;
padding:.25rem .5rem;text-align:left;vertical-align:top}td.n{text-align:right;white-space:nowrap}
.verdict{border-left:6px solid #2f6f8f;padding:.5rem 1rem;background:#f3f6f8}
.verdict p:first-child{font-weight:bold;font-size:17px}details{border:1px solid #d9dee3;
border-radius:4px;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer}img{max-width:100%;
border:1px solid #d9dee3}small{color:#566573}q{quotes:"“" "”"}svg{max-width:100%}"""


def made_with(card: Card) -> list[tuple[str, str]]:
    """Say what a run was made with: all that somebody needs who wants it again."""
    m = card.run.manifest
    times = seconds(card.cases)
    return [
        ("benchmark", f"{m.benchmark}, sha256 {m.benchmark_sha256}"),
        ("system", f"{m.system}{f', control: {m.control}' if m.control else ''}"),
        ("model", f"{m.model}, {dict(m.sampling)}, {dict(m.options)}"),
        ("index", f"generation {m.generation}, embedder {m.embedder}"),
        ("program", f"version {m.program.get('version')}, guards {m.program.get('guards_sha256')}"),
        ("made", f"{m.created} on {m.machine}"),
        *(("judge", str(told)) for told in card.calibration),
        *(("probe", told) for told in card.probes),
        ("seconds a question", f"median {times['median']}, 95th percentile {times['p95']}"
         if times else "none"),
        ("command", f"clinicite eval run {m.benchmark} --system {m.system}"),
    ]  # fmt: skip


def markdown(card: Card, gates: Sequence[Verdict]) -> str:
    """Write the report of a run as Markdown."""
    lines = [
        "# Evaluation of a run",
        "",
        *verdict(card, gates),
        "",
        "| metric | value | 95 % | n |",
    ]
    lines += ["|---|---|---|---|"]
    lines += [
        f"| {card.told(r)} | {_value(r)} | {_between(r)} | {len(r.measured.parts)} |"
        for r in (*card.rows, *card.classes)
    ]
    lines += ["", "## Made with", "", *(f"- {k}: {v}" for k, v in made_with(card))]
    lines += ["", "## Failures", ""]
    lines += [
        f"- {f.case.sample.id} ({f.case.sample.kind}): {'; '.join(f.why)}. {_places(f.case)}"
        for f in failures(card.cases)
    ]
    return "\n".join(lines) + "\n"


def html(card: Card, gates: Sequence[Verdict], draw: Draw) -> str:
    """Write the report of a run as one HTML file."""
    found = failures(card.cases)
    rows = "".join(
        f"<tr><td>{escape(card.told(r))}<br><small>"
        f"{escape(r.measured.metric.told)}</small></td><td class=n>{_value(r)}</td>"
        f"<td class=n>{_between(r)}</td><td class=n>{len(r.measured.parts)}</td>"
        f"<td class=n>{f'{r.measured.k}/{r.measured.n}' if r.measured.n else ''}</td></tr>"
        for r in card.rows
    )
    by_class = plots.bars([(r.name, r.value, r.interval) for r in card.classes], "By class")
    area = card.risk.area
    risk = f"Area under it: {area:.3f}." if area is not None else "No answer had a confidence."
    body = [
        _verdict(verdict(card, gates)),
        "<h2>Scores</h2><table><tr><th>metric<th>value<th>95 % interval<th>questions<th>counted"
        f"</tr>{rows}</table>",
        f"<h2>By class</h2>{by_class}",
        f"<h2>Risk and coverage</h2>{plots.curve(card.risk.points, 'Risk and coverage')}"
        f"<p>{risk}</p>",
        f"<h2>Failures: {len(found)} of {len(card.cases)} scored questions</h2>",
        *(_failure(f, draw) for f in found),
        f"<h2>Unscored: {len(card.unscored)}</h2><p>{_unscored(card)}</p>",
        _facts(made_with(card)),
    ]
    return page("Evaluation of a run", body)


def html_of_two(found: Comparison) -> str:
    """Write a comparison as one HTML file."""
    a, b = (c.run.path.name for c in (found.a, found.b))
    rows = "".join(
        f"<tr><td>{escape(p.name)}</td><td class=n>{_number(p.a)}</td><td class=n>{_number(p.b)}"
        f"</td><td class=n>{'' if p.delta is None else f'{p.delta:+.3f}'}</td><td class=n>"
        f"{'' if p.interval is None else f'{p.interval[0]:+.3f}, {p.interval[1]:+.3f}'}</td>"
        f"<td>{p.test}</td><td class=n>{'' if p.p is None else f'{p.p:.4f}'}</td>"
        f"<td class=n>{'' if p.adjusted is None else f'{p.adjusted:.4f}'}</td></tr>"
        for p in found.pairs
    )
    drawn = plots.dots([(p.name, p.a, p.b) for p in found.pairs], "Two runs", a, b)
    body = [
        _verdict(verdict_of_two(found)),
        f"<h2>{escape(a)} and {escape(b)}</h2>{drawn}",
        "<h2>Differences</h2><table><tr><th>metric<th>first<th>second<th>difference"
        f"<th>95 % interval<th>test<th>p<th>Holm</tr>{rows}</table>",
        *(_facts(made_with(card), name) for card, name in ((found.a, a), (found.b, b))),
    ]
    return page("Comparison of two runs", body)


def page(title: str, body: Sequence[str]) -> str:
    """Give a whole HTML document."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1>{''.join(body)}</html>\n"
    )


def _failure(failure: Failure, draw: Draw) -> str:
    case = failure.case
    claims = "".join(
        f"<li><q>{escape(c.text)}</q> "
        f"{escape('; '.join(_place(x.guideline, x.page) for x in c.citations))}"
        for c in case.claims
    )
    shown_ = f"<ol>{claims}</ol>" if claims else f"<p>{escape(str(case.answer['reason']))}</p>"
    cited = dict.fromkeys((c.file_sha256, c.page, c.spans) for c in case.citations)
    gold = dict.fromkeys((g.file_sha256, g.page, ((g.start, g.end),)) for g in case.sample.gold)
    pictures = "".join(
        f"<p>{what}: {escape(_named(case, sha256, number))}</p>"
        f"{_picture(draw(sha256, number, spans))}"
        for what, places in (("What answers", gold), ("What was cited", cited))
        for sha256, number, spans in places
    )
    return (
        f"<details id='{escape(case.sample.id)}'><summary><b>{escape(case.sample.id)}</b> "
        f"({escape(case.sample.kind)}): {escape('; '.join(failure.why))}<br>"
        f"{escape(case.sample.question)}</summary>{shown_}{pictures}</details>"
    )


def _picture(png: bytes | None) -> str:
    if png is None:
        return "<p>(the page cannot be drawn: its PDF is not here)</p>"
    data = b64encode(png).decode("ascii")
    return f'<img loading="lazy" alt="the page" src="data:image/png;base64,{data}">'


def _verdict(sentences: Sequence[str]) -> str:
    return f"<div class=verdict>{''.join(f'<p>{escape(s)}</p>' for s in sentences)}</div>"


def _facts(facts: Sequence[tuple[str, str]], name: str = "") -> str:
    rows = "".join(f"<tr><td>{escape(k)}<td>{escape(v)}</tr>" for k, v in facts)
    return f"<h2>Made with {escape(name)}</h2><table>{rows}</table>"


def _unscored(card: Card) -> str:
    problems = [
        f"{i}: {card.run.records[i].problem}" if i in card.run.records else f"{i}: not asked"
        for i in card.unscored
    ]
    return escape("; ".join(problems) or "none")


def _places(case: Case) -> str:
    cited = dict.fromkeys(_place(c.guideline, c.page) for c in case.citations)
    gold = dict.fromkeys(_named(case, g.file_sha256, g.page) for g in case.sample.gold)
    return f"Gold: {', '.join(gold) or 'none'}. Cited: {', '.join(cited) or 'none'}."


def _named(case: Case, sha256: str, number: int) -> str:
    return _place(str(case.library.get(sha256, {}).get("id", sha256[:12])), number)


def _place(guideline: str, number: int) -> str:
    return f"{guideline}, page {number}"


def _value(row: Row) -> str:
    return "unscored" if row.value is None else f"{row.value:.3f}"


def _between(row: Row) -> str:
    return "" if row.interval is None else shown(row.interval)


def _number(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.3f}"
