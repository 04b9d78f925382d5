"""Draws what stands beside an answer: warnings left out, guidelines that differ, old editions.

Pure HTML. Every text that came from a PDF or a catalogue is escaped here; each line carries the
chip that opens its page.
"""

from html import escape

from agent.answer import Answer, Citation, Side
from agent.card_text import pointers, what
from agent.card_words import CardWords, card_words
from agent.omission import kind
from agent.page_cite import Numbers, badge, chip, page_words
from agent.words import Words


def pointer_html(answer: Answer, words: Words) -> str:
    """Draw the line above an answer that says that something stands below it; "" where nothing."""
    said = card_words(words.code)
    parts = pointers(answer, said)
    if not parts:
        return ""
    items = "".join(f"<p>{escape(part)}</p>" for part in parts)
    return f'<div class="pointer" role="note">{items}</div>'


def cards_html(answer: Answer, numbers: Numbers, words: Words, key: str) -> str:
    """Draw all that stands below the claims; `key` makes the headings' ids the page's own."""
    said = card_words(words.code)
    drawn = [_also(answer.omitted, numbers, words, said, f"{key}-also")]
    for n, conflict in enumerate(answer.conflicts):
        head = said.differ.format(what=what(conflict, said))
        sides = "".join(_side(side, "", numbers, words, said) for side in conflict.sides)
        drawn.append(_card("differ", f"{key}-differ{n}", head, said.differ_note, sides))
    for n, conflict in enumerate(answer.outdated):
        head = said.older.format(what=what(conflict, said))
        now, before = conflict.sides
        sides = _side(now, said.now, numbers, words, said)
        sides += _side(before, said.before, numbers, words, said)
        drawn.append(_card("older", f"{key}-older{n}", head, said.older_note, sides))
    return "".join(drawn)


def _also(
    omitted: tuple[Citation, ...], numbers: Numbers, words: Words, said: CardWords, at: str
) -> str:
    if not omitted:
        return ""
    items = "".join(_warning(citation, numbers, words, said) for citation in omitted)
    return _card("also", at, said.also, said.also_note, f'<ul class="warnings">{items}</ul>')


def _warning(citation: Citation, numbers: Numbers, words: Words, said: CardWords) -> str:
    named = said.kinds.get(kind(citation.quote), "")
    head = f'<strong class="warning-kind">{escape(named)}</strong>' if named else ""
    place = page_words(citation.page, citation.page_label, words)
    return (
        f'<li>{head}<p class="card-text"><q>{escape(citation.quote)}</q>'
        f'<span class="chips">{chip(citation, numbers.of(citation), words)}</span></p>'
        f'<p class="card-place">{escape(citation.title)}, {place}</p></li>'
    )


def _card(kind_of: str, at: str, head: str, note: str, body: str) -> str:
    """Draw a card under its heading; its sides stand beside each other, below on a phone."""
    inner = body if kind_of == "also" else f'<div class="sides">{body}</div>'
    return (
        f'<section class="card card-{kind_of}" aria-labelledby="{escape(at)}">'
        f'<h3 class="card-head" id="{escape(at)}">{escape(head)}</h3>'
        f'<p class="card-note">{escape(note)}</p>{inner}</section>'
    )


def _side(side: Side, label: str, numbers: Numbers, words: Words, said: CardWords) -> str:
    cited = side.citation
    old = " side-old" if cited.status != "current" else ""
    date = said.published.format(date=side.published) if side.published else said.undated
    maker = " · ".join(escape(x) for x in (cited.edition, date) if x)
    graded = said.strength.format(strength=side.strength) if side.strength else said.ungraded
    if side.certainty:
        graded += " · " + said.certainty.format(certainty=side.certainty)
    name = escape(cited.publisher or cited.title)
    head = f'<p class="side-label">{escape(label)}</p>' if label else ""
    return (
        f'<div class="side{old}" role="group" aria-label="{name}">'
        f'{head}<p class="side-maker"><strong>{name}</strong> '
        f"{badge(cited.status, words)}</p>"
        f'<p class="card-text"><q>{escape(cited.quote)}</q>'
        f'<span class="chips">{chip(cited, numbers.of(cited), words)}</span></p>'
        f'<p class="card-place">{escape(cited.title)}, '
        f"{page_words(cited.page, cited.page_label, words)}</p>"
        f'<p class="card-place">{maker}</p><p class="card-place">{escape(graded)}</p></div>'
    )
