"""Draws a page as it was read: its picture with every line outlined, and its passages; pure."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from agent.library_shelf import status_badge, title
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.pages import Quality
from guidelines.rectangles import Part
from retrieval.passages import Line, Passage


@dataclass(frozen=True)
class Reading:
    """One page as it was read; `parts` has the rectangles of each line, in order of the lines."""

    number: int
    label: str
    png: bytes
    qualities: Sequence[Quality]
    passages: Sequence[Passage]
    parts: Sequence[tuple[Part, ...]]

    @property
    def quality(self) -> Quality:
        """How far this page's text can be trusted."""
        return self.qualities[self.number - 1]


def numbered(passages: Sequence[Passage]) -> list[tuple[str, Line]]:
    """Number the lines as evidence does: "2.1" is the first line of the second passage."""
    return [
        (f"{n}.{m}", line)
        for n, passage in enumerate(passages, 1)
        for m, line in enumerate(passage.lines, 1)
    ]


def preview_html(entry: Guideline, page: Reading, say: Say) -> str:
    """Draw the view."""
    lines = numbered(page.passages)
    quotable = sum(line.quotable for _, line in lines)
    told = say("page_told", passages=len(page.passages), lines=len(lines), quotable=quotable)
    maker = " · ".join(escape(x) for x in (entry.edition, entry.publisher) if x)
    label = f" ({say('printed', label=page.label)})" if page.label != str(page.number) else ""
    return (
        f'<p><a href="#list">‹ {say("way_list")}</a></p>{title(escape(entry.title))}'
        f'<p class="lead">{maker} {status_badge(entry.status, say)}</p>'
        f"{_doubtful(entry, page, say)}"
        f"{_leaf(entry, page, label, say)}"
        f'<p class="page-told">{quality_mark(page.quality, say)} '
        f"{say(f'quality_{page.quality}_means')} {told}</p>"
        f'<div class="reading">{_picture(entry, page, lines, say)}'
        f"{_passages(page, lines, say)}</div>"
    )


def quality_mark(quality: str, say: Say) -> str:
    """Draw how far a page or passage can be trusted."""
    return f'<span class="quality q-{quality}">{say(f"quality_{quality}")}</span>'


def _doubtful(entry: Guideline, page: Reading, say: Say) -> str:
    """List the pages that hold text nobody will be shown, with a link to each."""
    groups = []
    for quality in ("suspect", "damaged", "ocr", "empty", "lost"):
        numbers = [n for n, q in enumerate(page.qualities, 1) if q == quality]
        if not numbers:
            continue
        links = " ".join(
            f'<a href="#page/{escape(entry.id)}/{n}"'
            f"{' aria-current=true' if n == page.number else ''}"
            f' aria-label="{say("page_n", n=n)}">{n}</a>'
            for n in numbers
        )
        groups.append(f"<p>{quality_mark(quality, say)} <span class='pages'>{links}</span></p>")
    if not groups:
        return f'<p class="doubtful">✓ {say("pages_sound", n=len(page.qualities))}</p>'
    sound = sum(q == "text" for q in page.qualities)
    head = say("pages_doubtful", n=len(page.qualities) - sound, all=len(page.qualities))
    return (
        f'<details class="doubtful" open data-key="doubtful"><summary>{head}</summary>'
        f"{''.join(groups)}</details>"
    )


def _leaf(entry: Guideline, page: Reading, label: str, say: Say) -> str:
    def step(to: int, words: str, sign: str, key: str) -> str:
        inner = f'<span aria-hidden="true">{sign}</span>'
        if not 1 <= to <= len(page.qualities):
            return f'<span class="do off" aria-hidden="true">{sign}</span>'
        return (
            f'<a class="do" data-key="{key}" href="#page/{escape(entry.id)}/{to}" '
            f'aria-label="{words}">{inner}</a>'
        )

    return (
        f'<form class="leaf" data-page="{escape(entry.id)}" novalidate>'
        f"{step(page.number - 1, say('previous'), '‹', 'previous')}"
        f'<label>{say("page")} <input name="page" inputmode="numeric" value="{page.number}" '
        f'maxlength="5" aria-label="{say("page")}"></label><span>{say("of", n=len(page.qualities))}'
        f"{label}</span>{step(page.number + 1, say('next'), '›', 'next')}</form>"
    )


def _picture(entry: Guideline, page: Reading, lines: Sequence[tuple[str, Line]], say: Say) -> str:
    data = base64.b64encode(page.png).decode("ascii")
    alt = say("proposal_page", n=page.number, title=entry.title)
    drawn = "".join(
        f'<span class="part p-{_kind(line)}" data-line="{number}" style="left:{p.left:.2%};'
        f'top:{p.top:.2%};width:{p.width:.2%};height:{p.height:.2%}"></span>'
        for (number, line), parts in zip(lines, page.parts, strict=True)
        for p in parts
    )
    return (
        f'<div class="picture" tabindex="0" role="group" aria-label="{alt}"><div class="canvas">'
        f'<img src="data:image/png;base64,{data}" alt="{alt}">{drawn}</div></div>'
    )


def _kind(line: Line) -> str:
    if line.suspect:
        return "suspect"
    return "quotable" if line.quotable else "torn"


def _passages(page: Reading, lines: Sequence[tuple[str, Line]], say: Say) -> str:
    if not page.passages:
        return f'<div class="passages"><p class="lead">{say("page_nothing")}</p></div>'
    names = iter(lines)
    drawn = ""
    for n, passage in enumerate(page.passages, 1):
        items = "".join(_line(*next(names), say) for _ in passage.lines)
        section = escape(" › ".join(passage.section))
        mark = quality_mark(passage.quality, say) if passage.quality != "text" else ""
        drawn += (
            f'<section class="passage"><h3>{say("passage", n=n)} {mark}'
            f'<span class="maker">{section}</span></h3><ol>{items}</ol></section>'
        )
    return f'<div class="passages"><p class="hint">{say("lines_hint")}</p>{drawn}</div>'


def _line(number: str, line: Line, say: Say) -> str:
    kind = _kind(line)
    why = "" if kind == "quotable" else f' <em class="why">{say(f"line_{kind}")}</em>'
    return (
        f'<li class="l-{kind}"><button type="button" class="line" data-line="{number}">'
        f'<span class="line-number">{number}</span> {escape(line.text)}{why}</button></li>'
    )
