"""Draws a model's thinking: step words marked, line ids linked to their page; pure HTML."""

from html import escape

from agent.evidence import Evidence
from agent.page_ref import ref_of
from agent.thinking_marks import named_ids, step_words
from agent.words import Words


def thinking_text(text: str, evidence: Evidence | None, words: Words) -> str:
    """Draw the text with its marks; all of it is escaped, whatever a model wrote."""
    lines = evidence.lines if evidence else {}
    marks: list[tuple[int, int, str | None]] = [(a, b, None) for a, b in step_words(text)]
    marks += named_ids(text, lines.keys())
    out: list[str] = []
    at = 0
    for start, end, line_id in sorted(marks, key=lambda m: m[:2]):
        if start < at:
            continue
        out.append(escape(text[at:start]))
        said = escape(text[start:end])
        if line_id is None:
            out.append(f'<b class="step">{said}</b>')
        else:
            cited = lines[line_id].cite()
            label = words.cite.format(n=line_id, title=cited.title, page=cited.page)
            out.append(
                f'<button type="button" class="line-id" data-ref="{ref_of(cited)}" '
                f'aria-label="{escape(label)}" title="{escape(label)}">{said}</button>'
            )
        at = end
    return "".join(out) + escape(text[at:])


def thinking_html(
    text: str,
    evidence: Evidence | None,
    words: Words,
    *,
    key: str,
    live: bool = False,
    title: str = "",
) -> str:
    """Draw the collapsible thinking: open while it is live, folded afterwards; "" without text.

    Args:
        text: The model's thinking by now.
        evidence: What its line ids stand for.
        words: The language of the page.
        key: Tells the browser which thinking a reader opened or folded.
        live: The model still thinks.
        title: Stands in the heading in place of the usual words.
    """
    if not text.strip():
        return ""
    state = ' open data-live="true"' if live else ""
    return (
        f'<details class="thinking" data-key="{escape(key)}{"-live" if live else ""}"{state}>'
        f"<summary>{escape(title or words.thinking_title)}</summary>"
        f'<p class="thinking-note">{escape(words.thinking_note)}</p>'
        f'<div class="thinking-text" tabindex="0">{thinking_text(text, evidence, words)}</div>'
        "</details>"
    )
