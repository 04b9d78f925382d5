"""Draws the upload of PDFs: what was refused and why, the forms that wait, what was added; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from agent.library_form import Form, form_html, known_html
from agent.library_shelf import button, title
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.metadata import REQUIRED


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and the line that says why."""

    file: str
    why: str


def add_html(
    forms: Sequence[Form],
    refused: Sequence[Refused],
    added: Sequence[Guideline],
    editions: Sequence[Guideline],
    say: Say,
) -> str:
    """Draw the view: results above, then the forms, then the place to drop more files."""
    drawn = title(say("add")) + _added(added, say) + _refused(refused, say)
    if not forms:
        return drawn + _drop(say)
    waiting = "".join(form_html(form, editions, say) for form in forms)
    wrong = sum(bool(form.faults or form.refused) for form in forms)
    note = f'<p class="told-refused">{say("forms_wrong", n=wrong)}</p>' if wrong else ""
    must = ", ".join(say(f"head_{name}") for name in REQUIRED)
    return (
        f'{drawn}<form class="forms" novalidate><p class="lead">{say("forms_lead")} '
        f"<strong>{say('forms_must', fields=must)}</strong></p>{note}"
        f"{known_html(editions)}{waiting}"
        f'<div class="choices">{button("add", say("forms_add", n=len(forms)), "main")}</div></form>'
        + _drop(say)
    )


def _added(added: Sequence[Guideline], say: Say) -> str:
    if not added:
        return ""
    items = "".join(
        f"<li><strong>{escape(e.title)}</strong> · {escape(e.edition or e.id)} · "
        f"{say('n_pages', n=e.pages)}</li>"
        for e in added
    )
    return (
        f'<section class="box good"><h3>{say("added", n=len(added))}</h3><ul>{items}</ul>'
        f"<p>{say('added_next')}</p><div class='choices left'>"
        f'<a class="do main" href="#build">{say("list_to_build")}</a>'
        f'<a class="do" href="#checks">{say("list_to_checks")}</a></div></section>'
    )


def _refused(refused: Sequence[Refused], say: Say) -> str:
    if not refused:
        return ""
    items = "".join(f"<li><strong>{escape(r.file)}</strong> {escape(r.why)}</li>" for r in refused)
    head = say("refused", n=len(refused))
    return f'<section class="box bad"><h3>{head}</h3><ul>{items}</ul></section>'


def _drop(say: Say) -> str:
    return (
        f'<div class="drop"><label class="do main" for="pdfs">{say("choose_pdfs")}</label>'
        '<input id="pdfs" class="hidden-input" type="file" multiple accept="application/pdf,.pdf">'
        f'<span>{say("drop_here")}</span><p class="uploading" hidden '
        f'data-words="{say("uploading", names="{names}")}"></p></div>'
    )
