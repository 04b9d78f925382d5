"""Draws the question whether an answer was right, folded away below it; pure HTML.

The lines to tick are those shown and those beside them in that turn's evidence, so a planted or
set-aside line is never among them.
"""

from html import escape

from agent.answer import Answer
from agent.evidence import Evidence
from agent.page_words import PageWords
from agent.page_words_zh import page_words as said_in
from agent.words import Words

MOST_LINES = 12
MOST_NOTE = 500


def feedback_html(answer: Answer, evidence: Evidence | None, words: Words, key: str) -> str:
    """Draw the form of one answer; "" where it left no receipt to speak of.

    Whoever may be in danger is asked for nothing.
    """
    if not answer.receipt_id or answer.why == "self-harm":
        return ""
    said = said_in(words.code)
    at = f"{key}-{answer.receipt_id}"
    reasons = "".join(
        f'<option value="{escape(code)}">{escape(text)}</option>'
        for code, text in said.reasons.items()
    )
    return (
        f'<section class="feedback" data-receipt="{escape(answer.receipt_id)}" '
        f'data-away="{escape(said.not_stored.format(why=said.away))}" '
        f'role="group" aria-label="{escape(said.feedback)}">'
        f'<p class="feedback-ask"><span>{escape(said.feedback)}</span> '
        f"{_thumb('up', '✓', said.up)}{_thumb('down', '✗', said.down)}</p>"
        f'<div class="feedback-more" hidden>'
        f'<label class="feedback-why">{escape(said.why)} '
        f'<select name="reason">{reasons}</select></label>'
        f"{_ticks(answer, evidence, said)}"
        f'<label class="feedback-note" for="{escape(at)}-note">{escape(said.note)} '
        f'<span class="hint">{escape(said.note_hint)}</span></label>'
        f'<textarea id="{escape(at)}-note" name="note" rows="2" maxlength="{MOST_NOTE}"></textarea>'
        f'<button type="button" class="feedback-send">{escape(said.send)}</button></div>'
        '<p class="feedback-said" role="status"></p></section>'
    )


def _thumb(thumb: str, sign: str, label: str) -> str:
    return (
        f'<button type="button" class="thumb" data-thumb="{thumb}" aria-pressed="false">'
        f'<span aria-hidden="true">{sign}</span> {escape(label)}</button>'
    )


def _ticks(answer: Answer, evidence: Evidence | None, said: PageWords) -> str:
    lines = offered(answer, evidence)
    if not lines:
        return ""
    shown = _shown(answer)
    items = "".join(
        f'<li><label><input type="checkbox" name="line" value="{escape(line)}"> '
        f"<span>{escape(text)}"
        + (f" <em>({escape(said.shown_line)})</em>" if line in shown else "")
        + "</span></label></li>"
        for line, text in lines.items()
    )
    return (
        f'<fieldset><legend>{escape(said.right_lines)} <span class="hint">'
        f"{escape(said.right_none)}</span></legend><ul>{items}</ul></fieldset>"
    )


def _shown(answer: Answer) -> dict[str, str]:
    cited = [c for claim in answer.claims for c in claim.citations] or answer.nearest
    return {c.line: c.quote for c in cited}


def offered(answer: Answer, evidence: Evidence | None) -> dict[str, str]:
    """Give the lines that may be ticked: those shown, the rest of their passages, then others."""
    known = evidence.lines if evidence else {}
    lines = {line: text for line, text in _shown(answer).items() if not known or line in known}
    near = {line.split(".")[0] for line in lines}
    others = sorted(known.values(), key=lambda x: x.id.split(".")[0] not in near)
    for line in others:
        if len(lines) >= MOST_LINES:
            break
        lines.setdefault(line.id, line.text)
    return lines
