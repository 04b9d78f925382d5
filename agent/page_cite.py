"""Draws citations: the numbered chip beside a sentence and the source line below it; pure HTML."""

from collections.abc import Iterable
from html import escape

from agent.answer import Citation
from agent.page_ref import ref_of
from agent.words import Words


class Numbers:
    """Numbers citations in the order they first appear; the same lines keep their number."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, citation: Citation) -> int:
        """Give the citation's number in this answer."""
        return self._given.setdefault(str(ref_of(citation)), len(self._given) + 1)


def chip(citation: Citation, number: int, words: Words) -> str:
    """Draw the button that opens the cited page in one click."""
    label = words.cite.format(n=number, title=citation.title, page=citation.page)
    return (
        f'<button type="button" class="chip" data-ref="{ref_of(citation)}" '
        f'aria-label="{escape(label)}" title="{escape(label)}">{number}</button>'
    )


def source(citation: Citation, number: int | None, words: Words, quoted: bool) -> str:
    """Draw one source: its quote where `quoted`, title, publisher, edition, status and page."""
    mark = f'<span class="source-number">{number}</span>' if number is not None else ""
    quote = f"<q>{escape(citation.quote)}</q>" if quoted else ""
    maker = " · ".join(escape(x) for x in (citation.publisher, citation.edition) if x)
    section = escape(" › ".join(citation.section[-2:]))
    return (
        f'<button type="button" class="source" data-ref="{ref_of(citation)}">{mark}'
        f'<span class="source-body">{quote}'
        f'<span class="source-head"><span class="source-title">{escape(citation.title)}</span> '
        f"{badge(citation.status, words)} "
        f'<span class="source-page">{page_words(citation.page, citation.page_label, words)}</span>'
        f'</span><span class="source-maker">{maker}</span>'
        + (f'<span class="source-section">{section}</span>' if section else "")
        + "</span></button>"
    )


def sources(citations: Iterable[tuple[Citation, int]], words: Words, quoted: bool) -> str:
    """Draw the list of sources below a claim."""
    items = "".join(f"<li>{source(c, n, words, quoted)}</li>" for c, n in citations)
    return f'<ul class="sources">{items}</ul>'


def badge(status: str, words: Words) -> str:
    """Draw an edition's status; anything but current is drawn as a warning."""
    kind = status if status in ("current", "superseded", "retired") else "retired"
    return f'<span class="badge badge-{kind}">{escape(words.status(status))}</span>'


def page_words(page: int, label: str, words: Words) -> str:
    """Say the page of the file, and the printed label where it differs."""
    said = words.page.format(n=page)
    if label and label != str(page):
        said += f" ({words.printed.format(label=label)})"
    return escape(said)
