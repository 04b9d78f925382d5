"""Draws the form in which what is known of an edition is changed after it was added; pure HTML."""

import hashlib
from collections.abc import Mapping, Sequence
from html import escape

from agent.library_form import Form, field_html, known_html
from agent.library_shelf import button, edition_name, status_badge, title
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.metadata import EDITABLE, written


def stamp(entry: Guideline) -> str:
    """Name what stands in the fields now: a form that was drawn before a change is told by it."""
    return hashlib.sha256(repr(sorted(written(entry).items())).encode()).hexdigest()[:16]


def edit_html(
    entry: Guideline,
    editions: Sequence[Guideline],
    say: Say,
    values: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> str:
    """Draw the form.

    Args:
        entry: The edition as the catalogue has it.
        editions: All of them: what they have in the repeated fields is offered while typing.
        say: The language.
        values: What was written, where it could not be taken; else what is known.
        faults: What is wrong with it, by field.
    """
    form = Form(stamp(entry), entry.file, entry.pages, values or written(entry), faults or {})
    fields = "".join(field_html(form, name, editions, say) for name in EDITABLE)
    save = button("edit", say("edit_do"), "main", id=entry.id)
    leave = f'<a class="do" href="#list">{say("cancel")}</a>'
    return (
        f'<p><a href="#list">‹ {say("way_list")}</a></p>'
        f"{title(say('edit_title', name=edition_name(entry)))}"
        f'<p class="lead">{status_badge(entry.status, say)} <code>{escape(entry.id)}</code> · '
        f"{escape(entry.file)} · {say('n_pages', n=entry.pages)}</p><p>{say('edit_lead')}</p>"
        f'<form class="forms" novalidate>{known_html(editions)}'
        f'<fieldset class="form" data-token="{form.token}"><legend class="sr-only">'
        f'{escape(entry.id)}</legend><div class="fields">{fields}</div></fieldset>'
        f'<div class="choices left">{save}{leave}</div></form>'
    )
