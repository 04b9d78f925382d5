"""Draws what was found and not used, folded away below an answer; pure HTML.

A line each, with its page one click away. Of a planted instruction nothing but its place is given:
its words are to be seen on the picture of the page alone.
"""

from html import escape

from agent.evidence import Evidence
from agent.page_cite import badge, page_words
from agent.page_ref import PageRef
from agent.page_words import PageWords
from agent.page_words_zh import page_words as said_in
from agent.set_aside import SetAside
from agent.words import Words
from retrieval.layout import Span

# As many as a browser may send back.
_MOST_SPANS = 40
# What must be known first.
_ORDER = ("planted", "superseded", "retired", "suspect", "elsewhere")


def aside_html(evidence: Evidence | None, words: Words, key: str) -> str:
    """Draw the places that were set aside; "" where there are none."""
    once = {_place(one): one for one in (evidence.aside if evidence else ())}
    if not once:
        return ""
    said = said_in(words.code)
    found = sorted(once.values(), key=lambda one: _ORDER.index(one.why))
    head = said.aside_one if len(found) == 1 else said.aside.format(n=len(found))
    items = "".join(f"<li>{_row(one, words, said)}</li>" for one in found)
    return (
        f'<details class="aside" data-key="{escape(key)}-aside"><summary>{escape(head)}</summary>'
        f"<p>{escape(said.aside_note)}</p><ul>{items}</ul></details>"
    )


def _place(one: SetAside) -> tuple[object, ...]:
    passage = one.hit.passage
    return one.why, passage.sha256, passage.page, one.line.id if one.line else passage.id


def _row(one: SetAside, words: Words, said: PageWords) -> str:
    edition, passage = one.hit.guideline, one.hit.passage
    why = said.aside_whys[one.why].format(about=one.about)
    opens = said.aside_open.format(title=edition.title, page=passage.page)
    ref = PageRef(passage.sha256, passage.page, _spans(one))
    name = " · ".join(escape(x) for x in (edition.title, edition.edition) if x)
    return (
        f'<button type="button" class="aside-row aside-{one.why}" data-ref="{ref}" '
        f'aria-label="{escape(f"{why}. {opens}")}">'
        f'<span class="aside-why">{escape(why)}</span> '
        f'<span class="aside-title">{name}</span> '
        f"{badge(edition.status, words)} "
        f'<span class="source-page">{page_words(passage.page, passage.label, words)}</span>'
        "</button>"
    )


def _spans(one: SetAside) -> tuple[Span, ...]:
    """Give what is outlined on the page; nothing where the text layer does not say where it is."""
    if one.line is not None:
        spans = one.line.spans
    elif one.why in ("suspect", "planted"):
        spans = ()
    else:
        spans = tuple(span for line in one.hit.passage.lines for span in line.spans)
    return spans if len(spans) <= _MOST_SPANS else ()
