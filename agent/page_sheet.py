"""Draws the cited page: its picture with the line highlighted, its edition, and the ways around.

Only pages of files that stand in the catalogue can be asked for; everything else gets one line.
"""

import base64
from html import escape

from agent.injection import planted
from agent.page_cite import badge
from agent.page_ref import PageRef, parse
from agent.page_words_zh import page_words as said_in
from agent.words import Words
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.drawing import Drawn, drawn
from guidelines.home import Home
from guidelines.workers import Limits, Loss
from retrieval.passages import quote_spans

# Sharp enough at twice the width of the panel.
_DPI = 144
# A reader waits for it: a page of the real guidelines takes 0.1 s, on a machine that is kept busy
# by others one second.
_LIMITS = Limits(cpu=3, wall=10)


def sheet_html(home: Home, asked: object, cited: object, words: Words) -> str:
    """Draw the page a browser asked for, or the line that says it is not there.

    Args:
        home: Where the catalogue and the files lie.
        asked: A reference as a chip carries it, "" for none; not believed.
        cited: The reference last opened from a citation: the way back while leafing.
        words: The language of the page.
    """
    if asked == "":
        return empty_html(words)
    ref = parse(asked)
    entries = catalogue.load(home).values()
    entry = next((e for e in entries if ref and e.sha256 == ref.sha256), None)
    if ref is None or entry is None or ref.page > entry.pages:
        return refused_html(words.not_there, words)
    origin = parse(cited)
    if origin is None or origin.sha256 != ref.sha256 or ref.spans:
        origin = ref
    path = catalogue.file_of(home, entry)
    page = drawn(path, ref.page, _DPI, marked=ref.spans, words=True, limits=_LIMITS)
    if isinstance(page, Loss):
        label, marked, body = str(ref.page), "", _undrawn(entry, page, words)
    else:
        label, marked = page.label, quote_spans(page.text, page.marked)
        body = _picture(entry, ref, page, words)
    return (
        f'<div class="sheet" lang="{words.code}">{_head(entry, ref, label, words)}'
        f"{_tools(entry, ref, origin, words)}{_line(marked, ref, origin, words)}{body}</div>"
    )


def _picture(entry: Guideline, ref: PageRef, page: Drawn, words: Words) -> str:
    data = base64.b64encode(page.png).decode("ascii")
    alt = escape(words.picture.format(n=ref.page, title=entry.title))
    corner = f'data-left="{page.left:.4f}" data-top="{page.top:.4f}"'
    return (
        f'<div class="sheet-scroll" tabindex="0" {corner} role="group" aria-label="{alt}">'
        f'<img src="data:image/png;base64,{data}" alt="{alt}"></div>'
    )


def _undrawn(entry: Guideline, loss: Loss, words: Words) -> str:
    """Say that the page cannot be shown, and where it can be looked up all the same."""
    line = escape(words.undrawn.format(why=loss.why, file=entry.file))
    return f'<p class="sheet-undrawn" role="alert">{line}</p>'


def empty_html(words: Words) -> str:
    """Draw the panel before any citation was opened."""
    return _bare(f"<p>{escape(words.sheet_empty)}</p>", words)


def refused_html(line: str, words: Words) -> str:
    """Draw the panel where a page cannot be shown."""
    return _bare(f'<p role="alert">{escape(line)}</p>', words)


def _bare(body: str, words: Words) -> str:
    return f'<div class="sheet sheet-none" lang="{words.code}">{body}</div>'


def _head(entry: Guideline, ref: PageRef, label: str, words: Words) -> str:
    warning = {"superseded": words.old_edition, "retired": words.old_withdrawn}.get(entry.status)
    maker = " · ".join(escape(x) for x in (entry.publisher, entry.edition) if x)
    of = words.page_of.format(n=ref.page, all=entry.pages)
    printed = f" ({words.printed.format(label=label)})" if label != str(ref.page) else ""
    return (
        f'<div class="sheet-head" role="status"><h2>{escape(entry.title)}</h2>'
        f'<p class="sheet-maker">{maker} {badge(entry.status, words)}</p>'
        + (f'<p class="sheet-warning">{escape(warning)}</p>' if warning else "")
        + f'<p class="sheet-page">{escape(of + printed)}</p></div>'
    )


def _tools(entry: Guideline, ref: PageRef, origin: PageRef, words: Words) -> str:
    def leaf(act: str, to: int, said: str, sign: str) -> str:
        if not 1 <= to <= entry.pages:
            return _tool(act, said, sign, "disabled")
        target = origin if to == origin.page else PageRef(ref.sha256, to)
        return _tool(act, said, sign, f'data-leaf="{target}"')

    return (
        f'<div class="sheet-tools" role="toolbar" aria-label="{escape(words.sheet)}">'
        + leaf("previous", ref.page - 1, words.previous, "‹")
        + leaf("next", ref.page + 1, words.next, "›")
        + '<span class="tool-gap"></span>'
        + _tool("return", words.back, "↑")
        + _tool("smaller", words.zoom_out, "−")
        + _tool("larger", words.zoom_in, "+")
        + _tool("fit", words.fit, "↔")
        + _tool("wide", words.wide, "⤢")
        + "</div>"
    )


def _tool(act: str, said: str, sign: str, more: str = "") -> str:
    return (
        f'<button type="button" class="tool" data-act="{act}" aria-label="{escape(said)}" '
        f'title="{escape(said)}" {more}>{sign}</button>'
    )


def _line(marked: str, ref: PageRef, origin: PageRef, words: Words) -> str:
    """Say the highlighted line in words, or the way back to its page."""
    if marked and planted(marked):
        # It is to be seen, never to be copied: the model is not the only one that reads text.
        said = f"<strong>{escape(said_in(words.code).planted_sheet)}</strong>"
    elif marked:
        said = f"<span>{escape(words.marked)}</span> <q>{escape(marked)}</q>"
    elif origin.page != ref.page:
        back = escape(words.no_mark.format(n=origin.page))
        said = f'<button type="button" class="back" data-leaf="{origin}">{back}</button>'
    else:
        return ""
    return f'<p class="sheet-marked">{said}</p>'
