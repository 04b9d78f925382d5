"""Draws a page as it was read: its picture with every line outlined, and its passages; pure."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from agent.library_doubts import pages_html, quality_mark, reasons_html
from agent.library_errand import Pending
from agent.library_shelf import status_badge, title, waiting
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.drawing import Drawn
from guidelines.pages import Quality
from guidelines.workers import Loss
from retrieval.passages import Line, Passage

_KINDS = ("quotable", "torn", "doubted", "hurt")
# Control characters, private-use code points and the sign for a lost character.
_GONE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True)
class Reading:
    """One page as it was read; `hurt` has the ids of the lines that lost characters themselves.

    `reasons` says why its text is not simply sound, as the reader words it.
    """

    number: int
    label: str
    picture: Drawn | Loss
    qualities: Sequence[Quality]
    reasons: Sequence[str]
    passages: Sequence[Passage]
    hurt: frozenset[str]

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


def opening_html(entry: Guideline, now: Pending, say: Say) -> str:
    """Draw that the file is being read."""
    words = say("page_reading", n=entry.pages)
    back = f'<p><a href="#list">‹ {say("way_list")}</a></p>{title(escape(entry.title))}'
    return back + waiting(words, now.seconds, say("page_reading_why"), say)


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
        f"{_leaf(entry, page, label, say)}"
        f"{pages_html(entry, page.qualities, page.number, say)}"
        f'<p class="page-told">{quality_mark(page.quality, say)} '
        f"{say(f'quality_{page.quality}_means')} {told}</p>{reasons_html(page.reasons, say)}"
        f'<div class="reading">{_picture(entry, page, lines, say)}'
        f"{_passages(page, lines, say)}</div>"
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
        f"{label}</span>{step(page.number + 1, say('next'), '›', 'next')}"
        f"{_next_doubtful(entry, page, say)}</form>"
    )


def _next_doubtful(entry: Guideline, page: Reading, say: Say) -> str:
    """Draw the way to the next page that holds text nobody will be shown."""
    after = (n for n, q in enumerate(page.qualities, 1) if q != "text" and n > page.number)
    to = next(after, None)
    if to is None:
        return ""
    place = f"#page/{escape(entry.id)}/{to}"
    words = say("next_doubtful", n=to)
    return f'<a class="do words" data-key="doubtful" href="{place}">{words}</a>'


def _picture(entry: Guideline, page: Reading, lines: Sequence[tuple[str, Line]], say: Say) -> str:
    if isinstance(page.picture, Loss):
        line = say("page_undrawn", why=page.picture.why)
        return f'<p class="told-refused undrawn">{line}</p>'
    data = base64.b64encode(page.picture.png).decode("ascii")
    alt = say("proposal_page", n=page.number, title=entry.title)
    drawn = "".join(
        f'<span class="part p-{_kind(line, page)}" data-line="{number}" style="left:{p.left:.2%};'
        f'top:{p.top:.2%};width:{p.width:.2%};height:{p.height:.2%}"></span>'
        for (number, line), parts in zip(lines, page.picture.parts, strict=True)
        for p in parts
    )
    return (
        f'<div class="picture" tabindex="0" role="group" aria-label="{alt}"><div class="canvas">'
        f'<img src="data:image/png;base64,{data}" alt="{alt}">{drawn}</div></div>'
    )


def _shown(text: str) -> str:
    """Draw a line with a plain mark in place of each sign that the text does not know."""
    return _GONE.sub('<mark class="gone">▯</mark>', escape(text))


def _kind(line: Line, page: Reading) -> str:
    """Tell what bars a line from being quoted: its own characters, its page, or its wording."""
    if line.id in page.hurt:
        return "hurt"
    if line.suspect:
        return "doubted"
    return "quotable" if line.quotable else "torn"


def _passages(page: Reading, lines: Sequence[tuple[str, Line]], say: Say) -> str:
    if not page.passages:
        return f'<div class="passages"><p class="lead">{say("page_nothing")}</p></div>'
    names = iter(lines)
    drawn = ""
    for n, passage in enumerate(page.passages, 1):
        items = "".join(_line(*next(names), page, say) for _ in passage.lines)
        section = escape(" › ".join(passage.section))
        # On a page that is in doubt as a whole the mark stands at its head, once.
        hurt = page.quality == "damaged" and any(line.id in page.hurt for line in passage.lines)
        mark = quality_mark("damaged", say) if hurt else ""
        words = f"{say('ocr_read')} {escape(passage.text)}"
        read = "" if passage.lines else f'<p class="maker">{words}</p>'
        drawn += (
            f'<section class="passage"><h3>{say("passage", n=n)} {mark}'
            f'<span class="maker">{section}</span></h3>{read}<ol>{items}</ol></section>'
        )
    kinds = [k for k in _KINDS if any(_kind(line, page) == k for _, line in lines)]
    legend = " ".join(f'<span class="swatch p-{k}">{say(f"legend_{k}")}</span>' for k in kinds)
    hint = f'<p class="hint">{say("lines_hint")} {legend}</p>' if lines else ""
    return f'<div class="passages">{hint}{drawn}</div>'


def _line(number: str, line: Line, page: Reading, say: Say) -> str:
    kind = _kind(line, page)
    why = "" if kind == "quotable" else f' <em class="why">{say(f"line_{kind}")}</em>'
    return (
        f'<li class="l-{kind}"><button type="button" class="line" data-line="{number}">'
        f'<span class="line-number">{number}</span> {_shown(line.text)}{why}</button></li>'
    )
